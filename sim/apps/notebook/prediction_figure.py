"""A student's prediction above what the runs show, on one axis."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

from sim.apps.notebook.answers import Answer, with_ends
from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, SIZE_IN, VERMILION, points
from sim.plots.drawing.labelled_figure import describe, figure_of, panels, prepare, set_title, short, style_for

_HEIGHT = 0.62  # share of the height of other figures: two rows need no more
_PREDICTED, _SHOWN = 1.0, 0.0
_AXIS_LETTERS = 50  # of what the axis shows
_EDGE = 0.35  # share of the axis at each end where words stand to one side of their mark
_SCATTER = 0.2  # how far runs are moved from their row, so that none hides another

Predicted = tuple[float, float, float]
"""Lowest, most likely and highest value of a prediction."""


def draw_prediction(question: str, predicted: Predicted, answer: Answer, verdict: str, ax: Axes | None = None) -> Axes:
    """Draw the predicted range with its most likely value, and below it every run with mean and 95 % interval.

    `verdict` compares the two in words, for those who do not see the figure.
    """
    with style_for(ax):
        if ax is None:
            ax = panels()[0]
            figure_of(ax).set_size_inches(SIZE_IN[0], SIZE_IN[1] * _HEIGHT)
        ax = prepare(ax, answer.label, _caption(answer))
        set_title(ax, question)
        _draw_range(ax, predicted)
        _draw_answer(ax, answer)
        ax.margins(x=0.08)
        _dress(ax, answer)
        low, likely, high = predicted
        _name(ax, likely, _PREDICTED, with_ends(likely, low, high, answer.unit), VERMILION)
        if math.isfinite(answer.value):
            _name(ax, answer.value, _SHOWN, str(answer), BLUE)
        describe(ax, f"Prediction and answer: {question}", verdict.replace("\n", " "))
    return ax


def _caption(answer: Answer) -> str:
    none = "One run has no interval" if len(answer.runs) < 2 else answer.no_interval.capitalize()
    bar = f"Bar: 95 % interval of the {answer.of}" if math.isfinite(answer.low) else none
    dots = "; small dots: each of these" if _has_dots(answer) else ""
    return f"{bar}{dots}. {answer.spread}".strip()


def _has_dots(answer: Answer) -> bool:
    """Return whether the runs have more than two values: those of yes and no show no more than their mean."""
    return len(np.unique(answer.runs[np.isfinite(answer.runs)])) > 2


def _draw_range(ax: Axes, predicted: Predicted) -> None:
    low, likely, high = predicted
    ends = [low, high]
    ax.plot(ends, [_PREDICTED] * 2, color=VERMILION, linewidth=points(14), alpha=0.35, solid_capstyle="butt")
    ax.plot(ends, [_PREDICTED] * 2, "|", color=VERMILION, markersize=points(26), markeredgewidth=points(2.5))
    ax.plot([likely], [_PREDICTED], "D", color=VERMILION, markersize=points(11), markeredgecolor=INK)


def _draw_answer(ax: Axes, answer: Answer) -> None:
    runs = answer.runs[np.isfinite(answer.runs)]
    if _has_dots(answer):
        heights = _SHOWN + _SCATTER * np.linspace(-1, 1, len(runs))
        ax.plot(runs, heights, "o", color=BLUE, alpha=0.4, markersize=points(6), markeredgewidth=0, gid="runs")
    if math.isfinite(answer.low):
        lengths = [[max(0.0, answer.value - answer.low)], [max(0.0, answer.high - answer.value)]]
        ax.errorbar([answer.value], [_SHOWN], xerr=lengths, color=INK, elinewidth=points(2.5), capsize=points(8),
                    capthick=points(2), zorder=5, gid="interval")  # fmt: skip
    if math.isfinite(answer.value):
        ax.plot([answer.value], [_SHOWN], "o", color=BLUE, markersize=points(11), markeredgecolor=INK, zorder=6)


def _dress(ax: Axes, answer: Answer) -> None:
    ax.set_yticks([_PREDICTED, _SHOWN], ["You predicted", "The runs show"], fontsize=points(14))
    ax.set_ylim(_SHOWN - 0.5, _PREDICTED + 0.55)
    ax.set_xlabel(f"{short(answer.what, _AXIS_LETTERS)} [{short(answer.unit)}]")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    low, high = ax.get_xlim()
    if low < 0 < high:
        ax.axvline(0, color=GREY, linewidth=1, zorder=0)


def _name(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    """Write the text of a mark above it, towards the middle so that it stays on the axes."""
    low, high = ax.get_xlim()
    share = (x - low) / (high - low)
    side = "left" if share < _EDGE else "right" if share > 1 - _EDGE else "center"
    ax.annotate(text, (x, y + 0.27), ha=side, va="bottom", color=colour, fontweight="bold", fontsize=points(14))
