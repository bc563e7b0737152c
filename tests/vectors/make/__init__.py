"""The generators: one module a vector file, each with `cases() -> dict`.

`python -m tests.vectors.make [name ...]` writes the files; `--check` only compares them.
"""
