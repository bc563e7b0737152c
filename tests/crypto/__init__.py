"""Tests of the agreement: the shared vectors, behaviour, oracles and hostile input."""
