import numpy as np
import pytest
from scipy import stats

from sim.analysis import one_at_a_time
from sim.errors import InputError
from sim.results.significance_and_power import p_value
from tests.support.known_sweeps import latin, one_by_one, sweep


def test_changes_are_those_of_the_function():
    x = one_by_one(3, (0.0, 0.25, 0.75, 1.0))
    found = one_at_a_time(sweep(x, 10 + 4 * x[:, 0] - 2 * x[:, 1] ** 2, "one_at_a_time"), "y")
    ends = {name: found.of(name)["value"].to_numpy() for name in ("at_low", "at_high", "swing")}
    assert ends["at_low"] == pytest.approx([-2.0, 0.5, 0.0])
    assert ends["at_high"] == pytest.approx([2.0, -1.5, 0.0])
    assert ends["swing"] == pytest.approx([2.0, 1.5, 0.0])
    steps = found.details["steps"]
    assert steps.groupby("factor").size().eq(5).all()
    assert steps.loc[steps["is_central"], "change"].eq(0.0).all()


def test_intervals_are_of_pairs_with_common_random_numbers():
    """A shift that all points of a replication share is no part of a difference."""
    x = one_by_one(2)
    found = one_at_a_time(sweep(x, 4 * x[:, 0], "one_at_a_time", 8, sd=0.1, common_sd=50.0), "y")
    high = found.of("at_high").loc["part.factor_a"]
    half = (high["high"] - high["low"]) / 2
    # The 95 % interval stretched to 99.7 %, with seven degrees of freedom.
    assert abs(high["value"] - 2.0) <= half * stats.t.ppf(0.99865, 7) / stats.t.ppf(0.975, 7)
    # The noise of two runs, 0.1 each, over eight pairs, times Student's 2.36: 0.12, wider in a bad sample.
    assert half < 0.25


def test_shares_have_newcombes_interval_and_a_width_even_where_all_pairs_agree():
    x = one_by_one(2)
    found = one_at_a_time(sweep(x, x[:, 0] >= 0.5, "one_at_a_time", 8, outcome="city_held"), "city_held")
    low = found.of("at_low").loc["part.factor_a"]
    assert low["value"] == -1.0
    assert low["low"] == -1.0
    assert low["high"] > -1.0


def test_p_values_are_those_of_the_pairs_and_are_adjusted_for_all_changes_together():
    x = one_by_one(3)
    results = sweep(x, 4 * x[:, 0] + x[:, 1], "one_at_a_time", 10, sd=1.0)
    found, runs = one_at_a_time(results, "y"), results.by_replication("y")
    known = [p_value(there - runs[0]) for there in runs[1:]]
    ends = found.table[found.table["index"] != "swing"]
    assert ends["p_value"].to_numpy() == pytest.approx(known)
    assert ends["p_adjusted"].to_numpy() == pytest.approx(stats.false_discovery_control(known))
    assert found.of("swing")[["p_value", "p_adjusted"]].isna().all(axis=None)
    assert "Of 6 changes without any effect about 0.3 would seem to have one by chance" in found.notes[1]


def test_no_change_is_judged_without_an_interval():
    x = one_by_one(2)
    found = one_at_a_time(sweep(x, 4 * x[:, 0], "one_at_a_time", 7, sd=1.0), "y")
    assert found.table["p_adjusted"].isna().all()
    assert not any("chance" in note for note in found.notes)
    assert any("8 replications per point or more" in note for note in found.notes)


def test_a_central_value_at_the_end_of_its_range_has_no_change_on_that_side():
    x = np.array([[0.0, 0.5], [1.0, 0.5], [0.0, 0.0], [0.0, 1.0]])
    found = one_at_a_time(sweep(x, x.sum(axis=1), "one_at_a_time"), "y")
    assert found.of("at_low")["value"].to_numpy() == pytest.approx([0.0, -0.5])


@pytest.mark.parametrize("x", [latin(10, 2), one_by_one(2)[:3]])
def test_other_points_are_refused(x):
    with pytest.raises(InputError, match="one-at-a-time"):
        one_at_a_time(sweep(x, x.sum(axis=1) + x[:, 0], "one_at_a_time"), "y")
