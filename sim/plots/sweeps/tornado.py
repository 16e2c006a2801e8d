"""Tornado and spider: the effect of each factor when it is changed alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.analysis.findings import Analysis
from sim.analysis.many_comparisons import LEVEL, are_clear
from sim.analysis.one_factor_at_a_time import NONE_JUDGED
from sim.plots.drawing.colours_and_type import BLUE, COLOURS, GREY, INK, LINES, MARKERS, VERMILION, points
from sim.plots.drawing.label_spacing import spread
from sim.plots.drawing.labelled_figure import describe, draw_now, prepare, set_title, set_y_label, size_pt, style_for
from sim.plots.sweeps.captions import (
    ABOVE,
    LEGEND_PT,
    Scale,
    and_more,
    caption_of,
    name_rows,
    plain_axis,
    scale_of,
    value_in_words,
)
from sim.plots.sweeps.factor_names import factor_names, in_lines, unit_of

_MOST, _MOST_LINES = 14, 7
_NAME_PT, _NAME_LETTERS = 11, 32  # font size of a name beside its line, and the letters on one line of it
_PALE = 0.55  # opacity of a bar that is not judged
_HALF = 0.19  # half the height of a bar; each row has two


def tornado(analysis: Analysis, ax: Axes | None = None, most: int = _MOST) -> Axes:
    """Draw one row per factor: the mean outcome at its lowest and at its highest value, the largest swing first.

    `analysis` is that of `one_at_a_time`. Each row has a bar for the low and one for the high value, so that effects in
    the same direction are visible too. Bars of changes that stay clear after the adjustment for their number are solid,
    others white; without intervals no bar is judged, and all are pale.
    """
    steps, scale = analysis.details["steps"], scale_of(analysis.outcome)
    order = _by_swing(analysis)
    shown, names = order[:most], factor_names(order)
    centre = float(steps.loc[steps["is_central"], "mean"].iloc[0]) * scale.factor
    more = and_more(len(order), len(shown))
    with style_for(ax):
        ax = prepare(ax, analysis.label, caption_of(analysis.noise, _bars_in_words(analysis), more))
        set_title(ax, f"{scale.measure.title}: effect of changing one value at a time", pad=points(LEGEND_PT))
        for place, path in enumerate(shown):
            _draw_row(ax, analysis, path, -place, scale, centre)
        name_rows(ax, [_row_name(names[path], path, steps[steps["factor"] == path]) for path in shown])
        ax.axvline(centre, color=INK, linewidth=1.4, zorder=3)
        ax.set_xlabel(f"{scale.mean_title}; vertical line: all values central ({scale.show(centre / scale.factor)})")
        _dress(ax)
        describe(ax, f"Tornado of {scale.title}", _in_words(analysis, shown, names, scale))
    return ax


def _by_swing(analysis: Analysis) -> list[str]:
    return [str(path) for path in analysis.of("swing")["value"].sort_values(ascending=False, kind="stable").index]


def _row_name(name: str, path: str, steps: pd.DataFrame) -> str:
    low, high = (value_in_words(steps["factor_value"].iloc[place]) for place in (0, -1))
    return f"{name} ({low} to {high} {unit_of(path)}".rstrip() + ")"


def _bars_in_words(analysis: Analysis) -> str:
    is_judged = analysis.table["p_adjusted"].notna()
    n = int(is_judged.sum())
    if n == 0:
        return f"Pale bars: {NONE_JUDGED[0].lower()}{NONE_JUDGED[1:]}"
    others = analysis.table[~is_judged & (analysis.table["index"] != "swing")]
    pale = " Pale: without an interval, not judged." if others["value"].any() else ""
    return (
        f"Lines: 95 % intervals of the paired change. Solid bars: clear after adjustment for all {n} changes "
        f"(Benjamini and Hochberg, 5 %); white: not. Judged one by one, about {LEVEL * n:.2g} without effect would "
        f"be clear by chance.{pale} The largest of many are on average too large."
    )


def _draw_row(ax: Axes, analysis: Analysis, path: str, y: float, scale: Scale, centre: float) -> None:
    for index, dy, colour, hatch in (("at_low", _HALF, BLUE, ""), ("at_high", -_HALF, VERMILION, "///")):
        row = analysis.of(index).loc[[path]]
        change, low, high = (float(row[name].iloc[0]) * scale.factor for name in ("value", "low", "high"))
        is_judged = bool(row["p_adjusted"].notna().iloc[0])
        is_unclear = is_judged and not are_clear(row)[0]
        ax.barh(
            y + dy, change, height=2 * _HALF, left=centre, color="white" if is_unclear else colour,
            edgecolor=colour if is_unclear or not hatch else "white", alpha=1.0 if is_judged else _PALE,
            hatch=hatch, linewidth=1.2 if is_unclear else 0.0, zorder=2,
            gid="no-clear-difference" if is_unclear else "bar" if is_judged else "not-judged",
        )  # fmt: skip
        if np.isfinite(low):
            # An interval of a share stays between 0 and 100 %.
            least, most = (0.0, scale.factor) if scale.is_bounded else (-np.inf, np.inf)
            ends = np.clip([centre + low, centre + high], least, most)
            lengths = np.maximum(0.0, [[centre + change - ends[0]], [ends[1] - centre - change]])
            ax.errorbar(
                [centre + change], [y + dy], xerr=lengths, color=INK, elinewidth=points(1.4), capsize=points(3),
                zorder=4, gid="interval",
            )  # fmt: skip


def _dress(ax: Axes) -> None:
    plain_axis(ax, "x")
    ax.grid(axis="x", color="#e5e5e5")
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    handles = [
        Patch(facecolor=BLUE, edgecolor=BLUE, label="lowest value"),
        Patch(facecolor=VERMILION, edgecolor="white", hatch="///", label="highest value"),
    ]
    ax.legend(handles=handles, ncols=2, **ABOVE)


def _in_words(analysis: Analysis, shown: list[str], names: dict[str, str], scale: Scale) -> str:
    low, high = analysis.of("at_low")["value"], analysis.of("at_high")["value"]
    rows = [
        f"{names[path]}: {scale.measure.show(low[path], sign=True)} at its lowest and "
        f"{scale.measure.show(high[path], sign=True)} at its highest value"
        for path in shown[:5]
    ]
    return f"Largest changes of the mean, in {scale.change or 'its unit'}. {'; '.join(rows)}."


def spider(analysis: Analysis, ax: Axes | None = None, most: int = _MOST_LINES) -> Axes:
    """Draw the mean outcome over each factor's range, one line per factor; the strongest factors have names.

    `analysis` is that of `one_at_a_time`: all other factors are at their central values. The range of every factor goes
    from left to right.
    """
    steps, scale = analysis.details["steps"], scale_of(analysis.outcome)
    order, names = _by_swing(analysis), factor_names(analysis.of("swing").index)
    shown = order[: min(most, _MOST_LINES)]
    more = f"Grey lines: {len(order) - len(shown)} weaker factors." if len(order) > len(shown) else ""
    bars = "Bars: 95 % intervals of the mean." if steps["mean_low"].notna().any() else ""
    with style_for(ax):
        ax = prepare(ax, analysis.label, caption_of(analysis.noise, bars, more))
        set_title(ax, f"{scale.measure.title} over the range of each value, the others central")
        for path in order[len(shown) :]:
            own = steps[steps["factor"] == path]
            ax.plot(own["position"], own["mean"] * scale.factor, color="#bbbbbb", linewidth=1, zorder=1)
        ends = [_draw_line(ax, steps[steps["factor"] == path], i, scale) for i, path in enumerate(shown)]
        ax.set_xticks([0.0, 0.5, 1.0], ["lowest", "middle", "highest"])
        ax.set_xlabel("Position in the factor's range", x=0.35)
        set_y_label(ax, scale.mean_title)
        plain_axis(ax, "y")
        ax.grid(axis="y", color="#e5e5e5")
        ax.set_xlim(-0.03, 1.5)
        ax.spines["bottom"].set_bounds(0.0, 1.0)
        _name_lines(ax, [names[path] for path in shown], ends)
        describe(ax, f"Spider of {scale.title}", _in_words(analysis, shown, names, scale))
    return ax


def _draw_line(ax: Axes, steps: pd.DataFrame, i: int, scale: Scale) -> tuple[float, float]:
    x, y = steps["position"].to_numpy(float), steps["mean"].to_numpy(float) * scale.factor
    low, high = (steps[name].to_numpy(float) * scale.factor for name in ("mean_low", "mean_high"))
    if np.isfinite(low).any():
        ax.errorbar(
            x, y, yerr=[np.maximum(0.0, y - low), np.maximum(0.0, high - y)], fmt="none", color=COLOURS[i],
            elinewidth=points(1.2), capsize=points(3), alpha=0.6, gid="interval",
        )  # fmt: skip
    ax.plot(
        x, y, color=COLOURS[i], linestyle=LINES[i], marker=MARKERS[i], linewidth=points(2.4),
        markersize=points(8), zorder=3,
    )  # fmt: skip
    return float(x[-1]), float(y[-1])


def _name_lines(ax: Axes, names: list[str], ends: list[tuple[float, float]]) -> None:
    draw_now(ax)
    bottom, top = ax.get_ylim()
    order = sorted(range(len(ends)), key=lambda i: ends[i][1])
    texts = [in_lines(name, _NAME_LETTERS) for name in names]
    line = 1.3 * points(_NAME_PT) / size_pt(ax)[1] * (top - bottom)
    sizes = [line * (texts[i].count("\n") + 1.2) for i in order]
    heights = spread([ends[i][1] for i in order], sizes, bottom, top)
    for i, height in zip(order, heights, strict=True):
        ax.annotate(
            texts[i], ends[i], (1.07, height), color=COLOURS[i], fontsize=points(_NAME_PT), fontweight="bold",
            va="center", linespacing=1.1,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.7, "relpos": (0, 0.5), "shrinkA": 1},
        )  # fmt: skip
