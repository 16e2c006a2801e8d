"""Rows below a timeline's curves, one per event: when it first happened, and in what share of runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from sim.plots.drawing.colours_and_type import COLOURS, INK, MARKERS, points
from sim.plots.drawing.date_axis import number_of
from sim.plots.drawing.labelled_figure import size_pt
from sim.results.event_texts import TURNING_POINTS, first_times
from sim.results.number_format import percent
from sim.results.result import Result

TEXT_PT = 12
_LEAST_SHARE = 0.05  # of the runs: a rarer event has no row
_ROW_PT, _MOST_OF_AXES = 21, 0.5


@dataclass(frozen=True)
class Mark:
    """An event of one scenario: the 5 %, 50 % and 95 % quantiles of its first times (axis units), and its look."""

    kind: str
    scenario: str
    text: str
    times: tuple[float, float, float]
    colour: str
    marker: str


def marks_of(results: list[Result]) -> list[Mark]:
    """Return the turning points that happen in at least 5 % of runs, the most important first, by scenario."""
    marks = []
    for i, result in enumerate(results):
        start = number_of(result.series["time"].to_numpy()[0])
        for row in first_times(result).to_dict("records"):
            if row["kind"] in TURNING_POINTS and row["share"] >= _LEAST_SHARE:
                low, median, high = (start + row[name] for name in ("low", "median", "high"))
                colour = COLOURS[i] if len(results) > 1 else INK
                text = f"{row['words']}: {percent(row['share'])} of runs"
                marks.append(Mark(row["kind"], result.name, text, (low, median, high), colour, MARKERS[i]))
    return marks if len(results) <= 2 else sorted(marks, key=lambda mark: TURNING_POINTS.index(mark.kind))


def that_fit(ax: Axes, marks: list[Mark]) -> list[Mark]:
    """Return the marks that fit into half of the axes' height; the least important kinds are left out entirely."""
    most = int(_MOST_OF_AXES * size_pt(ax)[1] / points(_ROW_PT))
    kinds = [kind for kind in TURNING_POINTS if any(mark.kind == kind for mark in marks)]
    while kinds and sum(mark.kind in kinds for mark in marks) > most:
        kinds.pop()
    return [mark for mark in marks if mark.kind in kinds]


def draw_marks(ax: Axes, marks: list[Mark], x_text: float) -> None:
    """Make room below the curves and draw the marks there, with their texts at `x_text`."""
    if not marks:
        return
    low, high = ax.get_ylim()
    ticks = [tick for tick in ax.get_yticks() if low <= tick <= high]
    share = min(_MOST_OF_AXES, points(_ROW_PT) * len(marks) / size_pt(ax)[1])
    floor = high - (high - low) / (1 - share)
    ax.set_ylim(floor, high)
    ax.set_yticks(ticks)
    for mark, y in zip(marks, np.linspace(low, floor, len(marks), endpoint=False), strict=True):
        draw_mark(ax, mark, y - 0.6 * (low - floor) / len(marks))
        ax.text(
            x_text, y - 0.6 * (low - floor) / len(marks), mark.text, va="center", fontsize=points(TEXT_PT),
            color=mark.colour,
        )  # fmt: skip


def draw_mark(ax: Axes, mark: Mark, y: float) -> None:
    """Draw the middle 90 % of the first times as a bar and their median as a marker."""
    begin, middle, end = mark.times
    ax.plot(
        [begin, end], [y, y], color=mark.colour, linewidth=points(5), alpha=0.4, solid_capstyle="butt", clip_on=False,
        gid="event-90",
    )  # fmt: skip
    ax.plot([middle], [y], color=mark.colour, marker=mark.marker, markersize=points(9), linestyle="none", clip_on=False)
