"""Words that errors share: the nearest known word, and how to list all of them."""

import pytest

from sim.errors import suggestion

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
