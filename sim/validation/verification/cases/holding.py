"""Cases of won ground: when an assault begins, flags, too few holders, riders' endurance and rest, counter-attacks."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import (
    active_rows,
    attackers_at_start,
    defenders_at_start,
    defenders_in,
    front_cells,
)
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Trials
from sim.validation.verification.cases.control import hold_expected
from sim.validation.verification.settable_values import mobility_of, require, require_positive, terrain_of
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import ASSAULTS, CELLS_TAKEN, FLAG_PLANTED, POOL, WITHDRAW

# Hours that an assault may take where all defenders fall at once.
AT_ONCE_H = 1e-3


def assaults_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return whether those who wait assault in the first tick: 1 at the configured ratio to the defenders."""
    fire = s.direct_fire
    require(fire.wait_max_h >= s.time.tick_h, "direct_fire.wait_max_h", "at least a tick")
    is_strong = attackers_at_start(s) >= fire.assault_ratio * defenders_at_start(s)
    return {"assaults": Exact(float(is_strong), 0.0)}


def assaults(model: Campaign, _: object) -> Trials:
    """Return the assaults of the first tick, per cell."""
    model.step()
    return {"assaults": np.array([model.state.count[ASSAULTS] / len(front_cells(model))])}


def waited_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour at which those who are too weak assault all the same, and win the cell at once."""
    fire = s.direct_fire
    is_weak = attackers_at_start(s) < fire.assault_ratio * defenders_at_start(s)
    require(is_weak, "direct_fire.assault_ratio", "above the ratio of those who wait to the defenders")
    end_h = s.time.horizon_days * H_PER_DAY
    require(fire.wait_max_h < end_h - AT_ONCE_H, "direct_fire.wait_max_h", "before the horizon")
    return {"hour": Exact(fire.wait_max_h, AT_ONCE_H)}


def waited(model: Campaign, _: object) -> Trials:
    """Return the hours at which cells were won."""
    model.run()
    cells = front_cells(model)
    return {"hour": model.ground.held_since_h[cells[model.ground.is_held_by_enemy[cells] == 1]]}


def flags_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour at which a flag counts as planted: flag_h after the cell was won."""
    require(s.control.flag_h < s.control.hold_h, "control.flag_h", "below control.hold_h")
    taken = hold_expected(s, None)["hour"]
    hour = taken.value - s.control.hold_h + s.control.flag_h
    return {"hour": Exact(hour, 64.0 * EPSILON * (taken.value + 1.0))}


def flags(model: Campaign, _: object) -> Trials:
    """Return the hours at which flags were planted."""
    events = model.run().events
    return {"hour": events["hour"][events["kind"] == FLAG_PLANTED]}


def taken_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the cells taken: all that are held, if the holders are at least hold_min."""
    hold_expected(s.model_copy(update={"control": s.control.model_copy(update={"hold_min": 1})}), None)
    is_enough = s.attacker.group_size >= s.control.hold_min
    return {"cells": Exact(float(is_enough * s.attacker.forward_groups), 0.0)}


def taken(model: Campaign, _: object) -> Trials:
    """Return the number of cells taken in a run."""
    model.run()
    return {"cells": model.state.count[CELLS_TAKEN : CELLS_TAKEN + 1].astype(float)}


def leaves_h(s: Scenario) -> float:
    """Return the end of the tick in which riders have held a cell for their endurance."""
    force, speed = s.attacker, getattr(s.movement.speed_km_h, mobility_of(s))
    require_positive(movement__speed_km_h=speed)
    require(mobility_of(s) in ("motorcycle", "atv"), "attacker.mobility_share", "of riders")
    require(s.control.endurance_h < s.control.hold_h, "control.endurance_h", "below control.hold_h")
    until = force.forward_km / speed / getattr(s.ground.terrain_speed, terrain_of(s)) + s.control.endurance_h
    require(until < s.time.horizon_days * H_PER_DAY, "control.endurance_h", "before the horizon")
    return math.ceil(until / s.time.tick_h - EPSILON) * s.time.tick_h


def endurance_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour at which riders leave won ground."""
    return {"hour": Exact(leaves_h(s), 0.0)}


def endurance(model: Campaign, _: object) -> Trials:
    """Return the hour at which the first groups withdraw, which all do together."""
    rows = active_rows(model).copy()
    while model.running and not (model.state.state[rows] == WITHDRAW).all():
        model.step()
    return {"hour": np.array([model.hour])}


