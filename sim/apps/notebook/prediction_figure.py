"""A student's prediction above what the runs said, on one axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, SIZE_IN, VERMILLION, points
from sim.plots.drawing.labelled_figure import describe, figure_of, panels, prepare, set_title, style_for

if TYPE_CHECKING:
    from sim.apps.notebook.prediction import Answer, Prediction

_HEIGHT = 0.62  # of a projector's: two rows need no more
_PREDICTED, _SAID = 1.0, 0.0
_EDGE = 0.35  # of the axis, within which words stand beside a mark
_SCATTER = 0.2  # of the runs about their row, so that none hides another


def foretold(prediction: Prediction, answer: Answer, ax: Axes | None = None) -> Axes:
    """Draw the predicted range with its most likely value, and below it every run with mean and 95 % interval."""
    with style_for(ax):
        if ax is None:
            ax = panels()[0]
            figure_of(ax).set_size_inches(SIZE_IN[0], SIZE_IN[1] * _HEIGHT)
        ax = prepare(ax, answer.label, _caption(answer))
        set_title(ax, prediction.question)
        _draw_prediction(ax, prediction)
        _draw_answer(ax, answer)
        ax.margins(x=0.08)
        _dress(ax, answer)
        _name(ax, prediction.likely, _PREDICTED, str(prediction), VERMILLION)
        if math.isfinite(answer.value):
            _name(ax, answer.value, _SAID, str(answer), BLUE)
        describe(ax, f"Prediction and answer: {prediction.question}", prediction.verdict(answer).replace("\n", " "))
    return ax


def _caption(answer: Answer) -> str:
    bar = f"Bar: 95 % interval of the {answer.of}" if math.isfinite(answer.low) else "One run has no interval"
    dots = "; small dots: each of them" if _has_dots(answer) else ""
    return f"{bar}{dots}. {answer.spread}".strip()


def _has_dots(answer: Answer) -> bool:
    """Tell whether the runs show anything beyond their mean: those of yes and no do not."""
    return len(np.unique(answer.runs[np.isfinite(answer.runs)])) > 2


def _draw_prediction(ax: Axes, prediction: Prediction) -> None:
    ends = [prediction.low, prediction.high]
    ax.plot(ends, [_PREDICTED] * 2, color=VERMILLION, linewidth=points(14), alpha=0.35, solid_capstyle="butt")
    ax.plot(ends, [_PREDICTED] * 2, "|", color=VERMILLION, markersize=points(26), markeredgewidth=points(2.5))
    ax.plot([prediction.likely], [_PREDICTED], "D", color=VERMILLION, markersize=points(11), markeredgecolor=INK)


def _draw_answer(ax: Axes, answer: Answer) -> None:
    runs = answer.runs[np.isfinite(answer.runs)]
    if _has_dots(answer):
        heights = _SAID + _SCATTER * np.linspace(-1, 1, len(runs))
        ax.plot(runs, heights, "o", color=BLUE, alpha=0.4, markersize=points(6), markeredgewidth=0, gid="runs")
    if math.isfinite(answer.low):
        arms = [[max(0.0, answer.value - answer.low)], [max(0.0, answer.high - answer.value)]]
        ax.errorbar([answer.value], [_SAID], xerr=arms, color=INK, elinewidth=points(2.5), capsize=points(8),
                    capthick=points(2), zorder=5, gid="interval")  # fmt: skip
    if math.isfinite(answer.value):
        ax.plot([answer.value], [_SAID], "o", color=BLUE, markersize=points(11), markeredgecolor=INK, zorder=6)


def _dress(ax: Axes, answer: Answer) -> None:
    ax.set_yticks([_PREDICTED, _SAID], ["You predicted", "The runs said"], fontsize=points(14))
    ax.set_ylim(_SAID - 0.5, _PREDICTED + 0.55)
    ax.set_xlabel(f"{answer.what} [{answer.unit}]")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    low, high = ax.get_xlim()
    if low < 0 < high:
        ax.axvline(0, color=GREY, linewidth=1, zorder=0)


def _name(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    """Write above a mark what it says, towards the middle so that it stays on the axes."""
    low, high = ax.get_xlim()
    share = (x - low) / (high - low)
    side = "left" if share < _EDGE else "right" if share > 1 - _EDGE else "center"
    ax.annotate(text, (x, y + 0.27), ha=side, va="bottom", color=colour, fontweight="bold", fontsize=points(14))
