"""Every public figure: label, caption, users' axes, and reproducible bytes.

Covers sim.plots, sim.plots.time_series, sim.plots.paired_comparison, sim.plots.front_map,
sim.plots.drawing.colours_and_type, sim.plots.drawing.date_axis, sim.plots.drawing.event_rows,
sim.plots.drawing.place_names, sim.plots.drawing.ground_marks.
"""

import inspect
import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from sim import plots
from sim.campaign.compare_scenarios import compare
from sim.campaign.replications import replicate, run
from sim.errors import InputError
from sim.plots.drawing.colours_and_type import COLOURS, style
from sim.plots.drawing.labelled_figure import figure_of, panels, save
from sim.plots.drawing.place_names import PLATE, Named, place_names, points_on
from sim.plots.front_map import front_grid
from sim.plots.paired_comparison import _row_name
from sim.results.comparison.comparison import Comparison
from sim.results.comparison.comparison_wording import shown_rows
from sim.results.outcome_wording import OUTCOMES, measure
from sim.scenario.loader import load
from sim.scenario.teaching_label import LABEL
from tests.support.toy_theatre import toy

N = 8
SHORT = {"time.horizon_days": 6, "time.tick_h": 6}

FUNCTIONS = [getattr(plots, name) for name in plots.__all__ if name != "alt_text"]


def assault_at(ratio):
    return toy({"direct_fire.assault_ratio": ratio}, name=f"Assault at {ratio:.0f}")


@pytest.fixture(scope="module")
def comparison():
    return compare(*(replicate(load(name, set=SHORT), N, seed=2, workers=1) for name in ("baseline", "no-drones")))


@pytest.fixture(scope="module")
def sources(comparison):
    one = run(load("baseline", set=SHORT), seed=2)
    toys = compare(*(replicate(assault_at(ratio), 2, workers=1) for ratio in (1.0, 3.0)))
    variant = comparison.variants[0]
    return {
        "Result": [one, comparison.reference, toys.reference],
        "Comparison": [comparison, toys],
        "Source": [
            one,
            variant,
            [comparison.reference, variant, variant, variant],
            comparison,
            toys,
        ],
    }


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def first_parameter(function):
    return next(iter(inspect.signature(function).parameters.values()))


def drawn(function, sources):
    """Draw every source that the type of the function's first parameter allows; an unknown type fails."""
    return [(source, function(source)) for source in sources[first_parameter(function).annotation]]


def svg_texts(path):
    tree = ElementTree.parse(path)
    return ["".join(element.itertext()) for element in tree.iter("{http://www.w3.org/2000/svg}text")]


def size_of_run(source):
    one = source[0] if isinstance(source, list) else getattr(source, "reference", source)
    return len(one.outcomes)


def test_every_public_plotting_function_is_tested_here():
    public = {name for name, _ in inspect.getmembers(plots, inspect.isfunction) if not name.startswith("_")}
    assert public == set(plots.__all__)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_plot_takes_and_returns_axes_and_no_option_removes_its_label(function):
    parameters = inspect.signature(function).parameters
    assert parameters["ax"].default is None
    assert not [name for name in parameters if re.search("label|caption|note|foot", name)]
    assert not [p for p in parameters.values() if p.kind is inspect.Parameter.VAR_KEYWORD]


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_label_and_caption_are_real_text_in_svg(function, sources, tmp_path):
    for source, ax in drawn(function, sources):
        assert isinstance(ax, Axes)
        save(ax, tmp_path / "picture.svg")
        texts = " ".join(svg_texts(tmp_path / "picture.svg"))
        assert texts.count(LABEL) == 1
        assert (source[0] if isinstance(source, list) else source).label in texts
        n = size_of_run(source)
        assert re.search(rf"\b{n} (replication|pair)", texts)
        assert "no interval" in texts if n == 1 else re.search(r"\d\d %", texts)


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_label_survives_whoever_saves_the_figure(function, sources, tmp_path):
    ax = function(sources[first_parameter(function).annotation][-1])
    assert mpl.rcParams["svg.fonttype"] == "path"
    figure_of(ax).savefig(tmp_path / "theirs.svg")
    assert LABEL in " ".join(svg_texts(tmp_path / "theirs.svg"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "n_panels", "layout"),
    [((6.4, 4.8), 1, None), ((6.4, 4.8), 1, "constrained"), ((12.8, 7.2), 2, "tight"), ((12.8, 7.2), 2, None)],
)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_users_axes_get_the_label_once_in_their_figure_below_the_axes(function, sources, size, n_panels, layout):
    figure, axes = plt.subplots(1, n_panels, figsize=size, layout=layout, squeeze=False)
    for ax in axes.flat:
        assert function(sources[first_parameter(function).annotation][-1], ax=ax) is ax
    figure.canvas.draw()
    notes = [text for text in figure.texts if text.get_gid() in ("sim-label", "sim-caption")]
    assert [text.get_gid() for text in notes] == ["sim-label", "sim-caption"]
    assert notes[0].get_text().replace("\n", " ").count(LABEL) == 1
    for note in notes:
        box = note.get_window_extent()
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y1 <= min(ax.get_window_extent().y0 for ax in axes.flat)


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_label_and_caption_lie_inside_an_own_figure(function, sources):
    for _, ax in drawn(function, sources):
        figure = figure_of(ax)
        figure.canvas.draw()
        assert tuple(figure.get_size_inches() * figure.dpi) == (1920, 1080)
        for note in figure.texts:
            box = note.get_window_extent()
            assert box.x1 <= figure.bbox.x1
            assert box.y1 <= ax.get_window_extent().y0


