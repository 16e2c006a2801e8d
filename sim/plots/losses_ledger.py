"""The losses ledger: each side's losses by cause, and a balance that shows that soldiers are conserved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.errors import InputError
from sim.plots.drawing.colours_and_type import COLOURS, HATCHES, INK, points
from sim.plots.drawing.labelled_figure import (
    Source,
    check_number,
    describe,
    label_of,
    n_replications,
    prepare,
    results_of,
    set_title,
    short,
    size_pt,
    style_for,
)  # fmt: skip
from sim.results.number_format import fixed, percent
from sim.results.result import Result
from sim.scenario.strengths import who_counts_in
from sim.scenario.teaching_label import what_varies

CAUSES_IN_WORDS = {
    "drone_transit": "drone, while moving",
    "drone_waiting": "drone, while waiting or assaulting",
    "drone_holding": "drone, in a newly won cell",
    "drone_garrison": "drone, in a garrison",
    "drone_line": "drone, in the front line",
    "artillery": "artillery",
    "direct_fire": "direct fire",
    "counterattack": "counter-attack",
    "breakout": "breaking out of a pocket",
    "on_the_road": "on the road, or giving up ground",
    "mines": "mines and waiting drones, on the way",
}
_LETTER, _LINE = 0.6, 1.35  # width of a letter and height of a line, in font sizes
_TALL = 1.25  # axes with a smaller ratio of width to height have the sides one above the other
_LONGEST_LINE, _MOST_WORDS = 60, 0.45  # letters of a balance; share of the height for the text below the bars


@dataclass(frozen=True)
class Balance:
    """One side's soldiers, as means over the replications: initial + arrived - lost = alive."""

    initial: float
    arrived: float
    left: float
    lost: float
    alive: float

    def show(self) -> str:
        """Return the balance as a line."""
        before = f"{fixed(self.initial)} + {fixed(self.arrived)} arrived"
        left = f" \N{MINUS SIGN} {fixed(self.left)} left" if self.left else ""
        return f"{before}{left} \N{MINUS SIGN} {fixed(self.lost)} lost = {fixed(self.alive)} alive"


def balance_of(result: Result, side: str) -> Balance:
    """Return a side's balance; raises InputError when the series do not conserve soldiers.

    The causes must add up to the losses on every day. Arrivals are the rest of the balance, day by day; only transfers
    of the scenario may take soldiers away again, who have then left.
    """
    alive, lost = (np.atleast_2d(result.series[name].sel(side=side).to_numpy()) for name in ("soldiers", "losses"))
    by_cause = result.series["losses_by_cause"].sel(side=side).sum("cause").to_numpy()
    joined = np.diff(alive + lost)
    left = -np.minimum(joined, 0.0).sum(axis=1)
    if (
        not np.array_equal(np.atleast_2d(by_cause), lost)
        or np.any(alive < 0)
        or (left.any() and not _may_leave(result))
    ):
        raise InputError([f"{result.name}: the {side}'s soldiers do not balance"])
    arrived = np.maximum(joined, 0.0).sum(axis=1)
    return Balance(*(float(x.mean()) for x in (alive[:, 0], arrived, left, lost[:, -1], alive[:, -1])))


def _may_leave(result: Result) -> bool:
    scenario = result.manifest["scenario"]
    return "forces" not in scenario["off"] and bool(scenario.get("forces", {}).get("transfers"))


def losses_ledger(source: Source, ax: Axes | None = None) -> Axes:
    """Draw the losses of each side by cause until the end: mean over the runs, and the middle 90 % of them.

    The text at a bar is the mean number of soldiers and its share of the side's losses; below each side is its balance.
    Several scenarios are drawn side by side. Raises InputError when the series do not conserve soldiers.
    """
    results = results_of(source)
    check_number(results)
    with style_for(ax):
        ax = prepare(ax, label_of(source), _caption(results))
        ax.set_axis_off()
        title = "losses by cause" + ", mean per run" * (n_replications(results[0]) > 1)
        set_title(ax, title.capitalize() if len(results) > 1 else f"{results[0].name}: {title}")
        size = _letters(ax, results)
        for side, region in zip(("attacker", "defender"), _regions(ax, results, size), strict=True):
            _draw_side(ax, results, side, region, size)
        _explain(ax, results, size)
        describe(ax, f"Losses ledger of {', '.join(result.name for result in results)}", _alt(results))
    return ax


def _is_tall(ax: Axes) -> bool:
    width, height = size_pt(ax)
    return width < _TALL * height


def _letters(ax: Axes, results: list[Result]) -> float:
    width, height = size_pt(ax)
    by_width = (1.0 if _is_tall(ax) else 0.5) * width / (_LETTER * _LONGEST_LINE)
    by_height = _MOST_WORDS * height / (_LINE * (len(results) + 6)) / (2 if _is_tall(ax) else 1)
    return min(points(13), by_width, by_height)


