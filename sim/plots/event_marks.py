"""Below a timeline's curves, one row an event: when it first happened, and in which share of the runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from sim.outcomes import percent
from sim.plots.figure import n_replications, size_pt
from sim.plots.style import COLOURS, INK, MARKERS, points

if TYPE_CHECKING:
    from sim.result import Result

TEXT_PT = 12
# Events worth a mark, in words.
_EVENTS = {
    "diversion_returned": "diverted force arrives",
    "reserve_committed": "reserve committed",
    "city_encircled": "city encircled",
    "city_cut_off": "city cut off",
    "city_lost": "city lost",
    "force_culminated": "attack culminated",
    "offensive_resumed": "attack resumed",
    "ceasefire_began": "ceasefire",
}
_SHARE_WORTH_A_MARK = 0.05
_ROW_PT, _MOST_OF_AXES = 21, 0.5


@dataclass(frozen=True)
class Mark:
    """An event of one scenario: first times (5 %, 50 % and 95 % of the runs that saw it) and how it is shown."""

    text: str
    times: pd.Series
    colour: str
    marker: str


def marks_of(results: list[Result]) -> list[Mark]:
    """Return the events that at least one run in twenty saw."""
    marks = []
    colours = COLOURS if len(results) > 1 else (INK,)
    for i, result in enumerate(results):
        for kind, words in _EVENTS.items():
            times = _first_times(result, kind)
            share = len(times) / n_replications(result)
            if share >= _SHARE_WORTH_A_MARK:
                quantiles = times.quantile([0.05, 0.5, 0.95])
                marks.append(Mark(f"{words}: {percent(share)}", quantiles, colours[i], MARKERS[i]))
    return marks


def _first_times(result: Result, kind: str) -> pd.Series:
    events = result.events[result.events["kind"] == kind]
    return events.groupby("replication")["time"].min() if "replication" in events else events["time"].head(1)


def draw_marks(ax: Axes, marks: list[Mark], x_text: float) -> None:
    """Make room below the curves and draw the marks there, their words at `x_text`."""
    if not marks:
        return
    low, high = ax.get_ylim()
    ticks = [tick for tick in ax.get_yticks() if low <= tick <= high]
    share = min(_MOST_OF_AXES, points(_ROW_PT) * len(marks) / size_pt(ax)[1])
    floor = high - (high - low) / (1 - share)
    ax.set_ylim(floor, high)
    ax.set_yticks(ticks)
    for place, mark in enumerate(marks):
        y = low - (low - floor) * (place + 0.6) / len(marks)
        begin, middle, end = mark.times
        ax.plot(
            [begin, end],
            [y, y],
            color=mark.colour,
            linewidth=points(5),
            alpha=0.4,
            solid_capstyle="butt",
            clip_on=False,
        )
        ax.plot(
            [middle], [y], color=mark.colour, marker=mark.marker, markersize=points(9), linestyle="none", clip_on=False
        )
        ax.text(x_text, y, mark.text, va="center", fontsize=points(TEXT_PT), color=mark.colour)
