"""A daily series over time: median and bands over the replications, and the events below them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from matplotlib.typing import LineStyleType

from sim.errors import InputError, clip, suggestion
from sim.plots.drawing.colours_and_type import COLOURS, LINES, MARKERS, MOST_TOGETHER, SIDE_COLOURS, points
from sim.plots.drawing.date_axis import LETTER, number_of, set_dates
from sim.plots.drawing.event_rows import TEXT_PT, Mark, draw_marks, marks_of, that_fit
from sim.plots.drawing.label_spacing import spread
from sim.plots.drawing.labelled_figure import (
    Source,
    check_number,
    describe,
    label_of,
    n_replications,
    name_lines,
    prepare,
    results_of,
    set_title,
    set_y_label,
    size_pt,
    style_for,
)  # fmt: skip
from sim.results.number_format import percent, rounded
from sim.results.result import Result
from sim.scenario.strengths import who_counts_in
from sim.scenario.teaching_label import what_varies

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_NAME_PT, _NAME_LETTERS = 13, 24  # font size of a curve's name, and the most letters on one line of it
_MOST_FANS = 4  # more curves have no outer bands
_LETTER, _LINE = 0.72, 1.3  # width of a bold letter and height of a line, in font sizes
TITLES = {
    "advance_km": ("Mean advance along the front", "km"),
    "area_changed_km2": ("Ground taken by the attacker", "km²"),
    "city_share_held": ("Share of the city held by the defender", "% of its cells"),
    "flot_displacement_km": ("Advance of the front, by axis of advance", "km"),
    "supply_level": ("Supply level of the defender, by axis of advance", "share of the demand"),
    "attacker_supply_level": ("Supply level of the attacker, by axis of advance", "share of the demand"),
    "readiness": ("Readiness of the attacker, by axis of advance", "share of the groups"),
    "throughput_t": ("Supplies that can reach each settlement", "t per day"),
    "flags_planted": ("Flags planted since the start", "flags"),
    "losses": ("Losses since the start, by side", "soldiers"),
    "pool_soldiers": ("Attackers ready but not sent forward", "soldiers"),
    "reserve_soldiers": ("Uncommitted reserve of the defender", "soldiers"),
    "soldiers": ("Soldiers in the theatre, by side", "soldiers"),
    "city_share_contested": ("Share of the city that attackers hold or have entered", "share of its cells"),
    "front_to_city_km": ("Distance of the front from the city's centre, by bearing", "km"),
    "assaults_by_axis": ("Assaults begun since the start, by axis of advance", "assaults"),
    "soldiers_by_role": ("Soldiers by what they do", "soldiers"),
    "soldiers_by_axis": ("Soldiers in the line or forward, by axis of advance", "soldiers"),
}

_OF_BOTH_SIDES = ("soldiers", "losses")  # series that set one side beside the other


@dataclass(frozen=True)
class _Curve:
    name: str
    time: np.ndarray
    values: np.ndarray  # replication x time
    colour: str
    line: LineStyleType
    marker: str


def timeline(source: Source, ax: Axes | None = None, variable: str = "area_changed_km2", events: bool = True) -> Axes:
    """Draw a daily series with its spread over the replications, and when events happen in what share of runs.

    `variable` is any series of the result with at most one dimension beside time, such as the side; the scenarios of a
    comparison or of a list of results are drawn together. Events take at most half of the height. Raises InputError
    for another variable, and for more scenarios than there are colours.
    """
    results = results_of(source)
    check_number(results)
    curves = [curve for i, one in enumerate(results) for curve in _curves(one, variable, i, len(results))]
    marks = marks_of(results) if events else []
    with style_for(ax):
        whose = who_counts_in([one.manifest["scenario"] for one in results]) if variable in _OF_BOTH_SIDES else ""
        caption = f"{_caption(results, len(curves), has_events=bool(marks))} {whose}".rstrip()
        ax = prepare(ax, label_of(source), caption)
        for curve in curves:
            _draw(ax, curve, is_wide=len(curves) <= _MOST_FANS)
        _dress(ax, results, variable)
        marks = that_fit(ax, marks)
        texts = _texts(curves, is_share(variable))
        x_text = set_dates(ax, curves[0].time, _text_pt(texts, marks))
        low = ax.get_ylim()[0]
        draw_marks(ax, marks, x_text)
        _name_ends(ax, curves, texts, x_text, low)
        describe(ax, *_alt(results, curves, marks, variable))
    return ax


def _caption(results: list[Result], n_curves: int, has_events: bool) -> str:
    n = n_replications(results[0])
    if n == 1:
        return "1 replication: one run has no interval, and another random seed gives another curve."
    wide = "dark band: the middle 50 % of them; light band: the middle 90 %"
    bands = wide if n_curves <= _MOST_FANS else "bands: the middle 50 % of them"
    return f"Lines: median of {n} replications; {bands}. {what_varies(result.manifest for result in results)}" + (
        " Events: share of runs in which they happen; median and middle 90 % of their first times."
        if has_events
        else ""
    )


def daily(result: Result, variable: str) -> xr.DataArray:
    """Return a daily series with the dimension `replication`; raises InputError for another variable."""
    series = result.series
    if variable not in series or "time" not in series[variable].dims:
        known = [str(name) for name in series.data_vars if "time" in series[name].dims]
        near = suggestion(variable, known) or f"; there are {', '.join(known)}"
        raise InputError([f"variable: no daily series {clip(variable)!r} in the result{near}"])
    data = series[variable]
    return data if "replication" in data.dims else data.expand_dims("replication")


def _curves(result: Result, variable: str, index: int, n_results: int) -> list[_Curve]:
    data, series = daily(result, variable), result.series
    extra = [str(dim) for dim in data.dims if dim not in ("replication", "time")]
    if len(extra) > 1:
        raise InputError(
            [f"variable: {variable} has the dimensions {' and '.join(extra)}; a timeline shows at most one of them"]
        )
    time = series["time"].to_numpy()
    if not extra:
        return [_Curve(result.name, time, data.to_numpy(), COLOURS[index], LINES[index], MARKERS[index])]
    curves = []
    for i, what in enumerate(data[extra[0]].to_numpy()):
        values = data.sel({extra[0]: what}).transpose("replication", "time").to_numpy()
        colour = COLOURS[index] if n_results > 1 else SIDE_COLOURS.get(what, COLOURS[i % MOST_TOGETHER])
        name = f"{result.name}, {what}" if n_results > 1 else str(what)
        marker = MARKERS[(index if n_results > 1 else i) % MOST_TOGETHER]
        curves.append(_Curve(name, time, values, colour, LINES[i % MOST_TOGETHER], marker))
    return curves


def _draw(ax: Axes, curve: _Curve, is_wide: bool) -> None:
    low, lower, middle, upper, high = np.nanquantile(curve.values, QUANTILES, axis=0)
    if len(curve.values) > 1:
        if is_wide:
            ax.fill_between(curve.time, low, high, color=curve.colour, alpha=0.18, linewidth=0, gid="band-90")
        ax.fill_between(
            curve.time, lower, upper, color=curve.colour, alpha=0.35 if is_wide else 0.2, linewidth=0, gid="band-50"
        )
    every = max(1, len(curve.time) // 8)
    ax.plot(
        curve.time, middle, color=curve.colour, linestyle=curve.line, linewidth=points(2.6), marker=curve.marker,
        markersize=points(8), markevery=(every // 2, every), gid="median",
    )  # fmt: skip


def is_share(variable: str) -> bool:
    """Return whether a series is a share of ground, which is shown in per cent."""
    return variable.endswith("share_held")


def title_and_unit(result: Result, variable: str) -> tuple[str, str]:
    """Return the title and the unit of a series."""
    return TITLES.get(variable, (str(result.series[variable].attrs.get("long_name", variable)), ""))


def _dress(ax: Axes, results: list[Result], variable: str) -> None:
    title, unit = title_and_unit(results[0], variable)
    whose = f"{results[0].name}: " if len(results) == 1 else ""
    set_title(ax, whose + title)
    set_y_label(ax, f"{title} ({unit})" if unit else title)
    if is_share(variable):
        ax.set_ylim(0, 1.03)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: percent(y) if is_share(variable) else rounded(y)))
    ax.grid(axis="y", color="#e5e5e5")
    ax.set_axisbelow(True)


def _texts(curves: list[_Curve], as_share: bool) -> list[str]:
    """Return each curve's name and last value; where there are many curves, they share a line."""
    texts = []
    for curve in curves:
        value = float(np.nanmedian(curve.values[:, -1]))
        shown = f"{'median ' * (len(curve.values) > 1)}{percent(value) if as_share else rounded(value)}"
        name = name_lines(curve.name, _NAME_LETTERS)
        texts.append(name + (": " if len(curves) > _MOST_FANS and "\n" not in name else "\n") + shown)
    return texts


