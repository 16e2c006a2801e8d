"""The event timeline for an after-action review: events in words above weekly counts of frequent events."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, VERMILION, points
from sim.plots.drawing.date_axis import LETTER, number_of, set_dates
from sim.plots.drawing.event_rows import Mark, draw_mark
from sim.plots.drawing.labelled_figure import describe, n_replications, prepare, set_title, size_pt, style_for
from sim.results.event_texts import COUNTED, WORDS, chronicle, first_times
from sim.results.number_format import fixed, percent
from sim.results.result import Result
from sim.scenario.teaching_label import what_varies

MOST_LABELS = 14
_TEXT_PT, _LINE = 12.5, 1.45
_STRIP_PT, _MOST_STRIPS_SHARE = 34, 0.35  # height of a row of weekly counts, and all of them in the axes' height
_STRIP_LETTERS = 46  # letters beside a row of weekly counts
_ATTACKERS = {
    "city_lost", "city_encircled", "city_cut_off", "diversion_returned", "offensive_resumed", "city_entered",
    "symbolic_flag", "line_closed", "attackers_arrive", "brigades_left", "defenders_leave",
}  # fmt: skip
_DEFENDERS = {
    "city_retaken", "encirclement_lifted", "city_reconnected", "line_reopened",
    "force_culminated", "diversion_left", "brigades_returned", "defenders_arrive", "attackers_leave",
}  # fmt: skip


def events(result: Result, ax: Axes | None = None) -> Axes:
    """Draw what happened in a run, in words with day and date, above weekly counts of frequent events.

    At most 14 events are shown, the most important first. For an ensemble, each event is a row: the median and the
    middle 90 % of its first times, and the share of runs in which it happened.
    """
    with style_for(ax):
        ax = prepare(ax, result.label, _caption(result))
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        n = n_replications(result)
        is_ensemble = "replication" in result.events
        set_title(
            ax, f"{result.name}: when events {f'first happen in {n} runs' if is_ensemble else 'happen in one run'}"
        )
        text = _draw_ensemble(ax, result) if is_ensemble else _draw_run(ax, result)
        describe(ax, f"Event timeline of {result.name}", text)
    return ax


def _draw_run(ax: Axes, result: Result) -> str:
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
        shown = sorted(chosen)
        lanes = lanes_of([(begins[i], begins[i] + per_letter * (len(texts[i]) + 2)) for i in shown])
        room = (height - base - size) / (max(lanes, default=0) + 1)
        if room >= _LINE * size or len(chosen) <= 1:
            break
        chosen = chosen[:-1]
    for i, lane in zip(shown, lanes, strict=True):
        y = height - size - lane * min(room, 2.4 * size)
        _draw_label(ax, begins[i], texts[i], table["kind"].iloc[i], (base, y), size)
    listed = "; ".join(texts[i] for i in shown)
    return f"{listed}." if listed else "No notable event happened."


def _letters(ax: Axes, texts: list[str]) -> float:
    """Return the font size at which the longest label takes at most 58 % of the width."""
    longest = max((len(text) for text in texts), default=1)
    return min(points(_TEXT_PT), 0.58 * size_pt(ax)[0] / (LETTER * longest))


def _room_pt(ax: Axes, at: list[float], texts: list[str], size: float) -> float:
    """Return the width to the right of the time axis that labels beginning at these shares of it need."""
    width = size_pt(ax)[0] / points(1)
    needs = [_STRIP_LETTERS * LETTER * _TEXT_PT]
    for share, text in zip(at, texts, strict=True):
        label = LETTER * size * (len(text) + 2)
        needs.append(width - (width - label) / share if share > 0 and share * width > width - label else 0.0)
    return max(needs)


def lanes_of(spans: list[tuple[float, float]]) -> list[int]:
    """Return a lane, counted from the top, for labels that begin at their event, in order of time.

    While an earlier label has not ended, a later one goes below it, so that no label crosses another label or its
    leader line.
    """
    lanes: list[int] = []
    for i, (start, _) in enumerate(spans):
        over = [lanes[j] for j in range(i) if spans[j][1] > start]
        lanes.append(max(over, default=-1) + 1)
    return lanes


def _draw_label(ax: Axes, x: float, text: str, kind: str, ends: tuple[float, float], size: float) -> None:
    """Draw an event's marker, its label and the leader line between them, from the lower to the upper end."""
    (base, y), (colour, marker) = ends, _look(kind)
    ax.plot([x, x], [base, y], color=colour, linewidth=points(1.0), alpha=0.6, gid="leader")
    ax.plot([x], [base], marker, color=colour, markersize=points(9), clip_on=False, zorder=4)
    ax.annotate(
        text, (x, y), (points(4), 0), textcoords="offset points", va="center", fontsize=size, color=colour,
        annotation_clip=False, gid="event",
    )  # fmt: skip


def _look(kind: str) -> tuple[str, str]:
    return (VERMILION, "^") if kind in _ATTACKERS else (BLUE, "o") if kind in _DEFENDERS else (INK, "s")


def _draw_ensemble(ax: Axes, result: Result) -> str:
    table = first_times(result).head(MOST_LABELS)
    texts = [
        f"{words}: {percent(share)} of runs, median day {fixed(median)} ({fixed(low)} to {fixed(high)})"
        for words, share, low, median, high in zip(
            table["words"], table["share"], table["low"], table["median"], table["high"], strict=True
        )
    ]
    time = result.series["time"].to_numpy()
    longest = max((len(text) for text in texts), default=10)
    letters = _letters(ax, texts)
    x_text = set_dates(ax, time, LETTER * max(letters / points(1) * longest, 0.9 * _TEXT_PT * _STRIP_LETTERS))
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
    listed = "; ".join(texts[i] for i in order)
    how = f"Share of {n_replications(result)} runs in which it happened, median and middle 90 % of its first day"
    return f"{how}: {listed}." if listed else "No notable event happened."


def _draw_strips(ax: Axes, result: Result) -> float:
    """Draw a row of weekly counts for each frequent kind and return the height, in points, of the free space above."""
    height, time = size_pt(ax)[1], result.series["time"].to_numpy()
    ax.set_ylim(0, height)
    row_pt = min(points(_STRIP_PT), _MOST_STRIPS_SHARE * height / len(COUNTED))
    weeks = pd.date_range(time[0], time[-1] + np.timedelta64(6, "D"), freq="7D")
    edges = np.array([number_of(week) for week in weeks])
    x_text = number_of(time[-1]) + (ax.get_xlim()[1] - ax.get_xlim()[0]) * 0.012
    is_mean = n_replications(result) > 1
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
            x_text, floor + 0.4 * row_pt, f"{words}: at most {fixed(most)} per week{', mean' * is_mean}", va="center",
            fontsize=min(points(_TEXT_PT) * 0.9, 0.7 * row_pt), color=GREY,
        )  # fmt: skip
    base = len(COUNTED) * row_pt + points(8)
    ax.plot([edges[0], number_of(time[-1])], [base, base], color=INK, linewidth=points(1.5))
    return base


def _caption(result: Result) -> str:
    n = n_replications(result)
    look = "Triangles: in favour of the attacker; circles: of the defender; squares: of neither."
    if "replication" not in result.events:
        return (
            f"1 replication: one run has no interval, and another random seed gives another sequence of events. {look}"
        )
    if n == 1:
        return f"1 replication: one run has no interval. {look}"
    return (
        f"{n} replications; events: share of runs in which they happened, median and middle 90 % of the first times; "
        f"weekly counts: means. {what_varies([result.manifest])} {look}"
    )
