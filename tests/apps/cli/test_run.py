import json
from pathlib import Path

import pytest

from sim.results.outcome_wording import OUTCOMES
from sim.results.result import Ensemble, Result
from sim.scenario.teaching_label import LABEL
from sim.world import compiled_code

SHORT = ["--set", "time.horizon_days=3", "--set", "time.tick_h=12"]


def test_a_run_prints_its_outcomes_with_the_label_and_saves_nothing(sim_command, tmp_path, files_below):
    code, out, _ = sim_command("run", "baseline", *SHORT)
    assert code == 0
    assert LABEL in out
    assert all((measure.title in out) is measure.is_main for measure in OUTCOMES.values())
    assert "One run, no interval" in out
    assert "--out DIR saves the results" in out
    assert files_below(tmp_path) == []


def test_all_outcomes_are_shown_when_asked_for(sim_command):
    out = sim_command("run", "baseline", *SHORT, "--all")[1]
    assert all(measure.title.split()[0] in out for measure in OUTCOMES.values())


def test_replications_have_intervals(sim_command):
    code, out, _ = sim_command("run", "baseline", *SHORT, "--replications", 3, "--workers", 1, "--seed", 9)
    assert code == 0
    assert "3 replications, seed 9" in out
    assert "95 % interval" in out
    assert "no interval" not in out


def test_a_run_as_json(sim_command):
    arguments = ["run", "baseline", *SHORT, "--replications", 8, "--workers", 1, "--json"]
    code, out, _ = sim_command(*arguments)
    document = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert document["label"].startswith(LABEL)
    assert document["n_replications"] == 8
    rows = {row["outcome"]: row for row in document["outcomes"]}
    assert {name.partition(".")[0] for name in rows} == set(OUTCOMES) - {"day_city_lost"}
    assert rows["attacker_losses"]["low"] <= rows["attacker_losses"]["value"] <= rows["attacker_losses"]["high"]
    assert rows["advance_km"]["unit"] == "km"
    assert sim_command(*arguments)[1] == out


def test_a_changed_value_changes_the_run(sim_command):
    losses = []
    for crews in (0, 150):
        change = ["--set", f"drone_strikes.defender.n_crews={crews}"]
        document = json.loads(sim_command("run", "baseline", *SHORT, *change, "--json")[1])
        losses.append(next(row["value"] for row in document["outcomes"] if row["outcome"] == "attacker_losses"))
    assert losses[0] < losses[1]


@pytest.mark.parametrize(("replications", "kind"), [(1, Result), (2, Ensemble)])
def test_a_saved_result_can_be_loaded(sim_command, files_below, replications, kind):
    options = [*SHORT, "--replications", replications, "--workers", 1, "--out", "a/b"]
    code, out, _ = sim_command("run", "baseline", *options)
    assert code == 0
    assert out.endswith("The result is in a/b.\nNext: sim report a/b or sim animate a/b --out a/b-animated.html\n")
    result = kind.load("a/b")
    assert len(result.outcomes) == replications
    assert files_below("a") == ["b", *sorted(f"b/{path.name}" for path in Path("a/b").iterdir())]


@pytest.mark.usefixtures("no_run")
def test_a_wrong_scenario_writes_nothing(sim_command, tmp_path, files_below):
    code, out, err = sim_command("run", "baseline", "--set", "time.tick_h=5", "--out", "new")
    assert (code, out) == (2, "")
    assert "does not divide a day" in err
    assert files_below(tmp_path) == []


def test_compiling_is_announced_once_for_a_scenario_with_mechanisms_off(sim_command, monkeypatch, tmp_path):
    monkeypatch.setattr(compiled_code, "_folder", tmp_path)
    command = ["run", "one-hill", "--set", "time.horizon_days=1"]
    assert "compiling the model" in sim_command(*command)[2]
    assert "compiling the model" not in sim_command(*command)[2]
    assert "compiling the model" in sim_command("run", "baseline", *SHORT)[2]


def test_the_months_are_shown_when_asked_for(sim_command):
    code, out, _ = sim_command("run", "one-hill", "--monthly")
    assert code == 0
    assert "One hill: month by month" in out
    assert [line.split()[0] for line in out.splitlines() if line.strip().startswith("2025-")] == ["2025-06", "2025-07"]
    rows = json.loads(sim_command("run", "one-hill", "--monthly", "--json")[1])["monthly"]
    assert rows[0]["sector"] == "all"
    assert "monthly" not in json.loads(sim_command("run", "one-hill", "--json")[1])
