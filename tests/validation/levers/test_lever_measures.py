import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.validation.levers import lever_measures
from sim.validation.levers.lever_measures import (
    days_of_fall,
    jackknife,
    median_interval,
    ratio_interval,
    ratio_of_losses_per_km2,
    share_between,
)


@pytest.fixture
def ensembles(monkeypatch):
    """Let outcomes be read from plain tables, one for each variant."""
    monkeypatch.setattr(lever_measures, "values_of", lambda one, name: np.asarray(one[name], float))


def test_a_ratio_is_that_of_the_means_and_exact_where_pairs_are_in_proportion():
    values = np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0])
    ratio, low, high = ratio_interval([1.3 * values], [values])
    assert ratio == pytest.approx(1.3)
    assert math.isnan(low) or low == pytest.approx(high)
    noisy = values + np.array([3.0, -3.0, 3.0, -3.0, 3.0, -3.0, 3.0, -3.0])
    ratio, low, high = ratio_interval([noisy], [values])
    assert low < ratio < high
    assert ratio == pytest.approx(1.0)


def test_a_ratio_of_means_that_are_not_positive_has_no_value():
    assert np.isnan(ratio_interval([np.array([-1.0, -2.0])], [np.array([1.0, 2.0])])).all()


def test_the_interval_of_a_ratio_covers_the_truth():
    rng, n_covered = np.random.default_rng(4), 0
    for _ in range(400):
        shared = rng.normal(0.0, 10.0, 30)
        below, above = 100.0 + shared + rng.normal(0, 5, 30), 80.0 + shared + rng.normal(0, 5, 30)
        _, low, high = ratio_interval([above], [below])
        n_covered += low < 0.8 < high
    assert 0.92 < n_covered / 400 < 0.98


@pytest.mark.usefixtures("ensembles")
def test_losses_per_km2_are_those_of_all_runs_over_the_area_of_all():
    one = {"attacker_losses": [100, 200], "area_changed_km2": [1, 2]}
    other = {"attacker_losses": [100, 100], "area_changed_km2": [2, 2]}
    assert ratio_of_losses_per_km2([one, other]).value == pytest.approx((200 / 4) / (300 / 3))


@pytest.mark.usefixtures("ensembles")
def test_what_lies_between_is_counted_whichever_is_larger_and_ties_of_the_ends_do_not_count():
    first, second, third = (
        {"days": days} for days in ([10, 30, 10, 10, 20], [15, 15, 35, 10, 20], [20, 10, 30, 20, 20])
    )
    assert share_between("days")([first, second, third]).value == pytest.approx(3 / 5)


def test_the_fall_of_the_supply_level_is_the_median_over_runs(monkeypatch):
    def level(days):
        return [1.0, 0.95, *np.linspace(0.9, 0.3, days + 1), 0.1]

    longest = max(4, 12, 30) + 4
    runs = np.ones((5, longest, 2))
    for i, days in enumerate((4, 12, 30)):
        values = level(days)
        runs[i, :, 1] = values + [0.1] * (longest - len(values))
    ensemble = SimpleNamespace(ground=None, series={"supply_level": SimpleNamespace(to_numpy=lambda: runs)})
    monkeypatch.setattr(lever_measures, "Layout", SimpleNamespace(of=lambda ground: SimpleNamespace(city_axis=1)))
    found = days_of_fall(0.9, 0.3)([ensemble])
    assert found.value == 30.0
    assert found.remark.startswith("2 of 5 runs")


def test_the_interval_of_a_median_is_by_order_and_may_be_infinite():
    values = np.array([*range(1, 21), *[math.inf] * 10], float)
    middle, low, high = median_interval(values)
    assert (middle, low, high) == (15.0, 10.0, math.inf)
    assert np.isnan(median_interval(np.arange(4.0))[1:]).all()


def test_the_jackknife_of_a_mean_is_students_interval():
    values = np.random.default_rng(1).normal(5.0, 2.0, 12)
    mean, low, high = jackknife(lambda some: float(some.mean()), values)
    half = 2.2009851600916384 * values.std(ddof=1) / math.sqrt(12)
    assert (mean, low, high) == pytest.approx((values.mean(), values.mean() - half, values.mean() + half))
