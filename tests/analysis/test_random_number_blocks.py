"""Which points of a design share random numbers."""

import numpy as np
import pytest

from sim.analysis import SweepResults
from sim.analysis.random_number_blocks import points_per_block, saltelli_block
from tests.support.known_sweeps import grid, latin, one_by_one, saltelli, trajectories


@pytest.mark.parametrize(
    ("kind", "x", "size"),
    [("latin_hypercube", latin(12, 2), 1), ("nearly_orthogonal", latin(12, 2), 1), ("sobol_sequence", latin(8, 2), 1),
     ("morris", trajectories(4, 3), 4), ("saltelli", saltelli(8, 3), 5), ("saltelli", saltelli(8, 3, True), 8),
     ("one_at_a_time", one_by_one(3), 7), ("full_grid", grid(3, 4), 12), ("csv", latin(12, 2), 12)],
)  # fmt: skip
def test_blocks_by_kind_of_design(kind, x, size):
    assert points_per_block(kind, x) == size
    assert SweepResults.from_arrays(x, x[:, 0], kind).points_per_block == size


def test_other_points_are_no_saltelli_design():
    assert saltelli_block(latin(20, 3)) is None
    assert points_per_block("saltelli", latin(20, 3)) == 20


def test_functions_may_have_blocks_of_their_own_and_old_sweeps_share_all_numbers():
    x = latin(12, 2)
    assert SweepResults.from_arrays(x, x[:, 0], "csv", per_block=3).points_per_block == 3
    new = SweepResults.from_arrays(x, np.ones((12, 2)), "latin_hypercube")
    assert SweepResults(new.factors, new.unit, new.runs, {"kind": "latin_hypercube"}).points_per_block == 12
