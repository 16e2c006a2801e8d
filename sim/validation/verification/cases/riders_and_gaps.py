"""Cases of riders and of gaps: hits on the way, riders who do not stay, and the race between exploitation and seal."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.quantity import MOBILITIES
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import active_rows, attackers_at_start, n_front, run_until
from sim.validation.verification.case import Case, Exact, Expectation, Mean, Probability, Trials
from sim.validation.verification.cases.control import hold_expected
from sim.validation.verification.settable_values import mobility_of, require, require_positive, terrain_of
from sim.world.clock import H_PER_DAY
from sim.world.ground import DEFENDER_HELD
from sim.world.integer_codes import CELLS_TAKEN

# The hour at which the seal arrives, and its soldiers in each cell not yet won: too many to be assaulted.
SEAL_H, SEAL = 4.0, 10_000


def hits_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the soldiers that a group of each class loses on its way, one per hit, and who on foot are not hit.

    Hits are a Poisson process along the L km inside the kill zone: h L in the mean, none with probability exp(-h L).
    """
    drones = s.drone_strikes
    require(drones.defender.burst == drones.burst_armour == 1, "drone_strikes.defender.burst", "1, also in armour")
    is_certain = drones.defender.p_casualty == 1.0
    require(is_certain, "drone_strikes.defender.p_casualty", "1, so that each hit costs a soldier")
    km = min(s.attacker.forward_km, s.ground.kill_zone_km)
    hits = {name: getattr(s.movement.path_hazard_per_km, name) * km for name in MOBILITIES}
    require(max(hits.values()) < s.attacker.group_size / 3.0, "attacker.group_size", "three times the hits or more")
    means: dict[str, Expectation] = {name: Mean(n, math.sqrt(n)) for name, n in hits.items()}
    return means | {"not_hit": Probability(math.exp(-hits["motorcycle"]))}


def hits(model: Campaign, _: object) -> Trials:
    """Return each group's losses on its way by class, and whether each group on motorcycles is whole."""
    state, n_rows = model.state, model.inputs.attacker.group_size // model.state.team_size
    groups = active_rows(model).copy().reshape(-1, n_rows)
    before, mobility = state.n_soldiers[groups].sum(axis=1), state.mobility[groups[:, 0]]
    model.run()
    lost = before - state.n_soldiers[groups].sum(axis=1)
    by_class = {name: lost[mobility == i] for i, name in enumerate(MOBILITIES)}
    return by_class | {"not_hit": by_class["motorcycle"] == 0}


def dismounted_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the cells taken: all that are held, if the share of the holders who dismount is at least hold_min."""
    p = s.control
    hold_expected(s.model_copy(update={"control": p.model_copy(update={"hold_min": 1})}), None)
    require(mobility_of(s) in ("motorcycle", "atv"), "attacker.mobility_share", "of riders")
    require(p.endurance_h > p.hold_h, "control.endurance_h", "above control.hold_h")
    is_enough = p.rider_stay * s.attacker.group_size >= p.hold_min
    return {"cells": Exact(float(is_enough * s.attacker.forward_groups), 0.0)}


def dismounted(model: Campaign, _: object) -> Trials:
    """Return the number of cells taken in a run."""
    model.run()
    return {"cells": model.state.count[CELLS_TAKEN : CELLS_TAKEN + 1].astype(float)}


def speed_of(s: Scenario) -> float:
    """Return the speed of all groups in km/h."""
    speed = getattr(s.movement.speed_km_h, mobility_of(s)) * getattr(s.ground.terrain_speed, terrain_of(s))
    require_positive(movement__speed_km_h=speed, attacker__forward_km=s.attacker.forward_km)
    return float(speed)


def km_before_seal(s: Scenario) -> float:
    """Return how far groups can have gone beyond the middle of the first cell when the seal arrives, in km."""
    return speed_of(s) * SEAL_H - s.attacker.forward_km


def race_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the ground won ahead of a break that is open at first and sealed at hour tau: min(v tau, exploit_km).

    In whole cells, the first of which is won on arrival; v tau is what a group can go beyond it.
    """
    p, ahead = s.direct_fire, km_before_seal(s)
    n_cells = 0 if ahead < 0.0 else max(1, min(math.floor(1 + ahead / s.ground.cell_km), math.floor(p.exploit_km)))
    require(p.p_exploit == 1.0, "direct_fire.p_exploit", "1, so that every group goes on")
    require(s.control.hold_min <= s.attacker.group_size, "control.hold_min", "no more than attacker.group_size")
    n_groups = attackers_at_start(s) // s.attacker.group_size
    require(n_groups > p.exploit_km, "attacker.forward_groups", "more for each cell of the front than exploit_km")
    require(s.control.hold_h > SEAL_H + H_PER_DAY, "control.hold_h", f"above {SEAL_H + H_PER_DAY:g}")
    return {"gained_km": Exact(n_cells * s.ground.cell_km, 0.0)}


