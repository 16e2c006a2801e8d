"""Which drone crew takes a call: kernels shared by detection and drone strikes."""

from __future__ import annotations

from sim.ground import is_in_reach
from sim.kernels import kernel


@kernel
def pick_crew(u, side, cell, beyond, reach_km, crew_side, crew_cell, x_km, y_km):
    """Return one of a side's crews that have the target in reach, each as likely as the next; -1 if there is none."""
    n = 0
    for crew in range(len(crew_side)):
        n += crew_side[crew] == side and is_in_reach(crew_cell[crew], cell, beyond, reach_km, x_km, y_km)
    nth = int(u * n)
    for crew in range(len(crew_side)):
        if crew_side[crew] == side and is_in_reach(crew_cell[crew], cell, beyond, reach_km, x_km, y_km):
            if nth == 0:
                return crew
            nth -= 1
    return -1


@kernel
def longest_idle(hour, side, cell, beyond, reach_km, crew_side, crew_cell, crew_free_at_h, x_km, y_km):
    """Return the free crew in reach that has been idle longest; -1 when all are busy or none reaches."""
    best = -1
    best_free = hour
    for crew in range(len(crew_side)):
        free = crew_free_at_h[crew]
        if crew_side[crew] == side and (free < best_free or (best < 0 and free <= best_free)):
            if is_in_reach(crew_cell[crew], cell, beyond, reach_km, x_km, y_km):
                best, best_free = crew, free
    return best
