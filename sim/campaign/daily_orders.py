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
from sim.world.integer_codes import ADVANCE, ATTACKER, DEFENDER, GARRISON, N_ACTIVE
from sim.world.keyed_draws import COMMAND, Draws, uniform
from sim.world.pairwise_sum import sum_in_pairs
from sim.world.state import State

IS_RIDER = np.isin(MOBILITIES, ("motorcycle", "atv"))
JITTER = 100  # which of a cell's draws is the jitter of its score


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
    axis: np.ndarray


def spread_entries(state: State, ground: Ground, params: CommandParams) -> None:
    """Turn the past day's assaults into pressure: decay by exp(-1 day / decay), plus entries within the radius."""
    spread(
        math.exp(-1.0 / params.pressure_decay_days), params.pressure_radius_km, ground.cell_km, ground.nx, ground.axis,
        ground.x_km, ground.y_km, ground.entries, ground.pressure, state.assaults,
    )  # fmt: skip


@kernel
def spread(left, radius_km, cell_km, nx, axis, x_km, y_km, entries, pressure, assaults):
    """Let pressure decay, add each cell's entries to that of all cells of the lanes within the radius, and clear them.

    left: share of the pressure that is left; radius_km, cell_km in km; nx: cells in a row of the map. By cell: axis
    (int8), x_km, y_km, pressure (float64), entries (int32). assaults (int64) by axis: the day's entries.
    """
    ny, reach = len(entries) // nx, int(radius_km / cell_km) + 1
    assaults[:] = 0
    for cell in range(len(pressure)):
        pressure[cell] *= left
    for entered in range(len(entries)):
        if entries[entered] > 0:
            assaults[axis[entered]] += entries[entered]
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
    post(weights[:n_front], ground.line_cells, state.crew_side, state.crew_cell)


@kernel
def post(weights, line_cells, crew_side, crew_cell):
    """Post the i-th of a side's n crews where the weights (float64) of the front up to there reach (i + 1/2) / n.

    line_cells (int32): the cells that are weighted first; by crew: crew_side (int8), crew_cell (int32).
    """
    total = sum_in_pairs(weights)
    for side in (ATTACKER, DEFENDER):
        n_crews = 0
        for crew in range(len(crew_side)):
            n_crews += crew_side[crew] == side
        nth, i, reached = 0, 0, weights[0]
        for crew in range(len(crew_side)):
            if crew_side[crew] == side:
                while i < len(weights) - 1 and reached / total < (nth + 0.5) / n_crews:
                    i += 1
                    reached += weights[i]
                crew_cell[crew] = line_cells[i]
                nth += 1


def choose_objectives(
    state: State, ground: Ground, axis: int, n: int, params: CommandParams, tick: Tick, draws: Draws
) -> None:
    """Choose the n best front cells of an axis.

    Score = weight_neighbours x sides on own ground - weight_distance x km to the goal + weight_jitter x u
    + weight_contested if fought for + weight_symbolic on a symbolic objective. The goal is the first point of the
    axis's path not yet taken.
    """
    goal = goal_km(ground, axis)
    state.n_objectives[axis] = pick_objectives(
        axis, n, params.weight_neighbours, params.weight_distance_per_km, params.weight_jitter, params.weight_contested,
        params.weight_symbolic, goal[0], goal[1], draws.stream(COMMAND, tick), ground.line_cells, ground.line_count,
        ground.x_km, ground.y_km, ground.control, ground.neighbours, ground.assault_force, ground.is_held_by_enemy,
        ground.is_symbolic, ground.axis, state.objectives,
    )  # fmt: skip


@allocating_kernel
def pick_objectives(
    axis, n, weight_neighbours, weight_distance, weight_jitter, weight_contested, weight_symbolic, goal_x, goal_y,
    stream, line_cells, line_count, x_km, y_km, control, neighbours, assault_force, is_held_by_enemy, is_symbolic,
    cell_axis, objectives,
):  # fmt: skip
    """Write the n best cells of an axis's part of the front into its objectives, and return how many they are.

    The weights: see `ScoreWeights`; goal_x, goal_y in km; stream (4 uint64): see `Draws.stream`; the arrays are columns
    of Ground and State; for the score see `choose_objectives`. Of equals the first in the front is the best.
    """
    goal, front, best = (goal_x, goal_y), line_cells[: line_count[0]], objectives[axis]
    weights = ScoreWeights(weight_neighbours, weight_distance, weight_jitter, weight_contested, weight_symbolic)
    cells = ScoredCells(
        x_km, y_km, control, neighbours, assault_force, is_held_by_enemy, is_symbolic, cell_axis
    )  # fmt: skip
    score = np.full(len(front), -np.inf)
    n_cells = 0
    for i in range(len(front)):
        if cells.axis[front[i]] == axis:
            score[i] = score_of(front[i], weights, goal, stream, cells)
            n_cells += 1
    for nth in range(min(n, n_cells)):
        at = np.argmax(score)
        best[nth], score[at] = front[at], -np.inf
    return min(n, n_cells)


@kernel
def score_of(cell, weights, goal, stream, cells):
    """Return the score of a cell of the front; see `choose_objectives`."""
    sides = count_neighbours(cell, ATTACKER_HELD, cells.control, cells.neighbours)
    distance = math.hypot(cells.x_km[cell] - goal[0], cells.y_km[cell] - goal[1])
    score = weights.neighbours * sides - weights.distance_per_km * distance
    score += weights.jitter * uniform(stream, cell, JITTER)
    if cells.assault_force[cell] > 0 or cells.is_held_by_enemy[cell] == 1:
        score += weights.contested
    return score + weights.symbolic * cells.is_symbolic[cell]


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
    list_relief(
        garrison, do_riders_stay, state.objective_cell[: state.n_sections], ground.control, ground.neighbours,
        state.active[: state.cursor[N_ACTIVE]], state.state, state.mobility, IS_RIDER, state.objective_cell,
        state.n_soldiers, state.relief_cells, state.n_relief, state.relief_per_day,
    )  # fmt: skip


@allocating_kernel
def list_relief(
    garrison, do_riders_stay, lanes, control, neighbours, active, state, mobility, is_rider, objective_cell, n_soldiers,
    relief_cells, n_relief, relief_per_day,
):  # fmt: skip
    """List the attacker's front cells that are short of soldiers; see `order_relief`.

    garrison: soldiers; do_riders_stay: bool; lanes (int32): cells with a section; active (int32): rows. By cell:
    control (int8), neighbours (n x 4 int32). By row: state, mobility (int8), objective_cell, n_soldiers (int32).
    is_rider (bool) by mobility; relief_cells, n_relief, relief_per_day: see `State`.
    """
    present, short = np.zeros(len(control), np.int64), np.empty(len(lanes))
    for row in active:
        is_coming = state[row] == ADVANCE and (do_riders_stay or not is_rider[mobility[row]])
        if state[row] == GARRISON or is_coming:
            present[objective_cell[row]] += n_soldiers[row]
    n = 0
    for cell in lanes:
        if garrison - present[cell] >= 1.0 and control[cell] == ATTACKER_HELD:
            if has_neighbour(cell, DEFENDER_HELD, control, neighbours):
                relief_cells[0, n], short[n] = cell, garrison - present[cell]
                n += 1
    n_relief[0], relief_per_day[0] = n, sum_in_pairs(short[:n])
