"""Morris against functions whose effects are known."""

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as salib

from sim.analysis import FactorRecord, morris
from sim.analysis.morris_screening import noise_floor, steps
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
    assert mu["value"] == pytest.approx(0.0, abs=0.1)
    assert mu_star["value"] == pytest.approx(1 / 3)
    assert sigma["value"] == pytest.approx(1 / 3, rel=0.02)


def test_an_interaction_shows_as_sigma():
    x = trajectories(50, 3)
    found = morris(sweep(x, x[:, 0] * x[:, 1], "morris"), "y").of("sigma")["value"]
    assert (found[["part.factor_a", "part.factor_b"]] > 0.2).all()
    assert found["part.factor_c"] == pytest.approx(0.0, abs=1e-12)


def test_effects_are_those_of_salib():
    x = trajectories(20, 3)
    y = np.sin(5 * x[:, 0]) * x[:, 1] + x[:, 2] ** 3
    found, expected = morris(sweep(x, y, "morris"), "y"), salib.analyze(problem(3), x, y, num_levels=4)
    for index in ("mu", "mu_star", "sigma"):
        assert found.of(index)["value"].to_numpy() == pytest.approx(np.asarray(expected[index]))


OWN = {
    "flag": (FactorRecord("a", "flag", values=(False, True)), [False, True, True, False], [1, -1]),
    "list": (FactorRecord("a", "whole", values=(0, 110)), [0, 110, 110, 0], [1, -1]),
    "uneven list": (FactorRecord("a", "real", values=(4.0, 0.0, 1.0)), [0.0, 4.0, 1.0, 0.0], [1, -0.25]),
    "whole": (FactorRecord("a", "whole", 1.0, 5.0), [1, 3, 5, 2], [0.5, -0.75]),
    "multiples": (FactorRecord("a", "whole", 1.0, 10.0, step=4), [4, 8, 8, 4], [1, -1]),
    "category": (FactorRecord("a", "category", values=("x", "y", "z")), ["x", "z", "z", "y"], [1, -1]),
    "real": (FactorRecord("a", "real", 10.0, 20.0), [10.0, 14.0, 20.0, 15.0], [0.4, -0.5]),
    "nothing moved": (FactorRecord("a", "whole", 1.0, 3.0), [1, 1, 3, 1], [0, -1]),
}


@pytest.mark.parametrize("name", OWN)
def test_a_step_covers_a_share_of_the_range_of_the_values(name):
    own, values, shares = OWN[name]
    x = np.array([[0.0], [0.7], [1.0], [0.3]])
    y = np.array([1.0, 3.0, 7.0, 2.0])
    results = sweep(x, y, "morris", own=[own], values=pd.DataFrame({"a": values}))
    found_jumps, found_shares = steps(results, y[:, None])
    assert found_jumps[:, 0, 0] == pytest.approx([2.0, -5.0])
    assert found_shares[:, 0] == pytest.approx(shares)


def test_steps_that_move_nothing_are_left_out():
    values = pd.DataFrame({"a": [1, 1, 3, 1]})
    results = sweep(np.array([[0.0], [0.7], [1.0], [0.3]]), [1.0, 1.0, 7.0, 2.0], "morris", 3,
                    own=[FactorRecord("a", "whole", 1.0, 3.0)], values=values)  # fmt: skip
    found = morris(results, "y")
    assert found.of("mu_star")["value"].tolist() == [5.0]
    assert found.of("noise_floor")["value"].tolist() == [0.0]
    assert np.isnan(found.of("sigma")["value"]).all()
    results.values["a"] = 1
    assert np.isnan(morris(results, "y").of("mu_star")["value"]).all()


def test_the_noise_floor_is_that_of_the_differences_between_replications():
    """Variances of a change: 2 and 8, so 5 on average and 2.5 of a mean of two; steps of the share 1/2."""
    floor, low, high = noise_floor(np.array([[0.0, 2.0], [1.0, 5.0]]), np.array([0.5, -0.5]))
    assert floor == pytest.approx(np.sqrt(2 / np.pi * 2.5) / 0.5)
    assert low * high == pytest.approx(floor**2)


def test_a_shift_common_to_a_trajectory_is_not_in_the_noise_floor():
    x = trajectories(10, 3)
    results = sweep(x, x[:, 0], "morris", 4, common_sd=50.0)
    found = morris(results, "y")
    assert found.of("noise_floor")["high"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-9)
    assert any("1 of 3 factors are above" in note for note in found.notes)


def test_intervals_need_ten_trajectories_whose_effects_differ():
    def ends(n, y):
        x = trajectories(n, 3)
        found = morris(sweep(x, y(x), "morris"), "y")
        return found.of("mu_star")[["low", "high"]].to_numpy()[0]

    assert np.isnan(ends(9, lambda x: x[:, 0] * (x[:, 1] + 3 * x[:, 2]))).all()
    low, high = ends(10, lambda x: x[:, 0] * (x[:, 1] + 3 * x[:, 2]))
    assert 0.0 < low < high
    assert np.isnan(ends(10, lambda x: x[:, 0])).all()
    found = morris(sweep(trajectories(10, 2), trajectories(10, 2)[:, 0], "morris"), "y")
    assert found.of("sigma")[["low", "high"]].isna().all(axis=None)
    assert found.of("noise_floor").empty
    assert any("one replication" in note for note in found.notes)


@pytest.mark.parametrize("spoil", [lambda x: x[:-1], lambda x: x[np.r_[1, 0, 2 : len(x)]], lambda x: x[:4]])
def test_points_that_are_not_trajectories_are_refused(spoil):
    x = spoil(trajectories(6, 3))
    with pytest.raises(InputError, match="Morris trajectories of 4 points each"):
        morris(sweep(x, x.sum(axis=1), "morris"), "y")
