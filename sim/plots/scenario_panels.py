"""Small multiples: one panel per scenario on the same scales, with the reference's median in each."""

from __future__ import annotations

import math
import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.errors import InputError
from sim.plots.drawing.colours_and_type import BLUE, GREY, points
from sim.plots.drawing.labelled_figure import (
    Source,
    describe,
    label_of,
    n_replications,
    prepare,
    results_of,
    set_title,
    size_pt,
    style_for,
)  # fmt: skip
from sim.plots.time_series import QUANTILES, daily, is_share, title_and_unit
from sim.results.number_format import percent, rounded
from sim.results.result import Result
from sim.scenario.teaching_label import what_varies

_LETTER, _LINE = 0.66, 1.25  # width of a letter and height of a line, in font sizes
_NAME_PT, _TICK_PT, _SMALLEST_PT = 12.0, 11.0, 5.0
_SHAPE = 1.5  # approximate width of a panel over its height


def small_multiples(source: Source, ax: Axes | None = None, variable: str = "area_changed_km2") -> Axes:
    """Draw one small panel per scenario: median and bands of the middle 50 % and 90 % of its runs, on the same scales.

    A dashed line in each panel is the median of the first scenario, the reference. Returns the axes that contain the
    panels, which are its `child_axes` in the order of the scenarios. Raises InputError for a variable that is not a
    single daily series.
    """
    results = results_of(source)
    fans = [_fan(result, variable) for result in results]
    with style_for(ax):
        ax = prepare(ax, label_of(source), _caption(results))
        ax.set_axis_off()
        title, unit = title_and_unit(results[0], variable)
        is_median = any(n_replications(result) > 1 for result in results)
        set_title(ax, title + (f" ({unit})" if unit else "") + ", median of the runs" * is_median)
        n_columns = _columns(ax, len(results))
        places, letters, lines = _places(ax, results, n_columns)
        for i, (result, fan, place) in enumerate(zip(results, fans, places, strict=True)):
            panel = ax.inset_axes(place)
            _draw(panel, fan, fans[0])
            is_last_row = i + n_columns >= len(results)
            _dress(panel, fans, variable, letters, is_last_row, is_first_column=i % n_columns == 0)
            name = textwrap.wrap(result.name, max(1, int(place[2] * size_pt(ax)[0] / (_LETTER * letters))))
            panel.set_title("\n".join(name[:lines]), fontsize=letters, pad=points(3))
        describe(ax, f"Small multiples, {title}: {len(results)} scenarios", _alt(results, fans, variable))
    return ax


def _fan(result: Result, variable: str) -> np.ndarray:
    values = daily(result, variable).to_numpy()
    if values.ndim != 2:
        raise InputError([f"variable: {variable} has several series; small multiples show one per scenario"])
    return np.nanquantile(values, QUANTILES, axis=0)


def _columns(ax: Axes, n: int) -> int:
    width, height = size_pt(ax)
    return min(n, max(1, math.ceil(math.sqrt(n * width / (height * _SHAPE)))))


def _places(
    ax: Axes, results: list[Result], n_columns: int
) -> tuple[list[tuple[float, float, float, float]], float, int]:
    """Return each panel's position within the axes, its font size and the lines that the longest name takes."""
    width, height = size_pt(ax)
    n_rows = math.ceil(len(results) / n_columns)
    cell_w, cell_h = width / n_columns, height / n_rows
    size = max(_SMALLEST_PT, min(points(_NAME_PT), cell_w / 13, cell_h / 8))
    left = 5.0 * size  # for the tick labels of the first column
    panel_w = (width - left) / n_columns - 1.5 * size
    per_line = max(1, int(panel_w / (_LETTER * size)))
    lines = min(3, max(len(textwrap.wrap(result.name, per_line)) for result in results))
    top, bottom = (_LINE * lines + 0.6) * size, 3.4 * size
    panel_h = (height - bottom) / n_rows - top - 0.4 * size
    places = []
    for i in range(len(results)):
        row, column = divmod(i, n_columns)
        x = left + column * (panel_w + 1.5 * size)
        y = height - (row + 1) * (panel_h + top + 0.4 * size) + 0.4 * size
        places.append((x / width, y / height, panel_w / width, panel_h / height))
    return places, size, lines


def _draw(panel: Axes, fan: np.ndarray, reference: np.ndarray) -> None:
    low, lower, middle, upper, high = fan
    day = np.arange(len(middle))
    if np.any(low != high):
        panel.fill_between(day, low, high, color=BLUE, alpha=0.18, linewidth=0, gid="band-90")
        panel.fill_between(day, lower, upper, color=BLUE, alpha=0.35, linewidth=0, gid="band-50")
    panel.plot(
        np.arange(reference.shape[1]), reference[2], color=GREY, linestyle=(0, (3, 1.5)), linewidth=points(1.6),
        alpha=0.8, gid="reference",
    )  # fmt: skip
    panel.plot(day, middle, color=BLUE, linewidth=points(2.4), gid="median")


def _dress(
    panel: Axes, fans: list[np.ndarray], variable: str, letters: float, is_last_row: bool, is_first_column: bool
) -> None:
    low, high = min(np.nanmin(fan) for fan in fans), max(np.nanmax(fan) for fan in fans)
    room = 0.05 * (high - low) or 1.0
    panel.set_ylim(*((0.0, 1.03) if is_share(variable) else (low - room, high + room)))
    panel.set_xlim(0, max(fan.shape[1] for fan in fans) - 1)
    show = percent if is_share(variable) else rounded
    panel.yaxis.set_major_locator(MaxNLocator(3))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda y, _: show(y)))
    panel.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    panel.tick_params(labelsize=letters * _TICK_PT / _NAME_PT, length=2, pad=2)
    panel.grid(color="#e5e5e5")
    panel.set_axisbelow(True)
    panel.tick_params(labelbottom=is_last_row, labelleft=is_first_column)
    # The last tick label of a panel would touch the first of the next one.
    panel.set_xticks([tick for tick in panel.get_xticks() if 0 <= tick < 0.9 * panel.get_xlim()[1]])
    if is_last_row:
        panel.set_xlabel("day of the campaign", fontsize=letters, labelpad=1)


def _caption(results: list[Result]) -> str:
    n = n_replications(results[0])
    reference = f" Dashed line: the {'median' if n > 1 else 'run'} of {results[0].name}." if len(results) > 1 else ""
    if n == 1:
        return f"1 replication each: one run has no interval.{reference}"
    return (
        f"Lines: median of {n} replications each; dark band: the middle 50 % of them; light band: the middle 90 %. "
        f"{what_varies(result.manifest for result in results)}{reference}"
    )


def _alt(results: list[Result], fans: list[np.ndarray], variable: str) -> str:
    show = percent if is_share(variable) else rounded
    texts = [
        f"{result.name} {show(fan[2, -1])}"
        + (f" ({show(fan[0, -1])} to {show(fan[4, -1])})" if n_replications(result) > 1 else "")
        for result, fan in zip(results, fans, strict=True)
    ]
    return f"At the end, median and middle 90 % of runs: {'; '.join(texts)}."
