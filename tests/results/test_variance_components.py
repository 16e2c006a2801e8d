"""Nested variance against values calculated by hand; how often its interval holds the truth: tests/simulation."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.results.variance_components import components


def test_two_draws_of_two_runs_by_hand():
    """Means 1.5 and 4, so MSB = 6.25, MSW = 1.25, n0 = 2: assumed (6.25 - 1.25) / 2 = 2.5, two thirds of 3.75."""
    found = components(np.array([1.0, 2.0, 3.0, 5.0]), np.array([0, 0, 1, 1]))
    assert found.sd_noise == pytest.approx(math.sqrt(1.25))
    assert found.sd_assumed == pytest.approx(math.sqrt(2.5))
    assert found.share_assumed == pytest.approx(2 / 3)
    assert math.isnan(found.share_low)  # of two draws


def test_the_interval_is_of_the_logarithm_by_the_jackknife():
    """Six draws of two runs, each left out in turn: pseudo-values of ln(MSB / MSW), by a one-way analysis of SciPy."""
    runs = np.array([[1.0, 2.0], [3.0, 5.0], [2.0, 2.5], [8.0, 6.0], [4.0, 4.5], [0.0, 1.0]])
    found = components(runs.ravel(), np.repeat(np.arange(6), 2))
    whole = math.log(stats.f_oneway(*runs).statistic)
    pseudo = np.array([6 * whole - 5 * math.log(stats.f_oneway(*np.delete(runs, i, 0)).statistic) for i in range(6)])
    freedom = 2 / (2 / 5 + max(0.0, stats.kurtosis(pseudo, bias=False)) / 6)
    half = stats.t.ppf(0.975, freedom) * stats.sem(pseudo)
    low, high = (math.exp(whole + sign * half) for sign in (-1, 1))
    assert found.share_low == pytest.approx(max(0.0, (low - 1) / (low + 1)))
    assert found.share_high == pytest.approx((high - 1) / (high + 1))


def test_unequal_numbers_have_their_mean_number():
    """Groups of 1 and 3: n0 = (4 - 10 / 4) / 1 = 1.5; means 2 and 6, MSB = 12, MSW = 1."""
    found = components(np.array([2.0, 5.0, 6.0, 7.0]), np.array([0, 1, 1, 1]))
    assert found.sd_noise == pytest.approx(1.0)
    assert found.sd_assumed**2 == pytest.approx((12 - 1) / 1.5)


def test_when_samples_differ_less_than_their_runs_the_share_is_below_zero():
    found = components(np.array([1.0, 2.0, 1.2, 2.2]), np.array([0, 0, 1, 1]))
    assert found.sd_assumed == 0.0
    assert found.share_assumed == pytest.approx((0.04 - 0.5) / (0.04 + 0.5))


def test_runs_of_a_draw_that_agree_leave_it_all_to_the_assumed_values():
    found = components(np.array([1.0, 1.0, 2.0, 2.0]), np.array([0, 0, 1, 1]))
    assert (found.sd_noise, found.share_assumed) == (0.0, 1.0)
    assert math.isnan(found.share_low)


def test_without_samples_all_variance_is_noise():
    found = components(np.array([1.0, 3.0, np.nan]), None)
    assert found.sd_noise == pytest.approx(math.sqrt(2))
    assert math.isnan(found.share_assumed)


@pytest.mark.parametrize("values", [[1.0, 2.0], [1.0, np.nan, 2.0, np.nan], [np.nan] * 4])
def test_one_value_per_sample_separates_nothing(values):
    n = len(values)
    found = components(np.array(values), np.arange(n) * 2 // n)
    assert math.isnan(found.share_assumed)
