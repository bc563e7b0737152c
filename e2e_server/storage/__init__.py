"""The only package that names a database engine.

Use `port.Database` and its two transactions; `sqlite.open_sqlite` is the embedded engine and
`schema` reads and applies the talking `schema.sql`. SQL itself lives in each room's `store.py`, in
the portable subset with `$1` placeholders. Promises: what `write` returned is on disk; a unit that
raises leaves nothing behind; announcements leave only after the commit. May import `bus.port`.
"""