def rested_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour of the first tick that begins when riders are back at the staging area and have rested."""
    speed = getattr(s.movement.speed_km_h, mobility_of(s)) * getattr(s.ground.terrain_speed, terrain_of(s))
    back, tick_h = leaves_h(s) + s.ground.stage_km / speed, s.time.tick_h
    # They are put to rest in the first tick that begins after they are back.
    to_rest = math.ceil(back / tick_h - EPSILON) + 1
    hour = max(to_rest, math.ceil((back + s.reinforcement.rest_h) / tick_h - EPSILON)) * tick_h
    require(hour + tick_h <= s.time.horizon_days * H_PER_DAY, "time.horizon_days", f"at least {hour + tick_h:g} h")
    return {"hour": Exact(hour, 0.0)}


def rested(model: Campaign, _: object) -> Trials:
    """Return the hour of the tick in which the first groups are in the pool again, which all are together."""
    rows = active_rows(model).copy()
    while model.running and not (model.state.state[rows] == POOL).all():
        model.step()
    return {"hour": np.array([model.tick.start_h])}


def sent_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the soldiers that each neighbouring section sends into a counter-attack, in whole soldiers."""
    p = s.control
    require(p.hold_h > H_PER_DAY, "control.hold_h", "above 24, so that cells do not change hands within a day")
    is_certain = p.counterattack_per_day * s.time.tick_h >= 100.0 * H_PER_DAY
    require(is_certain, "control.counterattack_per_day", "so high that each cell is counter-attacked in a tick")
    return {"sent": Exact(float(int(p.counterattack_share * defenders_at_start(s))), 0.0)}


def sent(model: Campaign, _: object) -> Trials:
    """Return the soldiers missing from each neighbour of a won cell after the first tick; all who are sent fall."""
    cells = front_cells(model)
    before = defenders_in(model, cells)
    model.step()
    won = np.flatnonzero(model.ground.is_held_by_enemy[cells] == 1)
    neighbours = np.concatenate([won - 1, won + 1])
    neighbours = neighbours[(neighbours >= 0) & (neighbours < len(cells))]
    return {"sent": (before - defenders_in(model, cells))[neighbours]}


_assault = partial(Case, mechanisms=("direct_fire",), scenario="assault-ratio", is_smooth=False)
_hold = partial(
    Case, mechanisms=("movement", "direct_fire", "control"), scenario="won-ground", is_smooth=False,
    inputs=("attacker.forward_km", "movement.speed_km_h.foot"),
)  # fmt: skip
_riders = partial(
    Case, mechanisms=("reinforcement", "movement", "direct_fire", "control"), scenario="riders", panel="hours-2",
    quantities=("hour",), is_smooth=False,
)  # fmt: skip
RIDE = ("attacker.forward_km", "movement.speed_km_h.motorcycle")

CASES = (
    _assault("assault-ratio", panel="thresholds", curve="10 against 5", source="attackers >= ratio x defenders",
             path="direct_fire.assault_ratio", points=(1, 1.95, 2.05, 3), quantities=("assaults",),
             expected=assaults_expected, measure=assaults, inputs=("attacker.group_size", "defender.density_per_km")),
    _assault("longest-wait", panel="hours-2", curve="longest wait", source="arrival + wait_max_h",
             path="direct_fire.wait_max_h", points=(0.5, 3, 7.3, 20.7), quantities=("hour",), expected=waited_expected,
             measure=waited, inputs=()),
    _hold("flags", panel="hours-3", curve="flags", source="arrival + flag_h", path="control.flag_h",
          points=(0.5, 2, 6.5, 12), quantities=("hour",), expected=flags_expected, measure=flags,
          axis=lambda s, point: flags_expected(s, point)["hour"].value),
    _hold("too-few", panel="cells", curve="taken by groups of 10", source="holders >= hold_min",
          path="control.hold_min", points=(5, 9, 10, 11, 20), quantities=("cells",),
          expected=taken_expected, measure=taken, inputs=("attacker.group_size",)),
    _riders("endurance", panel="hours-3", curve="riders leave", source="arrival + endurance_h",
            path="control.endurance_h", points=(2, 6.3, 12.4, 20), expected=endurance_expected, measure=endurance,
            inputs=RIDE, axis=lambda s, point: endurance_expected(s, point)["hour"].value),
    _riders("rest", panel="hours-3", curve="riders have rested", source="arrival + endurance_h + distance / speed + "
            "rest_h", path="reinforcement.rest_h", points=(6, 24.6, 48), expected=rested_expected, measure=rested,
            inputs=(*RIDE, "control.endurance_h", "ground.stage_km"),
            axis=lambda s, point: rested_expected(s, point)["hour"].value),
    Case("counterattack-share", ("direct_fire", "control"), "soldiers", "counter-attack", "whole soldiers of a share",
         "counterattack-share", "control.counterattack_share", (0.105, 0.25, 0.405, 0.555), ("sent",), sent_expected,
         sent, ("defender.density_per_km",), is_smooth=False, axis=lambda s, share: 100.0 * share),
)  # fmt: skip
