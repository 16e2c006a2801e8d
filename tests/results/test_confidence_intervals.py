"""Intervals against published values and simulated coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.results.confidence_intervals import (
    fraction_difference_interval,
    mean_by_draw,
    mean_interval,
    share_difference_interval,
    share_interval,
    why_no_interval,
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


def test_a_means_interval_is_students_where_values_are_symmetric():
    # t(0.975, 8) = 2.3060; standard deviation of 1..9 is sqrt(7.5).
    half = 2.3060041 * math.sqrt(7.5 / 9)
    assert mean_interval(np.arange(1.0, 10.0)) == pytest.approx((5.0, 5.0 - half, 5.0 + half))


def test_a_means_interval_reaches_farther_where_values_are_skewed():
    """The upper end by Hall's formula, calculated by hand from g(T) = -t with G1 = 3 of one value in nine."""
    values = np.array([0.0, 0, 0, 0, 0, 0, 0, 1, 9])
    n, mean, error = 9, 10 / 9, stats.sem(values)
    g = (1 + 5 / n) * stats.skew(values, bias=False)
    a, b, t = g / (3 * math.sqrt(n)), g / (6 * math.sqrt(n)), stats.t.ppf(0.975, n - 1)
    found = mean_interval(values)
    high = (found[2] - mean) / error
    assert -high + a * high**2 - a**2 * high**3 / 3 + b == pytest.approx(-t)
    assert found[:2] == pytest.approx((mean, mean - t * error))


def test_a_counts_interval_is_the_score_interval():
    """|m - mean| is t times the standard error at m, whose square is in proportion to m."""
    values = np.array([0.0, 0, 1, 0, 2])
    mean, low, high = mean_interval(values, "count")
    reach = stats.t.ppf(0.975, 4) * stats.sem(values)
    assert [abs(end - mean) for end in (low, high)] == pytest.approx([reach * math.sqrt(m / mean) for m in (low, high)])
    assert 0.0 < low < mean < high


def test_a_fractions_interval_lies_between_0_and_1():
    values = np.array([1.0, 1, 1, 0.9, 0.5])
    mean, low, high = mean_interval(values, "fraction")
    reach = 1.1 * stats.t.ppf(0.975, 4) * stats.sem(values) / (mean * (1 - mean))
    assert [abs(end - mean) for end in (low, high)] == pytest.approx([reach * m * (1 - m) for m in (low, high)])
    assert 0.0 < low < mean < high < 1.0


def test_missing_values_are_left_out_of_a_mean():
    values = np.arange(9.0) ** 2
    assert mean_interval(np.append(values, math.nan)) == pytest.approx(mean_interval(values))


@pytest.mark.parametrize(
    ("values", "kind", "why"),
    [
        (np.arange(7.0), "any", "fewer than 8 runs"),
        (np.arange(8.0), "any", ""),
        (np.arange(4.0), "count", "fewer than 5 runs"),
        (np.arange(5.0), "count", ""),
        (np.full(9, 2.5), "any", "all runs equal"),
        (np.full(9, 0.5), "fraction", "all runs equal"),
        (np.full(9, 0.1) + np.arange(9) * 1e-17, "any", "all runs equal"),
        (np.eye(9)[0], "any", "fewer than 2 runs differ"),
        (np.eye(9)[0], "count", ""),
        (np.array([math.nan]), "any", "fewer than 8 runs"),
        (np.array([]), "any", "fewer than 8 runs"),
    ],
)
def test_where_no_interval_holds_there_is_none_and_it_is_said_why(values, kind, why):
    assert why_no_interval(values, kind) == why
    mean, low, high = mean_interval(values, kind)
    assert math.isnan(mean) or mean == pytest.approx(np.mean(values))
    assert math.isnan(low) is math.isnan(high) is bool(why)


def test_of_few_runs_shares_and_their_differences_have_no_interval():
    assert math.isnan(share_interval(flags(1, 4))[1])
    assert not math.isnan(share_interval(flags(1, 5))[1])
    assert math.isnan(share_difference_interval(flags(1, 7), flags(6, 7))[1])
    assert not math.isnan(share_difference_interval(flags(1, 8), flags(6, 8))[1])


@given(arrays(float, st.integers(0, 14), elements=st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0, math.nan])))
def test_every_interval_has_a_width_and_holds_its_mean(values):
    for kind in ("any", "count", "fraction"):
        mean, low, high = mean_interval(values, kind)
        assert low < mean < high or (math.isnan(low) and math.isnan(high))
        assert bool(why_no_interval(values, kind)) is math.isnan(low)
    mean, low, high = fraction_difference_interval(values[::-1], values)
    assert low < mean < high or (math.isnan(low) and math.isnan(high))


def test_a_difference_of_fractions_is_minus_the_one_the_other_way():
    a, b = np.array([1.0, 1, 0.9, 0.8, 1]), np.array([0.5, 1, 0.4, 0.7, 0.2])
    value, low, high = fraction_difference_interval(a, b)
    assert fraction_difference_interval(b, a) == pytest.approx((-value, -high, -low))
    assert math.isnan(fraction_difference_interval(a, a + 0.1)[1])


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
