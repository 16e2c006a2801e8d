"""Morris against functions whose effects are known."""

import numpy as np
import pytest
from SALib.analyze import morris as salib

from sim.analysis import morris
from sim.analysis.morris_screening import elementary_effects
from sim.errors import InputError
from tests.support.known_sweeps import problem, sweep, trajectories


@pytest.mark.parametrize("levels", [4, 6])
def test_a_linear_function_has_its_coefficients_and_no_sigma(levels):
    weights = np.array([3.0, -2.0, 0.0, 1.0])
    x = trajectories(10, 4, levels)
    found = morris(sweep(x, x @ weights, "morris"), "y")
    assert found.of("mu")["value"].to_numpy() == pytest.approx(weights)
    assert found.of("mu_star")["value"].to_numpy() == pytest.approx(np.abs(weights))
    assert found.of("sigma")["value"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-9)


def test_effects_of_both_signs_cancel_in_mu_but_not_in_mu_star():
    """(u - 1/2)^2 on levels 0, 1/3, 2/3, 1: steps of 2/3 have the effects (1/36 - 1/4) 3 / 2 = -1/3 and +1/3."""
    x = trajectories(200, 2)
    found = morris(sweep(x, (x[:, 0] - 0.5) ** 2, "morris"), "y")
    mu, mu_star, sigma = (found.of(name).loc["part.factor_a"] for name in ("mu", "mu_star", "sigma"))
    assert mu["low"] <= 0.0 <= mu["high"]
    assert mu_star["value"] == pytest.approx(1 / 3)
    assert sigma["low"] <= sigma["value"] <= sigma["high"]
    assert sigma["value"] == pytest.approx(1 / 3, rel=0.02)


def test_an_interaction_shows_as_sigma():
    x = trajectories(50, 3)
    found = morris(sweep(x, x[:, 0] * x[:, 1], "morris"), "y").of("sigma")["value"]
    assert (found[["part.factor_a", "part.factor_b"]] > 0.2).all()
    assert found["part.factor_c"] == pytest.approx(0.0, abs=1e-12)


def test_effects_are_those_of_salib():
    x = trajectories(20, 3)
    y = np.sin(5 * x[:, 0]) * x[:, 1] + x[:, 2] ** 3
    effects, _ = elementary_effects(x, y)
    found = salib.analyze(problem(3), x, y, num_levels=4)
    assert effects.mean(axis=0) == pytest.approx(np.asarray(found["mu"]))
    assert np.abs(effects).mean(axis=0) == pytest.approx(np.asarray(found["mu_star"]))
    assert effects.std(axis=0, ddof=1) == pytest.approx(np.asarray(found["sigma"]))


@pytest.mark.parametrize("spoil", [lambda x: x[:-1], lambda x: x[np.r_[1, 0, 2 : len(x)]], lambda x: x * 0.7])
def test_points_that_are_not_trajectories_are_refused(spoil):
    x = spoil(trajectories(6, 3))
    with pytest.raises(InputError, match=r"trajectories|levels"):
        morris(sweep(x, x.sum(axis=1), "morris"), "y")
