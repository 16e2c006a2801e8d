"""Intervals against published values and simulated coverage."""

import math

import numpy as np
import pytest

from sim.results.confidence_intervals import (
    mean_by_draw,
    mean_interval,
    share_difference_interval,
    share_interval,
)


def flags(n_true, n):
    return np.arange(n) < n_true


# Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (Wilson without continuity correction).
@pytest.mark.parametrize(
    ("n_true", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_shares_interval_is_the_published_one(n_true, n, low, high):
    assert share_interval(flags(n_true, n)) == pytest.approx((n_true / n, low, high), abs=6e-5)


def test_a_means_interval_is_students():
    # t(0.975, 4) = 2.7764; standard deviation of 1..5 is sqrt(2.5).
    half = 2.7764451 * math.sqrt(2.5 / 5)
    assert mean_interval(np.arange(1.0, 6.0)) == pytest.approx((3.0, 3.0 - half, 3.0 + half))


def test_missing_values_are_left_out_of_a_mean():
    assert mean_interval(np.array([1.0, np.nan, 3.0])) == pytest.approx(mean_interval(np.array([1.0, 3.0])))


@pytest.mark.parametrize("interval", [mean_interval, share_interval])
def test_one_value_has_no_interval(interval):
    value, low, high = interval(np.array([1.0]))
    assert value == 1.0
    assert math.isnan(low)
    assert math.isnan(high)


def test_no_value_has_no_mean():
    assert all(map(math.isnan, mean_interval(np.array([np.nan]))))


def test_equal_values_are_their_own_interval():
    assert mean_interval(np.full(5, 2.5)) == (2.5, 2.5, 2.5)


def test_a_difference_of_shares_is_minus_the_one_the_other_way():
    a, b = flags(12, 30), flags(25, 30)[::-1]
    value, low, high = share_difference_interval(a, b)
    assert share_difference_interval(b, a) == pytest.approx((-value, -high, -low))
    assert low < value < high


def test_pairs_that_all_agree_still_have_an_interval():
    assert share_difference_interval(flags(30, 30), flags(0, 30))[2] > -1.0
    value, low, high = share_difference_interval(flags(30, 30), flags(30, 30))
    assert low < value == 0.0 < high


def test_a_difference_of_shares_covers_the_truth():
    """200 samples of 30 correlated pairs: at least 0.95 - 3 standard errors (0.046) of the intervals hold 0.2."""
    rng = np.random.default_rng(5)
    u = rng.random((200, 30))
    other = np.where(rng.random(u.shape) < 0.7, u, rng.random(u.shape))
    intervals = [share_difference_interval(a, b) for a, b in zip(u < 0.4, other < 0.6, strict=True)]
    assert np.mean([low <= 0.2 <= high for _, low, high in intervals]) > 0.95 - 0.046


def test_the_mean_of_a_draw_leaves_out_runs_without_a_value():
    values = np.array([1.0, 3.0, np.nan, 5.0, np.nan, np.nan])
    means = mean_by_draw(values, np.array([0, 0, 1, 1, 2, 2]))
    assert means[:2].tolist() == [2.0, 5.0]
    assert math.isnan(means[2])
