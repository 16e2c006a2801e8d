"""Observed runs of the toy theatre: outcomes at the end, and values that are visible only during the run."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.world.clock import H_PER_DAY
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, TREE_LINE, URBAN
from sim.world.integer_codes import ATTACKER, BROKE_OUT, CAUSES, COUNTS, DEFENDER, N_ACTIVE, SENT_FORWARD
from tests.support.toy_theatre import toy


def outcomes(changes, seed):
    """Return the outcomes of one run, by name."""
    model = Campaign(toy(changes), seed)
    of_map = map_values(model.ground)
    during_run = watch(model)
    state, ground, series = model.state, model.ground, model.recorder.series
    count = dict(zip(COUNTS, state.count.tolist(), strict=True))
    attackers, defenders = (dict(zip(CAUSES, side, strict=True)) for side in state.losses.tolist())
    line = ground.line_cells[: ground.line_count[1]]
    gap = ground.target_soldiers[line] - state.n_soldiers[state.section_of_cell[line]]
    sent = np.diff(series["count"][:, SENT_FORWARD])
    return {
        **count,
        **of_map,
        **during_run,
        **{f"attackers_{cause}": n for cause, n in attackers.items()},
        **{f"defenders_{cause}": n for cause, n in defenders.items()},
        "attackers_drones": sum(n for cause, n in attackers.items() if cause.startswith("drone")),
        "attackers_alive": state.soldiers(ATTACKER) + int(state.away[0]),
        "defenders_alive": state.soldiers(DEFENDER),
        "broke_out": int(np.sum(model.recorder.events["kind"] == BROKE_OUT)),
        "reserve_soldiers": float(series["reserve_soldiers"].sum()),
        "pool_soldiers": float(series["pool_soldiers"].mean()),
        "area_changed_km2": float(series["area_changed_km2"][-1]),
        "line_shortfall": int(np.maximum(gap, 0).sum()),
        "town_target": int(ground.target_soldiers[line][ground.terrain[line] == URBAN].sum()),
        "attacker_blocked": count["calls_on_attacker_blocked"] / max(1, count["calls_on_attacker"]),
        "defender_blocked": count["calls_on_defender_blocked"] / max(1, count["calls_on_defender"]),
        "mean_day_sent": float(np.arange(len(sent)) @ sent) / max(1.0, sent.sum()),
    }


def map_values(ground):
    """Return the number of cells of each kind at the start of the run."""
    return {
        "urban_cells": int(np.sum(ground.terrain == URBAN)),
        "tree_line_cells": int(np.sum(ground.terrain == TREE_LINE)),
        "belt_cells": int(np.sum(ground.fortification == ground.params.fortification.belt)),
        "lane_cells": int(np.sum(ground.axis >= 0)),
    }


def watch(model):
    """Run the model to its end; return means over ticks and days, and the number of cells affected."""
    moving_h, attacked, won, ordered = 0.0, set(), set(), set()
    entries = np.zeros(model.ground.n_cells)
    seen, days = defaultdict(list), []
    while model.running:
        control = model.ground.control.copy()
        front = model.ground.line_cells[: model.ground.line_count[0]].copy()
        model.state.moving_to_h[:] = 0.0  # movement sets it only for rows that are forward
        model.step()
        state, ground = model.state, model.ground
        moving_h += float(state.moving_to_h[state.active[: state.cursor[N_ACTIVE]]].sum())
        attacked.update(np.flatnonzero(ground.assault_force).tolist())
        won.update(np.flatnonzero(ground.is_held_by_enemy).tolist())
        entries += ground.entries * (model.tick.end_h % H_PER_DAY == 0.0)
        if model.tick.is_new_day:
            days.append(Morning(model, control, front))
            ordered.update(days[-1].objectives.tolist())
        for name, value in tick_values(state, ground):
            seen[name].append(value)
    return {
        **{name: float(np.mean(values)) for name, values in seen.items()},
        **order_values(days),
        **{f"entries_{name}": entries[ground.axis == axis].sum() for axis, name in enumerate(ground.axis_names)},
        "transit_h": moving_h / max(1, int(model.state.count[SENT_FORWARD])),
        "cells_attacked": len(attacked),
        "cells_won": len(won),
        "cells_ordered": len(ordered),
    }


def tick_values(state, ground):
    """Yield names and values at the end of a tick; nothing for a value that has no soldiers or cells."""
    yield "mean_cohesion", ground.cohesion[ground.line_cells[: ground.line_count[0]]].mean()
    yield "supply_level", state.supply_level[DEFENDER].min()
    yield "attackers_supply_level", state.supply_level[ATTACKER].min()
    objectives = objective_cells(state)
    if len(objectives):
        yield "defenders_on_objectives", state.n_soldiers[state.section_of_cell[objectives]].mean()
    if ground.assault_force.any():
        yield "assault_strength", ground.assault_force[ground.assault_force > 0].mean()
    tracked = state.active[: state.cursor[N_ACTIVE]]
    tracked = tracked[state.is_tracked[tracked] == 1]
    if len(tracked):
        yield "soldiers_seen_together", state.n_soldiers[tracked].sum() / len(np.unique(state.group_id[tracked]))


def objective_cells(state):
    """Return the objectives of all axes."""
    lists = zip(state.objectives, state.n_objectives, strict=True)
    return np.concatenate([cells[:n] for cells, n in lists])


class Morning:
    """The orders of one day, observed after its first tick, and the ground on which they were given.

    Control and front are those before the tick, which may have changed them. The toy's axes have one goal each.
    """

    def __init__(self, model, control, front):
        state, ground = model.state, model.ground
        self.effort = state.effort.copy()
        self.objectives = objective_cells(state)
        beside = ground.neighbours[self.objectives]
        self.sides = ((beside >= 0) & (control[beside] == ATTACKER_HELD)).sum(axis=1)
        goals = np.array([axis.path[-1] for axis in ground.params.axes])[ground.axis[self.objectives]]
        self.goal_km = np.hypot(*(goals - np.array([ground.x_km, ground.y_km]).T[self.objectives]).T)
        self.weights = np.full(ground.n_cells, np.nan)
        self.weights[front] = model.weights[: len(front)]
        self.pressure = ground.pressure.copy()
        taken = (control == ATTACKER_HELD) & (ground.initial_control == DEFENDER_HELD) & (ground.axis >= 0)
        self.taken = np.bincount(ground.axis[taken], minlength=len(self.effort))


def order_values(days):
    """Return means over the daily orders; 0 for a value that no day has."""
    pairs = list(zip(days[:-1], days[1:], strict=True))
    return {
        "sides_of_objectives": mean(day.sides.mean() for day in days if len(day.sides)),
        "km_to_goal": mean(day.goal_km.mean() for day in days if len(day.goal_km)),
        "least_weight": mean(np.nanmin(day.weights) for day in days),
        "largest_weight": mean(np.nanmax(day.weights) for day in days),
        "weight_change": mean(np.nanmean(abs(after.weights - before.weights)) for before, after in pairs),
        "pressure": mean(day.pressure.sum() for day in days),
        "pressed_cells": mean(np.sum(day.pressure > 0.0) for day in days),
        "effort_where_taken": mean(day.effort @ day.taken / day.taken.sum() for day in days if day.taken.any()),
        "effort_change": mean(abs(after.effort - before.effort).sum() for before, after in pairs),
    }


def mean(values: Iterable[float]) -> float:
    """Return the mean; 0 if there are no values."""
    values = list(values)
    return float(np.mean(values)) if values else 0.0