def _text_pt(texts: list[str], marks: list[Mark]) -> float:
    return max(
        _LETTER * _NAME_PT * max(len(line) for text in texts for line in text.split("\n")),
        LETTER * TEXT_PT * max((len(mark.text) for mark in marks), default=0),
    )


def _name_ends(ax: Axes, curves: list[_Curve], texts: list[str], x_text: float, low: float) -> None:
    """Write each curve's text beside its end, above `low`; texts do not touch."""
    high = ax.get_ylim()[1]
    height_pt = size_pt(ax)[1] * (high - low) / np.diff(ax.get_ylim())[0]
    values = [float(np.nanmedian(curve.values[:, -1])) for curve in curves]
    ends = sorted(zip(values, curves, texts, strict=True), key=lambda end: end[0])
    lines = [1.25 + text.count("\n") for _, _, text in ends]
    size = min(points(_NAME_PT), height_pt / (_LINE * sum(lines)))
    sizes = [n * _LINE * size / height_pt * (high - low) for n in lines]
    heights = spread([value for value, _, _ in ends], sizes, low, high)
    for (value, curve, text), height in zip(ends, heights, strict=True):
        ax.annotate(
            text, (number_of(curve.time[-1]), value), (x_text, height),
            color=curve.colour, fontsize=size, fontweight="bold", va="center", annotation_clip=False, linespacing=1.1,
            arrowprops={"arrowstyle": "-", "color": curve.colour, "linewidth": 0.8, "relpos": (0, 0.5), "shrinkA": 1},
        )  # fmt: skip


def _alt(results: list[Result], curves: list[_Curve], marks: list[Mark], variable: str) -> tuple[str, str]:
    title, unit = title_and_unit(results[0], variable)
    names = ", ".join(dict.fromkeys(result.name for result in results))
    unit = f" {unit}" if unit and not is_share(variable) else ""
    show = percent if is_share(variable) else rounded
    values = []
    for curve in curves:
        low, middle, high = np.nanquantile(curve.values[:, -1], (0.05, 0.5, 0.95))
        spread_words = f" (middle 90 % of runs {show(low)} to {show(high)})" if len(curve.values) > 1 else ""
        values.append(f"{curve.name} {show(middle)}{unit}{spread_words}")
    text = f"At the end, median of {n_replications(results[0])} replications: {'; '.join(values)}."
    seen = [f"{mark.scenario}, {mark.text}" if len(results) > 1 else mark.text for mark in marks]
    return f"Timeline of {names}: {title}", text + (f" Events: {'; '.join(seen)}." * bool(seen))
