"""Cases of drones: who is within the crews' reach, requests on garrisons, tracks lost before the strike by class."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.mechanisms.drone_strikes import DroneForce
from sim.quantity import MOBILITIES
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import (
    active_rows,
    attackers_in,
    defenders_in,
    front_cells,
    n_front,
)
from sim.validation.verification.case import Case, Exact, Expectation, Mean, Trials
from sim.validation.verification.settable_values import require, require_positive, terrain_of
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import BLOCKED_ON_ATTACKER, CALLS_ON_ATTACKER


def reached_expected(force: DroneForce, s: Scenario) -> dict[str, Expectation]:
    """Return the cells of the front within reach of crews behind its middle: |dx| <= sqrt(range^2 - set back^2)."""
    require_positive(p_hit=force.p_hit, p_casualty=force.p_casualty)
    km2 = force.range_km**2 - force.set_back_km**2
    # The two farthest cells may be exactly at the end of the reach, where rounding decides.
    each_side = math.floor(math.sqrt(km2) / s.ground.cell_km) if km2 >= 0.0 else -1
    middle = n_front(s) // 2
    west, east = min(each_side, middle), min(each_side, n_front(s) - 1 - middle)
    return {"cells": Exact(float(west + east + 1) if each_side >= 0 else 0.0, 0.0)}


def groups_reached_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the number of groups, one per cell, within reach of the defender's crews."""
    return reached_expected(s.drone_strikes.defender, s)


def sections_reached_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the number of sections within reach of the attacker's crews."""
    return reached_expected(s.drone_strikes.attacker, s)


def reach_groups(model: Campaign, _: object) -> Trials:
    """Return the number of cells in which groups have losses after a day, with all crews behind the middle cell."""
    cells = front_cells(model)
    before = attackers_in(model, cells)
    _fly_from_the_middle(model)
    return {"cells": np.array([float((attackers_in(model, cells) < before).sum())])}


def reach_sections(model: Campaign, _: object) -> Trials:
    """Return the number of sections that have losses after a day, with all crews behind the middle cell."""
    cells = front_cells(model)
    before = defenders_in(model, cells)
    _fly_from_the_middle(model)
    return {"cells": np.array([float((defenders_in(model, cells) < before).sum())])}


def _fly_from_the_middle(model: Campaign) -> None:
    cells = front_cells(model)
    model.state.crew_cell[:] = cells[len(cells) // 2]
    model.run()


def requests_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the drone requests on all garrisons in a run: a Poisson number, as no soldier is lost."""
    soldiers = math.floor(s.control.garrison_per_km * s.ground.cell_km + 0.5) * n_front(s)
    hours = s.time.horizon_days * H_PER_DAY
    n = s.drone_strikes.garrison_call_per_soldier_h * soldiers * hours
    return {"requests": Mean(n, math.sqrt(n))}


def requests(model: Campaign, _: object) -> Trials:
    """Return the number of drone requests on garrisons in a run."""
    model.run()
    return {"requests": model.state.count[CALLS_ON_ATTACKER : CALLS_ON_ATTACKER + 1].astype(float)}


def lost_by_class_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the losses of a group of each class in a run: n (1 - exp(-k t)) of n, as requests go with the strength.

    k = requests per soldier and hour x stages; a hit reaches one soldier; a track is still there after the delay with
    probability exp(-loss delay), or for certain where the crew that sees the target strikes it (1 of n crews).
    """
    drones, force, size = s.drone_strikes, s.drone_strikes.defender, s.attacker.group_size
    require(force.n_crews > 0, "drone_strikes.defender.n_crews", "above 0")
    require(force.burst == drones.burst_armour == 1, "drone_strikes.defender.burst", "1, also in armour")
    cover = getattr(s.ground.terrain_cover, terrain_of(s))
    per_request = (1.0 - force.p_jam) * force.p_hit * force.p_casualty * cover
    hours = s.time.horizon_days * H_PER_DAY
    found: dict[str, Expectation] = {}
    for name in MOBILITIES:
        late = math.exp(-getattr(s.detection.track_loss_per_h, name) * force.delay_h)
        k = drones.calls_per_team_h / 4.0 * per_request * (late + (1.0 - late) / force.n_crews)
        p = -math.expm1(-k * hours)
        # Each soldier falls independently of the others, at rate k.
        found[name] = Mean(size * p, math.sqrt(size * p * (1.0 - p)))
    return found


def lost_by_class(model: Campaign, _: object) -> Trials:
    """Return each group's losses in a run, by mobility class."""
    state, n_rows = model.state, model.inputs.attacker.group_size // model.state.team_size
    groups = active_rows(model).copy().reshape(-1, n_rows)
    before, mobility = state.n_soldiers[groups].sum(axis=1), state.mobility[groups[:, 0]]
    model.run()
    if state.count[BLOCKED_ON_ATTACKER]:
        raise ValueError("drone requests were blocked: raise drone_strikes.defender.n_crews")
    lost = before - state.n_soldiers[groups].sum(axis=1)
    return {name: lost[mobility == i] for i, name in enumerate(MOBILITIES)}


RANGE, GARRISON_RATE = "drone_strikes.{}.range_km", "drone_strikes.garrison_call_per_soldier_h"
STAGES = ("n_crews", "p_jam", "p_hit", "p_casualty")

_reach = partial(
    Case, panel="cells", source="circle: dx^2 + depth^2 <= range^2", points=(4.9, 5.03, 10.7, 16.2),
    quantities=("cells",), is_smooth=False,
)  # fmt: skip

CASES = (
    _reach("reach-on-groups", mechanisms=("detection", "drone_strikes"), curve="groups reached",
           scenario="reach-on-groups", path=RANGE.format("defender"), expected=groups_reached_expected,
           measure=reach_groups, inputs=("drone_strikes.defender.set_back_km",)),
    _reach("reach-on-sections", mechanisms=("drone_strikes",), curve="sections reached",
           scenario="reach-on-sections", path=RANGE.format("attacker"), expected=sections_reached_expected,
           measure=reach_sections, inputs=("drone_strikes.attacker.set_back_km",)),
    Case("garrison-requests", ("drone_strikes",), "requests", "on garrisons", "Poisson process, rate x soldiers",
         "garrison-requests", GARRISON_RATE, (0.005, 0.012, 0.04), ("requests",), requests_expected, requests,
         ("control.garrison_per_km",), 10, 3, rate=GARRISON_RATE),
    Case("tracks-by-class", ("detection", "drone_strikes"), "lost-by-class", "{}", "exponential loss of tracks",
         "tracks-by-class", "drone_strikes.defender.delay_h", (0.2, 0.5), MOBILITIES, lost_by_class_expected,
         lost_by_class, ("detection.track_loss_per_h", "drone_strikes.calls_per_team_h",
                         *(f"drone_strikes.defender.{name}" for name in STAGES)), 60, 20, n_drawn=4,
         rate="drone_strikes.defender.p_casualty"),
)  # fmt: skip
