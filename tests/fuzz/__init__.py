"""Differential fuzzing: each decoder of the project, Python against JavaScript."""
