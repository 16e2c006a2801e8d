"""Scenarios compared pair by pair, saved and read back.

Covers sim.campaign.compare_scenarios, sim.results.comparison.comparability, sim.results.comparison.comparison,
sim.results.comparison.comparison_files, sim.results.comparison.comparison_wording,
sim.results.comparison.paired_table.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.campaign.compare_scenarios import compare
from sim.campaign.replications import replicate, replicate_all, run
from sim.errors import InputError
from sim.results.comparison.comparison import Comparison, divergence_days
from sim.results.comparison.comparison_wording import interpretation, judgement, shown_rows, title
from sim.results.confidence_intervals import clustered_share_interval
from sim.results.outcome_summaries import interval_of, summarise, values_of
from sim.results.outcome_wording import OUTCOMES, measure
from sim.results.significance_and_power import holm
from sim.results.variance_components import components
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import draw
from tests.support.toy_theatre import returning, toy

N = 9
SHORT = {"time.horizon_days": 3, "time.tick_h": 12}
NO_TOWN = {"ground.settlements": [], "ground.lines_of_communication": []}


@pytest.fixture(scope="module")
def reference():
    return replicate(toy(), N, seed=3, workers=1)


@pytest.fixture(scope="module")
def variant():
    return replicate(no_crews(), N, seed=3, workers=1)


def no_crews():
    return toy({"drone_strikes.defender.n_crews": 0}, name="No crews")


def named(ensemble, name):
    scenario = ensemble.manifest["scenario"] | {"name": name}
    return replace(ensemble, manifest=ensemble.manifest | {"scenario": scenario})


@pytest.fixture(scope="module")
def drawn():
    """Three draws of three days of the baseline and of no drones, two runs of each."""
    scenarios = [load(name, set=SHORT) for name in ("baseline", "no-drones")]
    return Comparison(tuple(replicate_all(scenarios, 2, seed=3, workers=1, draws=3)))


def test_the_table_has_every_outcome_with_its_interval(reference, variant):
    table = compare(reference, variant).table.set_index("outcome")
    assert list(table.index) == list(reference.outcomes.columns.drop(["replication", "day_city_lost"]))
    assert {name.partition(".")[0] for name in table.index} == set(OUTCOMES) - {"day_city_lost"}
    assert (table["scenario"] == "No crews").all()
    row = table.loc["attacker_losses"]
    assert row["difference"] == pytest.approx(row["variant"] - row["reference"])
    assert row["difference_low"] <= row["difference"] <= row["difference_high"]
    assert row["n_pairs"] == N
    differences = variant.outcomes["attacker_losses"].to_numpy() - reference.outcomes["attacker_losses"].to_numpy()
    assert row["share_higher"] == np.mean(differences > 0)
    assert row["share_lower"] == np.mean(differences < 0)


def test_a_scenario_compared_with_itself_differs_in_nothing(reference):
    comparison = compare(reference, named(reference, "the same"))
    differences = comparison.table.set_index("outcome")["difference"].dropna()
    assert (differences == 0.0).all()
    assert not comparison.table["is_clear"].any()
    assert (comparison.table[["share_higher", "share_lower"]].dropna() == 0.0).all(axis=None)
    assert comparison.outcome_changes.loc[0, ["n_held_to_lost", "n_lost_to_held", "share"]].tolist() == [0, 0, 0.0]
    assert comparison.divergence.loc[0, "n_diverged"] == 0


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (lambda: replicate(no_crews(), N, seed=4, workers=1), "different seeds: 3 and 4"),
        (lambda: replicate(no_crews(), N - 1, seed=3, workers=1), "different numbers of replications: 9 and 8"),
        (lambda: replicate_all([no_crews()], 2, 3, 1, draws=3)[0], "assumed values: central and drawn"),
        (lambda: replicate(toy({"time.horizon_days": 2}, name="Short"), N, 3, 1), "horizons in days: 8 and 2"),
        (lambda: replicate(toy({"time.tick_h": 3.0}, name="Coarse"), N, 3, 1), "ticks in hours: 1.0 and 3.0"),
        (lambda: replicate(toy(NO_TOWN, name="No town"), N, 3, 1), "contested cities: Town and none"),
        (lambda: replicate(toy(), N, seed=3, workers=1), "two scenarios are called"),
    ],
)  # fmt: skip
def test_what_is_not_paired_is_not_compared(reference, other, what):
    with pytest.raises(InputError, match=what):
        compare(reference, other())


def test_one_scenario_is_no_comparison(reference):
    with pytest.raises(InputError, match="needs two scenarios"):
        compare(reference)


def test_scenarios_and_finished_runs_are_not_mixed(reference):
    with pytest.raises(InputError, match="not both at once"):
        compare(reference, no_crews())


def test_scenarios_are_refused_before_any_run(monkeypatch):
    monkeypatch.setattr("sim.campaign.replications.simulate", lambda *_: pytest.fail("a run was begun"))
    with pytest.raises(InputError, match="different horizons"):
        compare(toy(), toy({"time.horizon_days": 2}, name="Short"), replications=2, workers=1)


def test_scenarios_are_run_and_paired(reference, variant):
    comparison = compare(toy(), no_crews(), replications=N, seed=3, workers=1)
    assert comparison.table.equals(compare(reference, variant).table)


def test_several_variants_each_meet_the_reference(reference, variant):
    third = replicate(toy({"drone_strikes.defender.n_crews": 2}, name="Two crews"), N, seed=3, workers=1)
    comparison = compare(reference, variant, third)
    assert comparison.table["scenario"].unique().tolist() == ["No crews", "Two crews"]
    for i, other in enumerate((variant, third)):
        alone = compare(reference, other).table
        assert comparison.pair(i).table.equals(alone)
        assert comparison.table[comparison.table["scenario"] == other.name].reset_index(drop=True).equals(alone)
    assert len(comparison.outcome_changes) == len(comparison.divergence) == 2


def test_outcome_changes_are_counted_in_both_directions(reference, variant):
    held = np.array([True, True, True, False, False, False, True, True, True])
    now = np.array([False, False, True, True, False, False, True, True, True])
    ensembles = [
        replace(one, outcomes=one.outcomes.assign(city_held=x)) for one, x in ((reference, held), (variant, now))
    ]
    row = compare(*ensembles).outcome_changes.loc[0]
    assert row[["n_pairs", "n_held_to_lost", "n_lost_to_held"]].tolist() == [9, 2, 1]
    assert row["low"] < row["share"] < row["high"]
    assert row["share"] == pytest.approx(1 / 3)


def test_pairs_diverge_on_the_day_of_a_dated_change():
    """The diverted soldiers of the toy come on day 3; the evening of that day is the fourth."""
    early, late = toy(), toy({"forces.transfers": returning(5.0)}, name="Later")
    a, b = replicate_all([early, late], 3, seed=3, workers=1)
    assert divergence_days(a, b).tolist() == [4.0, 4.0, 4.0]
    assert compare(a, b).divergence.loc[0, ["n_diverged", "day_first", "day_median"]].tolist() == [3, 4.0, 4.0]


def asking(ensemble, *outcomes):
    scenario = ensemble.manifest["scenario"] | {"asks": list(outcomes)}
    return replace(ensemble, manifest=ensemble.manifest | {"scenario": scenario})


def test_what_was_asked_is_judged_by_its_interval_and_all_else_by_holms_adjustment(reference, variant):
    table = compare(reference, asking(variant, "attacker_losses", "throughput_t")).table
    asked = table[table["is_asked"]]
    assert asked["outcome"].tolist() == ["attacker_losses", "throughput_t.Town"]
    assert asked["p_adjusted"].isna().all()
    others = table[~table["is_asked"]]
    assert others["p_adjusted"].tolist() == pytest.approx(holm(others["p_value"].to_numpy()).tolist(), nan_ok=True)
    excludes_zero = (table["difference_low"] > 0) | (table["difference_high"] < 0)
    expected = excludes_zero & (table["is_asked"] | (table["p_adjusted"] < 0.05))
    assert (table["is_clear"] == expected).all()


def test_the_question_of_either_scenario_counts(reference, variant):
    first = compare(asking(reference, "city_held"), asking(variant, "attacker_losses")).table
    assert first.loc[first["is_asked"], "outcome"].tolist() == ["city_held", "attacker_losses"]


def test_outcomes_of_ones_own_were_named_beforehand(reference, variant):
    pair = []
    for one in (reference, variant):
        outcomes = one.outcomes.assign(lost_km=one.outcomes["advance_km"])
        pair.append(replace(one, outcomes=outcomes, manifest=one.manifest | {"own_outcomes": ["lost_km"]}))
    table = compare(*pair).table
    assert table.loc[table["is_asked"], "outcome"].tolist() == ["lost_km"]


def test_a_difference_that_only_its_own_interval_shows_is_clear_when_it_was_asked_about(reference, variant):
    """Nine paired differences with p = 0.04 among about 25 outcomes."""
    base = np.arange(9.0)
    shift = np.array([1.0, 3.0, 2.0, 5.0, 0.0, 4.0, -2.0, 6.0, 2.5])
    one = replace(reference, outcomes=reference.outcomes.assign(attacker_losses=base))
    other = replace(one, outcomes=one.outcomes.assign(attacker_losses=base + shift))
    other = named(other, "More")
    plain, asked = compare(one, other), compare(one, asking(other, "attacker_losses"))
    rows = [c.table.set_index("outcome", drop=False).loc["attacker_losses"].to_dict() for c in (plain, asked)]
    assert [row["is_clear"] for row in rows] == [False, True]
    assert [interpretation(row) for row in rows] == ["no clear difference after adjustment", "higher"]
    assert [title(row) for row in rows] == ["Attacker's losses", "Attacker's losses (asked)"]
    assert "No outcome was named beforehand" in judgement(plain)
    assert "marked (asked) were named beforehand" in judgement(asked)


def test_with_too_few_pairs_none_is_judged():
    found = compare(*replicate_all([toy(), toy().model_copy(update={"name": "Again"})], 3))
    assert judgement(found) == "No difference has an interval, so none is judged."


def test_no_clear_difference_says_how_large_a_one_would_show_whatever_was_seen(reference, variant):
    for row in compare(reference, variant).table.to_dict("records"):
        text = interpretation(row)
        assert math.isnan(row["difference_low"]) is text.startswith("no interval: ")
        if "would show" in text:
            assert row["detectable"] > 0
    share = {"outcome": "city_held", "n_pairs": 6, "is_clear": False, "difference_low": -0.1, "difference_high": 0.2}
    assert (
        interpretation({**share, "detectable": 0.123}) == "no clear difference; 12 percentage points or more would show"
    )
    tiny = {**share, "outcome": "encirclement_fraction", "detectable": 0.0004}
    assert interpretation(tiny) == "no clear difference; 0.0004 or more would show"
    losses = {**share, "outcome": "attacker_losses", "detectable": 1234.5}
    assert interpretation(losses) == "no clear difference; 1,234 soldiers or more would show"
    flag = {**share, "outcome": "flags_planted", "detectable": 1.2}
    assert interpretation(flag) == "no clear difference; 1 flag or more would show"
    ratio = {**share, "outcome": "loss_exchange_ratio", "detectable": 0.2}
    assert interpretation(ratio) == "no clear difference; 0.20 or more would show"


def test_new_pairs_are_planned_from_the_spread_of_a_pilot(reference, variant):
    pilot = compare(reference, variant)
    deviation = pilot.differences("attacker_losses").std(ddof=1)
    n = pilot.pairs_for("attacker_losses", deviation / 2)
    assert n == 18
    with pytest.raises(InputError, match="there is no losses; did you mean"):
        pilot.pairs_for("losses", 1.0)


def test_main_outcomes_and_what_was_asked_are_shown_first(reference, variant):
    comparison = compare(reference, asking(variant, "advance_km"))
    shown = [row["outcome"] for row in shown_rows(comparison, False)]
    assert shown[0] == "advance_km"
    assert "held_share" not in shown
    assert len(shown_rows(comparison, True)) == len(comparison.table)


def test_samples_are_nested_and_shared_by_the_scenarios(drawn):
    a, b = drawn.ensembles
    assert a.draws.tolist() == b.draws.tolist() == [0, 0, 1, 1, 2, 2]
    assert a.outcomes["replication"].tolist() == [0, 1, 2, 3, 4, 5]
    assert [a.manifest[key] for key in ("assumptions", "n_draws", "replications_per_draw")] == ["drawn", 3, 2]
    shared = a.manifest["drawn_values"].keys() & b.manifest["drawn_values"].keys()
    assert len(shared) > 100
    assert all(a.manifest["drawn_values"][path] == b.manifest["drawn_values"][path] for path in shared)


def test_a_run_of_a_sample_is_a_run_of_the_sampled_scenario(drawn):
    scenario = draw(load("baseline", set=SHORT), 3, seed=3)[1]
    alone = run(scenario, seed=3, replication=3)
    ours = drawn.reference.series.sel(replication=3)
    assert (ours["losses"].to_numpy() == alone.series["losses"].to_numpy()).all()


def test_samples_of_one_hypercube_have_no_interval(drawn):
    table = drawn.table.set_index("outcome")
    ends = [f"{what}_{end}" for what in ("reference", "variant", "difference") for end in ("low", "high")]
    assert table[[*ends, "p_value", "detectable"]].isna().all(axis=None)
    assert not table["is_clear"].any()
    assert table.loc["attacker_losses", "reference"] == values_of(drawn.reference, "attacker_losses").mean()
    with pytest.raises(InputError, match="no spread to plan from"):
        drawn.pairs_for("attacker_losses", 5.0)


@pytest.fixture(scope="module")
def ten_draws():
    """Ten draws, which are five hypercubes of two."""
    return replicate_all([load("baseline", set=SHORT)], 1, seed=3, workers=1, draws=10)[0]


def test_intervals_over_samples_are_of_the_hypercubes(ten_draws):
    assert ten_draws.hypercubes.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    values = values_of(ten_draws, "attacker_losses")
    means = values.reshape(5, 2).mean(axis=1)
    expected = means.mean(), *stats.t.interval(0.95, 4, means.mean(), stats.sem(means))
    assert interval_of(ten_draws, values, "attacker_losses") == pytest.approx(expected)
    held = np.arange(10) < 7
    assert interval_of(ten_draws, held, "city_held") == clustered_share_interval(held, ten_draws.hypercubes)


def test_the_largest_difference_of_shares_over_samples_is_clear(ten_draws):
    """The cities of all samples lost in one scenario and held in the other: no two hypercubes differ."""
    lost, held = (replace(ten_draws, outcomes=ten_draws.outcomes.assign(city_held=flag)) for flag in (False, True))
    row = compare(lost, named(held, "Held")).table.set_index("outcome").loc["city_held"]
    assert row["difference_low"] > 0.0
    assert row["p_value"] < 0.05
    assert row["no_interval"] == ""


def test_a_result_of_an_earlier_version_is_one_hypercube(ten_draws):
    manifest = {key: value for key, value in ten_draws.manifest.items() if key != "n_hypercubes"}
    old = replace(ten_draws, manifest=manifest)
    assert not old.hypercubes.any()
    assert np.isnan(interval_of(old, values_of(old, "attacker_losses"), "attacker_losses")[1:]).all()


def test_an_interval_leaves_out_what_a_measure_cannot_be(ten_draws):
    """Four hypercubes of 10 soldiers and one of 1,000: Student's interval reaches below none, the measure's not."""
    values = np.repeat([10.0, 10.0, 10.0, 10.0, 1000.0], 2)
    assert interval_of(ten_draws, values, "attacker_losses")[1] == 0.0
    assert interval_of(ten_draws, values, "area_changed_km2")[1] < 0.0


def test_spread_is_split_for_runs_and_differences(drawn):
    frame = drawn.variance.set_index(["scenario", "of", "outcome"])
    row = frame.loc[(drawn.variants[0].name, "difference", "attacker_losses")]
    expected = components(drawn.differences("attacker_losses"), drawn.reference.draws)
    assert row["sd_noise"] == expected.sd_noise > 0
    assert row["sd_assumed"] == expected.sd_assumed
    assert len(frame) == 3 * len(values_of_names(drawn.reference))


def values_of_names(result):
    return [name for name in result.outcomes if name not in ("replication", "draw", "day_city_lost")]


@pytest.mark.parametrize("fixture", ["drawn", "central"])
def test_a_comparison_comes_back_from_disk(fixture, drawn, reference, variant, tmp_path):
    comparison = drawn if fixture == "drawn" else compare(reference, variant)
    again = Comparison.load(comparison.save(tmp_path / "saved"))
    pd.testing.assert_frame_equal(again.table, comparison.table)
    pd.testing.assert_frame_equal(again.variance, comparison.variance)
    assert again.label == comparison.label
    assert [one.name for one in again.ensembles] == [one.name for one in comparison.ensembles]


def test_a_saved_comparison_is_never_overwritten(reference, variant, tmp_path):
    comparison = compare(reference, variant)
    folder = comparison.save(tmp_path / "saved")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="exists already"):
        comparison.save(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_comparison_with_a_truncated_part_is_reported(reference, variant, tmp_path):
    folder = compare(reference, variant).save(tmp_path / "saved")
    series = folder / "02-no-crews" / "series.nc"
    series.write_bytes(series.read_bytes()[:-10])
    with pytest.raises(InputError, match=r"02-no-crews.series.nc: is truncated or altered"):
        Comparison.load(folder)


@pytest.mark.parametrize("text", ["", "{}", "[]"])
def test_a_file_that_is_no_comparison_is_reported(text, tmp_path):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="not the manifest of a comparison"):
        Comparison.load(tmp_path)


def test_a_summary_has_one_row_per_outcome(reference):
    table = summarise(reference).set_index("outcome")
    losses = reference.outcomes["attacker_losses"]
    assert table.loc["attacker_losses", "value"] == pytest.approx(losses.mean())
    assert table.loc["attacker_losses", "n"] == N
    assert "day_city_lost" not in table.index


def test_a_summary_of_one_run_has_values_without_intervals():
    table = summarise(run(toy(), seed=3))
    assert table["low"].isna().all()
    assert table.set_index("outcome").loc["attacker_losses", "value"] > 0


def test_a_comparisons_label_shows_the_variants_counts_where_they_differ(reference, variant):
    label = "Hypothetical teaching illustration, not a forecast"
    ours, theirs = f"{label}: 3 values reported, 5 assumed", f"{label}: 2 values reported, 6 assumed"
    reference.manifest["label"], variant.manifest["label"] = ours, ours
    assert compare(reference, variant).label == ours
    variant.manifest["label"] = theirs
    assert compare(reference, variant).label == f"{ours} ({variant.name}: 2 values reported, 6 assumed)"


@pytest.mark.parametrize(
    ("name", "value", "sign", "text"),
    [
        ("attacker_losses", 12345.6, False, "12,346"),
        ("attacker_losses", -12345.6, True, "\N{MINUS SIGN}12,346"),
        ("advance_km", 0.04, True, "0.0"),
        ("advance_km", -0.04, True, "0.0"),
        ("loss_exchange_ratio", 2.5, True, "+2.50"),
        ("city_held", 0.123, False, "12"),
        ("day_city_lost", math.nan, False, "\N{EN DASH}"),
        ("flot_displacement_km.south", 2.46, True, "+2.5"),
    ],
)
def test_values_are_shown_with_the_decimals_that_mean_something(name, value, sign, text):
    assert measure(name).show(value, sign) == text
