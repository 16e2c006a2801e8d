"""A scenario names the outcomes that its question asks about, and a wrong name is reported at its place."""

import pytest

from sim.errors import InputError
from sim.results.outcome_wording import OUTCOMES
from sim.scenario.loader import load
from sim.scenario.outcome_names import OUTCOME_NAMES, is_asked
from sim.scenario.reading.file_lookup import shipped_names

BASES = {"baseline", "one-hill", "whole-front"}  # what other files extend: their questions are not those of the files


def test_the_names_are_those_of_the_outcomes():
    assert tuple(OUTCOMES) == OUTCOME_NAMES


@pytest.mark.parametrize("name", sorted({name for name in shipped_names() if "/" not in name} - BASES))
def test_a_shipped_question_names_what_it_asks_about(name):
    assert 1 <= len(load(name).asks) <= 4


@pytest.mark.parametrize("name", sorted(BASES))
def test_a_file_that_others_extend_leaves_the_choice_to_them(name):
    assert load(name).asks == []


@pytest.mark.parametrize(
    ("asks", "fault"),
    [
        ("[attacker_loses]", "asks: 'attacker_loses' is no outcome; did you mean attacker_losses?"),
        ("[city_held, '?!']", "asks: '?!' is no outcome; there are city_held, day_city_lost,"),
        ("city_held", "asks: must be a list"),
    ],
)
def test_a_wrong_name_is_reported_at_its_place(tmp_path, asks, fault):
    (tmp_path / "mine.yaml").write_text(f"extends: baseline.yaml\nname: Mine\nquestion: What if?\nasks: {asks}\n")
    with pytest.raises(InputError) as raised:
        load(tmp_path / "mine.yaml")
    (line,) = raised.value.lines
    assert "mine.yaml:4:" in line
    assert fault in line


def test_an_outcome_of_ones_own_may_be_asked_about(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "extends: baseline.yaml\nname: Mine\nquestion: What if?\nasks: [losses_in_may]\n"
        "own_outcomes: {losses_in_may: 'losses.attacker[30]'}\n"
    )
    assert load(tmp_path / "mine.yaml").asks == ["losses_in_may"]


def test_a_family_is_asked_about_as_a_whole_or_by_its_members():
    assert is_asked("throughput_t.Kramatorsk", ["throughput_t"])
    assert is_asked("throughput_t.Kramatorsk", ["throughput_t.Kramatorsk"])
    assert not is_asked("throughput_t.Kramatorsk", ["throughput_t.Sloviansk"])
