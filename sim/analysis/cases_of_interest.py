"""Which points are cases of interest: those that scenario discovery looks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.results.number_format import rounded
from sim.results.outcome_wording import measure as measure_of

_UPPER_QUARTILE, _HALF = 0.75, 0.5
_MIN_POINTS = 5


@dataclass(frozen=True)
class Cases:
    """Which points are cases, and in words which condition makes a point a case."""

    is_case: np.ndarray
    words: str


def cases_of(results: SweepResults, outcome: str, above: float | None = None, below: float | None = None) -> Cases:
    """Return the points whose mean is above `above` and below `below` (in the outcome's unit; a share from 0 to 1).

    Without limits: below one half for an outcome that is a share of runs, else the highest quarter of the points.
    Raises InputError when fewer than 5 points are cases, or fewer than 5 are not.
    """
    check_limits(above, below)
    means = results.means(outcome)
    if above is None and below is None:
        above, below = _default_limits(outcome, means)
    is_case = np.ones(len(means), bool)
    if above is not None:
        is_case &= means > above
    if below is not None:
        is_case &= means < below
    words = f"{measure_of(outcome).title} {_in_words(outcome, above, below)}"
    n = int(is_case.sum())
    if min(n, len(means) - n) < _MIN_POINTS:
        raise InputError(
            [f"{outcome}: {n} of {len(means)} points are cases ({words}); scenario discovery needs {_MIN_POINTS} cases "
             f"and {_MIN_POINTS} other points: set another limit with --above or --below"]
        )  # fmt: skip
    return Cases(is_case, words)


def nearby_limits(
    results: SweepResults, outcome: str, above: float | None = None, below: float | None = None
) -> list[tuple[float | None, float | None]]:
    """Return the limits (above, below) that make a third fewer and a third more points cases than `cases_of` finds.

    A limit that makes the same points cases is left out; there is none when cases lie between two limits.
    """
    means = results.means(outcome)
    if above is None and below is None:
        above, below = _default_limits(outcome, means)
    if above is not None and below is not None:
        return []
    # With the sign of "below" turned, cases are always the high values.
    sign, limit = (1.0, above) if above is not None else (-1.0, below)
    high = np.sort(sign * means)[::-1]
    n = int((high > sign * (limit or 0.0)).sum())
    found: list[tuple[float | None, float | None]] = []
    for share in (2 / 3, 4 / 3):
        wanted = min(round(share * n), len(high) - 1)
        other = float(high[wanted])
        if 0 < int((high > other).sum()) != n:
            found.append((other, None) if sign > 0 else (None, -other))
    return found


def check_limits(above: float | None, below: float | None) -> None:
    """Raise InputError for a limit that is not a finite number."""
    for name, limit in (("above", above), ("below", below)):
        if limit is not None and not np.isfinite(limit):
            raise InputError([f"--{name}: must be a finite number, is {limit}"])


def _in_words(outcome: str, above: float | None, below: float | None) -> str:
    measure = measure_of(outcome)
    factor, unit = (100.0, " % of the runs") if measure.is_share else (1.0, f" {measure.unit}".rstrip())
    over, under = ("in over", "in under") if measure.is_share else ("above", "below")
    ends = ((over, above), (under, below))
    limits = [f"{side} {rounded(limit * factor, 4)}{unit}" for side, limit in ends if limit is not None]
    return " and ".join(limits)


def _default_limits(outcome: str, means: np.ndarray) -> tuple[float | None, float | None]:
    if measure_of(outcome).is_share:
        return None, _HALF
    # Of the two neighbours of the quantile the lower one: many points may have its value.
    return float(np.quantile(means, _UPPER_QUARTILE, method="lower")), None
