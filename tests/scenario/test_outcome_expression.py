"""Expressions over daily series: right values, and nothing but arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario.outcome_expression import evaluate, parse

SERIES = {
    "losses.attacker": np.array([0.0, 10.0, 30.0, 60.0]),
    "losses.defender": np.array([0.0, 5.0, 5.0, 20.0]),
    "supply_level.old road": np.array([1.0, 0.5, 0.25, 0.5]),
    "area_changed_km2": np.array([0.0, 0.0, 2.0, 3.0]),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("losses.attacker[2]", 30.0),
        ("losses.attacker[-1] / losses.defender[-1]", 3.0),
        ("max(diff(losses.attacker))", 30.0),
        ("mean(losses.attacker[1:3])", 20.0),
        ('min(supply_level["old road"])', 0.25),
        ('supply_level["old road"][3] - 0.5', 0.0),
        ("first_day(area_changed_km2 > 1)", 2.0),
        ("days((losses.attacker > 5) & (losses.defender <= 5))", 2),
        ("sum(abs(-area_changed_km2)) * 2 + 1", 11.0),
        ("area_changed_km2[-1] > 2.5", True),
        ("days(~(area_changed_km2 > 1))", 2),
    ],
)
def test_an_expression_has_the_value_computed_by_hand(text, value):
    assert evaluate(parse(text), SERIES) == value


def test_a_day_that_never_comes_and_a_division_by_zero_have_no_value():
    assert math.isnan(evaluate(parse("first_day(area_changed_km2 > 9)"), SERIES))
    assert math.isnan(evaluate(parse("losses.attacker[1] / area_changed_km2[0]"), SERIES))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("losses.attaker[1]", "there is no daily series losses.attaker; did you mean losses.attacker?"),
        ("losses[1]", "there is no daily series losses; did you mean losses.attacker?"),
        ("losses.attacker", "is a series of 4 values; choose a day"),
        ("losses.attacker[4]", "asks for day 4; the last one is 3"),
        ("losses.attacker[1.5]", "a day is a whole number"),
        ("maximum(losses.attacker)", "calls maximum; the functions are min"),
        ("losses.attacker.tofile('x')", "which is not allowed"),
        ("losses.attacker[1].tofile(1)", "which is not allowed"),
        ("__import__('os')", "calls __import__"),
        ("9 ** 9 ** 9", "uses the operator Pow"),
        ("max(losses.attacker, 1)", "which is not allowed"),
        ("[1, 2]", "which is not allowed"),
        ("lambda: 1", "which is not allowed"),
        ("1 +", "is not an expression"),
        ("", "is not an expression"),
        ("(" * 240 + ")" * 240, "is not an expression"),
        ("1" * 499, "cannot be computed"),
        ("1 + " * 200 + "1", "longer than 500"),
        ("True", "only numbers"),
        ("max(losses.attacker[3:1])", "cannot be computed"),
        ("losses.attacker[0:2] + losses.attacker[0:3]", "cannot be computed"),
        ("1[0]", "after something that is not a series"),
    ],
)
def test_what_is_no_expression_is_refused_in_one_line(text, says):
    with pytest.raises(InputError) as error:
        evaluate(parse(text), SERIES)
    (line,) = error.value.lines
    assert says in line


@given(st.text(alphabet="losattckerdfn.[]()+-*/<>=&|~0123456789: \"'_maxid", max_size=60))
@example("-" * 499 + "1")
@example("mean(losses.attacker[3:1])")
def test_any_text_has_a_value_or_is_refused(text):
    try:
        value = evaluate(parse(text), SERIES)
    except InputError as error:
        value = float(len(error.lines))
    assert isinstance(value, float | bool)
