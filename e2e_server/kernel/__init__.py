"""The relay's kernel: knows frames, credentials, clocks and sockets, and no room.

    gateway (bytes) -> session (pure checks) -> dispatch (credential, role, stamp) -> a handler
    a commit's announcement -> fanout -> a room's reader -> one write to the socket

Rooms use `context` (what a handler gets) and `slices` (how a room shows its handlers and jobs).
Promises: a handler runs only after every check its command declares; commands of one connection
run in their order; nothing here logs an id, an address or content. May import the ports of storage,
bus, keeper and blobstore, and of the agreement the wire, errors, hashes and signature checks.
"""
