// What can go wrong in the agreement, and whose fault it is. Twin of crypto/errors.py.
//
// RemoteError: bytes from outside broke a rule; only code that decodes, opens or verifies throws it.
// LocalError: our own caller broke a contract; a bug, never an answer to a peer. No message carries
// content, key or id.

/** A caller on our side broke a documented contract. */
export class LocalError extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.name = 'LocalError';
  }
}

/** Bytes from outside broke a rule; `code` is the stable name used in vectors and verdicts. */
export class RemoteError extends Error {
  static CODE = 'refused';

  /** @param {string} [reason] */
  constructor(reason = '') {
    super();
    /** @type {string} */
    this.code = new.target.CODE;
    this.name = 'RemoteError';
    this.message = reason === '' ? this.code : `${this.code}: ${reason}`;
  }
}

/** Not in the canonical msgpack subset, or not the fixed shape (protocol section 2). */
export class NotCanonical extends RemoteError {
  static CODE = 'not_canonical';
}

/** A key, nonce, tag, bucket or list has a size the protocol does not know. */
export class BadLength extends RemoteError {
  static CODE = 'bad_length';
}

/** An AEAD or MAC did not verify. */
export class BadTag extends RemoteError {
  static CODE = 'bad_tag';
}

/** An Ed25519 signature did not verify. */
export class BadSignature extends RemoteError {
  static CODE = 'bad_signature';
}

/** A public key, group element or share that must not be used (low order, not canonical). */
export class BadKey extends RemoteError {
  static CODE = 'bad_key';
}

/** The key commitment does not fit: this key was never meant to open this object. */
export class WrongKey extends RemoteError {
  static CODE = 'wrong_key';
}

/** A statement, chain or roster breaks the rules of sections 4 and 5. */
export class BadStatement extends RemoteError {
  static CODE = 'bad_statement';
}

/** A Merkle proof, checkpoint or chain head does not fit. */
export class BadProof extends RemoteError {
  static CODE = 'bad_proof';
}

/** The witnesses whom POLICY names have not cosigned this log, too few, or too long ago. */
export class NotWitnessed extends RemoteError {
  static CODE = 'not_witnessed';
}
