"""PRIM against a box that is known, CART against steps that are known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis import FactorRecord, SweepResults, cart, prim
from sim.analysis.factor_box import Box, Limits, quasi_p
from sim.analysis.prim_peeling import paste, peel
from sim.errors import InputError
from tests.support.known_sweeps import factors, latin, sweep

N = 1000


def in_box(x):
    return (x[:, 0] < 0.4) & (x[:, 1] > 0.6)


def noisy_box(seed=1, n=N, k=5):
    """Return points and labels: nine in ten of the box are cases, one in twenty outside."""
    x = latin(n, k, seed)
    u = np.random.default_rng(seed + 100).random(n)
    return x, np.where(in_box(x), u < 0.9, u < 0.05)


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
    # Pruned and pasted it is as good a compromise as the true box, to within a peel.
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
    assert (steps["coverage"].diff().dropna() <= 0).all()
    assert (steps["density"].diff().dropna() > 0).all()
    assert steps["mass"].iloc[-1] >= 0.05
    assert steps["is_chosen"].sum() == 1


def test_a_first_peel_by_hand():
    """Twenty points, cases are the upper half: peels of one point; off the lowest the density is 10 / 19."""
    values = {"a": np.arange(20.0), "b": np.tile([0.0, 1.0], 10)}
    boxes = peel(values, np.arange(20) >= 10)
    assert boxes[1].limits == {"a": Limits(0.5, np.inf)}
    # Ten peels leave the ten cases alone; there is nothing to gain after that.
    assert boxes[-1].limits == {"a": Limits(9.5, np.inf)}


def test_pasting_gives_back_what_a_peel_took_too_much():
    values = {"a": np.arange(100.0)}
    is_case = np.arange(100) >= 40
    is_case[60:70] = False
    narrow = Box({"a": Limits(45.5, np.inf)})
    pasted = paste(narrow, values, is_case)
    assert pasted.limits["a"].low == 39.5


def test_a_quasi_p_value_by_hand():
    """Without the limit 4 points, 2 of them cases; inside 2 points, both cases: 1/2 squared."""
    box = Box({"a": Limits(high=1.5)})
    assert quasi_p(box, "a", {"a": np.arange(4.0)}, np.array([True, True, False, False])) == pytest.approx(0.25)


def test_no_box_is_made_of_chance():
    """Labels without any cause: of 20 samples, restrictions survive in few: each is tested at 5 % where it was made."""
    empty = 0
    for seed in range(20):
        x = latin(400, 3, seed)
        label = np.random.default_rng(seed).random(400) < 0.3
        found = prim(sweep(x, label, "latin_hypercube"), "y", above=0.5)
        reproduced = found.details["box"]["reproduced"]
        empty += int(reproduced.empty or reproduced.max() < 0.9)
    assert empty >= 15


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


def test_shares_look_for_runs_in_which_the_city_falls():
    x = latin(400, 2)
    found = prim(sweep(x, x[:, 0] > 0.7, "latin_hypercube", outcome="city_held"), "city_held")
    assert any("City never lost in under 50 % of the runs" in note for note in found.notes)
    assert found.details["box"].set_index("factor").loc["part.factor_a", "high"] == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("limits", [{"above": 2.0}, {"below": 2.0}])
def test_too_few_cases_are_refused_with_the_numbers(limits):
    x = latin(100, 2)
    with pytest.raises(InputError, match=r"of 100 points are cases .*scenario discovery needs 5"):
        prim(sweep(x, x[:, 0], "latin_hypercube"), "y", **limits)


def steps(x):
    return np.where(x[:, 0] > 0.5, np.where(x[:, 1] > 0.3, 4.0, 3.0), 0.0)


def test_cart_finds_the_thresholds_of_a_step_function():
    x = latin(500, 4)
    found = cart(sweep(x, steps(x), "latin_hypercube"), "y")
    leaves = found.details["leaves"]
    assert leaves["mean"].tolist() == [4.0, 3.0, 0.0]
    # A threshold lies between two neighbours of a Latin hypercube: within two of its 500 cells.
    numbers = [float(word) for word in leaves["where"].iloc[0].split() if word[0].isdigit()]
    assert numbers == pytest.approx([0.5, 0.3], abs=2 / 500)
    importance = found.of("importance")["value"]
    assert importance.sum() == pytest.approx(1.0)
    assert importance[["part.factor_c", "part.factor_d"]].tolist() == [0.0, 0.0]


def test_importance_is_the_share_of_the_variance():
    """Half of the points 0 and half 1 by factor a: all of the variance; noise of the same variance halves it."""
    x = latin(2000, 3)
    found = cart(sweep(x, x[:, 0] > 0.5, "latin_hypercube", sd=0.5), "y")
    importance = found.of("importance").loc["part.factor_a", "value"]
    # Standard error of a squared correlation r2 = 1/2: 2 sqrt(r2) (1 - r2) / sqrt(n).
    assert importance == pytest.approx(0.5, abs=3 * np.sqrt(0.5) / np.sqrt(2000))
    assert len(found.details["leaves"]) == 2


def test_cart_puts_categories_in_the_order_of_their_means():
    rng = np.random.default_rng(2)
    names = rng.choice(["a", "b", "c", "d"], 400)
    x = latin(400, 1)
    values = pd.DataFrame({"p": names})
    y = np.isin(names, ["a", "c"]).astype(float)
    found = cart(sweep(x, y, "latin_hypercube", own=[FactorRecord("p", "category")], values=values), "y")
    assert found.details["leaves"]["where"].tolist() == ["p is a or c", "p is b or d"]


def test_cart_of_noise_is_one_leaf():
    """One standard error and the smallest depth: of 20 samples of noise, most have no cut."""
    n_uncut = 0
    for seed in range(20):
        x = latin(200, 3, seed)
        found = cart(sweep(x, np.zeros(200), "latin_hypercube", sd=1.0, seed=seed), "y")
        n_uncut += int(len(found.details["leaves"]) == 1)
    assert n_uncut >= stats.binom.ppf(0.00135, 20, 0.84)


def test_a_step_that_there_is_not_is_told():
    x = np.random.default_rng(1).random((200, 3))
    with pytest.raises(InputError, match=r"box: must be a step from 0 to \d+, is 999"):
        prim(SweepResults.from_arrays(x, x[:, 0], "latin_hypercube"), "y", box=999)


def test_a_single_leaf_explains_nothing_whatever_its_folds_found():
    """Of a pure interaction a greedy cut sees nothing: in this sample folds cut by chance, and the whole does not."""
    x = latin(200, 2, 2)
    found = cart(sweep(x, np.sign(x[:, 0] - 0.5) * np.sign(x[:, 1] - 0.5), "latin_hypercube"), "y")
    assert list(found.details["leaves"]["where"]) == ["anywhere"]
    assert found.of("R2")["value"].iloc[0] == 0.0
    assert any("act only together may not be seen" in note for note in found.notes)
