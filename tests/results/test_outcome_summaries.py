"""What the runs of a result say of an outcome, on runs whose values are chosen.

Covers sim.results.outcome_summaries, sim.results.outcome_tables, sim.results.outcome_wording.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.campaign.replications import replicate
from sim.results.confidence_intervals import mean_interval
from sim.results.outcome_summaries import (
    difference_of,
    interval_of,
    no_interval_of_difference,
    outcome_names,
    summarise,
    values_of,
)
from sim.results.outcome_tables import count, finite, intervals_of, result_document
from sim.results.outcome_wording import OUTCOMES, measure
from tests.support.toy_theatre import toy


@pytest.fixture(scope="module")
def ensemble():
    return replicate(toy({"time.horizon_days": 3}), 9, workers=1)


def test_a_mean_has_the_interval_of_its_kind(ensemble):
    values = values_of(ensemble, "attacker_losses")
    for name, kind in (("attacker_losses", "any"), ("flags_planted", "count"), ("blocking_probability", "fraction")):
        own = values if kind == "any" else np.abs(values) / 1e5
        assert interval_of(ensemble, own, name) == pytest.approx(mean_interval(own, kind))


def test_no_mean_of_days_is_beyond_the_last_day(ensemble):
    """Student's interval of nine runs, of which six end on the last day, reaches beyond it."""
    days = np.array([3.0] * 6 + [1.0, 2.0, 2.5])
    mean, low, high = interval_of(ensemble, days, "days_city_held")
    assert (low < mean, high) == (True, 3.0)
    assert interval_of(ensemble, days, "attacker_losses")[2] > 3.0


def test_a_share_leaves_out_runs_without_a_value(ensemble):
    flags = np.array([1.0] * 8 + [np.nan])
    assert interval_of(ensemble, flags, "city_held") == interval_of(ensemble, np.ones(8), "city_held")


def test_a_paired_difference_of_a_constant_shift_is_that_shift_without_an_interval(ensemble):
    values = values_of(ensemble, "attacker_losses")
    found = difference_of(ensemble, values, values + 3.0, "attacker_losses")
    assert found == pytest.approx((3.0, math.nan, math.nan), nan_ok=True)


def test_why_there_is_no_interval_is_in_the_summary_and_in_json(ensemble):
    values = values_of(ensemble, "attacker_losses")
    assert no_interval_of_difference(ensemble, values, values + 3.0, "attacker_losses") == "all differences equal"
    assert no_interval_of_difference(ensemble, values, values, "attacker_losses") == "no pair differs"
    assert no_interval_of_difference(ensemble, values, values[::-1], "attacker_losses") == ""
    rows = summarise(ensemble).to_dict("records")
    assert all(bool(row["no_interval"]) is math.isnan(row["low"]) for row in rows)
    few = replace(ensemble, outcomes=ensemble.outcomes[:4])
    assert {row["no_interval"] for row in summarise(few).to_dict("records")} == {
        "fewer than 5 runs", "fewer than 8 runs",
    }  # fmt: skip
    assert {row["low"] for row in result_document(few)["outcomes"]} == {None}


def test_every_outcome_has_a_summary_with_its_words(ensemble):
    names = outcome_names(ensemble)
    assert set(names) <= set(ensemble.outcomes.columns)
    assert len(summarise(ensemble)) == len(names)
    assert all(measure(name).title for name in names)


def test_every_word_belongs_to_an_outcome_that_runs_have(ensemble):
    columns = set(ensemble.outcomes.columns)
    assert all(any(column == name or column.startswith(f"{name}.") for column in columns) for name in OUTCOMES)


def test_counts_are_written_with_their_noun():
    assert [count(n, "pair") for n in (0, 1, 2)] == ["0 pairs", "1 pair", "2 pairs"]


def test_json_has_no_infinities_and_says_what_intervals_are_of(ensemble):
    assert finite({"a": math.inf, "b": math.nan, "c": 1.0}) == {"a": None, "b": None, "c": 1.0}
    assert "random variation" in intervals_of(ensemble)
    assert np.isfinite(values_of(ensemble, "area_changed_km2")).all()
