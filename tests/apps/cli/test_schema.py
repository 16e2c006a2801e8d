"""Covers sim.apps.cli.schema, sim.scenario.editor_schema."""

import json

import sim.scenario.schema
from sim.quantity import Params, quantity
from sim.scenario.editor_schema import editor_schema
from tests.support.small_schema import Small


def test_the_schema_names_units_sources_and_paths_to_change(sim_command, monkeypatch):
    monkeypatch.setattr(sim.scenario.schema, "Scenario", Small)
    code, out, _ = sim_command("schema")
    schema = json.loads(out)
    force = schema["$defs"]["Force"]["properties"]
    sources = [{"$ref": "#/$defs/Fact"}, {"$ref": "#/$defs/Assumed"}]
    assert code == 0
    assert force["p_hit"]["unit"] == "1"
    assert force["p_hit"]["anyOf"] == [{"type": "number", "minimum": 0, "maximum": 1}, *sources]
    assert schema["$defs"]["PerMobility"]["properties"]["atv"]["anyOf"][1:] == sources
    assert force["effort"]["additionalProperties"]["anyOf"][1:] == sources
    assert "anyOf" not in force["tick_h"]
    assert "extends" in schema["properties"]
    changes = schema["properties"]["changes"]["properties"]
    assert changes["attacker.speed_km_h.atv"]["description"] == "speed in the open [km/h]"


def test_the_schema_reaches_into_maps_of_maps():
    class Nested(Params):
        effort: dict[str, dict[str, float]] = quantity("1", "effort by doctrine and axis")

    field = editor_schema(Nested)["properties"]["effort"]
    values = field["additionalProperties"]["additionalProperties"]
    assert values["anyOf"][0] == {"type": "number"}
    assert len(values["anyOf"]) == 3


def test_the_schema_of_experiments_names_designs_and_levers(sim_command):
    code, out, _ = sim_command("schema", "--experiment")
    assert code == 0
    assert {"design", "levers", "outcomes", "replications"} <= set(json.loads(out)["properties"])
