"""Which drone crew takes a call: kernels shared by detection and drone strikes."""

from __future__ import annotations

import numpy as np

from sim.world.compiled_code import kernel


class CrewPlaces:
    """Room for what the kernels below note of one side's n crews."""

    def __init__(self, n_crews: int) -> None:
        # x and y in km; places in the list in order of x; those in reach of one target.
        self.km = np.zeros((2, n_crews))
        self.order = np.arange(n_crews)
        self.in_reach = np.zeros(n_crews + 1, np.int32)


@kernel
def place_crews(side, crew_side, crew_cell, x_km, y_km, crew_km):
    """Write where a side's crews are into crew_km, close together for the scans below.

    Return the number of the first of them: a side's crews follow each other in the state.
    """
    first, n = -1, 0
    for crew in range(len(crew_side)):
        if crew_side[crew] == side:
            if first < 0:
                first = crew
            crew_km[0, n], crew_km[1, n] = x_km[crew_cell[crew]], y_km[crew_cell[crew]]
            n += 1
    return max(0, first)


@kernel
def is_in_reach(dx, dy, beyond_km, reach_km):
    """Tell whether a target (dx, dy) km away along the line and beyond_km in depth is within reach."""
    return dx * dx + dy * dy + beyond_km * beyond_km <= reach_km * reach_km


@kernel
def pick_crew(u, x, y, beyond_km, reach_km, crew_km, in_reach):
    """Return the place in the list of one of the crews that reach (x, y), each as likely; -1 if none does."""
    n = 0
    for i in range(crew_km.shape[1]):
        in_reach[n] = i
        n += is_in_reach(crew_km[0, i] - x, crew_km[1, i] - y, beyond_km, reach_km)
    return in_reach[int(u * n)] if n > 0 else -1


@kernel
def longest_idle(hour, x, y, beyond_km, reach_km, order, crew_km, free_at_h):
    """Return the place in the list of the free crew in reach that is idle longest; -1 when there is none.

    `order` holds the places in order of x: only crews within reach along x are looked at. Of crews that are idle
    equally long, the first in the list is taken.
    """
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if crew_km[0, order[middle]] - x < -reach_km:
            low = middle + 1
        else:
            high = middle
    best, since = -1, np.inf
    while low < len(order):
        i = order[low]
        dx, low = crew_km[0, i] - x, low + 1
        if dx > reach_km:
            break
        is_longer = free_at_h[i] < since or (free_at_h[i] == since and i < best)
        if is_longer and free_at_h[i] <= hour and is_in_reach(dx, crew_km[1, i] - y, beyond_km, reach_km):
            best, since = i, free_at_h[i]
    return best


@kernel
def first_free_h(free_at_h):
    """Return the hour at which the first of the crews is free; infinite without crews."""
    hour = np.inf
    for i in range(len(free_at_h)):
        hour = min(hour, free_at_h[i])
    return hour
