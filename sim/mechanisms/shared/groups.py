"""Kernels on rows, groups and the teams before one cell that several mechanisms share.

`rows` is any named tuple of columns of State that has the fields that a docstring names: `active` (rows, by position),
`forward` (positions), `cursor`, `rest`, and by row `group_id`, `n_soldiers`, `state`, `objective_cell`, `timer_h` and
`remaining_km`. `first` and `following` chain positions: `first` is by cell, `following` by position; -1 is none.
"""

from __future__ import annotations

from sim.world.compiled_code import kernel
from sim.world.integer_codes import ADVANCE, N_ACTIVE, N_FORWARD, REST, REST_TAIL, WITHDRAW
from sim.world.row_queues import log_event


@kernel
def end_of_group(i, n, rows):
    """Return the position after the last of n active rows in the group at position i: groups stand together.

    Uses active and group_id.
    """
    j = i + 1
    while j < n and rows.group_id[rows.active[j]] == rows.group_id[rows.active[i]]:
        j += 1
    return j


@kernel
def soldiers_of(i, j, rows):
    """Count the soldiers of active rows i .. j-1; uses active and n_soldiers."""
    total = 0
    for k in range(i, j):
        total += rows.n_soldiers[rows.active[k]]
    return total


@kernel
def strike_off(u, i, j, rows):
    """Remove one soldier, chosen evenly by u, from active rows i .. j-1; the row keeps its state until the tick ends.

    Uses active and n_soldiers.
    """
    nth = int(u * soldiers_of(i, j, rows))
    for k in range(i, j):
        row = rows.active[k]
        if nth < rows.n_soldiers[row]:
            rows.n_soldiers[row] -= 1
            return
        nth -= rows.n_soldiers[row]


@kernel
def put_in_order(order, value):
    """Sort indices by value[index], by insertion: one comparison each when they are in order, or nearly, already."""
    for n in range(1, len(order)):
        i = order[n]
        while n > 0 and value[order[n - 1]] > value[i]:
            order[n] = order[n - 1]
            n -= 1
        order[n] = i


@kernel
def beyond_km(state, remaining_km, stage_km):
    """Return how far in front of the defender's line a team is, in km: it advances to 0 and withdraws from 0."""
    if state == ADVANCE:
        return remaining_km
    return stage_km - remaining_km if state == WITHDRAW else 0.0


@kernel
def gather_by_cell(rows, first):
    """Chain the forward positions by objective cell: first[cell], then rows.following[position], in order; -1 ends.

    first must be -1 everywhere before; `scatter` sets it back. Uses active, forward, cursor, objective_cell and
    following.
    """
    for f in range(rows.cursor[N_FORWARD] - 1, -1, -1):
        i = rows.forward[f]
        cell = rows.objective_cell[rows.active[i]]
        rows.following[i] = first[cell]
        first[cell] = i


@kernel
def scatter(rows, first):
    """Undo `gather_by_cell`; uses active, forward, cursor and objective_cell."""
    for f in range(rows.cursor[N_FORWARD]):
        first[rows.objective_cell[rows.active[rows.forward[f]]]] = -1


@kernel
def chain_of_cell(cell, rows):
    """Chain all active positions of one cell, garrisons too, and return the first (-1: there is none).

    Uses active, cursor, objective_cell and following.
    """
    start = -1
    for i in range(rows.cursor[N_ACTIVE] - 1, -1, -1):
        if rows.objective_cell[rows.active[i]] == cell:
            rows.following[i], start = start, i
    return start


@kernel
def count_in_cell(start, wanted, rows):
    """Count the soldiers in one state along the chain from start; uses active, following, state and n_soldiers."""
    total = 0
    i = start
    while i >= 0:
        if rows.state[rows.active[i]] == wanted:
            total += rows.n_soldiers[rows.active[i]]
        i = rows.following[i]
    return total


@kernel
def strike_off_in_cell(nth, wanted, start, rows):
    """Remove the nth soldier (from 0) of those in one state along the chain from start.

    Uses active, following, state and n_soldiers.
    """
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
def change_state(start, old, new, timer, remaining, rows):
    """Put all rows in state old along the chain from start into state new, with its timer (h) and distance (km).

    Uses active, following, state, timer_h and remaining_km.
    """
    i = start
    while i >= 0:
        row = rows.active[i]
        if rows.state[row] == old:
            rows.state[row], rows.timer_h[row], rows.remaining_km[row] = new, timer, remaining
        i = rows.following[i]


@kernel
def send_to_rest(row, until_h, rows):
    """Append a row to the queue of those that rest until an hour; uses state, timer_h, rest and cursor."""
    rows.state[row], rows.timer_h[row] = REST, until_h
    rows.rest[rows.cursor[REST_TAIL] % len(rows.rest)] = row
    rows.cursor[REST_TAIL] += 1


@kernel
def log(kind, hour, cell, value, ledger):
    """Append an event to the ledger's events and n_events."""
    log_event(kind, hour, cell, value, ledger.events, ledger.n_events)
