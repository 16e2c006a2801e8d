"""From a table of runs to verdicts: how many parameter samples support a claim, how many show none or the contrary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sim.results.confidence_intervals import CONFIDENCE, share_interval
from sim.validation.patterns.claims import Claim
from sim.validation.patterns.pattern_measures import MEASURES, pooled

QUANTILES = (0.1, 0.5, 0.9)
FEWEST = 6
"""With fewer samples not even a unanimous one can show, at 2.5 %, that a share is above one half: 0.5^5 is 3.1 %."""
_HALF = 0.5


class Share(NamedTuple):
    """The number of samples of one kind, its share of all samples, and the ends of the share's 95 % Wilson interval."""

    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """The verdict on a claim over n parameter samples, each of which is of one kind.

    as_claimed: the sample supports the claim; equal: variant and reference have exactly the same value (None without a
    reference); contrary: it does not support the claim, and is not equal; n_undecided: a measure has no value.
    measured: for each variant, and for variant against reference ("paired"), the 10, 50 and 90 % quantiles of each
    measure over the samples, without NaNs.
    """

    claim: Claim
    n: int
    as_claimed: Share
    equal: Share | None
    contrary: Share
    n_undecided: int
    measured: dict[tuple[str, str], tuple[float, float, float]]

    @property
    def word(self) -> str:
        """The verdict: the kind of more than half of the samples, beyond chance.

        "most" if more than half are as claimed, "no difference" if equal, "few" if contrary, each by an exact binomial
        test of one half at 2.5 %; "mixed" if none is. "undecided" with fewer than FEWEST samples, or if more than half
        have no value. Two kinds at most can be near one half, so a verdict is false in 5 % of the studies at most.
        """
        if self.n < FEWEST or self.n_undecided > _HALF * self.n:
            return "undecided"
        kinds = {"most": self.as_claimed, "no difference": self.equal, "few": self.contrary}
        return next((word for word, kind in kinds.items() if kind and _is_above_half(kind.n, self.n)), "mixed")

    @property
    def sign_test_p(self) -> float:
        """The two-sided p-value of the sign test on the samples that differ; NaN without a reference, or if none does.

        Dixon and Mood, Journal of the American Statistical Association 41, 1946.
        """
        n_differ = self.as_claimed.n + self.contrary.n
        if self.equal is None or not n_differ:
            return math.nan
        return float(stats.binomtest(self.as_claimed.n, n_differ, _HALF).pvalue)

    @property
    def where_different(self) -> str:
        """Which way the samples that are not equal differ, by the sign test at 5 %; empty where it adds nothing."""
        if self.word not in ("mixed", "no difference") or not (self.equal and self.equal.n):
            return ""
        if not self.sign_test_p < 1.0 - CONFIDENCE:
            return ""
        return "most as claimed" if self.as_claimed.n > self.contrary.n else "most contrary"


def _is_above_half(k: int, n: int) -> bool:
    return bool(stats.binom.sf(k - 1, n, _HALF) < (1.0 - CONFIDENCE) / 2.0)


def judge(runs: pd.DataFrame, claims: Sequence[Claim]) -> list[Verdict]:
    """Judge claims on a table of runs: one row per run, with variant, draw, replication and `totals`."""
    table = pooled(runs)
    return [judge_one(table, claim) for claim in claims]


def judge_one(table: pd.DataFrame, claim: Claim) -> Verdict:
    """Judge one claim on the pooled totals of each variant and sample."""
    variant = values_of(table, claim.variant)
    reference = values_of(table, claim.reference) if claim.reference else None
    kinds = _compared(variant, reference, claim) if reference is not None else _is_within(variant, claim)
    shares = {sign: _share(kinds == sign) for sign in (1.0, 0.0, -1.0)}
    measured = {(claim.variant, name): _quantiles(variant[name]) for name in claim.measures}
    equal = None
    if reference is not None:
        equal = shares[0.0]
        measured[claim.reference, claim.measure] = _quantiles(reference[claim.measure])
        measured["paired", claim.measure] = _quantiles(paired(variant, reference, claim.measure))
    return Verdict(claim, len(kinds), shares[1.0], equal, shares[-1.0], int(kinds.isna().sum()), measured)


def _share(flags: pd.Series) -> Share:
    return Share(int(flags.sum()), *share_interval(flags.to_numpy(bool)))


def values_of(table: pd.DataFrame, variant: str) -> pd.DataFrame:
    """Return every measure of a variant, one row per sample."""
    rows = table[table.index.get_level_values("variant") == variant].droplevel("variant")
    return pd.DataFrame({name: measure.of(rows) for name, measure in MEASURES.items()})


def paired(variant: pd.DataFrame, reference: pd.DataFrame, measure: str) -> pd.Series:
    """Return variant / reference (or variant - reference) of each sample; NaN where both are infinite, or both 0."""
    a, b = variant[measure], reference[measure]
    with np.errstate(divide="ignore", invalid="ignore"):
        return a / b if MEASURES[measure].is_ratio else a - b


def _compared(variant: pd.DataFrame, reference: pd.DataFrame, claim: Claim) -> pd.Series:
    """Return 1 where the variant differs as claimed, 0 where the two are equal, -1 on the contrary, else NaN."""
    a, b = variant[claim.measure], reference[claim.measure]
    can_compare = a.notna() & b.notna() & ~(np.isinf(a) & np.isinf(b))
    is_more = (a > b).astype(float) - (a < b).astype(float)
    return (is_more if claim.is_more else -is_more).where(can_compare)


def _is_within(variant: pd.DataFrame, claim: Claim) -> pd.Series:
    """Return 1 where every condition holds, -1 where one does not, NaN where a measure has no value."""
    values = variant[[one.measure for one in claim.within]]
    holds = [(variant[one.measure] > one.low) & (variant[one.measure] <= one.high) for one in claim.within]
    return pd.Series(np.where(np.all(holds, axis=0), 1.0, -1.0), variant.index).where(values.notna().all(axis=1))


def _quantiles(values: pd.Series) -> tuple[float, float, float]:
    """Return quantiles that are values of single samples, so that an infinite value stays infinite."""
    values = values[values.notna()]
    if values.empty:
        return math.nan, math.nan, math.nan
    low, middle, high = np.quantile(values, QUANTILES, method="inverted_cdf")
    return float(low), float(middle), float(high)
