"""Words that errors share: the nearest known word, how to list all of them, and which numbers are accepted."""

import math
from fractions import Fraction

import numpy as np
import pytest

from sim.errors import InputError, clip, is_finite_number, suggestion, whole_number

KEYS = ["name", "base", "series", "replications", "area_changed_km2", "attacker_losses", "defender.reserve"]


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("replication", "replications"),
        ("reps", "replications"),
        ("area", "area_changed_km2"),
        ("losses", "attacker_losses"),
        ("reserve", "defender.reserve"),
        ("aclos", "attacker_losses"),
    ],
)
def test_a_misspelled_a_partial_and_an_abbreviated_word_suggest_the_nearest(word, nearest):
    assert suggestion(word, KEYS) == f"; did you mean {nearest}?"
    assert suggestion(word, KEYS, "sim list outcomes") == f"; did you mean {nearest}? sim list outcomes shows all"


@pytest.mark.parametrize("word", ["", "r", "zz", "xyzzy", "z" * 100_000])
def test_a_word_like_no_other_suggests_only_the_list(word):
    assert suggestion(word, KEYS) == ""
    assert suggestion(word, KEYS, "sim list outcomes") == "; sim list outcomes shows all"


@pytest.mark.parametrize("value", [0, -1.5, 10**300, Fraction(1, 3), np.int8(1), np.float32(1.5), np.uint64(2**63)])
def test_numbers_that_a_float_can_hold_are_finite_numbers(value):
    assert is_finite_number(value)


@pytest.mark.parametrize(
    "value", [10**400, -(10**4000), math.inf, math.nan, np.float32("nan"), True, np.True_, "1", None, 1j, [1.0]]
)
def test_everything_else_is_none(value):
    assert not is_finite_number(value)


def test_a_number_of_too_many_digits_can_be_reported():
    assert clip(10**4400) == "a number with too many digits"
    with pytest.raises(InputError, match=r"^days: must lie between 1 and 9, is a number with too many digits$"):
        whole_number("days", 10**5000, 1, 9)


def test_a_line_with_a_long_name_still_says_what_is_wrong():
    (line,) = InputError([f"file.yaml:3: {'n' * 5_000}: is too long"]).lines
    assert len(line) <= 400
    assert line.startswith("file.yaml:3: nnn")
    assert line.endswith("nnn: is too long")
