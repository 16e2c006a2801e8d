"""Morris plane and bars of sensitivity indices: which factors matter, with intervals."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.analysis.findings import Analysis
from sim.analysis.many_comparisons import LEVEL, are_clear
from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, VERMILION, points
from sim.plots.drawing.labelled_figure import describe, prepare, set_title, style_for
from sim.plots.drawing.point_labels import write_names
from sim.plots.sweeps.captions import ABOVE, LEGEND_PT, and_more, caption_of, name_rows, plain_axis, scale_of
from sim.plots.sweeps.factor_names import factor_names, in_lines

_MOST, _MOST_NAMES, _LEAST_NAMED = 14, 8, 0.15
_NAME_LETTERS = 34  # on one line of a factor's name
# Garcia Sanchez et al., Energy and Buildings 68, 2014: sigma / mu* below 0.1 is almost linear, above 1 it is not
# monotonic.
_GUIDES = ((0.1, "below: almost linear"), (0.5, "below: monotonic"), (1.0, "above: non-linear, interacting"))
_MU, _SIGMA = "\N{GREEK SMALL LETTER MU}*", "\N{GREEK SMALL LETTER SIGMA}"
_INDICES = {
    "sobol": (("S1", "first order (alone)"), ("ST", "total (with interactions)")),
    "rbd_fast": (("S1", "first order (alone)"),),
    "pawn": (("median", "median distance between distributions"),),
    "rank_regression": (("SRRC", "standardised rank regression coefficient"),),
}


def morris_plane(analysis: Analysis, ax: Axes | None = None) -> Axes:
    """Draw mu* and sigma of each factor, names of the strongest, what noise alone gives, and lines of sigma / mu*."""
    scale, names = scale_of(analysis.outcome), factor_names(analysis.of("mu_star").index)
    mu = analysis.of("mu_star").sort_values("value", ascending=False, kind="stable")
    sigma = analysis.of("sigma").loc[mu.index]
    n_named = min(_MOST_NAMES, int((mu["value"] >= _LEAST_NAMED * mu["value"].max()).sum()))
    floor = analysis.of("noise_floor")["high"].reindex(mu.index)
    is_within = (mu["value"] <= floor).to_numpy()
    with style_for(ax):
        ax = prepare(ax, analysis.label, caption_of(analysis.noise, _what_is_drawn(analysis, n_named)))
        set_title(ax, f"{scale.measure.title}: effect of each value over its whole range")
        x, y = mu["value"].to_numpy() * scale.factor, sigma["value"].to_numpy() * scale.factor
        _draw_bars(ax, mu, scale.factor, y)
        size = np.where(np.arange(len(x)) < n_named, points(10), points(6)) ** 2
        colours = np.where(is_within, "white", BLUE)
        ax.scatter(x, y, size, colours, edgecolors=INK, linewidths=1, zorder=4, gid="factors")
        ax.set_xlim(0, 1.2 * float(np.nanmax([*x, mu["high"].max() * scale.factor])))
        ax.set_ylim(0, 1.15 * float(np.nanmax([*y, 0.05 * np.nanmax(x)])))
        if np.isfinite(floor).any():
            zone = float(np.nanmedian(floor)) * scale.factor
            ax.axvspan(0, zone, color="#e5e5e5", linewidth=0, zorder=0, gid="noise-floor")
        _draw_guides(ax)
        unit = f" ({scale.change})" if scale.change else ""
        ax.set_xlabel(f"Mean absolute effect, {_MU}{unit}")
        ax.set_ylabel(f"Standard deviation of the effect, {_SIGMA}{unit}")
        plain_axis(ax, "x")
        plain_axis(ax, "y")
        numbers = [str(i + 1) for i in range(n_named)]
        write_names(ax, x.tolist(), y.tolist(), numbers, points(13))
        _draw_key(ax, numbers, [in_lines(names[path], _NAME_LETTERS) for path in mu.index[:n_named]])
        strongest = "; ".join(f"{names[path]}: {scale.show(mu.loc[path, 'value'])}" for path in mu.index[:5])
        describe(ax, f"Morris plane of {scale.title}", f"Largest mean absolute effects. {strongest}.")
    return ax


def _draw_key(ax: Axes, numbers: list[str], names: list[str]) -> None:
    """List the names of the numbered points beside the plane: names in it would cover each other."""
    texts = [f"{number}  {name}".replace("\n", "\n    ") for number, name in zip(numbers, names, strict=True)]
    ax.legend(
        [Line2D([], [], linestyle="none")] * len(texts), texts, loc="upper left", bbox_to_anchor=(1.01, 1.0),
        frameon=False, fontsize=points(11), handlelength=0.0, handletextpad=0.0, borderaxespad=0.0, labelspacing=0.7,
    )  # fmt: skip


def _what_is_drawn(analysis: Analysis, n_named: int) -> str:
    """Say what the bars, the grey zone, and white and small points are, of those that there are."""
    mu = analysis.of("mu_star")
    bars = "Bars: 95 % intervals over the trajectories." if np.isfinite(mu["low"]).any() else ""
    noise = "What noise alone gives is unknown."
    if analysis.noise.is_known:
        noise = "Grey: what noise alone may give (median of the factors); white points: no more than that of their own."
    small = f"Small points: the {len(mu) - n_named} weakest, without names." if len(mu) > n_named else ""
    return " ".join(filter(None, (bars, noise, small)))


def _draw_bars(ax: Axes, mu: pd.DataFrame, factor: float, y: np.ndarray) -> None:
    rows = np.isfinite(mu["low"].to_numpy())
    if rows.any():
        value, low, high = (mu[name].to_numpy()[rows] * factor for name in ("value", "low", "high"))
        lengths = np.maximum(0.0, [value - low, high - value])
        ax.errorbar(value, y[rows], xerr=lengths, fmt="none", ecolor="#9a9a9a", elinewidth=points(1.2), gid="interval")


def _draw_guides(ax: Axes) -> None:
    (_, right), (_, top) = ax.get_xlim(), ax.get_ylim()
    for slope, words in _GUIDES:
        end = min(right, top / slope)
        at = 0.97 * end  # the text keeps clear of the edge
        ax.plot([0, end], [0, slope * end], color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1, gid="guide")
        ax.text(
            at, slope * at, f"{_SIGMA} / {_MU} = {slope:g}; {words}", rotation=math.degrees(math.atan(slope)),
            rotation_mode="anchor", transform_rotates_text=True, ha="right",
            va="bottom", fontsize=points(10.5), color=GREY, zorder=2, gid="guide-name", clip_on=True,
        )  # fmt: skip


def index_bars(analysis: Analysis, ax: Axes | None = None, most: int = _MOST) -> Axes:
    """Draw the indices of each factor as bars with any 95 % intervals, the largest first; Sobol's method has two.

    Where indices have p-values, a bar is white unless it stays clear after the adjustment for their number.
    """
    kinds = _INDICES[analysis.method]
    scale = scale_of(analysis.outcome)
    last = analysis.of(kinds[-1][0])
    order = list(last["value"].abs().sort_values(ascending=False, kind="stable").index)
    shown, names = order[:most], factor_names(order)
    more = and_more(len(order), len(shown))
    has_interval = bool(np.isfinite(last["low"]).any())
    lines = "Lines: 95 % intervals." if has_interval else ""
    bars = " ".join(filter(None, (lines, _false_in_words(analysis), _excess(analysis, names))))
    with style_for(ax):
        ax = prepare(ax, analysis.label, caption_of(analysis.noise, bars, more))
        set_title(ax, f"{scale.measure.title}: {analysis.title}", pad=points(LEGEND_PT))
        title = _axis_title(analysis.method, kinds[0][1])
        for i, (index, words) in enumerate(kinds):
            # What the axis is called is not said again: beside the longest names there is no room for it.
            label = "" if words.casefold() == title.casefold() else words
            _draw_index(ax, analysis.of(index).loc[shown], i, len(kinds), label)
        name_rows(ax, [names[path] for path in shown])
        ax.axvline(0.0, color=INK, linewidth=1)
        ax.spines["left"].set_visible(False)
        ax.grid(axis="x", color="#e5e5e5")
        ax.set_axisbelow(True)
        plain_axis(ax, "x")
        ax.set_xlabel(title)
        _mark_reference(ax, analysis)
        if ax.get_legend_handles_labels()[1]:
            ax.legend(ncols=3, **ABOVE)
        strongest = "; ".join(f"{names[path]}: {last.loc[path, 'value']:.2f}" for path in shown[:5])
        describe(ax, f"{analysis.title} of {scale.title}", f"Largest ({kinds[-1][1]}). {strongest}.")
    return ax


def _false_in_words(analysis: Analysis) -> str:
    """Say what white bars are, or a dummy's line, and how many factors would seem to have an effect by chance."""
    if analysis.method == "pawn":
        n = len(analysis.of("median"))
        return f"Of {n} factors without effect about {LEVEL * n:.2g} would be beyond the dotted line by chance."
    if "p_adjusted" not in analysis.table:
        return ""
    n = int(analysis.table["p_adjusted"].notna().sum())
    return (
        f"White bars: not clear after adjustment for {n} factors (Benjamini and Hochberg, 5 %); judged one by one, "
        f"about {LEVEL * n:.2g} without effect would be clear by chance."
    )


