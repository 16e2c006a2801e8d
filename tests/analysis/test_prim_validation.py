"""The counts on held-out points by hand."""

import math

import numpy as np
import pytest

from sim.analysis.prim_validation import HeldOut, held_out
from sim.results.confidence_intervals import share_interval


def counts(n_inside, n_hits):
    """Return 60 equal folds of 10 points, 3 of them cases, in which step 1 has the given counts."""
    folds = np.ones(60, int)
    return HeldOut(
        3 * folds, np.column_stack([10 * folds, n_inside * folds]), np.column_stack([3 * folds, n_hits * folds])
    )


def test_a_box_of_cases_alone_is_chosen_and_its_interval_is_that_of_the_points_held_out_once():
    found = counts(2, 2)
    assert found.best() == 1
    assert found.density(1) == pytest.approx(share_interval(np.ones(40, bool)))
    assert found.coverage(1)[0] == pytest.approx(2 / 3)


def test_a_box_no_denser_than_all_points_is_not_chosen():
    assert counts(9, 3).best() == 0
    assert counts(10, 3).coverage(1) == (
        1.0,
        pytest.approx(math.nan, nan_ok=True),
        pytest.approx(math.nan, nan_ok=True),
    )


def test_a_step_without_points_has_no_density():
    assert math.isnan(counts(0, 0).density(1)[0])
    assert counts(0, 0).best() == 0


def test_every_point_is_held_out_three_times():
    x = np.random.default_rng(1).random(100)
    found = held_out({"x": x}, x > 0.7, np.array([1.0, 0.5]), seed=1)
    assert found.n_inside[:, 0].sum() == 300
    assert found.n_cases.sum() == 3 * (x > 0.7).sum()
    assert found.n_inside[:, 1].sum() == pytest.approx(150, abs=30)
