"""Lists of many comparisons: how many of what is called clear is false, and how often a band holds a whole curve.

Covers sim.analysis.many_comparisons, sim.analysis.one_factor_at_a_time, sim.analysis.pawn_rbd_fast_regression,
sim.plots.exceedance.
"""

import numpy as np
import pytest
from scipy import stats

from sim.analysis import one_at_a_time, pawn, rank_regression, rbd_fast
from sim.analysis.many_comparisons import are_clear
from sim.analysis.pawn_rbd_fast_regression import DUMMY
from sim.plots.exceedance import band
from tests.support.known_sweeps import latin, one_by_one, sweep

K, REPLICATIONS = 8, 10
SIGNAL = np.array([12.0, 10.0, 8.0] + [0.0] * (K - 3))  # change of the outcome over a factor's range, in s.d. of a run


def most_of(n, rate):
    """Return what a count of n with this rate exceeds in one of 740 tests."""
    return stats.binom.ppf(0.99865, n, rate)


def least_of(n, rate):
    return stats.binom.ppf(0.00135, n, rate)


def claims_of(effects, seed):
    """Return the bars of a tornado that are solid, and those whose own interval excludes zero; true: an effect."""
    x = one_by_one(K)
    found = one_at_a_time(sweep(x, x @ effects, "one_at_a_time", REPLICATIONS, sd=1.0, seed=seed), "y").table
    bars = found[found["index"] != "swing"]
    alone = ((bars["low"] > 0) | (bars["high"] < 0)).to_numpy()
    return are_clear(bars), alone, np.repeat(effects != 0, 2)


def test_a_tornado_without_any_effect_has_a_solid_bar_in_one_sweep_of_twenty_at_most(n_samples):
    """All bars are differences from one central point, so they depend on one another."""
    n = n_samples(8)
    found = [claims_of(np.zeros(K), seed) for seed in range(n)]
    assert sum(solid.any() for solid, _, _ in found) <= most_of(n, 0.05)
    # Judged one by one, one in twenty of the bars at most is false.
    shares = [alone.mean() for _, alone, _ in found]
    assert np.mean(shares) <= 0.05 + 3 * np.std(shares) / np.sqrt(n)


def test_of_the_solid_bars_of_a_tornado_one_in_twenty_is_false_at_most_and_real_ones_are_found(n_samples):
    n = n_samples(8)
    found = [claims_of(SIGNAL, 1000 + seed) for seed in range(n)]
    false = [np.sum(solid & ~real) / max(1, solid.sum()) for solid, _, real in found]
    assert np.mean(false) <= 0.05 + 3 * np.std(false) / np.sqrt(n)
    assert np.mean([solid[real].mean() for solid, _, real in found]) > 0.8


def whole_curves_held(draw, survival, n, n_studies):
    """Return in how many studies the band of n runs holds the true share above x for all x."""
    values = np.sort(draw((n_studies, n)), axis=1)
    share = (values[:, None, :] > values[:, :, None]).mean(axis=2)
    before = (values[:, None, :] >= values[:, :, None]).mean(axis=2)
    held = np.ones(n_studies, bool)
    # The share is constant between two runs: the truth lies farthest from it just before and at each of them.
    for level, truth in ((share, survival(values)), (before, survival(np.nextafter(values, -np.inf)))):
        low, high = band(level, n)
        held &= ((low <= truth) & (truth <= high)).all(axis=1)
    return int(held.sum())


@pytest.mark.parametrize("n", [2, 10, 30])
def test_the_band_of_an_exceedance_curve_holds_the_whole_curve_in_95_per_cent_of_studies(n_samples, n):
    n_studies, rng = n_samples(1000), np.random.default_rng(n)
    for draw, survival in (
        (lambda size: rng.normal(size=size), stats.norm.sf),
        (lambda size: rng.lognormal(size=size), stats.lognorm(1.0).sf),
    ):
        held = whole_curves_held(draw, survival, n, n_studies)
        assert least_of(n_studies, 0.95) <= held <= most_of(n_studies, 0.95)
    # Equal values make it wider than need be.
    held = whole_curves_held(lambda size: rng.poisson(0.3, size).astype(float), stats.poisson(0.3).sf, n, n_studies)
    assert held >= least_of(n_studies, 0.95)


def test_pawns_threshold_lies_above_19_of_20_factors_without_effect(n_samples):
    """The threshold of 200 dummies is that of 95 %, give or take 1.5 %; the factors of one sweep share its outcome."""
    n, k = n_samples(30), 4
    above = 0
    for seed in range(n):
        x = latin(100, 1 + k, seed)
        found = pawn(sweep(x, x[:, 0], "latin_hypercube", 2, sd=0.3, seed=seed), "y")
        medians = found.of("median")["value"].to_numpy()
        above += int((medians[1:] > found.of("threshold").loc[DUMMY, "value"]).sum())
    assert above <= most_of(n * k, 0.05 + 3 * 0.015 / np.sqrt(n))


@pytest.mark.parametrize("n_points", [60, 200])
def test_rbd_fast_intervals_hold_the_true_share_in_95_per_cent_of_sweeps(n_samples, n_points):
    """A linear function with noise of half its variance: first-order indices 0.45, 0.05 and twice 0."""
    n, truth = n_samples(20), np.array([0.45, 0.05, 0.0, 0.0])
    held = np.zeros(4, int)
    for seed in range(n):
        x = latin(n_points, 4, seed)
        y = 3 * x[:, 0] + x[:, 1]
        found = rbd_fast(sweep(x, y, "latin_hypercube", sd=np.sqrt(10 / 12), seed=seed), "y").of("S1")
        held += ((found["low"] <= truth) & (truth <= found["high"])).to_numpy()
    assert (held >= least_of(n, 0.95)).all()


def test_rank_regression_of_noise_alone_has_a_clear_factor_in_one_sweep_of_twenty(n_samples):
    n = n_samples(30)
    clear = 0
    for seed in range(n):
        x = latin(60, 6, seed)
        found = rank_regression(sweep(x, np.zeros(60), "latin_hypercube", sd=1.0, seed=seed), "y")
        clear += bool(are_clear(found.of("SRRC")).any())
    assert clear <= most_of(n, 0.05)
