"""Scenario discovery on cases with known causes: factors found, false alarms, and density on new points."""

import numpy as np
import pytest
from scipy import stats

from sim.analysis.prim_peeling import peel, prune
from sim.analysis.prim_validation import held_out
from tests.support.known_sweeps import latin

SURE = 0.001  # the probability that a test fails although the rate is the one that is claimed


def is_signal(x):
    return (x[:, 0] > 0.6) & (x[:, 1] < 0.5)


def discovered(n, k, seed, shift):
    """Return the limits found in points whose outcome has noise of variance 1, and the box's density.

    The density is given on held-out points, with its interval, and on 20,000 new ones.
    """
    rng = np.random.default_rng(seed)
    x, new = latin(n, k, seed), rng.random((20_000, k))
    y = shift * is_signal(x) + rng.normal(size=n)
    limit = np.quantile(y, 0.75, method="lower")
    is_new_case = shift * is_signal(new) + rng.normal(size=len(new)) > limit
    columns = {str(j): x[:, j].copy() for j in range(k)}
    boxes, masses = peel(columns, y > limit)
    counts = held_out(columns, y > limit, masses, seed)
    step = counts.best()
    box = prune(boxes[step], columns, y > limit)
    inside = box.contains({str(j): new[:, j] for j in range(k)})
    return box.limits, counts.density(step), is_new_case[inside].mean()


def test_both_factors_of_a_box_are_found_and_its_density_is_that_of_new_points(n_samples):
    """A shift by two standard deviations in a fifth of the space: both of ten factors in ten of twelve samples."""
    n = n_samples(4)
    found = [discovered(200, 10, seed, 2.0) for seed in range(n)]
    assert sum({"0", "1"} <= set(limits) for limits, _, _ in found) >= stats.binom.ppf(SURE, n, 10 / 12)
    errors = np.array([density[0] - true for limits, density, true in found])
    assert abs(errors.mean()) <= stats.t.isf(SURE / 2, n - 1) * stats.sem(errors)
    n_held = sum(density[1] <= true <= density[2] for _, density, true in found)
    assert n_held >= stats.binom.ppf(SURE, n, 0.95)


@pytest.mark.parametrize(("n", "k", "rate", "n_short"), [(100, 5, 0.05, 3), (200, 10, 0.05, 1), (200, 40, 0.17, 1)])
def test_random_labels_seldom_make_a_box(n, k, rate, n_short, n_samples):
    """The many factors are of use with --long only: one sample is too few to fail."""
    n_times = n_samples(n_short)
    n_boxes = sum(bool(discovered(n, k, 1000 + seed, 0.0)[0]) for seed in range(n_times))
    assert n_boxes <= stats.binom.isf(SURE, n_times, rate)
