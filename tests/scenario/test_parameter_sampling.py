from collections import Counter

import numpy as np
import pytest

from sim.errors import InputError
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import (
    assumed,
    draw,
    hypercubes,
    n_hypercubes,
    positions,
    quantiles,
    revalued,
    set_values,
)
from sim.scenario.schema import Scenario

N = 8


@pytest.fixture(scope="module")
def baseline():
    return load("baseline")


@pytest.fixture(scope="module")
def drawn(baseline):
    return draw(baseline, N, seed=3)


def by_path(scenario):
    return {row.path: row for row in scenario.provenance}


def column(scenarios, path):
    return [by_path(scenario)[path].value for scenario in scenarios]


@pytest.mark.parametrize(("n", "sizes"), [(9, [9]), (10, [2] * 5), (33, [7, 7, 7, 6, 6])])
def test_positions_of_each_hypercube_are_one_in_each_part_of_the_range(n, sizes):
    at, cube = positions("a.b", n, seed=7), hypercubes(n, n_hypercubes(n))
    assert np.bincount(cube).tolist() == sizes
    assert (np.diff(cube) >= 0).all()
    for one, size in enumerate(sizes):
        assert sorted((at[cube == one] * size).astype(int)) == list(range(size))
    assert ((at > 0) & (at < 1)).all()


def test_columns_of_two_values_are_not_alike():
    together = np.corrcoef(positions("a.b", 400, 1), positions("a.c", 400, 1))[0, 1]
    # Under independence a rank correlation has the standard deviation 1 / sqrt(n - 1).
    assert abs(together) < 4 / np.sqrt(399)


def test_every_assumed_value_with_a_range_is_drawn_inside_it(baseline, drawn):
    rows = assumed(baseline)
    assert len(rows) > 100
    for row in rows:
        low, high = row.range
        values = column(drawn, row.path)
        assert all(low <= value <= high for value in values), row.path
        assert len(set(values)) > 1 or low == high or row.path == "attacker.group_size", row.path


def test_each_part_of_a_distribution_holds_one_draw(drawn):
    """p_hit is 0.35 in 0.1 to 0.5: half of the draws below it, half above, one in each quarter of each half."""
    values = np.array(column(drawn, "drone_strikes.defender.p_hit"))
    assert np.histogram(values, [0.1, 0.1625, 0.225, 0.2875, 0.35, 0.3875, 0.425, 0.4625, 0.5])[0].tolist() == [1] * N


def test_a_value_whose_centre_is_an_end_of_its_range_is_drawn_evenly(drawn):
    """The share of the diverted who are free is 0 in 0 to 1."""
    values = np.array(column(drawn, "forces.share_free.attacker"))
    assert sorted((values * N).astype(int)) == list(range(N))


def test_whole_numbers_stay_whole_and_have_their_centre_as_median(baseline):
    """A burst is 2 in 1 to 4: half of it up to the middle of the second of four bins, half beyond."""
    many = draw(baseline, 75, seed=1)
    assert Counter(column(many, "drone_strikes.defender.burst")) == {1: 25, 2: 20, 3: 15, 4: 15}
    assert all(isinstance(value, int) for value in column(many, "defender.reserve"))
    assert np.median(column(many, "defender.reserve")) == pytest.approx(1500, abs=60)


@pytest.mark.parametrize(("median", "expected"), [(2.0, [0.0, 1.0, 2.0, 6.0, 10.0]), (0.0, [0.0, 2.5, 5.0, 7.5, 10.0])])
def test_quantiles_are_even_on_either_side_of_the_median(median, expected):
    assert quantiles(np.array([0.0, 0.25, 0.5, 0.75, 1.0]), 0.0, median, 10.0).tolist() == expected


def test_what_is_reported_or_a_setting_stays(baseline, drawn):
    fixed = {row.path for row in baseline.provenance} - {row.path for row in assumed(baseline)}
    assert "attacker.troops" in fixed
    for scenario in drawn:
        assert {path: by_path(scenario)[path] for path in fixed} == {path: by_path(baseline)[path] for path in fixed}


def test_a_value_that_is_set_stays_and_all_others_are_drawn_as_before(drawn):
    path = "drone_strikes.defender.p_hit"
    others = draw(load("baseline", set={path: 0.3}), N, seed=3)
    assert column(others, path) == [0.3] * N
    for ours, theirs in zip(drawn, others, strict=True):
        assert set_values(ours, {path: 0.3}, "a test").digest == theirs.digest


def test_another_scenario_has_the_same_column_for_the_values_it_shares(drawn):
    for path in ("drone_strikes.defender.p_hit", "forces.season_days", "artillery.shells_per_day"):
        assert column(draw(load("year-before"), N, seed=3), path) == column(drawn, path)


def test_draws_are_repeatable_and_seeds_differ(baseline, drawn):
    assert [one.digest for one in draw(baseline, N, seed=3)] == [one.digest for one in drawn]
    assert not {one.digest for one in draw(baseline, N, seed=4)} & {one.digest for one in drawn}


def test_a_sampled_value_shows_the_replaced_value_and_its_source(baseline, drawn):
    path = "drone_strikes.defender.p_hit"
    before, after = by_path(baseline)[path], by_path(drawn[1])[path]
    assert (after.kind, after.range, after.who) == (before.kind, before.range, before.who)
    assert after.replaces == before
    assert after.where == f"draw 2 of {N}, seed 3"
    assert after.value == drawn[1].drone_strikes.defender.p_hit
    assert drawn[1].name == baseline.name


def test_groups_are_drawn_in_whole_teams(baseline):
    assert set(column(draw(baseline, N), "attacker.group_size")) == {4}
    pairs = draw(load("baseline", set={"resolution.team_size": 2}), 9)
    assert Counter(column(pairs, "attacker.group_size")) == {2: 3, 4: 3, 6: 3}
    # No multiple of 3 lies in a range that ends below it: the group stays as it was.
    group = {"attacker.group_size": {"assume": 3, "range": [3, 5], "why": "a test"}, "resolution.team_size": 3}
    assert set(column(draw(load("baseline", set=group), 4), "attacker.group_size")) == {3}


@pytest.mark.parametrize("n", [0, -1, 10_001])
def test_a_number_of_draws_out_of_bounds_is_refused(baseline, n):
    with pytest.raises(InputError, match="draws: must lie between 1 and 10000"):
        draw(baseline, n)


def test_values_that_do_not_fit_together_are_reported_on_one_line(baseline):
    with pytest.raises(InputError, match=r"Baseline: .*whole multiple") as caught:
        set_values(baseline, {"attacker.group_size": 6}, "a test")
    assert len(caught.value.lines) == 1


def test_a_set_value_is_marked_so_and_its_setting_stays_a_setting(baseline):
    changed = set_values(baseline, {"attacker.group_size": 100, "command.doctrine": "frontal"}, "columns")
    assert isinstance(changed, Scenario)
    rows = by_path(changed)
    assert rows["attacker.group_size"].kind == "set_by_scenario"
    assert rows["attacker.group_size"].replaces.value == 4
    assert rows["attacker.group_size"] not in assumed(changed)
    assert rows["command.doctrine"].kind == "setting"


def test_items_of_lists_can_be_revalued_and_unknown_paths_cannot(baseline):
    path = "ground.settlements[0].radius_km"
    assert set_values(baseline, {path: 3.0}, "a test").ground.settlements[0].radius_km == 3.0
    with pytest.raises(KeyError, match="nonsense"):
        revalued(baseline, {"attacker.nonsense": 1}, lambda row, _: row)
