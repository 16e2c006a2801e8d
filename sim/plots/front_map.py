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
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from sim.plots.drawing.colours_and_type import BLUE, GREEN, GREY, INK, SKY, points
from sim.plots.drawing.labelled_figure import (
    describe,
    figure_of,
    n_replications,
    prepare,
    set_title,
    size_pt,
    style_for,
)
from sim.plots.drawing.place_names import PLATE, Box, write_place_names
from sim.plots.drawing.scale_bar_and_north import draw_scale_and_north
from sim.results.number_format import rounded
from sim.results.result import Result
from sim.scenario.teaching_label import what_varies
from sim.world.ground import ATTACKER_HELD, URBAN, Ground

DEFENDERS_GROUND, ATTACKERS_GROUND = "#e9f1f7", "#d5cfc8"
STEPS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
SHADES = LinearSegmentedColormap.from_list("vermilion", ["#fdeee3", "#f3b68a", "#d55e00"], N=256)
NORM = BoundaryNorm(STEPS, SHADES.N)
_MARGIN, _MARGIN_CELLS = 0.04, 3  # around the lanes: a share of their larger extent, at least this number of cells
_NAME_GAP_PT = 18  # from the start of an axis of advance to its name
_STRIP = 3.0  # a map whose width is more than this multiple of its depth is drawn stretched
_BAR_PT = (165, 240)  # length of the colour bar in the map, and beside it
_DASHES = (0, (4, 2))
_ROAD: dict[str, Any] = {"linewidth": 1.8, "linestyle": "-"}
_RAIL: dict[str, Any] = {"linewidth": 2.6, "linestyle": (0, (1, 1))}
_TRACK: dict[str, Any] = {"linewidth": 1.0, "linestyle": (0, (5, 3))}
_LOOKS = {"road": _ROAD, "rail": _RAIL, "track": _TRACK}
# A tree line is a row of round dots, water a band: they differ without colour, and from fronts by a white edge.
_TREES: dict[str, Any] = {"color": GREEN, "linewidth": 4.5, "linestyle": (0, (0.01, 1.3)), "dash_capstyle": "round"}
_WATER: dict[str, Any] = {"color": SKY, "linewidth": 5.0, "linestyle": "-", "solid_capstyle": "round"}
_FEATURES = {"tree_line": _TREES, "water": _WATER}


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
        is_strip = _is_strip(ground)
        is_wide = bool(width > 1.4 * height) and not is_strip
        _shade(ax, ground, p_attacker)
        _draw_features(ax, ground)
        _draw_lines(ax, ground)
        fronts = _draw_fronts(ax, ground, p_attacker)
        if is_strip:
            _frame_strip(ax, ground)
        else:
            _frame(ax, ground, is_wide)
        _explain(ax, n_replications(result), is_wide, ground)
        _write_names(ax, ground, fronts, has_marks=not is_strip)
        what = f"{result.name}: ground held after {len(result.series['time']) - 1} days"
        set_title(ax, what)
        describe(ax, f"Map of {what}", _alt(result, ground, p_attacker))
    return ax


def _km2(area: float) -> str:
    return f"{rounded(area, 2)} km²"


def _alt(result: Result, ground: Ground, p_attacker: np.ndarray) -> str:
    n, area = n_replications(result), ground.cell_km**2
    taken = (p_attacker > 0) & (_grid(ground, ground.initial_control) != ATTACKER_HELD)
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
    sketch = "Stylised map: the front is invented, positions are rounded to 1 km."
    if n == 1:
        return f"1 replication: one run has no interval. {sketch}"
    middle = "thin lines: middle 80 % of the fronts at the end"
    return f"{n} replications; {middle}. {what_varies([result.manifest])} {sketch}"


def _shade(ax: Axes, ground: Ground, p_attacker: np.ndarray) -> None:
    x, y = ground.x_km[: ground.nx], ground.y_km[:: ground.nx]
    initial = _grid(ground, ground.initial_control)
    sides = ListedColormap([DEFENDERS_GROUND, ATTACKERS_GROUND])
    ax.pcolormesh(x, y, initial, cmap=sides, vmin=0, vmax=1, shading="nearest", rasterized=True)
    changed = np.where((p_attacker > 0) & (initial != ATTACKER_HELD), p_attacker, np.nan)
    ax.pcolormesh(x, y, changed, cmap=SHADES, norm=NORM, shading="nearest", rasterized=True)
    _draw_urban(ax, ground)


