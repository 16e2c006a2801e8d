"""Figures of sweeps: what each of them shows, measured by the renderer.

Covers sim.plots.sweeps, sim.plots.sweeps.captions, sim.plots.sweeps.tornado, sim.plots.sweeps.heat_map,
sim.plots.sweeps.difference_map,
sim.plots.sweeps.sensitivity_indices, sim.plots.sweeps.prim_box, sim.plots.sweeps.design_points,
sim.plots.drawing.point_labels.
"""

import inspect
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import QuadMesh
from matplotlib.text import Text

from sim.analysis import FactorRecord, morris, one_at_a_time, pawn, prim, rank_regression, rbd_fast, sobol
from sim.errors import InputError
from sim.plots import sweeps
from sim.plots.drawing.labelled_figure import alt_text, figure_of
from sim.plots.sweeps.factor_names import factor_names, in_lines
from sim.scenario.teaching_label import LABEL
from tests.support.known_sweeps import factors, grid, latin, one_by_one, saltelli, scenarios_grid, sweep, trajectories

AREA, HELD = "area_changed_km2", "city_held"
N = 8


def area(x):
    weights = 900.0 / (1 + np.arange(x.shape[1])) * np.where(np.arange(x.shape[1]) % 2, -1, 1)
    return 1500 + x @ weights


def swept(x, kind, n=N, **options):
    return sweep(x, area(x), kind, n, sd=60.0, outcome=AREA, own=factors(x.shape[1]), **options)


def held(x, kind, n=N):
    chance = 1 / (1 + np.exp(-12 * (x[:, 0] - x[:, 1])))
    results = sweep(x, chance, kind, n, outcome=HELD)
    results.runs[HELD] = np.random.default_rng(1).random(len(results.runs)) < results.runs[HELD]
    return results


def pictures():
    """Return every picture for the kinds of sources that it takes: few and many factors, noise known and unknown."""
    found = {}
    for n in (1, N):
        for k in (3, 22):
            one = one_at_a_time(swept(one_by_one(k), "one_at_a_time", n), AREA)
            found |= {f"tornado {k} {n}": (sweeps.tornado, one), f"spider {k} {n}": (sweeps.spider, one)}
            screen = morris(swept(trajectories(10, k), "morris", n), AREA)
            found[f"morris_plane {k} {n}"] = (sweeps.morris_plane, screen)
        even = swept(latin(150, 12), "latin_hypercube", n)
        for method in (pawn, rbd_fast, rank_regression):
            found[f"index_bars {method.__name__} {n}"] = (sweeps.index_bars, method(even, AREA))
        found[f"index_bars sobol {n}"] = (sweeps.index_bars, sobol(swept(saltelli(64, 5), "saltelli", n), AREA))
        boxes = prim(held(latin(300, 4), "latin_hypercube", n), HELD)
        found[f"peeling_trajectory {n}"] = (sweeps.peeling_trajectory, boxes)
        found[f"discovery_box {n}"] = (sweeps.discovery_box, boxes)
        found[f"heat_map {n}"] = (sweeps.heat_map, held(grid(7, 6), "full_grid", n), HELD)
        found[f"difference_map {n}"] = (sweeps.difference_map, scenarios_grid(n))
        found[f"parallel_coordinates {n}"] = (sweeps.parallel_coordinates, even, AREA)
    found["exceedance"] = (sweeps.exceedance, even, AREA)
    return found


PICTURES = pictures()


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def drawn(name):
    function, *source = PICTURES[name]
    ax = function(*source)
    figure_of(ax).canvas.draw()
    return ax


def texts_of(ax):
    figure_of(ax).canvas.draw()
    # Ticks beyond an axis's ends are there, but not drawn.
    ticks = [
        tick.label1
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        if min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    ]
    own = [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label, *ax.texts, *ticks]
    return [text for text in own if text.get_visible() and text.get_text()]


def box_of(text):
    # An annotation's own extent has its arrow too.
    return Text.get_window_extent(text)


def boxes_of(texts):
    return [(text.get_text(), box_of(text)) for text in texts]


def overlaps(boxes):
    return [
        (a, b)
        for i, (a, box) in enumerate(boxes)
        for b, other in boxes[i + 1 :]
        if min(box.x1, other.x1) - max(box.x0, other.x0) > 1 and min(box.y1, other.y1) - max(box.y0, other.y0) > 1
    ]


