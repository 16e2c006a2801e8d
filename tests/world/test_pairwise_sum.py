"""The sum of a kernel has the bits of numpy's sum, whatever the length."""

import numpy as np
import pytest

from sim.world.pairwise_sum import sum_in_pairs


@pytest.mark.parametrize("n", [*range(20), 127, 128, 129, 136, 200, 255, 257, 1000, 10_001])
def test_the_sum_is_numpys_to_the_last_bit(n):
    rng = np.random.default_rng(n)
    for scale in (1e-3, 1.0, 1e6):
        values = rng.normal(size=n) * scale
        assert sum_in_pairs(values) == values.sum()