def _draw_urban(ax: Axes, ground: Ground) -> None:
    x, y = ground.x_km[: ground.nx], ground.y_km[:: ground.nx]
    urban = _grid(ground, ground.terrain == URBAN).astype(float)
    if urban.any():
        ax.contourf(x, y, urban, levels=[0.5, 2.0], colors="none", hatches=["xxx"])
        ax.contour(x, y, urban, levels=[0.5], colors=GREY, linewidths=1)


def _grid(ground: Ground, cells: np.ndarray) -> np.ndarray:
    return cells.reshape(ground.ny, ground.nx)


def _draw_features(ax: Axes, ground: Ground) -> None:
    for feature in ground.params.features:
        look = _FEATURES[feature.terrain]
        edge = withStroke(linewidth=look["linewidth"] + 2.0, foreground="white")
        ax.plot(*np.transpose(feature.path), solid_joinstyle="round", path_effects=[edge], zorder=2.5, **look)


def _draw_lines(ax: Axes, ground: Ground) -> None:
    for line in ground.params.lines_of_communication:
        ax.plot(*np.transpose(line.path), color=GREY, solid_joinstyle="round", **_LOOKS[line.kind])


def _draw_fronts(ax: Axes, ground: Ground, p_attacker: np.ndarray) -> np.ndarray:
    """Draw the fronts and return points on them."""
    x, y = ground.x_km[: ground.nx], ground.y_km[:: ground.nx]
    before = _draw_front_at_start(ax, ground)
    levels, widths = ([0.1, 0.5, 0.9], [1.0, 3.0, 1.0]) if np.any(p_attacker % 1) else ([0.5], [3.0])
    after = ax.contour(x, y, p_attacker.astype(float), levels=levels, colors=BLUE, linewidths=widths)
    return _points_of(before, after)


def _points_of(*fronts: QuadContourSet) -> np.ndarray:
    paths = [np.asarray(path.vertices) for front in fronts for path in front.get_paths()]
    return np.concatenate([np.zeros((0, 2)), *paths])


def _write_names(ax: Axes, ground: Ground, fronts: np.ndarray, has_marks: bool = True) -> None:
    """Draw the axes of advance, scale bar and north arrow, and write the names, clear of each other and of fronts."""
    names = _draw_axes_of_advance(ax, ground)
    axes = [axis.path for axis in ground.params.axes]
    roads = [line.path for line in ground.params.lines_of_communication]
    marks: list[Text] = []
    boxes: list[Box] = []
    if has_marks:
        marks, boxes = draw_scale_and_north(ax, fronts, roads + axes, ground.params.settlements, names)
    features = [feature.path for feature in ground.params.features]
    write_place_names(ax, ground.params.settlements, names + marks, axes + features, boxes)


def _draw_front_at_start(ax: Axes, ground: Ground) -> QuadContourSet:
    x, y = ground.x_km[: ground.nx], ground.y_km[:: ground.nx]
    start = _grid(ground, ground.initial_control).astype(float)
    return ax.contour(x, y, start, levels=[0.5], colors=INK, linewidths=2, linestyles=[_DASHES])


def draw_still(ax: Axes, ground: Ground) -> None:
    """Frame the lanes and draw what no run changes: places, lines, features, axes of advance, the front at the start.

    Nothing is filled: the ground drawn below it stays visible.
    """
    _draw_urban(ax, ground)
    _draw_features(ax, ground)
    _draw_lines(ax, ground)
    front = _draw_front_at_start(ax, ground)
    _frame(ax, ground, is_wide=True)
    _write_names(ax, ground, _points_of(front))


def still_keys(ground: Ground) -> list[Patch | Line2D]:
    """Return the legend handles of what `draw_still` draws on this ground, and of the attacker's ground."""
    terrains = sorted({str(feature.terrain) for feature in ground.params.features})
    kinds = {line.kind for line in ground.params.lines_of_communication}
    lines = (("road", "road"), ("rail", "railway"), ("track", "track"))
    urban = [Patch(facecolor="none", edgecolor=GREY, hatch="xxx", label="built-up")]
    return [
        Patch(facecolor=ATTACKERS_GROUND, edgecolor=GREY, label="held by the attacker at the start"),
        Line2D([], [], color=INK, linewidth=2, linestyle=_DASHES, label="front at the start"),
        Line2D([], [], color=INK, linewidth=3.5, label="axis of advance"),
        *(urban if (ground.terrain == URBAN).any() else []),
        *(Line2D([], [], label=terrain.replace("_", " "), **_FEATURES[terrain]) for terrain in terrains),
        *(Line2D([], [], color=GREY, label=label, **_LOOKS[kind]) for kind, label in lines if kind in kinds),
    ]


