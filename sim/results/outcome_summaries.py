"""What the runs of a result say, outcome by outcome: means and shares with intervals of independent units."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.results.confidence_intervals import (
    FEWEST,
    FEWEST_OF_ANY,
    Interval,
    clustered_mean_interval,
    clustered_share_interval,
    fraction_difference_interval,
    mean_by_draw,
    mean_interval,
    share_difference_interval,
    share_interval,
    why_no_interval,
)
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Result
from sim.results.significance_and_power import (
    p_value,
    p_value_of_clustered_shares,
    p_value_of_clusters,
    p_value_of_fractions,
    p_value_of_shares,
)


def units_of(result: Result, values: np.ndarray) -> np.ndarray:
    """Return what is independent of one another: runs, or the means of the Latin hypercubes of draws."""
    cubes = result.hypercubes
    return values if cubes is None else mean_by_draw(values, cubes)


def _n_draws(result: Result) -> int:
    draws = result.draws
    return 0 if draws is None else len(np.unique(draws))


def interval_of(result: Result, values: np.ndarray, outcome: str) -> tuple[float, float, float]:
    """Return the mean, or share, of an outcome's values with the ends of its 95 % interval."""
    cubes = result.hypercubes
    if cubes is None or not np.isfinite(values).any():
        return interval_over(values, outcome, _last_day(result, outcome))
    if measure_of(outcome).is_share:
        has_value = np.isfinite(values)
        return clustered_share_interval(values[has_value], cubes[has_value], _n_draws(result))
    return _within_bounds(clustered_mean_interval(values, cubes), outcome, _last_day(result, outcome))


def interval_over(units: np.ndarray, outcome: str, last_day: float = math.inf) -> tuple[float, float, float]:
    """Return the mean, or share, of an outcome's independent values with the ends of its 95 % interval.

    No mean of days is above the last day of the runs.
    """
    if measure_of(outcome).is_share and np.isfinite(units).any():
        return share_interval(units[np.isfinite(units)])
    return _within_bounds(mean_interval(units, measure_of(outcome).kind), outcome, last_day)


def _last_day(result: Result, outcome: str) -> float:
    return float(result.series.sizes["time"] - 1) if outcome == "days_city_held" else math.inf


def _within_bounds(interval: Interval, outcome: str, last_day: float) -> Interval:
    """Return an interval cut to the values that an outcome can have: Student's knows no bounds."""
    (mean, *ends), measure = interval, measure_of(outcome)
    most = 1.0 if measure.is_fraction else last_day
    least = -np.inf if measure.can_be_negative else 0.0
    low, high = np.clip(ends, least, most).tolist()
    return mean, low, high


def difference_of(result: Result, a: np.ndarray, b: np.ndarray, outcome: str) -> tuple[float, float, float]:
    """Return the paired difference b - a, both in the order of the runs, with the ends of its 95 % interval."""
    cubes = result.hypercubes
    if cubes is None or not np.isfinite(b - a).any():
        return difference_over(a, b, b - a, outcome)
    if measure_of(outcome).is_share:
        return share_difference_interval(a, b, cubes, _n_draws(result))
    return clustered_mean_interval(b - a, cubes)


def difference_over(
    first: np.ndarray, second: np.ndarray, differences: np.ndarray, outcome: str
) -> tuple[float, float, float]:
    """Return the mean of independent paired differences, second minus first, with the ends of its 95 % interval."""
    measure = measure_of(outcome)
    if measure.is_share and np.isfinite(differences).all():
        return share_difference_interval(first, second)
    if measure.is_fraction:
        return fraction_difference_interval(first, second)
    return mean_interval(differences)


def p_value_of(result: Result, a: np.ndarray, b: np.ndarray, outcome: str) -> float:
    """Return the p-value that belongs to `difference_of`; NaN where there is no interval."""
    cubes = result.hypercubes
    if cubes is None or not np.isfinite(b - a).any():
        return p_value_over(a, b, outcome)
    if measure_of(outcome).is_share and np.isfinite(b - a).all():
        return p_value_of_clustered_shares(a, b, cubes, _n_draws(result))
    return p_value_of_clusters(mean_by_draw(b - a, cubes))


def p_value_over(first: np.ndarray, second: np.ndarray, outcome: str) -> float:
    """Return the p-value that belongs to `difference_over`; NaN where there is no interval."""
    measure = measure_of(outcome)
    if measure.is_share and np.isfinite(second - first).all():
        return p_value_of_shares(first, second)
    return p_value_of_fractions(first, second) if measure.is_fraction else p_value(second - first)


def no_interval_of_difference(result: Result, a: np.ndarray, b: np.ndarray, outcome: str) -> str:
    """Return in few words why `difference_of` gives no interval; empty where it gives one."""
    if math.isfinite(difference_of(result, a, b, outcome)[1]):
        return ""
    differences = units_of(result, b - a)
    differences = differences[np.isfinite(differences)]
    if len(differences) and not differences.any():
        return "no pair differs"
    if result.hypercubes is not None:
        return why_no_interval(differences, "count").replace("runs", "hypercubes")
    fewest = FEWEST if measure_of(outcome).is_fraction else FEWEST_OF_ANY
    if len(differences) < fewest:
        return f"fewer than {fewest} pairs"
    return "all differences equal" if np.ptp(differences) == 0.0 else "all differences but one equal"


def no_interval_of(result: Result, values: np.ndarray, outcome: str) -> str:
    """Return in few words why `interval_of` gives no interval; empty where it gives one."""
    if math.isfinite(interval_of(result, values, outcome)[1]):
        return ""
    if result.hypercubes is not None:
        means = units_of(result, values)
        return why_no_interval(means[np.isfinite(means)], "count").replace("runs", "hypercubes")
    measure = measure_of(outcome)
    return f"fewer than {FEWEST} runs" if measure.is_share else why_no_interval(values, measure.kind)


def summarise(result: Result) -> pd.DataFrame:
    """Return one row per outcome: mean (or share) as value, ends of its 95 % interval, and n with a value.

    `no_interval` says in few words why there is no interval; it is empty where there is one.
    """
    rows = []
    for name in outcome_names(result):
        values = values_of(result, name)
        interval = dict(zip(("value", "low", "high"), interval_of(result, values, name), strict=True))
        why = no_interval_of(result, values, name)
        rows.append({"outcome": name, **interval, "n": int(np.isfinite(values).sum()), "no_interval": why})
    return pd.DataFrame(rows)


def outcome_names(result: Result) -> list[str]:
    """Return the names of the outcomes that are summarised, in the order of their table."""
    names = [name for name in result.outcomes.columns if name not in ("replication", "draw")]
    return [name for name in names if measure_of(name).is_summarised]


def values_of(result: Result, outcome: str) -> np.ndarray:
    """Return an outcome of every run as numbers; NaN where a run has none."""
    return result.outcomes[outcome].to_numpy(float)
