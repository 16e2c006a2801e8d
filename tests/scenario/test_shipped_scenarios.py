"""Every scenario that ships is valid, and no number of it lacks a source.

Covers sim.scenario.schema, sim.world.map_values, sim.world.force_values.
"""

import json
import re
from pathlib import Path

import pytest

from sim.campaign.mesa_model import Campaign
from sim.errors import InputError
from sim.quantity import walk
from sim.scenario.editor_schema import editor_schema
from sim.scenario.loader import load
from sim.scenario.reading.file_lookup import shipped_names
from sim.scenario.schema import Scenario
from sim.world.integer_codes import DEFENDER

ROOT = Path(__file__).parents[2]


def pattern(path):
    """Say which leaf of the schema a path of a scenario may be: `[3]` is an item of a list."""
    return re.sub(r"\[\d+\]", "[]", path)


def is_leaf(path, leaf):
    parts, leaf_parts = pattern(path).split("."), leaf.path.split(".")
    same_length = len(parts) == len(leaf_parts)
    return same_length and all(want in ("*", part) for part, want in zip(parts, leaf_parts, strict=True))


def test_every_value_of_the_schema_has_a_unit_and_a_meaning():
    bare = [leaf.path for leaf in walk(Scenario) if not (leaf.unit and leaf.meaning)]
    assert bare == []


def test_the_baseline_ships():
    assert "baseline" in shipped_names()


@pytest.mark.parametrize("name", shipped_names())
def test_every_quantity_of_a_shipped_scenario_says_where_it_comes_from(name):
    leaves = list(walk(Scenario))
    for row in load(name).provenance:
        if row.value in ([], {}):
            continue  # a list or map without items has none of their values
        leaf = next(leaf for leaf in leaves if is_leaf(row.path, leaf))
        assert (row.kind == "setting") is not leaf.source_required, row
        assert row.where.startswith("scenarios/") or row.where == "default"
        if row.kind in ("reported", "derived", "estimated"):
            assert row.who, row
        if row.kind in ("estimated", "invented_for_teaching"):
            assert row.why, row


@pytest.mark.parametrize("name", shipped_names())
def test_every_quantity_of_the_schema_is_given(name):
    paths = {pattern(row.path) for row in load(name).provenance}
    for leaf in walk(Scenario):
        if leaf.source_required and "*" not in leaf.path and "[]" not in leaf.path:
            assert leaf.path in paths


def test_a_broken_rule_between_values_is_reported_at_the_value_it_names():
    with pytest.raises(InputError) as caught:
        load("baseline", set={"resolution.team_size": 100, "off": ["nonsense"]})
    first, second = caught.value.lines
    assert first.startswith("set: resolution.team_size: ")
    assert second.startswith("set: off: ")


def test_an_attack_that_would_resume_below_where_it_stops_is_refused():
    with pytest.raises(InputError) as caught:
        load("baseline", set={"command.culmination_share": 0.5})
    assert "command.resume_share: 0.45 is below command.culmination_share 0.5" in caught.value.lines[0]
    assert load("baseline", set={"command.culmination_share": 0.45}).command.resume_share == 0.45


@pytest.mark.parametrize(("day", "means"), [(60, 60.0), (2.5, 2.5), (None, None)])
def test_a_ceasefire_has_a_day_or_none(day, means):
    assert load("baseline", set={"calendar.ceasefire_day": day}).calendar.ceasefire_day == means


def test_the_committed_schema_for_editors_is_the_present_one():
    committed = json.loads((ROOT / "docs" / "scenario.schema.json").read_text(encoding="utf-8"))
    assert committed == editor_schema(Scenario), "run: make schema"


def supply_levels(**changes):
    """Return the supply level of each of the defender's axes on the first day of the baseline."""
    model = Campaign(load("baseline", set={f"supply.{name}": value for name, value in changes.items()}), 1)
    model.step()
    return model.state.supply_level[DEFENDER]


def test_supply_is_not_so_slack_that_a_cut_has_no_effect():
    """The roads carry 1.2 to 1.6 times the demand at the start; without Pokrovsk's road and railway, less than it.

    The axis of the south lives on Pokrovsk's tracks, that of the rest on one line; the others have two.
    """
    assert (supply_levels(stock_days=0.0, throughput_factor=1.0 / 1.2) == 1.0).all()
    assert (supply_levels(stock_days=0.0, throughput_factor=1.0 / 1.6) < 1.0).tolist() == [False, True, False, True]
    cuts = [{"name": "Pokrovsk-Pavlohrad", "kind": kind, "from_day": 0, "until_day": 9} for kind in ("road", "rail")]
    assert (supply_levels(stock_days=0.0, cuts=cuts[:1]) == 1.0).all()
    assert (supply_levels(stock_days=0.0, cuts=cuts) < 1.0).tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("supply.cuts", [{"name": "Pokrovsk", "kind": "road", "from_day": 1, "until_day": 2}], "there is no road"),
        ("supply.cuts", [{"name": "all", "kind": "rail", "from_day": 3, "until_day": 3}], "not after day 3"),
        ("attacker.forward_groups", 30_000, "are more than attacker.troops 110000"),
        ("command.effort.encirclement.rest", -0.2, "must be at least 0"),
        (
            "ground.symbolic_objectives",
            [{"name": "sign", "path": [[900, 0], [901, 0]], "width_km": 1, "source": "theatre_sketch"}],
            "'sign' has no point on the map",
        ),
        (
            "ground.belts",
            [{"name": "wall", "path": [[900, 0], [901, 0]], "width_km": 1, "source": "theatre_sketch"}],
            "'wall' has no point on the map",
        ),
    ],
)
def test_what_could_have_no_effect_by_mistake_is_refused(path, value, says):
    with pytest.raises(InputError) as caught:
        load("baseline", set={path: value})
    (line,) = caught.value.lines
    assert line.startswith(f"set: {path}: ")
    assert says in line
