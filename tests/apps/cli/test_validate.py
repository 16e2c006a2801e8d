import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim.scenario.loader
import sim.scenario.schema
from sim.quantity import Params, quantity
from sim.scenario.editor_schema import editor_schema
from sim.scenario.teaching_label import LABEL
from tests.support.small_schema import WHAT_IF, Small, write

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _small_schema(monkeypatch, tmp_path):
    monkeypatch.setattr(sim.scenario.loader, "Scenario", Small)
    monkeypatch.setattr(sim.scenario.schema, "Scenario", Small)
    monkeypatch.chdir(tmp_path)


def test_validate_names_each_good_file(sim_command, tmp_path):
    write(tmp_path, question=WHAT_IF)
    code, out, err = sim_command("validate", "theatre.yaml", "question.yaml")
    assert (code, err) == (0, "")
    assert out == "ok  theatre.yaml: Theatre\nok  question.yaml: What if\n"


def test_validate_tells_every_fault_of_every_file_and_exits_2(sim_command, tmp_path):
    write(tmp_path, question=WHAT_IF, bad="name: 3\nnaem: x\n")
    code, out, err = sim_command("validate", "bad.yaml", "question.yaml", "none.yaml")
    assert code == 2
    assert out == "ok  question.yaml: What if\n"
    assert "bad.yaml:2:1: naem: there is no such key; did you mean name?" in err
    assert "none.yaml: there is no such file" in err
    assert "Traceback" not in err
    assert sorted(os.listdir(tmp_path)) == ["bad.yaml", "question.yaml", "theatre.yaml"]


def test_validate_as_json(sim_command, tmp_path):
    write(tmp_path, bad="name: 3\n")
    code, out, err = sim_command("validate", "--json", "theatre.yaml", "bad.yaml")
    document = json.loads(out)
    assert code == 2
    assert [report["ok"] for report in document["files"]] == [True, False]
    assert document["files"][1]["errors"][0] in err
    assert document["label"] == LABEL


def test_provenance_as_a_table_names_values_sources_and_disputes(sim_command, tmp_path):
    write(tmp_path)
    code, out, _ = sim_command("provenance", "theatre.yaml")
    assert code == 0
    for text in (
        "attacker.troops",
        "110000",
        "soldiers",
        "reported",
        "Syrskyi",
        "111 thousand",
        "0.1 to 0.5",
    ):
        assert text in out
    assert out.endswith(f"{LABEL}: 1 value reported, 10 assumed\n")


def test_provenance_on_a_narrow_terminal_is_a_list(sim_command, tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = sim_command("provenance", "theatre.yaml")
    assert "attacker.troops = 110000 soldiers, reported\n    Oleksandr Syrskyi" in out
    assert "disputed by other reports of the same briefing: 111 thousand" in out
    assert f"{LABEL}: 1 value reported" in out


def test_provenance_as_csv_carries_the_label_and_can_be_read_back(sim_command, tmp_path):
    write(tmp_path)
    _, out, _ = sim_command("provenance", "theatre.yaml", "--format", "csv")
    first, rest = out.split("\n", 1)
    rows = {row["path"]: row for row in csv.DictReader(io.StringIO(rest))}
    assert first.startswith(f"# {LABEL}")
    assert rows["attacker.p_hit"]["range"] == "0.1 to 0.5"
    assert rows["attacker.p_hit"]["where"] == "theatre.yaml:5"


def test_provenance_as_markdown_is_one_table_below_the_label(sim_command, tmp_path):
    write(tmp_path)
    _, out, _ = sim_command("provenance", "theatre.yaml", "--format", "markdown")
    lines = out.splitlines()
    assert lines[0].startswith(f"*{LABEL}")
    assert {line.count("|") for line in lines[2:]} == {8}


def test_provenance_as_json_shows_what_set_replaced(sim_command, tmp_path):
    write(tmp_path)
    _, out, _ = sim_command("provenance", "theatre.yaml", "--json", "--set", "attacker.troops=1e3", "--set", "name=No")
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
def test_a_bad_set_exits_2_with_one_line(sim_command, tmp_path, option, fault):
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


def test_the_exported_schema_names_units_sources_and_paths_to_change(sim_command):
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


def test_the_exported_schema_reaches_into_maps_of_maps():
    class Nested(Params):
        effort: dict[str, dict[str, float]] = quantity("1", "effort by doctrine and axis")

    field = editor_schema(Nested)["properties"]["effort"]
    values = field["additionalProperties"]["additionalProperties"]
    assert values["anyOf"][0] == {"type": "number"}
    assert len(values["anyOf"]) == 3


@pytest.mark.parametrize("arguments", [["nonsense"], ["validate"], ["validate", "--nonsense"], ["provenance"]])
def test_a_wrong_command_line_exits_2_without_a_traceback(sim_command, arguments):
    code, _, err = sim_command(*arguments)
    assert code == 2
    assert "Error: " in err
    assert "Traceback" not in err


def test_an_interrupt_is_one_line_and_exits_130(sim_command, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.scenario.loader.load", interrupt)
    code, out, err = sim_command("validate", "theatre.yaml")
    assert (code, out, err.strip()) == (130, "", "interrupted")


def test_the_module_is_the_command_and_help_imports_nothing_heavy():
    code = (
        "import sys, runpy; sys.argv = ['sim', '--help']\n"
        "try: runpy.run_module('sim', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "heavy = ('mesa', 'numba', 'pandas', 'xarray', 'scipy', 'matplotlib', 'pydantic')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "validate" in run.stdout
    assert "provenance" in run.stdout
    assert run.stdout.endswith("[]\n")
