import math

import numpy as np
import pytest
from toy_theatre import toy

from sim.comparison import compare, mean_interval, share_difference_interval, share_interval, summarise
from sim.outcomes import OUTCOMES
from sim.replication import replicate, run

N = 6


@pytest.fixture(scope="module")
def reference():
    return replicate(toy(), N, seed=3, workers=1)


@pytest.fixture(scope="module")
def variant():
    return replicate(toy({"drone_strikes.defender.n_crews": 0}), N, seed=3, workers=1)


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


def test_pairs_that_all_agree_still_leave_doubt():
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


def test_the_table_has_every_outcome_with_its_interval(reference, variant):
    table = compare(reference, variant).table.set_index("outcome")
    assert list(table.index) == list(OUTCOMES)
    row = table.loc["attacker_losses"]
    assert row["difference"] == pytest.approx(row["variant"] - row["reference"])
    assert row["difference_low"] <= row["difference"] <= row["difference_high"]
    assert row["n_pairs"] == N
    assert row["share_higher"] == np.mean(
        variant.outcomes["attacker_losses"].to_numpy() > reference.outcomes["attacker_losses"].to_numpy()
    )


def test_a_scenario_compared_with_itself_differs_in_nothing(reference):
    comparison = compare(reference, reference)
    differences = comparison.table.set_index("outcome")["difference"].dropna()
    assert (differences == 0.0).all()
    assert comparison.share_flipped == 0.0


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (lambda: replicate(toy(), N, seed=4, workers=1), "seeds: 3 and 4"),
        (lambda: replicate(toy(), N - 1, seed=3, workers=1), "numbers of replications: 6 and 5"),
        (lambda: replicate(toy({"time.horizon_days": 2}), N, seed=3, workers=1), "horizons in days"),
    ],
)
def test_what_is_not_paired_is_not_compared(reference, other, what):
    with pytest.raises(ValueError, match=what):
        compare(reference, other())


def test_a_summary_has_one_row_an_outcome(reference):
    table = summarise(reference).set_index("outcome")
    losses = reference.outcomes["attacker_losses"]
    assert table.loc["attacker_losses", "value"] == pytest.approx(losses.mean())
    assert table.loc["attacker_losses", "n"] == N
    assert table.loc["day_city_lost", "n"] == reference.outcomes["day_city_lost"].notna().sum()


def test_a_summary_of_one_run_has_values_without_intervals():
    table = summarise(run(toy(), seed=3))
    assert table["low"].isna().all()
    assert table.set_index("outcome").loc["attacker_losses", "value"] > 0


def test_a_comparisons_label_tells_the_variants_counts_where_they_differ(reference, variant):
    label = "Hypothetical teaching illustration, not a forecast"
    ours, theirs = f"{label}: 3 values reported, 5 assumed", f"{label}: 2 values reported, 6 assumed"
    reference.manifest["label"], variant.manifest["label"] = ours, ours
    assert compare(reference, variant).label == ours
    variant.manifest["label"] = theirs
    assert compare(reference, variant).label == f"{ours} ({variant.name}: 2 values reported, 6 assumed)"


@pytest.mark.parametrize(
    ("name", "value", "sign", "text"),
    [
        ("attacker_losses", 12345.6, False, "12,346"),
        ("attacker_losses", -12345.6, True, "\N{MINUS SIGN}12,346"),
        ("advance_km", 0.04, True, "0.0"),
        ("advance_km", -0.04, True, "0.0"),
        ("loss_exchange_ratio", 2.5, True, "+2.50"),
        ("city_held", 0.123, False, "12"),
        ("day_city_lost", math.nan, False, "\N{EN DASH}"),
    ],
)
def test_values_are_shown_with_the_decimals_that_mean_something(name, value, sign, text):
    assert OUTCOMES[name].show(value, sign) == text
