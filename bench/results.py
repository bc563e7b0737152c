"""The table: what was measured, in which unit, beside which goal."""

from __future__ import annotations

import json
import operator
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import TypeVar

B = TypeVar("B")


class Bound(Enum):
    """Which way a goal points."""

    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A bound of the ratio relay : bare, or of the relay's own figure."""

    bound: Bound
    value: float
    of_ratio: bool = True

    def __str__(self) -> str:
        return f"{'ratio' if self.of_ratio else 'relay'} {self.bound.value} {self.value:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line; without a bare server there is no `bare` and no `ratio`."""

    name: str
    unit: str
    relay: float
    bare: float | None = None
    ratio: float | None = None
    goal: Goal | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal was met in this run; None without one."""
        if self.goal is None:
            return None
        value = self.ratio if self.goal.of_ratio else self.relay
        compare = operator.ge if self.goal.bound is Bound.AT_LEAST else operator.le
        return value is not None and bool(compare(value, self.goal.value))


def compared(
    name: str,
    unit: str,
    rounds: Sequence[tuple[B, B]],
    figure: Callable[[B], float],
    goal: Goal | None = None,
) -> Row:
    """Return the medians over rounds of (relay, bare); the ratio is taken in each round."""
    relay = [figure(one) for one, _ in rounds]
    bare = [figure(other) for _, other in rounds]
    ratios = [ours / theirs for ours, theirs in zip(relay, bare, strict=True) if theirs]
    return Row(
        name=name,
        unit=unit,
        relay=statistics.median(relay),
        bare=statistics.median(bare),
        ratio=statistics.median(ratios) if ratios else None,
        goal=goal,
    )


def as_text(rows: Sequence[Row]) -> str:
    """Lay the rows out for reading."""
    lines = [("", "relay", "bare", "ratio", "", "goal", "")]
    for row in rows:
        met = {True: "met", False: "missed", None: ""}[row.met]
        goal = "" if row.goal is None else str(row.goal)
        figures = (_short(row.relay), _short(row.bare), _short(row.ratio))
        lines.append((row.name, *figures, row.unit, goal, met))
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i in (1, 2, 3) else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_json(rows: Sequence[Row]) -> str:
    """Return the rows for a program."""
    return json.dumps(
        [
            asdict(row) | {"goal": str(row.goal) if row.goal else None, "met": row.met}
            for row in rows
        ],
        indent=1,
    )


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"
