"""The pictures of a report: one list, and how each becomes part of the page."""

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

_COLOURS = 256  # enough for shades and smoothed letters; a third of the bytes


@dataclass(frozen=True)
class Picture:
    """One entry of the list: title, how to read it, what draws it, and of what (either: pairs, or else runs).

    `together` draws all scenarios on one picture, when there are at least and at most so many of them.
    """

    title: str
    caption: str
    draw: Callable[[Any], Axes]
    shows: Literal["each run", "each pair", "either", "together"] = "either"
    at_least: int = 1
    at_most: int = MOST_TOGETHER


PICTURES = (
    Picture(
        "Map at the end",
        "Coloured: ground that the attacker took. Dashed: the front at the start; solid: the front at the end.",
        plots.map,
        "each run",
    ),
    Picture(
        "What the change does",
        "Left: every run, with means and intervals. Right: the paired differences. A bar that crosses the line at 0 "
        "may be the dice alone.",
        plots.comparison,
        "each pair",
    ),
    Picture(
        "Ground taken",
        "What was retaken is taken off. The marks below the curves tell when what happened.",
        partial(plots.timeline, variable="area_changed_km2"),
    ),
    Picture(
        "Who holds the city",
        "Below one half the city counts as lost.",
        partial(plots.timeline, variable="city_share_held", events=False),
    ),
    Picture(
        "Losses",
        "Soldiers lost since the start, killed, wounded and captured together.",
        partial(plots.timeline, variable="losses", events=False),
    ),
    Picture(
        "All scenarios",
        "Every panel has the same scales; the faint line is the first scenario's median.",
        plots.small_multiples,
        "together",
        at_least=3,
        at_most=24,
    ),
    Picture(
        "How long the city is held",
        "The share of the runs in which the city is still held, day by day.",
        partial(plots.exceedance, outcome="day_city_lost"),
        "together",
    ),
    Picture(
        "How many attackers are lost",
        "The share of the runs in which the attacker's losses are higher than what stands below.",
        partial(plots.exceedance, outcome="attacker_losses"),
        "together",
    ),
    Picture(
        "Where losses come from",
        "Soldiers lost on both sides, by cause; below, where everybody is at the end.",
        plots.losses_ledger,
    ),
    Picture(
        "What happened when",
        "Events worth telling, and each week's counts of the frequent ones.",
        plots.events,
        "each run",
    ),
)


def pictures(source: Source) -> dict[str, Any]:
    """Draw all that there is to draw of a source."""
    return {"pictures": [_drawn(picture, part) for picture in PICTURES for part in _parts(picture, source)]}


def _parts(picture: Picture, source: Source) -> list[Any]:
    runs: list[Any] = list(runs_of(source))
    pairs: list[Any] = list(pairs_of(source))
    together = [source] if picture.at_least <= len(runs) <= picture.at_most else []
    return {"each run": runs, "each pair": pairs, "either": pairs or runs, "together": together}[picture.shows]


def _drawn(picture: Picture, part: Source) -> dict[str, str]:
    ax = picture.draw(part)
    try:
        return {
            "title": f"{picture.title}: {title_of(part)}",
            "caption": picture.caption,
            "label": part.label,
            "alt": plots.alt_text(ax),
            "data": _png(ax),
        }
    finally:
        plt.close(figure_of(ax))


def _png(ax: Axes) -> str:
    """Return the figure as an address that holds the picture itself: the same picture, the same bytes."""
    canvas = FigureCanvasAgg(figure_of(ax))
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.array(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    drawn = Image.fromarray(pixels).convert("RGB")
    file = io.BytesIO()
    drawn.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
