"""What a morning shows of each axis: fresh ground, how deep it reaches, gaps in a side's line, soldiers in a break."""

from __future__ import annotations

import numpy as np

from sim.campaign.daily_orders import attacker_front
from sim.mechanisms.shared.sectors import GAP
from sim.world.clock import H_PER_DAY
from sim.world.compiled_code import allocating_kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, Ground
from sim.world.integer_codes import ADVANCE, ASSAULT, ATTACKER, GARRISON, HOLD, N_ACTIVE, STANDING_BACK, STATES, WAIT
from sim.world.state import State


def note_taken_ground(ground: Ground, hour: float) -> None:
    """Write down since which morning the attacker has each cell; what was given back is forgotten."""
    is_taken = ground.control == ATTACKER_HELD
    ground.taken_h[~is_taken] = np.inf
    ground.taken_h[is_taken & np.isinf(ground.taken_h) & (ground.taken_h > 0.0)] = hour


def gap_share(state: State, ground: Ground, side: int, garrison: float) -> tuple[float, ...]:
    """Return by axis the share of a side's front cells with less than a quarter of their target; 0 without a front.

    The defender's are those that soldiers can reach; the attacker's target is `garrison` soldiers in each.
    """
    n_axes = len(ground.axis_names)
    if side == ATTACKER:
        cells = attacker_front(ground, state.objective_cell[: state.n_sections])
        there, target = soldiers_on_ground(state, ground, GARRISON)[cells], np.full(len(cells), garrison)
    else:
        front = ground.line_cells[: ground.line_count[0]]
        cells = front[ground.is_connected[front] != 0]
        there, target = state.n_soldiers[state.section_of_cell[cells]], ground.target_soldiers[cells]
    n = np.bincount(ground.axis[cells], minlength=n_axes)
    n_gaps = np.bincount(ground.axis[cells], there < GAP * target, n_axes)
    return tuple((n_gaps / np.maximum(n, 1)).tolist())


def soldiers_on_ground(state: State, ground: Ground, *states: int) -> np.ndarray:
    """Return by cell the attacker's soldiers in some states; without any, all that are forward or in a garrison."""
    active = state.active[: state.cursor[N_ACTIVE]]
    wanted = np.zeros(len(STATES), bool)
    wanted[list(states) or [ADVANCE, WAIT, ASSAULT, HOLD, GARRISON]] = True
    is_there = wanted[state.state[active]]
    rows = active[is_there]
    return np.bincount(state.objective_cell[rows], state.n_soldiers[rows], ground.n_cells)


def penetration_km(ground: Ground, hour: float, fresh_days: float) -> tuple[float, ...]:
    """Return by axis how far the deepest cell taken in the last fresh_days lies from the ground held before, in km."""
    since_h, by_axis = hour - fresh_days * H_PER_DAY, np.zeros(len(ground.axis_names))
    fresh = np.flatnonzero((ground.taken_h >= since_h) & (ground.control == ATTACKER_HELD) & (ground.axis >= 0))
    if len(fresh):
        edge = edge_of_older_ground(since_h, ground.control, ground.taken_h, ground.neighbours)
        deepest(fresh, edge, ground.axis, ground.x_km, ground.y_km, by_axis)
    return tuple(by_axis.tolist())


@allocating_kernel
def edge_of_older_ground(since_h, control, taken_h, neighbours):
    """Return the cells (int64) that the attacker took before an hour, each beside a cell that it did not.

    since_h in h. By cell: control (int8), taken_h (float64, h), neighbours (n x 4 int32).
    """
    edge = np.empty(len(control), np.int64)
    n = 0
    for cell in range(len(control)):
        if control[cell] == ATTACKER_HELD and taken_h[cell] < since_h:
            for j in range(4):
                other = neighbours[cell, j]
                if other >= 0 and (control[other] == DEFENDER_HELD or taken_h[other] >= since_h):
                    edge[n] = cell
                    n += 1
                    break
    return edge[:n]


@allocating_kernel
def deepest(fresh, edge, axis, x_km, y_km, by_axis):
    """Write into by_axis (float64, km) the largest distance of fresh cells (int64) to the nearest of an edge (int64).

    By cell: axis (int8), x_km, y_km (float64, km).
    """
    for cell in fresh:
        nearest = np.inf
        for other in edge:
            nearest = min(nearest, np.hypot(x_km[cell] - x_km[other], y_km[cell] - y_km[other]))
        if len(edge) > 0:
            by_axis[axis[cell]] = max(by_axis[axis[cell]], nearest)


def intruders(state: State, ground: Ground, hour: float, fresh_days: float) -> tuple[int, ...]:
    """Return by axis the attacker's soldiers on ground taken in the last fresh_days, or in cells that it holds."""
    is_fresh = (ground.taken_h >= hour - fresh_days * H_PER_DAY) & (ground.control == ATTACKER_HELD)
    cells = np.flatnonzero((is_fresh | (ground.is_held_by_enemy != 0)) & (ground.axis >= 0))
    by_axis = np.bincount(ground.axis[cells], soldiers_on_ground(state, ground)[cells], len(ground.axis_names))
    return tuple(int(n) for n in by_axis)


def units_ready(state: State, side: int) -> np.ndarray:
    """Return the numbers of a side's units that stand back."""
    return np.flatnonzero((state.unit_side == side) & (state.unit_status == STANDING_BACK))
