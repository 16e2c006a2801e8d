"""From a table of runs to verdicts: which parameter samples support a claim, how many do, and the measured values."""

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
    """The verdict on a claim over n parameter samples.

    n_shown: samples that support the claim; n_undecided: samples in which a measure has no value; share = n_shown / n
    with the ends of its 95 % Wilson interval: an undecided sample does not support the claim. measured: for each
    variant, and for variant against reference ("paired"), the 10, 50 and 90 % quantiles of each measure over the
    samples, without NaNs.
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
        """The verdict: most (or few) if the whole interval lies above (below) one half; else mixed, or undecided."""
        if self.n < 2 or self.n_undecided > _HALF * self.n:
            return "undecided"
        if self.low > _HALF:
            return "most"
        return "few" if self.high < _HALF else "mixed"


def judge(runs: pd.DataFrame, claims: Sequence[Claim]) -> list[Verdict]:
    """Judge claims on a table of runs: one row per run, with variant, draw, replication and `totals`."""
    table = pooled(runs)
    return [judge_one(table, claim) for claim in claims]


def judge_one(table: pd.DataFrame, claim: Claim) -> Verdict:
    """Judge one claim on the pooled totals of each variant and sample."""
    variant = values_of(table, claim.variant)
    reference = values_of(table, claim.reference) if claim.reference else None
    shown = _exceeds(variant, reference, claim) if reference is not None else _is_within(variant, claim)
    decided = shown.notna()
    share, low, high = share_interval(shown.where(decided, 0.0).to_numpy(bool))
    measured = {(claim.variant, name): _quantiles(variant[name]) for name in claim.measures}
    if reference is not None:
        measured[claim.reference, claim.measure] = _quantiles(reference[claim.measure])
        measured["paired", claim.measure] = _quantiles(paired(variant, reference, claim.measure))
    return Verdict(claim, len(shown), int(shown.sum()), int((~decided).sum()), share, low, high, measured)


def values_of(table: pd.DataFrame, variant: str) -> pd.DataFrame:
    """Return every measure of a variant, one row per sample."""
    rows = table[table.index.get_level_values("variant") == variant].droplevel("variant")
    return pd.DataFrame({name: measure.of(rows) for name, measure in MEASURES.items()})


def paired(variant: pd.DataFrame, reference: pd.DataFrame, measure: str) -> pd.Series:
    """Return variant / reference (or variant - reference) of each sample; NaN where both are infinite, or both 0."""
    a, b = variant[measure], reference[measure]
    with np.errstate(divide="ignore", invalid="ignore"):
        return a / b if MEASURES[measure].is_ratio else a - b


def _exceeds(variant: pd.DataFrame, reference: pd.DataFrame, claim: Claim) -> pd.Series:
    """Return 1 where the variant has strictly more (less), 0 where not, NaN where the two cannot be compared."""
    a, b = variant[claim.measure], reference[claim.measure]
    can_compare = a.notna() & b.notna() & ~(np.isinf(a) & np.isinf(b))
    return (a > b if claim.is_more else a < b).astype(float).where(can_compare)


def _is_within(variant: pd.DataFrame, claim: Claim) -> pd.Series:
    """Return 1 where every condition holds, 0 where not, NaN where a measure has no value."""
    values = variant[[one.measure for one in claim.within]]
    holds = [(variant[one.measure] > one.low) & (variant[one.measure] <= one.high) for one in claim.within]
    return pd.Series(np.all(holds, axis=0), variant.index).astype(float).where(values.notna().all(axis=1))


def _quantiles(values: pd.Series) -> tuple[float, float, float]:
    """Return quantiles that are values of single samples, so that an infinite value stays infinite."""
    values = values[values.notna()]
    if values.empty:
        return math.nan, math.nan, math.nan
    low, middle, high = np.quantile(values, QUANTILES, method="inverted_cdf")
    return float(low), float(middle), float(high)
