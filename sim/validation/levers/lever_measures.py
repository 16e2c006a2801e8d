"""What a prediction measures: plain functions of the ensembles of its variants, in the order that it names them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.results.comparison.comparison import Comparison
from sim.results.confidence_intervals import ALPHA, CONFIDENCE, FEWEST, mean_interval, share_interval
from sim.results.outcome_measures import Layout
from sim.results.outcome_summaries import interval_of, values_of
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Ensemble

Array = NDArray[np.float64]


class Measured(NamedTuple):
    """A measured value with the ends of its 95 % interval (NaN without one), and a remark for the reader."""

    value: float
    low: float = math.nan
    high: float = math.nan
    remark: str = ""


Measure = Callable[[Sequence[Ensemble]], Measured]


def ratio_of(outcome: str) -> Measure:
    """Return the measure of an outcome's mean in the second variant over that in the first."""
    return lambda of: Measured(*ratio_interval([values_of(of[1], outcome)], [values_of(of[0], outcome)]))


def ratio_of_losses_per_km2(of: Sequence[Ensemble]) -> Measured:
    """Measure the attacker's losses per km2 taken, those of all runs over the area of all, second over first."""
    (a_losses, a_km2), (b_losses, b_km2) = (
        [values_of(one, name) for name in ("attacker_losses", "area_changed_km2")] for one in of
    )
    return Measured(*ratio_interval([b_losses, a_km2], [a_losses, b_km2]))


def ratio_interval(above: Sequence[Array], below: Sequence[Array]) -> tuple[float, float, float]:
    """Return the product of the means of `above` over that of `below`, with the ends of its 95 % interval.

    The arrays hold one value per run, and runs are paired. The interval is that of the logarithm, linear in the runs:
    log r + sum x_i / mean(x) - sum y_i / mean(y), with x above and y below (delta method). NaN where a mean is not
    positive.
    """
    means = [float(np.mean(values)) for values in (*above, *below)]
    if not all(mean > 0.0 for mean in means):
        return math.nan, math.nan, math.nan
    signs = [1.0] * len(above) + [-1.0] * len(below)
    log = sum(sign * math.log(mean) for sign, mean in zip(signs, means, strict=True))
    terms = zip(signs, (*above, *below), means, strict=True)
    by_run = log + np.sum([sign * (values / mean - 1.0) for sign, values, mean in terms], axis=0)
    _, low, high = mean_interval(by_run)
    return math.exp(log), math.exp(low), math.exp(high)


def share_between(outcome: str) -> Measure:
    """Return the measure of the share of runs in which the second variant lies between the first and the third.

    Runs in which the first and the third agree count against it: nothing lies between them.
    """

    def measure(of: Sequence[Ensemble]) -> Measured:
        first, second, third = (values_of(one, outcome) for one in of)
        low, high = np.minimum(first, third), np.maximum(first, third)
        return Measured(*share_interval((low <= second) & (second <= high) & (low < high)))

    return measure


def mean_of(outcome: str) -> Measure:
    """Return the measure of an outcome's mean, or share, in one variant."""
    return lambda of: Measured(*interval_of(of[0], values_of(of[0], outcome), outcome))


def days_of_fall(high: float, low: float) -> Measure:
    """Return the measure of how many days the city's supply level takes from `high` to `low`, in the median run.

    From the last day at `high` or above, before the first day at `low` or below, to that day; infinite where it never
    falls so far. The interval is that of a median by order statistics.
    """

    def days(level: Array) -> float:
        fallen = np.flatnonzero(level <= low)
        if not len(fallen):
            return math.inf
        full = np.flatnonzero(level[: fallen[0]] >= high)
        return float(fallen[0] - full[-1]) if len(full) else float(fallen[0])

    def measure(of: Sequence[Ensemble]) -> Measured:
        axis = Layout.of(of[0].ground).city_axis
        assert axis is not None
        values = np.array([days(level) for level in of[0].series["supply_level"].to_numpy()[:, :, axis]])
        return Measured(*median_interval(values), f"{np.isinf(values).sum()} of {len(values)} runs never fall so far")

    return measure


def median_interval(values: Array) -> tuple[float, float, float]:
    """Return the median (an order statistic, so that values may be infinite) with its 95 % interval."""
    ordered, n = np.sort(values), len(values)
    middle, below = float(ordered[(n - 1) // 2]), int(stats.binom.ppf(ALPHA / 2.0, n, 0.5))
    if n < FEWEST or below < 1:
        return middle, math.nan, math.nan
    return middle, float(ordered[below - 1]), float(ordered[n - below])


def area_over(published_km2: float, first_day: int, last_day: int) -> Measure:
    """Return the measure of the area taken between the mornings of two days, over what was published for them."""

    def measure(of: Sequence[Ensemble]) -> Measured:
        taken = of[0].series["area_changed_km2"].to_numpy()
        if taken.shape[1] <= last_day:
            return Measured(math.nan)
        km2 = taken[:, last_day] - taken[:, first_day]
        return Measured(*mean_interval(km2 / published_km2))

    return measure


def clearest_asked(of: Sequence[Ensemble]) -> Measured:
    """Measure the outcome with the smallest p-value among those that the question of the second variant asks about.

    The value is the paired difference, both at the end of the shorter fighting.
    """
    table = Comparison(tuple(of)).table
    asked = table[table["is_asked"]].to_dict("records")
    row = min(asked, key=lambda one: math.inf if math.isnan(one["p_value"]) else float(one["p_value"]))
    outcome = measure_of(row["outcome"])
    scale = 100.0 if outcome.is_share else 1.0
    value, low, high = (scale * float(row[f"difference{end}"]) for end in ("", "_low", "_high"))
    return Measured(value, low, high, f"{outcome.title}, {outcome.unit}, day {row['until_day']}")


def jackknife(function: Callable[[Array], float], values: Array) -> tuple[float, float, float]:
    """Return function(values) with a 95 % interval from leaving out each run, the last axis, in turn.

    Miller, Biometrika 61, 1974: Student's interval of the pseudo-values about the function of all runs.
    """
    n, value = values.shape[-1], function(values)
    if n < FEWEST:
        return value, math.nan, math.nan
    without = np.array([function(np.delete(values, i, axis=-1)) for i in range(n)])
    half = float(stats.t.isf((1.0 - CONFIDENCE) / 2.0, n - 1)) * (n - 1) * float(stats.sem(without))
    return value, value - half, value + half
