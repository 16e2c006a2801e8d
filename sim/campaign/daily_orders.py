"""What the orders of a day do to the arrays: pressure, posts, objectives, garrisons to relieve."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.mechanisms.command import CommandParams
from sim.mechanisms.shared.front import goal_km
from sim.quantity import MOBILITIES
from sim.world.clock import Tick
from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, Ground, count_neighbours, has_neighbour
from sim.world.integer_codes import ADVANCE, GARRISON, N_ACTIVE
from sim.world.keyed_draws import COMMAND, Draws, uniform
from sim.world.state import State

IS_RIDER = np.isin(MOBILITIES, ("motorcycle", "atv"))
JITTER = 100  # which of a cell's draws is the jitter of its score


# Handed to kernels as they are: some microseconds per call, which is nothing for what is done once per day.
class ScoreWeights(NamedTuple):
    """The attacker's preferences for a cell as an objective; see `CommandParams`."""

    neighbours: float
    distance_per_km: float
    jitter: float
    contested: float
    symbolic: float


class ScoredCells(NamedTuple):
    """Columns by cell that its score depends on; int8 where nothing else is said."""

    x_km: np.ndarray  # float64
    y_km: np.ndarray  # float64
    control: np.ndarray
    neighbours: np.ndarray  # n x 4 int32
    assault_force: np.ndarray  # int32
    is_held_by_enemy: np.ndarray
    is_symbolic: np.ndarray  # bool


def spread_entries(state: State, ground: Ground, params: CommandParams) -> None:
    """Turn the past day's assaults into pressure: decay by exp(-1 day / decay), plus entries within the radius."""
    entered = np.flatnonzero(ground.entries)
    state.assaults[:] = np.bincount(ground.axis[entered], ground.entries[entered], len(state.assaults))
    ground.pressure *= np.exp(-1.0 / params.pressure_decay_days)
    reach = int(params.pressure_radius_km / ground.cell_km) + 1
    spread(params.pressure_radius_km, reach, ground.nx, ground.axis, ground.x_km, ground.y_km, ground.entries,
           ground.pressure)  # fmt: skip


@kernel
def spread(radius_km, reach, nx, axis, x_km, y_km, entries, pressure):
    """Add each cell's entries to the pressure of all cells of the lanes within the radius, and clear them.

    radius_km in km; reach: the radius in cells, rounded up; nx: cells in a row of the map. By cell: axis (int8), x_km,
    y_km, pressure (float64), entries (int32).
    """
    ny = len(entries) // nx
    for entered in range(len(entries)):
        if entries[entered] > 0:
            row, column = entered // nx, entered % nx
            for cell_row in range(max(0, row - reach), min(ny, row + reach + 1)):
                for cell in range(cell_row * nx + max(0, column - reach), cell_row * nx + min(nx, column + reach + 1)):
                    dx, dy = x_km[cell] - x_km[entered], y_km[cell] - y_km[entered]
                    if axis[cell] >= 0 and dx * dx + dy * dy <= radius_km * radius_km:
                        pressure[cell] += entries[entered]
            entries[entered] = 0


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
    front = ground.line_cells[: ground.line_count[0]]
    front = front[ground.axis[front] == axis]
    weights = ScoreWeights(
        params.weight_neighbours, params.weight_distance_per_km, params.weight_jitter, params.weight_contested,
        params.weight_symbolic,
    )  # fmt: skip
    cells = ScoredCells(
        ground.x_km, ground.y_km, ground.control, ground.neighbours, ground.assault_force, ground.is_held_by_enemy,
        ground.is_symbolic,
    )  # fmt: skip
    score = score_objectives(weights, front, goal_km(ground, axis), draws.stream(COMMAND, tick), cells)
    best = front[np.argsort(-score, kind="stable")[:n]]
    state.n_objectives[axis] = len(best)
    state.objectives[axis, : len(best)] = best


@allocating_kernel
def score_objectives(weights, front, goal, stream, cells):
    """Return the score (float64) of each cell of the front (int32); see `choose_objectives`.

    goal: (x, y) in km; stream (4 uint64): see `Draws.stream`.
    """
    score = np.empty(len(front))
    for i in range(len(front)):
        cell = front[i]
        sides = count_neighbours(cell, ATTACKER_HELD, cells.control, cells.neighbours)
        distance = math.hypot(cells.x_km[cell] - goal[0], cells.y_km[cell] - goal[1])
        score[i] = weights.neighbours * sides - weights.distance_per_km * distance
        score[i] += weights.jitter * uniform(stream, cell, JITTER)
        if cells.assault_force[cell] > 0 or cells.is_held_by_enemy[cell] == 1:
            score[i] += weights.contested
        score[i] += weights.symbolic * cells.is_symbolic[cell]
    return score


def attacker_front(ground: Ground, cells: np.ndarray) -> np.ndarray:
    """Return those of the cells that the attacker holds and that touch the defender's ground."""
    return cells[is_attacker_front(cells, ground.control, ground.neighbours)]


@allocating_kernel
def is_attacker_front(cells, control, neighbours):
    """Return for each of the cells (int32) whether the attacker holds it and it touches the defender's ground.

    By cell: control (int8), neighbours (n x 4 int32).
    """
    is_front = np.zeros(len(cells), np.bool_)
    for i in range(len(cells)):
        cell = cells[i]
        is_front[i] = control[cell] == ATTACKER_HELD and has_neighbour(cell, DEFENDER_HELD, control, neighbours)
    return is_front


def order_relief(state: State, ground: Ground, garrison: float, *, do_riders_stay: bool = True) -> None:
    """List the attacker's front cells whose garrison, with what is on its way, is below strength, and the need.

    Riders who join no garrison are not on their way to one.
    """
    lanes = state.objective_cell[: state.n_sections]
    mine = attacker_front(ground, lanes)
    active = state.active[: state.cursor[N_ACTIVE]]
    is_coming = state.state[active] == ADVANCE
    if not do_riders_stay:
        is_coming &= ~IS_RIDER[state.mobility[active]]
    rows = active[(state.state[active] == GARRISON) | is_coming]
    present = np.bincount(state.objective_cell[rows], weights=state.n_soldiers[rows], minlength=ground.n_cells)
    short = garrison - present[mine]
    needy = mine[short >= 1.0]
    state.relief_cells[0, : len(needy)] = needy
    state.n_relief[0] = len(needy)
    state.relief_per_day[0] = short[short >= 1.0].sum()
