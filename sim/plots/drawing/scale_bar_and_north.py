"""A map's scale bar and north arrow, each at a position where it covers no front, no name and no legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text

from sim.plots.drawing.colours_and_type import INK, points
from sim.plots.drawing.labelled_figure import draw_now, size_pt
from sim.plots.drawing.place_names import Box, points_on
from sim.world.map_values import Settlement

_SCALES_KM = (500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05)
_LONGEST = 0.2  # of the map's width
_SCALE_PT, _NORTH_PT, _PAD_PT = 26, (20, 62), 6  # height of the scale; width and height of the arrow; space around
# Cost of covering a point of a front, of a name or legend, of a place, of a road.
_FRONT, _TEXT, _PLACE, _ROAD = 1000.0, 1000.0, 30.0, 1.0
_STEPS = np.linspace(0.0, 1.0, 9)


def draw_scale_and_north(
    ax: Axes,
    fronts: np.ndarray,
    paths: Sequence[list[list[float]]],
    places: Sequence[Settlement],
) -> tuple[list[Text], list[Box]]:
    """Draw both and return their texts and the boxes that they cover, in km; `fronts` are points, in km."""
    for _ in range(2):  # the layout and the map's shape depend on each other: they agree after the second pass
        draw_now(ax)
    km = (ax.get_xlim()[1] - ax.get_xlim()[0]) / size_pt(ax)[0]  # per point
    taken = _points_taken(ax, fronts, paths, places, km)
    north_box = _clearest(ax, points(_NORTH_PT[0]) * km, points(_NORTH_PT[1]) * km, points(_PAD_PT) * km, taken)
    taken.append((_TEXT, _filled(north_box, points(6) * km)))
    length = next((one for one in _SCALES_KM if one <= _LONGEST * np.ptp(ax.get_xlim())), _SCALES_KM[-1])
    scale_box = _clearest(ax, max(length, 50 * points(1) * km), points(_SCALE_PT) * km, points(_PAD_PT) * km, taken)
    return [_draw_scale(ax, scale_box, length, km), _draw_north(ax, north_box, km)], [scale_box, north_box]


def _draw_scale(ax: Axes, box: Box, length: float, km: float) -> Text:
    x, y = (box[0] + box[2]) / 2, box[1] + points(4) * km
    ax.plot([x - length / 2, x + length / 2], [y, y], color=INK, linewidth=4, solid_capstyle="butt", gid="scale")
    words = f"{length:g} km" if length >= 1 else f"{1000 * length:g} m"
    return ax.text(x, y + points(3) * km, words, ha="center", va="bottom", zorder=5)


def _draw_north(ax: Axes, box: Box, km: float) -> Text:
    x, half = (box[0] + box[2]) / 2, points(10) * km
    return ax.annotate(
        "N", (x, box[3]), (x, box[1] + half), ha="center", va="center", fontweight="bold", zorder=5,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 2, "mutation_scale": points(20)},
    )  # fmt: skip


def _points_taken(
    ax: Axes,
    fronts: np.ndarray,
    paths: Sequence[list[list[float]]],
    places: Sequence[Settlement],
    km: float,
) -> list[tuple[float, np.ndarray]]:
    """Return costs and points, in km, of what a mark should not cover."""
    to_km, step = ax.transData.inverted().transform_bbox, points(6) * km
    legends = [one for one in (ax.get_legend(), *ax.child_axes) if one is not None]
    boxes = [box for box in (one.get_tightbbox() for one in legends) if box is not None]
    taken = [(_FRONT, fronts)] + [(_TEXT, _filled(to_km(box).extents, step)) for box in boxes]
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    taken += [(_ROAD, points_on(path, step, (x0, y0, x1, y1))) for path in paths]
    for place in places:
        x, y, r = place.x_km, place.y_km, place.radius_km
        taken.append((_PLACE, _filled((x - r, y - r, x + r, y + r), step)))
    return taken


def _filled(box: Box | np.ndarray, step: float) -> np.ndarray:
    """Return points that fill a box, at most one step apart."""
    x, y = np.meshgrid(
        np.linspace(box[0], box[2], 2 + int((box[2] - box[0]) / step)),
        np.linspace(box[1], box[3], 2 + int((box[3] - box[1]) / step)),
    )
    return np.column_stack([x.ravel(), y.ravel()])


def _clearest(ax: Axes, width: float, height: float, pad: float, taken: list[tuple[float, np.ndarray]]) -> Box:
    """Return the box within the axes with the least cost: rather at the edges than inside, corners first."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    best, least = (x0, y0, x0 + width, y0 + height), np.inf
    for fx in _STEPS:
        for fy in _STEPS:
            x = x0 + 2 * pad + fx * (x1 - x0 - 4 * pad - width)
            y = y0 + 2 * pad + fy * (y1 - y0 - 4 * pad - height)
            cost = min(fx, 1 - fx) + min(fy, 1 - fy) + sum(
                weight * np.count_nonzero(_within(at, (x - pad, y - pad, x + width + pad, y + height + pad)))
                for weight, at in taken
            )  # fmt: skip
            if cost < least:
                best, least = (x, y, x + width, y + height), cost
    return best


def _within(at: np.ndarray, box: Box) -> np.ndarray:
    return (at[:, 0] > box[0]) & (at[:, 0] < box[2]) & (at[:, 1] > box[1]) & (at[:, 1] < box[3])
