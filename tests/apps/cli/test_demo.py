import csv
import json
import shlex
import shutil
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


@pytest.mark.slow
def test_a_second_demo_replaces_the_first_and_writes_the_same(sim_command, files_below, short_demo):
    document = json.loads(sim_command(*short_demo, "--json")[1], parse_constant=pytest.fail)
    assert document["label"].startswith(LABEL)
    assert (document["reference"], document["variants"], document["n_pairs"]) == ("Baseline", ["No drones"], 3)
    assert {row["outcome"].partition(".")[0] for row in document["outcomes"]} == set(OUTCOMES) - {"day_city_lost"}
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


@pytest.fixture
def earlier_demo(sim_command, short_demo):
    assert sim_command(*short_demo)[0] == 0
    return Path("results/demo")


def _contents(folder):
    return {str(path): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_folder_with_files_of_the_user_is_left_alone(sim_command, monkeypatch, short_demo, earlier_demo):
    monkeypatch.setattr("sim.campaign.replications.simulate", lambda *_: pytest.fail("a run was begun"))
    for name in ("homework.txt", ".notes", ".git/config", "map.png", "outcomes.csv", "manifest.json"):
        folder = shutil.copytree(earlier_demo, f"with {name.replace('/', ' ')}")
        (Path(folder) / name).parent.mkdir(exist_ok=True)
        (Path(folder) / name).write_text("mine")
        before = _contents(folder)
        line = f"{folder}: exists already; name another folder, results are not overwritten\n"
        assert sim_command(*short_demo, "--out", folder) == (2, "", line)
        assert _contents(folder) == before


@pytest.mark.slow
def test_a_file_that_comes_while_the_demo_runs_is_left_alone_and_the_new_demo_stands_beside(
    sim_command, monkeypatch, short_demo, earlier_demo
):
    write = demo._write

    def edited_meanwhile(comparison, folder):
        write(comparison, folder)
        (earlier_demo / ".notes").write_text("mine")

    monkeypatch.setattr(demo, "_write", edited_meanwhile)
    code, _, err = sim_command(*short_demo)
    assert code == 1
    assert "saved as results/demo-2" in err
    assert (earlier_demo / ".notes").read_text() == "mine"
    assert sorted(path.name for path in Path("results/demo-2").iterdir()) == sorted(demo.FILES)


@pytest.mark.slow
def test_a_demo_with_missing_files_is_replaced_and_a_link_to_one_is_not(earlier_demo):
    (earlier_demo / "map.png").unlink()
    Path("link").symlink_to(earlier_demo)
    assert demo.is_earlier_demo(earlier_demo)
    assert not demo.is_earlier_demo(Path("link"))
    assert not demo.is_earlier_demo(Path("results"))


@pytest.mark.parametrize("command", demo.TRY_NEXT)
def test_the_commands_to_try_next_work(sim_command, command):
    program, name, *arguments = shlex.split(command)
    assert program == "sim"
    days = [] if "horizon_days" in command else ["--set", "time.horizon_days=3"]
    quick = [*days, "--set", "time.tick_h=12", "--replications", "2", "--workers", "1"] if name == "run" else []
    assert sim_command(name, *arguments, *quick)[0] == 0
