"""Cases of detection and drone strikes: Koopman's search, Erlang's loss system, the kill chain."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from sim import theory
from sim.codes import (
    ATTACKER,
    BLOCKED_ON_ATTACKER,
    BLOCKED_ON_DEFENDER,
    CALLS_ON_ATTACKER,
    CALLS_ON_DEFENDER,
)
from sim.model import Campaign
from sim.schema import Scenario
from sim.verification.case import Case, Expectation, Probability, Ratio, Trials
from sim.verification.reading import (
    active_rows,
    attackers_at_start,
    defenders_at_start,
    losses_of,
    n_front,
    play_until,
)

# The empty start is forgotten after so many mean times of service.
WARM_UP = 20.0


def coverage(s: Scenario, hour: float) -> float:
    """Return z = W V t / A of one group by an hour: on the move through the kill zone, then waiting."""
    d, force, ground = s.detection, s.attacker, s.ground
    shares = force.mobility_share
    (mobility,) = (name for name in ("foot", "motorcycle", "atv", "armour") if getattr(shares, name) > 0.0)
    speed = getattr(s.movement.speed_km_h, mobility) * ground.terrain_speed.open
    enters, arrives = (max(0.0, force.forward_km - depth) / speed for depth in (ground.kill_zone_km, 0.0))
    km = getattr(d.sweep_width_km, mobility) * max(0.0, min(hour, arrives) - enters)
    km += d.sweep_width_waiting_km * max(0.0, hour - arrives)
    area_km2 = n_front(s) * ground.cell_km * ground.kill_zone_km
    return km * d.n_sensors * d.sensor_speed_km_h * math.sqrt(force.group_size / 4.0) / area_km2


def found_expected(s: Scenario, hour: Any) -> dict[str, Expectation]:
    """Return the probability that a group has been found by an hour."""
    return {"found": Probability(float(theory.koopman(coverage(s, hour))))}


def found(model: Campaign, hour: Any) -> Trials:
    """Return for each group whether it is tracked at an hour; tracks are not lost."""
    leaders = active_rows(model)[:: model.inputs.attacker.group_size // model.state.team_size].copy()
    play_until(model, hour)
    return {"found": model.state.is_tracked[leaders] == 1}


def found_in_first_hour_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return the probability that a group has been found within the first tick."""
    return found_expected(s, s.time.tick_h)


def found_in_first_hour(model: Campaign, _: Any) -> Trials:
    """Return for each group whether it is tracked after the first tick."""
    return found(model, model.inputs.time.tick_h)


def offered_load(s: Scenario) -> float:
    """Return calls an hour times the mean time that a call keeps a crew busy."""
    drones = s.drone_strikes
    if s.attacker.forward_groups:
        return drones.calls_per_team_h / 4.0 * attackers_at_start(s) * n_front(s) * drones.defender.service_h
    calls_h = drones.section_call_per_soldier_h * defenders_at_start(s) * n_front(s)
    return calls_h * drones.attacker.service_h


def blocked_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return the share of calls lost: all crews as one system, or at integration 0 each crew as its own."""
    force = s.drone_strikes.defender if s.attacker.forward_groups else s.drone_strikes.attacker
    load, crews = offered_load(s), force.n_crews
    if force.p_integration == 0.0:
        load, crews = load / crews, 1
    return {"blocked": Ratio(float(theory.erlang_b(load, crews)), is_share=True)}


def blocked(model: Campaign, _: Any) -> Trials:
    """Return one replication's calls blocked and calls made after the warm-up."""
    drones = model.inputs.drone_strikes
    is_on_attacker = model.inputs.attacker.forward_groups > 0
    which = [BLOCKED_ON_ATTACKER, CALLS_ON_ATTACKER] if is_on_attacker else [BLOCKED_ON_DEFENDER, CALLS_ON_DEFENDER]
    service_h = (drones.defender if is_on_attacker else drones.attacker).service_h
    while model.hour < WARM_UP * service_h:
        model.step()
    before = model.state.count[which].copy()
    model.run()
    return {"blocked": (model.state.count[which] - before)[None, :].astype(float)}


