"""What the orders of a day do to the arrays: pressure, targets, posts, objectives, garrisons to relieve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.clock import Tick
from sim.codes import ADVANCE, GARRISON, N_ACTIVE
from sim.draws import COMMAND, Draws, uniforms
from sim.ground import ATTACKER_HELD, DEFENDER_HELD, FRONT, URBAN
from sim.kernels import kernel
from sim.state import State

if TYPE_CHECKING:
    from sim.ground import Ground
    from sim.mechanisms.command import CommandParams


def spread_entries(state: State, ground: Ground, params: CommandParams) -> None:
    """Turn the past day's assaults into pressure: decay by exp(-1 day / decay), plus entries within the radius."""
    ground.pressure *= np.exp(-1.0 / params.pressure_decay_days)
    cells = state.objective_cell[: state.n_sections]
    spread(params.pressure_radius_km, cells, ground.x_km, ground.y_km, ground.entries, ground.pressure)


@kernel
def spread(radius_km, cells, x_km, y_km, entries, pressure):
    """Add each cell's entries to the pressure of all cells within the radius, and clear them."""
    for entered in range(len(entries)):
        if entries[entered] > 0:
            for cell in cells:
                dx, dy = x_km[cell] - x_km[entered], y_km[cell] - y_km[entered]
                if dx * dx + dy * dy <= radius_km * radius_km:
                    pressure[cell] += entries[entered]
            entries[entered] = 0


def pressure_weights(ground: Ground, params: CommandParams) -> np.ndarray:
    """Return the weight of each cell of the line (front first): pressure between floor and cap, mean 1 on the front."""
    n_front, n = ground.line_count
    pressure = ground.pressure[ground.line_cells[:n]]
    mean = pressure[:n_front].mean() if n_front else 0.0
    if mean <= 0.0:
        return np.ones(n)
    weight = np.clip(pressure / mean, params.pressure_floor, params.pressure_cap)
    return weight / weight[:n_front].mean()


def set_targets(
    ground: Ground, axis: int, weights: np.ndarray, density_per_km: float, urban_multiplier: float, depth_share: float
) -> None:
    """Set the target strength of one axis's sections: density x km of front x urban x weight (x depth_share behind)."""
    cells = ground.line_cells[: ground.line_count[1]]
    target = density_per_km * ground.km_per_front_cell * weights
    target = np.where(ground.terrain[cells] == URBAN, urban_multiplier, 1.0) * target
    target = np.where(ground.line[cells] == FRONT, 1.0, depth_share) * target
    mine = ground.axis[cells] == axis
    ground.target_soldiers[cells[mine]] = np.floor(target[mine] + 0.5)


def post_crews(state: State, ground: Ground, weights: np.ndarray) -> None:
    """Spread both sides' crews along the front in proportion to the weights of its cells."""
    n_front = int(ground.line_count[0])
    if n_front == 0:
        return
    share = np.cumsum(weights[:n_front]) / weights[:n_front].sum()
    for side in (0, 1):
        crews = np.flatnonzero(state.crew_side == side)
        at = np.searchsorted(share, (np.arange(len(crews)) + 0.5) / max(1, len(crews)))
        state.crew_cell[crews] = ground.line_cells[np.minimum(at, n_front - 1)]


def choose_objectives(
    state: State, ground: Ground, axis: int, n: int, params: CommandParams, tick: Tick, draws: Draws
) -> None:
    """Choose the n best front cells of an axis.

    Score = weight_neighbours x sides on own ground - weight_distance x km to the goal + weight_jitter x u
    + weight_contested if fought for + weight_symbolic on a symbolic objective. The goal is the first point of the
    axis's path not yet taken.
    """
    cells = ground.line_cells[: ground.line_count[0]]
    cells = cells[ground.axis[cells] == axis]
    beside = ground.neighbours[cells]
    sides = ((beside >= 0) & (ground.control[beside] == ATTACKER_HELD)).sum(axis=1)
    goal_x, goal_y = _goal(ground, axis)
    distance = np.hypot(ground.x_km[cells] - goal_x, ground.y_km[cells] - goal_y)
    jitter = uniforms(draws.stream(COMMAND, tick), cells, 100)
    score = params.weight_neighbours * sides - params.weight_distance_per_km * distance
    score += params.weight_jitter * jitter
    score += params.weight_contested * ((ground.assault_force[cells] > 0) | (ground.is_held_by_enemy[cells] == 1))
    score += params.weight_symbolic * ground.is_symbolic[cells]
    best = cells[np.argsort(-score, kind="stable")[:n]]
    state.n_objectives[axis] = len(best)
    state.objectives[axis, : len(best)] = best


def _goal(ground: Ground, axis: int) -> tuple[float, float]:
    goals = list(zip(ground.goal_cells[axis], ground.params.axes[axis].path[1:], strict=True))
    for cell, (x, y) in goals:
        if cell < 0 or ground.control[cell] == DEFENDER_HELD:  # a goal off the map is never reached
            return x, y
    return goals[-1][1][0], goals[-1][1][1]


def attacker_front(ground: Ground, cells: np.ndarray) -> np.ndarray:
    """Return those of the cells that the attacker holds and that touch the defender's ground."""
    beside = ground.neighbours[cells]
    touches = ((beside >= 0) & (ground.control[beside] == DEFENDER_HELD)).any(axis=1)
    return cells[(ground.control[cells] == ATTACKER_HELD) & touches]


def order_relief(state: State, ground: Ground, garrison: float) -> None:
    """List the attacker's front cells whose garrison, with what is on its way, is below strength, and the need."""
    lanes = state.objective_cell[: state.n_sections]
    mine = attacker_front(ground, lanes)
    active = state.active[: state.cursor[N_ACTIVE]]
    rows = active[(state.state[active] == GARRISON) | (state.state[active] == ADVANCE)]
    present = np.bincount(state.objective_cell[rows], weights=state.n_soldiers[rows], minlength=ground.n_cells)
    short = garrison - present[mine]
    needy = mine[short >= 1.0]
    state.relief_cells[0, : len(needy)] = needy
    state.n_relief[0] = len(needy)
    state.relief_per_day[0] = short[short >= 1.0].sum()
