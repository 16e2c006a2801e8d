"""How far a place is surrounded: the share of compass directions in which the enemy's ground closes the way out."""

from __future__ import annotations

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, Ground

N_DIRECTIONS = 360


class CompassDirections:
    """The rays from the contested city's centre to the edge of the map, one per degree, as cells."""

    def __init__(self, ground: Ground) -> None:
        self._control = ground.control
        cities = [place for place in ground.params.settlements if place.is_contested_city]
        self.has_city: bool = bool(cities)
        if not cities:
            return
        step = ground.cell_km / 2.0
        # From one cell away: the centre may be a corner of cells, and its own cell belongs to no direction.
        distance = np.arange(2.0 * step, np.hypot(ground.nx, ground.ny) * ground.cell_km, step)
        angle = np.deg2rad(np.arange(N_DIRECTIONS) * (360.0 / N_DIRECTIONS))[:, None]
        x = cities[0].x_km + np.sin(angle) * distance
        y = cities[0].y_km + np.cos(angle) * distance
        cells = ground.cell_at(x, y)
        on_map = cells >= 0
        self._cells = cells[on_map]
        self._first = np.cumsum([0, *on_map.sum(axis=1)])

    def share_closed(self) -> float:
        """Return the share of directions in which the attacker holds a cell; NaN when the map has no such city."""
        if not self.has_city:
            return float("nan")
        return float(count_closed(self._control, self._cells, self._first)) / N_DIRECTIONS


@kernel
def count_closed(control, cells, first):
    """Count the rays on which the attacker holds a cell; ray i is cells[first[i]] to cells[first[i + 1] - 1]."""
    n = 0
    for ray in range(len(first) - 1):
        for i in range(first[ray], first[ray + 1]):
            if control[cells[i]] == ATTACKER_HELD:
                n += 1
                break
    return n
