"""The relay: it sees frames, sizes and hours; never plaintext and no private key of a person.

Start with `app.py`, the only file that knows everybody. It may not import what could decrypt
(`crypto.envelope`, `crypto.letter`, `crypto.epoch`, `crypto.transcript`, `crypto.account`,
`crypto.passphrase`) nor `clientlib`; a test walks the imports.
"""
