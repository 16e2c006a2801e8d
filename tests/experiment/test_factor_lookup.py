"""Factors are looked up in the base scenarios, and their values are checked against the schema."""

import pytest

from tests.support.experiment_files import GOOD, faults, load_text

HIT = "drone_strikes.defender.p_hit: {}"
CREWS = "{values: [0, 110, 220]}"
RESERVE = "{range: [0, 2000]}"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (HIT, "drone_strikes.defender.p_hits: {}", "7:3: uncertainties.drone_strikes.defender.p_hits: the "
         "scenario has no "
         "such path; did you mean drone_strikes.defender.p_hit?"),
        (HIT, "drone_strikes.defender: {}", "7:3: uncertainties.drone_strikes.defender: has several values; "
         "name one, "
         "such as drone_strikes.defender.burst"),
        (HIT, "ground.x_range_km: {}", "7:3: uncertainties.ground.x_range_km: is a list, not a single value; only "
         "single values can vary"),
        (HIT, "attacker.troops: {}", "7:3: uncertainties.attacker.troops: is reported, without a range; give {range: "
         "[a, b]} or {values: [...]}"),
        (HIT, "attacker.group_size: {}", "7:3: uncertainties.attacker.group_size: its range has only one value; give "
         "{range: [a, b]} or {values: [...]}"),
        (HIT, "command.doctrine: {}", "7:3: uncertainties.command.doctrine: is a setting, without a range; give "
         "{range: "
         "[a, b]} or {values: [...]}"),
        (HIT, "command.doctrine: {range: [1, 2]}", "7:29: uncertainties.command.doctrine.range: only numbers can "
         "have a range; "
         "give {values: [...]}"),
        (HIT, "drone_strikes.defender.n_crews: {}", "10:3: levers.drone_strikes.defender.n_crews: is varied twice; the "
         "first is at question.yaml:7:3"),
        ("command.attacker_policy: {}", "all: {}", "11:3: levers.all: the scenario has no such path"),
        (CREWS, "{valeus: [0, 110]}", "10:36: levers.drone_strikes.defender.n_crews.valeus: no such key; did you "
         "mean values?"),
        (CREWS, "{values: [0]}", "10:44: levers.drone_strikes.defender.n_crews.values: needs two or more "
         "values; set a single "
         "value under set:"),
        (CREWS, "{values: [7, 7]}", "10:44: levers.drone_strikes.defender.n_crews.values: has the same value twice"),
        (CREWS, "{values: [0, -1]}", "10:48: levers.drone_strikes.defender.n_crews.values: must be at least 0, is -1"),
        (CREWS, "{values: [0, null]}", "10:48: levers.drone_strikes.defender.n_crews.values: must be a number, text or "
         "true or false, is nothing"),
        (CREWS, "{values: [0, 1.5]}", "10:48: levers.drone_strikes.defender.n_crews.values: must be a whole "
         "number, is 1.5"),
        (CREWS, "{values: [0, 1], range: [0, 1]}", "10:44: levers.drone_strikes.defender.n_crews.values: cannot be "
         "combined with range"),
        (RESERVE, "{range: [2000, 0]}", "8:29: uncertainties.defender.reserve.range: must run from low to high, is "
         "[2000, 0]"),
        (RESERVE, "{range: [0]}", "8:29: uncertainties.defender.reserve.range: must hold at least 2, is a list of 1"),
        (RESERVE, "{range: [-5, 20]}", "8:30: uncertainties.defender.reserve.range: must be at least 0, is -5"),
        (RESERVE, "2000", "8:21: uncertainties.defender.reserve: must be a map of keys, is 2000"),
        ("command.attacker_policy: {}", "command.attacker_policy: {values: [doctrine, adaptiv]}", "11:48: "
         "levers.command.attacker_policy.values: must be doctrine, adaptive or do_nothing, is the text "
         "'adaptiv'; did you "
         "mean adaptive?"),
        ("drone_strikes.defender.n_crews: {values: [0, 110, 220]}", "attacker.group_size: {values: [4, 5, 8]}",
         "10:37: levers.attacker.group_size.values: must be a multiple of 4, is 5"),
    ],
)  # fmt: skip
def test_a_fault_of_a_factor_is_reported_at_its_place(tmp_path, old, new, fault):
    assert GOOD.count(old) == 1
    lines = faults(tmp_path, GOOD.replace(old, new))
    assert any(line.startswith(f"question.yaml:{fault}") for line in lines), lines


