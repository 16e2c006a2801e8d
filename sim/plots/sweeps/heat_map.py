"""Heat map of an outcome over two factors, with the contour at zero or at one half of the runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib import transforms
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Normalize, TwoSlopeNorm
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter
from pandas.api.types import is_numeric_dtype

from sim.analysis.input_checks import checked_outcome
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.plots.drawing.colours_and_type import INK, points
from sim.plots.drawing.labelled_figure import describe, figure_of, prepare, set_title, size_pt, style_for
from sim.plots.sweeps.captions import ABOVE, LEGEND_PT, Scale, caption_of, scale_of, value_in_words
from sim.plots.sweeps.factor_names import factor_names, in_two_lines, names_with_units
from sim.results.number_format import unrounded
from sim.results.outcome_summaries import interval_over
from sim.scenario.teaching_label import few_in_words

_MOST_NUMBERS, _MOST_TICKS, _LABEL_LETTERS = 144, 9, 52


def heat_map(results: SweepResults, outcome: str, ax: Axes | None = None) -> Axes:
    """Draw the mean outcome over a full grid of two factors, and the contour at zero, or at 50 % of the runs.

    A dot marks a cell whose 95 % interval contains the contour's value, or that has none: the side of the contour is
    not clear there. A star marks the values of the base scenario, where both lie on the grid. Raises InputError for
    points that are not a full grid of two factors.
    """
    table, scale = checked_outcome(results, outcome), scale_of(outcome)
    a, b, rows = grid_of(results)
    means = table.mean(axis=1)[rows] * scale.factor
    turn = _turn(means, scale)
    dots = (
        ""
        if turn is None or table.shape[1] < 2
        else "Dots: the 95 % interval of the mean contains the contour's value, or there is none."
        + few_in_words(table.shape[1], "replications per point")
    )
    with style_for(ax):
        ax = prepare(ax, results.label, caption_of(noise_of(table, results.points_per_block), dots))
        of_point = "share of the runs" if scale.measure.is_share else "mean"
        set_title(ax, f"{scale.measure.title}, {of_point} of each point", pad=points(LEGEND_PT))
        norm = _norm(means, turn, scale)
        picture = ax.pcolormesh(
            cell_edges(a), cell_edges(b), means.T, cmap="PuOr" if turn is not None else "cividis", norm=norm,
            edgecolor="white", linewidth=0.5,
        )  # fmt: skip
        bar = figure_of(ax).colorbar(picture, ax=ax, pad=0.02)
        bar.set_label(scale.mean_title)
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: unrounded(x)))
        bar.outline.set_visible(False)
        handles = _mark_base(ax, results)
        if turn is not None:
            handles = [_draw_turn(ax, a, b, means, turn, scale), *handles]
            mark_unclear_cells(ax, (a, b), table[rows], turn / scale.factor, outcome)
        if handles:
            ax.legend(handles=handles, ncols=2, **ABOVE)
        write_numbers(ax, a, b, means, picture, lambda value: scale.show(value / scale.factor))
        dress_factors(ax, results, rows)
        describe(ax, f"Heat map of {scale.title}", _in_words(results, means, scale, rows))
    return ax


def grid_of(results: SweepResults) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the positions of both factors, and the row of the design at each cell of the grid."""
    x = results.unit.to_numpy(float)
    if x.shape[1] == 2:
        (a, i), (b, j) = (np.unique(x[:, column].round(9), return_inverse=True) for column in (0, 1))
        rows = np.full((len(a), len(b)), -1)
        rows[i, j] = np.arange(len(x))
        if len(a) * len(b) == len(x) and (rows >= 0).all() and min(len(a), len(b)) > 1:
            return a, b, rows
    raise InputError(["a heat map needs a full grid of two factors"])


def _turn(means: np.ndarray, scale: Scale) -> float | None:
    """Return the contour's value, if there are means on both sides of it."""
    turn = 50.0 if scale.measure.is_share else 0.0
    return turn if means.min() < turn < means.max() else None


def _norm(means: np.ndarray, turn: float | None, scale: Scale) -> Normalize:
    if scale.measure.is_share:
        return Normalize(0.0, 100.0)
    if turn is None:
        return Normalize(float(means.min()), float(means.max()))
    most = float(np.abs(means).max())
    return TwoSlopeNorm(turn, -most, most)


def cell_edges(centres: np.ndarray) -> np.ndarray:
    """Return the edges of cells with these centres."""
    middles = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middles[0]], middles, [2 * centres[-1] - middles[-1]]])


