"""Limits of a box in numbers and names, and over halves of the points."""

import numpy as np
import pytest

from sim.analysis.factor_box import Box, Limits
from sim.analysis.prim_limits import limits_table, over_halves

X = np.arange(100.0)


def test_limits_are_in_numbers_and_names_with_their_range_over_the_given_boxes():
    columns = {"a": X, "p": np.tile([0, 1], 50)}
    box = Box({"a": Limits(low=49.5), "p": Limits(categories=frozenset({1}))})
    halves = [Box({"a": Limits(low=low)}) for low in (40.0, 50.0, 60.0)] + [Box()]
    is_case = (X > 49.5) & (columns["p"] == 1)
    table = limits_table(box, columns, {"p": ["u", "v"]}, is_case, halves).set_index("factor")
    assert table.loc["a", ["low", "high", "lowest", "highest"]].tolist() == [49.5, 99.0, 0.0, 99.0]
    assert table.loc["a", ["low_from", "low_to", "reproduced"]].tolist() == pytest.approx([42.0, 58.0, 0.75])
    assert table.loc["p", ["categories", "all_categories", "reproduced"]].tolist() == ["v", "u, v", 0.0]


def test_halves_find_the_limit_of_cases_without_noise():
    lows = [box.limits["a"].low for box in over_halves(0.5, {"a": X}, X > 49.5, seed=1)]
    assert len(lows) == 20
    # The limit is near the median of 50 of the 100 points: standard error 100 * sqrt(1/4 / 50 / 2) = 5.
    assert lows == pytest.approx([49.5] * 20, abs=4 * 5.0)
