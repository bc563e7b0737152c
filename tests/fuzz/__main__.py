"""Differential fuzzing by hand: `python -m tests.fuzz [--minutes N] [--seed N]`.

Prints each difference, and at the end how much was asked; 1 where there was one.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz.campaign import differences, questions
from tests.fuzz.decoders import decoders

EACH = 1000
SHOWN = 200


def main(arguments: list[str]) -> int:
    """Ask, seed after seed, until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    end = time.monotonic() + options.minutes * 60
    seed, asked, accepted, differing = options.seed, 0, 0, 0
    while time.monotonic() < end:
        these = list(questions(seed, EACH))
        found, taken = differences(these)
        for one in found:
            sys.stdout.write(f"{one.asked.name} {one.asked.raw.hex()}\n")
            sys.stdout.write(
                f"  Python {one.python[:SHOWN]}\n  JavaScript {one.javascript[:SHOWN]}\n"
            )
        seed, asked = seed + 1, asked + len(these)
        accepted, differing = accepted + taken, differing + len(found)
    sys.stdout.write(
        f"{len(decoders())} decoders, seeds {options.seed} to {seed - 1}: {asked} questions, "
        f"{accepted} accepted by both, {differing} differences\n"
    )
    return int(differing > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
