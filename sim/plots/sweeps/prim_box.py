"""Scenario discovery with PRIM: the peeling trajectory, and the box within the ranges of its factors."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from sim.analysis.findings import Analysis
from sim.errors import InputError
from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, VERMILION, points
from sim.plots.drawing.labelled_figure import describe, prepare, set_title, size_pt, style_for
from sim.plots.drawing.point_labels import write_names
from sim.plots.sweeps.captions import ABOVE, LEGEND_PT, caption_of, value_in_words
from sim.plots.sweeps.factor_names import factor_names, in_lines, unit_of
from sim.results.number_format import percent

_NAME_LETTERS = 30  # on one line of a factor's name


def peeling_trajectory(analysis: Analysis, ax: Axes | None = None) -> Axes:
    """Draw density over coverage of every box of PRIM's trajectory, with the number of factors that it limits.

    `analysis` is that of `prim`; the line is that of held-out points, the thin one of the points that made the boxes;
    the star is the chosen box with its intervals.
    """
    steps = analysis.details["trajectory"]
    coverage, density = (analysis.of(name).to_dict("index")["(box)"] for name in ("coverage", "density"))
    with style_for(ax):
        ax = prepare(ax, analysis.label, _caption(analysis, "Bars: 95 % intervals of the chosen box."))
        set_title(ax, f"PRIM boxes for: {_cases(analysis)}")
        ax.plot(
            steps["fitted_coverage"], steps["fitted_density"], "--", color=GREY, linewidth=points(1.5), gid="fitted",
            label="on the points that made the boxes: too good",
        )  # fmt: skip
        ax.plot(
            steps["coverage"], steps["density"], "o-", color=BLUE, markersize=points(8), linewidth=points(1.5),
            label="on held-out points (cross-validation)",
        )  # fmt: skip
        base = float(steps["density"].iloc[0])
        ax.axhline(base, color=GREY, linestyle=(0, (4, 3)), linewidth=1)
        ax.text(0.0, base, f" all points: {percent(base)} are cases", va="bottom", color=GREY, fontsize=points(11.5))
        ax.errorbar(
            [coverage["value"]], [density["value"]], xerr=_bars(coverage), yerr=_bars(density), fmt="*",
            color=VERMILION, ecolor=INK, markersize=points(22), markeredgecolor=INK, capsize=points(4), zorder=5,
            gid="interval",
            label=f"chosen box: coverage {percent(coverage['value'])}, density {percent(density['value'])}",
        )  # fmt: skip
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        ax.grid(color="#e5e5e5")
        ax.set_xlim(-0.02, 1.04)
        ax.set_ylim(0, 1.06)
        ax.set_xlabel("Coverage (% of all cases that are in the box)")
        ax.set_ylabel("Density (% of the box's points that are cases)")
        ax.legend(loc="lower left", bbox_to_anchor=(0.0, 0.0), frameon=True, framealpha=0.9)
        _number_limits(ax, steps, (coverage["value"], density["value"]))
        chosen = f"The chosen box has coverage {percent(coverage['value'])} and density {percent(density['value'])}"
        describe(ax, "Peeling trajectory of PRIM",
                 f"{chosen} on held-out points. Of all points {percent(base)} are cases.")  # fmt: skip
    return ax


def _bars(row: dict[Hashable, Any]) -> list[list[float]]:
    """Return the lengths of an interval's two parts, 0 where there is none."""
    return [[float(np.nan_to_num(row["value"] - row["low"]))], [float(np.nan_to_num(row["high"] - row["value"]))]]


def _number_limits(ax: Axes, steps: pd.DataFrame, chosen: tuple[float, float]) -> None:
    """Write the number of factors that a box limits, at the last box with that number."""
    last = steps[~steps["n_restricted"].duplicated(keep="last")]
    names = [f"{n} factor{'' if n == 1 else 's'}" for n in last["n_restricted"]]
    others = steps.drop(index=last.index)
    places = [*zip(last["coverage"], last["density"], strict=True), chosen,
              *zip(others["coverage"], others["density"], strict=True)]  # fmt: skip
    write_names(ax, [x for x, _ in places], [y for _, y in places], names, points(11))


def discovery_box(analysis: Analysis, ax: Axes | None = None) -> Axes:
    """Draw one row per limited factor: its whole range and the part inside the box, the strongest limit first.

    Black lines are the middle 80 % of the limits in half samples; other lines the limits for fewer and for more cases.
    `analysis` is that of `prim`. Raises InputError for a box that limits no factor.
    """
    if analysis.details["box"].empty:
        raise InputError([f"{analysis.outcome}: the box limits no factor; there is nothing to draw"])
    limits, names = analysis.details["box"], factor_names(analysis.details["box"]["factor"])
    coverage, density = (_with_interval(analysis, name) for name in ("coverage", "density"))
    with style_for(ax):
        ax = prepare(ax, analysis.label, _caption(analysis, ""))
        set_title(ax, f"PRIM box for: {_cases(analysis)}", LEGEND_PT)
        ax.set_xlabel(f"On held-out points: coverage {coverage}, density {density}")
        rows = limits.to_dict("records")
        size = min(points(14), 0.3 * size_pt(ax)[1] / (len(rows) + 1))
        for place, row in enumerate(rows):
            _draw_limits(ax, row, -place, size)
            _draw_changes(ax, row, -place, analysis.details)
        ax.set_yticks(
            range(0, -len(rows), -1), [in_lines(_with_unit(names, row["factor"]), _NAME_LETTERS) for row in rows]
        )
        ax.tick_params(axis="y", labelsize=size, length=0)
        ax.set_ylim(0.5 - len(rows), 0.7)
        ax.set_xlim(-0.02, 1.42)
        ax.set_xticks([])
        if ax.get_legend_handles_labels()[1]:
            ax.legend(**ABOVE, ncols=3)
        ax.spines[["left", "bottom"]].set_visible(False)
        describe(ax, "Box of PRIM", _in_words(rows, names))
    return ax