def _is_strip(ground: Ground) -> bool:
    lanes = ground.axis >= 0
    return bool(np.ptp(ground.x_km[lanes]) > _STRIP * np.ptp(ground.y_km[lanes]))


def _frame_strip(ax: Axes, ground: Ground) -> None:
    """Show all of a long front with its depth stretched, km on both axes and room for the legend."""
    y = ground.y_km[ground.axis >= 0]
    height = np.ptp(y) + ground.cell_km
    ax.set_xlim(*ground.params.x_range_km)
    ax.set_ylim(y.min() - 0.75 * height, y.max() + 0.5 * height)
    ax.set_xlabel("Distance along the front, unrolled (km)")
    ax.set_ylabel("Depth, stretched (km)")
    depths = [tick for tick in ax.get_yticks() if ground.params.y_range_km[0] <= tick <= y.max()]
    ax.set_yticks(depths)
    ax.spines[:].set_visible(False)


def _frame(ax: Axes, ground: Ground, is_wide: bool) -> None:
    """Show the lanes of the axes of advance with a margin, which contains the legend unless that is beside the map."""
    lanes, (west, east), (south, north) = ground.axis >= 0, ground.params.x_range_km, ground.params.y_range_km
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


def _draw_axes_of_advance(ax: Axes, ground: Ground) -> list[Text]:
    """Draw the arrows and return their names."""
    km_per_point = np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1) / size_pt(ax)
    # Names along a long front are side by side.
    room = size_pt(ax)[0] / len(ground.params.axes) if _is_strip(ground) else np.inf
    size = min(points(13), room / (0.66 * max(len(axis.name) for axis in ground.params.axes)))
    names = []
    for axis in ground.params.axes:
        path = np.asarray(axis.path)
        for colour, width in (("white", 6.5), (INK, 3.5)):
            ax.plot(*path.T, color=colour, linewidth=width, solid_capstyle="butt", zorder=3)
        ax.annotate(
            "", path[-1], path[-1] - 0.01 * (path[-1] - path[-2]), zorder=4,
            arrowprops={"arrowstyle": "-|>", "facecolor": INK, "edgecolor": "white", "mutation_scale": points(34)},
        )  # fmt: skip
        back = (path[0] - path[1]) / np.hypot(*(path[0] - path[1]))
        x, y = path[0] + points(_NAME_GAP_PT) * km_per_point * back
        names.append(
            ax.text(x, y, axis.name, style="italic", ha="center", va="center", bbox=PLATE, fontsize=size, zorder=5)
        )
    return names


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
    legend = ax.legend(handles=handles, borderaxespad=0.3, **place)
    figure_of(ax).draw_without_rendering()
    share = legend.get_window_extent().width / ax.get_window_extent().width
    if not is_wide and share > 1:
        legend = ax.legend(handles=handles, borderaxespad=0.3, **place | {"fontsize": 0.97 * place["fontsize"] / share})
    legend.set_in_layout(False)
    if n > 1:
        _add_colour_bar(ax, is_wide)


def _add_colour_bar(ax: Axes, is_wide: bool) -> None:
    words = "% of runs in which the attacker\nholds the cell at the end"
    size = points(13 if is_wide else 11)
    figure_of(ax).draw_without_rendering()  # the map's shape gives the axes their width
    width = points(_BAR_PT[is_wide]) / size_pt(ax)[0]
    cax = ax.inset_axes((1.05, 0.88, width, 0.04) if is_wide else (0.04, 0.935, width, 0.03))
    bar = ax.figure.colorbar(ScalarMappable(NORM, SHADES), cax=cax, orientation="horizontal", ticks=STEPS)
    bar.ax.set_xticklabels([f"{100 * step:.0f}" for step in STEPS], fontsize=size)
    bar.set_label(words, fontsize=size, bbox=PLATE)
    bar.ax.tick_params(length=3, pad=1)
    cax.set_in_layout(False)
