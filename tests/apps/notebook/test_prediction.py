"""A student's prediction against what the runs show.

Covers sim.apps.notebook.answers, sim.apps.notebook.prediction_figure.
"""

import csv
import math

import numpy as np
import pytest
from matplotlib import pyplot as plt

from sim.apps.notebook.answers import Answer, answer, table
from sim.apps.notebook.prediction import Prediction, predict
from sim.campaign.compare_scenarios import compare
from sim.campaign.replications import replicate
from sim.errors import InputError
from sim.plots.drawing.labelled_figure import alt_text, figure_of
from sim.results.confidence_intervals import mean_interval, share_interval
from sim.scenario.teaching_label import LABEL
from tests.support.toy_theatre import toy

N = 9


@pytest.fixture(scope="module")
def comparison():
    scenarios = (toy(name="Toy"), toy({"direct_fire.assault_ratio": 1.0}, name="Bold"))
    return compare(*(replicate(scenario, N, workers=1) for scenario in scenarios))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def of(value, low, high):
    return Answer("Ground", "km²", value, low, high, np.array([low, value, high]), "mean of 3 runs")


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        (("many", 1, 2), "low must be a number, such as low=20, is many"),
        ((1, None, 2), "likely must be a number, such as likely=20, is None"),
        ((1, 2, math.inf), "high must be a number, such as high=20, is inf"),
        ((1, 2, 10**400), f"high must be a number, such as high=20, is 1{36 * '0'}..."),
        ((True, 2, 3), "low must be a number, such as low=20, is True"),
        ((1, ..., 3), "likely must be a number, such as likely=20, is Ellipsis"),
        ((3, 1, 2), "must be low <= likely <= high, is 3, 1, 2"),
    ],
)
def test_a_wrong_prediction_is_reported_on_one_line_and_not_written_down(numbers, says, tmp_path):
    with pytest.raises(InputError) as caught:
        predict("How much?", "km²", *numbers, file=tmp_path / "predictions.csv")
    assert caught.value.lines == [says]
    assert caught.value._render_traceback_() == [says]  # what a notebook shows
    assert list(tmp_path.iterdir()) == []


def test_predictions_are_saved_in_their_order_and_none_is_replaced(tmp_path):
    file = tmp_path / "predictions.csv"
    for likely in (20, 30):
        predict("How much, and why?", "km²", 10, likely, np.float64(40), file=file)
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [(row["question"], row["low"], row["likely"], row["high"]) for row in rows] == [
        ("How much, and why?", "10.0", "20.0", "40.0"),
        ("How much, and why?", "10.0", "30.0", "40.0"),
    ]
    with pytest.raises(InputError, match="cannot be written"):
        predict("How much?", "km²", 1, 2, 3, file=tmp_path)


@pytest.mark.parametrize(
    ("predicted", "says"),
    [
        ((0, 50, 100), "contains the whole interval, and is 5 times as wide"),
        ((40, 60, 60), "contains the whole interval, and is 1 times as wide"),
        ((50, 55, 90), "overlap in part"),
        ((0, 10, 39.9), "missed: the interval lies above it"),
        ((61, 70, 80), "missed: the interval lies below it"),
    ],
)
def test_a_verdict_says_how_range_and_interval_lie(predicted, says):
    verdict = Prediction("How much?", "km²", *predicted).verdict(of(50, 40, 60))
    assert says in verdict
    assert "50 km² (40 to 60); 95 % interval of the mean of 3 runs" in verdict


def test_units_must_agree_and_an_outcome_must_be_there(comparison):
    with pytest.raises(InputError, match="in soldiers, the answer in km²"):
        Prediction("How much?", "soldiers", 1, 2, 3).verdict(of(2, 1, 3))
    with pytest.raises(InputError, match="there is no outcome grond; there are city_held, days_city_held"):
        answer(comparison, "grond")


