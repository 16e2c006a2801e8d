"""Peeling and pasting by hand."""

import numpy as np

from sim.analysis.factor_box import Box, Limits
from sim.analysis.prim_peeling import paste, peel


def test_a_first_peel_by_hand():
    """Twenty points, cases are the upper half: peels of one point; off the lowest the density is 10 / 19."""
    values = {"a": np.arange(20.0), "b": np.tile([0.0, 1.0], 10)}
    boxes = peel(values, np.arange(20) >= 10)
    assert boxes[1].limits == {"a": Limits(0.5, np.inf)}
    # Ten peels leave the ten cases alone; there is nothing to gain after that.
    assert boxes[-1].limits == {"a": Limits(9.5, np.inf)}


def test_pasting_gives_back_what_a_peel_took_too_much():
    values = {"a": np.arange(100.0)}
    is_case = np.arange(100) >= 40
    is_case[60:70] = False
    narrow = Box({"a": Limits(45.5, np.inf)})
    pasted = paste(narrow, values, is_case)
    assert pasted.limits["a"].low == 39.5
