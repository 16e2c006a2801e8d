"""Nested variance against values calculated by hand, and its interval against simulation."""

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
    # F = 5; F(0.975; 1, 2) = 38.5063 cuts the lower end to zero, F(0.975; 2, 1) = 799.5 is one over the other tail's.
    assert found.share_low == 0.0
    ratio = 5 * 799.5
    assert found.share_high == pytest.approx((ratio - 1) / (ratio + 1), rel=1e-6)


def test_unequal_numbers_have_their_mean_number():
    """Groups of 1 and 3: n0 = (4 - 10 / 4) / 1 = 1.5; means 2 and 6, MSB = 12, MSW = 1."""
    found = components(np.array([2.0, 5.0, 6.0, 7.0]), np.array([0, 1, 1, 1]))
    assert found.sd_noise == pytest.approx(1.0)
    assert found.sd_assumed**2 == pytest.approx((12 - 1) / 1.5)


def test_when_samples_do_not_differ_all_variance_is_noise():
    found = components(np.array([1.0, 2.0, 1.2, 2.2]), np.array([0, 0, 1, 1]))
    assert found.sd_assumed == found.share_assumed == found.share_low == 0.0
    assert found.share_high > 0.0


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


def test_the_interval_of_the_share_covers_the_truth():
    """500 samples of 12 draws with 3 runs, half of the variance assumed: at least 95 % less three standard errors."""
    rng = np.random.default_rng(8)
    draws = np.repeat(np.arange(12), 3)
    n_covered = 0
    for _ in range(500):
        found = components(rng.normal(size=12)[draws] + rng.normal(size=36), draws)
        n_covered += found.share_low <= 0.5 <= found.share_high
    least, most = stats.binom.ppf([0.00135, 0.99865], 500, 0.95)
    assert least <= n_covered <= most