def _regions(ax: Axes, results: list[Result], size: float) -> list[tuple[float, float, float, float]]:
    """Return the regions of the two sides in the axes: side by side or, in narrow axes, one above the other."""
    rows = -(-len(results) // _columns(ax, results, size)) if len(results) > 1 else 0
    foot = _LINE * size * (rows + 0.3) / size_pt(ax)[1]
    if _is_tall(ax):
        half = (1 - foot) / 2
        return [(0.0, foot + half, 0.97, half), (0.0, foot, 0.97, half)]
    return [(0.0, foot, 0.48, 1 - foot), (0.5, foot, 0.48, 1 - foot)]


def _columns(ax: Axes, results: list[Result], size: float) -> int:
    """Return the number of columns of the legend."""
    longest = max(len(short(result.name)) for result in results) + 5
    return max(1, min(len(results), int(size_pt(ax)[0] / (_LETTER * size * longest))))


def _by_cause(result: Result, side: str) -> dict[str, np.ndarray]:
    """Return the losses at the end by cause, one value per run."""
    last = result.series["losses_by_cause"].sel(side=side).isel(time=-1)
    return {str(cause): np.atleast_1d(last.sel(cause=cause).to_numpy()) for cause in last["cause"].to_numpy()}


def _draw_side(
    ax: Axes, results: list[Result], side: str, region: tuple[float, float, float, float], size: float
) -> None:
    width, height = size_pt(ax)
    left, bottom, room_w, room_h = region
    line = _LINE * size / height
    names_w = 17 * _LETTER * size / width
    numbers_w = (16 if len(results) <= 2 else 8) * _LETTER * size / width
    foot, top = line * (len(results) + 2.7), 2.0 * line
    panel = ax.inset_axes((left + names_w, bottom + foot, room_w - names_w - numbers_w, room_h - foot - top))
    _draw_bars(panel, [_by_cause(result, side) for result in results], size, (room_h - foot - top) * height)
    panel.set_title(f"{side.capitalize()}'s losses", fontsize=1.1 * size, pad=0.5 * size)
    for i, result in enumerate(results):
        y = bottom + line * (len(results) - i - 0.7)
        colour = COLOURS[i] if len(results) > 1 else INK
        words = balance_of(result, side).show()
        ax.text(left, y, words, fontsize=0.95 * size, color=colour, transform=ax.transAxes, gid="balance")


def _draw_bars(panel: Axes, tables: list[dict[str, np.ndarray]], size: float, height_pt: float) -> None:
    causes = [cause for cause in tables[0] if any(table[cause].any() for table in tables)]
    causes.sort(key=lambda cause: -max(table[cause].mean() for table in tables))
    thick = 0.8 / len(tables)
    letters = min(size, 0.95 * height_pt * thick / max(1, len(causes)))
    for i, table in enumerate(tables):
        total = sum(values.mean() for values in table.values())
        for place, cause in enumerate(causes):
            _draw_bar(panel, table[cause], total, place - 0.4 + (i + 0.5) * thick, thick, i, letters, len(tables))
    panel.set_ylim(max(1, len(causes)) - 0.45, -0.55)
    names_pt = min(size, 0.9 * height_pt / max(1, len(causes)) / 2.4)
    panel.set_yticks(range(len(causes)), [_wrapped(CAUSES_IN_WORDS[cause]) for cause in causes], fontsize=names_pt)
    panel.tick_params(axis="y", length=0)
    panel.tick_params(axis="x", labelsize=size)
    panel.xaxis.set_major_locator(MaxNLocator(3))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda x, _: fixed(x)))
    panel.set_xlabel("soldiers lost", fontsize=size, labelpad=1)
    panel.set_xlim(0)


def _wrapped(words: str) -> str:
    return words.replace(", ", ",\n").replace(" of ", "\nof ")


def _draw_bar(
    panel: Axes, values: np.ndarray, total: float, y: float, thick: float, i: int, size: float, n: int
) -> None:
    mean = float(values.mean())
    panel.barh(
        [y], [mean], height=0.86 * thick, color=COLOURS[i], alpha=0.75, hatch=HATCHES[i] if n > 1 else "",
        edgecolor="white", linewidth=0,
    )  # fmt: skip
    low, high = np.quantile(values, (0.05, 0.95))
    if len(values) > 1:
        panel.plot([low, high], [y, y], color=INK, linewidth=points(1.6), gid="interval")
    share = f" ({percent(mean / total)})" if total and n <= 2 else ""
    panel.annotate(
        f"{fixed(mean)}{share}", (max(mean, high), y), (0.4 * size, 0), textcoords="offset points", va="center",
        fontsize=size, annotation_clip=False,
    )  # fmt: skip


def _explain(ax: Axes, results: list[Result], size: float) -> None:
    if len(results) == 1:
        return
    handles: list[Patch | Line2D] = [
        Patch(facecolor=COLOURS[i], alpha=0.75, hatch=HATCHES[i], edgecolor="white", label=short(result.name))
        for i, result in enumerate(results)
    ]
    legend = ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 0.0), ncols=_columns(ax, results, size),
        fontsize=0.95 * size, frameon=False, borderaxespad=0, borderpad=0, columnspacing=1.2, handlelength=1.6,
        labelspacing=0.25,
    )  # fmt: skip
    legend.set_in_layout(False)


def _caption(results: list[Result]) -> str:
    n = n_replications(results[0])
    whose = who_counts_in([result.manifest["scenario"] for result in results])
    balance = f"Below: soldiers at the start, arrived, lost, and alive at the end. {whose}"
    if n == 1:
        return f"1 replication: one run has no interval. {balance}"
    return (
        f"Bars: mean of {n} replications; lines: the middle 90 % of them; in brackets: % of the side's losses. "
        f"{what_varies(result.manifest for result in results)} {balance}"
    )


def _alt(results: list[Result]) -> str:
    texts = []
    for result in results:
        for side in ("attacker", "defender"):
            table = {cause: values.mean() for cause, values in _by_cause(result, side).items()}
            total, worst = sum(table.values()), max(table, key=lambda cause: table[cause])
            most = (
                f", most by {CAUSES_IN_WORDS[worst]} ({percent(table[worst] / total)} of its losses)" if total else ""
            )
            texts.append(f"{result.name}, {side}: {balance_of(result, side).show()}{most}")
    return f"Means of {n_replications(results[0])} replications. {'; '.join(texts)}."