def _draw_turn(ax: Axes, a: np.ndarray, b: np.ndarray, means: np.ndarray, turn: float, scale: Scale) -> Line2D:
    line = ax.contour(a, b, means.T, levels=[turn], colors=INK, linewidths=points(3.0))
    line.set(path_effects=[withStroke(linewidth=points(6.0), foreground="white")])
    name = "50 % of the runs" if scale.measure.is_share else "zero"
    return Line2D([], [], color=INK, linewidth=points(3.0), label=name)


def _mark_base(ax: Axes, results: SweepResults) -> list[Line2D]:
    """Mark the values of the base scenario, below the number of its cell, if both lie on the grid."""
    x, y = (_position(results, path) for path in results.paths)
    if x is None or y is None:
        return []
    look: dict[str, Any] = {"marker": "*", "color": "white", "markeredgecolor": INK, "linestyle": "none", "zorder": 5}
    mark = transforms.offset_copy(ax.transData, figure_of(ax), y=-points(17), units="points")
    ax.plot([x], [y], markersize=points(16), transform=mark, gid="base", **look)
    return [Line2D([], [], markersize=points(16), label="values of the base scenario", **look)]


def _position(results: SweepResults, path: str) -> float | None:
    """Return where the base scenario's value of a factor lies in the design, None where it is no number within it."""
    (central,) = (factor.central for factor in results.factors if factor.path == path)
    if isinstance(central, (bool, str)) or central is None or not is_numeric_dtype(results.values[path]):
        return None
    order = np.argsort(results.values[path].to_numpy(float))
    values, at = (table[path].to_numpy(float)[order] for table in (results.values, results.unit))
    return float(np.interp(central, values, at)) if values[0] <= central <= values[-1] else None


def mark_unclear_cells(
    ax: Axes, grid: tuple[np.ndarray, np.ndarray], runs: np.ndarray, turn: float, outcome: str
) -> None:
    """Put a dot into each cell whose interval contains a value, or that has none."""
    if runs.shape[2] < 2:
        return
    for i, x in enumerate(grid[0]):
        for j, y in enumerate(grid[1]):
            own = runs[i, j]
            _, low, high = interval_over(own, outcome)
            if not (low > turn or high < turn):
                ax.annotate(
                    "●", (x, y), (0, 0.95 * points(9)), textcoords="offset points", ha="center", va="center",
                    fontsize=points(6), color=INK, gid="unclear",
                )  # fmt: skip


def write_numbers(
    ax: Axes, a: np.ndarray, b: np.ndarray, means: np.ndarray, picture: QuadMesh, show: Callable[[float], str]
) -> None:
    """Write each cell's mean where there is room, so that colour is not the only sign."""
    if means.size > _MOST_NUMBERS:
        return
    width, height = size_pt(ax)
    texts = [[show(float(value)) for value in row] for row in means]
    longest = max(len(text) for row in texts for text in row)
    size = min(points(12), 0.7 * width / len(a) / (0.6 * longest), 0.4 * height / len(b))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            shade = picture.cmap(picture.norm(means[i, j]))
            red, green, blue, _ = shade
            is_dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            colour = "white" if is_dark else INK
            ax.annotate(
                texts[i][j], (x, y), (0, -0.35 * size), textcoords="offset points", ha="center", va="center",
                fontsize=size, color=colour, zorder=4, path_effects=[withStroke(linewidth=3, foreground=shade)],
            )  # fmt: skip


def dress_factors(ax: Axes, results: SweepResults, rows: np.ndarray) -> None:
    """Write the two factors and their values along the axes."""
    names = names_with_units(results.paths, {factor.path: factor.unit for factor in results.factors})
    for which, path, line in (("x", results.paths[0], rows[:, 0]), ("y", results.paths[1], rows[0])):
        every = -(-len(line) // _MOST_TICKS)
        own = line[::every]
        positions = results.unit[path].to_numpy(float)[own]
        texts = [value_in_words(value) for value in results.values[path].iloc[own]]
        axis = ax.xaxis if which == "x" else ax.yaxis
        axis.set_ticks(positions, texts)
        axis.set_label_text(in_two_lines(names[path], _LABEL_LETTERS))
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _in_words(results: SweepResults, means: np.ndarray, scale: Scale, rows: np.ndarray) -> str:
    names, texts = factor_names(results.paths), []
    for what, place in (("Lowest", np.argmin(means)), ("Highest", np.argmax(means))):
        row = results.values.iloc[rows.ravel()[place]]
        where = " and ".join(f"{names[path]} {value_in_words(row[path])}" for path in results.paths)
        texts.append(f"{what} mean: {scale.show(means.ravel()[place] / scale.factor)} at {where}.")
    return " ".join(texts)
