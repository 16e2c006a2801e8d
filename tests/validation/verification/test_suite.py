"""The suite of cases: its figure, the docs on it, and the studies of ticks and of team sizes.

Covers sim.validation.verification.verification_figure, sim.validation.verification.team_size_resolution,
sim.validation.verification.tick_convergence.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.scenario.loader import load
from sim.validation.verification import suite, team_size_resolution, tick_convergence
from sim.validation.verification.verification_figure import PANELS

FEW = ("bridge", "fear", "hold")


@pytest.fixture(autouse=True)
def _in_a_temporary_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_every_case_has_its_panel():
    assert {case.panel for case in suite.CASES.values()} == set(PANELS)


def test_the_docs_list_every_case_with_its_formula():
    text = (Path(__file__).parents[3] / "docs" / "verification.md").read_text("utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \| (.+?) \|", text, re.MULTILINE)
    assert listed == [(name, case.source) for name, case in suite.CASES.items()]
    assert f"in the {suite.N_COMPARISONS} comparisons" in " ".join(text.split())


def test_the_number_of_workers_does_not_change_the_results():
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
def test_garrisons_divided_into_single_rows_are_detected(monkeypatch):
    """A fault that the comparison once found: a hit reached one soldier of a garrison instead of two."""
    from sim.campaign.mesa_model import Campaign

    sound = Campaign._garrison

    def in_single_rows(self, cell, n_soldiers):
        sound(self, cell, n_soldiers)
        rows = np.flatnonzero(self.state.objective_cell == cell)
        self.state.group_id[rows] = rows

    monkeypatch.setattr(Campaign, "_garrison", in_single_rows)
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


def test_the_fitted_order_is_that_of_synthetic_errors():
    rng = np.random.default_rng(3)
    for order in (1.0, 2.0):
        ticks = np.array(tick_convergence.TICKS_H)[:, None]
        values = 1000.0 + 50.0 * ticks**order + rng.normal(0.0, 1.0, (len(ticks), 200))
        fitted, low, high = tick_convergence._study("synthetic", values).order
        assert low <= order <= high
        assert fitted == pytest.approx(order, abs=0.25)
    assert tick_convergence._study("noise", 1000.0 + rng.normal(0.0, 5.0, (5, 30))).order is None
