"""What the runs of a result say, outcome by outcome: means and shares with intervals of independent units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.results.confidence_intervals import mean_by_draw, mean_interval, share_difference_interval, share_interval
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Result


def units_of(result: Result, values: np.ndarray) -> np.ndarray:
    """Return what is independent of one another: runs, or the means of the draws."""
    draws = result.draws
    return values if draws is None else mean_by_draw(values, draws)


def interval_of(result: Result, values: np.ndarray, outcome: str) -> tuple[float, float, float]:
    """Return the mean, or share, of an outcome's values with the ends of its 95 % interval."""
    return interval_over(units_of(result, values), outcome)


def interval_over(units: np.ndarray, outcome: str) -> tuple[float, float, float]:
    """Return the mean, or share, of an outcome's independent values with the ends of its 95 % interval."""
    measure = measure_of(outcome)
    # Wilson's interval is of yes and no; means of draws lie between, unless all runs agree.
    is_yes_or_no = bool(np.isin(units, (0.0, 1.0)).all())
    if not measure.is_share or not is_yes_or_no:
        mean, *ends = mean_interval(units)
        # Student's interval knows no bounds; the measure does.
        least = -np.inf if measure.can_be_negative else 0.0
        low, high = np.clip(ends, least, 1.0 if measure.is_share or measure.is_fraction else np.inf).tolist()
        return mean, low, high
    return share_interval(units)


def difference_of(result: Result, a: np.ndarray, b: np.ndarray, outcome: str) -> tuple[float, float, float]:
    """Return the paired difference b - a, both in the order of the runs, with the ends of its 95 % interval."""
    return difference_over(units_of(result, a), units_of(result, b), units_of(result, b - a), outcome)


def difference_over(
    first: np.ndarray, second: np.ndarray, differences: np.ndarray, outcome: str
) -> tuple[float, float, float]:
    """Return the mean of independent paired differences, second minus first, with the ends of its 95 % interval."""
    if measure_of(outcome).is_share and np.isin([first, second], (0.0, 1.0)).all():
        return share_difference_interval(first, second)
    return mean_interval(differences)


def summarise(result: Result) -> pd.DataFrame:
    """Return one row per outcome: mean (or share) as value, ends of its 95 % interval, and n with a value."""
    rows = []
    for name in outcome_names(result):
        values = values_of(result, name)
        interval = interval_of(result, values, name)
        rows.append({"outcome": name, **dict(zip(("value", "low", "high"), interval, strict=True)),
                     "n": int(np.isfinite(values).sum())})  # fmt: skip
    return pd.DataFrame(rows)


def outcome_names(result: Result) -> list[str]:
    """Return the names of the outcomes, in the order of their table."""
    return [name for name in result.outcomes.columns if name not in ("replication", "draw")]


def values_of(result: Result, outcome: str) -> np.ndarray:
    """Return an outcome of every run as numbers; NaN where a run has none."""
    return result.outcomes[outcome].to_numpy(float)
