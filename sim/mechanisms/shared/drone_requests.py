"""Requests to drone crews: on which group, at what hour of the tick, and for how many soldiers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.groups import end_of_group, put_in_order, soldiers_of
from sim.world.compiled_code import kernel
from sim.world.integer_codes import GARRISON
from sim.world.keyed_draws import waiting_h, waiting_h_within

# One request: its hour in the tick, the position of the target's group, the crew that sees it (-1: any in reach), the
# size for which it was made (it is dropped in proportion to what is left), and the id and number of its draws.
REQUEST = np.dtype([("hour", "f8"), ("size", "f8"), ("at", "i4"), ("owner", "i4"), ("key", "i4"), ("k", "i4")])
DRAWS_PER_REQUEST = 16
MOST_REQUESTS = 1_000_000  # of a tick: ten thousand times what the theatre has; 40 MB, and seconds to serve
# Purposes of a request's draws, added to DRAWS_PER_REQUEST times its number; struck soldiers take the rest.
GAP, THIN, OWNER, INTEGRATED, SERVICE, SUCCESS, CASUALTIES, STRUCK = range(8)


class RequestList(NamedTuple):
    """Room for n requests, and for what it takes to put them in order of time."""

    requests: np.ndarray  # (n,) REQUEST
    order: np.ndarray  # (n,) int32: positions in order of time
    hours: np.ndarray  # (n,) float64: hours after the tick's start
    bins: np.ndarray  # (n,) int32
    end_of_bin: np.ndarray  # (n + 1,) int32


class Tracks(NamedTuple):
    """The n intervals of a tick in which groups can be struck; the intervals of a group follow each other."""

    at: np.ndarray  # position in rows.active of a group's first row
    from_h: np.ndarray  # hours after the tick's start
    to_h: np.ndarray
    n: int


class GarrisonRequests(NamedTuple):
    """What the requests on garrisons depend on: the tick in hours, requests per hour on a full team, its size."""

    start_h: float
    end_h: float
    rate: float
    team_size: int
    weather: float


def room_for_requests(n: int) -> RequestList:
    """Return an empty list with room for n requests."""
    return RequestList(
        np.zeros(n, REQUEST), np.zeros(n, np.int32), np.zeros(n), np.zeros(n, np.int32), np.zeros(n + 1, np.int32)
    )


@kernel
def request_on_groups(requests, per_soldier_h, stream, rows, tracks):
    """Write the requests on groups in the intervals of the tick: a Poisson process in each.

    Return how many there are, which may be more than there is room for; beyond MOST_REQUESTS they are not counted. Uses
    active, n_active, group_id, n_soldiers and owner_crew of rows.
    """
    n, k, before = 0, 0, -1
    for m in range(tracks.n):
        i = tracks.at[m]
        k = k if i == before else 0
        before = i
        row = rows.active[i]
        size = soldiers_of(i, end_of_group(i, rows.n_active, rows), rows)
        rate, key, hour = per_soldier_h * size, rows.group_id[row], tracks.from_h[m]
        while True:
            hour += waiting_h_within(tracks.to_h[m] - hour, stream, key, DRAWS_PER_REQUEST * k + GAP, rate)
            if hour >= tracks.to_h[m] or n > MOST_REQUESTS:
                break
            if n < len(requests):
                request = requests[n]
                request.hour, request.size, request.at, request.owner = hour, size, i, rows.owner_crew[row]
                request.key, request.k = key, DRAWS_PER_REQUEST * k
            n += 1
            k += 1
        k += 1
    return n


@kernel
def request_on_garrisons(requests, n, garrisons, stream, rows):
    """Append the requests on garrisoned teams to the n requests there are; return their new number.

    A garrison is seldom a target: a team's next request is drawn once, for a full team in good weather, and saved in
    its timer_h (negative: not drawn yet); it is dropped in proportion to the weather and to the team's losses. Uses
    active, n_active, state and timer_h of rows.
    """
    for i in range(rows.n_active):
        row = rows.active[i]
        if rows.state[row] != GARRISON or rows.timer_h[row] >= garrisons.end_h:
            continue
        k = 0
        if rows.timer_h[row] < 0.0:
            rows.timer_h[row] = garrisons.start_h + waiting_h(stream, row, GAP, garrisons.rate)
            k = 1
        while rows.timer_h[row] < garrisons.end_h and n < len(requests):
            request = requests[n]
            request.hour, request.at = rows.timer_h[row] - garrisons.start_h, i
            request.size = garrisons.team_size / garrisons.weather
            request.owner, request.key, request.k = -1, row, DRAWS_PER_REQUEST * k
            rows.timer_h[row] += waiting_h(stream, row, DRAWS_PER_REQUEST * (k + 1) + GAP, garrisons.rate)
            n += 1
            k += 1
    return n


@kernel
def put_in_order_of_time(n, dt_h, room):
    """Write the order of n requests' hours: each goes into one of n bins of equal length, then to its place.

    Hours are spread over the tick, so that a bin holds one request or two; numpy's sort takes twenty times as long.
    """
    room.end_of_bin[: n + 1] = 0
    for r in range(n):
        room.hours[r] = room.requests[r].hour
        room.bins[r] = max(0, min(n - 1, int(room.hours[r] / dt_h * n)))
        room.end_of_bin[room.bins[r] + 1] += 1
    for b in range(n):
        room.end_of_bin[b + 1] += room.end_of_bin[b]
    for r in range(n):
        room.order[room.end_of_bin[room.bins[r]]] = r
        room.end_of_bin[room.bins[r]] += 1
    put_in_order(room.order[:n], room.hours)
