"""All points of a design in one figure: parallel coordinates, and the share of runs above a value at each point."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from matplotlib.typing import LineStyleType
from scipy import stats

from sim.analysis.cases_of_interest import cases_of
from sim.analysis.input_checks import checked_outcome
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.plots.drawing.colours_and_type import BLUE, COLOURS, INK, VERMILION, points
from sim.plots.drawing.labelled_figure import describe, prepare, set_title, size_pt, style_for
from sim.plots.sweeps.captions import (
    ABOVE,
    LEGEND_PT,
    caption_of,
    plain_axis,
    scale_of,
    value_in_words,
)
from sim.plots.sweeps.factor_names import factor_names, in_lines, names_with_units

_MOST_LINES, _MOST_AXES = 300, 8
_NAME_PT = 10.5


def parallel_coordinates(
    results: SweepResults,
    outcome: str,
    ax: Axes | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Axes:
    """Draw each point as a line over the factors, with the cases of interest in another colour.

    Shown are the 8 factors with the strongest rank correlation with the outcome; the cases are defined by `above` and
    `below` as in scenario discovery.
    """
    table, scale = checked_outcome(results, outcome), scale_of(outcome)
    cases = cases_of(results, outcome, above, below)
    strength = {path: abs(_rank_correlation(results.unit[path].to_numpy(float), table.mean(axis=1)))
                for path in results.paths}  # fmt: skip
    shown = sorted(results.paths, key=lambda path: -strength[path])[:_MOST_AXES]
    every = -(-results.n_points // _MOST_LINES)
    more = f"One of {every} points is drawn." if every > 1 else ""
    if len(shown) < len(results.paths):
        more += (
            f" {len(results.paths) - len(shown)} factors with a weaker rank correlation with the outcome are not shown."
        )
    with style_for(ax):
        noise = noise_of(table, results.points_per_block)
        ax = prepare(ax, results.label, caption_of(noise, _no_bars(table), more.strip()))
        set_title(ax, f"{scale.measure.title}: which values the cases have in common", pad=points(LEGEND_PT))
        x = results.unit[shown].to_numpy(float)[::every]
        is_case = cases.is_case[::every]
        for row in x[~is_case]:
            ax.plot(row, color="#8fb8d4", linewidth=0.7, linestyle=(0, (5, 3)), zorder=1, gid="other")
        for row in x[is_case]:
            ax.plot(row, color=VERMILION, linewidth=1.1, alpha=0.75, zorder=2, gid="case")
        _dress_axes(ax, results, shown)
        n = int(cases.is_case.sum())
        others = f"other points: {results.n_points - n}"
        handles = [
            Line2D([], [], color=VERMILION, linewidth=2, label=f"cases ({cases.words}): {n}"),
            Line2D([], [], color="#5b93b8", linestyle="--", label=others),
        ]
        ax.legend(handles=handles, ncols=2, **ABOVE)
        describe(ax, f"Parallel coordinates of {scale.title}", _medians(results, shown, cases.is_case))
    return ax


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    return 0.0 if np.ptp(a) == 0.0 else float(stats.spearmanr(a, b).statistic)


def _dress_axes(ax: Axes, results: SweepResults, shown: list[str]) -> None:
    kinds = {factor.path: factor.kind for factor in results.factors}
    names = names_with_units(results.paths, {factor.path: factor.unit for factor in results.factors})
    letters = int(0.95 * size_pt(ax)[0] / len(shown) / (0.6 * points(_NAME_PT)))
    for place, path in enumerate(shown):
        ax.axvline(place, color=INK, linewidth=1.4, zorder=3)
        for position, text in _marks(results, path, kinds[path]):
            ax.annotate(
                text, (place, position), (points(5), 0), textcoords="offset points", va="center", fontsize=points(11),
                bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}, zorder=5,
                annotation_clip=False,
            )  # fmt: skip
    ax.set_xticks(range(len(shown)), [in_lines(names[path], letters) for path in shown])
    ax.tick_params(axis="x", labelsize=points(_NAME_PT), length=0)
    ax.set_yticks([])
    ax.set_ylabel("Position in the range")
    ax.set_xlim(-0.5, len(shown) - 1 + 0.4)
    ax.set_ylim(-0.04, 1.04)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _marks(results: SweepResults, path: str, kind: str) -> list[tuple[float, str]]:
    """Return the positions and texts of the values on an axis: the ends of a range, the middles of categories."""
    unit, values = results.unit[path].to_numpy(float), results.values[path]
    if kind in ("category", "flag"):
        middles = {value: float(np.mean(unit[(values == value).to_numpy()])) for value in values.unique()}
        return [(middle, value_in_words(value)) for value, middle in middles.items()]
    return [(0.0, value_in_words(values.iloc[int(np.argmin(unit))])),
            (1.0, value_in_words(values.iloc[int(np.argmax(unit))]))]  # fmt: skip


def _medians(results: SweepResults, shown: list[str], is_case: np.ndarray) -> str:
    names = factor_names(results.paths)
    texts = [
        f"{names[path]}: {np.median(results.unit[path].to_numpy(float)[is_case]):.0%} of its range among the cases, "
        f"{np.median(results.unit[path].to_numpy(float)[~is_case]):.0%} among the others"
        for path in shown[:4]
    ]
    return f"Medians. {'; '.join(texts)}."


def exceedance(results: SweepResults, outcome: str, ax: Axes | None = None) -> Axes:
    """Draw for each point the share of its runs above each value; the lowest, middle and highest point have colours.

    Raises InputError for one replication per point, and for a yes-or-no outcome.
    """
    table, scale = checked_outcome(results, outcome), scale_of(outcome)
    if table.shape[1] < 2 or scale.measure.is_share:
        raise InputError(
            [f"{outcome}: exceedance needs 2 or more replications per point, and an outcome that is a number"]
        )
    order = np.argsort(table.mean(axis=1), kind="stable")
    every = -(-len(order) // _MOST_LINES)
    more = f"One of {every} points is drawn." if every > 1 else ""
    r = table.shape[1]
    steps = f"Each curve joins the {r} runs of a point ({100 / r:.3g} % each), without an interval."
    with style_for(ax):
        ax = prepare(ax, results.label, caption_of(noise_of(table, results.points_per_block), steps, more))
        set_title(
            ax, f"{scale.measure.title}: share of runs above each value, by design point", pad=points(LEGEND_PT + 24)
        )
        for row in order[::every]:
            _draw_curve(ax, table[row], "#808080", "-", 0.8)
        _draw_curve(ax, table.ravel(), INK, (0, (1, 1)), points(3), "all runs of all points")
        looks: tuple[tuple[str, LineStyleType, str], ...] = (
            (BLUE, "-", "lowest point"), (COLOURS[2], "--", "middle point"), (VERMILION, "-.", "highest point"),
        )  # fmt: skip
        for place, (colour, line, what) in zip((0, len(order) // 2, -1), looks, strict=True):
            row = order[place]
            words = f"{what} (number {results.unit.index[row]}): mean {scale.show(table[row].mean())}"
            _draw_curve(ax, table[row], colour, line, points(3), words)
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        ax.set_ylim(0, 1.02)
        ax.set_ylabel("Runs above the value (% of runs)")
        ax.set_xlabel(scale.title)
        plain_axis(ax, "x")
        ax.grid(color="#e5e5e5")
        ax.legend(ncols=2, **ABOVE)
        low, middle, high = (scale.show(table[order[place]].mean()) for place in (0, len(order) // 2, -1))
        means = f"Means of the lowest, middle and highest point: {low}, {middle}, {high}."
        describe(ax, f"Exceedance of {scale.title}", means)
    return ax


def _draw_curve(ax: Axes, values: np.ndarray, colour: str, line: LineStyleType, width: float, label: str = "") -> None:
    share = 1.0 - (np.arange(len(values)) + 0.5) / len(values)
    ax.plot(
        np.sort(values), share, color=colour, linestyle=line, linewidth=width, label=label or None,
        zorder=3 if label else 1, alpha=1.0 if label else 0.6,
    )  # fmt: skip


def _no_bars(table: np.ndarray) -> str:
    return "Lines: means of points, without intervals." if table.shape[1] > 1 else ""
