import numpy as np
import pandas as pd

from sim.analysis.factor_box import Box, Limits, codes_of, columns_of, coverage_and_density

VALUES = {"a": np.arange(4.0), "p": np.array(["u", "v", "w", "u"], object)}


def test_a_box_contains_the_points_inside_all_of_its_limits():
    box = Box({"a": Limits(1.0, 3.0), "p": Limits(categories=frozenset({"u", "w"}))})
    assert box.contains(VALUES).tolist() == [False, False, True, True]
    assert box.without("p").contains(VALUES).tolist() == [False, True, True, True]
    assert box.within("a", Limits(high=0.0)).contains(VALUES).tolist() == [True, False, False, False]
    assert Box().contains(VALUES).all()


def test_coverage_is_of_the_cases_and_density_of_the_points_inside():
    inside, is_case = np.array([True, True, True, False]), np.array([True, False, False, True])
    assert coverage_and_density(inside, is_case) == (1 / 2, 1 / 3)
    assert coverage_and_density(np.zeros(4, bool), is_case) == (0.0, 0.0)


def test_numbers_are_floats_and_categories_stay_as_they_are():
    values = pd.DataFrame({"n": [1, 2], "p": ["u", "v"], "is_on": [True, False]})
    columns = columns_of(values, {"n": "whole", "p": "category", "is_on": "flag"})
    assert [columns[name].dtype for name in values] == [float, object, object]


def test_categories_are_coded_in_the_order_of_their_names():
    columns, names = codes_of(VALUES)
    assert columns["p"].tolist() == [0, 1, 2, 0]
    assert names == {"p": ["u", "v", "w"]}
    assert columns["a"] is VALUES["a"]
