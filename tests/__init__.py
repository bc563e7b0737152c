"""Everything that proves the project: vectors, behaviour, flows, browsers."""
