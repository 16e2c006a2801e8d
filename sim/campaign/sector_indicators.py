"""What a morning shows of each axis: fresh ground, how deep it reaches, gaps in a side's line, soldiers in a break."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.sectors import GAP
from sim.world.clock import H_PER_DAY
from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, Ground, has_neighbour
from sim.world.integer_codes import ADVANCE, ASSAULT, ATTACKER, GARRISON, HOLD, N_ACTIVE, STANDING_BACK, WAIT
from sim.world.state import State


def note_taken_ground(ground: Ground, hour: float) -> None:
    """Write down since which morning the attacker has each cell; what was given back is forgotten."""
    note_taken(hour, ground.control, ground.taken_h)


@kernel
def note_taken(hour, control, taken_h):
    """Set taken_h (float64, h, by cell) to an hour where a cell is newly the attacker's; control (int8) by cell."""
    for cell in range(len(control)):
        if control[cell] != ATTACKER_HELD:
            taken_h[cell] = math.inf
        elif taken_h[cell] == math.inf:
            taken_h[cell] = hour


def line_soldiers(state: State, ground: Ground) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return by axis the soldiers of the defender's line, and those wanted there."""
    by_axis = np.zeros((2, len(ground.axis_names)), np.int64)
    count_line(
        ground.line_cells[: ground.line_count[1]], ground.axis, state.section_of_cell, state.n_soldiers,
        ground.target_soldiers, by_axis,
    )  # fmt: skip
    there, target = by_axis.tolist()
    return tuple(there), tuple(target)


@kernel
def count_line(line, axis, section_of_cell, n_soldiers, target_soldiers, by_axis):
    """Add the soldiers of the cells of a line (int32) and their targets to by_axis (2 x axes int64).

    By cell: axis (int8), section_of_cell, target_soldiers (int32); n_soldiers (int32) by row.
    """
    for cell in line:
        by_axis[0, axis[cell]] += n_soldiers[section_of_cell[cell]]
        by_axis[1, axis[cell]] += target_soldiers[cell]


def gap_share(state: State, ground: Ground, side: int, garrison: float) -> tuple[float, ...]:
    """Return by axis the share of a side's front cells with less than a quarter of their target; 0 without a front.

    The defender's are those that soldiers can reach; the attacker's target is `garrison` soldiers in each.
    """
    counts = np.zeros((2, len(ground.axis_names)), np.int64)
    if side == ATTACKER:
        count_thin_garrisons(
            garrison, state.objective_cell[: state.n_sections], state.active[: state.cursor[N_ACTIVE]], state.state,
            state.objective_cell, state.n_soldiers, ground.axis, ground.control, ground.neighbours, counts,
        )  # fmt: skip
    else:
        count_gaps(
            ground.line_cells[: ground.line_count[0]], ground.axis, ground.is_connected, state.section_of_cell,
            state.n_soldiers, ground.target_soldiers, counts,
        )  # fmt: skip
    return tuple(n_gaps / max(n, 1) for n, n_gaps in zip(*counts.tolist(), strict=True))


@kernel
def count_gaps(front, axis, is_connected, section_of_cell, n_soldiers, target_soldiers, counts):
    """Add the connected cells of the front (int32), and the gaps among them, to counts (2 x axes int64).

    By cell: axis, is_connected (int8), section_of_cell, target_soldiers (int32); n_soldiers (int32) by row.
    """
    for cell in front:
        if is_connected[cell] != 0:
            counts[0, axis[cell]] += 1
            counts[1, axis[cell]] += n_soldiers[section_of_cell[cell]] < GAP * target_soldiers[cell]


@allocating_kernel
def count_thin_garrisons(
    garrison, lanes, active, state, objective_cell, n_soldiers, axis, control, neighbours, counts
):  # fmt: skip
    """Add the attacker's front cells, and those with less than a quarter of a garrison, to counts (2 x axes int64).

    garrison: soldiers; lanes (int32): cells with a section; active (int32): rows. By row: state (int8), objective_cell,
    n_soldiers (int32). By cell: axis, control (int8), neighbours (n x 4 int32).
    """
    there = np.zeros(len(control), np.int64)
    for row in active:
        if state[row] == GARRISON:
            there[objective_cell[row]] += n_soldiers[row]
    for cell in lanes:
        if control[cell] == ATTACKER_HELD and has_neighbour(cell, DEFENDER_HELD, control, neighbours):
            counts[0, axis[cell]] += 1
            counts[1, axis[cell]] += there[cell] < GAP * garrison


