"""Cases of a drone's kill chain: the stages of a strike, and the number of soldiers that a hit reaches."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.campaign_readings import defenders_at_start, losses_of
from sim.validation.verification.case import Case, Expectation, Ratio, Trials
from sim.validation.verification.settable_values import mobility_of, require, terrain_of
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import (
    ATTACKER,
    BLOCKED_ON_ATTACKER,
    CALLS_ON_ATTACKER,
    DEFENDER,
)


def reach_of(s: Scenario, _: object = None) -> int:
    """Return the largest number of soldiers that a hit reaches."""
    drones = s.drone_strikes
    return drones.burst_armour if mobility_of(s) == "armour" else drones.defender.burst


def lost_per_call_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the soldiers lost per drone request: the stages' probabilities times the soldiers within reach of a hit.

    One of n crews sees a target and one of them strikes it, without delay where it is the same one (1 of n). Groups
    are either far larger than a hit's reach, or all of a group falls to its first hit.
    """
    force, size, reach = s.drone_strikes.defender, s.attacker.group_size, reach_of(s)
    loss = getattr(s.detection.track_loss_per_h, mobility_of(s))
    require(force.n_crews > 0, "drone_strikes.defender.n_crews", "above 0")
    p_own = 1.0 / force.n_crews
    p_still_there = p_own + (1.0 - p_own) * math.exp(-loss * force.delay_h)
    p_casualty = force.p_casualty * getattr(s.ground.terrain_cover, terrain_of(s))
    stages = [1.0 - force.p_jam, force.p_hit, p_still_there, p_casualty]
    lost = theory.kill_chain(min(size, reach), stages).mean
    calls = s.drone_strikes.calls_per_team_h * size / 4.0 * s.time.horizon_days * H_PER_DAY
    require(calls > 0.0, "drone_strikes.calls_per_team_h", "above 0")
    is_all_or_none = size <= reach and p_casualty == 1.0
    is_small_loss = calls * lost <= size / 3.0
    require(is_all_or_none or is_small_loss, "attacker.group_size", "large enough for a group to lose a third at most")
    return {"lost_per_call": Ratio(lost)}


def lost_of_sections_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the soldiers lost per drone request on sections, which are far larger than a hit's reach.

    Soldiers in a line remain visible, so no track is lost before the strike.
    """
    force, size, soldier_h = s.drone_strikes.attacker, defenders_at_start(s), s.drone_strikes.section_call_per_soldier_h
    p_casualty = force.p_casualty * getattr(s.ground.terrain_cover, terrain_of(s))
    lost = theory.kill_chain(force.burst, [1.0 - force.p_jam, force.p_hit, p_casualty]).mean
    calls = soldier_h * size * s.time.horizon_days * H_PER_DAY
    require(calls > 0.0, "the rate of drone requests", "above 0")
    rate = "drone_strikes.section_call_per_soldier_h"
    require(calls * lost <= size / 3.0, rate, "low enough for a section to lose a third at most")
    return {"lost_per_call": Ratio(lost)}


def lost_of_sections(model: Campaign, _: object) -> Trials:
    """Return one replication's losses of sections, and the drone requests on them."""
    return _lost(model, DEFENDER, "attacker")


def lost_per_call(model: Campaign, _: object) -> Trials:
    """Return one replication's losses of groups, and the drone requests on them."""
    return _lost(model, ATTACKER, "defender")


def _lost(model: Campaign, side: int, shooter: str) -> Trials:
    model.run()
    if model.state.count[BLOCKED_ON_ATTACKER + 2 * side]:
        raise ValueError(f"drone requests were blocked: raise drone_strikes.{shooter}.n_crews")
    calls = model.state.count[CALLS_ON_ATTACKER + 2 * side]
    return {"lost_per_call": np.array([[losses_of(model, side), calls]], float)}


def _reached(s: Scenario, _: object) -> float:
    return float(min(s.attacker.group_size, reach_of(s)))


def _cover(s: Scenario, _: object) -> float:
    return float(getattr(s.ground.terrain_cover, terrain_of(s)))


CHAIN = "binomial kill chain, Ball 2003"
INPUTS = (
    "attacker.group_size", "attacker.forward_groups", "attacker.mobility_share", "detection.track_loss_per_h",
    "drone_strikes.calls_per_team_h", "drone_strikes.burst_armour", "drone_strikes.defender.n_crews",
    "drone_strikes.defender.service_h", "drone_strikes.defender.delay_h", "drone_strikes.defender.p_jam",
    "drone_strikes.defender.p_hit", "drone_strikes.defender.burst", "drone_strikes.defender.p_casualty",
    "ground.terrain_cover",
)  # fmt: skip
ON_SECTIONS = (
    "defender.density_per_km", "drone_strikes.section_call_per_soldier_h", "drone_strikes.attacker.n_crews",
    "drone_strikes.attacker.service_h", "drone_strikes.attacker.delay_h", "drone_strikes.attacker.p_jam",
    "drone_strikes.attacker.p_hit", "drone_strikes.attacker.burst", "drone_strikes.attacker.p_casualty",
    "ground.terrain_cover",
)  # fmt: skip

_chain = partial(
    Case, mechanisms=("detection", "drone_strikes"), source=CHAIN, scenario="kill-chain",
    quantities=("lost_per_call",), expected=lost_per_call_expected, measure=lost_per_call, inputs=INPUTS,
    replications=60, quick=15, rate="drone_strikes.defender.p_casualty",
)  # fmt: skip
_burst = partial(_chain, panel="burst", axis=_reached, is_smooth=False)

CASES = (
    _chain("kill-chain", panel="chain", curve="groups, 2 in reach", path="drone_strikes.defender.p_hit",
           points=(0.1, 0.2, 0.35, 0.5, 0.8, 1)),
    _chain("hits-on-sections", mechanisms=("drone_strikes",), panel="chain", curve="sections, 3 in reach",
           scenario="hits-on-sections", path="drone_strikes.attacker.p_hit", points=(0.1, 0.2, 0.35, 0.5, 0.8, 1),
           expected=lost_of_sections_expected, measure=lost_of_sections, inputs=ON_SECTIONS, quick=25,
           rate="drone_strikes.attacker.p_casualty"),
    _chain("hits-in-woods", panel="terrain", curve="lost to drones", scenario="hits-in-woods",
           path="ground.terrain_cover.tree_line", points=(0.1, 0.3, 0.5, 0.7, 1), axis=_cover),
    _burst("burst", curve="on foot", path="drone_strikes.defender.burst", points=(1, 2, 4, 6, 8)),
    _burst("burst-armour", curve="in armour", scenario="burst-armour", path="drone_strikes.burst_armour",
           points=(1, 2, 4, 6, 8)),
    _burst("burst-on-few", curve="the whole group", scenario="burst-on-few", path="attacker.group_size",
           points=(1, 2, 4, 6), rate="drone_strikes.defender.p_hit"),
)  # fmt: skip
