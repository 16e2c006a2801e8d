"""A comparison by outcome: the runs of both scenarios, and the paired difference with its interval."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, VERMILION, points
from sim.plots.drawing.labelled_figure import describe, draw_now, prepare, set_title, short, size_pt, style_for
from sim.results.comparison.comparison import Comparison
from sim.results.comparison.comparison_wording import shown_rows, title, unequal_ends
from sim.results.number_format import fixed, with_unit
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Ensemble
from sim.scenario.teaching_label import what_varies

# Left edges and widths of the two panels, as shares of the axes; text is between them.
_RUNS, _CHANGE = (0.19, 0.27), (0.565, 0.22)
_OFFSET = 0.25  # of a scenario's runs from the centre of the row
_HEAD_PT, _NAME_LETTERS, _UNIT_LETTERS = 78, 44, 30
_ROW_LINES = 2.95  # height of a row, in font sizes, at which its two lines of text fit
_LEAST_PERCENT, _MOST_PERCENT = 10.0, 200.0  # ends of the axis: a change beyond is shown as an arrow and in words

Row = dict[Hashable, Any]


def comparison(comparison: Comparison, ax: Axes | None = None, variant: int = 0) -> Axes:
    """Draw one row per main outcome: the runs of reference and variant, and the paired difference with its interval.

    Left: every run, each row on its own scale, with the mean (or share of runs) and its 95 % interval. Right: the mean
    paired difference, variant minus reference: shares of runs at the top in percentage points, all else below in % of
    the reference's mean. A filled diamond is a clear difference.
    """
    comparison = comparison.pair(variant)
    rows = [row for row in _main(comparison) if row["n_pairs"] > 0]
    rows.sort(key=lambda row: not measure_of(row["outcome"]).is_share)
    with style_for(ax):
        ax = prepare(ax, comparison.label, _caption(comparison))
        ax.set_axis_off()
        names = [short(result.name, _NAME_LETTERS) for result in (comparison.variants[0], comparison.reference)]
        set_title(ax, " compared with ".join(names), pad=points(_HEAD_PT))
        draw_now(ax)
        size = min(points(13), size_pt(ax)[1] / max(1, len(rows)) / _ROW_LINES)
        runs = ax.inset_axes((_RUNS[0], 0.0, _RUNS[1], 1.0))
        for place, row in enumerate(rows):
            _draw_runs(runs, comparison.compared(), row, -place, size)
        _dress(runs, len(rows))
        _name_rows(runs, rows, size)
        _draw_differences(ax, rows, size)
        _name_scenarios(ax, comparison)
        describe(ax, f"Comparison of {comparison.variants[0].name} with {comparison.reference.name}", _alt(rows))
    return ax


def _main(comparison: Comparison) -> list[Row]:
    return shown_rows(comparison, is_whole=False)


def _alt(rows: list[Row]) -> str:
    texts = []
    for row in rows:
        measure = measure_of(row["outcome"])
        value, low, high = (measure.show(row[f"difference{end}"], sign=True) for end in ("", "_low", "_high"))
        unit = "percentage points" if measure.is_share else measure.unit
        interval = f" (95 % interval {low} to {high})" if np.isfinite(row["difference_low"]) else ""
        texts.append(f"{measure.title} {with_unit(value, unit)}{interval}")
    return f"Mean paired difference, variant minus reference: {'; '.join(texts)}."


def _caption(comparison: Comparison) -> str:
    n = comparison.reference.n_replications
    ends = f" {unequal_ends(comparison)[0].partition('. sim run')[0]}." if unequal_ends(comparison) else ""
    if n == 1:
        return f"1 pair of runs with common random numbers: one pair has no interval.{ends}"
    left_out = [measure_of(row["outcome"]).title for row in _main(comparison) if row["n_pairs"] == 0]
    asked = " (asked): named beforehand by a question." if any(row["is_asked"] for row in _main(comparison)) else ""
    return (
        f"{n} pairs of runs with common random numbers. Left, points: single runs, each row on its own scale. "
        f"Bars: 95 % intervals of the mean ({_interval_methods(comparison)}). "
        "Filled diamonds: clear differences (unless asked, after Holm's adjustment)."
        f"{asked} "
        + what_varies([comparison.reference.manifest])
        + ends
        + (f" Not shown, because no pair has a value in both runs: {', '.join(left_out)}." if left_out else "")
    )


def _interval_methods(comparison: Comparison) -> str:
    methods = "by kind of outcome; no bar where none holds"
    return methods if comparison.reference.draws is None else f"over the Latin hypercubes, {methods}"


def _draw_runs(ax: Axes, pair: tuple[Ensemble, Ensemble], row: Row, y: float, size: float) -> None:
    measure = measure_of(row["outcome"])
    both = [result.outcomes[row["outcome"]].to_numpy(float) for result in pair]
    shown = [
        *both[0],
        *both[1],
        *(row[f"{what}_{end}"] for what in ("reference", "variant") for end in ("low", "high")),
    ]
    low, high = (0.0, 1.0) if measure.is_share else (np.nanmin(shown), np.nanmax(shown))
    width = (high - low) or 1.0
    for values, what, colour, marker, dy in (
        (both[0], "reference", BLUE, "o", _OFFSET),
        (both[1], "variant", VERMILION, "^", -_OFFSET),
    ):
        if not measure.is_share:
            at = (values - low) / width
            ax.plot(at, np.full(len(values), y + dy), marker, color=colour, alpha=0.3, markersize=0.46 * size)
        ends = [(row[f"{what}{end}"] - low) / width for end in ("", "_low", "_high")]
        _draw_interval(ax, ends, y + dy, colour, marker, size)
        ax.annotate(
            measure.show(row[what]), (1.07, y + dy), va="center", color=colour, fontsize=size, annotation_clip=False
        )


def _draw_interval(ax: Axes, ends: list[float], y: float, colour: str, marker: str, size: float) -> None:
    value, low, high = ends
    ax.plot([value], [y], marker, color=colour, markersize=0.85 * size, markeredgecolor=INK, zorder=6)
    if np.isfinite(low):
        lengths = [[max(0.0, value - low)], [max(0.0, high - value)]]
        ax.errorbar(
            [value], [y], xerr=lengths, color=INK, elinewidth=0.19 * size, capsize=0.46 * size, capthick=0.15 * size,
            zorder=5, gid="interval",
        )  # fmt: skip


def _draw_differences(ax: Axes, rows: list[Row], size: float) -> None:
    """Draw shares of runs on an axis of percentage points at the top, and all else on one of per cent at the bottom."""
    shares = [row for row in rows if measure_of(row["outcome"]).is_share]
    others = rows[len(shares) :]
    head: dict[str, Any] = {"fontsize": points(12), "transform": ax.transAxes, "va": "bottom"}
    up = points(1) / size_pt(ax)[1]
    unit = "percentage points" if shares else "% of the reference"
    ax.text(_CHANGE[0], 1 + (22 if shares else 4) * up, f"Mean difference ({unit})", **head)
    ax.text(sum(_CHANGE) + 0.01, 1 + 4 * up, "(95 % interval)", **head)
    for own, bottom in ((shares, len(others)), (others, 0)):
        if not own:
            continue
        panel = ax.inset_axes((_CHANGE[0], bottom / len(rows), _CHANGE[1], len(own) / len(rows)))
        scales = [100.0 if own is shares else _percent_scale(row) for row in own]
        ends = [[row[f"difference{end}"] * scale for end in ("", "_low", "_high")]
                for row, scale in zip(own, scales, strict=True)]  # fmt: skip
        widest = _widest(ends)
        most = 100.0 if own is shares else min(max(widest, _LEAST_PERCENT), _MOST_PERCENT)
        _dress(panel, len(own))
        panel.set_xlim(-1.12 * most, 1.12 * most)
        panel.axvline(0, color=GREY, linewidth=1.2, zorder=1)
        for place, (row, one) in enumerate(zip(own, ends, strict=True)):
            _draw_difference(panel, row, one, -place, size)
        panel.xaxis.set_major_locator(MaxNLocator(4, symmetric=True))
        panel.xaxis.set_major_formatter(FuncFormatter(lambda x, _: fixed(x, sign=True)))
        panel.tick_params(axis="x", labelsize=points(12))
        if own is shares:
            panel.xaxis.tick_top()
            panel.tick_params(axis="x", length=0)
        else:
            panel.set_xlabel("% of the reference", fontsize=points(12), labelpad=2)


def _percent_scale(row: Row) -> float:
    return 100.0 / abs(row["reference"]) if row["reference"] else np.nan


def _widest(ends: list[list[float]]) -> float:
    return max((abs(end) for one in ends for end in one if np.isfinite(end)), default=0.0)


def _draw_difference(ax: Axes, row: Row, ends: list[float], y: float, size: float) -> None:
    measure, edge = measure_of(row["outcome"]), ax.get_xlim()[1]
    colour = INK if row["is_clear"] else "white"
    if abs(ends[0]) > edge:
        marker = ">" if ends[0] > 0 else "<"
        ax.plot(
            [np.sign(ends[0]) * 0.96 * edge], [y], marker, color=colour, markeredgecolor=INK, markersize=0.85 * size
        )
    else:
        _draw_interval(ax, ends, y, colour, "D", 0.75 * size)
    values = [row[f"difference{end}"] for end in ("", "_low", "_high")]
    unit = "percentage points" if measure.is_share else measure.unit
    text = with_unit(measure.show(values[0], sign=True), short(unit, _UNIT_LETTERS))
    if np.isfinite(values[1]):
        text += f"\n({measure.show(values[1], sign=True)} to {measure.show(values[2], sign=True)})"
    ax.annotate(
        text, (1.05, y), xycoords=ax.get_yaxis_transform(), va="center", fontsize=0.92 * size, annotation_clip=False
    )


def _dress(ax: Axes, n_rows: int) -> None:
    ax.set_ylim(0.5 - n_rows, 0.5)
    for place in range(n_rows + 1):
        ax.axhline(0.5 - place, color="#e5e5e5", linewidth=1)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
    ax.set_yticks([])


def _name_rows(runs: Axes, rows: list[Row], size: float) -> None:
    most = max((row["n_pairs"] for row in rows), default=0)
    runs.set_yticks(range(0, -len(rows), -1), [_row_name(row, most) for row in rows], fontsize=size)
    runs.set_xticks([])
    runs.set_xlim(-0.06, 1.06)
    runs.text(1.07, 1.005, "mean", transform=runs.transAxes, va="bottom", fontsize=points(12))


def _row_name(row: Row, most_pairs: int) -> str:
    measure = measure_of(row["outcome"])
    pairs = f"{row['n_pairs']} pairs" if row["n_pairs"] < most_pairs else ""
    name, asked = title(row, is_brief=True), ""
    if row["is_asked"] and len(name) > _UNIT_LETTERS:
        name, asked = measure.title, "asked"
    in_brackets = ", ".join(filter(None, (asked, measure.unit, pairs)))
    name = short(name, _UNIT_LETTERS)
    return "\n".join([name, *textwrap.wrap(f"({in_brackets})", _UNIT_LETTERS)[:1]]) if in_brackets else name


def _name_scenarios(ax: Axes, comparison: Comparison) -> None:
    """Write the names of both scenarios between the title and the rows."""
    up = points(1) / size_pt(ax)[1]
    for i, (result, colour, marker) in enumerate(
        ((comparison.reference, BLUE, "●"), (comparison.variants[0], VERMILION, "▲"))
    ):
        ax.text(
            0.0, 1 + (58 - 19 * i) * up, f"{marker} {short(result.name, _NAME_LETTERS)}", color=colour,
            transform=ax.transAxes, fontweight="bold", va="bottom",
        )  # fmt: skip
