"""Cases of fights to the end: the stochastic laws of Brown and Deitchman, breakpoints, low cohesion."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.campaign_readings import (
    attackers_at_start,
    attackers_in,
    defenders_at_start,
    front_cells,
)
from sim.validation.verification.case import Case, Expectation, Mean, Probability, Trials
from sim.validation.verification.settable_values import require_positive


def fight_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return win probability and mean survivors of a fight to the end, under the law for the scenario's fire."""
    x, y, fire = attackers_at_start(s), defenders_at_start(s), s.direct_fire
    a = fire.attacker_loss_per_defender_h
    d = fire.defender_loss_per_attacker_h / s.ground.fortification.open
    require_positive(direct_fire__attacker_loss_per_defender_h=a, direct_fire__defender_loss_per_attacker_h=d)
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


def fight_to_the_end(model: Campaign, _: object) -> Trials:
    """Return for each cell whether the attacker won it, and the number of the attacker's soldiers left."""
    cells = front_cells(model)
    model.step()
    while model.running and model.ground.assault_force[cells].any():
        model.step()
    if model.ground.assault_force[cells].any():
        raise ValueError("a fight is not over at the horizon: raise time.horizon_days")
    return {"p_win": model.ground.is_held_by_enemy[cells] == 1, "survivors": attackers_in(model, cells)}


def shaken_expected(s: Scenario, cohesion: float) -> dict[str, Expectation]:
    """Return the expectations of a fight in which the defender's fire is scaled by its cohesion."""
    fire = s.direct_fire.model_copy(
        update={"attacker_loss_per_defender_h": s.direct_fire.attacker_loss_per_defender_h * cohesion}
    )
    return fight_expected(s.model_copy(update={"direct_fire": fire}), None)


def fight_shaken(model: Campaign, cohesion: float) -> Trials:
    """Fight to the end with the given cohesion in every section; it stays constant while that mechanism is off."""
    model.ground.cohesion[:] = cohesion
    return fight_to_the_end(model, None)


SQUARE = "stochastic square law, Brown 1963"
ATTACKER_RATE, DENSITY = "direct_fire.defender_loss_per_attacker_h", "defender.density_per_km"
INPUTS = (
    "attacker.forward_groups", "attacker.group_size", DENSITY, "direct_fire.attacker_fire", "direct_fire.defender_fire",
    "direct_fire.attacker_loss_per_defender_h", ATTACKER_RATE, "direct_fire.breakpoint_attacker",
    "direct_fire.breakpoint_defender", "ground.fortification.open",
)  # fmt: skip

_fight = partial(
    Case, mechanisms=("direct_fire",), quantities=("p_win", "survivors"), expected=fight_expected,
    measure=fight_to_the_end, inputs=INPUTS, replications=140, quick=30, rate=ATTACKER_RATE,
)  # fmt: skip

CASES = (
    _fight("aimed-fire", panel="fights", curve="aimed fire", source=SQUARE, scenario="square-law", path=DENSITY,
           points=(4, 5, 6, 7, 8, 9, 10)),
    _fight("aimed-fire-ticks", panel="tick", curve="10 v 7", source=SQUARE, scenario="square-law", path="time.tick_h",
           points=(0.5, 1, 3, 6, 24), is_smooth=False),
    _fight("fortification", panel="fortification", curve="12 v 6", source=SQUARE, scenario="fortification",
           path="ground.fortification.open", points=(1, 1.5, 2, 3, 4, 6)),
    _fight("shaken", panel="shaken", curve="10 v 10", source=SQUARE, scenario="shaken", path="cohesion.floor",
           points=(0.2, 0.4, 0.6, 0.8, 1), expected=shaken_expected, measure=fight_shaken),
    _fight("area-fire", panel="fights", curve="area fire", source="stochastic linear law, Brown 1963",
           scenario="linear-law", path=DENSITY, points=(4, 5, 6, 7, 8, 9, 10)),
    _fight("mixed-fire", panel="mixed", curve="100 v y", source="mixed law, Deitchman 1962", scenario="mixed-law",
           path=DENSITY, points=(30, 35, 40, 45, 50, 55, 60)),
    _fight("three-to-one", panel="three", curve="to the end", source=SQUARE, scenario="three-to-one",
           path="attacker.group_size", points=(20, 25, 30, 35, 40)),
    _fight("breakpoints", panel="three", curve="to breakpoints", source=f"{SQUARE}; Taylor 1983",
           scenario="breakpoints", path="attacker.group_size", points=(20, 25, 30, 35, 40, 45)),
)  # fmt: skip
