"""The map: ground, places, supply lines, the fronts, and the share of runs in which the attacker holds each cell."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, ListedColormap
from matplotlib.contour import QuadContourSet
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from sim.plots.drawing.colours_and_type import BLUE, INK, points
from sim.plots.drawing.ground_marks import (
    ATTACKERS_GROUND,
    DASHES,
    DEFENDERS_GROUND,
    draw_axes_of_advance,
    draw_features,
    draw_lines,
    draw_urban,
    framed,
    is_strip,
    named,
    on_grid,
    still_keys,
)
from sim.plots.drawing.labelled_figure import (
    describe,
    draw_now,
    n_replications,
    prepare,
    set_title,
    size_pt,
    style_for,
)
from sim.plots.drawing.place_names import PLATE, Box, place_names
from sim.plots.drawing.scale_bar_and_north import draw_scale_and_north
from sim.results.number_format import rounded
from sim.results.result import Result
from sim.scenario.teaching_label import what_varies
from sim.world.ground import ATTACKER_HELD, Ground
from sim.world.integer_codes import DEFENDER

STEPS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
SHADES = LinearSegmentedColormap.from_list("vermilion", ["#fbdfc9", "#f0aa78", "#c85500"], N=256)
NORM = BoundaryNorm(STEPS, SHADES.N)
_MARGIN, _MARGIN_CELLS = 0.04, 3  # around the lanes: a share of their larger extent, at least this number of cells
_STRIP_HEAD_PT = 76  # height of legend and colour bar above a strip
_BAR_PT = (165, 240)  # length of the colour bar in the map, and beside it
_LEAST_ROWS = 24  # of the grid on which fronts are drawn: a map of few cells is divided more finely
# Costs of covering a point of each with a name.
_COSTS = {"front": 0.4, "axis": 2.0, "feature": 0.7, "road": 0.3, "place": 20.0}


def map(result: Result, ax: Axes | None = None) -> Axes:
    """Draw the theatre with the share of runs in which the attacker holds each cell at the end.

    On top of it: the front at the start (dashed) and at the end (median, and the 10 % and 90 % quantiles of the runs),
    axes of advance, places, tree lines, water, roads and railways. Positions are stylised.
    """
    ground = result.ground
    control = result.series["control"]
    p_attacker = control.mean("replication").to_numpy() if "replication" in control.dims else control.to_numpy()
    with style_for(ax):
        ax = prepare(ax, result.label, _caption(result))
        width, height = size_pt(ax)
        is_wide = bool(width > 1.4 * height) and not is_strip(ground)
        _shade(ax, ground, p_attacker)
        draw_features(ax, ground)
        draw_lines(ax, ground)
        fronts = _draw_fronts(ax, ground, p_attacker)
        if is_strip(ground):
            _frame_strip(ax, ground)
        else:
            _frame(ax, ground, is_wide)
        what = f"{result.name}: ground held after {len(result.series['time']) - 1} days"
        set_title(ax, what, pad=points(_STRIP_HEAD_PT) if is_strip(ground) else None)
        _explain(ax, n_replications(result), is_wide, ground)
        _write_names(ax, ground, fronts, has_marks=not is_strip(ground))
        describe(ax, f"Map of {what}", _alt(result, ground, p_attacker))
    return ax


def _km2(area: float) -> str:
    return f"{rounded(area, 2)} km²"


def _alt(result: Result, ground: Ground, p_attacker: np.ndarray) -> str:
    n, area = n_replications(result), ground.cell_km**2
    taken = (p_attacker > 0) & (on_grid(ground, ground.initial_control) != ATTACKER_HELD)
    by_run = np.atleast_1d(result.series["area_changed_km2"].to_numpy()[..., -1])
    low, middle, high = np.quantile(by_run, (0.05, 0.5, 0.95))
    if n == 1:
        return f"In this run the attacker ends with {_km2(middle)} more than at the start."
    return (
        f"In {n} replications the attacker ends with {_km2(middle)} more than at the start (median; middle 90 % "
        f"of runs {_km2(low)} to {_km2(high)}). "
        f"{_km2(area * np.sum(taken & (p_attacker == 1)))} are taken in every run, "
        f"{_km2(area * np.sum(taken))} in at least one."
    )


def _caption(result: Result) -> str:
    n = n_replications(result)
    sketch = "Stylised map: the front is invented, positions are rounded to 1 km. Supply lines: the defender's only."
    if n == 1:
        return f"1 replication: one run has no interval. {sketch}"
    middle = "thin lines: middle 80 % of the fronts at the end"
    return f"{n} replications; {middle}. {what_varies([result.manifest])} {sketch}"


def _shade(ax: Axes, ground: Ground, p_attacker: np.ndarray) -> None:
    x, y = ground.x_km[: ground.nx], ground.y_km[:: ground.nx]
    initial = on_grid(ground, ground.initial_control)
    sides = ListedColormap([DEFENDERS_GROUND, ATTACKERS_GROUND])
    ax.pcolormesh(x, y, initial, cmap=sides, vmin=0, vmax=1, shading="nearest", rasterized=True)
    changed = np.where((p_attacker > 0) & (initial != ATTACKER_HELD), p_attacker, np.nan)
    ax.pcolormesh(x, y, changed, cmap=SHADES, norm=NORM, shading="nearest", rasterized=True)
    draw_urban(ax, ground)


def _draw_fronts(ax: Axes, ground: Ground, p_attacker: np.ndarray) -> np.ndarray:
    """Draw the fronts and return points on them."""
    before = _draw_front_at_start(ax, ground)
    levels, widths = ([0.1, 0.5, 0.9], [1.0, 3.0, 1.0]) if np.any(p_attacker % 1) else ([0.5], [3.0])
    after = ax.contour(*front_grid(ground, p_attacker), levels=levels, colors=BLUE, linewidths=widths)
    return _points_of(before, after)


def front_grid(ground: Ground, control: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x and y (km) and the values from which a front is drawn: cells (y, x), up to the edges of the map."""
    k = -(-_LEAST_ROWS // min(control.shape))
    values = np.pad(control.astype(float).repeat(k, 0).repeat(k, 1), 1, mode="edge")
    at = [
        np.concatenate([[low], low + (np.arange(k * n) + 0.5) * ground.cell_km / k, [low + n * ground.cell_km]])
        for low, n in (
            (ground.x_km[0] - ground.cell_km / 2, ground.nx),
            (ground.y_km[0] - ground.cell_km / 2, ground.ny),
        )
    ]
    return at[0], at[1], values


def _points_of(*fronts: QuadContourSet) -> np.ndarray:
    paths = [np.asarray(path.vertices) for front in fronts for path in front.get_paths()]
    return np.concatenate([np.zeros((0, 2)), *paths])


def _write_names(ax: Axes, ground: Ground, fronts: np.ndarray, has_marks: bool = True) -> None:
    """Draw the axes of advance, scale bar and north arrow, and write the names, clear of each other and of fronts."""
    params = ground.params
    axes = [axis.path for axis in params.axes]
    roads = [line.path for line in params.lines_of(DEFENDER)]
    texts: list[Text] = []
    boxes: list[Box] = []
    draw_axes_of_advance(ax, ground)
    if has_marks:
        texts, boxes = draw_scale_and_north(ax, fronts, roads + axes, params.settlements)
    lines = [(_COSTS["axis"], np.asarray(path)) for path in axes]
    lines += [(_COSTS["feature"], np.asarray(feature.path)) for feature in params.features]
    lines += [(_COSTS["road"], np.asarray(path)) for path in roads]
    centres = np.array([[place.x_km, place.y_km] for place in params.settlements]).reshape(-1, 2)
    spots = [(_COSTS["front"], fronts), (_COSTS["place"], centres)]
    place_names(ax, named(ax, ground), lines, spots, texts, boxes)


def _draw_front_at_start(ax: Axes, ground: Ground) -> QuadContourSet:
    start = front_grid(ground, on_grid(ground, ground.initial_control))
    return ax.contour(*start, levels=[0.5], colors=INK, linewidths=2, linestyles=[DASHES])


def draw_still(ax: Axes, ground: Ground) -> None:
    """Frame the lanes and draw what no run changes: places, lines, features, axes of advance, the front at the start.

    Nothing is filled: the ground drawn below it stays visible.
    """
    draw_urban(ax, ground)
    draw_features(ax, ground)
    draw_lines(ax, ground)
    front = _draw_front_at_start(ax, ground)
    _frame(ax, ground, is_wide=True)
    _write_names(ax, ground, _points_of(front))


def _frame_strip(ax: Axes, ground: Ground) -> None:
    """Show all of a long front with its depth stretched, and km on both axes."""
    y = ground.y_km[framed(ground)]
    ax.set_xlim(*ground.params.x_range_km)
    ax.set_ylim(max(y.min() - 2 * ground.cell_km, ground.params.y_range_km[0]), y.max() + ground.cell_km / 2)
    ax.set_xlabel("Distance along the front, unrolled (km)")
    ax.set_ylabel("Depth, stretched (km)")
    ax.spines[:].set_visible(False)


def _frame(ax: Axes, ground: Ground, is_wide: bool) -> None:
    """Show the lanes of the axes of advance with a margin, which contains the legend unless that is beside the map."""
    lanes, (west, east), (south, north) = framed(ground), ground.params.x_range_km, ground.params.y_range_km
    x, y = ground.x_km[lanes], ground.y_km[lanes]
    margin = max(_MARGIN * max(np.ptp(x), np.ptp(y)), _MARGIN_CELLS * ground.cell_km)
    ax.set_xlim(*((west, east) if is_wide else (max(x.min() - margin, west), min(x.max() + margin, east))))
    height = y.max() - y.min()
    above, below = (0.0, 0.0) if is_wide else (0.1 * height, 0.12 * height)
    ax.set_ylim(max(y.min() - margin - below, south), min(y.max() + margin + above, north))
    ax.set_aspect("equal", anchor="W" if is_wide else "C")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(True)


def _explain(ax: Axes, n: int, is_wide: bool, ground: Ground) -> None:
    """Add the legend and the colour bar: beside the map if there is room, else in its corners."""
    at_end = [Line2D([], [], color=BLUE, linewidth=3, label="front at the end" + (", median" if n > 1 else ""))]
    if n > 1:
        at_end.append(Line2D([], [], color=BLUE, linewidth=1, label="10 % and 90 % of runs"))
    taken = [] if n > 1 else [Patch(facecolor=SHADES(1.0), label="taken by the attacker")]
    still = still_keys(ground)
    handles = [*still[:2], *at_end, *taken, *still[2:]]
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (1.02, 0.0), "fontsize": points(13)}
    place |= {"frameon": False, "handlelength": 2.0}
    if not is_wide:
        # Three rows, so that the legend does not cover the front.
        n_columns = -(-len(handles) // 3)
        place = {"loc": "lower center", "ncols": n_columns, "fontsize": points(10), "framealpha": 0.95}
        place |= {"columnspacing": 0.8, "handletextpad": 0.5, "handlelength": 1.6}
    if is_strip(ground):
        place |= {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "fontsize": points(12), "frameon": False}
    legend = ax.legend(handles=handles, borderaxespad=0.3, **place)
    draw_now(ax)
    share = legend.get_window_extent().width / ax.get_window_extent().width
    if not is_wide and share > 1:
        legend = ax.legend(handles=handles, borderaxespad=0.3, **place | {"fontsize": 0.97 * place["fontsize"] / share})
    legend.set_in_layout(False)
    if n > 1:
        _add_colour_bar(ax, is_wide, is_strip(ground))


def _add_colour_bar(ax: Axes, is_wide: bool, is_above: bool) -> None:
    words = f"% of runs in which the attacker{' ' if is_above else chr(10)}holds the cell at the end"
    size = points(13 if is_wide else 11)
    draw_now(ax)  # the map's shape gives the axes their width
    width, up = points(_BAR_PT[is_wide or is_above]) / size_pt(ax)[0], points(1) / size_pt(ax)[1]
    place = (1.05, 0.88, width, 0.04) if is_wide else (0.04, 0.935, width, 0.03)
    cax = ax.inset_axes((0.84 - width / 2, 1 + 40 * up, width, 14 * up) if is_above else place)
    bar = ax.figure.colorbar(ScalarMappable(NORM, SHADES), cax=cax, orientation="horizontal", ticks=STEPS)
    bar.ax.set_xticklabels([f"{100 * step:.0f}" for step in STEPS], fontsize=size)
    bar.set_label(words, fontsize=size, bbox=PLATE)
    bar.ax.tick_params(length=3, pad=1)
    cax.set_in_layout(False)
