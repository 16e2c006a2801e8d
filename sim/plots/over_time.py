"""A series over time: the median of the replications, the bands that hold half and nine tenths of them, and events."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sim.outcomes import percent
from sim.plots.event_marks import TEXT_PT, Mark, draw_marks, marks_of
from sim.plots.figure import figure_of, n_replications, prepare, results_of, set_title, size_pt, style_for
from sim.plots.style import COLOURS, LINES, MARKERS, SIDE_COLOURS, points

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.result import Result

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_NAME_PT, _LETTER = 13, 0.68  # size of a curve's name, and the width of a bold letter in sizes
_DATE_PT = 50  # width of a date with the space around it
_STEPS = ("D", "2D", "7D", "14D", "MS", "2MS", "3MS", "6MS", "YS", "2YS", "5YS", "10YS")
_TITLES = {
    "advance_km": ("Mean advance along the front", "km"),
    "area_changed_km2": ("Ground taken by the attacker", "km²"),
    "city_share_held": ("Share of the city held by the defender", ""),
    "flags_planted": ("Flags planted since the start", ""),
    "losses": ("Soldiers lost since the start", ""),
    "pool_soldiers": ("Attackers ready and not sent forward", ""),
    "reserve_soldiers": ("Defender's uncommitted reserve, soldiers", ""),
    "soldiers": ("Soldiers alive in the theatre", ""),
}


@dataclass(frozen=True)
class _Curve:
    name: str
    time: np.ndarray
    values: np.ndarray  # replication x time
    colour: str
    line: str
    marker: str


def timeline(
    result: Result | Comparison, ax: Axes | None = None, variable: str = "area_changed_km2", events: bool = True
) -> Axes:
    """Draw a daily series with its spread over replications, and when what happened in which share of the runs.

    `variable` is any series of the result with at most a side or an axis beside time; a comparison shows reference
    and variant together. Raises ValueError for another variable.
    """
    results = results_of(result)
    curves = [curve for i, one in enumerate(results) for curve in _curves(one, variable, i, len(results))]
    with style_for(ax):
        ax = prepare(ax, result.label, _caption(results))
        for curve in curves:
            _draw(ax, curve)
        _dress(ax, results, variable)
        marks = marks_of(results) if events else []
        x_text = _set_dates(ax, curves, marks)
        draw_marks(ax, marks, x_text)
        _name_ends(ax, curves, x_text, is_share=variable == "city_share_held")
    return ax


def _caption(results: list[Result]) -> str:
    n = n_replications(results[0])
    if n == 1:
        return "1 replication: one run has no interval; other dice give another line."
    return (
        f"Median of {n} replications; dark band: the middle 50 % of them, light band: the middle 90 %. "
        "Bands show chance only, not doubt about the assumed values. "
        "Events: share of runs that saw them; median and middle 90 % of the first times."
    )


def _curves(result: Result, variable: str, index: int, n_results: int) -> list[_Curve]:
    series = result.series
    if variable not in series or "time" not in series[variable].dims:
        known = [str(name) for name in series.data_vars if "time" in series[name].dims]
        near = difflib.get_close_matches(variable, known, 1) or known
        raise ValueError(f"{variable!r} is no series of the result; did you mean {', '.join(near)}?")
    data = series[variable]
    if "replication" not in data.dims:
        data = data.expand_dims("replication")
    extra = [str(dim) for dim in data.dims if dim not in ("replication", "time")]
    if len(extra) > 1:
        raise ValueError(f"{variable!r} has {' and '.join(extra)}: a timeline shows one of them at most")
    time = series["time"].to_numpy()
    if not extra:
        return [_Curve(result.name, time, data.to_numpy(), COLOURS[index], LINES[index], MARKERS[index])]
    curves = []
    for i, what in enumerate(data[extra[0]].to_numpy()):
        values = data.sel({extra[0]: what}).transpose("replication", "time").to_numpy()
        colour = COLOURS[index] if n_results > 1 else SIDE_COLOURS.get(what, f"C{i}")
        name = f"{result.name}, {what}" if n_results > 1 else str(what)
        curves.append(_Curve(name, time, values, colour, ("-", "--", "-.", ":")[i % 4], MARKERS[index]))
    return curves


def _draw(ax: Axes, curve: _Curve) -> None:
    low, lower, middle, upper, high = np.nanquantile(curve.values, QUANTILES, axis=0)
    if len(curve.values) > 1:
        ax.fill_between(curve.time, low, high, color=curve.colour, alpha=0.18, linewidth=0, gid="band-90")
        ax.fill_between(curve.time, lower, upper, color=curve.colour, alpha=0.35, linewidth=0, gid="band-50")
    every = max(1, len(curve.time) // 8)
    ax.plot(
        curve.time, middle, color=curve.colour, linestyle=curve.line, linewidth=points(2.6), marker=curve.marker,
        markersize=points(8), markevery=(every // 2, every), gid="median",
    )  # fmt: skip


def _dress(ax: Axes, results: list[Result], variable: str) -> None:
    data = results[0].series[variable]
    title, unit = _TITLES.get(variable, (str(data.attrs.get("long_name", variable)), ""))
    whose = f"{results[0].name}: " if len(results) == 1 else ""
    set_title(ax, whose + title + (f" ({unit})" if unit else ""))
    if variable == "city_share_held":
        ax.set_ylim(0, 1.03)
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda y, _: percent(y) if variable == "city_share_held" else _number(y))
    )
    ax.grid(axis="y", color="#e5e5e5")
    ax.set_axisbelow(True)


def _set_dates(ax: Axes, curves: list[_Curve], marks: list[Mark]) -> float:
    """Put dates and days of the campaign on the time axis; return where, behind its end, there is room for words."""
    figure_of(ax).draw_without_rendering()
    width = size_pt(ax)[0] / points(1)
    longest = max(
        _LETTER * _NAME_PT * max(len(curve.name) for curve in curves),
        _LETTER * TEXT_PT * max((len(mark.text) for mark in marks), default=0) * 0.85,  # these letters are not bold
    )
    room = min(0.6, (longest + _NAME_PT) / width)
    start, end = _ends(curves[0])
    scale = (end - start) / (1 - room)
    ax.set_xlim(start, start + scale)
    most = max(2, int(width * (1 - room) / _DATE_PT))
    every = (pd.date_range(curves[0].time[0], curves[0].time[-1], freq=step) for step in _STEPS)
    dates = next((dates for dates in every if len(dates) <= most), curves[0].time[:1])
    is_long = end - start > 120
    ticks = [_number_of(date) for date in dates]
    ax.set_xticks(ticks, [_date(tick, tick - start, is_long) for tick in ticks])
    ax.spines["bottom"].set_bounds(start, end)
    return end + scale * 1.3 * _NAME_PT / width


def _ends(curve: _Curve) -> tuple[float, float]:
    return _number_of(curve.time[0]), _number_of(curve.time[-1])


def _number_of(date: Any) -> float:
    return float(mdates.date2num(date))  # type: ignore[no-untyped-call]


def _date(number: float, day: float, is_long: bool) -> str:
    date = mdates.num2date(number)  # type: ignore[no-untyped-call]
    return f"{date:%b}\n{date:%Y}\nd {day:.0f}" if is_long else f"{date.day} {date:%b}\nday {day:.0f}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _name_ends(ax: Axes, curves: list[_Curve], x_text: float, is_share: bool) -> None:
    """Write each curve's name and last value beside its end; names that would touch move apart."""
    low, high = ax.get_ylim()
    gap = 2.6 * points(_NAME_PT) / size_pt(ax)[1] * (high - low)
    end = _ends(curves[0])[1]
    ends = sorted(((float(np.nanmedian(curve.values[:, -1])), curve) for curve in curves), key=lambda pair: pair[0])
    for (value, curve), height in zip(ends, _apart([value for value, _ in ends], gap, high - gap / 2), strict=True):
        number = percent(value) if is_share else _number(value)
        ax.annotate(
            f"{curve.name}\n{number}", (end, value), (x_text, height),
            color=curve.colour, fontsize=points(_NAME_PT), fontweight="bold", va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": curve.colour, "linewidth": 0.8, "relpos": (0, 0.5), "shrinkA": 1},
        )  # fmt: skip


def _apart(heights: list[float], gap: float, top: float) -> list[float]:
    """Return ascending heights moved up until they are a gap apart, then down until the last is below the top."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + gap) if moved else height)
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], top)
        top = moved[i] - gap
    return moved
