"""Event timeline, exceedance curves, small multiples, losses ledger, and alt text.

Covers sim.plots.exceedance, sim.plots.scenario_panels, sim.plots.losses_ledger, sim.plots.drawing.label_spacing,
sim.plots.drawing.labelled_figure, sim.plots.drawing.scale_bar_and_north.
"""

from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Text
from PIL import Image

from sim import plots
from sim.campaign.replications import replicate, run
from sim.errors import InputError
from sim.plots.drawing.label_spacing import spread
from sim.plots.drawing.labelled_figure import alt_file, figure_of, save
from sim.plots.event_timeline import lanes_of
from sim.plots.exceedance import band
from sim.plots.losses_ledger import CAUSES_IN_WORDS, balance_of
from sim.scenario.teaching_label import LABEL, what_varies
from sim.world.integer_codes import CAUSES
from tests.support.every_event import with_every_event
from tests.support.toy_theatre import toy

N = 4
CUT = {"time.horizon_days": 12}


@pytest.fixture(scope="module")
def ensemble():
    return replicate(toy(CUT), N, seed=3, workers=1)


@pytest.fixture(scope="module")
def other():
    return replicate(toy(CUT | {"direct_fire.assault_ratio": 1.0}), N, seed=3, workers=1)


@pytest.fixture(scope="module")
def one():
    return run(toy(CUT), seed=3)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def busy(one):
    return with_every_event(one, 12)


def test_labels_of_events_neither_touch_nor_cross(busy):
    for ax in (plots.events(busy), plots.events(busy, plt.subplots(figsize=(6.4, 4.8))[1])):
        figure = figure_of(ax)
        figure.canvas.draw()
        words = [text for text in ax.texts if text.get_gid() == "event"]
        boxes = [Text.get_window_extent(text) for text in words]
        assert 8 <= len(boxes) <= 14
        leaders = [line.get_window_extent() for line in ax.lines if line.get_gid() == "leader"]
        for i, a in enumerate(boxes):
            assert a.x1 <= figure.bbox.x1, words[i].get_text()
            assert not any(a.overlaps(b) for b in boxes[:i])
            assert not any(a.x0 < line.x0 < a.x1 and line.y0 < a.y0 and line.y1 > a.y1 for line in leaders)


def test_lanes_separate_labels_and_are_reused():
    assert lanes_of([(0, 5), (1, 3), (2, 9), (10, 12)]) == [0, 1, 2, 0]


def test_labels_in_a_column_move_apart_and_stay_within():
    moved = spread([0.0, 0.1, 5.0], [2.0, 2.0, 2.0], 0.0, 6.0)
    assert moved == [1.0, 3.0, 5.0]


def test_the_band_of_the_whole_curve_has_the_width_of_kolmogorovs_table():
    """Massey, Journal of the American Statistical Association 46, 1951, table 1: 0.410 for ten runs at 5 %."""
    low, high = band(np.array([0.3, 0.6]), 10)
    assert (low[0], high[0]) == (0.0, pytest.approx(0.7093, abs=5e-4))
    assert (low[1], high[1]) == (pytest.approx(0.1907, abs=5e-4), 1.0)


def test_an_exceedance_curve_is_the_share_of_runs_above(ensemble, other):
    ax = plots.exceedance([ensemble, other], outcome="attacker_losses")
    for result, line in zip((ensemble, other), [one for one in ax.lines if one.get_gid() == "curve"], strict=True):
        values = result.outcomes["attacker_losses"].to_numpy()
        for x, share in zip(*line.get_data(), strict=True):
            assert share == np.mean(values > x)
    assert "soldiers" in ax.get_xlabel()
    assert "for the whole curve" in figure_of(ax).texts[1].get_text()


def test_a_city_that_is_held_is_censored_at_the_horizon(ensemble):
    ax = plots.exceedance(ensemble, outcome="day_city_lost")
    (line,) = [one for one in ax.lines if one.get_gid() == "curve"]
    assert line.get_ydata()[-1] == ensemble.outcomes["day_city_lost"].isna().mean()
    assert line.get_xdata()[-1] == 12
    assert "count as held" in figure_of(ax).texts[1].get_text().replace("\n", " ")


