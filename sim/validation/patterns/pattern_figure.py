"""The figure of the patterns: for each claim, the share of the parameter samples that support it, with its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from sim.plots.drawing.colours_and_type import BLUE, GREY, INK, VERMILION, points
from sim.plots.drawing.labelled_figure import describe, prepare, set_title, size_pt, style_for
from sim.results.number_format import percent
from sim.validation.patterns.pattern_study import Study
from sim.validation.patterns.verdicts import Verdict

_PANEL = (0.47, 0.07, 0.4, 0.93)  # the panel within the axes: claims are on its left, verdicts on its right
_MAX_PT, _ROW_SHARE, _LETTER = 12.5, 0.66, 0.56  # font size: maximum, share of the row height, width of a letter


def plot_patterns(study: Study, ax: Axes | None = None) -> Axes:
    """Draw, in one row per claim, the share of samples that support it, its 95 % interval and the verdict.

    Filled circles are patterns; open triangles are the same claims without the supposed cause of the pattern.
    """
    with style_for(ax):
        ax = prepare(ax, study.label, _caption(study))
        ax.set_axis_off()
        set_title(ax, f"{study.scenario.name}: how often the model shows the patterns of the article")
        panel = ax.inset_axes(_PANEL)
        size = _letters(ax, study.verdicts)
        _frame(panel, study.verdicts, size)
        for place, verdict in enumerate(study.verdicts):
            _draw_row(panel, verdict, -place, size)
        _explain(panel, size)
        shares = "; ".join(f"{_name(verdict)} {percent(verdict.share)} ({verdict.word})" for verdict in study.verdicts)
        text = f"Share of parameter samples that support each claim: {shares}."
        describe(ax, f"Patterns of the article in {study.scenario.name}", text)
    return ax


def _caption(study: Study) -> str:
    r = study.n_replications
    return (
        f"{study.n_draws} samples of {study.n_values} assumed values from their ranges, {r} replication"
        f"{'s' * (r > 1)} each. Bars: 95 % intervals of the share (Wilson); most (few): the bar lies above (below) "
        "50 %." + (" One sample has no interval." if study.n_draws == 1 else "")
    )


def _letters(ax: Axes, verdicts: list[Verdict]) -> float:
    """Return the font size in points at which the claims fit their rows and the space on the left."""
    width, height = size_pt(ax)
    longest = max(len(_name(verdict)) for verdict in verdicts)
    by_height = _ROW_SHARE * _PANEL[3] * height / (len(verdicts) + 1)
    return min(points(_MAX_PT), by_height, _PANEL[0] * width / (_LETTER * longest))


def _name(verdict: Verdict) -> str:
    return f"{verdict.claim.pattern}  {verdict.claim.text}"


def _frame(panel: Axes, verdicts: list[Verdict], size: float) -> None:
    panel.set_xlim(-0.03, 1.03)
    panel.set_ylim(0.6 - len(verdicts), 0.6)
    panel.set_yticks([])
    panel.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    panel.set_xticks(np.linspace(0.0, 1.0, 5))
    panel.tick_params(labelsize=size)
    panel.set_xlabel("share of the parameter samples that support the claim", fontsize=size, labelpad=2)
    panel.spines["left"].set_visible(False)
    panel.axvline(0.5, color=GREY, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    for place in range(1, len(verdicts)):
        is_new = verdicts[place].claim.pattern != verdicts[place - 1].claim.pattern
        panel.axhline(0.5 - place, color=GREY if is_new else "#e5e5e5", linewidth=0.8, zorder=0)


def _draw_row(panel: Axes, verdict: Verdict, y: float, size: float) -> None:
    marker, colour = ("^", VERMILION) if verdict.claim.is_driver else ("o", BLUE)
    face = "white" if verdict.claim.is_driver else colour
    if np.isfinite(verdict.low):
        panel.plot([verdict.low, verdict.high], [y, y], color=colour, linewidth=points(2.5), zorder=2, gid="interval")
    panel.plot([verdict.share], [y], marker, color=colour, markerfacecolor=face, markersize=points(9), zorder=3)
    place: dict[str, Any] = {
        "xycoords": panel.get_yaxis_transform(),
        "va": "center",
        "fontsize": size,
        "annotation_clip": False,
    }
    panel.annotate(_name(verdict), (-0.02, y), ha="right", color=INK, **place)
    words = f"{percent(verdict.share)}: {verdict.word}"
    panel.annotate(words, (1.02, y), ha="left", color=colour, **place)


def _explain(panel: Axes, size: float) -> None:
    handles = [
        Line2D([], [], color=BLUE, marker="o", label="pattern"),
        Line2D([], [], color=VERMILION, marker="^", markerfacecolor="white", label="without its driver"),
    ]
    legend = panel.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(1.02, -0.1), fontsize=size, frameon=False, borderaxespad=0
    )
    legend.set_in_layout(False)
