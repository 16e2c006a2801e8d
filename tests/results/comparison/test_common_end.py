"""Scenarios whose fighting ends on different days are compared on the day on which the first of them ends."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.campaign.compare_scenarios import compare
from sim.campaign.replications import replicate
from sim.errors import InputError
from sim.results.comparison.common_end import at_common_end, last_day, outcomes_on_day
from sim.results.comparison.comparison import Comparison
from sim.results.comparison.comparison_wording import comparison_document, unequal_ends
from sim.scenario.loader import load
from tests.support.toy_theatre import toy

N, END = 3, 5
OWN = {"losses_on_day_4": "losses.attacker[4]", "losses_on_day_7": "losses.attacker[7]"}


@pytest.fixture(scope="module")
def whole():
    return replicate(toy({"own_outcomes": OWN}), N, seed=3, workers=1)


@pytest.fixture(scope="module")
def ceasefire():
    return replicate(toy({"own_outcomes": OWN, "calendar.ceasefire_day": END}, name="Ceasefire"), N, seed=3, workers=1)


def test_the_outcomes_of_the_last_day_are_those_of_the_run(whole, ceasefire):
    for ensemble in (whole, ceasefire):
        again = outcomes_on_day(ensemble, 8)
        pd.testing.assert_frame_equal(again.outcomes, ensemble.outcomes, check_exact=True)


def test_the_outcomes_of_a_day_are_those_of_a_run_that_ends_then(whole):
    short = replicate(toy({"time.horizon_days": END}), N, seed=3, workers=1)
    cut = outcomes_on_day(whole, END).outcomes
    pd.testing.assert_frame_equal(cut[list(short.outcomes)], short.outcomes, check_exact=True)
    assert cut["losses_on_day_4"].equals(whole.outcomes["losses_on_day_4"])
    assert cut["losses_on_day_7"].isna().all()


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({}, 8),
        ({"calendar.ceasefire_day": 5.0}, 5),
        ({"calendar.ceasefire_day": 5.5}, 5),
        ({"calendar.ceasefire_day": 0.5}, 1),
        ({"calendar.ceasefire_day": 100.0}, 8),
        ({"calendar.ceasefire_day": 5.0, "off": ["calendar"]}, 8),
    ],
)
def test_the_fighting_ends_at_the_ceasefire_or_the_horizon(whole, changes, day):
    manifest = {**whole.manifest, "scenario": toy(changes).model_dump(mode="json")}
    assert last_day(replace(whole, manifest=manifest)) == day


def test_both_are_compared_on_the_day_of_the_ceasefire(ceasefire):
    reference = replicate(toy({"own_outcomes": OWN}), N, seed=3, workers=1)
    comparison = compare(reference, ceasefire)
    assert (comparison.table["until_day"] == END).all()
    # Until the ceasefire both are the same campaign.
    assert (comparison.table["difference"].dropna() == 0.0).all()
    assert not np.array_equal(reference.outcomes["attacker_losses"], ceasefire.outcomes["attacker_losses"])
    (sentence,) = unequal_ends(comparison)
    assert sentence.startswith(
        "The fighting ends on day 8 in Baseline and on day 5 in Ceasefire: all outcomes of both are compared as they "
        "stood on day 5."
    )
    assert sentence in comparison_document(comparison)["remarks"]
    assert comparison.variance.set_index(["of", "outcome"]).loc[("difference", "attacker_losses"), "sd_noise"] == 0.0
    assert comparison.compared()[0].outcomes.equals(outcomes_on_day(reference, END).outcomes)


def test_a_saved_comparison_says_the_day_in_its_table(ceasefire, tmp_path):
    reference = replicate(toy({"own_outcomes": OWN}), N, seed=3, workers=1)
    folder = compare(reference, ceasefire).save(tmp_path / "saved")
    assert (pd.read_csv(folder / "comparison.csv")["until_day"] == END).all()
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["label"]
    assert (Comparison.load(folder).table["until_day"] == END).all()


def test_equal_ends_change_nothing(whole):
    assert at_common_end(whole, whole)[1] is whole


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        ({"calendar": {}}, "scenario.calendar.ceasefire_day: is missing"),
        ({"calendar": {"ceasefire_day": float("inf")}}, "scenario.calendar.ceasefire_day: input should be"),
        ({"asks": 5}, "scenario.asks: input should be a valid list"),
        ({"own_outcomes": []}, "scenario.own_outcomes: input should be a valid dict"),
    ],
)
def test_a_manifest_without_what_a_comparison_reads_is_refused_in_one_line(whole, tmp_path, edit, fault):
    folder = Comparison((whole, whole)).save(tmp_path / "compared")
    file = folder / "01-baseline" / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    manifest["scenario"] |= edit
    file.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(InputError, match=fault) as caught:
        Comparison.load(folder)
    assert len(caught.value.lines) == 1


def test_the_talks_scenario_is_compared_with_the_baseline_on_the_day_of_its_ceasefire():
    """Shipped scenarios, made short: the ceasefire comes on day 6 of 9; then all is compared."""
    short = {"time.horizon_days": 9, "time.tick_h": 6}
    early = {"command.surge_day": 2, "command.surge_days": 3, "calendar.ceasefire_day": 6}
    baseline = replicate(load("baseline", set=short), 2, seed=1, workers=1)
    talks = replicate(load("talks-deadline", set=short | early), 2, seed=1, workers=1)
    comparison = compare(baseline, talks)
    assert (comparison.table["until_day"] == 6).all()
    reference, variant = comparison.compared()
    for of, ensemble in ((reference, baseline), (variant, talks)):
        losses = ensemble.series["losses"].sel(side="attacker").isel(time=6).to_numpy()
        assert of.outcomes["attacker_losses"].tolist() == losses.tolist()
    # After the ceasefire nothing changes in the one, and the other goes on.
    assert variant.outcomes["attacker_losses"].tolist() == talks.outcomes["attacker_losses"].tolist()
    assert (baseline.outcomes["attacker_losses"] > reference.outcomes["attacker_losses"]).all()