def test_several_base_scenarios_are_a_factor(tmp_path):
    experiment = load_text(tmp_path, GOOD.replace("base: baseline", "base: [baseline, no-drones]"))
    factor = next(factor for factor in experiment.factors if factor.path == "scenario")
    assert (factor.kind, factor.values, factor.central) == ("category", ("baseline", "no-drones"), "baseline")
    assert experiment.scenarios["no-drones"].drone_strikes.attacker.n_crews == 0


def test_all_is_every_assumed_value_that_can_vary_and_that_is_not_named(tmp_path):
    text = GOOD.replace("uncertainties:\n", "uncertainties:\n  all:\n")
    by_path = {factor.path: factor for factor in load_text(tmp_path, text).factors}
    assert len(by_path) > 130
    assert by_path["defender.reserve"].median is None
    assert by_path["drone_strikes.defender.n_crews"].role == "lever"
    assert by_path["drone_strikes.attacker.n_crews"].median == 70
    # Nothing can vary: a range of one value, and whole teams of 4 soldiers between 2 and 7.
    assert {"ground.terrain_speed.open", "attacker.group_size"} & set(by_path) == set()


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("uncertainties: [defender.reserve, defender.reserve]", "6:35: uncertainties: defender.reserve is named twice"),
        ("uncertainties: [3]", "6:17: uncertainties: must be the path of a value, is 3"),
        ("uncertainties: all_of_them", "6:16: uncertainties.all_of_them: the scenario has no such path"),
        ("uncertainties: {all: {range: [0, 1]}}", "6:22: uncertainties.all: takes no range and no values"),
    ],
)
def test_a_fault_in_a_list_of_paths_is_reported(tmp_path, entry, fault):
    start, rest = GOOD.split("uncertainties:")
    lines = faults(tmp_path, start + entry + "\n" + rest[rest.index("levers:") :])
    assert len(lines) == 1
    assert lines[0].startswith(f"question.yaml:{fault}")


def test_a_range_that_differs_between_base_scenarios_must_be_given(tmp_path):
    text = GOOD.replace("base: baseline", "base: [baseline, year-before]")
    lines = faults(tmp_path, text.replace("p_hit: {}", "p_hit: {}\n  artillery.shells_ratio: {}"))
    assert lines == [
        "question.yaml:8:3: uncertainties.artillery.shells_ratio: has another value or range in another base scenario; "
        "give {range: [a, b]} or {values: [...]}"
    ]
    (line,) = faults(tmp_path, text.replace("p_hit: {}", "p_hit: {}\n  all:"))
    assert line.startswith("question.yaml:8:3: uncertainties.all: artillery.shells_ratio: has another value or range")
    named = text.replace("p_hit: {}", "p_hit: {}\n  artillery.shells_ratio: {range: [1.5, 7]}")
    assert len(load_text(tmp_path, named).factors) == 6


def test_a_factor_may_have_a_label_of_its_own_for_sliders(tmp_path):
    text = GOOD.replace("{values: [0, 110, 220]}", "{values: [0, 110, 220], label: Drone crews of the defender}")
    by_path = {factor.path: factor for factor in load_text(tmp_path, text).factors}
    assert by_path["drone_strikes.defender.n_crews"].label == "Drone crews of the defender"
    assert by_path["drone_strikes.defender.n_crews"].meaning == "drone crews that fly strikes over the sector"
    assert by_path["defender.reserve"].label == ""