def test_an_answer_is_the_runs_mean_share_or_paired_difference(comparison):
    one = answer(comparison.reference, "attacker_losses")
    values = comparison.reference.outcomes["attacker_losses"].to_numpy(float)
    assert (one.value, one.low, one.high) == pytest.approx(mean_interval(values))
    assert (one.unit, one.of) == ("soldiers", f"mean of {N} runs")
    share = answer(comparison.reference, "city_held")
    flags = comparison.reference.outcomes["city_held"].to_numpy(bool)
    assert (share.value, share.low, share.high) == pytest.approx(tuple(100 * x for x in share_interval(flags)))
    assert (share.unit, share.of) == ("%", f"share of {N} runs")
    pairs = answer(comparison, "attacker_losses")
    assert (pairs.value, pairs.low, pairs.high) == pytest.approx(
        mean_interval(comparison.differences("attacker_losses"))
    )
    assert pairs.of == f"mean of {N} pairs"
    assert answer(comparison, "city_held").unit == "percentage points"


def test_one_run_and_runs_without_a_value_have_no_interval():
    one = Answer.of_values("Ground", "km²", np.array([50.0]), "mean of 1 run")
    guess = Prediction("How much?", "km²", 0, 10, 100)
    assert "Ground: 50 km²; one run." in guess.verdict(one)
    assert "One run has no interval." in alt_or_caption(guess.against(one))
    none = Answer.of_values("Day", "km²", np.array([math.nan, math.nan]), "mean of no run")
    assert "no value" in guess.verdict(none)
    assert "nothing can be said" in guess.verdict(none)
    figure_of(guess.against(none)).canvas.draw()


def alt_or_caption(ax):
    return " ".join(note.get_text().replace("\n", " ") for note in figure_of(ax).texts)


def test_the_picture_holds_both_with_label_unit_and_interval(comparison, capsys):
    guess = predict("How many soldiers more?", "soldiers", -500, 0, 500)
    found = answer(comparison, "attacker_losses")
    ax = guess.against(found)
    assert capsys.readouterr().out.strip() == guess.verdict(found)
    figure_of(ax).canvas.draw()
    assert ax.get_title(loc="left") == "How many soldiers more?"
    assert ax.get_xlabel().endswith("[soldiers]")
    notes = alt_or_caption(ax)
    assert LABEL in notes
    assert f"95 % interval of the mean of {N} pairs; small dots: each of these." in notes
    assert str(found) in alt_text(ax)
    dots = next(line for line in ax.lines if line.get_gid() == "runs")
    np.testing.assert_allclose(dots.get_xdata(), found.runs)
    words = [text for text in ax.texts if text.get_text()]
    assert [text.get_text() for text in words] == [str(guess), str(found)]
    box = ax.get_window_extent()
    for text in words:
        extent = text.get_window_extent()
        assert box.x0 <= extent.x0
        assert extent.x1 <= box.x1
    assert not words[0].get_window_extent().overlaps(words[1].get_window_extent())


@pytest.mark.parametrize("likely", [0, 1000])
def test_words_beside_a_mark_at_the_edge_stay_on_the_axes(likely):
    guess = Prediction("How much?", "km²", 0, likely, 1000)
    ax = guess.against(of(500, 1, 999))
    figure_of(ax).canvas.draw()
    box = ax.get_window_extent()
    assert all(box.x0 <= text.get_window_extent().x0 <= text.get_window_extent().x1 <= box.x1 for text in ax.texts)


def test_shares_show_no_dots(comparison):
    ax = Prediction("Held?", "%", 0, 50, 100).against(answer(comparison.reference, "city_held"))
    assert [line.get_gid() for line in ax.lines if line.get_gid() == "runs"] == []
    assert "small dots" not in alt_or_caption(ax)


def test_a_table_has_every_scenario_and_every_difference(comparison):
    found = table(comparison, "city_held", "attacker_losses")
    assert list(found.columns) == ["Toy", "Bold", "Bold minus Toy"]
    assert found.loc["Attacker's losses", "Bold minus Toy"] == str(answer(comparison, "attacker_losses"))
    assert found.loc["City never lost", "Toy"] == str(answer(comparison.reference, "city_held"))
    assert list(table(comparison.reference, "attacker_losses").columns) == ["Toy"]