def lost_per_call_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return the soldiers lost per call: the stages' probabilities times those within reach of a hit."""
    force, loss = s.drone_strikes.defender, s.detection.track_loss_per_h.foot
    stages = [1.0 - force.p_jam, force.p_hit, math.exp(-loss * force.delay_h), force.p_casualty]
    return {"lost_per_call": Ratio(theory.kill_chain(force.burst, stages).mean)}


def lost_per_call(model: Campaign, _: Any) -> Trials:
    """Return one replication's losses and calls."""
    model.run()
    lost, calls = losses_of(model, ATTACKER), model.state.count[CALLS_ON_ATTACKER]
    if model.state.count[BLOCKED_ON_ATTACKER]:
        raise ValueError("calls were blocked: the chain needs more crews, drone_strikes.defender.n_crews")
    return {"lost_per_call": np.array([[lost, calls]], float)}


def _load(s: Scenario, _: Any) -> float:
    return offered_load(s)


def _coverage_in_first_hour(s: Scenario, _: Any) -> float:
    return coverage(s, s.time.tick_h)


SECTION_RATE, CREWS = "drone_strikes.section_call_per_soldier_h", ("drone_strikes",)
KOOPMAN, ERLANG = "random search, Koopman 1980", "loss formula B, Erlang 1917"

_search = partial(
    Case, quantities=("found",), expected=found_in_first_hour_expected, measure=found_in_first_hour, replications=6,
    quick=2, axis=_coverage_in_first_hour,
)  # fmt: skip
_calls = partial(
    Case, panel="calls", source=ERLANG, quantities=("blocked",), expected=blocked_expected, measure=blocked,
    replications=40, quick=10, axis=_load,
)  # fmt: skip
_on_sections = partial(_calls, mechanisms=CREWS, path=SECTION_RATE, rate="drone_strikes.attacker.service_h")

CASES = (
    _search("search", ("detection",), "search", "waiting", KOOPMAN, "search", "detection.n_sensors",
            (85, 170, 340, 510, 680), rate="detection.sensor_speed_km_h"),
    _search("search-by-size", ("detection",), "search", "by size of the group", KOOPMAN, "search",
            "attacker.group_size", (1, 2, 4, 10, 20, 40), rate="detection.sweep_width_waiting_km"),
    Case("search-on-the-move", ("movement", "detection"), "search", "moving, then waiting", KOOPMAN,
         "search-on-the-move", None, (1, 2, 3, 4, 6, 9), ("found",), found_expected, found, 6, 2,
         rate="detection.sweep_width_km.foot", axis=coverage),
    _on_sections("crews-1", curve="1 crew", scenario="crews-1", points=(0.001, 0.003, 0.01, 0.02, 0.04)),
    _on_sections("crews-2", curve="2 crews", scenario="crews-2", points=(0.003, 0.01, 0.02, 0.04, 0.08)),
    _on_sections("crews-4", curve="4 crews", scenario="crews-4", points=(0.01, 0.02, 0.04, 0.06, 0.1)),
    _on_sections("crews-apart", curve="4 apart", scenario="crews-apart", points=(0.01, 0.02, 0.04, 0.06, 0.1)),
    _calls("crews-on-groups", mechanisms=("detection", "drone_strikes"), curve="4 on groups",
           scenario="crews-on-groups", path="drone_strikes.calls_per_team_h", points=(0.02, 0.04, 0.08, 0.12, 0.2),
           rate="drone_strikes.defender.service_h"),
    Case("kill-chain", ("detection", "drone_strikes"), "chain", "2 in reach of a hit", "binomial kill chain, Ball 2003",
         "kill-chain", "drone_strikes.defender.p_hit", (0.1, 0.2, 0.35, 0.5, 0.8, 1), ("lost_per_call",),
         lost_per_call_expected, lost_per_call, 60, 15, rate="drone_strikes.defender.p_casualty"),
)  # fmt: skip
