"""Covers sim.apps.cli.provenance, sim.scenario.provenance."""

import csv
import io
import json

import pytest

import sim.scenario.loader
import sim.scenario.schema
from sim.scenario.teaching_label import LABEL
from tests.support.small_schema import Small, write


@pytest.fixture(autouse=True)
def _small_schema(monkeypatch):
    monkeypatch.setattr(sim.scenario.loader, "Scenario", Small)
    monkeypatch.setattr(sim.scenario.schema, "Scenario", Small)


def test_the_table_names_values_sources_and_disputes(sim_command, tmp_path):
    write(tmp_path)
    code, out, _ = sim_command("provenance", "theatre.yaml")
    assert code == 0
    for text in (
        "attacker.troops",
        "110,000",
        "soldiers",
        "reported",
        "Syrskyi",
        "111 thousand",
        "0.1 to 0.5",
    ):
        assert text in out
    assert out.endswith(f"{LABEL}: 1 value reported, 10 assumed\n")


def test_the_table_on_a_narrow_terminal_is_a_list(sim_command, tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = sim_command("provenance", "theatre.yaml")
    assert "attacker.troops = 110,000 soldiers, reported\n    Oleksandr Syrskyi" in out
    assert "dimensionless" not in out
    assert "disputed by other reports of the same briefing: 111 thousand" in out
    assert f"{LABEL}: 1 value reported" in out


def test_csv_carries_the_label_and_can_be_read_back(sim_command, tmp_path):
    write(tmp_path)
    _, out, _ = sim_command("provenance", "theatre.yaml", "--format", "csv")
    rows = {row["path"]: row for row in csv.DictReader(io.StringIO(out))}
    assert all(row["label"].startswith(LABEL) for row in rows.values())
    assert "invented_for_teaching" in {row["kind"] for row in rows.values()}
    assert rows["attacker.p_hit"]["unit"] == "1"
    assert "Syrskyi" in rows["attacker.troops"]["who"]
    assert rows["attacker.p_hit"]["range"] == "0.1 to 0.5"
    assert rows["attacker.p_hit"]["where"] == "theatre.yaml:5"


def test_markdown_is_one_table_below_the_label(sim_command, tmp_path):
    write(tmp_path)
    _, out, _ = sim_command("provenance", "theatre.yaml", "--format", "markdown")
    lines = out.splitlines()
    assert lines[0].startswith(f"*{LABEL}")
    assert lines[2] == "| path | value | unit | kind | range | source | disputed by |"
    assert "| dimensionless | invented for teaching |" in out
    assert {line.count("|") for line in lines[2:]} == {8}


def test_json_shows_the_value_that_set_replaced(sim_command, tmp_path):
    write(tmp_path)
    _, out, _ = sim_command("provenance", "theatre.yaml", "--json", "--set", "attacker.troops=1.5")
    assert out == ""
    code, out, _ = sim_command("provenance", "theatre.yaml", "--json", "--set", "attacker.troops=1000")
    document = json.loads(out)
    row = next(row for row in document["values"] if row["path"] == "attacker.troops")
    assert code == 0
    assert document["label"].startswith(LABEL)
    assert (row["value"], row["kind"], row["where"]) == (1000, "set_by_scenario", "--set")
    assert row["replaces"]["value"] == 110_000


@pytest.mark.parametrize(
    ("option", "fault"),
    [
        ("attacker.troops", "--set: must be PATH=VALUE"),
        ("=3", "--set: must be PATH=VALUE"),
        ("attacker.troops=", "--set: attacker.troops: is empty"),
        ("attacker.troops=[1", "--set: attacker.troops: is not valid YAML"),
        ("attacker.troops=*a", "--set: attacker.troops: alias *a is not allowed"),
        ("attacker.troops=-3", "--set: attacker.troops: must be at least 0, is -3"),
        ("attacker.trops=3", "did you mean attacker.troops?"),
    ],
)
def test_a_wrong_set_exits_2_with_one_line(sim_command, tmp_path, option, fault):
    write(tmp_path)
    code, out, err = sim_command("provenance", "theatre.yaml", "--set", option)
    assert (code, out) == (2, "")
    assert fault in err
    assert err.count("\n") == 1


def test_a_path_set_twice_is_refused(sim_command, tmp_path):
    write(tmp_path)
    code, _, err = sim_command("provenance", "theatre.yaml", "--set", "name=a", "--set", "name=b")
    assert code == 2
    assert err == "--set: name: is given twice\n"


def test_set_takes_lists_maps_sources_and_text(sim_command, tmp_path):
    write(tmp_path)
    options = [
        "attacker.trace=[[1, 2], [3, 4]]",
        "attacker.effort={north: 2}",
        "attacker.p_hit={assume: 0.2, range: [0, 1], why: rain}",
        "name=a=b",
    ]
    code, out, err = sim_command("provenance", "theatre.yaml", "--json", *(x for o in options for x in ("--set", o)))
    values = {row["path"]: row for row in json.loads(out)["values"]}
    assert (code, err) == (0, "")
    assert values["attacker.trace"]["value"] == [[1, 2], [3, 4]]
    assert values["attacker.effort.north"]["value"] == 2
    assert values["attacker.p_hit"]["kind"] == "invented_for_teaching"
    assert values["name"]["value"] == "a=b"
