"""Names on a map, each beside its place where it covers no other name, and as little else as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from sim.plots.drawing.colours_and_type import INK
from sim.plots.drawing.labelled_figure import draw_now

PLATE = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}

Box = tuple[float, float, float, float]

# Positions of a name relative to its place: below it first, then around it; 1 is beside it.
_STEPS = (0.0, -0.5, 0.5, -1.0, 1.0)
_SIDES = np.array([(dx, dy) for dy in (-1.0, 1.0, 0.5, -0.5, 0.0) for dx in _STEPS if 1.0 in (abs(dx), abs(dy))])
_DISTANCES = (0.0, 0.8, 1.8)  # between a place and its name, in heights of the name
# Costs: touching a name or leaving the map, covering a point (one every _STEP_PT) of something, a worse position.
_TOUCH, _POSITION, _DISTANCE, _STEP_PT = 1000.0, 0.15, 12.0, 4.0
_PAD_PT = 4.0  # of a name's plate, and around it


@dataclass(frozen=True)
class Named:
    """What has a name on the map: its text, position and radius (km), and the direction in which its name is best."""

    text: Text
    x_km: float
    y_km: float
    radius_km: float = 0.0
    towards: tuple[float, float] = (0.0, -1.0)


def place_names(
    ax: Axes,
    things: Sequence[Named],
    lines: Sequence[tuple[float, np.ndarray]],
    spots: Sequence[tuple[float, np.ndarray]],
    texts: Sequence[Text],
    boxes: Sequence[Box],
) -> None:
    """Move the names, the first thing's first, so that they touch neither each other nor the texts and boxes (in km).

    lines: the cost of covering a part of a line, and its corners (km, one row each); spots: the same for points.
    """
    draw_now(ax)
    px = ax.figure.dpi / 72.0
    to_px, frame = ax.transData.transform, np.asarray(ax.get_window_extent().extents)
    taken = [_extent(text) + 2 * px * np.array([-1, -1, 1, 1]) for text in texts]
    taken += [np.concatenate([to_px(box[:2]), to_px(box[2:])]) for box in boxes]
    covered = [(cost, points_on(to_px(line), _STEP_PT * px, frame)) for cost, line in lines]
    covered += [(cost, to_px(at)) for cost, at in spots if len(at)]
    at = np.concatenate([np.zeros((0, 2)), *(points for _, points in covered)])
    costs = np.concatenate([np.zeros(0), *(np.full(len(points), cost) for cost, points in covered)])
    for thing in things:
        centres, half = _candidates(ax, thing, px)
        boxes_px = np.hstack([centres - half, centres + half])
        cost = _POSITION * np.tile(np.arange(len(_SIDES)), len(_DISTANCES))
        cost += _DISTANCE * np.repeat(_DISTANCES, len(_SIDES))
        cost += _TOUCH * np.any((boxes_px[:, :2] < frame[:2]) | (boxes_px[:, 2:] > frame[2:]), axis=1)
        cost += _TOUCH * np.count_nonzero(_meet(boxes_px[:, None], np.reshape(taken, (-1, 4))), axis=1)
        near = np.all((at > boxes_px[:, :2].min(axis=0)) & (at < boxes_px[:, 2:].max(axis=0)), axis=1)
        cost += _meet(boxes_px[:, None], np.hstack([at[near], at[near]])) @ costs[near]
        best = int(np.argmin(cost))
        taken.append(boxes_px[best])
        x_km, y_km = ax.transData.inverted().transform(centres[best])
        thing.text.set_position((x_km, y_km))
        if thing.radius_km and best >= len(_SIDES):  # not beside its place: a line says whose name it is
            _lead(ax, thing, centres[best], half)


def _lead(ax: Axes, thing: Named, centre: np.ndarray, half: np.ndarray) -> None:
    """Draw a line from the edge of a name to the middle of its place."""
    away = ax.transData.transform((thing.x_km, thing.y_km)) - centre
    start = centre + away * np.min(half / np.maximum(np.abs(away), 1e-9))
    x_km, y_km = ax.transData.inverted().transform(start)
    ax.plot([x_km, thing.x_km], [y_km, thing.y_km], color=INK, linewidth=1.0, zorder=thing.text.get_zorder() - 0.1,
            scalex=False, scaley=False, path_effects=[withStroke(linewidth=3.0, foreground="white")])  # fmt: skip


def _candidates(ax: Axes, thing: Named, px: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the possible centres of a name, the best direction and the nearest first, and half its size, in pixels."""
    at = ax.transData.transform((thing.x_km, thing.y_km))
    radius = np.abs(ax.transData.transform((thing.x_km + thing.radius_km, thing.y_km + thing.radius_km)) - at)
    extent = _extent(thing.text)
    half = (extent[2:] - extent[:2] + _PAD_PT * px) / 2
    sides = _SIDES[np.argsort(-_SIDES @ np.asarray(thing.towards), kind="stable")]
    return np.concatenate([at + sides * (radius + half + distance * half[1]) for distance in _DISTANCES]), half


def _meet(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.all((a[..., :2] < b[..., 2:]) & (b[..., :2] < a[..., 2:]), axis=-1)


def _extent(text: Text) -> np.ndarray:
    return np.asarray((text.get_bbox_patch() or text).get_window_extent().extents)


def points_on(path: Sequence[Sequence[float]] | np.ndarray, step: float, frame: Box | np.ndarray) -> np.ndarray:
    """Return points on the part of a path inside a frame, about one per step: its corners may lie far outside."""
    parts = Path(np.asarray(path, float)).cleaned(clip=tuple(frame), simplify=False).to_polygons(closed_only=False)
    legs = [leg for part in map(np.asarray, parts) for leg in zip(part[:-1], part[1:], strict=True)]
    return np.concatenate([np.zeros((0, 2)), *(np.linspace(a, b, 2 + int(np.hypot(*(b - a)) / step)) for a, b in legs)])
