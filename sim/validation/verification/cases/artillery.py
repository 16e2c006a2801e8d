"""Cases of artillery: the linear law on groups and sections, under cover, and with few shells."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.campaign_readings import (
    cells_by_terrain,
    defenders_at_start,
    defenders_in,
    front_cells,
    n_front,
    run_until,
)
from sim.validation.verification.case import Case, Expectation, Mean, Trials
from sim.validation.verification.cases.supply_level import INPUTS as LEVEL_INPUTS
from sim.validation.verification.cases.supply_level import first_level
from sim.validation.verification.settable_values import require, terrain_of
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import DEFENDER
from sim.world.map_values import TERRAINS


def shelled_group(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the losses of a tracked group on the only terrain in an hour: the linear law under constant fire."""
    return {"lost": lost_under(s, _cover(s, None))}


def shelled_by_ground(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the losses of a tracked group in an hour on each terrain."""
    return {name: lost_under(s, getattr(s.ground.terrain_cover, name)) for name in TERRAINS}


def shell_by_ground(model: Campaign, _: object) -> Trials:
    """Return the losses of each group on each terrain after the first tick."""
    rows = model.inputs.attacker.group_size
    at = model.state.objective_cell[model.state.active[: model.inputs.attacker.forward_groups * rows : rows]].copy()
    lost = shell_groups(model, None)["lost"]
    return {name: lost[np.isin(at, cells)] for name, cells in cells_by_terrain(model).items()}


def lost_under(s: Scenario, cover: float) -> Mean:
    """Return the losses of a tracked group in an hour: the linear law under constant fire, if the guns know of it."""
    p, size, p_informed = s.artillery, s.attacker.group_size, s.drone_strikes.defender.p_integration
    shells_h = min(p.shells_per_aim_point_h, _shells_at_hand(s, None) / H_PER_DAY / s.attacker.forward_groups)
    p_known = p_informed + (1.0 - p_informed) * p.p_own_observer
    if p_known < 1.0 and shells_h < p.shells_per_aim_point_h:
        raise ValueError("a known group's share of the shells is random: raise artillery.shells_per_day to the cap")
    hit = p.lethal_area_km2 * cover / (p.area_per_aim_point_km2 + p.area_per_soldier_km2 * size)
    known = _binomial_loss(size, float(theory.lanchester_linear(shells_h, size, hit, 0.0, s.time.tick_h)[1]))
    mean = p_known * known.value
    # The guns know of a whole group or not at all: the variance is that of a mixture of this loss and none.
    return Mean(mean, math.sqrt(p_known * ((known.sd or 0.0) ** 2 + known.value**2) - mean**2))


def shell_groups(model: Campaign, _: object) -> Trials:
    """Return the losses of each group after the first tick, with the guns supplied as on every later tick."""
    rows = model.inputs.attacker.group_size
    groups = model.state.active[: model.inputs.attacker.forward_groups * rows].copy()
    # Supply sets a day's level after the guns have fired in the day's first tick.
    model.state.supply_level[DEFENDER] = first_level(model.inputs)
    model.step()
    return {"lost": rows - model.state.n_soldiers[groups].reshape(-1, rows).sum(axis=1)}


def shelled_sections(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the losses of a section to a day's shells, where it is an objective and where it is not."""
    p, n = s.artillery, defenders_at_start(s)
    require(0 < s.command.n_objectives < n_front(s), "command.n_objectives", "above 0 and below the cells of the front")
    require(n > 0, "defender.density_per_km", "above 0")
    shells_h = p.shells_ratio * p.shells_per_day / H_PER_DAY
    hit = p.lethal_area_dug_in_km2 / (p.area_per_aim_point_km2 * s.ground.fortification.open)
    elsewhere = shells_h * (1.0 - p.share_on_objectives) / n_front(s)
    aimed = shells_h * p.share_on_objectives / s.command.n_objectives
    left = [theory.lanchester_linear(rate, n, hit, 0.0, H_PER_DAY)[1] for rate in (elsewhere + aimed, elsewhere)]
    return {"lost_objectives": _binomial_loss(n, float(left[0])), "lost_elsewhere": _binomial_loss(n, float(left[1]))}


def shell_sections(model: Campaign, _: object) -> Trials:
    """Return the losses of each section after a day, the objectives separately."""
    cells = front_cells(model)
    before = defenders_in(model, cells)
    run_until(model, H_PER_DAY)
    lost = before - defenders_in(model, cells)
    is_objective = np.isin(cells, model.state.objectives[0, : model.state.n_objectives[0]])
    return {"lost_objectives": lost[is_objective], "lost_elsewhere": lost[~is_objective]}


def _binomial_loss(n: int, left: float) -> Mean:
    """Return mean and standard deviation of the losses of n soldiers, hit independently; left: mean survivors."""
    p = 1.0 - left / n
    return Mean(n * p, math.sqrt(n * p * (1.0 - p)))


def _shells_at_hand(s: Scenario, _: object) -> float:
    return s.artillery.shells_per_day * first_level(s)


def _cover(s: Scenario, _: object) -> float:
    return float(getattr(s.ground.terrain_cover, terrain_of(s)))


LINEAR, SHELLS = "linear law, Lanchester 1916", ("detection", "artillery")
INPUTS = (
    "attacker.group_size", "attacker.forward_groups", "artillery.shells_per_day", "artillery.shells_per_aim_point_h",
    "artillery.lethal_area_km2", "artillery.area_per_aim_point_km2", "artillery.area_per_soldier_km2",
    "artillery.p_own_observer", "drone_strikes.defender.p_integration", "ground.terrain_cover",
)  # fmt: skip
ON_SECTIONS = (
    "artillery.shells_per_day", "artillery.shells_ratio", "artillery.lethal_area_dug_in_km2",
    "artillery.area_per_aim_point_km2", "command.n_objectives", "defender.density_per_km", "ground.fortification.open",
)  # fmt: skip

_shelled = partial(
    Case, mechanisms=SHELLS, quantities=("lost",), expected=shelled_group, measure=shell_groups, replications=30,
    quick=6, rate="artillery.lethal_area_km2", inputs=INPUTS, source=LINEAR, scenario="shells-on-groups",
)  # fmt: skip

CASES = (
    _shelled("shells-on-groups", panel="shells", curve="5 shells", path="attacker.group_size",
             points=(2, 5, 10, 20, 40)),
    _shelled("shells-shared", panel="shared", curve="full supply", path="artillery.shells_per_day",
             points=(3000, 6000, 12000, 18000, 30000, 60000)),
    _shelled("shells-supplied", mechanisms=(*SHELLS, "supply"), panel="shared", curve="by supply level",
             scenario="shells-supplied", path="supply.demand_t_per_soldier_day", inputs=(*INPUTS, *LEVEL_INPUTS),
             points=(0.1, 0.125, 0.2, 0.4, 0.8), axis=_shells_at_hand),
    _shelled("shells-by-integration", panel="integration", curve="groups of 10",
             source=f"{LINEAR}; kill chain, Ball 2003",
             path="drone_strikes.defender.p_integration", points=(0, 0.25, 0.5, 0.75, 1),
             scenario="shells-by-integration", replications=40, quick=9, rate="artillery.p_own_observer"),
    _shelled("shells-in-woods", panel="terrain", curve="lost to shells", scenario="shells-in-woods",
             path="ground.terrain_cover.tree_line", points=(0.1, 0.3, 0.5, 0.7, 1), axis=_cover),
    _shelled("shells-by-ground", panel="lost-by-ground", curve="{}", scenario="shells-by-ground",
             path="attacker.group_size", points=(20, 200), quantities=TERRAINS, n_drawn=4, expected=shelled_by_ground,
             measure=shell_by_ground, rate="artillery.lethal_area_km2"),
    Case("shells-on-sections", ("command", "artillery"), "sections", "40 dug in", LINEAR, "shells-on-sections",
         "artillery.share_on_objectives", (0, 0.2, 0.5, 0.8, 1), ("lost_objectives", "lost_elsewhere"),
         shelled_sections, shell_sections, ON_SECTIONS, 100, 20, rate="artillery.lethal_area_dug_in_km2", n_drawn=2),
)  # fmt: skip
