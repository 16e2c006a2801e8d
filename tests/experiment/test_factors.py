from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.factors import Factor
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import assumed
from sim.scenario.reading.dotted_paths import get

REAL = Factor("a", "real", 1.0, 11.0, median=2.0, central=2.0)
EVEN = Factor("a", "real", 1.0, 11.0, central=2.0)
GROUPS = Factor("a", "whole", 2, 17, step=4, median=4, central=4)
CHOICE = Factor("a", "category", values=("x", "y", "z"), central="y")
FLAG = Factor("a", "flag", values=(False, True), central=True)
LISTED = Factor("a", "real", values=(0.5, 0.1, 0.7), central=0.2)

units = st.floats(0.0, 1.0)


@st.composite
def ranges(draw):
    """Return a factor of real or whole numbers, with its median anywhere in the range or without one."""
    kind = draw(st.sampled_from(["real", "whole"]))
    number = st.integers(-1_000, 1_000) if kind == "whole" else st.floats(-1e3, 1e3).map(lambda x: round(x, 3))
    low, high = sorted(draw(st.lists(number, min_size=2, max_size=2, unique=True)))
    median = draw(st.none() | number.filter(lambda x: low <= x <= high) | st.just(low) | st.just(high))
    return Factor("a", kind, low, high, median=median, central=median)


def middles(n):
    return ((np.arange(n) + 0.5) / n).tolist()


@pytest.mark.parametrize("factor", [REAL, EVEN])
def test_a_real_factor_reaches_both_ends(factor):
    assert [factor.value_at(0.0), factor.value_at(1.0)] == [1.0, 11.0]


def test_a_range_from_provenance_has_the_central_value_as_median():
    assert REAL.value_at(0.5) == 2.0
    assert np.median([REAL.value_at(u) for u in middles(101)]) == 2.0
    assert [REAL.value_at(u) for u in (0.25, 0.75)] == [1.5, 6.5]


def test_a_range_given_in_the_file_is_even():
    assert [EVEN.value_at(u) for u in (0.25, 0.5, 0.75)] == [3.5, 6.0, 8.5]


@pytest.mark.parametrize("row", assumed(load("baseline")), ids=lambda row: row.path)
def test_every_assumed_value_of_the_baseline_has_its_centre_and_ends(row):
    low, high = row.range
    kind = "whole" if isinstance(get(load("baseline"), row.path), int) else "real"
    factor = Factor(row.path, kind, low, high, median=row.value, central=row.value)
    assert (factor.value_at(0.0), factor.value_at(1.0)) == (low, high)
    if low < row.value < high:
        assert factor.value_at(0.5) == row.value
    if low < high:
        assert factor.value_at(factor.centre) == pytest.approx(row.value, rel=1e-12)


def test_values_of_a_list_have_equal_shares():
    for factor in (CHOICE, LISTED):
        assert Counter(factor.value_at(u) for u in middles(300)) == dict.fromkeys(factor.values, 100)
    assert Counter(FLAG.value_at(u) for u in middles(300)) == {False: 150, True: 150}


def test_whole_numbers_have_bins_of_equal_width():
    even = Factor("a", "whole", 1, 5)
    assert Counter(even.value_at(u) for u in middles(500)) == dict.fromkeys(range(1, 6), 100)
    assert all(type(even.value_at(u)) is int for u in middles(7))


def test_whole_numbers_of_a_range_from_provenance_have_their_centre_as_median():
    """A burst is 2 in 1 to 4: half of it up to the middle of the second of four bins, half beyond."""
    burst = Factor("a", "whole", 1, 4, median=2, central=2)
    assert Counter(burst.value_at(u) for u in middles(60)) == {1: 20, 2: 16, 3: 12, 4: 12}
    assert burst.value_at(0.5) == 2


def test_groups_are_whole_teams():
    assert {GROUPS.value_at(u) for u in middles(1_000)} == {4, 8, 12, 16}
    assert GROUPS.n_values == 4


@given(ranges(), units)
def test_a_value_lies_in_its_range_and_rises_with_the_position(factor, u):
    assert factor.low <= factor.value_at(u) <= factor.high
    assert factor.value_at(u) <= factor.value_at(min(1.0, u + 0.1))


@given(ranges(), units)
def test_the_position_of_a_value_leads_back_to_it(factor, u):
    value = factor.value_at(u)
    place = factor.position_of(value)
    assert 0.0 <= place <= 1.0
    assert factor.value_at(place) == pytest.approx(value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("factor", [CHOICE, FLAG, LISTED])
def test_the_position_of_a_listed_value_is_the_middle_of_its_share(factor):
    assert [factor.value_at(factor.position_of(value)) for value in factor.values] == list(factor.values)
    n = len(factor.values)
    assert [factor.position_of(value) for value in factor.values] == pytest.approx(middles(n))


def test_a_value_outside_the_factor_has_no_position():
    for factor, value in ((REAL, 12.0), (CHOICE, "w"), (GROUPS, 5)):
        with pytest.raises(ValueError, match=r"outside|not in"):
            factor.position_of(value)


def test_the_centre_is_the_base_value_or_the_middle():
    assert REAL.centre == 0.5
    assert EVEN.centre == pytest.approx(0.1)
    assert CHOICE.value_at(CHOICE.centre) == "y"
    assert LISTED.centre == 0.5
    assert Factor("a", "real", 0.0, 1.0, median=0.0, central=0.0).centre == 0.0


def test_levels_are_evenly_spaced_or_all_that_are_listed():
    assert EVEN.levels(3) == [0.0, 0.5, 1.0]
    assert [CHOICE.value_at(u) for u in CHOICE.levels(2)] == ["x", "y", "z"]
    # Only three different whole numbers.
    assert [Factor("a", "whole", 1, 3).value_at(u) for u in Factor("a", "whole", 1, 3).levels(9)] == [1, 2, 3]
