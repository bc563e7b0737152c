"""The agreement: every byte that two parties must compute alike.

Use the modules by name (`from crypto import envelope`). Nothing here opens a socket, reads a
clock or touches a file; time and randomness are parameters. It imports the standard library, nacl
(in `primitives` only), msgpack (in `encoding` only), cryptography (in `kem` only) and nothing of
ours outside this package. Each module that the browser needs has a twin of the same name, with the
same functions in the same order, in `web/js/crypto/`; both pass the vectors in `tests/vectors/`.
"""
