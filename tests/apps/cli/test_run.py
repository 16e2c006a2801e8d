import csv
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.apps.cli import demo
from sim.campaign import replications
from sim.results.outcome_wording import OUTCOMES
from sim.results.result import Ensemble, Result
from sim.scenario.teaching_label import LABEL
from tests.support.processes import processes_of

ROOT = Path(__file__).parents[3]
SHORT = ["--set", "time.horizon_days=3", "--set", "time.tick_h=12"]


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def short_demo(monkeypatch):
    monkeypatch.setattr(demo, "CLASSROOM", {"time.tick_h": 12, "time.horizon_days": 3})
    return ["demo", "--replications", 3, "--workers", 1]


def everything_in(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))


def test_a_run_prints_its_outcomes_with_the_label_and_writes_nothing(sim_command, tmp_path):
    code, out, _ = sim_command("run", "baseline", *SHORT)
    assert code == 0
    assert LABEL in out
    assert all((measure.title in out) is measure.is_main for measure in OUTCOMES.values())
    assert "One run, no interval" in out
    assert "--out DIR keeps the result" in out
    assert everything_in(tmp_path) == []


def test_replications_have_intervals(sim_command):
    code, out, _ = sim_command("run", "baseline", *SHORT, "--replications", 3, "--workers", 1, "--seed", 9)
    assert code == 0
    assert "3 replications, seed 9" in out
    assert "95 % interval" in out
    assert "no interval" not in out


def test_a_run_as_json(sim_command):
    arguments = ["run", "baseline", *SHORT, "--replications", 3, "--workers", 1, "--json"]
    code, out, _ = sim_command(*arguments)
    document = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert document["label"].startswith(LABEL)
    assert document["n_replications"] == 3
    rows = {row["outcome"]: row for row in document["outcomes"]}
    assert {name.partition(".")[0] for name in rows} == set(OUTCOMES)
    assert rows["attacker_losses"]["low"] <= rows["attacker_losses"]["value"] <= rows["attacker_losses"]["high"]
    assert rows["advance_km"]["unit"] == "km"
    assert sim_command(*arguments)[1] == out


def test_what_is_set_is_played(sim_command):
    losses = []
    for crews in (0, 150):
        change = ["--set", f"drone_strikes.defender.n_crews={crews}"]
        document = json.loads(sim_command("run", "baseline", *SHORT, *change, "--json")[1])
        losses.append(next(row["value"] for row in document["outcomes"] if row["outcome"] == "attacker_losses"))
    assert losses[0] < losses[1]


@pytest.mark.parametrize(("replications", "kind"), [(1, Result), (2, Ensemble)])
def test_a_kept_result_can_be_loaded(sim_command, replications, kind):
    code, out, _ = sim_command(
        "run", "baseline", *SHORT, "--replications", replications, "--workers", 1, "--out", "a/b"
    )
    assert code == 0
    assert "The result is in a/b." in out
    result = kind.load("a/b")
    assert len(result.outcomes) == replications
    assert everything_in("a") == ["b", *sorted(f"b/{path.name}" for path in Path("a/b").iterdir())]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--replications", 0, "must lie between 1 and 10000, is 0"),
        ("--replications", -1, "is -1"),
        ("--replications", 10**9, "held in memory"),
        ("--seed", -1, "must lie between 0 and 4294967295, is -1"),
        ("--seed", 2**32, "is 4294967296"),
        ("--workers", 0, "must lie between 1 and"),
    ],
)
@pytest.mark.parametrize("command", [["run", "baseline"], ["demo"], ["compare", "baseline", "no-drones"]])
@pytest.mark.usefixtures("no_run")
def test_a_bad_number_is_one_line_and_nothing_is_written(sim_command, tmp_path, command, option, value, words):
    code, out, err = sim_command(*command, option, value, "--out", "new")
    assert (code, out) == (2, "")
    assert err.startswith(f"{option}: ")
    assert words in err
    assert err.count("\n") == 1
    assert everything_in(tmp_path) == []


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("command", [["run", "baseline"], ["demo"], ["compare", "baseline", "no-drones"]])
@pytest.mark.parametrize(
    ("out_folder", "words"), [("taken", "exists already"), ("file/new", "cannot be written"), ("", "exists already")]
)
def test_a_folder_that_cannot_be_is_told_before_anything_is_played(sim_command, tmp_path, command, out_folder, words):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("")
    code, out, err = sim_command(*command, "--out", out_folder)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert everything_in(tmp_path) == ["file", "taken", "taken/notes.txt"]


