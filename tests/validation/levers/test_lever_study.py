"""Predictions on levers: what is measured on known runs, the verdicts, and a study of a toy model's size.

Covers sim.validation.levers.lever_study, sim.validation.levers.predictions, sim.validation.levers.variant and
sim.validation.levers.lever_report.
"""

import json
import math

import pytest

from sim.errors import InputError
from sim.results.manifest_file import write_manifest
from sim.scenario.loader import load
from sim.scenario.teaching_label import LABEL
from sim.validation.levers.lever_measures import Measured, mean_of, ratio_of
from sim.validation.levers.lever_report import FILES, cells, document, measured, to_markdown, window, write
from sim.validation.levers.lever_study import LeverStudy, Sizes, Verdict, check, groups, n_runs, study
from sim.validation.levers.predictions import Prediction, library, predictions
from sim.validation.levers.variant import BASELINE, Variant

LATER = {"low": 1.1, "high": 1.4, "no_effect": 1.0}
EARLIER = {"low": 0.75, "high": 0.95, "no_effect": 1.0}
EITHER = {"no_effect": 0.0}


def verdict_on(found, **window):
    return Verdict(Prediction("lever", "text", (BASELINE,), mean_of("city_held"), **window), Measured(*found), 30, 365)


@pytest.mark.parametrize(
    ("window", "found", "word"),
    [
        (LATER, (1.2, 1.1, 1.3), "as predicted"),
        (LATER, (1.05, 1.02, 1.08), "outside"),
        (LATER, (1.8, 1.5, 2.1), "outside"),
        (LATER, (1.2, 0.9, 1.5), "not clear"),
        (LATER, (1.2,), "not clear"),
        (LATER, (0.8, 0.7, 0.9), "wrong sign"),
        (LATER, (1.0,), "no effect"),
        (LATER, (math.nan,), "no value"),
        (EARLIER, (0.9, 0.85, 0.95), "as predicted"),
        (EARLIER, (0.5, 0.4, 0.6), "outside"),
        (EARLIER, (1.1, 1.05, 1.2), "wrong sign"),
        ({"low": 0.0, "high": 1.0, "no_effect": 1.0}, (1.1, 1.05, 1.2), "wrong sign"),
        (EITHER, (5.0, 1.0, 9.0), "as predicted"),
        (EITHER, (-5.0, -9.0, -1.0), "as predicted"),
        (EITHER, (5.0, -1.0, 9.0), "not clear"),
        ({"low": 0.8, "high": 1.0}, (0.7, 0.5, 0.9), "outside"),
        ({"low": 20.0}, (math.inf,), "as predicted"),
        ({"low": 20.0}, (12.0, 8.0, 22.0), "outside"),
    ],
)
def test_a_verdict_judges_the_sign_first_and_then_the_size(window, found, word):
    assert verdict_on(found, **window).word == word


def test_windows_and_values_in_words():
    assert window(verdict_on((1.0,), **EARLIER)) == "0.75 to 0.95"
    assert window(verdict_on((1.0,), low=0.0, high=1.0, no_effect=1.0)) == "below 1"
    assert window(verdict_on((1.0,), low=20.0)) == "above 20"
    assert window(verdict_on((1.0,), low=0.0, high=0.0)) == "0"
    assert window(verdict_on((1.0,), **EITHER)) == "any clear effect"
    assert measured(verdict_on((0.9, 0.85, 0.95, "why"), **EARLIER)) == "x 0.90 (0.85 to 0.95); why"
    assert measured(verdict_on((math.inf,), low=20.0, unit="days")) == "\u221e days"


def test_every_prediction_can_be_run_and_is_stated_once():
    every = predictions()
    assert len({(one.lever, one.text) for one in every}) == len(every)
    assert all(one.low <= one.high for one in every)
    for one in every:
        if one.no_effect is not None:
            assert not one.low < one.no_effect < one.high or math.isinf(one.high), one.text
    variants = {variant.name: variant for one in every for variant in one.variants}
    assert {one.name for one in variants.values()} == {one.load({}, 10).name for one in variants.values()}
    assert {name: one.load({}, 10).time.horizon_days for name, one in variants.items()} == dict.fromkeys(variants, 10)