class Breaks(NamedTuple):
    """What both sides' commanders see of the breaks of a morning, by axis: see `penetration_km` and `intruders`."""

    penetration_km: tuple[float, ...]
    intruders: tuple[int, ...]


def breaks(state: State, ground: Ground, hour: float, fresh_days: float) -> Breaks:
    """Return how deep the ground taken in the last fresh_days reaches, and who stands on it."""
    return Breaks(penetration_km(ground, hour, fresh_days), intruders(state, ground, hour, fresh_days))


def penetration_km(ground: Ground, hour: float, fresh_days: float) -> tuple[float, ...]:
    """Return by axis how far the deepest cell taken in the last fresh_days lies from the ground held before, in km."""
    by_axis = np.zeros(len(ground.axis_names))
    find_deepest(
        hour - fresh_days * H_PER_DAY, ground.control, ground.taken_h, ground.neighbours, ground.axis, ground.x_km,
        ground.y_km, by_axis,
    )  # fmt: skip
    return tuple(by_axis.tolist())


@allocating_kernel
def find_deepest(since_h, control, taken_h, neighbours, axis, x_km, y_km, by_axis):
    """Write into by_axis (float64, km) the largest distance of a cell taken since an hour to the older ground's edge.

    since_h in h. The edge: cells that the attacker took before it, each beside a cell that it did not. By cell:
    control, axis (int8), taken_h (float64, h), neighbours (n x 4 int32), x_km, y_km (float64, km).
    """
    fresh, edge = np.empty(len(control), np.int64), np.empty(len(control), np.int64)
    n_fresh = n_edge = 0
    for cell in range(len(control)):
        if control[cell] == ATTACKER_HELD and taken_h[cell] >= since_h and axis[cell] >= 0:
            fresh[n_fresh] = cell
            n_fresh += 1
    if n_fresh == 0:
        return
    for cell in range(len(control)):
        if control[cell] == ATTACKER_HELD and taken_h[cell] < since_h:
            for j in range(4):
                other = neighbours[cell, j]
                if other >= 0 and (control[other] == DEFENDER_HELD or taken_h[other] >= since_h):
                    edge[n_edge] = cell
                    n_edge += 1
                    break
    deepest_km2 = np.zeros(len(by_axis))
    for cell in fresh[:n_fresh]:
        lane = axis[cell]
        nearest, nearest_km2 = -1, np.inf
        for other in edge[:n_edge]:
            dx, dy = x_km[cell] - x_km[other], y_km[cell] - y_km[other]
            if dx * dx + dy * dy < nearest_km2:
                nearest, nearest_km2 = other, dx * dx + dy * dy
                if nearest_km2 <= deepest_km2[lane]:  # another cell of the axis lies as deep
                    break
        if nearest >= 0 and nearest_km2 > deepest_km2[lane]:
            deepest_km2[lane] = nearest_km2
            by_axis[lane] = np.hypot(x_km[cell] - x_km[nearest], y_km[cell] - y_km[nearest])


def intruders(state: State, ground: Ground, hour: float, fresh_days: float) -> tuple[int, ...]:
    """Return by axis the attacker's soldiers on ground taken in the last fresh_days, or in cells that it holds."""
    by_axis = np.zeros(len(ground.axis_names), np.int64)
    count_intruders(
        hour - fresh_days * H_PER_DAY, state.active[: state.cursor[N_ACTIVE]], state.state, state.objective_cell,
        state.n_soldiers, ground.axis, ground.control, ground.taken_h, ground.is_held_by_enemy, by_axis,
    )  # fmt: skip
    return tuple(by_axis.tolist())


@kernel
def count_intruders(
    since_h, active, state, objective_cell, n_soldiers, axis, control, taken_h, is_held_by_enemy, by_axis
):  # fmt: skip
    """Add the attackers, forward or in a garrison, on fresh ground and in cells won to by_axis (int64).

    since_h in h; active (int32): rows. By row: state (int8), objective_cell, n_soldiers (int32). By cell: axis,
    control, is_held_by_enemy (int8), taken_h (float64, h).
    """
    for row in active:
        what, cell = state[row], objective_cell[row]
        is_there = what == GARRISON or what == ADVANCE or what == WAIT or what == ASSAULT or what == HOLD
        if is_there and axis[cell] >= 0:
            if is_held_by_enemy[cell] != 0 or (control[cell] == ATTACKER_HELD and taken_h[cell] >= since_h):
                by_axis[axis[cell]] += n_soldiers[row]


def units_ready(state: State, side: int) -> np.ndarray:
    """Return the numbers of a side's units that stand back."""
    return np.flatnonzero((state.unit_side == side) & (state.unit_status == STANDING_BACK))
