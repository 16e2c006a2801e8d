"""Cases of direct fire and artillery: Lanchester's laws, Brown's, Deitchman's, breakpoints, reinforcement."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from sim import theory
from sim.clock import H_PER_DAY
from sim.codes import DEFENDER
from sim.model import Campaign
from sim.schema import Scenario
from sim.verification.case import Case, Exact, Expectation, Mean, Probability, Trials
from sim.verification.reading import (
    attackers_at_start,
    attackers_in,
    defenders_at_start,
    defenders_in,
    front_cells,
    n_front,
    play_until,
)


def fight_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return win probability and mean survivors of a fight to the end under the law that the scenario's fire makes."""
    x, y, fire = attackers_at_start(s), defenders_at_start(s), s.direct_fire
    a = fire.attacker_loss_per_defender_h
    d = fire.defender_loss_per_attacker_h / s.ground.fortification.open
    x_breaks, y_breaks = (1.0 - fire.breakpoint_attacker) * x, (1.0 - fire.breakpoint_defender) * y
    match fire.attacker_fire, fire.defender_fire:
        case "aimed", "aimed":
            ends = theory.square_ends(x, y, d / a, x_breaks, y_breaks)
        case "area", "area":
            ends = theory.linear_ends(x, y, d / (d + a), x_breaks, y_breaks)
        case "area", "aimed":
            ends = theory.deitchman_ends(x, y, a, d, x_breaks, y_breaks)
        case _:
            ends = theory.deitchman_ends(y, x, d, a, y_breaks, x_breaks).T
    p_win, by_survivors, left = ends[:, : int(y_breaks) + 1].sum(), ends.sum(axis=1), np.arange(x + 1)
    mean = left @ by_survivors
    spread = math.sqrt(max(left**2 @ by_survivors - mean**2, 0.0))
    return {"p_win": Probability(min(p_win, 1.0)), "survivors": Mean(mean, spread)}


def fight_to_the_end(model: Campaign, _: Any) -> Trials:
    """Return for each cell whether the attacker won it, and how many of his soldiers are left."""
    cells = front_cells(model)
    model.step()
    while model.running and model.ground.assault_force[cells].any():
        model.step()
    if model.ground.assault_force[cells].any():
        raise ValueError("a fight is still on at the horizon: raise time.horizon_days")
    return {"p_win": model.ground.is_held_by_enemy[cells] == 1, "survivors": attackers_in(model, cells)}


def strengths_expected(s: Scenario, hour: Any) -> dict[str, Expectation]:
    """Return both sides' strengths at an hour of aimed fire, the attacker reinforced at a steady rate.

    The mean of the jump process obeys the same linear equations for as long as no side can have been wiped out.
    """
    fire = s.direct_fire
    is_reinforced = "command" not in s.off and s.command.release == "absolute"
    arrivals = s.command.release_soldiers_per_day / H_PER_DAY / n_front(s) if is_reinforced else 0.0
    defenders, attackers = theory.lanchester_reinforced(
        defenders_at_start(s), attackers_at_start(s), fire.attacker_loss_per_defender_h,
        fire.defender_loss_per_attacker_h / s.ground.fortification.open, 0.0, arrivals, hour,
    )  # fmt: skip
    return {"attackers": Mean(float(attackers)), "defenders": Mean(float(defenders))}


def strengths(model: Campaign, hour: Any) -> Trials:
    """Return both sides' strengths in each cell at an hour."""
    cells = front_cells(model)
    play_until(model, hour)
    return {"attackers": attackers_in(model, cells), "defenders": defenders_in(model, cells)}