def _draw_limits(ax: Axes, row: dict[Hashable, Any], y: float, size: float) -> None:
    thick: dict[str, Any] = {"height": 0.36, "zorder": 2}
    ax.barh(y, 1.0, color="#e8e8e8", edgecolor=GREY, **thick)
    for low, high, name, is_inside in _parts(row):
        if is_inside:
            ax.barh(y, high - low, left=low, color=VERMILION, edgecolor=INK, hatch="///", **thick)
        if name:
            ax.text((low + high) / 2, y - 0.21, name, ha="center", va="top", fontsize=0.85 * size,
                    fontweight="bold" if is_inside else "normal")  # fmt: skip
    if not row["categories"]:
        for x, side, value in ((0.0, "left", row["lowest"]), (1.0, "right", row["highest"])):
            ax.text(x, y + 0.21, value_in_words(value), ha=side, va="bottom", fontsize=0.8 * size, color=GREY)
        for x, value in _ends(row):
            ax.text(x, y - 0.21, value_in_words(value), ha="center", va="top", fontsize=0.85 * size, fontweight="bold")
    p = "< 0.001" if row["quasi_p"] < 0.001 else f"= {row['quasi_p']:.3f}"
    ax.text(1.04, y, f"quasi-p {p}\nin {percent(row['reproduced'])} of half samples", va="center", fontsize=0.8 * size)


def _draw_changes(ax: Axes, row: dict[Hashable, Any], y: float, details: Mapping[str, pd.DataFrame]) -> None:
    """Draw how the limits change between half samples, and with the number of cases; not for categories."""
    others, n_cases = details["thresholds"], int(details["points"]["is_case"].sum())
    if row["categories"]:
        return
    known = ax.get_legend_handles_labels()[1]

    def named(label: str) -> str:
        return "" if label in known else label

    for name, is_cut in (("low", row["low"] > row["lowest"]), ("high", row["high"] < row["highest"])):
        if not is_cut:
            continue
        if np.isfinite(row[f"{name}_from"]):
            ends = [_place(row, row[f"{name}_{end}"]) for end in ("from", "to")]
            ax.plot(ends, [y, y], "|-", color=INK, linewidth=points(3), markersize=points(14), zorder=5, gid="halves",
                    label=named("limit in half samples (middle 80 %)"))  # fmt: skip
            known.append("limit in half samples (middle 80 %)")
        for _, own in others.groupby("cases", sort=False):
            is_more = own["n_cases"].iloc[0] > n_cases
            style, word = ((0, (1, 1)), "more") if is_more else ("--", "fewer")
            for value in own.loc[own["factor"] == row["factor"], name]:
                ax.plot([_place(row, value)] * 2, [y - 0.18, y + 0.18], color=BLUE, linestyle=style, zorder=4,
                        linewidth=points(3), gid="threshold", label=named(f"a third {word} cases"))  # fmt: skip
                known.append(f"a third {word} cases")


def _place(row: dict[Hashable, Any], value: float) -> float:
    return float((value - row["lowest"]) / (row["highest"] - row["lowest"]))


def _with_interval(analysis: Analysis, name: str) -> str:
    """Return a share in per cent with its interval."""
    row = analysis.of(name).to_dict("index")["(box)"]
    ends = f" ({percent(row['low'])} to {percent(row['high'])})" if np.isfinite(row["low"]) else ""
    return percent(row["value"]) + ends


def _parts(row: dict[Hashable, Any]) -> list[tuple[float, float, str, bool]]:
    """Return the parts of the range as shares of it: low, high, name, and whether it is inside."""
    if row["categories"]:
        names, inside = row["all_categories"].split(", "), row["categories"].split(", ")
        return [(i / len(names), (i + 1) / len(names), name, name in inside) for i, name in enumerate(names)]
    width = row["highest"] - row["lowest"]
    return [((row["low"] - row["lowest"]) / width, (row["high"] - row["lowest"]) / width, "", True)]


def _ends(row: dict[Hashable, Any]) -> list[tuple[float, float]]:
    """Return the limits that cut off part of the range: their positions and values."""
    ((low, high, *_),) = _parts(row)
    return [(place, row[name]) for place, name, is_cut in ((low, "low", low > 0), (high, "high", high < 1)) if is_cut]


def _in_words(rows: list[dict[Hashable, Any]], names: dict[str, str]) -> str:
    return " ".join(
        f"{_with_unit(names, row['factor'])}: " + (row["categories"] if row["categories"] else
                                f"{value_in_words(row['low'])} to {value_in_words(row['high'])}") + "."
        for row in rows
    )  # fmt: skip


def _with_unit(names: dict[str, str], path: str) -> str:
    unit = unit_of(path)
    return f"{names[path]} ({unit})" if unit else names[path]


def _cases(analysis: Analysis) -> str:
    return str(analysis.details["cases"]["cases"].iloc[0])


def _caption(analysis: Analysis, bars: str) -> str:
    n = int(analysis.details["points"]["is_case"].sum())
    return caption_of(analysis.noise, f"{n} of the points are cases. {bars}".strip())
