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
    n = 0
    for i in range(len(crew_x_km)):
        n += is_in_reach(crew_x_km[i] - x, crew_y_km[i] - y, beyond_km, reach_km)
    nth = int(u * n)
    for i in range(len(crew_x_km)):
        if is_in_reach(crew_x_km[i] - x, crew_y_km[i] - y, beyond_km, reach_km):
            if nth == 0:
                return i
            nth -= 1
    return -1


@kernel
def longest_idle(hour, x, y, beyond_km, reach_km, crew_x_km, crew_y_km, free_at_h):
    """Return the place in the list of the free crew in reach that is idle longest; -1 when there is none."""
    best, since = -1, np.inf
    for i in range(len(free_at_h)):
        if free_at_h[i] < since and free_at_h[i] <= hour:
            if is_in_reach(crew_x_km[i] - x, crew_y_km[i] - y, beyond_km, reach_km):
                best, since = i, free_at_h[i]
    return best
