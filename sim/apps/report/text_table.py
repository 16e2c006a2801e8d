"""A table of texts for a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.results.outcome_wording import Measure

NO_INTERVAL = "no interval"


@dataclass(frozen=True)
class Grid:
    """A caption, the headings of the columns, and rows of cells; the first cell of each row is its heading.

    `n_text`: how many columns from the left hold words; the others hold numbers and are aligned to the right.
    """

    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    n_text: int = 1


def with_interval(
    measure: Measure, value: float, low: float, high: float, sign: bool = False, why_none: str = ""
) -> str:
    """Return a value, and on the line below its interval in brackets, or that there is none, and why."""
    if value != value:
        return measure.show(value)
    shown = measure.show(value, sign)
    if low != low:
        return f"{shown}\n({NO_INTERVAL}{why_none and f': {why_none}'})"
    return f"{shown}\n({measure.show(low, sign)} to {measure.show(high, sign)})"
