"""CART against steps that are known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis import FactorRecord, cart
from tests.support.known_sweeps import latin, sweep


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


def test_a_single_leaf_explains_nothing_whatever_its_folds_found():
    """Of a pure interaction a greedy cut sees nothing: in this sample folds cut by chance, and the whole does not."""
    x = latin(200, 2, 2)
    found = cart(sweep(x, np.sign(x[:, 0] - 0.5) * np.sign(x[:, 1] - 0.5), "latin_hypercube"), "y")
    assert list(found.details["leaves"]["where"]) == ["anywhere"]
    assert found.of("R2")["value"].iloc[0] == 0.0
    assert any("act only together may not be found" in note for note in found.notes)
