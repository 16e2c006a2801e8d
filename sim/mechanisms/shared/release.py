"""The release of groups from the pool: how many, to which axis and cell, by which mobility."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.world.clock import H_PER_DAY
from sim.world.compiled_code import kernel
from sim.world.integer_codes import ADVANCE, POOL_HEAD, POOL_TAIL, SENT_FORWARD
from sim.world.keyed_draws import binomial, poisson, uniform
from sim.world.row_queues import bring_forward

# Draws for objectives are numbered by cell from here.
FIRST_CELL = 16
# Ids of groups lie above those of rows, by purpose (objectives, garrisons); a quarter of an hour has this many ids.
FIRST_GROUP_ID, GROUPS_PER_QUARTER_HOUR = (1 << 24, 1 << 30), 2048
TO_OBJECTIVES, TO_GARRISONS = 0, 1
# Draws for what units of the reserve brought are numbered by axis from here.
FIRST_RESERVE = 1 << 16


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


class Release(NamedTuple):
    """The tick, what a group is, and its draws; cell_axis (int8) by cell.

    next_id (2 int64): the first id by purpose that no group has had. axis_cells (1 x cells int32) and n_axis_cells (1
    int32) are room for the cells of one axis, everywhere (1 float64) is the effort on them.
    """

    group_size: int
    rows_per_group: int
    start_h: float
    dt_h: float
    quarter_hour: int
    stage_km: float
    stream: np.ndarray
    cell_axis: np.ndarray
    next_id: np.ndarray
    axis_cells: np.ndarray
    n_axis_cells: np.ndarray
    everywhere: np.ndarray


class Orders(NamedTuple):
    """Orders of the day, as declared in State, and the cumulative shares of mobility (float64) of either purpose."""

    release_per_day: np.ndarray
    effort: np.ndarray
    objectives: np.ndarray
    n_objectives: np.ndarray
    cumulative_mobility: np.ndarray
    relief_per_day: np.ndarray
    relief_cells: np.ndarray
    n_relief: np.ndarray
    relief_mobility: np.ndarray
    reserve_due: np.ndarray


class Goals(NamedTuple):
    """Where groups may go: effort (float64) and n_cells (int32) by axis, cells (int32, axes x cells).

    cumulative_mobility (float64): cumulative shares of how they move.
    """

    effort: np.ndarray
    cells: np.ndarray
    n_cells: np.ndarray
    cumulative_mobility: np.ndarray


@kernel
def send_groups(
    group_size, team_size, start_h, dt_h, quarter_hour, stage_km, cumulative_mobility, relief_mobility, stream, next_id,
    axis_cells, n_axis_cells, everywhere, cell_axis, release_per_day, effort, objectives, n_objectives, relief_per_day,
    relief_cells, n_relief, reserve_due, state, axis, group_id, n_soldiers, mobility, objective_cell, remaining_km,
    timer_h, is_tracked, owner_crew, active, forward, pool, pool_soldiers, cursor, count,
):  # fmt: skip
    """Send one tick's groups to objectives, to garrisons, and those that units of the reserve brought: see `Command`.

    group_size, team_size: soldiers; start_h, dt_h: the tick in h; quarter_hour: its number; stage_km in km; stream (4
    uint64): see `Draws.stream`; the others: see Release, Orders, Rows and Ledger, all columns of State and Ground.
    """
    what = Release(
        group_size, group_size // team_size, start_h, dt_h, quarter_hour, stage_km, stream, cell_axis, next_id,
        axis_cells, n_axis_cells, everywhere,
    )  # fmt: skip
    orders = Orders(
        release_per_day, effort, objectives, n_objectives, cumulative_mobility, relief_per_day, relief_cells, n_relief,
        relief_mobility, reserve_due,
    )  # fmt: skip
    rows = Rows(
        state, axis, group_id, n_soldiers, mobility, objective_cell, remaining_km, timer_h, is_tracked, owner_crew,
        active, forward, pool, cursor,
    )  # fmt: skip
    ledger = Ledger(pool_soldiers, count)
    n = n_due(TO_OBJECTIVES, release_per_day[0], n_objectives, team_size, what, rows)
    send(n, TO_OBJECTIVES, Goals(effort, objectives, n_objectives, cumulative_mobility), what, rows, ledger)
    n = n_due(TO_GARRISONS, relief_per_day[0], n_relief, team_size, what, rows)
    send(n, TO_GARRISONS, Goals(everywhere, relief_cells, n_relief, relief_mobility), what, rows, ledger)
    for purpose in range(2):
        for lane in range(reserve_due.shape[1]):
            if reserve_due[purpose, lane] > 0:
                send_reserve(purpose, lane, orders, what, rows, ledger)


@kernel
def n_due(purpose, per_day, n_cells, team_size, what, rows):
    """Draw the number of groups sent forward in a tick, at most those in the pool; 0 where there is no cell."""
    is_somewhere = False
    for n in n_cells:
        is_somewhere |= n > 0
    if not is_somewhere:
        return 0
    mean = per_day * what.dt_h / H_PER_DAY / what.group_size
    in_pool = (rows.cursor[POOL_TAIL] - rows.cursor[POOL_HEAD]) * team_size // what.group_size
    return min(poisson(uniform(what.stream, purpose, 0), mean), in_pool)


@kernel
def send_reserve(purpose, axis, orders, what, rows, ledger):
    """Send those that units brought to an axis, to garrisons (0) or objectives (1): each group at rate 1 per day."""
    due, n_cells = orders.reserve_due[purpose, axis], 0
    if purpose == 1:
        for cell in orders.objectives[axis, : orders.n_objectives[axis]]:
            what.axis_cells[0, n_cells] = cell
            n_cells += 1
    else:
        for cell in orders.relief_cells[0, : orders.n_relief[0]]:
            if what.cell_axis[cell] == axis:
                what.axis_cells[0, n_cells] = cell
                n_cells += 1
    if n_cells == 0:
        return
    what.n_axis_cells[0] = n_cells
    p = 1.0 - math.exp(-what.dt_h / H_PER_DAY)
    n = binomial(uniform(what.stream, FIRST_RESERVE + 2 * axis + purpose, 0), due // what.group_size, p)
    mobility = orders.cumulative_mobility if purpose == 1 else orders.relief_mobility
    before = ledger.pool_soldiers[0]
    goals = Goals(what.everywhere, what.axis_cells, what.n_axis_cells, mobility)
    send(n, TO_OBJECTIVES, goals, what, rows, ledger)
    due -= before - ledger.pool_soldiers[0]
    orders.reserve_due[purpose, axis] = due if due >= what.group_size else 0  # the rest stays in the pool


@kernel
def take_ids(n, purpose, what):
    """Return the first of n ids of groups, which are places in the calendar, not rows.

    The third group of an hour has the same id, and so the same random numbers, in every run, however many went before
    it. A tick that an event cut short, or a very large release, continues where the last one ended.
    """
    first = max(FIRST_GROUP_ID[purpose] + what.quarter_hour * GROUPS_PER_QUARTER_HOUR, what.next_id[purpose])
    what.next_id[purpose] = first + n
    return first


@kernel
def send(n, purpose, goals, what, rows, ledger):
    """Take n groups off the head of the pool, while there are so many, and send each on its way."""
    if n <= 0:
        return
    first_id = take_ids(n, purpose, what)
    for leader in range(first_id, first_id + n):
        if rows.cursor[POOL_TAIL] - rows.cursor[POOL_HEAD] < what.rows_per_group:
            break
        lane = pick_axis(uniform(what.stream, leader, 0), goals.effort, goals.n_cells)
        if lane < 0:
            break
        cell = preferred_cell(leader, goals.cells[lane, : goals.n_cells[lane]], what.stream)
        by = pick_mobility(uniform(what.stream, leader, 1), goals.cumulative_mobility)
        leaves_h = what.start_h + what.dt_h * uniform(what.stream, leader, 2)
        group = Group(leader, cell, what.cell_axis[cell], by, what.stage_km, leaves_h)
        for _ in range(what.rows_per_group):
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
