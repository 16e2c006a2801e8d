"""Which drone crew takes a request: kernels shared by detection and drone strikes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.drone_requests import INTEGRATED, OWNER
from sim.world.compiled_code import kernel
from sim.world.keyed_draws import happens, uniform


class CrewPlaces(NamedTuple):
    """Where the n crews of one side are, and room for a search among them; a crew's place is its number in the side."""

    km: np.ndarray  # (2, n) float64: x and y
    order: np.ndarray  # (n,) int64: places in order of the hour from which the crew is free, then of their number
    in_reach: np.ndarray  # (n + 1,) int32: places of the crews that reach one target


class Target(NamedTuple):
    """Where a target is, in km; beyond_km is how far it is from a crew in depth."""

    x_km: float
    y_km: float
    beyond_km: float


def room_for_crews(n_crews: int) -> CrewPlaces:
    """Return room for the places of n crews, none of them filled in."""
    return CrewPlaces(np.zeros((2, n_crews)), np.arange(n_crews), np.zeros(n_crews + 1, np.int32))


@kernel
def place_crews(side, crew_side, crew_cell, cells, crew_km):
    """Write where a side's crews are into crew_km, close together for the scans below; uses x_km and y_km of cells.

    Return the number of the first of them: a side's crews follow each other in the state.
    """
    first, n = -1, 0
    for crew in range(len(crew_side)):
        if crew_side[crew] == side:
            if first < 0:
                first = crew
            crew_km[0, n], crew_km[1, n] = cells.x_km[crew_cell[crew]], cells.y_km[crew_cell[crew]]
            n += 1
    return max(0, first)


@kernel
def is_in_reach(dx, dy, beyond_km, reach_km):
    """Return whether a target (dx, dy) km away along the line and beyond_km in depth is within reach."""
    return dx * dx + dy * dy + beyond_km * beyond_km <= reach_km * reach_km


@kernel
def pick_crew(u, target, reach_km, places):
    """Return the place of one of the crews that reach a target, each equally likely; -1 if none does."""
    n = 0
    for i in range(places.km.shape[1]):
        places.in_reach[n] = i
        n += is_in_reach(places.km[0, i] - target.x_km, places.km[1, i] - target.y_km, target.beyond_km, reach_km)
    return places.in_reach[int(u * n)] if n > 0 else -1


@kernel
def put_in_order_of_idleness(places, free_at_h):
    """Sort the places of crews by the hour from which they are free, then by number: nearly in order already."""
    for n in range(1, len(places.order)):
        put_behind(n, places.order, free_at_h)


@kernel
def put_behind(n, order, free_at_h):
    """Move the crew at position n forward in the order, behind those that are free before it."""
    crew = order[n]
    while n > 0 and is_free_before(crew, order[n - 1], free_at_h):
        order[n] = order[n - 1]
        n -= 1
    order[n] = crew


@kernel
def is_free_before(one, other, free_at_h):
    """Return whether one crew is free before the other; of two that are so at the same hour, the first is."""
    return free_at_h[one] < free_at_h[other] or (free_at_h[one] == free_at_h[other] and one < other)


@kernel
def make_busy(crew, until_h, places, free_at_h):
    """Make a crew busy until an hour, and move it back in the order."""
    order, n = places.order, 0
    while order[n] != crew:
        n += 1
    free_at_h[crew] = until_h
    while n + 1 < len(order) and is_free_before(order[n + 1], crew, free_at_h):
        order[n] = order[n + 1]
        n += 1
    order[n] = crew


@kernel
def longest_idle(hour, target, reach_km, places, free_at_h):
    """Return the place of the crew in reach that is free and idle longest; -1 when there is none.

    Of crews that are idle equally long, the first is taken.
    """
    for i in places.order:
        if free_at_h[i] > hour:
            break
        dx, dy = places.km[0, i] - target.x_km, places.km[1, i] - target.y_km
        if is_in_reach(dx, dy, target.beyond_km, reach_km):
            return i
    return -1


@kernel
def find_crew(hour, request, target, sortie):
    """Return the crew that takes a request (-1: it is blocked) and the one that sees its target (-1: unknown)."""
    crews, stream = sortie.crews, sortie.stream
    owner = request.owner - crews.first if request.owner >= 0 else -1
    if happens(sortie.p_integration, stream, request.key, request.k + INTEGRATED):
        return longest_idle(hour, target, sortie.range_km, crews.places, crews.free_at_h), owner
    if owner < 0:
        u = uniform(stream, request.key, request.k + OWNER)
        owner = pick_crew(u, target, sortie.range_km, crews.places)
    can_take = owner >= 0 and crews.free_at_h[owner] <= hour
    if can_take:
        dx, dy = crews.places.km[0, owner] - target.x_km, crews.places.km[1, owner] - target.y_km
        can_take = is_in_reach(dx, dy, target.beyond_km, sortie.range_km)
    return (owner if can_take else -1), owner
