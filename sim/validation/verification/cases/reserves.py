"""Cases of reserves: when units are sent and at hand, who survives the road, and when the attacker's exploit."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.campaign.sector_indicators import penetration_km
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import active_rows, front_cells, n_front, run_until
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Probability, Trials
from sim.validation.verification.settable_values import require, require_positive
from sim.world.clock import H_PER_DAY
from sim.world.ground import ATTACKER_HELD
from sim.world.integer_codes import (
    ATTACKER,
    DEFENDER,
    EXPLOIT,
    MAX_UNITS_PER_SIDE,
    NO_UNIT,
    ON_THE_WAY,
    RESERVE_ARRIVED,
)

EMPTIED = 10  # sections of the front without soldiers
HELD = 30  # cells of the front held by the enemy, whose sections are empty
TAKEN_DAY, SEEN_DAY = 1, 4  # the morning from which on a break is seen, and the one on which it is asked about


def units_of(s: Scenario) -> int:
    """Return the number of the defender's units; raise ValueError where the packets would be too many."""
    n = math.ceil(s.defender.reserve / s.reserves.packet)
    require(0 < n <= MAX_UNITS_PER_SIDE, "defender.reserve", f"from 1 to {MAX_UNITS_PER_SIDE} packets")
    return n


def committed_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return whether a packet is sent, 1 if the share of gaps reaches the trigger, and the soldiers of the reserve."""
    units_of(s)
    is_gap = EMPTIED / n_front(s) >= s.command.gap_trigger
    return {"committed": Exact(float(is_gap), 0.0), "soldiers": Exact(s.defender.reserve, 0.0)}


def committed(model: Campaign, _: object) -> Trials:
    """Return whether a packet is sent on the first morning to a front with empty sections; the soldiers in units."""
    model.state.n_soldiers[model.state.section_of_cell[front_cells(model)[:EMPTIED]]] = 0
    soldiers = float(model.state.reserve_soldiers(DEFENDER))
    model.step()
    is_sent = float(np.any(model.state.unit_status == ON_THE_WAY))
    return {"committed": np.array([is_sent]), "soldiers": np.array([soldiers])}


def break_in(model: Campaign) -> None:
    """Let the attacker take a cell of the front and the one behind it before the morning of TAKEN_DAY."""
    run_until(model, TAKEN_DAY * H_PER_DAY)
    cell = int(front_cells(model)[n_front(model.inputs) // 2])
    model.ground.control[[cell, cell + model.ground.nx]] = ATTACKER_HELD


def depth_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return whether a packet is sent to a break of two cells: 1 if its depth reaches the trigger."""
    units_of(s)
    return {"committed": Exact(float(2.0 * s.ground.cell_km >= s.command.depth_trigger_km), 0.0)}


def sent_into_a_break(model: Campaign, _: object) -> Trials:
    """Return whether a packet is sent on the morning on which the break is seen."""
    break_in(model)
    model.step()
    return {"committed": np.array([float(np.any(model.state.unit_status == ON_THE_WAY))])}


def memory_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the depth of the break some days later: two cells while the ground is fresh, then none."""
    is_fresh = s.reserves.fresh_days >= SEEN_DAY - TAKEN_DAY
    return {"depth": Exact(2.0 * s.ground.cell_km if is_fresh else 0.0, 4.0 * EPSILON)}


def remembered(model: Campaign, _: object) -> Trials:
    """Return the depth of a break that was first seen on TAKEN_DAY on the morning of SEEN_DAY."""
    break_in(model)
    run_until(model, SEEN_DAY * H_PER_DAY)
    return {"depth": np.array(penetration_km(model.ground, model.hour, model.inputs.reserves.fresh_days))}


def at_hand_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return how many packets go to cells that the enemy holds, and when the first and the last of them are there.

    n = commit_ratio x attackers / mean packet, since the last packet has the soldiers that are left; the k-th (from 0)
    of n arrives after tau (1 + k / 2n), in the first tick that begins then.
    """
    p, tick = s.reserves, s.time.tick_h
    require_positive(command__commit_ratio=s.command.commit_ratio, attacker__group_size=s.attacker.group_size)
    per_packet = s.defender.reserve / units_of(s)
    n = min(units_of(s), math.ceil(s.command.commit_ratio * HELD * s.attacker.group_size / per_packet))
    tau = p.prep_h + H_PER_DAY * p.behind_km / s.depth.road_km_per_night
    first, last = (math.ceil(tau * f / tick - 1e-9) * tick for f in (1.0, 1.0 + 0.5 * (n - 1) / n))
    require(last < s.time.horizon_days * H_PER_DAY, "reserves.prep_h", "so short that all arrive within the horizon")
    require(s.attacker.forward_groups == n_front(s), "attacker.forward_groups", "one for each cell")
    return {"units": Exact(n, 0.0), "first": Exact(first, 0.0), "last": Exact(last, 0.0)}


