"""Numbers for readers: decimals, significant figures, per cent, and what is no number."""

import math

import pytest

from sim.results.number_format import fixed, percent, rounded, unrounded, with_unit


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.56, "1,234.6"),
        (-2.0, "\N{MINUS SIGN}2.0"),
        (-0.01, "0.0"),
        (math.nan, "\N{EN DASH}"),
        (math.inf, "∞"),
        (-math.inf, "\N{MINUS SIGN}∞"),
    ],
)
def test_a_number_has_as_many_decimals_as_asked(value, text):
    assert fixed(value, 1) == text


def test_a_sign_is_written_when_asked_but_not_for_zero():
    assert [fixed(value, sign=True) for value in (3.0, -3.0, 0.2, -0.2, math.inf)] == [
        "+3",
        "\N{MINUS SIGN}3",
        "0",
        "0",
        "+∞",
    ]


def test_a_number_is_rounded_to_significant_figures_and_a_large_one_to_a_whole_number():
    assert [rounded(value) for value in (12345.6, 99.96, 0.01234, -0.0, math.nan)] == [
        "12,346",
        "100",
        "0.0123",
        "0",
        "\N{EN DASH}",
    ]
    assert [rounded(value, 4) for value in (999.96, 1234.5, -0.00001)] == ["1000", "1,234", "\N{MINUS SIGN}1e-05"]


def test_a_round_number_stays_as_it_is():
    assert [unrounded(value) for value in (2_500_000.0, 250.0, -0.125, 0.0)] == [
        "2,500,000",
        "250",
        "\N{MINUS SIGN}0.125",
        "0",
    ]


def test_a_share_is_written_in_per_cent():
    assert [percent(share) for share in (0.0, 0.126, 1.0)] == ["0 %", "13 %", "100 %"]
    assert percent(0.0126, 1) == "1.3 %"


@pytest.mark.parametrize(
    ("shown", "unit", "text"),
    [
        ("3", "flags", "3 flags"),
        ("0", "flags", "0 flags"),
        ("1", "flags", "1 flag"),
        ("+1", "sorties", "+1 sortie"),
        ("\N{MINUS SIGN}1", "flags", "\N{MINUS SIGN}1 flag"),
        ("1", "percentage points", "1 percentage point"),
        ("1.0", "days", "1.0 days"),
        ("11", "days", "11 days"),
        ("1", "% of runs", "1 % of runs"),
        ("1", "km²", "1 km²"),
    ],
)
def test_a_unit_is_in_the_singular_after_one(shown, unit, text):
    assert with_unit(shown, unit) == text
