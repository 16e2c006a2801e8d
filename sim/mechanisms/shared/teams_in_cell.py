"""Teams before or in one cell: chains of their positions in `active`, so that a cell's teams are found at once.

`first` (int32 by cell) and `following` (int32 by position) hold the next position of a chain; -1 is none.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.groups import is_rider
from sim.world.compiled_code import kernel
from sim.world.integer_codes import ASSAULT, HOLD, N_ACTIVE, N_FORWARD, WAIT
from sim.world.keyed_draws import uniform


class Rows(NamedTuple):
    """Columns of State by row, the lists of rows that are worked on, and the chains of those before one cell."""

    active: np.ndarray
    forward: np.ndarray
    cursor: np.ndarray
    following: np.ndarray
    state: np.ndarray
    n_soldiers: np.ndarray
    objective_cell: np.ndarray
    group_id: np.ndarray
    timer_h: np.ndarray
    remaining_km: np.ndarray
    mobility: np.ndarray


class Ledger(NamedTuple):
    """What a fight adds to: losses by side and cause, counts, soldiers in stock, and events."""

    losses: np.ndarray
    counts: np.ndarray
    stock: np.ndarray
    events: np.ndarray
    n_events: np.ndarray


@kernel
def gather_by_cell(rows, first):
    """Chain the forward positions by objective cell: first[cell], then rows.following[position], in order; -1 ends.

    first must be -1 everywhere before; `scatter` sets it back.
    """
    for f in range(rows.cursor[N_FORWARD] - 1, -1, -1):
        i = rows.forward[f]
        cell = rows.objective_cell[rows.active[i]]
        rows.following[i] = first[cell]
        first[cell] = i


@kernel
def scatter(rows, first):
    """Undo `gather_by_cell`."""
    for f in range(rows.cursor[N_FORWARD]):
        first[rows.objective_cell[rows.active[rows.forward[f]]]] = -1


@kernel
def cells_with_teams(rows, first, cells):
    """List each cell in which teams wait or assault, once; return how many there are."""
    n = 0
    for f in range(rows.cursor[N_FORWARD]):
        row = rows.active[rows.forward[f]]
        if rows.state[row] == WAIT or rows.state[row] == ASSAULT:
            cell = rows.objective_cell[row]
            # A cell is listed at the first such position of its chain.
            if first[cell] >= 0:
                first[cell] = -2 - first[cell]
                cells[n] = cell
                n += 1
    for i in range(n):
        first[cells[i]] = -2 - first[cells[i]]
    return n


@kernel
def chain_of_cell(cell, rows):
    """Chain all active positions of one cell, garrisons too, and return the first (-1: there is none)."""
    start = -1
    for i in range(rows.cursor[N_ACTIVE] - 1, -1, -1):
        if rows.objective_cell[rows.active[i]] == cell:
            rows.following[i], start = start, i
    return start


@kernel
def count_in_cell(start, wanted, rows):
    """Count the soldiers in one state along the chain from start."""
    total = 0
    i = start
    while i >= 0:
        if rows.state[rows.active[i]] == wanted:
            total += rows.n_soldiers[rows.active[i]]
        i = rows.following[i]
    return total


@kernel
def holders_in_cell(start, rider_stay, rows):
    """Return the soldiers who hold a cell along the chain from start, riders counted as the share who dismount."""
    total = 0.0
    i = start
    while i >= 0:
        row = rows.active[i]
        if rows.state[row] == HOLD:
            total += rows.n_soldiers[row] * (rider_stay if is_rider(rows.mobility[row]) else 1.0)
        i = rows.following[i]
    return total


@kernel
def strike_off_in_cell(nth, wanted, start, rows):
    """Remove the nth soldier (from 0) of those in one state along the chain from start."""
    i = start
    while i >= 0:
        row = rows.active[i]
        if rows.state[row] == wanted:
            if nth < rows.n_soldiers[row]:
                rows.n_soldiers[row] -= 1
                return
            nth -= rows.n_soldiers[row]
        i = rows.following[i]


@kernel
def strike_off_fallen(n_fallen, n, wanted, start, draws, rows):
    """Remove n_fallen of the n soldiers in one state along the chain from start, one after the other.

    Each is as likely; the k-th (from 0) is chosen by draw number draws.k + k.
    """
    for k in range(n_fallen):
        nth = int(uniform(draws.stream, draws.key_id, draws.k + k) * (n - k))
        strike_off_in_cell(nth, wanted, start, rows)


@kernel
def change_state(start, old, new, timer, remaining, rows):
    """Put all rows in state old along the chain from start into state new, with its timer (h) and distance (km)."""
    i = start
    while i >= 0:
        row = rows.active[i]
        if rows.state[row] == old:
            rows.state[row], rows.timer_h[row], rows.remaining_km[row] = new, timer, remaining
        i = rows.following[i]


@kernel
def survey(start, hour, rows):
    """Return soldiers and groups that wait in a cell at an hour, since when, and when the next ones will arrive."""
    n_waiting, n_groups, last = 0, 0, -1
    since_h = next_h = math.inf
    i = start
    while i >= 0:
        row = rows.active[i]
        is_waiting = rows.state[row] == WAIT and rows.n_soldiers[row] > 0
        if is_waiting and rows.timer_h[row] > hour:
            next_h = min(next_h, rows.timer_h[row])
        elif is_waiting:
            n_waiting += rows.n_soldiers[row]
            since_h = min(since_h, rows.timer_h[row])
            if rows.group_id[row] != last:
                last = rows.group_id[row]
                n_groups += 1
        i = rows.following[i]
    return n_waiting, n_groups, since_h, next_h


@kernel
def enter(start, hour, rows):
    """Let those who wait in a cell at an hour into the fight."""
    i = start
    while i >= 0:
        row = rows.active[i]
        if rows.state[row] == WAIT and rows.timer_h[row] <= hour:
            rows.state[row] = ASSAULT
        i = rows.following[i]


@kernel
def join_holders(start, hour, rows):
    """Let those who wait before a cell won at an hour hold it, each from the hour of its arrival."""
    i = start
    while i >= 0:
        row = rows.active[i]
        if rows.state[row] == WAIT:
            rows.state[row], rows.timer_h[row] = HOLD, max(hour, rows.timer_h[row])
        i = rows.following[i]