def _excess(analysis: Analysis, names: dict[str, str]) -> str:
    """Say for which factors the first order lies above the total index, which exact indices never do."""
    if analysis.method != "sobol":
        return ""
    first, total = analysis.of("S1")["value"], analysis.of("ST")
    above = [names[str(path)] for path in first.index[first > total["high"].fillna(total["value"])]]
    if not above:
        return ""
    which = above[0] if len(above) == 1 else f"{len(above)} factors"
    return f"First order above total ({which}): exact indices never are; these need more points."


def _axis_title(method: str, words: str) -> str:
    return "Share of the outcome's variance" if method in ("sobol", "rbd_fast") else words[0].upper() + words[1:]


def _draw_index(ax: Axes, rows: pd.DataFrame, i: int, n: int, words: str) -> None:
    height = 0.76 / n
    y = np.arange(0, -len(rows), -1) + (0.5 * (n - 1) - i) * height
    colour, hatch = ((BLUE, ""), (VERMILION, "///"))[i]
    value = rows["value"].to_numpy(float)
    is_solid = are_clear(rows) if "p_adjusted" in rows else np.ones(len(rows), bool)
    bars = ax.barh(y, value, height, color=colour, edgecolor="white", hatch=hatch, label=words, zorder=2)
    for bar, solid in zip(bars, is_solid, strict=True):
        if not solid:
            bar.set(facecolor="white", edgecolor=colour, linewidth=points(1.6), gid="no-clear-difference")
    low, high = rows["low"].to_numpy(float), rows["high"].to_numpy(float)
    if np.isfinite(low).any():
        # An estimate that is corrected for bias may lie outside of its interval, which ends at zero.
        lengths = np.maximum(0.0, [value - low, high - value])
        ax.errorbar(
            value, y, xerr=lengths, fmt="none", ecolor=INK, elinewidth=points(1.6), capsize=points(3.5), zorder=4,
            gid="interval",
        )  # fmt: skip


def _mark_reference(ax: Axes, analysis: Analysis) -> None:
    """Mark the PAWN index of a dummy factor, without any effect; where noise is taken out, that of others is zero."""
    if analysis.method == "pawn":
        at = float(analysis.of("threshold")["value"].iloc[0])
        words = f"95 % of dummies without effect are below {at:.2f}"
        ax.axvline(at, color=INK, linestyle=(0, (2, 2)), linewidth=points(1.6), zorder=3, label=words)
