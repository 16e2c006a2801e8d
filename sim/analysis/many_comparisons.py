"""Many comparisons at once: p-values adjusted for their number, and how many false ones are to be expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from sim.analysis.findings import Analysis
from sim.results.confidence_intervals import CONFIDENCE

LEVEL = 1.0 - CONFIDENCE


def with_p_values(found: Analysis, p_values: Sequence[float]) -> Analysis:
    """Return an analysis whose table has a p-value for each row, and the p-values adjusted for how many there are.

    Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995, by scipy.stats: of the rows with
    `p_adjusted` below 5 %, at most about one in twenty is expected to be false. NaNs stay and are not counted.
    """
    p = np.asarray(p_values, float)
    adjusted, is_known = np.full(len(p), np.nan), np.isfinite(p)
    if is_known.any():
        adjusted[is_known] = stats.false_discovery_control(p[is_known])
    return replace(found, table=found.table.assign(p_value=p, p_adjusted=adjusted))


def are_clear(rows: pd.DataFrame) -> np.ndarray:
    """Return for each row whether its interval excludes zero and its adjusted p-value is below 5 %."""
    excludes_zero = (rows["low"] > 0.0) | (rows["high"] < 0.0)
    return (excludes_zero & (rows["p_adjusted"] < LEVEL)).to_numpy(bool)


def by_chance(n: int, what: str, rate: float = LEVEL) -> str:
    """Return how many of n rows without any effect would seem to have one if each were judged by itself."""
    return f"Of {n} {what} without any effect about {rate * n:.2g} would seem to have one by chance, judged one by one."


def adjusted_in_words(found: Analysis, what: str) -> str:
    """Return how many rows would be false by chance, and how many hold after the adjustment; empty without p-values."""
    n = int(found.table["p_adjusted"].notna().sum())
    if n == 0:
        return ""
    n_clear = int(are_clear(found.table).sum())
    return (
        f"{by_chance(n, what)} The p-values are adjusted for their number (Benjamini and Hochberg): {n_clear} of {n} "
        "are clear at 5 %; of such, at most about one in twenty is expected to be false."
    )