def test_an_unknown_outcome_is_an_error_with_a_suggestion(ensemble):
    with pytest.raises(InputError, match=r"did you mean attacker_losses.* sim list outcomes shows all"):
        plots.exceedance(ensemble, outcome="attackers_loss")
    with pytest.raises(InputError, match="yes or no"):
        plots.exceedance(ensemble, outcome="city_held")


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 2, 7, 24])
def test_small_multiples_share_scales_and_their_names_do_not_touch(ensemble, other, n):
    ax = plots.small_multiples(([ensemble, other] * n)[:n])
    figure_of(ax).canvas.draw()
    assert len(ax.child_axes) == n
    assert len({panel.get_ylim() for panel in ax.child_axes}) == 1
    boxes = [panel._left_title.get_window_extent() for panel in ax.child_axes]
    frames = [panel.get_window_extent() for panel in ax.child_axes]
    for i, a in enumerate(boxes):
        assert not any(a.overlaps(b) for b in boxes[:i] + frames)
    medians = [line for line in ax.child_axes[-1].lines if line.get_gid() == "reference"]
    values = ensemble.series["area_changed_km2"].to_numpy()
    np.testing.assert_allclose(medians[0].get_ydata(), np.median(values, axis=0))


def test_the_ledger_shows_the_losses_of_the_series(ensemble):
    ax = plots.losses_ledger(ensemble)
    for side, panel in zip(("attacker", "defender"), ax.child_axes, strict=True):
        by_cause = ensemble.series["losses_by_cause"].sel(side=side).isel(time=-1).mean("replication").to_numpy()
        widths = [bar.get_width() for bar in panel.patches]
        assert sorted(widths) == pytest.approx(sorted(by_cause[by_cause > 0]))
        balance = balance_of(ensemble, side)
        assert balance.initial + balance.arrived - balance.lost == pytest.approx(balance.alive)
        assert balance.show() in [text.get_text() for text in ax.texts]
        assert panel.get_xlabel() == "soldiers lost"


def test_series_that_lose_soldiers_are_an_error(ensemble):
    series = ensemble.series.copy(deep=True)
    series["soldiers"][:, -1, 0] -= 1000
    with pytest.raises(InputError, match="do not balance"):
        plots.losses_ledger(type(ensemble)(series, ensemble.events, ensemble.outcomes, ensemble.manifest))


def test_every_cause_has_words():
    assert set(CAUSES_IN_WORDS) == set(CAUSES)


def test_more_scenarios_than_colours_are_an_error(ensemble):
    for function in (plots.timeline, plots.exceedance, plots.losses_ledger):
        with pytest.raises(InputError, match="small_multiples"):
            function([ensemble] * 9)


def test_captions_say_when_the_assumed_values_are_sampled(ensemble):
    assert "random variation only" in what_varies([ensemble.manifest])
    drawn = {**ensemble.manifest, "assumptions": "drawn", "n_draws": 2, "replications_per_draw": 2}
    ax = plots.timeline(type(ensemble)(ensemble.series, ensemble.events, ensemble.outcomes, drawn))
    assert "2 draws x 2 replications" in figure_of(ax).texts[1].get_text().replace("\n", " ")


def test_alt_text_is_in_the_picture_and_beside_it(ensemble, tmp_path):
    ax = plots.losses_ledger(ensemble)
    words = plots.alt_text(ax)
    assert LABEL in words
    assert balance_of(ensemble, "attacker").show() in words
    for kind in ("png", "svg"):
        save(ax, tmp_path / f"ledger.{kind}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.alt.txt", "ledger.png", "ledger.svg"]
    assert alt_file(tmp_path / "ledger.svg").read_text("utf-8") == words + "\n"
    with Image.open(tmp_path / "ledger.png") as picture:
        assert picture.info["Description"] == words
    space = "{http://www.w3.org/2000/svg}"
    root = ElementTree.parse(tmp_path / "ledger.svg").getroot()
    assert root.find(f"{space}desc").text == words
    assert words.startswith(root.find(f"{space}title").text)


def test_scale_bar_and_north_arrow_cover_no_front_and_no_legend(ensemble):
    for ax in (plots.map(ensemble), plots.map(ensemble, plt.subplots(figsize=(5, 5))[1])):
        figure_of(ax).canvas.draw()
        (north,) = [text for text in ax.texts if text.get_text() == "N"]
        box = north.get_window_extent()
        assert not box.overlaps(ax.get_legend().get_window_extent())
        for contour in (one for one in ax.collections if hasattr(one, "levels") and not one.filled):
            for path in contour.get_paths():
                at = ax.transData.transform(path.vertices)
                if contour.get_edgecolor()[0][2] > 0.5:  # blue: the front at the end
                    assert not any(box.contains(x, y) for x, y in at)
