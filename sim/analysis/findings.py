"""What every analysis returns: a tidy table of indices, their noise share, and notes for the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.replication_noise import Noise
from sim.analysis.sweep_results import SweepResults

_CONSEQUENCES = {
    "sobol": "intervals are wider; the indices are corrected for it",
    "morris": "mu* and sigma of factors without any effect are above zero",
    "one_at_a_time": "small changes may be random: see their intervals",
    "surface": "R2 is too low and intervals are wider; the coefficients are not biased",
    "rank_regression": "coefficients are too low by about half the noise share, R2 by about all of it; signs and order "
    "are not affected",
    "prim": "some points are on the wrong side of the limit, and no box is as dense as it could be",
}
# With one replication, indices cannot be corrected.
_UNKNOWN = {
    "sobol": "the indices are those of single runs, in which noise counts as an effect of the factors that change it",
}
_CONDITIONAL = ("sobol", "rank_regression", "prim", "morris", "rbd_fast")
_OTHERWISE = "indices are too low: noise explains the rest"
THESE_NUMBERS_ONLY = "All points had the same random numbers; intervals do not cover what others would change."
_COLUMNS = ("factor", "with_factor", "index", "value", "low", "high")


@dataclass(frozen=True)
class Analysis:
    """The indices of one method for one outcome.

    `table` has one row per index: method, outcome, factor, with_factor (the second factor of a second-order index, else
    empty), index, value, low and high (95 % interval; NaN where there is none), noise_share with noise_low and
    noise_high. `details` holds further tables of the method, such as a peeling trajectory.
    """

    method: str
    title: str
    outcome: str
    table: pd.DataFrame
    noise: Noise
    label: str
    notes: tuple[str, ...] = ()
    details: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def of(self, index: str) -> pd.DataFrame:
        """Return the rows of one index, by factor."""
        return self.table[self.table["index"] == index].set_index("factor")


def analysis(
    results: SweepResults,
    outcome: str,
    noise: Noise,
    method: tuple[str, str],
    rows: Sequence[tuple[str, str, str, float, float, float]],
    notes: Sequence[str] = (),
    details: Mapping[str, pd.DataFrame] | None = None,
) -> Analysis:
    """Return an Analysis of rows (factor, with_factor, index, value, low, high); `method` is its name and title."""
    table = pd.DataFrame([dict(zip(_COLUMNS, row, strict=True)) for row in rows], columns=list(_COLUMNS))
    table.insert(0, "method", method[0])
    table.insert(1, "outcome", outcome)
    table = table.assign(noise_share=noise.share, noise_low=noise.low, noise_high=noise.high)
    consequence = _CONSEQUENCES.get(method[0], _OTHERWISE)
    if not noise.is_known:
        consequence = _UNKNOWN.get(method[0], consequence)
    # Where points share random numbers, an interval that takes them as independent holds for these numbers only.
    is_conditional = noise.is_common and noise.share != 0.0 and method[0] in _CONDITIONAL
    condition = THESE_NUMBERS_ONLY if is_conditional else ""
    all_notes = (*notes, noise.in_words(), noise.advice(consequence), condition)
    return Analysis(*method, outcome, table, noise, results.label, tuple(filter(None, all_notes)), details or {})


def salib_problem(results: SweepResults) -> dict[str, Any]:
    """Return the factors in SALib's form, in the unit cube."""
    return {"num_vars": len(results.factors), "names": results.paths, "bounds": [[0.0, 1.0]] * len(results.factors)}


def plus_minus(value: float, half: float) -> tuple[float, float, float]:
    """Return a value with the ends of its interval."""
    return float(value), float(value - half), float(value + half)


def positions(results: SweepResults) -> np.ndarray:
    """Return the points' positions in the unit cube, points x factors."""
    return results.unit.to_numpy(float)