def test_every_picture_is_drawn_here():
    assert {name.split()[0] for name in PICTURES} == set(sweeps.__all__)
    for name in sweeps.__all__:
        assert inspect.signature(getattr(sweeps, name)).parameters["ax"].default is None


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_label_points_replications_and_noise_inside_a_projectors_frame(name):
    ax = drawn(name)
    figure = figure_of(ax)
    assert tuple(figure.get_size_inches() * figure.dpi) == (1920, 1080)
    label, caption = (text.get_text().replace("\n", " ") for text in figure.texts)
    assert label == LABEL
    assert re.search(r"\d+ design points, (1 replication|8 replications) per point", caption)
    assert re.search(r"Noise is [\d.]+\s% of the variance" if " 1 rep" not in caption else "no interval", caption)
    assert ax.get_title(loc="left")
    for text in [*figure.texts, *texts_of(ax)]:
        box = box_of(text)
        assert box.x0 >= -1, text.get_text()
        assert box.x1 <= 1921, text.get_text()
        assert box.y0 >= 0, text.get_text()
        assert box.y1 <= 1081, text.get_text()


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_overlaps_another_and_all_are_legible_from_the_back(name):
    ax = drawn(name)
    texts = [text for text in texts_of(ax) if text.get_gid() not in ("guide-name", "unclear")]
    assert overlaps(boxes_of(texts)) == []
    # A point is 1/72 of a picture 12.8 inches wide: 9 points are 1 % of its width, 12 of 1080 lines a mm at 1 m.
    assert min(text.get_fontsize() for text in texts) >= 9


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_an_alt_text_with_numbers(name):
    assert re.search(r"\w+.*\. .*\d", alt_text(drawn(name)))


@pytest.mark.parametrize("name", [n for n in PICTURES if n.split()[0] in ("tornado", "index_bars", "morris_plane")])
def test_intervals_are_drawn_where_there_are_any(name):
    ax = drawn(name)
    needs_replications = "tornado" in name or "sobol" in name
    has_interval = "pawn" not in name and not (needs_replications and name.endswith(" 1"))
    shown = [artist for artist in ax.containers if type(artist).__name__ == "ErrorbarContainer"]
    assert bool(shown) == has_interval


def test_a_tornado_has_the_largest_swing_on_top_and_white_bars_for_no_clear_difference():
    ax = drawn(f"tornado 22 {N}")
    assert len(ax.get_yticks()) == 14
    assert "8 factors with smaller effects are not shown" in figure_of(ax).texts[1].get_text().replace("\n", " ")
    first = [patch for patch in ax.patches if abs(patch.get_y() + patch.get_height() / 2) < 0.5]
    widths = [abs(patch.get_width()) for patch in ax.patches]
    assert max(abs(patch.get_width()) for patch in first) == max(widths)
    unclear = [patch for patch in ax.patches if patch.get_gid() == "no-clear-difference"]
    assert 0 < len(unclear) < len(ax.patches)
    assert ax.get_yticklabels()[0].get_text() == "Factor a (0 to 1)"
    assert ax.get_xlabel().startswith("Area taken, mean (km²)")


def test_a_tornado_without_intervals_judges_no_bar_and_says_so():
    ax = drawn("tornado 3 1")
    assert {patch.get_gid() for patch in ax.patches} == {"not-judged"}
    assert "none is judged" in figure_of(ax).texts[1].get_text().replace("\n", " ")


def test_a_caption_says_how_many_bars_would_be_clear_by_chance():
    words = figure_of(drawn(f"tornado 22 {N}")).texts[1].get_text().replace("\n", " ")
    assert "all 44 changes" in words
    assert "about 2.2 without effect would be clear by chance" in words
    ax = drawn(f"index_bars rbd_fast {N}")
    assert "about 0.6 without effect would be clear by chance" in figure_of(ax).texts[1].get_text().replace("\n", " ")
    assert 0 < sum(patch.get_gid() == "no-clear-difference" for patch in ax.patches) < len(ax.patches)


