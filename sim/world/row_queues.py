"""Queues of rows: teams formed into the pool, the rows that are worked on, and the log of events."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.integer_codes import ATTACKER, DEAD, GARRISON, N_ACTIVE, N_FORWARD, NEXT_ROW, POOL, POOL_TAIL, REST


class PoolRows(NamedTuple):
    """The columns of State that hold the pool: a kernel may hand over any tuple with these."""

    state: np.ndarray
    n_soldiers: np.ndarray
    pool: np.ndarray
    pool_soldiers: np.ndarray
    cursor: np.ndarray


@kernel
def form_teams(team_size, stock, rows):
    """Turn the attackers of the stock into fresh rows at the end of the pool while rows last; see `PoolRows`."""
    cursor, pool = rows.cursor, rows.pool
    while stock[ATTACKER, 0] >= team_size and cursor[NEXT_ROW] < len(rows.state):
        row = cursor[NEXT_ROW]
        cursor[NEXT_ROW] += 1
        stock[ATTACKER, 0] -= team_size
        rows.n_soldiers[row] = team_size
        rows.state[row] = POOL
        pool[cursor[POOL_TAIL] % len(pool)] = row
        cursor[POOL_TAIL] += 1
        rows.pool_soldiers[0] += team_size


@kernel
def bring_forward(row, active, forward, cursor):
    """Append a row to the active ones."""
    forward[cursor[N_FORWARD]] = cursor[N_ACTIVE]
    active[cursor[N_ACTIVE]] = row
    cursor[N_ACTIVE] += 1
    cursor[N_FORWARD] += 1


@kernel
def drop_inactive(active, forward, cursor, state, n_soldiers):
    """Remove the teams at rest and those without soldiers, which are dead, from the active rows; the order stays.

    Then list the forward rows again.
    """
    n = n_forward = 0
    for i in range(cursor[N_ACTIVE]):
        row = active[i]
        if n_soldiers[row] == 0:
            state[row] = DEAD
        elif state[row] != REST:
            active[n] = row
            if state[row] != GARRISON:
                forward[n_forward] = n
                n_forward += 1
            n += 1
    cursor[N_ACTIVE], cursor[N_FORWARD] = n, n_forward


@kernel
def count_all(n_soldiers):
    """Return the sum of soldiers (int32); numpy takes five times as long, as it copies them."""
    n = 0
    for i in range(len(n_soldiers)):
        n += n_soldiers[i]
    return n


@kernel
def count_rows(rows, n_soldiers):
    """Return the soldiers (int32) of some rows (int32)."""
    n = 0
    for row in rows:
        n += n_soldiers[row]
    return n


@kernel
def log_event(kind, hour, cell, value, events, n_events):
    """Append an event; past the capacity of a day only the number grows, which the recorder refuses."""
    n = n_events[0]
    n_events[0] = n + 1
    if n < len(events):
        events[n].hour, events[n].value, events[n].cell, events[n].kind = hour, value, cell, kind
