"""The share of noise, against noise of a known variance."""

import numpy as np
import pytest
from scipy import stats

from sim.analysis import noise_of
from tests.support.known_sweeps import latin, sweep


def table_of(n, r, sd_points, sd_noise, sd_common, seed):
    rng = np.random.default_rng(seed)
    return (
        sd_points * rng.normal(size=(n, 1)) + sd_noise * rng.normal(size=(n, r)) + sd_common * rng.normal(size=(1, r))
    )


def test_by_hand():
    """Points 0 and 4 with noise -1, +1 and +1, -1: MS of noise 4, of points 2 * 8 = 16; noise of the means 4 / 16."""
    found = noise_of(np.array([[-1.0, 1.0], [5.0, 3.0]]))
    assert found.share == pytest.approx(4 / 16)
    # var noise 4, var points (16 - 4) / 2 = 6; s / (1 - s) = 4 / 6, times 19 is 12.7.
    assert found.replications_needed == 13


@pytest.mark.parametrize("sd_common", [0.0, 5.0])
def test_the_interval_covers_the_truth_whatever_the_replications_share(sd_common):
    """400 samples of 30 points and 4 replications; noise of variance 1, points of variance 1/2: share 1/3."""
    n_covered = sum(
        found.low <= 1 / 3 <= found.high
        for seed in range(400)
        for found in [noise_of(table_of(30, 4, np.sqrt(0.5), 1.0, sd_common, seed))]
    )
    least, most = stats.binom.ppf([0.00135, 0.99865], 400, 0.95)
    assert least <= n_covered <= most


def test_known_noise_of_a_function_is_found():
    x = latin(300, 2)
    found = noise_of(sweep(x, x.sum(axis=1), "latin_hypercube", 5, sd=np.sqrt(1 / 6)).by_replication("y"))
    assert found.low <= 1 / 6 <= found.high
    assert "% of the variance" in found.in_words()


def test_without_noise_there_is_no_noise_and_no_advice():
    found = noise_of(np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]))
    assert (found.share, found.replications_needed) == (0.0, 1.0)
    assert np.isnan([found.low, found.high]).all()
    assert found.advice("") == ""
    assert found.in_words().startswith("No noise: the 2 replications")


def test_noise_alone_says_that_no_index_means_anything():
    found = noise_of(np.array([[1.0, 3.0, 2.1], [2.9, 1.1, 2.0], [2.0, 2.0, 2.1]]))
    assert found.share == 1.0
    assert "no index here means anything" in found.advice("")


def test_one_replication_has_no_noise_share_and_says_so():
    found = noise_of(np.array([[1.0], [2.0]]))
    assert not found.is_known
    assert "cannot be separated" in found.in_words()
