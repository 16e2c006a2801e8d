"""Cases of the ground: speed by class and terrain, fortification of each kind, targets of sections and garrisons."""

from __future__ import annotations

import math

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.quantity import MOBILITIES
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import (
    active_rows,
    attackers_at_start,
    cells_by_terrain,
    defenders_at_start,
    defenders_in,
    front_cells,
    ground_of_columns,
)
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Mean, Trials
from sim.validation.verification.settable_values import require, require_positive
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import GARRISON, WAIT
from sim.world.map_values import TERRAINS

# A Poisson number exceeds its mean by more standard deviations than this with probability 1e-9.
SAFE_SD = 6.0
KINDS = (*TERRAINS, "belt")


def arrivals_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour of arrival of each mobility class in the open, and on foot on each other terrain."""
    km, speeds, factors = s.attacker.forward_km, s.movement.speed_km_h, s.ground.terrain_speed
    require_positive(attacker__forward_km=km)
    hours: dict[str, float] = {}
    for name in (*MOBILITIES, *TERRAINS[1:]):
        is_class = name in MOBILITIES
        speed = getattr(speeds, name if is_class else "foot") * getattr(factors, "open" if is_class else name)
        require_positive(movement__speed_km_h=speed)
        hours[name] = km / speed
    late = max(hours.values())
    require(late <= s.time.horizon_days * H_PER_DAY, "time.horizon_days", f"at least {late:g} h")
    return {name: Exact(h, (h / s.time.tick_h + 4.0) * EPSILON * 4.0 * h) for name, h in hours.items()}


def arrivals(model: Campaign, _: object) -> Trials:
    """Return each group's hour of arrival, by class in the open, and on foot by terrain."""
    rows = active_rows(model).copy()
    mobility, cell = model.state.mobility[rows], model.state.objective_cell[rows]
    model.run()
    # Groups of another class on another terrain are not compared, and may still be on their way.
    hours = np.where(model.state.state[rows] == WAIT, model.state.timer_h[rows], math.nan)
    cells = cells_by_terrain(model)
    is_open, is_foot = np.isin(cell, cells["open"]), mobility == MOBILITIES.index("foot")
    by_class = {name: hours[is_open & (mobility == i)] for i, name in enumerate(MOBILITIES)}
    return by_class | {name: hours[is_foot & np.isin(cell, cells[name])] for name in TERRAINS[1:]}


def fortified_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return a section's losses in an hour on each kind of ground: a Poisson number under constant fire.

    No fire is returned, so the rate stays the same; it is the fire of all attackers, divided by the best fortification.
    """
    fort, fire = s.ground.fortification, s.direct_fire
    factors = {"open": fort.open, "urban": fort.city, "tree_line": fort.tree_line, "water": fort.water}
    rate = fire.defender_loss_per_attacker_h * attackers_at_start(s) * s.time.tick_h
    lost = {name: rate / factor for name, factor in (*factors.items(), ("belt", max(fort.open, fort.belt)))}
    most = max(lost.values())
    require(most + SAFE_SD * math.sqrt(most) < defenders_at_start(s), "a section's losses", "fewer than its soldiers")
    return {name: Mean(n, math.sqrt(n)) for name, n in lost.items()}


def fortified(model: Campaign, _: object) -> Trials:
    """Return the losses of each section after the first tick, by the kind of its ground."""
    cells = front_cells(model)
    before = model.state.n_soldiers[model.state.section_of_cell[cells]].astype(float)
    model.step()
    lost = before - defenders_in(model, cells)
    return {name: lost[columns] for name, columns in ground_of_columns(model.inputs).items()}


def manning_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the soldiers of a section at the start: density x km, x the factor of towns, x the share in depth."""
    force, per_cell = s.defender, s.defender.density_per_km * s.ground.cell_km
    found = {"front": per_cell, "front_urban": per_cell * force.urban_multiplier}
    found |= {"second": per_cell * force.depth_share}
    found |= {"second_urban": per_cell * force.urban_multiplier * force.depth_share}
    return {name: Exact(n, 0.5 + EPSILON * n) for name, n in found.items()}


def manning(model: Campaign, _: object) -> Trials:
    """Return the soldiers of each section of both lines, in the open and in the town."""
    front, columns = front_cells(model), ground_of_columns(model.inputs)
    lines = {"front": front, "second": front + model.ground.nx}
    cells = {(line, kind): found[columns[kind]] for line, found in lines.items() for kind in ("open", "urban")}
    # The town is round: of the second line, those cells are compared of which both neighbours are in it.
    cells["second", "urban"] = cells["second", "urban"][2:-2]
    return {
        (line if kind == "open" else f"{line}_urban"): defenders_in(model, found)
        for (line, kind), found in cells.items()
    }


def garrisons_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the soldiers of each of the attacker's garrisons at the start: a rate per kilometre of front."""
    return {"soldiers": Exact(s.control.garrison_per_km * s.ground.cell_km, 0.5 + EPSILON)}


def garrisons(model: Campaign, _: object) -> Trials:
    """Return the soldiers of each garrison at the start, in the cells before the defender's front."""
    rows = active_rows(model)
    rows = rows[model.state.state[rows] == GARRISON]
    at = model.state.objective_cell[rows]
    found = np.bincount(at, model.state.n_soldiers[rows], minlength=model.ground.n_cells)
    return {"soldiers": found[front_cells(model) - model.ground.nx]}


CASES = (
    Case("arrival-by-class", ("movement",), "by-class", "{}", "distance / speed", "arrival-by-class",
         "attacker.forward_km", (2, 7.1), (*MOBILITIES, *TERRAINS[1:]), arrivals_expected, arrivals,
         ("movement.speed_km_h", "ground.terrain_speed"), n_drawn=7),
    Case("fortification-by-ground", ("direct_fire",), "fortified", "{}", "Poisson process, rate / fortification",
         "grounds", "direct_fire.defender_loss_per_attacker_h", (1, 3, 5), KINDS, fortified_expected, fortified,
         ("ground.fortification", "attacker.group_size", "defender.density_per_km"), 20, 4, n_drawn=5,
         rate="direct_fire.defender_loss_per_attacker_h"),
    Case("manning", ("command",), "soldiers", "{}", "density x km x factors", "manning", "defender.density_per_km",
         (10, 50, 100), ("front", "front_urban", "second", "second_urban"), manning_expected, manning,
         ("defender.urban_multiplier", "defender.depth_share"), n_drawn=4),
    Case("garrisons", ("command",), "soldiers", "garrisons", "density x km", "manning", "control.garrison_per_km",
         (0, 7.4, 15, 30.6), ("soldiers",), garrisons_expected, garrisons, ()),
)  # fmt: skip
