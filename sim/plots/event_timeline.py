"""The event timeline for after-action review: what happened when, in words, over weekly counts of frequent events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, VERMILLION, points
from sim.plots.drawing.date_axis import LETTER, number_of, set_dates
from sim.plots.drawing.event_rows import Mark, draw_mark
from sim.plots.drawing.labelled_figure import describe, n_replications, prepare, set_title, size_pt, style_for
from sim.results.event_texts import COUNTED, WORDS, chronicle, first_times
from sim.results.outcome_wording import percent
from sim.scenario.teaching_label import what_varies

if TYPE_CHECKING:
    from sim.results.result import Result

MOST_LABELS = 14
_TEXT_PT, _LINE = 12.5, 1.45
_STRIP_PT, _MOST_STRIPS_SHARE = 34, 0.35  # height of a row of weekly counts, and all of them in the axes' height
_STRIP_WORDS = 32  # letters beside a row of weekly counts
_ATTACKERS = {
    "city_lost", "city_encircled", "city_cut_off", "diversion_returned", "offensive_resumed", "city_entered",
    "symbolic_flag", "line_closed",
}  # fmt: skip
_DEFENDERS = {
    "reserve_committed", "reserve_arrived", "city_retaken", "encirclement_lifted", "city_reconnected", "line_reopened",
    "force_culminated",
}  # fmt: skip


def events(result: Result, ax: Axes | None = None) -> Axes:
    """Draw what happened in a run, in words with day and date, over weekly counts of what happened too often to tell.

    At most fourteen events are told, the most telling first. Of an ensemble each event is a row: the median and the
    middle 90 % of its first times, and the share of the runs that saw it.
    """
    with style_for(ax):
        ax = prepare(ax, result.label, _caption(result))
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        n = n_replications(result)
        what = f"{result.name}: what happened when" + (f", in {n} runs" if "replication" in result.events else "")
        set_title(ax, what)
        told = _draw_many(ax, result) if "replication" in result.events else _draw_one(ax, result)
        describe(ax, f"Event timeline of {result.name}", told)
    return ax


def _draw_one(ax: Axes, result: Result) -> str:
    table = chronicle(result)
    rank = table["kind"].map(list(WORDS).index).to_numpy(int)
    texts = [
        f"day {row['day']} ({row['date'].day} {row['date']:%b}): {row['what']}" for row in table.to_dict("records")
    ]
    time = result.series["time"].to_numpy()
    at = [day / max(1, len(time) - 1) for day in table["day"]]
    set_dates(ax, time, _room_pt(ax, at, texts, _letters(ax, texts) / points(1)))
    base = _draw_strips(ax, result)
    height, (x0, x1) = size_pt(ax)[1], ax.get_xlim()
    size = _letters(ax, texts)
    per_letter = LETTER * size * (x1 - x0) / size_pt(ax)[0]
    chosen = np.argsort(rank, kind="stable")[:MOST_LABELS]
    begins = [number_of(time[0]) + float(day) for day in table["day"]]
    while True:
        kept = sorted(chosen)
        lanes = lanes_of([(begins[i], begins[i] + per_letter * (len(texts[i]) + 2)) for i in kept])
        room = (height - base - size) / (max(lanes, default=0) + 1)
        if room >= _LINE * size or len(chosen) <= 1:
            break
        chosen = chosen[:-1]
    for i, lane in zip(kept, lanes, strict=True):
        y = height - size - lane * min(room, 2.4 * size)
        _draw_label(ax, begins[i], texts[i], table["kind"].iloc[i], base, y, size)
    told = "; ".join(f"{texts[i]}" for i in kept)
    return f"{told}." if told else "Nothing of note happened."


def _letters(ax: Axes, texts: list[str]) -> float:
    """Return the size of letters at which the longest label takes up to half of the width."""
    longest = max((len(text) for text in texts), default=1)
    return min(points(_TEXT_PT), 0.5 * size_pt(ax)[0] / (LETTER * longest))


def _room_pt(ax: Axes, at: list[float], texts: list[str], size: float) -> float:
    """Return the width that labels beginning at these shares of the time axis need behind its end."""
    width = size_pt(ax)[0] / points(1)
    needs = [_STRIP_WORDS * LETTER * _TEXT_PT]
    for share, text in zip(at, texts, strict=True):
        label = LETTER * size * (len(text) + 2)
        needs.append(width - (width - label) / share if share > 0 and share * width > width - label else 0.0)
    return max(needs)


def lanes_of(spans: list[tuple[float, float]]) -> list[int]:
    """Return a lane, counted from the top, for labels that begin at their event, in the order of time.

    While an earlier label is not over, a later one goes below it: no label crosses another, nor a line that leads up
    to one.
    """
    lanes: list[int] = []
    for i, (start, _) in enumerate(spans):
        over = [lanes[j] for j in range(i) if spans[j][1] > start]
        lanes.append(max(over, default=-1) + 1)
    return lanes


def _draw_label(ax: Axes, x: float, text: str, kind: str, base: float, y: float, size: float) -> None:
    colour, marker = _look(kind)
    ax.plot([x, x], [base, y], color=colour, linewidth=points(1.0), alpha=0.6, gid="leader")
    ax.plot([x], [base], marker, color=colour, markersize=points(9), clip_on=False, zorder=4)
    ax.annotate(
        text, (x, y), (points(4), 0), textcoords="offset points", va="center", fontsize=size, color=colour,
        annotation_clip=False, gid="event",
    )  # fmt: skip


def _look(kind: str) -> tuple[str, str]:
    return (VERMILLION, "^") if kind in _ATTACKERS else (BLUE, "o") if kind in _DEFENDERS else (INK, "s")


def _draw_many(ax: Axes, result: Result) -> str:
    table = first_times(result).head(MOST_LABELS)
    texts = [
        f"{words}: {percent(share)}, day {median:.0f} ({low:.0f} to {high:.0f})"
        for words, share, low, median, high in zip(
            table["words"], table["share"], table["low"], table["median"], table["high"], strict=True
        )
    ]
    time = result.series["time"].to_numpy()
    longest = max((len(text) for text in texts), default=10)
    letters = _letters(ax, texts)
    x_text = set_dates(ax, time, LETTER * max(letters / points(1) * longest, 0.9 * _TEXT_PT * _STRIP_WORDS))
    base, height, start = _draw_strips(ax, result), size_pt(ax)[1], number_of(time[0])
    order = table["median"].argsort().to_numpy()
    room = (height - base) / max(1, len(table))
    size = min(letters, room / _LINE)
    for place, i in enumerate(order):
        row, y = table.iloc[i], height - (place + 0.5) * room
        colour, marker = _look(row["kind"])
        times = (start + row["low"], start + row["median"], start + row["high"])
        draw_mark(ax, Mark(row["kind"], result.name, texts[i], times, colour, marker), y)
        ax.text(x_text, y, texts[i], va="center", fontsize=size, color=colour, gid="event")
    told = "; ".join(texts[i] for i in order)
    how = f"Share of {n_replications(result)} runs that saw it, median and middle 90 % of the first day"
    return f"{how}: {told}." if told else "Nothing of note happened."


def _draw_strips(ax: Axes, result: Result) -> float:
    """Draw a row of weekly counts for each frequent kind and return the height, in points, above which all is free."""
    height, time = size_pt(ax)[1], result.series["time"].to_numpy()
    ax.set_ylim(0, height)
    row_pt = min(points(_STRIP_PT), _MOST_STRIPS_SHARE * height / len(COUNTED))
    weeks = pd.date_range(time[0], time[-1] + np.timedelta64(6, "D"), freq="7D")
    edges = np.array([number_of(week) for week in weeks])
    x_text = number_of(time[-1]) + (ax.get_xlim()[1] - ax.get_xlim()[0]) * 0.012
    for place, (kind, words) in enumerate(reversed(COUNTED.items())):
        happened = result.events.loc[result.events["kind"] == kind, "time"]
        counts = np.histogram([number_of(at) for at in happened], edges)[0] / n_replications(result)
        floor, most = place * row_pt, max(1.0, counts.max(initial=0.0))
        widths = np.minimum(edges[1:], number_of(time[-1])) - edges[:-1]
        ax.bar(
            edges[:-1], counts / most * 0.8 * row_pt, 0.9 * widths, floor, align="edge", color=GREY, alpha=0.55,
            gid="weekly",
        )  # fmt: skip
        ax.plot([edges[0], number_of(time[-1])], [floor, floor], color=GREY, linewidth=0.6)
        ax.text(
            x_text, floor + 0.4 * row_pt, f"{words}, most {most:,.0f} a week", va="center",
            fontsize=min(points(_TEXT_PT) * 0.9, 0.7 * row_pt), color=GREY,
        )  # fmt: skip
    base = len(COUNTED) * row_pt + points(8)
    ax.plot([edges[0], number_of(time[-1])], [base, base], color=INK, linewidth=points(1.5))
    return base


def _caption(result: Result) -> str:
    n = n_replications(result)
    look = "Triangles: for the attacker; circles: for the defender; squares: neither."
    if "replication" not in result.events:
        return f"1 replication: one run has no interval; other dice tell another story. {look}"
    if n == 1:
        return f"1 replication: one run has no interval. {look}"
    return (
        f"{n} replications; events: share of runs that saw them, median and middle 90 % of the first times; weekly "
        f"counts: means. {what_varies([result.manifest])} {look}"
    )
