"""What is refused before SALib sees it, and that the error names it."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis import cart, morris, pawn, prim, rank_regression, rbd_fast, sobol
from sim.analysis.input_checks import checked_outcome
from sim.errors import InputError
from tests.support.known_sweeps import latin, saltelli, sweep, trajectories

BY_METHOD = [
    (sobol, "saltelli", saltelli(32, 3)),
    (morris, "morris", trajectories(20, 3)),
    *((method, "latin_hypercube", latin(120, 3)) for method in (pawn, rbd_fast, rank_regression, prim, cart)),
]


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("method", "kind", "x"), BY_METHOD)
def test_a_missing_value_is_refused_with_the_outcome_and_the_first_points(method, kind, x, hole):
    results = sweep(x, x.sum(axis=1), kind, 2)
    results.runs.loc[results.runs["point"].isin([7, 3]) & (results.runs["replication"] == 1), "y"] = hole
    with pytest.raises(InputError, match=r"^y: .* in 2 of \d+ runs, at 2 of \d+ points, namely 3, 7:"):
        method(results, "y")


@pytest.mark.parametrize(("method", "kind", "x"), BY_METHOD)
def test_a_constant_is_refused(method, kind, x):
    with pytest.raises(InputError, match=r"y: is 0\.3 at every point, so no factor has any effect"):
        method(sweep(x, np.full(len(x), 0.3), kind), "y")


@pytest.mark.parametrize(("method", "kind", "x"), BY_METHOD)
def test_a_tiny_outcome_that_varies_has_the_indices_of_a_large_one(method, kind, x):
    y = 1 + x @ [3, 2, 1]
    tiny, large = (method(sweep(x, scale * y, kind), "y").table for scale in (1e-13, 1))
    is_pure = ~tiny["index"].isin(["mu", "mu_star", "sigma"])
    assert tiny["value"].notna().all()
    np.testing.assert_allclose(tiny["value"][is_pure], large["value"][is_pure], atol=1e-9)


def test_a_day_that_never_comes_says_what_to_analyse_instead():
    x = latin(100, 2)
    results = sweep(x, np.where(x[:, 0] > 0.5, np.nan, 150.0), "latin_hypercube", outcome="day_city_lost")
    with pytest.raises(InputError, match="analyse days_city_held"):
        checked_outcome(results, "day_city_lost")


@pytest.mark.parametrize(("method", "kind", "x"), BY_METHOD)
def test_failed_runs_are_refused(method, kind, x):
    results = sweep(x, x.sum(axis=1), kind, 2)
    results.runs = results.runs[~((results.runs["point"] == 5) & (results.runs["replication"] == 0))]
    with pytest.raises(InputError, match=r"1 of \d+ points lack runs .*: 5;"):
        method(results, "y")


def test_points_that_are_missing_duplicate_or_unknown_are_refused():
    x = latin(50, 2)
    short = sweep(x, x[:, 0], "latin_hypercube")
    short.design["n_points"] = 60
    with pytest.raises(InputError, match="the design has 60 points, but only 50 are here"):
        checked_outcome(short, "y")
    twice = sweep(x, x[:, 0], "latin_hypercube")
    twice.runs = pd.concat([twice.runs, twice.runs.head(1)])
    with pytest.raises(InputError, match="more than once"):
        checked_outcome(twice, "y")
    unknown = sweep(x, x[:, 0], "latin_hypercube")
    unknown.runs.loc[0, "point"] = 99
    with pytest.raises(InputError, match="not in the design: 99"):
        checked_outcome(unknown, "y")
    with pytest.raises(InputError, match="is not an outcome of this sweep; it has y"):
        checked_outcome(unknown, "z")
