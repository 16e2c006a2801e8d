"""What no run changes on a map: places, lines, features, axes of advance, with their names and keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import Stroke, withStroke

from sim.plots.drawing.colours_and_type import GREEN, GREY, INK, SKY, points
from sim.plots.drawing.labelled_figure import short, size_pt
from sim.plots.drawing.place_names import PLATE, Named
from sim.world.geometry import distance_to_path
from sim.world.ground import URBAN, Ground
from sim.world.integer_codes import DEFENDER

DEFENDERS_GROUND, ATTACKERS_GROUND = "#f4f4f1", "#d3cdc6"
_STRIP = 3.0  # a map whose width is more than this multiple of its depth is drawn stretched
DASHES = (0, (4, 2))
_ROAD: dict[str, Any] = {"linewidth": 1.8, "linestyle": "-"}
_RAIL: dict[str, Any] = {"linewidth": 2.6, "linestyle": (0, (1, 1))}
_TRACK: dict[str, Any] = {"linewidth": 1.0, "linestyle": (0, (5, 3))}
_LOOKS = {"road": _ROAD, "rail": _RAIL, "track": _TRACK}
# A tree line is a row of round dots, water a band with a white core: they differ from fronts without colour, too.
_TREES: dict[str, Any] = {"color": GREEN, "linewidth": 4.5, "linestyle": (0, (0.01, 1.3)), "dash_capstyle": "round"}
_WATER: dict[str, Any] = {"color": SKY, "linewidth": 6.0, "linestyle": "-", "solid_capstyle": "round"}
_FEATURES = {"tree_line": _TREES, "water": _WATER}
_EDGE_PT, _CORE_PT = 2.0, 1.6  # of a feature: its white edge, and the core of water


def draw_urban(ax: Axes, ground: Ground) -> None:
    """Hatch the built-up cells and draw their edges."""
    x, y = ground.x_km[: ground.nx], ground.y_km[:: ground.nx]
    urban = on_grid(ground, ground.terrain == URBAN).astype(float)
    if urban.any():
        ax.contourf(x, y, urban, levels=[0.5, 2.0], colors="none", hatches=["xxx"])
        ax.contour(x, y, urban, levels=[0.5], colors=GREY, linewidths=1)


def on_grid(ground: Ground, cells: np.ndarray) -> np.ndarray:
    """Return one value per cell as an array (y, x)."""
    return cells.reshape(ground.ny, ground.nx)


def draw_features(ax: Axes, ground: Ground) -> None:
    """Draw tree lines and water."""
    for feature in ground.params.features:
        ax.plot(*np.transpose(feature.path), solid_joinstyle="round", zorder=2.5, **_edged(feature.terrain))


def _edged(terrain: str) -> dict[str, Any]:
    look = _FEATURES[terrain]
    edge = withStroke(linewidth=look["linewidth"] + _EDGE_PT, foreground="white")
    core = [Stroke(linewidth=_CORE_PT, foreground="white")] if terrain == "water" else []
    return look | {"path_effects": [edge, *core]}


def draw_lines(ax: Axes, ground: Ground) -> None:
    """Draw the defender's roads, railways and tracks."""
    for line in ground.params.lines_of(DEFENDER):
        ax.plot(*np.transpose(line.path), color=GREY, solid_joinstyle="round", **_LOOKS[line.kind])


def draw_axes_of_advance(ax: Axes, ground: Ground) -> None:
    """Draw the axes of advance as arrows."""
    for axis in ground.params.axes:
        path = np.asarray(axis.path)
        for colour, width in (("white", 6.5), (INK, 3.5)):
            ax.plot(*path.T, color=colour, linewidth=width, solid_capstyle="butt", zorder=3)
        ax.annotate(
            "", path[-1], path[-1] - 0.01 * (path[-1] - path[-2]), zorder=4,
            arrowprops={"arrowstyle": "-|>", "facecolor": INK, "edgecolor": "white", "mutation_scale": points(34)},
        )  # fmt: skip


def is_strip(ground: Ground) -> bool:
    """Return whether the map is of a long front, to be drawn with its depth stretched."""
    lanes = framed(ground)
    return bool(np.ptp(ground.x_km[lanes]) > _STRIP * np.ptp(ground.y_km[lanes]))


def framed(ground: Ground) -> np.ndarray:
    """Return the cells that a map should show: those of the lanes, or near an axis whose lane has no edge.

    Near is the kill zone's depth plus the length of the axis's path: as far as it can be fought over in a campaign.
    """
    shown = np.zeros(ground.n_cells, bool)
    for i, axis in enumerate(ground.params.axes):
        reach = np.inf
        if axis.half_width_km is None:
            reach = ground.kill_zone_km + float(np.hypot(*np.diff(axis.path, axis=0).T).sum())
        shown |= (ground.axis == i) & (distance_to_path(ground.x_km, ground.y_km, axis.path) <= reach)
    return shown


def named(ax: Axes, ground: Ground) -> list[Named]:
    """Write the names of places and axes of advance; the contested city is first, and larger."""
    look: dict[str, Any] = {"ha": "center", "va": "center", "bbox": PLATE, "zorder": 5}
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    shown = [place for place in ground.params.settlements if x0 < place.x_km < x1 and y0 < place.y_km < y1]
    usual: dict[str, Any] = {"fontsize": points(12)}
    names = []
    for place in sorted(shown, key=lambda place: not place.is_contested_city):
        own: dict[str, Any] = {"fontsize": points(15), "fontweight": "bold"} if place.is_contested_city else usual
        text = ax.text(place.x_km, place.y_km, short(place.name), clip_on=True, **look, **own)
        names.append(Named(text, place.x_km, place.y_km, place.radius_km))
    # Names along a long front are side by side.
    room = size_pt(ax)[0] / len(ground.params.axes) if is_strip(ground) else np.inf
    size = min(points(13), room / (0.66 * max(len(short(axis.name)) for axis in ground.params.axes)))
    axes = []
    for axis in ground.params.axes:
        (x, y), (x_after, y_after) = axis.path[:2]
        text = ax.text(x, y, short(axis.name), style="italic", fontsize=size, **look)
        axes.append(Named(text, x, y, towards=(x - x_after, y - y_after)))
    return [*axes, *names]


def still_keys(ground: Ground) -> list[Patch | Line2D]:
    """Return the legend handles of what `draw_still` draws on this ground, and of the attacker's ground."""
    terrains = sorted({str(feature.terrain) for feature in ground.params.features})
    kinds = {line.kind for line in ground.params.lines_of(DEFENDER)}
    lines = (("road", "road"), ("rail", "railway"), ("track", "track"))
    urban = [Patch(facecolor="none", edgecolor=GREY, hatch="xxx", label="built-up")]
    return [
        Patch(facecolor=ATTACKERS_GROUND, edgecolor=GREY, label="held by the attacker at the start"),
        Line2D([], [], color=INK, linewidth=2, linestyle=DASHES, label="front at the start"),
        Line2D([], [], color=INK, linewidth=3.5, label="axis of advance"),
        *(urban if (ground.terrain == URBAN).any() else []),
        *(Line2D([], [], label=terrain.replace("_", " "), **_edged(terrain)) for terrain in terrains),
        *(Line2D([], [], color=GREY, label=label, **_LOOKS[kind]) for kind, label in lines if kind in kinds),
    ]
