"""From a table of runs to verdicts: which draws show a claim, how many do, and what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.results.confidence_intervals import share_interval
from sim.validation.patterns.claims import Claim
from sim.validation.patterns.pattern_measures import MEASURES, pooled

QUANTILES = (0.1, 0.5, 0.9)
_HALF = 0.5


@dataclass(frozen=True)
class Verdict:
    """A claim over the draws.

    n_shown and n_undecided (a measure has no value) are counts of the n draws; share = n_shown / n with the ends of
    its 95 % Wilson interval: a draw that cannot be judged does not show the claim. measured: for each arm, and for
    variant against reference, the 10, 50 and 90 % quantiles over draws of each measure, NaNs left out.
    """

    claim: Claim
    n: int
    n_shown: int
    n_undecided: int
    share: float
    low: float
    high: float
    measured: dict[tuple[str, str], tuple[float, float, float]]

    @property
    def word(self) -> str:
        """Say what the interval allows: most or few (draws show it) when all of it lies on one side of one half."""
        if self.n < 2 or self.n_undecided > _HALF * self.n:
            return "cannot tell"
        if self.low > _HALF:
            return "most"
        return "few" if self.high < _HALF else "mixed"


def judge(runs: pd.DataFrame, claims: Sequence[Claim]) -> list[Verdict]:
    """Judge claims on a table of runs: one row a run, with arm, draw, replication and the totals of `measures`."""
    table = pooled(runs)
    return [judge_one(table, claim) for claim in claims]


def judge_one(table: pd.DataFrame, claim: Claim) -> Verdict:
    """Judge one claim on the pooled totals of each arm and draw."""
    arm = values_of(table, claim.arm)
    reference = values_of(table, claim.reference) if claim.reference else None
    shown = _exceeds(arm, reference, claim) if reference is not None else _is_within(arm, claim)
    decided = shown.notna()
    share, low, high = share_interval(shown.where(decided, 0.0).to_numpy(bool))
    measured = {(claim.arm, name): _quantiles(arm[name]) for name in claim.measures}
    if reference is not None:
        measured[claim.reference, claim.measure] = _quantiles(reference[claim.measure])
        measured["paired", claim.measure] = _quantiles(paired(arm, reference, claim.measure))
    return Verdict(claim, len(shown), int(shown.sum()), int((~decided).sum()), share, low, high, measured)


def values_of(table: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Return every measure of an arm, one row a draw."""
    rows = table[table.index.get_level_values("arm") == arm].droplevel("arm")
    return pd.DataFrame({name: measure.of(rows) for name, measure in MEASURES.items()})


def paired(arm: pd.DataFrame, reference: pd.DataFrame, measure: str) -> pd.Series:
    """Return arm over reference (or arm less reference) of each draw; NaN where both are infinite, or both 0."""
    a, b = arm[measure], reference[measure]
    with np.errstate(divide="ignore", invalid="ignore"):
        return a / b if MEASURES[measure].is_ratio else a - b


def _exceeds(arm: pd.DataFrame, reference: pd.DataFrame, claim: Claim) -> pd.Series:
    """Return 1 where the arm has strictly more (less), 0 where not, NaN where the two cannot be compared."""
    a, b = arm[claim.measure], reference[claim.measure]
    can_compare = a.notna() & b.notna() & ~(np.isinf(a) & np.isinf(b))
    return (a > b if claim.is_more else a < b).astype(float).where(can_compare)


def _is_within(arm: pd.DataFrame, claim: Claim) -> pd.Series:
    """Return 1 where every condition holds, 0 where not, NaN where a measure has no value."""
    values = arm[[one.measure for one in claim.within]]
    holds = [(arm[one.measure] > one.low) & (arm[one.measure] <= one.high) for one in claim.within]
    return pd.Series(np.all(holds, axis=0), arm.index).astype(float).where(values.notna().all(axis=1))


def _quantiles(values: pd.Series) -> tuple[float, float, float]:
    """Return quantiles that are values of draws, so that an infinite one stays what it is."""
    values = values[values.notna()]
    if values.empty:
        return math.nan, math.nan, math.nan
    low, middle, high = np.quantile(values, QUANTILES, method="inverted_cdf")
    return float(low), float(middle), float(high)