def test_a_subfigures_label_is_on_the_whole_figure(comparison):
    figure = plt.figure(layout="constrained")
    left, right = figure.subfigures(1, 2)
    plots.timeline(comparison, left.subplots())
    plots.timeline(comparison, right.subplots(), "losses")
    assert [text.get_gid() for text in figure.texts] == ["sim-label", "sim-caption"]


def test_pictures_of_different_scenarios_share_a_foot_with_both_labels(comparison):
    other = replicate(toy(), 2, workers=1)
    assert other.label != comparison.label
    left, right = panels(2)
    plots.map(comparison.reference, left)
    plots.map(other, right)
    label, caption = figure_of(left).texts
    assert label.lines == [comparison.label, other.label]
    assert len(caption.lines) == 2


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_picture_is_the_same_bytes(function, kind, sources, tmp_path):
    source = sources[first_parameter(function).annotation][-1]
    for name in "ab":
        save(function(source), tmp_path / f"{name}.{kind}")
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_users_settings_stay_unchanged(function, sources):
    before = dict(mpl.rcParams)
    drawn(function, sources)
    assert dict(mpl.rcParams) == before


def test_a_timeline_draws_both_bands_and_the_median(comparison):
    ax = plots.timeline(comparison)
    bands = {gid: [c for c in ax.collections if c.get_gid() == gid] for gid in ("band-50", "band-90")}
    assert [len(found) for found in bands.values()] == [2, 2]
    lines = [line for line in ax.lines if line.get_gid() == "median"]
    for ensemble, line, wide in zip(comparison.ensembles, lines, bands["band-90"], strict=True):
        values = ensemble.series["area_changed_km2"].to_numpy()
        np.testing.assert_allclose(line.get_ydata(), np.median(values, axis=0))
        heights = wide.get_paths()[0].vertices[:, 1]
        low, high = np.quantile(values, [0.05, 0.95], axis=0)
        assert (heights.min(), heights.max()) == pytest.approx((low.min(), high.max()))
    assert lines[0].get_linestyle() != lines[1].get_linestyle()
    assert lines[0].get_marker() != lines[1].get_marker()


def test_a_comparison_draws_every_interval(comparison):
    ax = plots.comparison(comparison)
    rows = [row for row in shown_rows(comparison, is_whole=False) if row["n_pairs"] > 0]
    others = [row for row in rows if not measure(row["outcome"]).is_share]
    runs, points, change = ax.child_axes
    # An interval is one horizontal bar: two a row for the scenarios, one for the difference.
    n_bars = [len(inset.containers) for inset in (runs, points, change)]
    edge = change.get_xlim()[1] / 100  # beyond it there is an arrow without an interval
    in_per_cent = [row for row in others if abs(row["difference"]) <= edge * abs(row["reference"]) > 0]
    in_per_cent = [row for row in in_per_cent if np.isfinite(row["difference_low"])]
    ends = [row[f"{what}_low"] for row in rows for what in ("reference", "variant")]
    assert n_bars == [sum(map(np.isfinite, ends)), len(rows) - len(others), len(in_per_cent)]
    place = [row["outcome"] for row in in_per_cent].index("attacker_losses")
    row = in_per_cent[place]
    ((start, end),) = change.containers[place].lines[2][0].get_segments()
    scale = 100 / row["reference"]
    assert (start[0], end[0]) == pytest.approx((row["difference_low"] * scale, row["difference_high"] * scale))


