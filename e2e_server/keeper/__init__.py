"""The keeper: everything that must be *deletable* — OPRF secrets of doors, erase shares of boxes.

Use `port.Keeper`; `embedded.open_embedded` runs it inside the server process on a database of its
own, in a folder of its own, with a mirror that is written with every change. `serving` puts it
behind a socket, `remote.open_remote` is the relay's end of that line, `calls` the table of what may
be said on it. Not for backups: what the keeper deletes must be gone everywhere; beside it lies one
copy sealed to the operator's offline key, which each hour replaces. Promises: an answered write is
on both disks; a dropped secret is in no keeper file; unknown doors answer like known ones. May
import crypto's primitives, keys, labels, encoding, errors, oprf, padding (for the largest resume
slot), and storage.
"""
