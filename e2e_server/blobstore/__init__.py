"""Opaque objects: sealed attachments as plain files, written in parts and read as a stream.

Use `port.BlobStore`; `local` keeps them in a folder. The store knows no box, name or type; the room
`blobs` holds those rows and hands in 16-byte keys. Promises: a committed object is on disk and
complete; a part may be written again; nothing is visible under its key before the commit.
Imports the standard library and `crypto.random` only.
"""
