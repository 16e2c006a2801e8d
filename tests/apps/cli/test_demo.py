import csv
import json
import shlex
from pathlib import Path

import pytest

from sim.apps.cli import demo
from sim.results.outcome_wording import OUTCOMES
from sim.scenario.teaching_label import LABEL


@pytest.fixture
def short_demo(monkeypatch):
    monkeypatch.setattr(demo, "CLASSROOM", {"time.tick_h": 12, "time.horizon_days": 3})
    return ["demo", "--replications", 3, "--workers", 1]


def test_the_demo_writes_its_folder_and_says_what_to_open_and_to_try_next(sim_command, short_demo):
    code, out, _ = sim_command(*short_demo)
    assert code == 0
    assert all((measure.title in out) is measure.is_main for measure in OUTCOMES.values())
    assert "No drones against Baseline: 3 pairs" in out
    assert "paired difference" in out
    assert LABEL in out
    assert "time.tick_h=12" in out
    assert "Open in a browser: results/demo/animation.html" in out
    folder = Path("results/demo")
    assert sorted(path.name for path in folder.iterdir()) == sorted(demo.FILES)
    rows = list(csv.DictReader((folder / "outcomes.csv").read_text("utf-8").splitlines()))
    assert all(row["label"].startswith(LABEL) for row in rows)
    assert [row["scenario"] for row in rows] == ["Baseline"] * 3 + ["No drones"] * 3
    assert set(OUTCOMES) <= {name.partition(".")[0] for name in rows[0]}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert [manifest[which]["scenario"]["name"] for which in ("reference", "variant")] == ["Baseline", "No drones"]
    assert manifest["reference"]["seed"] == manifest["variant"]["seed"] == 1
    for name in ("map", "timeline", "comparison"):
        assert LABEL in (folder / f"{name}.svg").read_text("utf-8")
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert LABEL in (folder / "animation.html").read_text("utf-8")


def test_a_second_demo_replaces_the_first_and_writes_the_same(sim_command, files_below, short_demo):
    document = json.loads(sim_command(*short_demo, "--json")[1], parse_constant=pytest.fail)
    assert document["label"].startswith(LABEL)
    assert (document["reference"], document["variants"], document["n_pairs"]) == ("Baseline", ["No drones"], 3)
    assert {row["outcome"].partition(".")[0] for row in document["outcomes"]} == set(OUTCOMES)
    folder = Path(document["folder"])
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    assert sorted(document["files"]) == sorted([*before, "manifest.json"])
    (folder / ".DS_Store").write_text("a file manager was here")
    code, out, _ = sim_command(*short_demo)
    assert code == 0
    assert "in place of an earlier demonstration" in out
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    assert files_below("results")[0] == "demo"
    assert len(files_below("results")) == 1 + len(demo.FILES)


@pytest.mark.usefixtures("no_run")
def test_a_folder_with_other_files_is_left_alone(sim_command, tmp_path):
    folder = tmp_path / "results" / "demo"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"made_by": "sim demo"}))
    assert demo.is_earlier_demo(folder)
    (folder / "homework.txt").write_text("mine")
    code, _, err = sim_command("demo")
    assert code == 2
    assert "exists already" in err
    assert (folder / "homework.txt").read_text() == "mine"


def test_a_link_to_an_earlier_demo_is_not_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "manifest.json").write_text(json.dumps({"made_by": "sim demo"}))
    (tmp_path / "link").symlink_to("there")
    assert demo.is_earlier_demo(tmp_path / "there")
    assert not demo.is_earlier_demo(tmp_path / "link")
    assert not demo.is_earlier_demo(tmp_path)


@pytest.mark.parametrize("command", demo.TRY_NEXT)
def test_the_commands_to_try_next_work(sim_command, command):
    program, name, *arguments = shlex.split(command)
    assert program == "sim"
    days = [] if "horizon_days" in command else ["--set", "time.horizon_days=3"]
    quick = [*days, "--set", "time.tick_h=12", "--replications", "2", "--workers", "1"] if name == "run" else []
    assert sim_command(name, *arguments, *quick)[0] == 0
