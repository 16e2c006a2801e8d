"""The suite fails when the model uses another value than theory does, for every assumed value that a formula uses."""

import pytest

from sim.scenario.loader import load
from sim.scenario.reading.dotted_paths import get
from sim.validation.verification.suite import CASES
from sim.validation.verification.wrong_values import (
    FOLLOWED,
    NOT_FOLLOWED,
    assumed_paths,
    followed,
    is_caught,
    is_used,
    with_wrong_value,
)

# Quick sampling notices this one only when it is wrong by more than a tenth.
NOT_BY_A_TENTH = {"command.release_soldiers_per_day"}
# A value of each mechanism; those of control and of artillery have two kinds.
OF_EACH_MECHANISM = (
    "artillery.lethal_area_km2", "artillery.lethal_area_dug_in_km2", "calendar.p_good_weather",
    "cohesion.breakouts_per_day", "command.release_soldiers_per_day", "control.counterattack_per_day",
    "control.garrison_counterattack_per_day", "detection.sensor_speed_km_h",
    "direct_fire.defender_loss_per_attacker_h", "drone_strikes.attacker.service_h",
    "drone_strikes.defender.p_casualty", "movement.speed_km_h.foot", "reinforcement.fill_time_h",
    "supply.p_line_closed",
)  # fmt: skip


def test_each_assumed_value_is_followed_by_a_case_or_listed_with_its_reason():
    assert set(followed()) | set(NOT_FOLLOWED) == set(assumed_paths())
    assert not set(followed()) & set(NOT_FOLLOWED)
    assert all(len(reason) > 20 for reason in NOT_FOLLOWED.values())


def test_each_listed_path_is_one_of_assumed_values_and_the_formula_of_its_case_uses_it():
    listed = [path for paths in FOLLOWED.values() for path in paths]
    assert len(set(listed)) == len(listed)
    stale = [one for one in listed if not any(p == one or p.startswith(f"{one}.") for p in assumed_paths())]
    assert stale == []
    assert [(path, name) for path, name in followed().items() if not is_used(CASES[name], path)] == []
    assert set(followed().values()) == set(FOLLOWED)


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("artillery.shells_ratio", 2.0, 2.4),
        ("control.hold_min", 3, 4),
        ("drone_strikes.defender.burst", 2, 3),
        ("ground.terrain_cover.open", 1.0, 1.0 / 1.2),
    ],
)
def test_a_wrong_value_is_one_that_the_schema_allows(path, value, wrong):
    scenario = load("baseline")
    assert get(scenario, path) == value
    assert get(with_wrong_value(scenario, path, 1.2), path) == pytest.approx(wrong)


def test_a_value_of_0_cannot_be_made_wrong_by_a_factor():
    assert with_wrong_value(load("baseline"), "forces.share_free.attacker", 1.2) is None


@pytest.mark.parametrize("path", ["control.flag_h", "direct_fire.assault_ratio", "control.hold_h"])
def test_a_wrong_value_is_caught(path):
    assert is_caught(followed()[path], path, 1.2, True)


@pytest.mark.slow
@pytest.mark.verify
@pytest.mark.parametrize("path", followed())
def test_quick_sampling_notices_a_value_that_is_a_fifth_too_large_and_nearly_always_a_tenth(path):
    assert is_caught(followed()[path], path, 1.2, True)
    assert is_caught(followed()[path], path, 1.1, True) == (path not in NOT_BY_A_TENTH)


@pytest.mark.slow
@pytest.mark.verify
@pytest.mark.parametrize("path", OF_EACH_MECHANISM)
def test_full_sampling_notices_a_value_that_is_a_twentieth_too_large(path):
    assert is_caught(followed()[path], path, 1.05, False)
