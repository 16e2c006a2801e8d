"""Calls on drone crews: who is called upon, at what hour of the tick, for how many soldiers."""

from __future__ import annotations

import numpy as np

from sim.mechanisms.shared.rows import end_of_group, put_in_order, soldiers_of
from sim.world.compiled_code import kernel
from sim.world.integer_codes import GARRISON
from sim.world.keyed_draws import waiting_h

# One call: its hour in the tick, position of the target's group, the crew that sees it (-1: any in reach), the size
# for which it was made (it is dropped in proportion to what is left), and the id and number of its draws.
CALL = np.dtype([("hour", "f8"), ("size", "f8"), ("at", "i4"), ("owner", "i4"), ("key", "i4"), ("k", "i4")])
DRAWS_PER_CALL = 16
# Purposes of a call's draws, added to DRAWS_PER_CALL times its number; struck soldiers take the rest.
GAP, THIN, OWNER, INTEGRATED, SERVICE, SUCCESS, CASUALTIES, STRUCK = range(8)


class CallList:
    """Room for n calls, and for what it takes to put them in order of time."""

    def __init__(self, n_calls: int) -> None:
        self.calls = np.zeros(n_calls, CALL)
        self.order, self.hours = np.zeros(n_calls, np.int32), np.zeros(n_calls)
        self.bins, self.end_of_bin = np.zeros(n_calls, np.int32), np.zeros(n_calls + 1, np.int32)


@kernel
def call_groups(
    calls, call_per_soldier_h, stream, index, n_index, group_id, n_soldiers, owner_crew, at, from_h, to_h, n_intervals
):  # fmt: skip
    """Write the calls on groups in the intervals (at, from_h, to_h) of the tick: a Poisson process in each.

    Return how many there are, which may be more than there is room for. `at` is the position in `index` of a group's
    first row; the intervals of a group follow each other.
    """
    n, k, before = 0, 0, -1
    for m in range(n_intervals):
        i = at[m]
        k = k if i == before else 0
        before = i
        row = index[i]
        size = soldiers_of(i, end_of_group(i, n_index, index, group_id), index, n_soldiers)
        rate, key, hour = call_per_soldier_h * size, group_id[row], from_h[m]
        while True:
            hour += waiting_h(stream, key, DRAWS_PER_CALL * k + GAP, rate)
            if hour >= to_h[m]:
                break
            if n < len(calls):
                call = calls[n]
                call.hour, call.size, call.at, call.owner = hour, size, i, owner_crew[row]
                call.key, call.k = key, DRAWS_PER_CALL * k
            n += 1
            k += 1
        k += 1
    return n


@kernel
def call_garrisons(calls, n, start_h, end_h, rate, team_size, weather, stream, active, n_active, state, timer_h):
    """Append the calls on garrisoned teams to the n calls there are; return their new number.

    A garrison is seldom called on: a team's next call is drawn once, for a full team in good weather, and kept in its
    timer_h (negative: not drawn yet); its size makes it drop out in proportion to the weather and to the team's losses.
    """
    for i in range(n_active):
        row = active[i]
        if state[row] != GARRISON or timer_h[row] >= end_h:
            continue
        k = 0
        if timer_h[row] < 0.0:
            timer_h[row] = start_h + waiting_h(stream, row, GAP, rate)
            k = 1
        while timer_h[row] < end_h and n < len(calls):
            call = calls[n]
            call.hour, call.size, call.at = timer_h[row] - start_h, team_size / weather, i
            call.owner, call.key, call.k = -1, row, DRAWS_PER_CALL * k
            timer_h[row] += waiting_h(stream, row, DRAWS_PER_CALL * (k + 1) + GAP, rate)
            n += 1
            k += 1
    return n


@kernel
def put_in_order_of_time(calls, dt, order, hours, bins, end_of_bin):
    """Write the order of the calls' hours: each goes into one of as many bins as there are calls, then to its place.

    Hours are spread over the tick, so that a bin holds one call or two; numpy's sort takes twenty times as long.
    """
    n = len(calls)
    end_of_bin[: n + 1] = 0
    for c in range(n):
        hours[c] = calls[c].hour
        bins[c] = max(0, min(n - 1, int(hours[c] / dt * n)))
        end_of_bin[bins[c] + 1] += 1
    for b in range(n):
        end_of_bin[b + 1] += end_of_bin[b]
    for c in range(n):
        order[end_of_bin[bins[c]]] = c
        end_of_bin[bins[c]] += 1
    put_in_order(order[:n], hours)