def test_one_pair_is_drawn_without_intervals():
    pair = compare(*(replicate(assault_at(ratio), 1, workers=1) for ratio in (1.0, 3.0)))
    ax = plots.comparison(pair)
    assert [inset.containers for inset in ax.child_axes] == [[], [], []]


def compared_with(outcomes, **changed):
    """Return a comparison of an ensemble with itself, whose outcomes are as given and, in the variant, as changed."""
    reference = replicate(toy(), 5, workers=1)
    own = reference.outcomes.assign(**outcomes)
    both = [replace(reference, outcomes=own), replace(reference, outcomes=own.assign(**changed))]
    return Comparison(tuple(both))


def test_percentage_points_and_per_cent_have_an_axis_each():
    ax = plots.comparison(compared_with({"city_held": False, "attacker_losses": 100.0}, attacker_losses=110.0))
    _, points, change = ax.child_axes
    assert points.get_xlim() == pytest.approx((-112, 112))
    assert points.get_xlabel() == ""
    assert "Mean difference (percentage points)" in [text.get_text() for text in ax.texts]
    assert change.get_xlabel() == "% of the reference"
    rows = [label.get_text().partition("\n")[0] for label in ax.child_axes[0].get_yticklabels()]
    place = rows.index("Attacker's losses") - len([row for row in rows if row == "City never lost"])
    marks = {line.get_ydata()[0]: line.get_xdata()[0] for line in change.lines if line.get_marker() == "D"}
    assert marks[-place] == pytest.approx(10.0)


def test_a_row_of_zero_against_zero_and_one_of_a_thousand_per_cent_do_not_set_the_scale():
    ax = plots.comparison(
        compared_with({"city_held": False, "flags_planted": 0, "attacker_losses": 1000.0}, attacker_losses=1050.0)
    )
    change = ax.child_axes[2]
    assert change.get_xlim() == pytest.approx((-11.2, 11.2))
    wild = compared_with({"city_held": False, "flags_planted": 1.0}, flags_planted=40.0)
    change = plots.comparison(wild).child_axes[2]
    assert change.get_xlim() == pytest.approx((-224, 224))
    assert [line.get_marker() for line in change.lines].count(">") == 1


def test_a_map_draws_the_fronts_spread(comparison):
    ax = plots.map(comparison.variants[0])
    levels = [tuple(c.levels) for c in ax.collections if hasattr(c, "levels")]
    assert (0.1, 0.5, 0.9) in levels


