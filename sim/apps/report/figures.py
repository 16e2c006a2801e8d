"""The figures of a report: one list, and how each becomes part of the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from sim import plots
from sim.apps.report.report_inputs import Source, pairs_of, runs_of, title_of
from sim.plots.drawing.colours_and_type import MOST_TOGETHER
from sim.plots.drawing.labelled_figure import figure_of

_COLOURS = 256  # enough for shades and smooth letters; the file is a third as large


@dataclass(frozen=True)
class Figure:
    """One entry of the list: title, how to read it, the function that draws it, and of what it is drawn.

    `shows`: "either" draws each pair, or each run of a source without pairs; "together" draws all scenarios on one
    figure, when there are at least and at most so many of them.
    """

    title: str
    caption: str
    draw: Callable[[Any], Axes]
    shows: Literal["each run", "each pair", "either", "together"] = "either"
    at_least: int = 1
    at_most: int = MOST_TOGETHER


FIGURES = (
    Figure(
        "Map at the end",
        "Colour: ground that the attacker took. Dashed line: front at the start; solid line: front at the end.",
        plots.map,
        "each run",
    ),
    Figure(
        "Effect of the change",
        "Left: the value of each run, with means and 95 % intervals. Right: the mean paired differences, in % of the "
        "reference. An interval that contains 0 means no clear difference.",
        plots.comparison,
        "each pair",
    ),
    Figure(
        "Ground taken",
        "Ground that the attacker holds beyond the front at the start (km²); ground that the defender retook is "
        "subtracted. The marks below the curves show when events happened.",
        partial(plots.timeline, variable="area_changed_km2"),
    ),
    Figure(
        "Share of the city that the defender holds",
        "In % of the cells of the city. Below 50 % the city counts as lost.",
        partial(plots.timeline, variable="city_share_held", events=False),
    ),
    Figure(
        "Losses",
        "Soldiers lost since the start: killed, wounded and captured together.",
        partial(plots.timeline, variable="losses", events=False),
    ),
    Figure(
        "All scenarios",
        "All panels have the same scales. The faint line is the median of the first scenario.",
        plots.small_multiples,
        "together",
        at_least=3,
        at_most=24,
    ),
    Figure(
        "How long the city is held",
        "% of runs in which the defender still holds the city, day by day.",
        partial(plots.exceedance, outcome="day_city_lost"),
        "together",
    ),
    Figure(
        "Losses of the attacker",
        "% of runs in which the attacker loses more soldiers than the number on the horizontal axis.",
        partial(plots.exceedance, outcome="attacker_losses"),
        "together",
    ),
    Figure(
        "Where losses come from",
        "Mean number of soldiers lost on both sides, by cause. Below: soldiers at the start, arrived, lost, and alive "
        "at the end.",
        plots.losses_ledger,
    ),
    Figure(
        "Events over time",
        "The main events, and the number of the frequent ones per week.",
        plots.events,
        "each run",
    ),
)


def figures(source: Source) -> dict[str, Any]:
    """Draw all figures that a source has."""
    return {"figures": [_drawn(figure, part) for figure in FIGURES for part in _parts(figure, source)]}


def _parts(figure: Figure, source: Source) -> list[Any]:
    runs: list[Any] = list(runs_of(source))
    pairs: list[Any] = list(pairs_of(source))
    together = [source] if figure.at_least <= len(runs) <= figure.at_most else []
    return {"each run": runs, "each pair": pairs, "either": pairs or runs, "together": together}[figure.shows]


def _drawn(figure: Figure, part: Source) -> dict[str, str]:
    ax = figure.draw(part)
    try:
        return {
            "title": f"{figure.title}: {title_of(part)}",
            "caption": figure.caption,
            "label": part.label,
            "alt": plots.alt_text(ax),
            "data": _png(ax),
        }
    finally:
        plt.close(figure_of(ax))


def _png(ax: Axes) -> str:
    """Return the figure as a data URI; the same figure gives the same bytes."""
    canvas = FigureCanvasAgg(figure_of(ax))
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.array(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    drawn = Image.fromarray(pixels).convert("RGB")
    file = io.BytesIO()
    drawn.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
