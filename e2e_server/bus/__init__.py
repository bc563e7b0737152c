"""Announcements between those who wrote and those who wait: a topic and one short reference.

Use `Bus.subscribe` and let `Database.write` publish after its commit. An announcement carries no
content (the one exception: fleeting envelopes, sealed and never stored, have no other place), and
losing one costs latency, never a message: readers hold cursors and poll now and then. `local` is
the bus inside one process. Imports nothing of ours.
"""
