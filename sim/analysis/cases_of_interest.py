"""Which points are of interest: the cases that scenario discovery looks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import InputError
from sim.results.outcome_wording import Measure
from sim.results.outcome_wording import measure as measure_of
from sim.scenario.reading.error_wording import number_in_words

if TYPE_CHECKING:
    from sim.analysis.sweep_results import SweepResults

_QUARTER, _HALF = 0.75, 0.5
_LEAST = 5


@dataclass(frozen=True)
class Cases:
    """The points of interest; in words what makes them so, with the outcome's title."""

    is_case: np.ndarray
    words: str


def cases_of(results: SweepResults, outcome: str, above: float | None = None, below: float | None = None) -> Cases:
    """Return the points whose mean lies above one number, or below another, or between both when they cross.

    Without a number: below one half for an outcome that is a share of runs, else the highest quarter. Raises
    InputError when fewer than 5 points are of interest, or fewer than 5 are not.
    """
    check_limits(above, below)
    means = results.means(outcome)
    if above is None and below is None:
        above, below = _by_default(outcome, means)
    is_case = np.ones(len(means), bool)
    if above is not None:
        is_case &= means > above
    if below is not None:
        is_case &= means < below
    words = f"{told(outcome).title} {_in_words(outcome, above, below)}"
    n = int(is_case.sum())
    if min(n, len(means) - n) < _LEAST:
        raise InputError(
            [f"{outcome}: {n} of {len(means)} points are cases ({words}); scenario discovery needs {_LEAST} inside and "
             "outside: set another limit with --above or --below"]
        )  # fmt: skip
    return Cases(is_case, words)


def check_limits(above: float | None, below: float | None) -> None:
    """Raise InputError for a limit that is no finite number."""
    for name, limit in (("above", above), ("below", below)):
        if limit is not None and not np.isfinite(limit):
            raise InputError([f"--{name}: must be a finite number, is {limit}"])


def _in_words(outcome: str, above: float | None, below: float | None) -> str:
    measure = told(outcome)
    factor, unit = (100.0, " % of the runs") if measure.is_share else (1.0, f" {measure.unit}".rstrip())
    over, under = ("in over", "in under") if measure.is_share else ("above", "below")
    ends = ((over, above), (under, below))
    limits = [f"{side} {number_in_words(limit * factor)}{unit}" for side, limit in ends if limit is not None]
    return " and ".join(limits)


def _by_default(outcome: str, means: np.ndarray) -> tuple[float | None, float | None]:
    if told(outcome).is_share:
        return None, _HALF
    # The quantile itself may be many points' value.
    return float(np.quantile(means, _QUARTER, method="lower")), None


def told(outcome: str) -> Measure:
    """Return how an outcome is told; an outcome that is none of the simulator's own has its name for a title."""
    try:
        return measure_of(outcome)
    except KeyError:
        return Measure(outcome, "", decimals=3)
