import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis import FactorRecord, surface
from sim.errors import InputError
from tests.support.known_sweeps import factors, grid, latin, sweep


def quadratic(x):
    a, b = 2 * x.T - 1
    return 5 + 3 * a - 2 * b + 1.5 * a**2 + 0.5 * b**2 - 4 * a * b


def values(found, index):
    return found.table.loc[found.table["index"] == index, "value"].to_numpy()


def test_a_quadratic_is_found_exactly():
    x = grid(5, 4)
    found = surface(sweep(x, quadratic(x), "full_grid"), "y")
    assert values(found, "mean") == pytest.approx([5.0])
    assert values(found, "linear") == pytest.approx([3.0, -2.0])
    assert values(found, "quadratic") == pytest.approx([1.5, 0.5])
    assert values(found, "twist") == pytest.approx([-4.0])
    assert values(found, "R2") == pytest.approx([1.0])


def test_the_test_of_fit_rejects_a_true_surface_one_time_in_twenty():
    x = grid(5, 5)
    n_rejected = sum(
        values(surface(sweep(x, quadratic(x), "full_grid", 4, sd=1.0, common_sd=3.0, seed=seed), "y"), "lack_of_fit")[0]
        < 0.05
        for seed in range(200)
    )
    least, most = stats.binom.ppf([0.00135, 0.99865], 200, 0.05)
    assert least <= n_rejected <= most


def test_noise_lowers_r2_and_not_the_coefficients_and_the_advice_says_so():
    x = grid(9, 9)
    found = surface(sweep(x, quadratic(x), "full_grid", 2, sd=3.0), "y")
    assert any("the coefficients are not biased" in note for note in found.notes)
    assert not any("indices are too low" in note for note in found.notes)
    assert values(found, "R2")[0] < 0.9
    assert values(found, "linear") == pytest.approx([3.0, -2.0], abs=1.5)


def test_a_step_function_does_not_fit_a_surface():
    x = grid(7, 7)
    found = surface(sweep(x, 5.0 * (x[:, 0] > 0.5), "full_grid", 4, sd=0.2), "y")
    assert values(found, "lack_of_fit")[0] < 1e-6
    assert any("it has another shape" in note for note in found.notes)


def test_a_design_without_two_ordered_factors_is_refused():
    x = latin(30, 3)
    with pytest.raises(InputError, match="exactly two factors whose values have an order"):
        surface(sweep(x, x[:, 0], "full_grid"), "y")
    x = grid(2, 9)
    with pytest.raises(InputError, match="three levels"):
        surface(sweep(x, x[:, 0], "full_grid"), "y")
    own = [factors(1)[0], FactorRecord("p", "category")]
    x = grid(3, 3)
    names = pd.DataFrame({"part.factor_a": x[:, 0], "p": np.array(["u", "v", "w"])[(2 * x[:, 1]).astype(int)]})
    with pytest.raises(InputError, match="exactly two factors whose values have an order"):
        surface(sweep(x, x[:, 0], "full_grid", own=own, values=names), "y")
