from sim.plots.sweeps.factor_names import factor_names, in_two_lines, names_with_units, unit_in_words, unit_of
from sim.quantity import walk
from sim.scenario.schema import Scenario

MEANINGS = {leaf.path: leaf.meaning for leaf in walk(Scenario)}


def test_a_value_of_the_scenario_is_named_by_its_meaning_with_side_or_class():
    paths = ["drone_strikes.defender.p_hit", "movement.speed_km_h.foot", "attacker.troops"]
    hit, speed, troops = names = list(factor_names(paths).values())
    assert hit.lower() == f"{MEANINGS[paths[0]]}, defender".lower()
    assert speed.lower() == f"{MEANINGS[paths[1]]}, foot".lower()
    assert troops.lower() == MEANINGS["attacker.troops"].lower()
    assert all(name[0].isupper() for name in names)


def test_items_of_lists_and_free_keys_are_part_of_the_name():
    path = "ground.lines_of_communication[1].throughput_t_per_day"
    assert "number 2" in factor_names([path])[path]
    path = "command.effort.encirclement.frontal"
    assert factor_names([path])[path].endswith(", encirclement, frontal")


def test_all_values_of_the_schema_have_different_names():
    paths = [leaf.path for leaf in walk(Scenario) if leaf.source_required and not {"*", "["} & set(leaf.path)]
    assert len(set(factor_names(paths).values())) == len(paths)


def test_an_unknown_path_is_named_by_the_words_that_make_it_unique():
    found = factor_names(["part.speed.foot", "part.width.foot", "drones.p_hit", "own.group_size"])
    assert list(found.values()) == ["Foot, speed", "Foot, width", "P hit, drones", "Group size"]


def test_units_are_in_words_and_dimensionless_values_have_none():
    units = {"1": "", "flag": "", "1/h": "per h", "soldiers/day": "soldiers per day", "km/h": "km/h", "day": "days"}
    assert {unit: unit_in_words(unit) for unit in units} == units
    assert unit_of("movement.speed_km_h.foot") == "km/h"
    assert unit_of("no.such_path") == ""
    assert names_with_units(["own.group_size"], {"own.group_size": "soldiers"}) == {
        "own.group_size": "Group size (soldiers)"
    }


def test_a_long_name_is_on_two_lines_of_similar_length():
    lines = in_two_lines("one two three four five six seven eight nine ten eleven twelve").split("\n")
    assert len(lines) == 2
    assert in_two_lines("short name") == "short name"