def at_hand(model: Campaign, _: object) -> Trials:
    """Return the packets sent on the first morning, and the hours at which the first and the last are at hand."""
    send_to_held_cells(model)
    n = int(np.sum(model.state.unit_status == ON_THE_WAY))
    events = model.run().events
    hours = np.sort(events["hour"][events["kind"] == RESERVE_ARRIVED])[:n]
    return {"units": np.array([float(n)]), "first": hours[:1], "last": hours[-1:]}


def send_to_held_cells(model: Campaign) -> None:
    """Let the enemy hold cells whose sections are empty, and run the tick in which the reserve is sent."""
    cells = front_cells(model)[:HELD]
    model.ground.is_held_by_enemy[cells] = 1
    model.state.n_soldiers[model.state.section_of_cell[cells]] = 0
    model.step()


def survived_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that a soldier survives the road: exp(-road_loss_per_km x behind_km)."""
    at_hand_expected(s, None)
    return {"survived": Probability(math.exp(-s.depth.road_loss_per_km * s.reserves.behind_km))}


def survived(model: Campaign, _: object) -> Trials:
    """Return for each soldier of the packets that arrived whether the road was survived."""
    send_to_held_cells(model)
    sent = model.state.unit_soldiers[model.state.unit_status == ON_THE_WAY]
    events = model.run().events
    left = events["value"][events["kind"] == RESERVE_ARRIVED][: len(sent)]
    return {"survived": np.arange(sent.sum()) < left.sum()}


def exploit_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the attackers held back, and the probability that a group of units at hand is sent within a day.

    Groups leave at the rate 1 per day.
    """
    require(s.attacker.reserve <= MAX_UNITS_PER_SIDE * s.reserves.packet, "attacker.reserve", "so many packets at most")
    return {"held_back": Exact(s.attacker.reserve, 0.0), "sent": Probability(-math.expm1(-1.0))}


def exploit(model: Campaign, _: object) -> Trials:
    """Return the soldiers of the attacker's units, and for each group of these whether it is sent on the first day."""
    state = model.state
    units = (state.unit_status != NO_UNIT) & (state.unit_side == ATTACKER)
    held_back = state.reserve_soldiers(ATTACKER)
    state.unit_status[units], state.unit_mode[units], state.unit_axis[units] = ON_THE_WAY, EXPLOIT, 0
    state.unit_arrives_h[units] = 0.0
    n_before, size = len(active_rows(model)), model.inputs.attacker.group_size // state.team_size
    run_until(model, H_PER_DAY)
    n_sent = (len(active_rows(model)) - n_before) // size
    return {"held_back": np.array([float(held_back)]),
            "sent": np.arange(held_back // model.inputs.attacker.group_size) < n_sent}  # fmt: skip


_reserve = partial(Case, mechanisms=("command", "reserves"), scenario="reserve", is_smooth=False)
SENT = ("defender.reserve", "reserves.packet")
ROAD = (*SENT, "command.commit_ratio", "reserves.behind_km", "reserves.prep_h", "depth.road_km_per_night")

CASES = (
    _reserve("reserve", panel="thresholds", curve="reserve: gaps", source="gaps / gap_trigger >= 1",
             path="command.gap_trigger", points=(0.1, 0.19, 0.21, 0.3),
             quantities=("committed", "soldiers"),
             expected=committed_expected, measure=committed, inputs=SENT),
    _reserve("reserve-depth", panel="thresholds", curve="reserve: depth", source="depth / depth_trigger_km >= 1",
             path="command.depth_trigger_km", points=(1, 1.9, 2.1, 3), quantities=("committed",),
             expected=depth_expected, measure=sent_into_a_break, inputs=SENT),
    _reserve("fresh-ground", panel="thresholds", curve="depth of a break", source="age <= fresh_days",
             path="reserves.fresh_days", points=(1, 2.9, 3, 5), quantities=("depth",),
             expected=memory_expected, measure=remembered, inputs=()),
    _reserve("reserve-delay", panel="hours-2", curve="packets arrive", source="tau (1 + k / 2n)",
             path="reserves.prep_h", points=(6, 12.5, 24, 48), quantities=("first", "last", "units"), n_drawn=2,
             expected=at_hand_expected, measure=at_hand, inputs=ROAD,
             axis=lambda s, point: at_hand_expected(s, point)["first"].value),
    _reserve("reserve-road", panel="road", curve="survivors", source="n exp(-loss per km x km)",
             path="depth.road_loss_per_km", points=(0, 0.01, 0.03, 0.06), quantities=("survived",),
             expected=survived_expected, measure=survived, inputs=ROAD, replications=12, quick=6,
             rate="depth.road_loss_per_km", is_smooth=True),
    _reserve("exploit", panel="soldiers", curve="units exploit", source="1 - exp(-t / day)", path="attacker.reserve",
             points=(150, 1500, 3000), quantities=("sent", "held_back"), expected=exploit_expected, measure=exploit,
             inputs=("reserves.packet",), replications=20, quick=4),
)  # fmt: skip
