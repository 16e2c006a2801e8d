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
    order: np.ndarray  # (n,) int64: places in order of x
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
def longest_idle(hour, target, reach_km, places, free_at_h):
    """Return the place of the crew in reach that is free and idle longest; -1 when there is none.

    Only crews within reach along x are looked at. Of crews that are idle equally long, the first is taken.
    """
    low, high = 0, len(places.order)
    while low < high:
        middle = (low + high) // 2
        if places.km[0, places.order[middle]] - target.x_km < -reach_km:
            low = middle + 1
        else:
            high = middle
    best, since = -1, np.inf
    while low < len(places.order):
        i = places.order[low]
        dx, low = places.km[0, i] - target.x_km, low + 1
        if dx > reach_km:
            break
        is_longer = free_at_h[i] < since or (free_at_h[i] == since and i < best)
        dy = places.km[1, i] - target.y_km
        if is_longer and free_at_h[i] <= hour and is_in_reach(dx, dy, target.beyond_km, reach_km):
            best, since = i, free_at_h[i]
    return best


@kernel
def first_free_h(free_at_h):
    """Return the hour at which the first of the crews is free; infinite without crews."""
    hour = np.inf
    for i in range(len(free_at_h)):
        hour = min(hour, free_at_h[i])
    return hour


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