def shelled_group(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return what an hour's shells take from a tracked group: the linear law under constant fire, on those told of."""
    p, size, p_told = s.artillery, s.attacker.group_size, s.drone_strikes.defender.p_integration
    shells_h = min(p.shells_per_aim_point_h, p.shells_per_day / H_PER_DAY / s.attacker.forward_groups)
    p_known = p_told + (1.0 - p_told) * p.p_own_observer
    if p_known < 1.0 and shells_h < p.shells_per_aim_point_h:
        raise ValueError("a known group's share of the shells is random: raise artillery.shells_per_day to the cap")
    hit = p.lethal_area_km2 / (p.area_per_aim_point_km2 + p.area_per_soldier_km2 * size)
    known = _binomial_loss(size, float(theory.lanchester_linear(shells_h, size, hit, 0.0, s.time.tick_h)[1]))
    mean = p_known * known.value
    # A group is known or not as a whole: the variance of a mixture of that loss and none.
    return {"lost": Mean(mean, math.sqrt(p_known * ((known.sd or 0.0) ** 2 + known.value**2) - mean**2))}


def shell_groups(model: Campaign, _: Any) -> Trials:
    """Return what each group has lost after the first tick."""
    rows = model.inputs.attacker.group_size
    groups = model.state.active[: model.inputs.attacker.forward_groups * rows].copy()
    model.step()
    return {"lost": rows - model.state.n_soldiers[groups].reshape(-1, rows).sum(axis=1)}


def shelled_sections(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return what a day's shells take from a section that is an objective, and from another."""
    p, n = s.artillery, defenders_at_start(s)
    shells_h = p.shells_ratio * p.shells_per_day / H_PER_DAY
    hit = p.lethal_area_dug_in_km2 / (p.area_per_aim_point_km2 * s.ground.fortification.open)
    elsewhere = shells_h * (1.0 - p.share_on_objectives) / n_front(s)
    aimed = shells_h * p.share_on_objectives / s.command.n_objectives
    left = [theory.lanchester_linear(rate, n, hit, 0.0, H_PER_DAY)[1] for rate in (elsewhere + aimed, elsewhere)]
    return {"lost_objectives": _binomial_loss(n, float(left[0])), "lost_elsewhere": _binomial_loss(n, float(left[1]))}


def shell_sections(model: Campaign, _: Any) -> Trials:
    """Return what each section has lost after a day, the objectives apart."""
    cells = front_cells(model)
    before = defenders_in(model, cells)
    play_until(model, H_PER_DAY)
    lost = before - defenders_in(model, cells)
    is_objective = np.isin(cells, model.state.objectives[0, : model.state.n_objectives[0]])
    return {"lost_objectives": lost[is_objective], "lost_elsewhere": lost[~is_objective]}


def filled(s: Scenario, hour: Any) -> dict[str, Expectation]:
    """Return the mean strength of a section that was empty at the start."""
    target, p = defenders_at_start(s), -math.expm1(-hour / s.reinforcement.fill_time_h)
    return {"soldiers": Mean(target * p, math.sqrt(target * p * (1.0 - p)))}


def fill(model: Campaign, hour: Any) -> Trials:
    """Empty every section into the unassigned, and return their strengths at an hour."""
    state, cells = model.state, front_cells(model)
    sections = state.section_of_cell[cells]
    state.unassigned[DEFENDER] += state.n_soldiers[sections].sum()
    state.n_soldiers[sections] = 0
    play_until(model, hour)
    return {"soldiers": defenders_in(model, cells)}


def arrived_expected(s: Scenario, hour: Any) -> dict[str, Expectation]:
    """Return how many replacements have arrived: whole soldiers of a steady flow."""
    p, days = s.reinforcement, hour / H_PER_DAY
    flows = {"attacker": p.attacker_replacements_per_day, "defender": p.defender_replacements_per_day}
    # Nine decimals of a soldier are rounding of the sum over ticks.
    return {side: Exact(math.floor(round(rate * days, 9)), 0.0) for side, rate in flows.items()}


def arrived(model: Campaign, hour: Any) -> Trials:
    """Return the arrivals of both sides by an hour."""
    play_until(model, hour)
    return {side: model.state.arrived[i : i + 1].astype(float) for i, side in enumerate(("attacker", "defender"))}


def _binomial_loss(n: int, left: float) -> Mean:
    """Each of n soldiers is lost on his own: mean, and spread, of how many."""
    p = 1.0 - left / n
    return Mean(n * p, math.sqrt(n * p * (1.0 - p)))


SQUARE, LINEAR = "stochastic square law, Brown 1963", "linear law, Lanchester 1916"
ATTACKER_RATE, DENSITY = "direct_fire.defender_loss_per_attacker_h", "defender.density_per_km"
DIRECT, SHELLS, FILL = ("direct_fire",), ("detection", "artillery"), ("reinforcement",)

_fight = partial(
    Case, quantities=("p_win", "survivors"), expected=fight_expected, measure=fight_to_the_end, replications=140,
    quick=30, rate=ATTACKER_RATE,
)  # fmt: skip
_strengths = partial(
    Case, path=None, points=(1, 2, 3, 5, 8), quantities=("attackers", "defenders"), expected=strengths_expected,
    measure=strengths, n_drawn=2,
)  # fmt: skip
_shelled = partial(
    Case, quantities=("lost",), expected=shelled_group, measure=shell_groups, replications=30, quick=6,
    rate="artillery.lethal_area_km2",
)  # fmt: skip

CASES = (
    _fight("aimed-fire", DIRECT, "fights", "aimed fire", SQUARE, "square-law", DENSITY, (4, 5, 6, 7, 8, 9, 10)),
    _fight("aimed-fire-ticks", DIRECT, "tick", "10 v 7", SQUARE, "square-law", "time.tick_h",
           (0.5, 1, 3, 6, 24), is_smooth=False),
    _fight("fortification", DIRECT, "fortification", "12 v 6", SQUARE, "fortification",
           "ground.fortification.open", (1, 1.5, 2, 3, 4, 6)),
    _strengths("square-law-over-time", DIRECT, "strength", "100 v 70", "square law, Lanchester 1916",
               "square-law-over-time", replications=60, quick=10, rate=ATTACKER_RATE),
    _strengths("reinforced", ("command", "movement", "direct_fire"), "reinforced", "80 reinforced v 100",
               "square law with reinforcement, Engel 1954", "reinforced", replications=40, quick=6,
               rate="command.release_soldiers_per_day"),
    _fight("area-fire", DIRECT, "fights", "area fire", "stochastic linear law, Brown 1963", "linear-law", DENSITY,
           (4, 5, 6, 7, 8, 9, 10)),
    _fight("mixed-fire", DIRECT, "mixed", "100 v y", "mixed law, Deitchman 1962", "mixed-law", DENSITY,
           (30, 35, 40, 45, 50, 55, 60)),
    _fight("three-to-one", DIRECT, "three", "to the end", SQUARE, "three-to-one", "attacker.group_size",
           (20, 25, 30, 35, 40)),
    _fight("breakpoints", DIRECT, "three", "to breakpoints", f"{SQUARE}; Taylor 1983", "breakpoints",
           "attacker.group_size", (20, 25, 30, 35, 40, 45)),
    _shelled("shells-on-groups", SHELLS, "shells", "5 shells", LINEAR, "shells-on-groups", "attacker.group_size",
             (2, 5, 10, 20, 40)),
    _shelled("shells-shared", SHELLS, "shared", "groups of 10", LINEAR, "shells-on-groups",
             "artillery.shells_per_day", (3000, 6000, 12000, 18000, 30000, 60000)),
    _shelled("guns-told", SHELLS, "told", "groups of 10", f"{LINEAR}; kill chain, Ball 2003", "shells-on-groups",
             "drone_strikes.defender.p_integration", (0, 0.2, 0.4, 0.6, 0.8, 1), rate=None),
    Case("shells-on-sections", ("command", "artillery"), "sections", "40 dug in", LINEAR, "shells-on-sections",
         "artillery.share_on_objectives", (0, 0.2, 0.5, 0.8, 1), ("lost_objectives", "lost_elsewhere"),
         shelled_sections, shell_sections, 100, 20, rate="artillery.lethal_area_dug_in_km2", n_drawn=2),
    Case("fill", FILL, "fill", "target 20", "exponential approach", "fill", None, (3, 6, 12, 18, 24, 48),
         ("soldiers",), filled, fill, 20, 4, rate="reinforcement.fill_time_h"),
    Case("replacements", FILL, "replacements", "whole soldiers", "steady flow, floor(rate t)", "fill", None,
         (1, 5, 10, 24, 37, 96), ("attacker", "defender"), arrived_expected, arrived, n_drawn=2, is_smooth=False),
)  # fmt: skip
