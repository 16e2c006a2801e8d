"""How far the contested city is surrounded: the share of compass directions closed, and how near the enemy is."""

from __future__ import annotations

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, Ground

N_DIRECTIONS = 360
COMPASS_POINTS = ("north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west")
"""Eighths of the compass, each half of its width to either side of its name."""
_PER_BEARING = N_DIRECTIONS // len(COMPASS_POINTS)


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
        # A ray stays in a cell for some steps, of which the first counts.
        is_first = np.diff(cells, axis=1, prepend=-1) != 0
        on_map = (cells >= 0) & is_first
        self._cells, self._distance_km = cells[on_map], np.broadcast_to(distance, cells.shape)[on_map]
        self._cells = self._cells.astype(np.int32)
        self._first = np.cumsum([0, *on_map.sum(axis=1)])
        edge = np.where(cells >= 0, distance, 0.0).max(axis=1)
        bearing = (np.arange(N_DIRECTIONS) + _PER_BEARING // 2) // _PER_BEARING % len(COMPASS_POINTS)
        self._edge_km = np.array([edge[bearing == i].max() for i in range(len(COMPASS_POINTS))])

    def share_closed(self) -> float:
        """Return the share of directions in which the attacker holds a cell; NaN when the map has no such city."""
        if not self.has_city:
            return float("nan")
        return self.measure()[0]

    def measure(self) -> tuple[float, np.ndarray]:
        """Return the share of directions closed, and the distance to the attacker's nearest ground by bearing [km].

        The least is one cell; where the attacker holds nothing, it is the way to the edge of the map. NaN when the map
        has no such city.
        """
        if not self.has_city:
            return float("nan"), np.full(len(COMPASS_POINTS), np.nan)
        nearest = self._edge_km.copy()
        n_closed = look_around(self._control, self._cells, self._distance_km, self._first, nearest)
        return float(n_closed) / N_DIRECTIONS, nearest


@kernel
def look_around(control, cells, distance_km, first, nearest):
    """Count the rays on which the attacker holds a cell, and lower `nearest` to the nearest such cell of each bearing.

    control is int8 by cell. Ray i is cells[first[i]] to cells[first[i + 1] - 1] (int32), at distance_km (float64) from
    the centre; nearest (float64 by bearing, km) is at least the longest ray.
    """
    n = 0
    for ray in range(len(first) - 1):
        for i in range(first[ray], first[ray + 1]):
            if control[cells[i]] == ATTACKER_HELD:
                n += 1
                bearing = (ray + _PER_BEARING // 2) // _PER_BEARING % len(nearest)
                nearest[bearing] = min(nearest[bearing], distance_km[i])
                break
    return n