def test_a_map_of_one_run_draws_one_front(sources):
    ax = plots.map(sources["Result"][0])
    levels = [tuple(c.levels) for c in ax.collections if hasattr(c, "levels")]
    assert (0.1, 0.5, 0.9) not in levels
    assert "taken by the attacker" in [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.mark.parametrize("n_panels", [1, 2])
def test_no_two_names_on_the_map_touch(comparison, n_panels):
    ax = panels(n_panels)[0]
    plots.map(comparison.reference, ax)
    figure_of(ax).canvas.draw()
    names = [text for text in ax.texts if text.get_text()]
    assert {"Pokrovsk", "Myrnohrad", "south", "northeast"} <= {text.get_text() for text in names}
    boxes = [text.get_window_extent() for text in names]
    for i, a in enumerate(boxes):
        for j in range(i):
            assert not a.overlaps(boxes[j]), (names[i].get_text(), names[j].get_text())


def test_names_of_curves_and_events_do_not_touch(comparison):
    ax = plots.timeline(comparison, variable="losses")
    figure_of(ax).canvas.draw()
    boxes = [Text.get_window_extent(text) for text in ax.texts]  # without the lines that lead to the curves
    assert len(boxes) >= 4
    for i, a in enumerate(boxes):
        assert not any(a.overlaps(boxes[j]) for j in range(i))
        assert a.x1 <= ax.get_window_extent().x1


@pytest.mark.slow
def test_every_series_can_be_drawn(comparison):
    series = comparison.reference.series
    for name in series.data_vars:
        if "time" in series[name].dims and len(series[name].dims) <= 3:
            plots.timeline(comparison, variable=str(name))
            plt.close("all")


def test_a_timeline_of_an_unknown_series_is_an_error_with_a_suggestion(comparison):
    with pytest.raises(InputError, match="no daily series 'advance' in the result; did you mean advance_km"):
        plots.timeline(comparison, variable="advance")
    with pytest.raises(InputError, match="side and cause"):
        plots.timeline(comparison, variable="losses_by_cause")


def test_a_map_of_another_version_is_an_error_in_one_sentence(comparison):
    result = comparison.reference
    ground = {key: value for key, value in result.manifest["scenario"]["ground"].items() if key != "cell_km"}
    manifest = {**result.manifest, "scenario": {**result.manifest["scenario"], "ground": ground}}
    with pytest.raises(ValueError, match="described its map differently"):
        plots.map(type(result)(result.series, result.events, result.outcomes, manifest))


def test_every_outcome_has_words(comparison):
    assert set(OUTCOMES) - {"day_city_lost"} == {name.partition(".")[0] for name in comparison.table["outcome"]}


def test_pictures_need_no_screen(comparison):
    assert isinstance(figure_of(plots.timeline(comparison)).canvas, FigureCanvasAgg)


def test_a_backend_that_goes_interactive_at_the_first_picture_stays_so():
    assert not mpl.is_interactive()
    try:
        with style():
            mpl.interactive(True)  # as a notebook's backend does when pyplot loads it
        assert mpl.is_interactive()
    finally:
        mpl.interactive(False)
    with pytest.raises(ZeroDivisionError), style():
        raise ZeroDivisionError
    assert not mpl.is_interactive()


def test_a_picture_is_complete_with_tight_edges(comparison):
    ax = plots.map(comparison.reference)
    wide = {}
    for edges in (None, "tight"):
        picture = io.BytesIO()
        figure_of(ax).savefig(picture, dpi=50, bbox_inches=edges, pad_inches=0)
        wide[edges] = picture.getvalue()
    assert [plt.imread(io.BytesIO(wide[edges])).shape for edges in (None, "tight")] == [(360, 640, 4)] * 2


def test_colours_differ_in_lightness_and_for_those_who_see_no_green_and_are_legible_on_white():
    # Machado, Oliveira and Fernandes, IEEE TVCG 15, 2009: deuteranopia, on linear RGB.
    no_green = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    rgb = np.array([mpl.colors.to_rgb(colour) for colour in COLOURS])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    assert (1.05 / (luminance + 0.05) > 3).all()
    lightness = 116 * np.cbrt(luminance) - 16
    assert np.diff(np.sort(lightness)).min() > 3
    for seen in (linear, np.clip(linear @ no_green.T, 0, 1)):
        xyz = seen @ np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]).T
        x, y, z = np.cbrt(xyz / [0.9505, 1.0, 1.089]).T
        lab = np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])
        distances = np.hypot.reduce(lab[:, None] - lab[None], axis=2)
        assert distances[~np.eye(len(lab), dtype=bool)].min() > 20


def test_names_on_a_map_lie_beside_their_places_also_when_a_path_leads_a_million_km_away():
    ax = panels()[0]
    ax.set(xlim=(0, 40), ylim=(0, 20))
    named = [Named(ax.text(0, 0, "Here", ha="center", va="center", bbox=PLATE), x, 10.0, 1.0) for x in (10.0, 12.0)]
    road = np.array([[10.0, -1e6], [10.0, 10.0], [1e6, 1e6]])
    place_names(ax, named, [(1.0, road)], [], [], [])
    figure_of(ax).canvas.draw()
    boxes = [one.text.get_bbox_patch().get_window_extent() for one in named]
    assert not boxes[0].overlaps(boxes[1])
    for one in named:
        assert np.hypot(one.text.get_position()[0] - one.x_km, one.text.get_position()[1] - one.y_km) < 5
    assert len(points_on(road, 0.1, (0, 0, 40, 20))) < 1000


def test_a_front_on_few_cells_follows_their_edges_to_the_edges_of_the_map():
    result = run(load("one-hill"), seed=2)
    x, y, values = front_grid(result.ground, result.series["control"].to_numpy())
    ground = result.ground.params
    assert (x[0], x[-1]) == pytest.approx(ground.x_range_km)
    assert (y[0], y[-1]) == pytest.approx(ground.y_range_km)
    assert min(values.shape) >= 24
    assert set(np.unique(values)) <= {0.0, 1.0}


@pytest.mark.parametrize("outcome", [name for name, one in OUTCOMES.items() if one.is_main])
def test_the_name_of_a_main_outcome_is_whole_beside_its_row_and_says_that_it_is_asked(outcome):
    found = _row_name({"outcome": outcome, "is_asked": True, "n_pairs": 9, "until_day": 180}, 9)
    assert found.startswith(measure(outcome).title)
    assert "asked" in found
