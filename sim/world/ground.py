"""The stylised theatre: square cells with terrain, fortification and control; axes, settlements, lines.

Cells are numbered row by row from the south-west; a cell's neighbours are the four that share a side. Nothing
here is a real position: the front trace is invented and places are rounded to the kilometre.
"""

from __future__ import annotations

import numpy as np

from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.map_values import TERRAINS, GroundParams

DEFENDER_HELD, ATTACKER_HELD = 0, 1
REAR, SECOND_LINE, FRONT = 0, 1, 2
OPEN, URBAN, TREE_LINE, WATER = range(len(TERRAINS))
REAR_NODE = "rear"


class Ground:
    """Cells as flat arrays; `axis[cell]` is -1 outside every lane, where nothing happens.

    Per cell: x_km, y_km, terrain, fortification, axis, neighbours (n, 4; -1 beyond the edge), is_city, is_edge,
    is_symbolic, control, line (REAR, SECOND_LINE or FRONT, of the defender's cells),
    is_connected (own ground leads to the rear), pressure, target_soldiers, is_held_by_enemy
    (won, hold clock running), held_since_h, is_flag_planted, assault_force (soldiers committed to the present fight),
    entries (groups that entered today), raids (groups that entered, or a loss, in this tick), shells (that fell in this
    tick), cohesion, fight_draws
    (number of the next draw of a cell's fights). Lists: line_cells, the front first; line_count = (n front, n front and
    second line). By terrain: terrain_speed, terrain_signature, terrain_cover. Scalars as one-element arrays:
    weather_factor, front_version (grows when control changes),
    was_city_lost and was_city_encircled (as last reported).
    """

    def __init__(self, params: GroundParams) -> None:
        self.params = params
        self.cell_km = params.cell_km
        self.kill_zone_km, self.stage_km = params.kill_zone_km, params.stage_km
        (x0, x1), (y0, y1) = params.x_range_km, params.y_range_km
        self.nx, self.ny = round((x1 - x0) / self.cell_km), round((y1 - y0) / self.cell_km)
        x = x0 + (np.arange(self.nx) + 0.5) * self.cell_km
        y = y0 + (np.arange(self.ny) + 0.5) * self.cell_km
        self.x_km, self.y_km = (grid.ravel() for grid in np.meshgrid(x, y))
        self.n_cells = self.nx * self.ny
        self.neighbours = _neighbours(self.nx, self.ny)
        self._lay_out(params)
        self._add_campaign_columns()

    def _lay_out(self, params: GroundParams) -> None:
        self.control = inside(self.x_km, self.y_km, params.attacker_ground).astype(np.int8)
        distance = np.array([self._distance(axis.path) for axis in params.axes])
        reach = np.array([axis.half_width_km for axis in params.axes])[:, None]
        distance[distance > reach] = np.inf
        self.axis = np.where(np.isfinite(distance.min(axis=0)), distance.argmin(axis=0), -1).astype(np.int8)
        self.axis_names = [axis.name for axis in params.axes]
        self.goal_cells = [self.cell_at(*np.asarray(axis.path[1:]).T).tolist() for axis in params.axes]
        self._lay_out_terrain(params)
        self.is_symbolic = np.zeros(self.n_cells, bool)
        for objective in params.symbolic_objectives:
            self.is_symbolic |= self._distance(objective.path) <= objective.width_km / 2
        self.is_symbolic &= (self.axis >= 0) & (self.control == DEFENDER_HELD)
        edge = np.any(self.neighbours < 0, axis=1)
        self.is_edge = edge & (self.control == DEFENDER_HELD)
        self.front_km_by_axis = self._front_km(params.attacker_ground)
        self.front_km = float(self.front_km_by_axis.sum())

    def _lay_out_terrain(self, params: GroundParams) -> None:
        """Give each cell its terrain, urban before water before tree line, and the best fortification there is."""
        self.terrain = np.full(self.n_cells, OPEN, np.int8)
        self.is_city = np.zeros(self.n_cells, bool)
        for terrain in (TREE_LINE, WATER):
            for feature in params.features:
                if feature.terrain == TERRAINS[terrain]:
                    self.terrain[self._distance(feature.path) <= feature.width_km / 2] = terrain
        for place in params.settlements:
            cells = np.hypot(self.x_km - place.x_km, self.y_km - place.y_km) <= place.radius_km
            self.terrain[cells] = URBAN
            self.is_city |= cells & place.is_contested_city
        fort = params.fortification
        self.fortification = np.array([fort.open, fort.city, fort.tree_line, fort.water])[self.terrain]
        for belt in params.belts:
            cells = self._distance(belt.path) <= belt.width_km / 2
            self.fortification[cells] = np.maximum(self.fortification[cells], fort.belt)
        self._city_cells = np.flatnonzero(self.is_city)
        self.terrain_speed = params.terrain_speed.as_array()
        self.terrain_signature = params.terrain_signature.as_array()
        self.terrain_cover = params.terrain_cover.as_array()

    def _add_campaign_columns(self) -> None:
        n = self.n_cells
        self.initial_control = self.control.copy()
        self.line = np.zeros(n, np.int8)
        self.line_cells = np.zeros(n, np.int32)
        self.line_count = np.zeros(2, np.int32)
        self.pressure, self.target_soldiers = np.zeros(n), np.zeros(n, np.int32)
        self.is_held_by_enemy, self.is_flag_planted = np.zeros(n, np.int8), np.zeros(n, np.int8)
        self.held_since_h = np.zeros(n)
        self.assault_force = np.zeros(n, np.int32)
        self.weather_factor = np.ones(1)
        self.front_version = np.zeros(1, np.int32)
        self.entries, self.raids = np.zeros(n, np.int32), np.zeros(n, np.int32)
        self.shells, self.cohesion = np.zeros(n), np.ones(n)
        self.fight_draws = np.zeros(n, np.int64)
        self.was_city_lost, self.was_city_encircled = np.zeros(1, bool), np.zeros(1, bool)
        self.is_connected = np.zeros(n, np.int8)
        find_connected(self.control, self.is_edge, self.neighbours, self.is_connected)
        update_line(self.control, self.axis, self.neighbours, self.line, self.line_cells, self.line_count)
        # A diagonal front shows more cell sides than kilometres: soldiers are spread over the latter.
        self.km_per_front_cell = self.front_km / max(1, int(self.line_count[0]))

    def _distance(self, path: list[list[float]]) -> np.ndarray:
        """Distance in km from every cell's centre to a path of [x, y] points."""
        points = np.asarray(path)
        best = np.full(self.n_cells, np.inf)
        for (ax, ay), (bx, by) in zip(points[:-1], points[1:], strict=True):
            length2 = max((bx - ax) ** 2 + (by - ay) ** 2, 1e-12)
            along = ((self.x_km - ax) * (bx - ax) + (self.y_km - ay) * (by - ay)) / length2
            along = np.clip(along, 0.0, 1.0)
            gap = np.hypot(self.x_km - ax - along * (bx - ax), self.y_km - ay - along * (by - ay))
            best = np.minimum(best, gap)
        return best

    def _front_km(self, polygon: list[list[float]]) -> np.ndarray:
        """Length in km of the attacker's boundary inside each axis's lane, walked in steps of 50 m."""
        km = np.zeros(len(self.axis_names))
        ring = np.asarray([*polygon, polygon[0]])
        for a, b in zip(ring[:-1], ring[1:], strict=True):
            length = float(np.hypot(*(b - a)))
            n = max(1, round(length / 0.05))
            points = a + (b - a) * ((np.arange(n) + 0.5) / n)[:, None]
            cells = self.cell_at(*points[self._is_inside_map(points)].T)
            axes = self.axis[cells]
            km += np.bincount(axes[axes >= 0], minlength=len(km)) * (length / n)
        return km

    def _is_inside_map(self, points: np.ndarray) -> np.ndarray:
        """Return which points lie within the map and not on its edge, along which nobody fights."""
        low, high = np.array([self.params.x_range_km, self.params.y_range_km]).T
        return np.all((low < points) & (points < high), axis=1)

    def cell_at(self, x_km: np.ndarray, y_km: np.ndarray) -> np.ndarray:
        """Return the cell of each point, -1 outside the map."""
        column = np.floor((x_km - self.params.x_range_km[0]) / self.cell_km).astype(np.int64)
        row = np.floor((y_km - self.params.y_range_km[0]) / self.cell_km).astype(np.int64)
        is_inside = (column >= 0) & (column < self.nx) & (row >= 0) & (row < self.ny)
        return np.where(is_inside, row * self.nx + column, -1)

    def cells_along(self, path: list[list[float]]) -> np.ndarray:
        """Return the cells on the map that a path of [x, y] points passes, in order, sampled every half a cell."""
        points = np.asarray(path)
        pieces = []
        for a, b in zip(points[:-1], points[1:], strict=True):
            n = max(2, int(np.hypot(*(b - a)) / self.cell_km * 2.0) + 1)
            pieces.append(a + (b - a) * np.linspace(0.0, 1.0, n)[:, None])
        cells = self.cell_at(*np.concatenate(pieces).T)
        return np.array(list(dict.fromkeys(cells[cells >= 0].tolist())), np.int64)

    def cells_won(self) -> tuple[np.ndarray, int]:
        """Cells that the attacker won since the start, less those he lost: by axis, and how many are symbolic."""
        by_axis = np.zeros(len(self.axis_names), np.int64)
        n_symbolic = count_changed(self.control, self.initial_control, self.axis, self.is_symbolic, by_axis)
        return by_axis, int(n_symbolic)

    def city_share_held(self) -> float:
        """Share of the contested city's cells that the defender holds; 1 when the map has no such city."""
        n_held = int(np.count_nonzero(self.control[self._city_cells] == DEFENDER_HELD))
        return n_held / len(self._city_cells) if len(self._city_cells) else 1.0

    def is_city_encircled(self) -> bool:
        """True when no path over the defender's own ground leads from the city's held cells to the map's edge."""
        held = self._city_cells[self.control[self._city_cells] == DEFENDER_HELD]
        return len(held) > 0 and not np.count_nonzero(self.is_connected[held])


