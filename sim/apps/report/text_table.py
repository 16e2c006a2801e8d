"""A table of texts, as a template shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.results.outcome_wording import Measure

NO_INTERVAL = "no interval"


@dataclass(frozen=True)
class Grid:
    """A caption, the heads of the columns and rows of cells; each row's first cell is its head.

    n_text: how many columns from the left hold words; the others hold numbers and stand to the right.
    """

    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    n_text: int = 1


def with_interval(measure: Measure, value: float, low: float, high: float, sign: bool = False) -> str:
    """Return a value with its interval in brackets on a line below; never the value alone."""
    if value != value:
        return measure.show(value)
    shown = measure.show(value, sign)
    if low != low:
        return f"{shown}\n({NO_INTERVAL})"
    return f"{shown}\n({measure.show(low, sign)} to {measure.show(high, sign)})"
