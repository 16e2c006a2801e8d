import json
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from sim.apps.cli.verify import DEFAULT_FOLDER
from sim.scenario.teaching_label import LABEL
from sim.validation.verification import suite, verification_report

FEW = ("bridge", "fear", "hold")


@pytest.fixture
def sim_verify(sim_command):
    yield lambda *arguments: sim_command("verify", "--quick", "--workers", 1, *arguments)
    plt.close("all")


@pytest.fixture
def broken(monkeypatch):
    """Replace one case's measurement by a wrong one."""
    sound = suite.CASES["fear"]

    def wrong(model, point):
        return {"cohesion": sound.measure(model, point)["cohesion"] + 0.01}

    monkeypatch.setitem(suite.CASES, "fear", replace(sound, measure=wrong))


def test_the_table_lists_the_comparisons_and_the_files_are_written(sim_verify):
    code, out, _ = sim_verify(*FEW)
    assert code == 0
    assert LABEL in out
    assert all(name in out for name in FEW)
    assert "reliability, Barlow and Proschan 1975" in out
    assert out.splitlines()[-1] == "verified: 22 comparisons, all within their bounds"
    assert sorted(path.name for path in DEFAULT_FOLDER.iterdir()) == sorted(verification_report.FILES)


def test_a_failure_is_on_the_last_line_and_sets_the_exit_status(sim_verify, broken):
    code, out, _ = sim_verify(*FEW)
    assert code == 1
    assert out.splitlines()[-1] == "verification failed: 6 of 22 comparisons outside their bounds: fear"


def test_an_event_that_never_happens_fails_and_a_measurement_error_is_a_failed_run(sim_verify, monkeypatch):
    nothing = {"hour": np.zeros(0), "attackers_cells": np.zeros(0)}
    never = replace(suite.CASES["hold"], measure=lambda model, point: nothing)
    monkeypatch.setitem(suite.CASES, "hold", never)
    code, out, _ = sim_verify("hold", "--json")
    assert code == 1
    assert json.loads(out)["comparisons"][0]["simulated"] is None

    def unreadable(model, point):
        raise ValueError("a fight is not over")

    monkeypatch.setitem(suite.CASES, "hold", replace(never, measure=unreadable))
    code, _, err = sim_verify("hold")
    assert (code, err.splitlines()[-1]) == (1, "the run failed: hold: a fight is not over")


def test_json_contains_every_comparison(sim_verify, broken):
    code, out, _ = sim_verify(*FEW, "--json", "--out", "new")
    document = json.loads(out)
    assert code == 1
    assert document == json.loads((DEFAULT_FOLDER.parent.parent / "new" / "verification.json").read_text())
    assert document["failed"] == ["fear"]
    assert document["passed"] is False
    row = document["comparisons"][0]
    assert {"case", "source", "expected", "simulated", "n", "bound", "verdict"} <= set(row)
    assert len(document["comparisons"]) == 22


def test_an_existing_folder_is_refused_and_only_an_earlier_report_is_replaced(sim_verify, tmp_path):
    (tmp_path / "mine").mkdir()
    code, _, err = sim_verify("fear", "--out", "mine")
    assert (code, err) == (2, "mine: exists already; name another folder, results are not overwritten\n")
    assert sim_verify("fear")[0] == 0
    assert sim_verify("hold")[0] == 0
    (DEFAULT_FOLDER / "notes.txt").write_text("mine")
    assert sim_verify("fear")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "nothing: no such case or scenario of the suite"),
        (["fear", "--set", "cohesion.rade_fear=1"], "--set: cohesion.rade_fear: the scenario has no such path"),
        (["fear", "--set", "cohesion.floor=2"], "--set: cohesion.floor: "),
        (
            ["convergence", "--set", "cohesion.floor=0"],
            "--set: changes cases only; convergence is a study of",
        ),
        (["fear", "--workers", "0"], "--workers: must lie between"),
    ],
)
def test_wrong_input_gives_one_line(sim_verify, arguments, says):
    code, out, err = sim_verify(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(says)
    assert not DEFAULT_FOLDER.exists()


def test_set_changes_the_expected_values(sim_verify):
    code, out, _ = sim_verify("fear", "--set", "cohesion.floor=0.6", "--json")
    assert code == 0
    assert [row["expected"] for row in json.loads(out)["comparisons"]][-1] == pytest.approx(1 - 0.4 * np.exp(-1 / 24))


def test_a_figure_is_drawn_where_no_value_is_valid_between_two_points(sim_verify):
    code, _, _ = sim_verify("three-to-one", "--set", "resolution.team_size=5", "--out", "new")
    assert code == 0
    assert Path("new/verification.svg").stat().st_size > 0
