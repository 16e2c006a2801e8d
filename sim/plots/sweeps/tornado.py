"""Tornado and spider: what each factor does on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, VERMILLION, points
from sim.plots.drawing.labelled_figure import describe, draw_now, prepare, set_title, size_pt, style_for
from sim.plots.sweeps.captions import (
    ABOVE,
    LEGEND_PT,
    SEVERAL,
    SEVERAL_LINES,
    SEVERAL_MARKERS,
    Scale,
    and_more,
    apart,
    caption_of,
    plain_axis,
    scale_of,
    short_names,
    value_in_words,
)

if TYPE_CHECKING:
    from sim.analysis.findings import Analysis

_MOST, _MOST_LINES = 20, len(SEVERAL)
_HALF = 0.19  # half the height of a bar; each row has two


def tornado(analysis: Analysis, ax: Axes | None = None, most: int = _MOST) -> Axes:
    """Draw, a row a factor, the outcome at its lowest and highest value around the central one, largest swing first.

    `analysis` is that of `one_at_a_time`. Each row has a bar for the low and one for the high value, so that effects
    to the same side show too; a bar whose interval holds no change is hollow.
    """
    steps, scale = analysis.details["steps"], scale_of(analysis.outcome)
    order = _by_swing(analysis)
    shown, names = order[:most], short_names(order)
    centre = float(steps.loc[steps["is_central"], "mean"].iloc[0]) * scale.factor
    more = and_more(len(order), len(shown))
    bars = "Lines: 95 % intervals of the paired change; hollow bars: the interval holds no change."
    with style_for(ax):
        ax = prepare(ax, analysis.label, caption_of(analysis.noise, bars if analysis.noise.is_known else "", more))
        set_title(ax, f"{scale.measure.title}: one value changed at a time", pad=points(LEGEND_PT))
        size = min(points(13), 0.62 * size_pt(ax)[1] / (len(shown) + 1))
        for place, path in enumerate(shown):
            _draw_row(ax, steps[steps["factor"] == path], -place, scale, centre)
        ax.set_yticks(
            range(0, -len(shown), -1), [_row_name(names[path], steps[steps["factor"] == path]) for path in shown]
        )
        ax.tick_params(axis="y", labelsize=size, length=0)
        ax.set_ylim(0.6 - len(shown), 0.6)
        ax.axvline(centre, color=INK, linewidth=1.4, zorder=3)
        ax.set_xlabel(f"{scale.title}; the line is the central {scale.show(centre / scale.factor)}")
        _dress(ax)
        describe(ax, f"Tornado of {scale.title}", _in_words(analysis, shown, scale))
    return ax


def _by_swing(analysis: Analysis) -> list[str]:
    return [str(path) for path in analysis.of("swing")["value"].sort_values(ascending=False, kind="stable").index]


def _row_name(name: str, steps: pd.DataFrame) -> str:
    low, high = (value_in_words(steps["factor_value"].iloc[place]) for place in (0, -1))
    return f"{name}  ({low} to {high})"


def _draw_row(ax: Axes, steps: pd.DataFrame, y: float, scale: Scale, centre: float) -> None:
    for place, dy, colour, hatch in ((0, _HALF, BLUE, ""), (-1, -_HALF, VERMILLION, "///")):
        step = steps.iloc[place]
        change, low, high = (float(step[name]) * scale.factor for name in ("change", "change_low", "change_high"))
        is_hollow = bool(low <= 0.0 <= high)
        ax.barh(
            y + dy, change, height=2 * _HALF, left=centre, color="white" if is_hollow else colour,
            edgecolor=colour if is_hollow or not hatch else "white",
            hatch=hatch, linewidth=1.2 if is_hollow else 0.0, zorder=2, gid="hollow" if is_hollow else "bar",
        )  # fmt: skip
        if np.isfinite(low):
            # No share is drawn below none or above all.
            least, most = (0.0, scale.factor) if scale.is_bounded else (-np.inf, np.inf)
            ends = np.clip([centre + low, centre + high], least, most)
            arms = np.maximum(0.0, [[centre + change - ends[0]], [ends[1] - centre - change]])
            ax.errorbar(
                [centre + change], [y + dy], xerr=arms, color=INK, elinewidth=points(1.4), capsize=points(3), zorder=4,
                gid="interval",
            )  # fmt: skip


def _dress(ax: Axes) -> None:
    plain_axis(ax, "x")
    ax.grid(axis="x", color="#e5e5e5")
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    handles = [
        Patch(facecolor=BLUE, edgecolor=BLUE, label="lowest value"),
        Patch(facecolor=VERMILLION, edgecolor="white", hatch="///", label="highest value"),
    ]
    ax.legend(handles=handles, ncols=2, **ABOVE)


def _in_words(analysis: Analysis, shown: list[str], scale: Scale) -> str:
    low, high = analysis.of("at_low")["value"], analysis.of("at_high")["value"]
    rows = [
        f"{path} {scale.measure.show(low[path], sign=True)} at its lowest, "
        f"{scale.measure.show(high[path], sign=True)} at its highest value"
        for path in shown[:5]
    ]
    return f"Largest changes, in {scale.change or 'its unit'}: {'; '.join(rows)}."


def spider(analysis: Analysis, ax: Axes | None = None, most: int = _MOST_LINES) -> Axes:
    """Draw the outcome over each factor's range, the others central: a line a factor, the strongest named.

    `analysis` is that of `one_at_a_time`; the range of every factor runs from left to right.
    """
    steps, scale = analysis.details["steps"], scale_of(analysis.outcome)
    order, names = _by_swing(analysis), short_names(analysis.of("swing").index)
    shown = order[: min(most, _MOST_LINES)]
    more = f"{len(order) - len(shown)} weaker factors in grey." if len(order) > len(shown) else ""
    bars = "Bars: 95 % intervals of the mean." if analysis.noise.is_known else ""
    with style_for(ax):
        ax = prepare(ax, analysis.label, caption_of(analysis.noise, bars, more))
        set_title(ax, f"{scale.measure.title} over the range of each value")
        for path in order[len(shown) :]:
            own = steps[steps["factor"] == path]
            ax.plot(own["position"], own["mean"] * scale.factor, color="#bbbbbb", linewidth=1, zorder=1)
        ends = [_draw_line(ax, steps[steps["factor"] == path], i, scale) for i, path in enumerate(shown)]
        ax.set_xticks([0.0, 0.5, 1.0], ["lowest", "middle", "highest"])
        ax.set_xlabel("Place in the factor's range", x=0.35)
        ax.set_ylabel(scale.title)
        plain_axis(ax, "y")
        ax.grid(axis="y", color="#e5e5e5")
        ax.set_xlim(-0.03, 1.5)
        ax.spines["bottom"].set_bounds(0.0, 1.0)
        _name_lines(ax, [names[path] for path in shown], ends)
        describe(ax, f"Spider of {scale.title}", _in_words(analysis, shown, scale))
    return ax


def _draw_line(ax: Axes, steps: pd.DataFrame, i: int, scale: Scale) -> tuple[float, float]:
    x, y = steps["position"].to_numpy(float), steps["mean"].to_numpy(float) * scale.factor
    low, high = (steps[name].to_numpy(float) * scale.factor for name in ("mean_low", "mean_high"))
    if np.isfinite(low).any():
        ax.errorbar(
            x, y, yerr=[np.maximum(0.0, y - low), np.maximum(0.0, high - y)], fmt="none", color=SEVERAL[i],
            elinewidth=points(1.2), capsize=points(3), alpha=0.6, gid="interval",
        )  # fmt: skip
    ax.plot(
        x, y, color=SEVERAL[i], linestyle=SEVERAL_LINES[i], marker=SEVERAL_MARKERS[i], linewidth=points(2.4),
        markersize=points(8), zorder=3,
    )  # fmt: skip
    return float(x[-1]), float(y[-1])


def _name_lines(ax: Axes, names: list[str], ends: list[tuple[float, float]]) -> None:
    draw_now(ax)
    bottom, top = ax.get_ylim()
    gap = 1.35 * points(12) / size_pt(ax)[1] * (top - bottom)
    order = sorted(range(len(ends)), key=lambda i: ends[i][1])
    heights = apart([ends[i][1] for i in order], gap, bottom + gap / 2, top - gap / 2)
    for i, height in zip(order, heights, strict=True):
        ax.annotate(
            names[i], ends[i], (1.07, height), color=SEVERAL[i], fontsize=points(12), fontweight="bold", va="center",
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.7, "relpos": (0, 0.5), "shrinkA": 1},
        )  # fmt: skip
