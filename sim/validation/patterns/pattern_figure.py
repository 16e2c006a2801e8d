"""The figure of the patterns: for each claim, the samples as claimed, equal and contrary, as shares with intervals."""

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
from sim.validation.patterns.verdicts import Share, Verdict

_PANEL = (0.47, 0.07, 0.4, 0.93)  # the panel within the axes: claims are on its left, verdicts on its right
_MAX_PT, _ROW_SHARE, _LETTER = 12.5, 0.66, 0.56  # font size: maximum, share of the row height, width of a letter
# Of each kind of sample: marker, colour, and how far above the middle of its row it is drawn.
_LOOK = {"as claimed": ("o", BLUE, 0.24), "equal": ("s", GREY, 0.0), "contrary": ("^", VERMILION, -0.24)}


def plot_patterns(study: Study, ax: Axes | None = None) -> Axes:
    """Draw, in one row per claim, the shares of samples of each kind, their 95 % intervals and the verdict.

    Filled symbols are patterns; open ones are the same claims without the supposed cause of the pattern.
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
        text = f"Parameter samples by claim: {'; '.join(_in_words(verdict) for verdict in study.verdicts)}."
        describe(ax, f"Patterns of the article in {study.scenario.name}", text)
    return ax


def _caption(study: Study) -> str:
    r = study.n_replications
    return (
        f"{study.n_draws} samples of {study.n_values} assumed values from their ranges, {r} replication"
        f"{'s' * (r > 1)} each. Bars: 95 % intervals of the shares (Wilson). Most, no difference, few: over half are "
        "as claimed, equal, contrary (exact binomial test)."
        + (" One sample has no interval." if study.n_draws == 1 else "")
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
    panel.set_xlabel("share of the parameter samples", fontsize=size, labelpad=2)
    panel.spines["left"].set_visible(False)
    panel.axvline(0.5, color=GREY, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    for place in range(1, len(verdicts)):
        is_new = verdicts[place].claim.pattern != verdicts[place - 1].claim.pattern
        panel.axhline(0.5 - place, color=GREY if is_new else "#e5e5e5", linewidth=0.8, zorder=0)


def _kinds(verdict: Verdict) -> list[tuple[str, Share]]:
    found = {"as claimed": verdict.as_claimed, "equal": verdict.equal, "contrary": verdict.contrary}
    return [(kind, share) for kind, share in found.items() if share]


def _in_words(verdict: Verdict) -> str:
    shares = ", ".join(f"{kind} {percent(share.share)}" for kind, share in _kinds(verdict))
    return f"{_name(verdict)}: {shares} ({verdict.word})"


def _draw_row(panel: Axes, verdict: Verdict, y: float, size: float) -> None:
    for kind, share in _kinds(verdict):
        marker, colour, above = _LOOK[kind]
        face = "white" if verdict.claim.is_driver else colour
        at = y + above
        if np.isfinite(share.low):
            panel.plot([share.low, share.high], [at, at], color=colour, linewidth=points(2), zorder=2, gid="interval")
        panel.plot([share.share], [at], marker, color=colour, markerfacecolor=face, markersize=points(6.5), zorder=3)
    place: dict[str, Any] = {
        "xycoords": panel.get_yaxis_transform(),
        "va": "center",
        "fontsize": size,
        "annotation_clip": False,
    }
    panel.annotate(_name(verdict), (-0.02, y), ha="right", color=INK, **place)
    panel.annotate(verdict.word, (1.02, y), ha="left", color=INK, **place)


def _explain(panel: Axes, size: float) -> None:
    handles = [Line2D([], [], color=colour, marker=marker, label=kind) for kind, (marker, colour, _) in _LOOK.items()]
    open_symbol: dict[str, Any] = {"marker": "o", "markerfacecolor": "white", "linewidth": 0}
    handles.append(Line2D([], [], color=INK, label="without its driver", **open_symbol))
    legend = panel.legend(
        handles=handles, loc="upper right", bbox_to_anchor=(-0.02, 0), ncols=2, fontsize=size, frameon=False,
        borderaxespad=0.2,
    )  # fmt: skip
    legend.set_in_layout(False)
