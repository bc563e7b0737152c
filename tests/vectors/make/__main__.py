"""Write or compare the vector files: `python -m tests.vectors.make [--check] [name ...]`."""

from __future__ import annotations

import sys

from tests.vectors.make.common import generate, generator_names, vector_path


def main(arguments: list[str]) -> int:
    """Write each named file (all when none is named); with --check, report differences only."""
    check = "--check" in arguments
    names = [argument for argument in arguments if not argument.startswith("--")]
    stale = 0
    for name in names or generator_names():
        path, text = vector_path(name), generate(name)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if not check:
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {'differs' if check else 'written'}\n")
    return 1 if check and stale else 0


raise SystemExit(main(sys.argv[1:]))
