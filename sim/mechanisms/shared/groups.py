"""Kernels on rows and groups of teams that several mechanisms share.

`rows` is any named tuple that has the columns of State that a kernel's docstring names.
"""

from __future__ import annotations

from sim.world.compiled_code import kernel
from sim.world.integer_codes import ADVANCE, REST, REST_TAIL, WITHDRAW
from sim.world.row_queues import log_event

FOOT, ARMOUR = 0, 3


@kernel
def is_rider(mobility):
    """Return whether a way to move is a ride from which soldiers dismount: a motorcycle or an ATV."""
    return mobility != FOOT and mobility != ARMOUR


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
def send_to_rest(row, until_h, rows):
    """Append a row to the queue of those that rest until an hour; uses state, timer_h, rest and cursor."""
    rows.state[row], rows.timer_h[row] = REST, until_h
    rows.rest[rows.cursor[REST_TAIL] % len(rows.rest)] = row
    rows.cursor[REST_TAIL] += 1


@kernel
def log(kind, hour, cell, value, ledger):
    """Append an event to the ledger's events and n_events."""
    log_event(kind, hour, cell, value, ledger.events, ledger.n_events)
