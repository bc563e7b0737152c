"""Shared JSON vectors: made by one implementation, verified by both and by an oracle.

Each file is {"comment", "cases": [{"name", "comment", "expect", "in", "out"}]}; `expect` is
"success", a code of `crypto/errors.py`, or "local_error" where the caller is at fault. Bytes are
hex. `python -m tests.vectors.make` writes all files anew, with the same bytes each time.
"""