def inside(x: np.ndarray, y: np.ndarray, polygon: list[list[float]]) -> np.ndarray:
    """Return which points lie inside a polygon (even-odd rule)."""
    result = np.zeros(len(x), bool)
    ring = np.asarray([*polygon, polygon[0]], float)
    for (ax, ay), (bx, by) in zip(ring[:-1], ring[1:], strict=True):
        if ay != by:
            result ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return result


def _neighbours(nx: int, ny: int) -> np.ndarray:
    cell = np.arange(nx * ny, dtype=np.int32).reshape(ny, nx)
    padded = np.pad(cell, 1, constant_values=-1)
    sides = padded[:-2, 1:-1], padded[1:-1, 2:], padded[2:, 1:-1], padded[1:-1, :-2]
    return np.stack([side.ravel() for side in sides], axis=1).astype(np.int32)


@kernel
def has_neighbour(cell, value, column, neighbours):
    """Tell whether a cell shares a side with one whose `column` has this value."""
    for j in range(4):
        other = neighbours[cell, j]
        if other >= 0 and column[other] == value:
            return True
    return False


@kernel
def count_neighbours(cell, value, column, neighbours):
    """Count the cells that share a side with one and whose `column` has this value."""
    n = 0
    for j in range(4):
        other = neighbours[cell, j]
        n += other >= 0 and column[other] == value
    return n


