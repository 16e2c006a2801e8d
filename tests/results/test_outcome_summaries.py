"""What the runs of a result say of an outcome, on runs whose values are chosen.

Covers sim.results.outcome_summaries, sim.results.outcome_tables, sim.results.outcome_wording.
"""

import math

import numpy as np
import pytest
from scipy import stats

from sim.campaign.replications import replicate
from sim.results.outcome_summaries import difference_of, interval_of, outcome_names, summarise, values_of
from sim.results.outcome_tables import count, finite, intervals_of
from sim.results.outcome_wording import OUTCOMES, measure
from tests.support.toy_theatre import toy


@pytest.fixture(scope="module")
def ensemble():
    return replicate(toy({"time.horizon_days": 3}), 6, workers=1)


def test_a_mean_has_students_interval(ensemble):
    values = values_of(ensemble, "attacker_losses")
    mean, low, high = interval_of(ensemble, values, "attacker_losses")
    expected = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    assert (mean, low, high) == pytest.approx((values.mean(), *expected))


def test_a_paired_difference_of_a_constant_shift_is_that_shift_exactly(ensemble):
    values = values_of(ensemble, "attacker_losses")
    assert difference_of(ensemble, values, values + 3.0, "attacker_losses") == pytest.approx((3.0, 3.0, 3.0))


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
