"""The share of noise, against noise of a known variance."""

import numpy as np
import pytest

from sim.analysis import noise_of
from sim.analysis.replication_noise import noise_df
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


def test_by_hand_in_blocks():
    """The same points in blocks of one: MS of noise (2 + 2) / 2, of points 8: no shift is taken out; 2 / 16."""
    assert noise_of(np.array([[-1.0, 1.0], [5.0, 3.0]]), 1).share == pytest.approx(2 / 16)


@pytest.mark.parametrize(
    ("n", "r", "per_block", "words"),
    [(30, 4, None, "fewer than 5 replications"), (30, 2, 10, "fewer than 5 blocks"), (30, 5, None, "95 % interval"),
     (30, 2, 6, "95 % interval"), (30, 2, 1, "95 % interval")],
)  # fmt: skip
def test_an_interval_needs_five_independent_groups_of_runs(n, r, per_block, words):
    found = noise_of(table_of(n, r, 1.0, 1.0, 1.0, 3), per_block)
    assert words in found.in_words()
    assert np.isfinite([found.low, found.high]).all() == ("95 %" in words)
    assert found.is_common == (per_block is None)


def test_one_block_with_all_noise_has_no_interval():
    table = np.arange(12.0)[:, None] + np.array([[0.0, 0.0]])
    table[0] += [1.0, -1.0]
    found = noise_of(table, 1)
    assert found.share > 0.0
    assert np.isnan([found.low, found.high]).all()


def test_degrees_of_freedom_are_those_of_the_noise():
    """Points that move together have those of the replications; points that move alone those of all residuals."""
    rng = np.random.default_rng(1)
    shared = rng.normal(size=(40, 1)) * rng.normal(size=6)
    assert noise_df(shared - shared.mean(axis=1, keepdims=True), 40) == pytest.approx(5.0)
    alone = rng.normal(size=(4000, 6))
    assert noise_df(alone - alone.mean(axis=1, keepdims=True), 4000) > 10_000


def test_known_noise_of_a_function_is_found():
    x = latin(300, 2)
    found = noise_of(sweep(x, x.sum(axis=1), "latin_hypercube", 5, sd=np.sqrt(1 / 6)).by_replication("y"), 1)
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
