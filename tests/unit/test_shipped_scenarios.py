"""Every scenario that ships is valid, and no number of it lacks a source."""

import json
import re
from pathlib import Path

import pytest

from sim.editor_schema import editor_schema
from sim.errors import InputError
from sim.loader import load
from sim.quantity import walk
from sim.scenario_files import shipped_names
from sim.schema import Scenario

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
        if row.value == []:
            continue  # a list without items has none of their values
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


def test_a_rule_between_values_is_told_at_the_value_it_names():
    with pytest.raises(InputError) as caught:
        load("baseline", set={"resolution.team_size": 100, "off": ["nonsense"]})
    first, second = caught.value.lines
    assert first.startswith("--set: resolution.team_size: ")
    assert second.startswith("--set: off: ")


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
