"""Peeling and pruning by hand."""

import numpy as np
import pytest

from sim.analysis.factor_box import Box, Limits
from sim.analysis.prim_peeling import peel, prune, quasi_p_values


def test_peels_by_hand():
    """Twenty points, cases are the upper half: peels of one point off the lower end, until the cases are alone."""
    values = {"a": np.arange(20.0), "b": np.tile([0.0, 1.0], 10)}
    boxes, masses = peel(values, np.arange(20) >= 10)
    assert boxes[1].limits == {"a": Limits(0.5, np.inf)}
    assert boxes[-1].limits == {"a": Limits(9.5, np.inf)}
    assert masses.tolist() == pytest.approx(np.arange(20, 9, -1) / 20)


def test_the_poorest_category_leaves_first_and_equal_numbers_leave_together():
    codes = np.repeat([0, 1, 2], 20)
    boxes, masses = peel({"p": codes}, np.isin(codes, [0, 2]))
    assert (boxes[1].limits, masses[1]) == ({"p": Limits(categories=frozenset({0, 2}))}, pytest.approx(2 / 3))
    boxes, masses = peel({"n": codes.astype(float)}, codes == 2)
    assert (boxes[1].limits, masses[1]) == ({"n": Limits(low=0.5)}, pytest.approx(2 / 3))


def test_a_quasi_p_value_by_hand():
    """Without the limit 4 points, 2 of them cases; inside 2 points, both cases: 1/2 squared."""
    box = Box({"a": Limits(high=1.5)})
    found = quasi_p_values(box, {"a": np.arange(4.0)}, np.array([True, True, False, False]))
    assert found == {"a": pytest.approx(0.25)}


def test_pruning_frees_the_factor_that_explains_nothing():
    values = {"a": np.arange(100.0), "b": np.tile([0.0, 1.0], 50)}
    box = Box({"a": Limits(low=59.5), "b": Limits(low=0.5)})
    assert prune(box, values, np.arange(100) >= 60).limits == {"a": Limits(low=59.5)}
