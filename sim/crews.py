"""Which drone crew takes a call: kernels shared by detection and drone strikes."""

from __future__ import annotations

import numpy as np

from sim.kernels import kernel


@kernel
def crews_of(side, crew_side, crew_cell, x_km, y_km):
    """Return a side's crews and where they are: numbers, x, y, close together in memory for the scans below."""
    crews = np.flatnonzero(crew_side == side)
    return crews, x_km[crew_cell[crews]], y_km[crew_cell[crews]]


@kernel
def is_in_reach(dx, dy, beyond_km, reach_km):
    """Tell whether a target (dx, dy) km away along the line and beyond_km in depth is within reach."""
    return dx * dx + dy * dy + beyond_km * beyond_km <= reach_km * reach_km


@kernel
def pick_crew(u, x, y, beyond_km, reach_km, crew_x_km, crew_y_km):
    """Return the place in the list of one of the crews that reach (x, y), each as likely; -1 if none does."""
    in_reach, n = np.empty(len(crew_x_km) + 1, np.int32), 0
    for i in range(len(crew_x_km)):
        in_reach[n] = i
        n += is_in_reach(crew_x_km[i] - x, crew_y_km[i] - y, beyond_km, reach_km)
    return in_reach[int(u * n)] if n > 0 else -1


@kernel
def longest_idle(hour, x, y, beyond_km, reach_km, order, crew_x_km, crew_y_km, free_at_h):
    """Return the place in the list of the free crew in reach that is idle longest; -1 when there is none.

    `order` holds the places in order of x: only crews within reach along x are looked at. Of crews that are idle
    equally long, the first in the list is taken.
    """
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if crew_x_km[order[middle]] - x < -reach_km:
            low = middle + 1
        else:
            high = middle
    best, since = -1, np.inf
    while low < len(order):
        i = order[low]
        dx, low = crew_x_km[i] - x, low + 1
        if dx > reach_km:
            break
        is_longer = free_at_h[i] < since or (free_at_h[i] == since and i < best)
        if is_longer and free_at_h[i] <= hour and is_in_reach(dx, crew_y_km[i] - y, beyond_km, reach_km):
            best, since = i, free_at_h[i]
    return best


@kernel
def first_free_h(free_at_h):
    """Return the hour at which the first of the crews is free; infinite without crews."""
    hour = np.inf
    for i in range(len(free_at_h)):
        hour = min(hour, free_at_h[i])
    return hour
