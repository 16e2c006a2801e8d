"""Two scenarios compared pair by pair: replication i of both has the same dice, so their difference is the change's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from sim.label import LABEL
from sim.result import Ensemble, Result

CONFIDENCE = 0.95


def mean_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Return mean, lower and upper end of its 95 % Student-t interval; NaNs are left out.

    With fewer than two values, or none that differ, the interval's ends are NaN, or the mean.
    """
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return (float(values[0]) if len(values) else math.nan), math.nan, math.nan
    mean, error = float(values.mean()), float(stats.sem(values))
    if error == 0.0:
        return mean, mean, mean
    low, high = stats.t.interval(CONFIDENCE, len(values) - 1, mean, error)
    return mean, float(low), float(high)


def share_interval(flags: np.ndarray) -> tuple[float, float, float]:
    """Return the share of true values with the ends of its 95 % Wilson interval; of one value, NaN ends."""
    flags = np.asarray(flags, bool)
    if len(flags) < 2:
        return float(flags.mean()), math.nan, math.nan
    result = stats.binomtest(int(flags.sum()), len(flags)).proportion_ci(CONFIDENCE, method="wilson")
    return float(flags.mean()), float(result.low), float(result.high)


def share_difference_interval(reference: np.ndarray, variant: np.ndarray) -> tuple[float, float, float]:
    """Return the difference of two paired shares, variant minus reference, with its 95 % interval.

    Newcombe's method 10 for paired data (Statistics in Medicine 17, 1998): the Wilson intervals of both shares,
    joined by the correlation within pairs. Unlike Student's interval it keeps a width when every pair agrees.
    """
    a, b = np.asarray(variant, bool), np.asarray(reference, bool)
    (p, p_low, p_high), (q, q_low, q_high) = share_interval(a), share_interval(b)
    both, only_a, only_b, neither = (int(np.sum(pairs)) for pairs in (a & b, a & ~b, ~a & b, ~a & ~b))
    product = float(both * neither - only_a * only_b)
    if product > 0:
        product = max(product - len(a) / 2, 0.0)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    phi = product / math.sqrt(margins) if margins else 0.0
    below = math.hypot(p - p_low, q_high - q) ** 2 - 2 * phi * (p - p_low) * (q_high - q)
    above = math.hypot(p_high - p, q - q_low) ** 2 - 2 * phi * (p_high - p) * (q - q_low)
    return p - q, p - q - math.sqrt(max(below, 0.0)), p - q + math.sqrt(max(above, 0.0))


@dataclass(frozen=True)
class Comparison:
    """A reference and a variant with the same seed, and what the change did to each outcome.

    table: one row an outcome, with value, low and high (95 % intervals) of reference, variant and paired difference
    (variant minus reference), and the share of pairs in which the variant is higher.
    """

    reference: Ensemble
    variant: Ensemble
    table: pd.DataFrame

    def differences(self, outcome: str) -> np.ndarray:
        """Return the paired differences of one outcome, variant minus reference."""
        return _values(self.variant, outcome) - _values(self.reference, outcome)

    @property
    def label(self) -> str:
        """The line that every picture and table carries; the variant's counts are told where they differ."""
        a, b = self.reference.label, self.variant.label
        return a if a == b else f"{a} ({self.variant.name}: {b.removeprefix(LABEL).lstrip(': ')})"

    @property
    def share_flipped(self) -> float:
        """Share of pairs in which the city is held in one run and lost in the other."""
        return float(np.mean(self.differences("city_held") != 0.0))


def compare(reference: Ensemble, variant: Ensemble) -> Comparison:
    """Pair two ensembles; raises ValueError when they do not share seed, replications and horizon."""
    for what, values in (
        ("seeds", [e.manifest["seed"] for e in (reference, variant)]),
        ("numbers of replications", [e.n_replications for e in (reference, variant)]),
        ("horizons in days", [e.manifest["scenario"]["time"]["horizon_days"] for e in (reference, variant)]),
    ):
        if values[0] != values[1]:
            raise ValueError(f"{reference.name} and {variant.name} have different {what}: {values[0]} and {values[1]}")
    rows = [_row(reference, variant, name) for name in _names(reference)]
    return Comparison(reference, variant, pd.DataFrame(rows))


def _row(reference: Ensemble, variant: Ensemble, name: str) -> dict[str, object]:
    a, b = _values(reference, name), _values(variant, name)
    row: dict[str, object] = {"outcome": name}
    intervals = _interval(reference, name), _interval(variant, name), _difference(a, b, name)
    for what, values in zip(("reference", "variant", "difference"), intervals, strict=True):
        row |= dict(zip((what, f"{what}_low", f"{what}_high"), values, strict=True))
    both = np.isfinite(a) & np.isfinite(b)
    row["n_pairs"] = int(both.sum())
    row["share_higher"] = float(np.mean(b[both] > a[both])) if both.any() else math.nan
    return row


def _difference(a: np.ndarray, b: np.ndarray, name: str) -> tuple[float, float, float]:
    return share_difference_interval(a, b) if name == "city_held" else mean_interval(b - a)


def summarise(result: Result) -> pd.DataFrame:
    """Return one row an outcome: mean (or share) as value, ends of its 95 % interval, and n with a value."""
    rows = [
        {
            "outcome": name,
            **dict(zip(("value", "low", "high"), _interval(result, name), strict=True)),
            "n": int(np.isfinite(_values(result, name)).sum()),
        }
        for name in _names(result)
    ]
    return pd.DataFrame(rows)


def _names(result: Result) -> list[str]:
    return [name for name in result.outcomes.columns if name != "replication"]


def _interval(result: Result, name: str) -> tuple[float, float, float]:
    return (share_interval if name == "city_held" else mean_interval)(_values(result, name))


def _values(result: Result, outcome: str) -> np.ndarray:
    return result.outcomes[outcome].to_numpy(float)
