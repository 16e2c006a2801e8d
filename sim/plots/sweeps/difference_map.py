"""Map of the difference that a scenario makes, over two factors, with the line on which it makes none."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults, SweepSource
from sim.errors import InputError
from sim.plots.drawing.colours_and_type import INK, points
from sim.plots.drawing.labelled_figure import describe, figure_of, prepare, set_title, short, style_for
from sim.plots.sweeps.captions import ABOVE, LEGEND_PT, caption_of, scale_of
from sim.plots.sweeps.heat_map import cell_edges, dress_factors, grid_of, mark_unclear_cells, write_numbers
from sim.results.number_format import fixed

BASE, HELD = "scenario", "city_held"


def difference_map(results: SweepResults, outcome: str = "days_city_held", ax: Axes | None = None) -> Axes:
    """Draw the mean paired difference of an outcome, first scenario minus second, over a full grid of two factors.

    The line is where it is zero. Hatched cells: the city is held to the end in half of the runs or more of one of the
    two, so the horizon limits the difference. A dot marks a cell whose 95 % interval contains zero, or that has none.
    Raises InputError for a sweep that does not vary two scenarios and two factors.
    """
    names, difference, is_held = _differences(results, outcome)
    table, scale = difference.by_replication(outcome), scale_of(outcome)
    a, b, rows = grid_of(difference)
    means = table.mean(axis=1)[rows] * scale.factor
    most = max(float(np.abs(means).max()), 1e-9)
    with style_for(ax):
        dots = "Dots: the 95 % interval of the mean contains zero, or there is none."
        ax = prepare(ax, results.label, caption_of(noise_of(table), dots))
        set_title(ax, f"{scale.measure.title}: {short(names[0])} minus {short(names[1])}", pad=points(LEGEND_PT))
        norm = TwoSlopeNorm(0.0, -most, most)
        x, y = cell_edges(a), cell_edges(b)
        picture = ax.pcolormesh(x, y, means.T, cmap="PuOr", norm=norm, edgecolor="white", linewidth=0.5)
        bar = figure_of(ax).colorbar(picture, ax=ax, pad=0.02)
        bar.set_label(f"difference, mean ({scale.unit})")
        bar.outline.set_visible(False)
        handles: list[Artist] = []
        if means.min() < 0.0 < means.max():
            ax.contour(a, b, means.T, levels=[0.0], colors=INK, linewidths=points(3.0))
            handles.append(Line2D([], [], color=INK, linewidth=points(3.0), label="no difference"))
        if is_held[rows].any():
            _hatch(ax, x, y, is_held[rows])
            handles.append(Patch(fill=False, hatch="//", edgecolor=INK, label="city held in half of the runs or more"))
        if handles:
            ax.legend(handles=handles, ncols=2, **ABOVE)
        mark_unclear_cells(ax, (a, b), table[rows], 0.0, outcome)
        write_numbers(ax, a, b, means, picture, lambda value: fixed(value, sign=True))
        dress_factors(ax, difference, rows)
        describe(ax, f"Map of the difference in {scale.title}", _in_words(names, means, scale.unit))
    return ax


def _differences(results: SweepResults, outcome: str) -> tuple[list[str], SweepResults, np.ndarray]:
    """Return both scenarios' names, the paired differences as a sweep, and by point whether the city is mostly held."""
    names = [str(name) for name in dict.fromkeys(results.values[BASE])] if BASE in results.paths else []
    paths = [path for path in results.paths if path != BASE]
    if len(names) != 2 or len(paths) != 2:
        raise InputError(["a map of differences needs a full grid of two scenarios and two factors"])
    table = pd.DataFrame(results.by_replication(outcome), index=results.values.index)
    held = pd.Series(results.by_replication(HELD).mean(axis=1), index=results.values.index)
    sides = [_by_grid(results, table, held, name, paths) for name in names]
    (one, one_held), (other, other_held) = sides
    if not one.index.equals(other.index):
        raise InputError(["a map of differences needs both scenarios at the same points"])
    gaps = (one - other).to_numpy(float)
    n, r = gaps.shape
    runs = pd.DataFrame(
        {"point": np.repeat(np.arange(n), r), "replication": np.tile(np.arange(r), n), outcome: gaps.ravel()}
    )
    rows = results.values[results.values[BASE] == names[0]].sort_values(paths).index
    factors = [factor for factor in results.factors if factor.path != BASE]
    difference = SweepResults(
        factors, results.unit.loc[rows, paths].reset_index(drop=True), runs, {"kind": "full_grid"},
        results.values.loc[rows, paths].reset_index(drop=True), [outcome], SweepSource(label=results.label),
    )  # fmt: skip
    return names, difference, np.maximum(one_held, other_held) >= 0.5


def _by_grid(
    results: SweepResults, table: pd.DataFrame, held: pd.Series, name: str, paths: list[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    rows = results.values[results.values[BASE] == name].sort_values(paths)
    index = pd.MultiIndex.from_frame(rows[paths])
    return table.loc[rows.index].set_axis(index), held.loc[rows.index].to_numpy()


def _hatch(ax: Axes, x: np.ndarray, y: np.ndarray, is_held: np.ndarray) -> None:
    for i, j in zip(*np.nonzero(is_held), strict=True):
        corner, size = (x[i], y[j]), (x[i + 1] - x[i], y[j + 1] - y[j])
        ax.add_patch(Rectangle(corner, *size, fill=False, hatch="//", edgecolor=INK, linewidth=0.0, alpha=0.5))


def _in_words(names: list[str], means: np.ndarray, unit: str) -> str:
    low, high = float(means.min()), float(means.max())
    return (
        f"{names[0]} minus {names[1]}: from {fixed(low, sign=True)} to {fixed(high, sign=True)} {unit}; "
        f"above zero in {int((means > 0).sum())} of {means.size} cells."
    )