@kernel
def count_changed(control, initial_control, axis, is_symbolic, by_axis):
    """Count by axis the cells won by the attacker since the start, less those he lost; return that of symbolic ones."""
    by_axis[:] = 0
    n_symbolic = 0
    for cell in range(len(control)):
        won = (control[cell] == ATTACKER_HELD) - (initial_control[cell] == ATTACKER_HELD)
        if axis[cell] >= 0:
            by_axis[axis[cell]] += won
        n_symbolic += won * is_symbolic[cell]
    return n_symbolic


@kernel
def update_line(control, axis, neighbours, line, line_cells, line_count):
    """Find the defender's front cells (they touch the attacker's ground) and second line (they touch the front)."""
    n = 0
    line[:] = REAR
    for cell in range(len(control)):
        if axis[cell] >= 0 and control[cell] == DEFENDER_HELD:
            if has_neighbour(cell, ATTACKER_HELD, control, neighbours):
                line[cell] = FRONT
                line_cells[n] = cell
                n += 1
    line_count[0] = n
    for i in range(line_count[0]):
        for j in range(4):
            cell = neighbours[line_cells[i], j]
            if cell >= 0 and axis[cell] >= 0 and control[cell] == DEFENDER_HELD and line[cell] == REAR:
                line[cell] = SECOND_LINE
                line_cells[n] = cell
                n += 1
    line_count[1] = n


@allocating_kernel
def find_connected(control, is_edge, neighbours, is_connected):
    """Mark the defender's cells from which his own ground leads to the edge of the map: the others are in a pocket."""
    is_connected[:] = 0
    stack = np.empty(len(control), np.int32)
    n = 0
    for cell in range(len(control)):
        if is_edge[cell] and control[cell] == DEFENDER_HELD:
            is_connected[cell] = 1
            stack[n] = cell
            n += 1
    while n > 0:
        n -= 1
        cell = stack[n]
        for j in range(4):
            other = neighbours[cell, j]
            if other >= 0 and control[other] == DEFENDER_HELD and is_connected[other] == 0:
                is_connected[other] = 1
                stack[n] = other
                n += 1
