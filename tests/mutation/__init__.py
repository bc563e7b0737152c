"""Mutation testing of the verification paths and the transcript machine: `make mutation`."""
