"""Troops beside troops and infantry beside infantry."""

import pytest

from sim.scenario.loader import load
from sim.scenario.strengths import strengths, who_counts, who_counts_in


def scenario(off=(), **defender):
    attacker = {"troops": 110_000, "infantry_share": 0.3}
    return {"attacker": attacker, "defender": {"infantry_share": 0.2, "reserve": 1500, **defender}, "off": list(off)}


def test_like_is_set_beside_like():
    troops, infantry = strengths(scenario(troops=20_000))
    assert (troops.attacker, troops.defender, troops.force_ratio) == (110_000, 27_500, 4.0)
    assert (infantry.attacker, infantry.defender, infantry.force_ratio) == (33_000, 5_500, 6.0)
    assert who_counts(scenario(troops=20_000)).startswith("Soldiers are infantry: 30 % of the attacker's")


@pytest.mark.parametrize("one", [scenario(), scenario(troops=None), scenario(off=["depth"], troops=20_000)])
def test_a_side_that_is_not_counted_has_no_ratio(one):
    assert [strength.force_ratio for strength in strengths(one)] == [None, None]
    assert "not of a kind" in who_counts(one)


def test_a_sentence_that_scenarios_share_comes_once():
    one = scenario(troops=20_000)
    assert who_counts_in([one, one]) == who_counts(one)
    assert who_counts_in([one, scenario()]).count("attacker") == 2


def test_the_baselines_force_ratio_is_one_that_is_reported_once_its_depth_is_on():
    troops, _ = strengths(load("baseline", set={"off": []}).model_dump(mode="json"))
    assert 3.0 <= troops.force_ratio <= 8.0


def test_a_manifest_without_forces_has_no_strengths():
    assert [one.attacker for one in strengths({"off": []})] == [None, None]