@pytest.mark.usefixtures("no_run")
def test_a_bad_scenario_writes_nothing(sim_command, tmp_path):
    code, out, err = sim_command("run", "baseline", "--set", "time.tick_h=5", "--out", "new")
    assert (code, out) == (2, "")
    assert "does not divide a day" in err
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize("command", [["run", "baseline"], ["demo"], ["compare", "baseline", "no-drones"]])
def test_a_run_that_fails_is_one_line_exit_1_and_leaves_nothing(sim_command, monkeypatch, tmp_path, command):
    def fail(*_):
        raise OSError("a ledger\ndoes not add up")

    monkeypatch.setattr(replications, "simulate", fail)
    code, out, err = sim_command(*command, "--workers", 1, "--out", "a/b")
    assert (code, out) == (1, "")
    assert err == "the run failed: a ledger does not add up\n"
    assert everything_in(tmp_path) == []


def test_the_demo_writes_its_folder_and_says_what_next(sim_command, short_demo):
    code, out, _ = sim_command(*short_demo)
    assert code == 0
    assert all((measure.title in out) is measure.is_main for measure in OUTCOMES.values())
    assert "No drones against Baseline: 3 pairs" in out
    assert "paired difference" in out
    assert LABEL in out
    assert "time.tick_h=12" in out
    assert "results/demo" in out
    assert sorted(path.name for path in Path("results/demo").iterdir()) == sorted(demo.FILES)


def test_the_demos_files_carry_label_and_both_scenarios(sim_command, short_demo):
    sim_command(*short_demo)
    folder = Path("results/demo")
    first, *lines = (folder / "outcomes.csv").read_text("utf-8").splitlines()
    assert first.startswith(f"# {LABEL}")
    rows = list(csv.DictReader(lines))
    assert [row["scenario"] for row in rows] == ["Baseline"] * 3 + ["No drones"] * 3
    assert set(OUTCOMES) <= {name.partition(".")[0] for name in rows[0]}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert [manifest[which]["scenario"]["name"] for which in ("reference", "variant")] == ["Baseline", "No drones"]
    assert manifest["reference"]["seed"] == manifest["variant"]["seed"] == 1
    for name in ("map", "timeline", "comparison"):
        assert LABEL in (folder / f"{name}.svg").read_text("utf-8")
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_a_second_demo_replaces_the_first_and_writes_the_same(sim_command, short_demo):
    assert "in place of" not in sim_command(*short_demo)[1]
    folder = Path("results/demo")
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    code, out, _ = sim_command(*short_demo)
    assert code == 0
    assert "in place of an earlier demonstration" in out
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    assert everything_in("results")[0] == "demo"
    assert len(everything_in("results")) == 1 + len(demo.FILES)


@pytest.mark.usefixtures("no_run")
def test_a_demos_folder_with_something_else_in_it_is_left_alone(sim_command, tmp_path):
    folder = tmp_path / "results" / "demo"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"made_by": "sim demo"}))
    assert demo.is_earlier_demo(folder)
    (folder / "homework.txt").write_text("mine")
    code, _, err = sim_command("demo")
    assert code == 2
    assert "exists already" in err
    assert (folder / "homework.txt").read_text() == "mine"


def test_a_demo_as_json(sim_command, short_demo):
    code, out, _ = sim_command(*short_demo, "--json", "--out", "new")
    document = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert document["label"].startswith(LABEL)
    assert (document["reference"], document["variants"], document["n_pairs"]) == ("Baseline", ["No drones"], 3)
    assert {row["outcome"].partition(".")[0] for row in document["outcomes"]} == set(OUTCOMES)
    assert sorted(document["files"]) == sorted(path.name for path in Path(document["folder"]).iterdir())


@pytest.mark.parametrize("command", demo.TRY_NEXT)
def test_what_the_demo_tells_to_try_works(sim_command, command):
    program, name, *arguments = shlex.split(command)
    assert program == "sim"
    days = [] if "horizon_days" in command else ["--set", "time.horizon_days=3"]
    quick = [*days, "--set", "time.tick_h=12", "--replications", "2", "--workers", "1"] if name == "run" else []
    assert sim_command(name, *arguments, *quick)[0] == 0


def test_help_names_the_commands(sim_command):
    assert sim_command()[0] in (0, 2)
    code, out, _ = sim_command("--help")
    assert code == 0
    assert {"run", "demo"} <= set(out.split())
    for command in ("run", "demo"):
        assert "--replications" in sim_command(command, "--help")[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["run", "--set", "time.horizon_days=60", "--replications", "400"], ["patterns", "--draws", "20"]]
)
def test_an_interrupt_ends_workers_and_leaves_nothing(tmp_path, command):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [*command, "baseline", "--workers", "2"]
    # A job of a script runs with interrupts ignored, and its children inherit that: `env` puts it right.
    process = subprocess.Popen(
        ["env", "--default-signal=INT", sys.executable, "-m", "sim", *arguments, "--out", "a/b"],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 120
    while len(processes_of(process.pid)) < 4 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.1)  # this process, the tracker of its semaphores, and two workers
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "interrupted"
    assert "Traceback" not in err
    time.sleep(0.5)
    assert processes_of(process.pid) == []
    assert everything_in(tmp_path) == []
