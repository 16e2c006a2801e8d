"""Noise shares and Sobol indices hold their truth whichever points share random numbers.

The functions are x1 with noise of each run, with a shift or with noise times x2; noise w is shared as in a sweep.
"""

import numpy as np
import pytest
from scipy import stats

from sim.analysis import SweepResults, noise_of, sobol
from tests.support.known_sweeps import ishigami, ishigami_indices, latin, saltelli

_SIGNAL = 1 / 12  # variance of x1


def least(n, share):
    """Return the number of n samples below which fewer come by chance in one test of 1,000."""
    return stats.binom.ppf(0.001, n, share)


def noisy(x, r, per_block, kind, sd, rng):
    """Return x1 with noise, points x replications, and the variance of its noise."""
    shared = np.repeat(rng.normal(size=(-(-len(x) // per_block), r)), per_block, axis=0)[: len(x)]
    own, by_x2 = rng.normal(size=(len(x), r)), x[:, 1:2]
    noise, variance = {
        "own": (own, 1.0), "shift": (shared, 1.0), "factor": (by_x2 * shared, 1 / 3),
        "shift of all": (own + 3.0 * shared, 1.0), "factor of all": (by_x2 * shared, 1 / 12),
    }[kind]  # fmt: skip
    return x[:, :1] + sd * noise, sd**2 * variance


@pytest.mark.parametrize("r", [5, 10])
@pytest.mark.parametrize(("kind", "sd"), [("own", 0.3), ("shift of all", 0.3), ("factor of all", 1.0)])
def test_noise_shares_of_common_numbers(n_samples, kind, sd, r):
    """200 points share their random numbers; a shift of all of them is in no index, and is not counted."""
    n, rng, held = n_samples(60), np.random.default_rng(1), 0
    for seed in range(n):
        table, variance = noisy(latin(200, 2, seed), r, 200, kind, sd, rng)
        found = noise_of(table)
        held += found.low <= variance / r / (_SIGNAL + variance / r) <= found.high
    assert held >= least(n, 0.95)


@pytest.mark.parametrize("r", [2, 5])
@pytest.mark.parametrize("kind", ["own", "shift", "factor"])
@pytest.mark.parametrize("per_block", [1, 5])
def test_noise_shares_of_blocks(n_samples, per_block, kind, r):
    """40 base blocks of 5 points, or 200 points, have random numbers of their own."""
    n, rng, held = n_samples(60), np.random.default_rng(2), 0
    for seed in range(n):
        x = latin(200, 2, seed) if per_block == 1 else np.repeat(latin(40, 2, seed), 5, axis=0)
        table, variance = noisy(x, r, per_block, kind, 0.5, rng)
        found = noise_of(table, per_block)
        held += found.low <= variance / r / (_SIGNAL + variance / r) <= found.high
    assert held >= least(n, 0.94)


def judged(tables, truth):
    """Return the number of sweeps with intervals; by index and factor, how many hold the truth and are above zero."""
    ends = []
    for x, table in tables:
        found = sobol(SweepResults.from_arrays(x, table, "saltelli"), "y")
        ends.append([[found.of(index)[end] for index in ("S1", "ST")] for end in ("low", "high")])
    low, high = np.moveaxis([both for both in ends if np.isfinite(both).all()], 1, 0)
    return len(low), ((low <= truth + 1e-9) & (high >= truth - 1e-9)).sum(axis=0), (low > 0.0).sum(axis=0)


@pytest.mark.parametrize("r", [2, 10])
@pytest.mark.parametrize("kind", ["own", "shift"])
def test_sobol_indices_are_those_of_the_expected_outcome(n_samples, kind, r):
    """Ishigami and a factor without effect; half of the variance of a run is noise."""
    rng = np.random.default_rng(3)
    first, total, variance = ishigami_indices()
    truth = np.array([[*first, 0.0], [*total, 0.0]])
    tables = []
    for seed in range(n_samples(20)):
        x = saltelli(256, 4, seed=seed + 1)
        noise, _ = noisy(np.zeros((len(x), 2)), r, 6, kind, np.sqrt(variance), rng)
        tables.append((x, ishigami(x)[:, None] + noise))
    n, held, above = judged(tables, truth)
    assert (held >= least(n, 0.94)).all()
    assert (above[:, 3] <= n - least(n, 0.93)).all()


@pytest.mark.parametrize("r", [2, 5, 10])
def test_a_factor_of_the_noise_alone_has_no_sobol_index(n_samples, r):
    """Of x1 + x2 w, common random numbers gave x2 an index above zero in 72 to 82 % of sweeps."""
    rng = np.random.default_rng(4)
    designs = [saltelli(256, 3, seed=seed + 1) for seed in range(n_samples(20))]
    n, held, above = judged(((x, noisy(x, r, 5, "factor", 1.0, rng)[0]) for x in designs), np.array([1.0, 0.0, 0.0]))
    assert (held >= least(n, 0.94)).all()
    assert (above[:, 1:] <= n - least(n, 0.93)).all()