def test_no_share_of_runs_is_drawn_above_100_or_below_0_per_cent():
    x = one_by_one(2)
    ax = sweeps.tornado(one_at_a_time(sweep(x, x[:, 0] < 0.9, "one_at_a_time", N, outcome=HELD), HELD))
    ends = np.concatenate([path.vertices[:, 0] for lines in ax.collections for path in lines.get_paths()])
    assert ends.min() >= 0
    assert ends.max() <= 100


def test_low_and_high_differ_by_more_than_colour():
    legend = drawn(f"tornado 3 {N}").get_legend()
    assert len({patch.get_hatch() for patch in legend.get_patches()}) == 2


def test_a_heat_map_has_a_line_at_one_half_numbers_in_its_cells_and_dots_where_noise_decides():
    ax = drawn(f"heat_map {N}")
    (mesh,) = [one for one in ax.collections if isinstance(one, QuadMesh)]
    assert mesh.get_array().size == 42
    numbers = [text for text in ax.texts if text.get_text().isdigit()]
    assert len(numbers) == 42
    assert ax.get_legend().get_texts()[0].get_text() == "50 % of the runs"
    assert [text for text in ax.texts if text.get_gid() == "unclear"]


def test_a_heat_map_of_a_difference_has_a_contour_at_zero_and_colours_centred_on_it():
    x = grid(6, 5)
    ax = sweeps.heat_map(sweep(x, 50 * (x[:, 0] - x[:, 1]), "full_grid", 2, sd=1.0, outcome=AREA), AREA)
    (mesh,) = [one for one in ax.collections if isinstance(one, QuadMesh)]
    assert mesh.norm.vcenter == 0.0
    assert mesh.norm.vmax == -mesh.norm.vmin
    assert ax.get_legend().get_texts()[0].get_text() == "zero"


def test_a_heat_maps_axes_have_the_factors_units():
    own = [
        FactorRecord("drones.n_crews", "whole", 5, 20, unit="crews"),
        FactorRecord("a.share", "real", 0, 1, unit="1"),
    ]
    x = grid(4, 4)
    ax = sweeps.heat_map(sweep(x, x[:, 0], "full_grid", outcome=AREA, own=own), AREA)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("N crews, drones (crews)", "Share, a")


def test_a_heat_map_without_values_on_both_sides_has_no_contour():
    x = grid(4, 4)
    ax = sweeps.heat_map(sweep(x, 100 + x[:, 0], "full_grid", 2, outcome=AREA), AREA)
    assert ax.get_legend() is None


@pytest.mark.parametrize("x", [latin(20, 2), grid(4, 4)[:-1], latin(20, 3)])
def test_a_heat_map_of_other_points_is_an_error(x):
    with pytest.raises(InputError, match="full grid of two factors"):
        sweeps.heat_map(sweep(x, x[:, 0], "full_grid"), "y")


def test_a_morris_plane_names_the_strongest_and_has_guides():
    ax = drawn(f"morris_plane 22 {N}")
    numbers = [text.get_text() for text in ax.texts if text.get_gid() == "name"]
    key = [text.get_text().partition("  ")[2] for text in ax.get_legend().get_texts()]
    assert numbers == [str(i + 1) for i in range(len(key))]
    assert {"Factor a", "Factor b", "Factor c"} <= set(key)
    assert sum(line.get_gid() == "guide" for line in ax.lines) == 3
    caption = figure_of(ax).texts[1].get_text().replace("\n", " ")
    assert "weakest, without names" in caption
    assert "Grey: what noise alone may give" in caption
    alone = figure_of(drawn("morris_plane 22 1")).texts[1].get_text().replace("\n", " ")
    assert "What noise alone gives is unknown." in alone


def test_a_morris_plane_has_white_points_within_the_noise_and_a_zone_of_noise():
    screen = morris(swept(trajectories(10, 22), "morris"), AREA)
    ax = sweeps.morris_plane(screen)
    mu, floor = (screen.of(index) for index in ("mu_star", "noise_floor"))
    (drawn_points,) = (one for one in ax.collections if one.get_gid() == "factors")
    is_white = (drawn_points.get_facecolors()[:, :3] == 1.0).all(axis=1)
    assert 0 < is_white.sum() == (mu["value"] <= floor["high"]).sum() < 22
    (zone,) = (patch for patch in ax.patches if patch.get_gid() == "noise-floor")
    assert zone.get_width() == pytest.approx(floor["high"].median())


