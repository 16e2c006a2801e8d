"""PRIM against a box that is known."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis import FactorRecord, SweepResults, prim
from sim.errors import InputError
from tests.support.known_sweeps import factors, in_box, latin, noisy_box, sweep

N = 1000


@pytest.mark.parametrize("seed", range(4))
def test_a_known_box_is_found_and_nothing_else(seed):
    x, is_case = noisy_box(seed)
    found = prim(sweep(x, is_case, "latin_hypercube"), "y", above=0.5)
    box = found.details["box"].set_index("factor")
    assert set(box.index) == {"part.factor_a", "part.factor_b"}
    assert (box["quasi_p"] < 1e-6).all()
    assert (box["reproduced"] == 1.0).all()
    # A peel takes 5 % of the box off, so a limit is known to about 5 % of a side, three times that at most.
    assert box.loc["part.factor_a", "high"] == pytest.approx(0.4, abs=0.15 * 0.4)
    assert box.loc["part.factor_b", "low"] == pytest.approx(0.6, abs=0.15 * 0.4)
    # It is as good a compromise as the true box, to within a peel.
    assert compromise(found.details["points"]["is_inside"], is_case) >= compromise(in_box(x), is_case) - 0.05
    for name in ("density", "coverage"):
        row = found.of(name).loc["(box)"]
        assert row["low"] < row["value"] < row["high"]


def compromise(inside, is_case):
    return 2 * (inside & is_case).sum() / (inside.sum() + is_case.sum())


def test_the_trajectory_begins_with_everything_and_gains_density_at_the_cost_of_coverage():
    x, is_case = noisy_box()
    steps = prim(sweep(x, is_case, "latin_hypercube"), "y", above=0.5).details["trajectory"]
    assert steps.loc[0, ["coverage", "mass"]].tolist() == [1.0, 1.0]
    assert steps.loc[0, "density"] == pytest.approx(is_case.mean())
    assert steps["density"].max() > 2 * is_case.mean()
    assert (steps["fitted_density"] - steps["density"]).mean() > 0
    assert steps["mass"].iloc[-1] >= 0.05
    assert steps["is_chosen"].sum() == 1


def test_a_box_of_the_whole_space_says_so():
    label = np.random.default_rng(1).random(400) < 0.3
    found = prim(sweep(latin(400, 3), label, "latin_hypercube"), "y", above=0.5)
    assert found.details["box"].empty
    assert any(note.startswith("No box: ") for note in found.notes)
    assert found.of("density").loc["(box)", "value"] == pytest.approx(label.mean())


def test_limits_are_shown_over_halves_of_the_points_and_over_limits_of_the_cases():
    x = latin(400, 2)
    found = prim(sweep(x, x[:, 0], "latin_hypercube"), "y", above=0.7)
    box = found.details["box"].iloc[0]
    assert box["low_from"] <= box["low"] + 0.02
    assert box["low_to"] >= box["low"] - 0.02
    others = found.details["thresholds"]
    assert others["n_cases"].tolist() == [80, 160]
    assert others["low"].tolist() == pytest.approx([0.8, 0.6], abs=0.02)


def test_categories_and_flags_are_restricted_by_name():
    x = latin(N, 3)
    names = np.array(["probe", "mass", "wait"])[(x[:, 1] * 3).astype(int)]
    own = [
        factors(1)[0],
        FactorRecord("a.policy", "category", values=("probe", "mass", "wait")),
        FactorRecord("a.on", "flag"),
    ]
    values = pd.DataFrame({"part.factor_a": x[:, 0], "a.policy": names, "a.on": x[:, 2] > 0.5})
    is_case = np.isin(names, ["probe", "wait"]) & (x[:, 2] > 0.5)
    box = prim(sweep(x, is_case, "latin_hypercube", own=own, values=values), "y", above=0.5).details["box"]
    found = box.set_index("factor")["categories"].to_dict()
    assert found == {"a.policy": "probe, wait", "a.on": "True"}


def test_a_step_that_does_not_exist_is_refused():
    x = np.random.default_rng(1).random((200, 3))
    with pytest.raises(InputError, match=r"box: must be a step from 0 to \d+, is 999"):
        prim(SweepResults.from_arrays(x, x[:, 0], "latin_hypercube"), "y", box=999)
