"""Place names on a map, each at a position where it covers no other place and no other name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text

from sim.plots.drawing.colours_and_type import points
from sim.plots.drawing.labelled_figure import figure_of, size_pt
from sim.world.map_values import Settlement

PLATE = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}

Box = tuple[float, float, float, float]

# Positions of a name relative to its place: below it first, then around it; 1 is beside it.
_STEPS = (0.0, -0.5, 0.5, -1.0, 1.0)
_SIDES = tuple((dx, dy) for dy in (-1.0, 1.0, 0.5, -0.5, 0.0) for dx in _STEPS if 1.0 in (abs(dx), abs(dy)))
# Cost of covering a square kilometre of a text, of a place or of a path.
_TEXT, _PLACE, _PATH = 10.0, 3.0, 1.0
_TOUCH = 1000.0  # cost of touching a text at all
_PATH_PT = 9  # breadth of a path that a name should not cover
_LETTER, _LINE = 0.66, 1.5  # width and height of a letter with its margin, in font sizes


def write_place_names(
    ax: Axes,
    places: Sequence[Settlement],
    texts: Sequence[Text],
    paths: Sequence[list[list[float]]],
    boxes: Sequence[Box] = (),
) -> None:
    """Write the names of the places within the axes' limits, clear of existing texts, boxes and paths (in km).

    The name of the contested city is placed first and is larger.
    """
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    places = [place for place in places if x0 < place.x_km < x1 and y0 < place.y_km < y1]
    figure_of(ax).draw_without_rendering()
    km_per_point, km_per_point_up = (x1 - x0) / size_pt(ax)[0], (y1 - y0) / size_pt(ax)[1]
    to_km = ax.transData.inverted().transform_bbox
    taken = [(_PLACE, _around(place.x_km, place.y_km, place.radius_km, place.radius_km)) for place in places]
    taken += [(_TEXT, box) for box in boxes]
    taken += [(_TEXT, to_km((text.get_bbox_patch() or text).get_window_extent()).extents) for text in texts]
    reach = points(_PATH_PT) * km_per_point
    taken += [(_PATH, _around(x, y, reach / 2, reach / 2)) for path in paths for x, y in points_on(path, reach)]
    for place in sorted(places, key=lambda place: not place.is_contested_city):
        size = points(15 if place.is_contested_city else 12)
        width, height = _LETTER * size * len(place.name) * km_per_point, _LINE * size * km_per_point_up
        boxes = [_beside(place, width, height, dx, dy) for dx, dy in _SIDES]
        costs = [
            sum(_cost(box, weight, other) for weight, other in taken) + _TEXT * _outside(box, (x0, y0, x1, y1))
            for box in boxes
        ]
        box = boxes[int(np.argmin(costs))]
        taken.append((_TEXT, box))
        ax.text(
            (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, place.name, ha="center", va="center", fontsize=size,
            fontweight="bold" if place.is_contested_city else "normal", bbox=PLATE, zorder=5,
        )  # fmt: skip


def _around(x: float, y: float, half_width: float, half_height: float) -> Box:
    return x - half_width, y - half_height, x + half_width, y + half_height


def _beside(place: Settlement, width: float, height: float, dx: float, dy: float) -> Box:
    x = place.x_km + dx * (place.radius_km + width / 2)
    y = place.y_km + dy * (place.radius_km + height / 2)
    return _around(x, y, width / 2, height / 2)


def points_on(path: list[list[float]], step_km: float) -> np.ndarray:
    """Return points on a path, about one per step."""
    legs = zip(np.asarray(path[:-1]), np.asarray(path[1:]), strict=True)
    return np.concatenate([np.linspace(a, b, 1 + round(np.hypot(*(b - a)) / step_km)) for a, b in legs])


def _cost(box: Box, weight: float, other: Box) -> float:
    overlap = _overlap(box, other)
    return weight * overlap + (_TOUCH if weight == _TEXT and overlap > 0.0 else 0.0)


def _overlap(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _outside(box: Box, frame: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1]) - _overlap(box, frame)
