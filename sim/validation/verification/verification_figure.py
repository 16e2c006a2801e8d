"""The figures of the suite: one panel per relation, theory as a line and the model as points with intervals."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from sim.plots.drawing.colours_and_type import COLOURS, GREY, INK, MARKERS, MOST_TOGETHER, style
from sim.plots.drawing.labelled_figure import describe, panels, prepare
from sim.scenario.teaching_label import LABEL
from sim.validation.theory import koopman_bound
from sim.validation.verification.case import Case
from sim.validation.verification.suite import CASES, Row, theory_line

# Title and x-axis of each panel.
PANELS = {
    "fights": ("P(attacker wins), 10 v y", "defenders y, soldiers"),
    "tick": ("P(attacker wins), by tick", "tick, h"),
    "fortification": ("P(attacker wins), 12 v 6", "fortification factor"),
    "shaken": ("P(attacker wins), 10 v 10", "defender's cohesion"),
    "mixed": ("P(win), mixed fire", "defenders y, soldiers"),
    "three": ("P(wins), defender 9 x", "attackers, against 10"),
    "strength": ("Soldiers, 100 v 70", "time, h"),
    "reinforced": ("Soldiers, reinforced", "time, h"),
    "shells": ("Lost to shells in 1 h", "group size, soldiers"),
    "shared": ("Lost to shared shells", "shells per day"),
    "integration": ("Lost, shared sightings", "P(sighting is shared)"),
    "terrain": ("Lost, or found, in woods", "terrain factor"),
    "sections": ("Lost per section in 1 day", "share on objectives"),
    "fill": ("Soldiers in a section", "time, h"),
    "replacements": ("Replacements arrived", "time, h"),
    "search": ("P(found)", "coverage z, swept area share"),
    "calls": ("Requests blocked", "offered load, crews"),
    "pace": ("Blocked, slow crews", "pace: weather, supply"),
    "chain": ("Lost per drone request", "P(drone hits)"),
    "burst": ("Lost per drone request", "soldiers within reach"),
    "flow": ("Largest flow, t per day", "number of the set of cuts"),
    "fire": ("Largest flow, t per day", "interdiction reach, km"),
    "routes": ("P(connected)", "P(line open)"),
    "supply": ("Supply level, stock", "time, h"),
    "hours": ("Hour in the model", "expected hour"),
    "staying": ("Soldiers who are not diverted", "share free for the sector"),
    "flows": ("Soldiers who came", "day"),
    "training": ("Training, start = 1", "day"),
    "weather": ("Share of good days", "P(good weather)"),
    "cohesion": ("Cohesion", "time, h"),
    "fear": ("Cohesion after 1 h", "cohesion lost per raid"),
    "pocket": ("Share broken out, lost, taken", "time, h"),
    "grounds": ("P(found), by terrain", "reconnaissance drones"),
    "classes": ("P(found), by class", "time, h"),
    "by-class": ("Hour of arrival", "distance, km"),
    "fortified": ("Lost per section in 1 h", "fire per attacker, 1/h"),
    "lost-by-ground": ("Lost to shells in 1 h", "group size, soldiers"),
    "lost-by-class": ("Lost to drones in 1 day", "delay of a strike, h"),
    "requests": ("Requests on garrisons", "requests per soldier, 1/h"),
    "release": ("Groups released in 1 day", "surge factor"),
    "effort": ("Share of the groups", "weight or share"),
    "adaptive": ("Share of effort", "time, h"),
    "pressure": ("Target / mean target", "radius of pressure, km"),
    "chance": ("P(chosen), two cells", "weight of chance"),
    "thresholds": ("Begins: 1, or not: 0", "threshold"),
    "cells": ("Cells taken, or reached", "fewest holders; range, km"),
    "soldiers": ("Soldiers per cell", "density per km; share, %"),
    "refill": ("Supply level, stock", "time, h"),
    "hours-2": ("Hour in the model", "expected hour"),
    "hours-3": ("Hour in the model", "expected hour"),
    "moves": ("Sent, lost, arrival", "time, h"),
    "rotation": ("Came forward from rest", "time, h"),
    "wanted": ("Forward, soldiers", "time, h"),
    "digging": ("Dug in", "time, h"),
    "targets": ("Sum of targets", "time, h"),
    "withdrawal": ("Has left, lost, taken", "time, h"),
    "mines": ("Lost on the way", "distance, km"),
    "thresholds-2": ("Cells taken", "share who dismount"),
    "race": ("Ground won, km", "run before seal, or reach, km"),
    "gaps": ("P(goes on)", "P(goes on), set"),
    "counter": ("P(counter-attacked)", "counter-attacks per day"),
    "road": ("Share surviving, or lost", "losses per km"),
    "unit": ("P(retaken), 10 holders", "ratio, or fortification"),
    "per-week": ("Attacks, or day of return", "per week, or days of refit"),
    "lift": ("Sent in 1 day, soldiers", "ordered, soldiers"),
    "readiness": ("Readiness", "time, h"),
    "railhead": ("Attacker's level", "lift_km, km"),
    "attackers-demand": ("Demand, t", "t per soldier sent"),
}
_TITLE_PT, _TEXT_PT = 8.5, 7.5
_PER_ROW = 6
_PER_PAGE = 30


def pages(rows: list[Row], options: tuple[str, ...], sampling: str) -> list[list[Axes]]:
    """Draw the panels of the cases in these comparisons, and return the axes of each page.

    options: the changes of the scenarios, as `--set` takes them; sampling: full or quick, for the caption.
    """
    by_panel: dict[str, list[Case]] = {}
    for name in dict.fromkeys(row.case for row in rows):
        by_panel.setdefault(CASES[name].panel, []).append(CASES[name])
    shown = [panel for panel in PANELS if panel in by_panel]
    return [
        _page(shown[first : first + _PER_PAGE], by_panel, rows, options, sampling)
        for first in range(0, len(shown), _PER_PAGE)
    ]


def _page(
    shown: list[str], by_panel: dict[str, list[Case]], rows: list[Row], options: tuple[str, ...], sampling: str
) -> list[Axes]:  # fmt: skip
    n_columns = min(_PER_ROW, len(shown))
    with style():
        axes = panels(n_columns, -(-len(shown) // n_columns))
        for ax, panel in zip(axes, shown, strict=False):
            _draw(ax, panel, by_panel[panel], rows, options)
        for ax in axes[len(shown) :]:
            ax.set_axis_off()
        prepare(axes[0], LABEL, f"Lines: theory. Points: the model, {sampling} sampling. Intervals: the bound.")
        found = [row.is_ok for row in rows if CASES[row.case].panel in shown]
        text = f"{sum(found)} of {len(found)} comparisons with theory lie within their bounds, on {len(shown)} panels."
        describe(axes[0], "Verification: theory as lines, the model as points with intervals", text)
    return axes[: len(shown)]


def _draw(ax: Axes, panel: str, cases: list[Case], rows: list[Row], options: tuple[str, ...]) -> None:
    curves = [(case, quantity) for case in cases for quantity in case.quantities[: case.n_drawn]]
    for i, (case, quantity) in enumerate(curves):
        points = [row for row in rows if (row.case, row.quantity) == (case.name, quantity)]
        name = case.curve if case.n_drawn == 1 else quantity.replace("_", " ").removeprefix("lost ")
        _draw_curve(ax, points, theory_line(case, options, quantity), name, i)
    if panel == "search":
        z = np.linspace(0.0, ax.get_xlim()[1], 50)
        ax.plot(z, koopman_bound(z), color=GREY, linestyle=":", linewidth=1.0, label="bound min(1, z)")
    title, x_label = PANELS[panel]
    ax.set_title(title, fontsize=_TITLE_PT, pad=3)
    ax.set_xlabel(x_label, fontsize=_TEXT_PT, labelpad=1)
    ax.tick_params(labelsize=_TEXT_PT, length=2, pad=2)
    if len(curves) > 1 or panel == "search":
        ax.legend(
            fontsize=_TEXT_PT - 1.5, framealpha=0.85, edgecolor="none", borderpad=0.1, handlelength=1.2,
            borderaxespad=0.1, labelspacing=0.15,
        )  # fmt: skip


def _draw_curve(ax: Axes, rows: list[Row], line: tuple[list[float], list[float]], name: str, i: int) -> None:
    colour, marker = COLOURS[i % MOST_TOGETHER], MARKERS[i % MOST_TOGETHER]
    ax.plot(*line, color=colour, linewidth=1.0)
    ax.errorbar(
        [row.x for row in rows], [row.simulated for row in rows], [row.bound for row in rows],
        color=colour, marker=marker, markersize=3, linestyle="none", elinewidth=0.8, capsize=1.5, label=name,
    )  # fmt: skip
    outside = [row for row in rows if not row.is_ok]
    ax.plot([r.x for r in outside], [r.simulated for r in outside], "x", color=INK, markersize=9, markeredgewidth=2)
    if not line[0]:
        ax.plot([row.x for row in rows], [row.expected for row in rows], "_", color=INK, markersize=9)
