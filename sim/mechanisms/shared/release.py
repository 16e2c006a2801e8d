"""The release of groups from the pool: how many, to which axis and cell, by which mobility."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.integer_codes import ADVANCE, POOL_HEAD, POOL_TAIL, SENT_FORWARD
from sim.world.keyed_draws import poisson, uniform
from sim.world.row_queues import bring_forward

# Draws for objectives are numbered by cell from here.
FIRST_CELL = 16


class Group(NamedTuple):
    """What the rows of a group have in common; it leaves `remaining_km` before its objective at hour `leaves_h`."""

    group_id: int
    objective_cell: int
    axis: int
    mobility: int
    remaining_km: float
    leaves_h: float


class Rows(NamedTuple):
    """Columns by row of the state, and the lists of rows: the active and forward ones and the pool, with a cursor."""

    state: np.ndarray
    axis: np.ndarray
    group_id: np.ndarray
    n_soldiers: np.ndarray
    mobility: np.ndarray
    objective_cell: np.ndarray
    remaining_km: np.ndarray
    timer_h: np.ndarray
    is_tracked: np.ndarray
    owner_crew: np.ndarray
    active: np.ndarray
    forward: np.ndarray
    pool: np.ndarray
    cursor: np.ndarray


class Ledger(NamedTuple):
    """Soldiers in the pool, and the running counts."""

    pool_soldiers: np.ndarray
    counts: np.ndarray


@kernel
def n_due(stream, purpose, mean):
    """Draw the number of groups that are sent forward in a tick."""
    return poisson(uniform(stream, purpose, 0), mean)


@kernel
def release_groups(
    n_groups, first_id, rows_per_group, effort, cells, n_cells, cumulative_mobility, start_h, dt_h, stage_km, stream,
    cell_axis, state, axis, group_id, n_soldiers, mobility, objective_cell, remaining_km, timer_h, is_tracked,
    owner_crew, active, forward, pool, pool_soldiers, cursor, count,
):  # fmt: skip
    """Take n_groups off the head of the pool, while there are so many, and send each on its way: see `Command`.

    n_groups, first_id, rows_per_group: whole numbers; effort (float64), n_cells (int32) by axis; cells (int32, axes x
    cells); cumulative_mobility (float64); start_h, dt_h: the tick in h; stage_km in km; stream (4 uint64): see
    `Draws.stream`; cell_axis (int8) by cell. By row: state, axis, mobility, is_tracked (int8), group_id, n_soldiers,
    objective_cell, owner_crew (int32), remaining_km (float64, km), timer_h (float64, h). active, forward, pool (int32),
    pool_soldiers, cursor, count (int64): see `State`.
    """
    rows = Rows(
        state, axis, group_id, n_soldiers, mobility, objective_cell, remaining_km, timer_h, is_tracked, owner_crew,
        active, forward, pool, cursor,
    )  # fmt: skip
    ledger = Ledger(pool_soldiers, count)
    for leader in range(first_id, first_id + n_groups):
        if cursor[POOL_TAIL] - cursor[POOL_HEAD] < rows_per_group:
            break
        lane = pick_axis(uniform(stream, leader, 0), effort, n_cells)
        if lane < 0:
            break
        cell = preferred_cell(leader, cells[lane, : n_cells[lane]], stream)
        by = pick_mobility(uniform(stream, leader, 1), cumulative_mobility)
        leaves_h = start_h + dt_h * uniform(stream, leader, 2)
        group = Group(leader, cell, cell_axis[cell], by, stage_km, leaves_h)
        for _ in range(rows_per_group):
            send_forward(group, rows, ledger)


@kernel
def pick_axis(u, effort, n_cells):
    """Return an axis in proportion to effort among those with objectives; -1 when there is none."""
    total = 0.0
    for axis in range(len(effort)):
        total += effort[axis] if n_cells[axis] > 0 else 0.0
    chosen, reached = -1, 0.0
    for axis in range(len(effort)):
        if n_cells[axis] > 0 and effort[axis] > 0.0 and reached <= u * total:
            chosen = axis
            reached += effort[axis]
    return chosen


@kernel
def pick_mobility(u, cumulative):
    """Return the first mobility whose cumulative share exceeds u."""
    i = 0
    while i < len(cumulative) - 1 and cumulative[i] <= u:
        i += 1
    return i


@kernel
def preferred_cell(leader, cells, stream):
    """Return the cell that a group prefers, each with the same probability.

    There is one draw per cell: the same group goes to the same cell in another run, whatever else is on its list.
    """
    best, preference = cells[0], 0.0
    for cell in cells:
        u = uniform(stream, leader, FIRST_CELL + cell)
        if u > preference:
            best, preference = cell, u
    return best


@kernel
def send_forward(group, rows, ledger):
    """Take the first row off the pool and send it forward as one of a group."""
    row = rows.pool[rows.cursor[POOL_HEAD] % len(rows.pool)]
    rows.cursor[POOL_HEAD] += 1
    ledger.pool_soldiers[0] -= rows.n_soldiers[row]
    ledger.counts[SENT_FORWARD] += rows.n_soldiers[row]
    rows.state[row], rows.group_id[row] = ADVANCE, group.group_id
    rows.objective_cell[row], rows.axis[row] = group.objective_cell, group.axis
    rows.mobility[row], rows.remaining_km[row], rows.timer_h[row] = group.mobility, group.remaining_km, group.leaves_h
    rows.is_tracked[row], rows.owner_crew[row] = 0, -1
    bring_forward(row, rows.active, rows.forward, rows.cursor)