def test_the_library_is_every_scenario_with_a_question_and_the_dates_of_a_reference():
    found = library()
    assert {found[name] for name in ("no-reserve", "talks-deadline", "supply-cut-both")} == {"baseline"}
    assert found["kursk-none"] == "kursk"
    assert not {"baseline", "kursk", "year-before", "one-hill"} & set(found)


def test_a_factor_multiplies_a_value_and_changes_of_all_variants_come_first():
    path = "reinforcement.defender_replacements_per_day"
    central = load("baseline").reinforcement.defender_replacements_per_day
    half = Variant(factors={path: 0.5}).load({"time.tick_h": 6.0}, 30)
    assert half.reinforcement.defender_replacements_per_day == central / 2
    assert (half.time.tick_h, half.time.horizon_days, half.name) == (6.0, 30, f"baseline, {path} x 0.5")
    assert Variant(changes={"defender.reserve": 0}).load({"defender.reserve": 99}, 30).defender.reserve == 0


def test_a_variant_is_run_once_for_each_horizon_and_number_of_runs():
    none = Variant("no-reserve")
    one, other = (Prediction("a", text, (BASELINE, none), ratio_of("area_changed_km2")) for text in "ab")
    few = Prediction("b", "c", (BASELINE,), mean_of("city_held"), days=90, most_runs=8)
    found = groups([one, other, few], Sizes(30, 180))
    assert {tuple(group): len(variants) for group, variants in found.items()} == {(180, 30): 2, (90, 8): 1}
    assert n_runs([one, other, few], Sizes(30, 180)) == 68


@pytest.mark.parametrize("sizes", [Sizes(0, 10), Sizes(10, 0), Sizes(10, 9999)])
def test_wrong_sizes_are_refused(sizes):
    with pytest.raises(InputError, match="must lie between 1 and"):
        check(sizes)


@pytest.mark.slow
def test_a_lever_that_must_act_is_seen_and_one_that_is_dead_is_not(tmp_path):
    """Twice the hits of the defender's drones cost ground for sure; a name costs nothing."""
    sure = Variant(factors={"drone_strikes.defender.p_hit": 2.0})
    dead = Variant(changes={"question": "Does a question change the answer?"})
    area = ratio_of("area_changed_km2")
    asked = [
        Prediction("drones", "less ground", (BASELINE, sure), area, 0.0, 1.0, 1.0),
        Prediction("drones", "more ground", (BASELINE, sure), area, 1.0, 2.0, 1.0),
        Prediction("question", "less ground", (BASELINE, dead), area, 0.0, 1.0, 1.0),
    ]
    found = study(asked, Sizes(8, 30), 1, {"time.tick_h": 6.0}, workers=1)
    assert [verdict.word for verdict in found.verdicts] == ["as predicted", "wrong sign", "no effect"]
    assert found.label.startswith(LABEL)
    write(found, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    assert (tmp_path / "levers.md").read_text("utf-8") == to_markdown(found)
    saved = json.loads((tmp_path / "levers.json").read_text("utf-8"), parse_constant=pytest.fail)
    assert [one["verdict"] for one in saved["predictions"]] == ["as predicted", "wrong sign", "no effect"]


def test_a_document_has_neither_nan_nor_infinity(tmp_path):
    verdicts = [verdict_on((math.inf,), low=20.0), verdict_on((math.nan,), **LATER)]
    found = LeverStudy(verdicts, Sizes(), 1, LABEL)
    write_manifest(document(found), tmp_path / "levers.json")
    json.loads((tmp_path / "levers.json").read_text("utf-8"), parse_constant=pytest.fail)
    assert cells(verdicts[1])[-1] == "no value"
