"""Names beside the points of a plane, each at a position where it covers no other name and no other point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from sim.plots.drawing.colours_and_type import GREY, INK
from sim.plots.drawing.labelled_figure import draw_now

_LETTER, _LINE = 0.6, 1.3  # width and height of a letter, in font sizes
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_DISTANCES = (0.7, 1.6, 3.0, 4.6, 6.5, 9.0, 12.0)
_FAR = 0.02  # cost of one font size of distance, in units of _AREA covered
_AREA = 9.0  # of a short name, in squares of the font size


def write_names(ax: Axes, x: Sequence[float], y: Sequence[float], names: Sequence[str], size: float) -> None:
    """Write a name, of one line or several, beside each of the first points; names do not cover the other points.

    `size` is in points; a name at a distance from its point has a line to it.
    """
    draw_now(ax)
    scale = size * ax.figure.dpi / 72.0
    places = ax.transData.transform(np.column_stack([x, y]))
    frame = ax.get_window_extent().extents
    taken = [_around(px, py, 0.8 * scale, 0.8 * scale) for px, py in places]
    for name, (px, py) in zip(names, places, strict=False):
        lines = name.split("\n")
        width, height = _LETTER * scale * max(map(len, lines)), _LINE * scale * len(lines)
        best: tuple[float, tuple[float, float, float, float], float] | None = None
        for distance in _DISTANCES:
            for dx, dy in _SIDES:
                centre = px + dx * (distance * scale + width / 2), py + dy * (distance * scale + height / 2)
                box = _around(*centre, width, height)
                covered = sum(_overlap(box, other) for other in taken) + 4 * (width * height - _overlap(box, frame))
                cost = covered / (_AREA * scale**2) + _FAR * distance
                if best is None or cost < best[0]:
                    best = cost, box, distance
        assert best is not None
        _, box, distance = best
        taken.append(box)
        at, point = ax.transData.inverted().transform([((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), (px, py)])
        line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.7} if distance > _DISTANCES[0] else None
        ax.annotate(
            name, tuple(point), tuple(at), ha="center", va="center", fontsize=size, color=INK,
            arrowprops=line, annotation_clip=False, zorder=6, gid="name",
            bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
        )  # fmt: skip


def _around(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(a: Sequence[float], b: Sequence[float]) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
