"""Names on a map, each beside its place where it covers no other name, and as little else as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.text import Text

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
_MOST_LETTERS = 40


@dataclass(frozen=True)
class Named:
    """What has a name on the map: its text, position and radius (km), and the direction in which its name is best."""

    text: Text
    x_km: float
    y_km: float
    radius_km: float = 0.0
    towards: tuple[float, float] = (0.0, -1.0)


def short(name: str, letters: int = _MOST_LETTERS) -> str:
    """Return a name of at most so many letters."""
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


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
    taken = [_grown(_extent(text), 2 * px) for text in texts] + [
        np.concatenate([to_px(box[:2]), to_px(box[2:])]) for box in boxes
    ]
    covered = [(cost, points_on(to_px(line), _STEP_PT * px, frame)) for cost, line in lines]
    covered += [(cost, to_px(at)) for cost, at in spots if len(at)]
    for thing in things:
        at = to_px((thing.x_km, thing.y_km))
        radius = np.abs(to_px((thing.x_km + thing.radius_km, thing.y_km + thing.radius_km)) - at)
        extent = _extent(thing.text)
        half = np.array([extent[2] - extent[0], extent[3] - extent[1]]) / 2
        box, centre = _best(at, radius, half + _PAD_PT / 2 * px, thing.towards, (frame, taken, covered))
        taken.append(box)
        thing.text.set_position(ax.transData.inverted().transform(centre))


def _best(
    at: np.ndarray,
    radius: np.ndarray,
    half: np.ndarray,
    towards: tuple[float, float],
    around: tuple[np.ndarray, list[np.ndarray], list[tuple[float, np.ndarray]]],
) -> tuple[np.ndarray, np.ndarray]:
    frame, taken, covered = around
    near = np.argsort(-_SIDES @ np.asarray(towards), kind="stable")
    best, least = (np.zeros(4), at), np.inf
    for distance in _DISTANCES:
        for rank, side in enumerate(_SIDES[near]):
            centre = at + side * (radius + half * (1 + distance * np.array([half[1] / half[0], 1.0])))
            box = np.concatenate([centre - half, centre + half])
            cost = _POSITION * rank + _DISTANCE * distance
            cost += _TOUCH * (np.any(box[:2] < frame[:2]) + np.any(box[2:] > frame[2:]))
            cost += sum(_TOUCH for other in taken if np.all(box[:2] < other[2:]) and np.all(other[:2] < box[2:]))
            cost += sum(
                weight * np.count_nonzero(np.all((box[:2] < line) & (line < box[2:]), axis=1))
                for weight, line in covered
            )
            if cost < least:
                best, least = (box, centre), cost
    return best


def _extent(text: Text) -> np.ndarray:
    return np.asarray((text.get_bbox_patch() or text).get_window_extent().extents)


def _grown(box: np.ndarray, by: float) -> np.ndarray:
    return box + by * np.array([-1, -1, 1, 1])


def points_on(path: Sequence[Sequence[float]] | np.ndarray, step: float, frame: Box | np.ndarray) -> np.ndarray:
    """Return points on the part of a path inside a frame, about one per step: its corners may lie far outside."""
    parts = Path(np.asarray(path, float)).cleaned(clip=tuple(frame), simplify=False).to_polygons(closed_only=False)
    legs = [leg for part in parts for leg in zip(part[:-1], part[1:], strict=True)]
    return np.concatenate([np.zeros((0, 2)), *(np.linspace(a, b, 2 + int(np.hypot(*(b - a)) / step)) for a, b in legs)])