def race(model: Campaign, _: object) -> Trials:
    """Return the ground that each column of cells has lost a day after the seal arrived, in km."""
    state, ground = model.state, model.ground
    run_until(model, SEAL_H)
    cells = state.objective_cell[: state.n_sections]
    is_open = (ground.control[cells] == DEFENDER_HELD) & (ground.is_held_by_enemy[cells] == 0)
    state.n_soldiers[: state.n_sections][is_open] = SEAL
    model.run()
    won = cells[ground.is_held_by_enemy[cells] == 1]
    return {"gained_km": np.bincount(won % ground.nx, minlength=ground.nx) * ground.cell_km}


def going_on_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that the second of two groups at a won cell has won the next one."""
    require(attackers_at_start(s) == 2 * s.attacker.group_size, "attacker.forward_groups", f"{2 * n_front(s)}")
    require(s.direct_fire.exploit_km >= 2.0 * s.ground.cell_km, "direct_fire.exploit_km", "at least two cells")
    require(km_before_seal(s) > s.ground.cell_km, "attacker.forward_km", "less, so that they arrive")
    return {"goes_on": Probability(s.direct_fire.p_exploit)}


def going_on(model: Campaign, _: object) -> Trials:
    """Return for each column whether its second cell is won."""
    return {"goes_on": race(model, None)["gained_km"] > model.ground.cell_km}


_race = partial(
    Case, mechanisms=("movement", "direct_fire", "control"), panel="race", source="min(v tau, exploit_km)",
    scenario="sealing-race", quantities=("gained_km",), expected=race_expected, measure=race, is_smooth=False,
)  # fmt: skip
MARCH = ("movement.speed_km_h.foot", "attacker.forward_km", "direct_fire.exploit_km")

CASES = (
    Case("mines", ("movement",), "mines", "{}", "Poisson process along the path, exp(-h L)", "mines",
         "attacker.forward_km", (0.5, 2, 8, 14), (*MOBILITIES, "not_hit"), hits_expected, hits,
         ("movement.path_hazard_per_km", "ground.kill_zone_km"), 60, 20,
         rate="movement.path_hazard_per_km.motorcycle", n_drawn=4),
    Case("dismounted", ("movement", "direct_fire", "control"), "thresholds-2", "taken by 10 riders",
         "share who stay x holders >= hold_min", "dismounted", "control.rider_stay", (0, 0.28, 0.31, 0.5, 1),
         ("cells",), dismounted_expected, dismounted, ("attacker.group_size", "control.hold_min"), is_smooth=False),
    _race("sealing-race", curve="km run", path="attacker.forward_km", points=(0.5, 2.3, 5.6, 9.7, 13.2),
          inputs=MARCH, axis=lambda s, _: max(0.0, km_before_seal(s))),
    _race("exploit-reach", curve="reach", path="direct_fire.exploit_km", points=(1, 1.9, 2.1, 3, 4.6, 6), inputs=MARCH),
    Case("going-on", ("movement", "direct_fire", "control"), "gaps", "second of two groups", "probability",
         "going-on", "direct_fire.p_exploit", (0, 0.3, 0.5, 0.8, 1), ("goes_on",), going_on_expected, going_on, MARCH,
         100, 40, rate="direct_fire.p_exploit"),
)  # fmt: skip