def test_sobols_bars_have_both_orders():
    ax = drawn(f"index_bars sobol {N}")
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert any(word.startswith("first order") for word in words)
    assert any(word.startswith("total") for word in words)


def test_the_box_shows_range_limits_and_names_of_categories():
    x = latin(400, 3)
    own = [*factors(2), FactorRecord("command.policy", "category", values=("probing", "massed", "waiting"))]
    names = np.array(["probing", "massed", "waiting"])[np.minimum((x[:, 2] * 3).astype(int), 2)]
    values = pd.DataFrame({"part.factor_a": x[:, 0], "part.factor_b": 10 * x[:, 1], "command.policy": names})
    lost = (x[:, 1] > 0.5) & (names != "waiting")
    found = prim(sweep(x, ~lost, "latin_hypercube", 2, outcome=HELD, own=own, values=values), HELD)
    ax = sweeps.discovery_box(found)
    policy = factor_names(["command.policy"])["command.policy"]
    assert {text.get_text() for text in ax.get_yticklabels()} == {"Factor b", in_lines(policy, 30)}
    words = {text.get_text() for text in ax.texts}
    assert {"probing", "massed", "waiting"} <= words
    # A limit is known to within a peel, 5 % of the five units inside.
    assert any(abs(float(word) - 5) < 0.25 for word in words if re.fullmatch(r"[\d.]+", word))
    assert "City never lost in under 50 %" in ax.get_title(loc="left")
    assert overlaps(boxes_of(texts_of(ax))) == []


def test_parallel_coordinates_omit_weak_factors_and_distinguish_cases_by_line_and_colour():
    ax = drawn(f"parallel_coordinates {N}")
    assert len(ax.get_xticks()) == 8
    assert "4 factors with a weaker rank" in figure_of(ax).texts[1].get_text().replace("\n", " ")
    lines = {line.get_gid(): line for line in ax.lines if line.get_gid()}
    assert lines["case"].get_linestyle() != lines["other"].get_linestyle()


def test_exceedance_falls_from_one_to_none_and_needs_numbers_and_replications():
    ax = drawn("exceedance")
    for line in ax.lines:
        y = line.get_ydata()
        assert (np.diff(y) < 0).all()
        assert 0 < y[-1] < y[0] < 1
    with pytest.raises(InputError, match="2 or more replications"):
        sweeps.exceedance(swept(latin(60, 2), "latin_hypercube", 1), AREA)
    with pytest.raises(InputError, match="a number"):
        sweeps.exceedance(held(latin(60, 2), "latin_hypercube"), HELD)


def test_users_axes_are_drawn_on_and_labelled():
    figure, axes = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
    function, source = PICTURES[f"tornado 3 {N}"]
    assert function(source, ax=axes[0]) is axes[0]
    assert sweeps.spider(source, ax=axes[1]) is axes[1]
    assert [text.get_gid() for text in figure.texts] == ["sim-label", "sim-caption"]


def test_first_order_above_total_is_said_on_the_figure():
    source = PICTURES[f"index_bars sobol {N}"][1]
    table = source.table.copy()
    is_total = (table["index"] == "ST") & (table["factor"] == "part.factor_a")
    table.loc[is_total, ["value", "low", "high"]] = 0.01, 0.0, 0.02
    caption = figure_of(sweeps.index_bars(replace(source, table=table))).texts[1].get_text().replace("\n", " ")
    assert "First order above total (Factor a)" in caption


def test_a_heat_map_marks_the_values_of_the_base_scenario_where_they_lie_on_the_grid():
    own = [replace(one, central=central) for one, central in zip(factors(2), (0.25, 0.5), strict=True)]
    results = sweep(grid(5, 5), area(grid(5, 5)), "full_grid", 2, outcome=AREA, own=own)
    ax = sweeps.heat_map(results, AREA)
    (mark,) = [line for line in ax.lines if line.get_gid() == "base"]
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (0.25, 0.5)
    assert "values of the base scenario" in [text.get_text() for text in ax.get_legend().get_texts()]
    outside = [own[0], replace(own[1], central=1.5)]
    ax = sweeps.heat_map(sweep(grid(5, 5), area(grid(5, 5)), "full_grid", 2, outcome=AREA, own=outside), AREA)
    assert not [line for line in ax.lines if line.get_gid() == "base"]
