"""Kernels on rows, groups and the teams before one cell that several mechanisms share."""

from __future__ import annotations

from sim.world.compiled_code import kernel
from sim.world.integer_codes import ADVANCE, REST, REST_TAIL, WITHDRAW


@kernel
def end_of_group(i, n, active, group_id):
    """Return the position after the last active row of the group at position i: groups stand together."""
    j = i + 1
    while j < n and group_id[active[j]] == group_id[active[i]]:
        j += 1
    return j


@kernel
def soldiers_of(i, j, active, n_soldiers):
    """Count the soldiers of active rows i .. j-1."""
    total = 0
    for k in range(i, j):
        total += n_soldiers[active[k]]
    return total


@kernel
def strike_off(u, i, j, active, n_soldiers):
    """Take one soldier, chosen evenly by u, off active rows i .. j-1; the row keeps its state until the tick ends."""
    nth = int(u * soldiers_of(i, j, active, n_soldiers))
    for k in range(i, j):
        row = active[k]
        if nth < n_soldiers[row]:
            n_soldiers[row] -= 1
            return
        nth -= n_soldiers[row]


@kernel
def put_in_order(order, value):
    """Sort indices by value[index], by insertion: a glance at each when they are in order, or nearly, already."""
    for n in range(1, len(order)):
        i = order[n]
        while n > 0 and value[order[n - 1]] > value[i]:
            order[n] = order[n - 1]
            n -= 1
        order[n] = i


@kernel
def beyond_km(state, remaining_km, stage_km):
    """Return how far in front of the defender's line a team is: it advances to 0 and withdraws from 0."""
    if state == ADVANCE:
        return remaining_km
    return stage_km - remaining_km if state == WITHDRAW else 0.0


@kernel
def gather_by_cell(active, forward, n_forward, objective_cell, first, following):
    """Chain the forward positions by objective cell: first[cell], then following[position], in order; -1 ends.

    first must be -1 everywhere before; `scatter` puts it back.
    """
    for f in range(n_forward - 1, -1, -1):
        i = forward[f]
        cell = objective_cell[active[i]]
        following[i] = first[cell]
        first[cell] = i


@kernel
def chain_of_cell(cell, active, n_active, objective_cell, following):
    """Chain all active positions of one cell, garrisons too, and return the first (-1: there is none)."""
    start = -1
    for i in range(n_active - 1, -1, -1):
        if objective_cell[active[i]] == cell:
            following[i], start = start, i
    return start


@kernel
def scatter(active, forward, n_forward, objective_cell, first):
    """Undo `gather_by_cell`."""
    for f in range(n_forward):
        first[objective_cell[active[forward[f]]]] = -1


@kernel
def count_in_cell(start, wanted, active, following, state, n_soldiers):
    """Count the soldiers in one state along a cell's chain."""
    total = 0
    i = start
    while i >= 0:
        if state[active[i]] == wanted:
            total += n_soldiers[active[i]]
        i = following[i]
    return total


@kernel
def strike_off_in_cell(nth, wanted, start, active, following, state, n_soldiers):
    """Take the nth soldier (from 0) of those in one state off a cell's chain."""
    i = start
    while i >= 0:
        row = active[i]
        if state[row] == wanted:
            if nth < n_soldiers[row]:
                n_soldiers[row] -= 1
                return
            nth -= n_soldiers[row]
        i = following[i]


@kernel
def change_state(start, old, new, timer, remaining, active, following, state, timer_h, remaining_km):
    """Put all rows of a cell's chain that are in one state into another."""
    i = start
    while i >= 0:
        row = active[i]
        if state[row] == old:
            state[row], timer_h[row], remaining_km[row] = new, timer, remaining
        i = following[i]


@kernel
def send_to_rest(row, until_h, state, timer_h, rest, cursor):
    """Append a row to the queue of those that rest until an hour."""
    state[row], timer_h[row] = REST, until_h
    rest[cursor[REST_TAIL] % len(rest)] = row
    cursor[REST_TAIL] += 1
