"""Tests, their adjustment, and the planning of pairs give published and simulated values."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.errors import InputError
from sim.results.confidence_intervals import fraction_difference_interval, mean_interval
from sim.results.significance_and_power import (
    holm,
    p_value,
    p_value_of_clusters,
    p_value_of_fractions,
    p_value_of_shares,
    pairs_for_half_width,
    smallest_detectable,
)


def spread(n, deviation=1.0, mean=0.0):
    """Return n values of exactly this mean and standard deviation."""
    values = np.arange(n) - (n - 1) / 2
    return values / values.std(ddof=1) * deviation + mean


# Two-sided 5 %, power 0.8: a paired t test needs 34 pairs at an effect of 0.5 s, and 199 at 0.2 s (Cohen, Statistical
# Power Analysis, 1988).
@pytest.mark.parametrize(("n", "effect"), [(34, 0.5), (199, 0.2)])
def test_the_smallest_effect_is_that_of_the_tables(n, effect):
    found = [smallest_detectable(spread(m), is_by_student=True) for m in (n, n - 1)]
    assert found[0] <= effect < found[1]


def test_the_smallest_effect_does_not_depend_on_the_difference_seen():
    assert smallest_detectable(spread(10, 3.0, mean=0.1)) == pytest.approx(smallest_detectable(spread(10, 3.0, mean=9)))
    assert math.isnan(smallest_detectable(np.array([2.0])))
    assert math.isnan(smallest_detectable(np.array([2.0, 2.0])))


@pytest.mark.parametrize(("n", "n_judged"), [(8, 1), (10, 1), (12, 22), (30, 22)])
def test_the_smallest_effect_is_seen_in_four_of_five_tries(n, n_judged):
    """1,000 tries with a known deviation: the share is within 3 standard errors (0.038) of 0.8."""
    rng = np.random.default_rng(n)
    effect = smallest_detectable(spread(n), n_judged)
    tries = rng.normal(effect, 1.0, (1000, n))
    found = [mean_interval(one, alpha=0.05 / n_judged)[1] > 0.0 for one in tries]
    assert np.mean(found) == pytest.approx(0.8, abs=0.038)


@pytest.mark.parametrize("n", [8, 30])
def test_a_p_value_below_5_percent_is_an_interval_without_zero(n):
    for mean in np.linspace(0.0, 3.0, 20):
        values = spread(n, mean=mean)
        assert (p_value(values) < 0.05) == (mean_interval(values)[1] > 0.0)
        a, b = np.exp(-np.abs(values) / 9), np.exp(-np.abs(spread(n)[::-1]) / 9)
        assert (p_value_of_fractions(a, b) < 0.05) == (abs(np.sign(fraction_difference_interval(a, b)[1:]).sum()) > 1)


def test_a_p_value_is_students_where_values_are_symmetric():
    values = spread(9, mean=0.8)
    assert p_value(values) == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue, rel=1e-6)
    assert p_value_of_clusters(spread(5, mean=1.0)) == pytest.approx(stats.ttest_1samp(spread(5, mean=1.0), 0).pvalue)


def test_what_has_no_interval_has_no_p_value():
    for values in (np.full(9, -2.0), np.zeros(9), np.arange(7.0) + 9, np.array([1.0, np.nan])):
        assert math.isnan(p_value(values))
    assert math.isnan(p_value_of_shares(np.ones(7), np.zeros(7)))


def test_shares_are_judged_by_the_pairs_that_differ():
    """Nine pairs one way and one the other: (1 + 1 + 10) / 2^10, McNemar's mid-P."""
    reference = np.array([1] + [0] * 9 + [1] * 20)
    variant = np.array([0] + [1] * 9 + [1] * 20)
    assert p_value_of_shares(reference, variant) == pytest.approx(12 / 1024)
    assert p_value_of_shares(variant, variant) == 1.0


def test_holm_multiplies_the_smallest_most():
    """The example of Holm's method: of 0.01, 0.04, 0.03 and 0.005 only the two smallest stay below 5 %."""
    adjusted = holm(np.array([0.01, 0.04, math.nan, 0.03, 0.005]))
    assert adjusted == pytest.approx([0.03, 0.06, math.nan, 0.06, 0.02], nan_ok=True)
    assert holm(np.array([0.5, 0.9])).tolist() == [1.0, 1.0]


def test_of_thirty_measures_without_an_effect_one_or_more_is_found_in_5_percent_of_comparisons():
    """1,000 comparisons of 30 dependent measures: at most 0.05 + 3 standard errors (0.021) with a false claim."""
    rng = np.random.default_rng(7)
    p = 1.0 - rng.random((1000, 30)) * np.where(rng.random((1000, 1)) < 0.5, 1.0, rng.random((1000, 1)))
    assert np.mean([(holm(one) < 0.05).any() for one in p]) <= 0.05 + 0.021
    assert np.mean([(one < 0.05).any() for one in p]) > 0.3


# t(0.975, n - 1) / sqrt(n) is 0.5 between 17 (0.514) and 18 (0.497), and 0.1 between 386 and 387.
@pytest.mark.parametrize(("half_width", "n"), [(0.5, 18), (0.1, 387)])
def test_the_pairs_for_a_width_give_that_width(half_width, n):
    assert pairs_for_half_width(spread(10, mean=4.0), half_width) == n
    assert mean_interval(spread(n))[2] <= half_width < mean_interval(spread(n - 1))[2]


@pytest.mark.parametrize(
    ("values", "half_width", "fault"),
    [
        (spread(5), 0.0, "must be a number above 0"),
        (spread(5), math.nan, "must be a number above 0"),
        (spread(5), 10**400, "must be a number above 0, is 1000"),
        (spread(5), "wide", "must be a number above 0, is wide"),
        (spread(5), 1e-6, "would need more than 1,000,000 pairs"),
        (np.ones(5), 1.0, "no spread to plan from"),
    ],
)
def test_a_width_that_cannot_be_planned_is_refused(values, half_width, fault):
    with pytest.raises(InputError, match=fault):
        pairs_for_half_width(values, half_width)
