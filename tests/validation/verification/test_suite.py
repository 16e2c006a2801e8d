"""`sim verify`: what it prints, draws, writes and refuses; the studies of ticks and of team sizes."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from sim.apps.cli.main import main
from sim.apps.cli.verifying import DEFAULT_FOLDER
from sim.errors import InputError
from sim.scenario.loader import load
from sim.scenario.teaching_label import LABEL
from sim.validation.verification import suite, team_size_resolution, tick_convergence, verification_report

FEW = ("bridge", "fear", "hold")


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sim_verify(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["sim", "verify", "--quick", "--workers", "1", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capsys.readouterr()
        plt.close("all")
        return caught.value.code, out, err

    return run


@pytest.fixture
def broken(monkeypatch):
    """One case whose model does something else."""
    sound = suite.CASES["fear"]

    def wrong(model, point):
        return {"cohesion": sound.measure(model, point)["cohesion"] + 0.01}

    monkeypatch.setitem(suite.CASES, "fear", replace(sound, measure=wrong))


def test_the_table_says_what_is_compared_and_the_page_is_drawn(sim_verify):
    code, out, _ = sim_verify(*FEW)
    assert code == 0
    assert LABEL in out
    assert all(name in out for name in FEW)
    assert "reliability, Barlow and Proschan 1975" in out
    assert out.splitlines()[-1] == "verified: 22 comparisons, all within their bounds"
    assert sorted(path.name for path in DEFAULT_FOLDER.iterdir()) == sorted(verification_report.FILES)


def test_a_failure_is_the_last_line_and_the_exit_status(sim_verify, broken):
    code, out, _ = sim_verify(*FEW)
    assert code == 1
    assert out.splitlines()[-1] == "verification failed: 6 of 22 comparisons outside their bounds: fear"


def test_what_never_happens_fails_and_a_model_that_cannot_be_read_is_a_failed_run(sim_verify, monkeypatch):
    nothing = {"hour": np.zeros(0), "attackers_cells": np.zeros(0)}
    never = replace(suite.CASES["hold"], measure=lambda model, point: nothing)
    monkeypatch.setitem(suite.CASES, "hold", never)
    code, out, _ = sim_verify("hold", "--json")
    assert code == 1
    assert json.loads(out)["comparisons"][0]["simulated"] is None

    def unreadable(model, point):
        raise ValueError("a fight is still on")

    monkeypatch.setitem(suite.CASES, "hold", replace(never, measure=unreadable))
    code, _, err = sim_verify("hold")
    assert (code, err.splitlines()[-1]) == (1, "the run failed: hold: a fight is still on")


def test_json_holds_every_comparison(sim_verify, broken):
    code, out, _ = sim_verify(*FEW, "--json", "--out", "new")
    document = json.loads(out)
    assert code == 1
    assert document == json.loads((DEFAULT_FOLDER.parent.parent / "new" / "verification.json").read_text())
    assert document["failed"] == ["fear"]
    assert document["passed"] is False
    row = document["comparisons"][0]
    assert {"case", "source", "expected", "simulated", "n", "bound", "verdict"} <= set(row)
    assert len(document["comparisons"]) == 22


def test_a_folder_that_is_there_is_refused_and_only_an_earlier_page_replaced(sim_verify, tmp_path):
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
        (["nothing"], "nothing: there is no such case or scenario of the suite"),
        (["fear", "--set", "cohesion.rade_fear=1"], "--set: cohesion.rade_fear: the scenario has no such path"),
        (["fear", "--set", "cohesion.floor=2"], "--set: cohesion.floor: "),
        (["convergence", "--set", "cohesion.floor=0"], "--set: moves cases; convergence is a study of the baseline"),
        (["fear", "--workers", "0"], "--workers: must lie between"),
    ],
)
def test_bad_input_is_one_line(sim_verify, arguments, says):
    code, out, err = sim_verify(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(says)
    assert not DEFAULT_FOLDER.exists()


def test_a_case_moves_with_set(sim_verify):
    code, out, _ = sim_verify("fear", "--set", "cohesion.floor=0.6", "--json")
    assert code == 0
    assert [row["expected"] for row in json.loads(out)["comparisons"]][-1] == pytest.approx(1 - 0.4 * np.exp(-1 / 24))


def test_a_page_is_drawn_where_no_value_lies_between_two_points(sim_verify):
    code, _, _ = sim_verify("three-to-one", "--set", "resolution.team_size=5", "--out", "new")
    assert code == 0
    assert Path("new/verification.svg").stat().st_size > 0


def test_every_case_has_its_panel():
    from sim.validation.verification.verification_figure import PANELS

    assert {case.panel for case in suite.CASES.values()} == set(PANELS)


def test_the_page_of_the_suite_lists_every_case_with_its_formula():
    text = (Path(__file__).parents[3] / "docs" / "verification.md").read_text("utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \| (.+?) \|", text, re.MULTILINE)
    assert listed == [(name, case.source) for name, case in suite.CASES.items()]
    assert f"in the {suite.N_COMPARISONS} comparisons" in " ".join(text.split())


def test_workers_change_nothing():
    cases = [suite.CASES[name] for name in FEW]
    assert suite.check(cases, is_quick=True, workers=2) == suite.check(cases, is_quick=True, workers=1)


@pytest.mark.parametrize("group_size", team_size_resolution.TEAM_SIZES)
def test_a_team_larger_than_its_group_is_refused_with_the_reason(group_size):
    changes = {"attacker.group_size": group_size, "resolution.team_size": 2 * group_size}
    with pytest.raises(InputError, match="a row cannot be larger than the group that moves together"):
        load("baseline", set=changes)


@pytest.mark.slow
def test_outcomes_do_not_depend_on_the_size_of_rows():
    compared = team_size_resolution.compare_team_sizes(suite.ERROR)
    assert compared[~compared["is_ok"]].to_dict("records") == []
    assert len(compared) == team_size_resolution.N_COMPARISONS


@pytest.mark.slow
def test_garrisons_cut_into_single_rows_would_be_noticed(monkeypatch):
    """The comparison found this once: a hit reached one soldier of a garrison where it should reach two."""
    from sim.campaign.mesa_model import Campaign

    sound = Campaign._garrison

    def alone(self, cell, n_soldiers):
        sound(self, cell, n_soldiers)
        rows = np.flatnonzero(self.state.objective_cell == cell)
        self.state.group_id[rows] = rows

    monkeypatch.setattr(Campaign, "_garrison", alone)
    compared = team_size_resolution.compare_team_sizes(suite.ERROR)
    assert "attacker: drone_garrison" in set(compared[~compared["is_ok"]]["outcome"])


@pytest.mark.slow
def test_the_study_of_ticks_reports_every_cause(monkeypatch):
    monkeypatch.setattr(tick_convergence, "DAYS", 3)
    monkeypatch.setattr(tick_convergence, "REPLICATIONS", 4)
    studied = tick_convergence.study_ticks()
    assert {one.outcome for one in studied} == {
        *team_size_resolution.OUTCOMES,
        "attacker: all causes",
        "defender: all causes",
    }
    assert all(len(one.errors) == len(one.half_widths) == 4 for one in studied)


def test_the_fitted_order_is_that_of_made_up_errors():
    rng = np.random.default_rng(3)
    for order in (1.0, 2.0):
        ticks = np.array(tick_convergence.TICKS_H)[:, None]
        values = 1000.0 + 50.0 * ticks**order + rng.normal(0.0, 1.0, (len(ticks), 200))
        fitted, low, high = tick_convergence._study("made up", values).order
        assert low <= order <= high
        assert fitted == pytest.approx(order, abs=0.25)
    assert tick_convergence._study("noise", 1000.0 + rng.normal(0.0, 5.0, (5, 30))).order is None
