"""A comparison by outcome: the runs of both scenarios, and the paired difference with its interval."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, VERMILION, points
from sim.plots.drawing.labelled_figure import describe, prepare, set_title, style_for
from sim.results.comparison.comparison import Comparison
from sim.results.number_format import fixed
from sim.results.outcome_wording import measure as measure_of
from sim.scenario.teaching_label import what_varies

# Positions of the two panels within the axes, as shares of them (left, bottom, width, height); text is between them.
_RUNS, _CHANGE = (0.19, 0.0, 0.27, 1.0), (0.565, 0.0, 0.22, 1.0)
_OFFSET = 0.2  # of a scenario's runs from the centre of the row


def comparison(comparison: Comparison, ax: Axes | None = None, variant: int = 0) -> Axes:
    """Draw one row per main outcome: the runs of reference and variant, and the paired difference with its interval.

    Left: every run, each row on its own scale, with the mean (or share of runs) and its 95 % interval. Right: the mean
    paired difference, variant minus reference, in % of the reference's mean (for shares of runs: percentage points).
    """
    comparison = comparison.pair(variant)
    rows = [row for row in _main(comparison) if row["n_pairs"] > 0]
    with style_for(ax):
        ax = prepare(ax, comparison.label, _caption(comparison))
        ax.set_axis_off()
        set_title(ax, f"{comparison.variants[0].name} compared with {comparison.reference.name}", pad=points(34))
        runs, change = ax.inset_axes(_RUNS), ax.inset_axes(_CHANGE)
        for place, row in enumerate(rows):
            _draw_runs(runs, comparison, row, -place)
            _draw_difference(change, row, -place)
        _dress(runs, change, rows)
        _name_scenarios(runs, comparison)
        describe(ax, f"Comparison of {comparison.variants[0].name} with {comparison.reference.name}", _alt(rows))
    return ax


def _main(comparison: Comparison) -> list[dict[Hashable, Any]]:
    return [row for row in comparison.table.to_dict("records") if measure_of(row["outcome"]).is_main]


def _alt(rows: list[dict[Hashable, Any]]) -> str:
    texts = []
    for row in rows:
        measure = measure_of(row["outcome"])
        value, low, high = (measure.show(row[f"difference{end}"], sign=True) for end in ("", "_low", "_high"))
        unit = "percentage points" if measure.is_share else measure.unit
        interval = f" (95 % interval {low} to {high})" if np.isfinite(row["difference_low"]) else ""
        texts.append(f"{measure.title} {value} {unit}{interval}")
    return f"Mean paired difference, variant minus reference: {'; '.join(texts)}."


def _caption(comparison: Comparison) -> str:
    n = comparison.reference.n_replications
    if n == 1:
        return "1 pair of runs with common random numbers: one pair has no interval."
    left_out = [measure_of(row["outcome"]).title for row in _main(comparison) if row["n_pairs"] == 0]
    return (
        f"{n} pairs of runs with common random numbers. Left, points: single runs, each row on its own scale. "
        f"Bars: 95 % intervals of the mean ({_interval_methods(comparison)}). "
        + what_varies([comparison.reference.manifest])
        + (f" Not shown, because no pair has a value in both runs: {', '.join(left_out)}." if left_out else "")
    )


def _interval_methods(comparison: Comparison) -> str:
    return "Student t; shares: Wilson, Newcombe" if comparison.reference.draws is None else "Student t over the samples"


def _draw_runs(ax: Axes, comparison: Comparison, row: dict[Hashable, Any], y: float) -> None:
    measure = measure_of(row["outcome"])
    both = [result.outcomes[row["outcome"]].to_numpy(float) for result in comparison.ensembles]
    low, high = (0.0, 1.0) if measure.is_share else (np.nanmin(both), np.nanmax(both))
    width = (high - low) or 1.0
    for values, what, colour, marker, dy in (
        (both[0], "reference", BLUE, "o", _OFFSET),
        (both[1], "variant", VERMILION, "^", -_OFFSET),
    ):
        if not measure.is_share:
            ax.plot(
                (values - low) / width,
                np.full(len(values), y + dy),
                marker,
                color=colour,
                alpha=0.3,
                markersize=points(6),
            )
        ends = [(row[f"{what}{end}"] - low) / width for end in ("", "_low", "_high")]
        _draw_interval(ax, ends, y + dy, colour, marker)
        ax.annotate(
            measure.show(row[what]),
            (1.07, y + dy),
            va="center",
            color=colour,
            fontsize=points(13),
            annotation_clip=False,
        )


def _draw_interval(ax: Axes, ends: list[float], y: float, colour: str, marker: str) -> None:
    value, low, high = ends
    ax.plot([value], [y], marker, color=colour, markersize=points(11), markeredgecolor=INK, zorder=4)
    if np.isfinite(low):
        lengths = [[max(0.0, value - low)], [max(0.0, high - value)]]
        ax.errorbar(
            [value],
            [y],
            xerr=lengths,
            color=INK,
            elinewidth=points(2.5),
            capsize=points(6),
            capthick=points(2),
            zorder=5,
            gid="interval",
        )


def _draw_difference(ax: Axes, row: dict[Hashable, Any], y: float) -> None:
    measure = measure_of(row["outcome"])
    ends = [row[f"difference{end}"] for end in ("", "_low", "_high")]
    scale = 100.0 if measure.is_share else 100.0 / abs(row["reference"]) if row["reference"] else np.nan
    _draw_interval(ax, [end * scale for end in ends], y, "white", "D")
    unit = "percentage points" if measure.is_share else measure.unit
    text = f"{measure.show(ends[0], sign=True)} {unit}"
    if np.isfinite(ends[1]):
        text += f"\n({measure.show(ends[1], sign=True)} to {measure.show(ends[2], sign=True)})"
    ax.annotate(
        text, (1.05, y), xycoords=ax.get_yaxis_transform(), va="center", fontsize=points(12), annotation_clip=False
    )


def _dress(runs: Axes, change: Axes, rows: list[dict[Hashable, Any]]) -> None:
    for ax in (runs, change):
        ax.set_ylim(0.55 - len(rows), 0.5)
        for place in range(1, len(rows)):
            ax.axhline(0.5 - place, color="#e5e5e5", linewidth=1)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.tick_params(length=0)
    most = max((row["n_pairs"] for row in rows), default=0)
    runs.set_yticks(range(0, -len(rows), -1), [_row_name(row, most) for row in rows])
    runs.set_xticks([])
    runs.set_xlim(-0.06, 1.06)
    change.set_yticks([])
    change.axvline(0, color=GREY, linewidth=1.2, zorder=1)
    left, right = change.get_xlim()
    change.set_xlim(min(left, -10) - 0.06 * (right - left), max(right, 10) + 0.06 * (right - left))
    change.xaxis.set_major_locator(MaxNLocator(5))
    change.xaxis.set_major_formatter(FuncFormatter(lambda x, _: fixed(x, sign=True)))
    change.set_title("Mean difference\n(% of the reference)", fontsize=points(12), fontweight="normal", pad=points(4))
    runs.text(1.07, 1.005, "mean", transform=runs.transAxes, va="bottom", fontsize=points(12))
    change.text(1.05, 1.005, "(95 % interval)", transform=change.transAxes, va="bottom", fontsize=points(12))


def _row_name(row: dict[Hashable, Any], most_pairs: int) -> str:
    measure = measure_of(row["outcome"])
    pairs = f"{row['n_pairs']} pairs" if row["n_pairs"] < most_pairs else ""
    in_brackets = ", ".join(filter(None, (measure.unit, pairs)))
    return f"{measure.title}\n({in_brackets})" if in_brackets else measure.title


def _name_scenarios(ax: Axes, comparison: Comparison) -> None:
    for x, result, colour, marker in (
        (0.0, comparison.reference, BLUE, "●"),
        (0.6, comparison.variants[0], VERMILION, "▲"),
    ):
        ax.text(
            x, 1.02, f"{marker} {result.name}", color=colour, transform=ax.transAxes, fontweight="bold", va="bottom"
        )
