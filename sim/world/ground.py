"""The stylised theatre: square cells with terrain, fortification and control; axes, settlements, lines.

Cells are numbered row by row from the south-west; a cell's neighbours are the four that share a side. Nothing
here is a real position: the front trace is invented and places are rounded to the kilometre.
"""

from __future__ import annotations

import numpy as np

from sim.world.columns import allocate_columns, column, with_columns_described
from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.geometry import distance_to_path, grid_neighbours, inside
from sim.world.map_values import TERRAINS, GroundParams

DEFENDER_HELD, ATTACKER_HELD = 0, 1
REAR, SECOND_LINE, FRONT = 0, 1, 2
OPEN, URBAN, TREE_LINE, WATER = range(len(TERRAINS))
REAR_NODE = "rear"


@with_columns_described
class Ground:
    """Cells as flat arrays; `axis[cell]` is -1 outside every lane, where nothing happens.

    Dimensions: cell, axis, terrain (in the order of TERRAINS), belt. Columns are filled in place, never rebound.
    """

    # What does not change during a campaign.
    x_km: np.ndarray = column("cell", np.float64, "km", "centre of the cell, east of the city's centre")
    y_km: np.ndarray = column("cell", np.float64, "km", "centre of the cell, north of the city's centre")
    neighbours: np.ndarray = column(("cell", 4), np.int32, "cell", "the cells south, east, north and west (-1: none)")
    terrain: np.ndarray = column("cell", np.int8, "code", "terrain, a position in TERRAINS")
    fortification: np.ndarray = column("cell", np.float64, "1", "divisor of fire on a section in the cell")
    fortification_full: np.ndarray = column("cell", np.float64, "1", "the divisor once a position there is dug in")
    belt: np.ndarray = column("cell", np.int16, "belt", "prepared line on which the cell lies (-1: none)", -1)
    axis: np.ndarray = column("cell", np.int8, "axis", "axis of advance in whose lane the cell lies (-1: none)")
    sector: np.ndarray = column(
        "cell", np.int8, "axis", "axis whose stock the cell's section draws on (0 for all: one common stock)"
    )
    is_city: np.ndarray = column("cell", bool, "flag", "whether the cell belongs to the contested city")
    is_edge: np.ndarray = column("cell", bool, "flag", "whether the defender held it at the start, at the map's edge")
    is_symbolic: np.ndarray = column("cell", bool, "flag", "whether the cell belongs to a symbolic objective")
    initial_control: np.ndarray = column("cell", np.int8, "code", "control at the start")
    front_km_by_axis: np.ndarray = column("axis", np.float64, "km", "length of the front at the start")
    terrain_speed: np.ndarray = column("terrain", np.float64, "1", "factor of the terrain on speed")
    terrain_signature: np.ndarray = column("terrain", np.float64, "1", "factor of the terrain on the search width")
    terrain_cover: np.ndarray = column("terrain", np.float64, "1", "factor of the terrain on drone and shell losses")

    # Control of the cells, and the defender's line.
    control: np.ndarray = column("cell", np.int8, "code", "1 where the attacker holds the cell, else 0")
    line: np.ndarray = column("cell", np.int8, "code", "REAR, SECOND_LINE or FRONT (the defender's lane cells)")
    line_cells: np.ndarray = column("cell", np.int32, "cell", "cells of the line, the front first")
    line_count: np.ndarray = column((2,), np.int32, "cells", "cells of the front, and of front and second line")
    is_connected: np.ndarray = column("cell", np.int8, "flag", "1 where the defender's ground leads to the map's edge")
    control_drawn: np.ndarray = column("cell", np.int8, "code", "control when the line was last found")
    front_version: np.ndarray = column((1,), np.int32, "1", "number that grows when control changes")
    taken_h: np.ndarray = column("cell", np.float64, "h", "morning it was first seen as taken (infinite: not)", np.inf)
    watch: np.ndarray = column("cell", np.int32, "cell", "cells looked at in every tick, in their order")
    n_watch: np.ndarray = column((1,), np.int32, "cells", "how many of them there are")
    is_watched: np.ndarray = column("cell", np.int8, "flag", "1 where the cell is one of them")
    empty_since_h: np.ndarray = column(
        "cell", np.float64, "h", "hour from which it is cut off, beside the enemy and empty (infinite: not)", np.inf
    )
    was_city_lost: np.ndarray = column((1,), bool, "flag", "whether the loss of the city was the last event reported")
    was_city_encircled: np.ndarray = column((1,), bool, "flag", "whether its encirclement was the last event reported")

    # Positions, and ground given up by order.
    dug: np.ndarray = column("cell", np.float64, "1", "share of the divisor's gain that is dug in", 1.0)
    belt_ready: np.ndarray = column("belt", np.float64, "1", "share of a prepared line that is finished", 1.0)
    ceded_h: np.ndarray = column("cell", np.float64, "h", "hour from which the defender gives a cell up", np.inf)

    # The fight for a cell.
    pressure: np.ndarray = column("cell", np.float64, "groups", "recent assaults near the cell, forgotten with time")
    target_soldiers: np.ndarray = column("cell", np.int32, "soldiers", "target strength of the cell's section")
    is_held_by_enemy: np.ndarray = column(
        "cell", np.int8, "flag", "1 while the attacker holds a won cell that has not yet changed hands"
    )
    held_since_h: np.ndarray = column("cell", np.float64, "h", "hour from which the attacker has held the won cell")
    is_exploited: np.ndarray = column(
        "cell", np.int8, "flag", "1 where groups went on to through a gap, ahead of the attacker's ground"
    )
    is_flag_planted: np.ndarray = column("cell", np.int8, "flag", "1 once a flag was planted in this spell")
    assault_force: np.ndarray = column("cell", np.int32, "soldiers", "soldiers committed to the present fight")
    entries: np.ndarray = column("cell", np.int32, "groups", "groups that entered on this day")
    raids: np.ndarray = column("cell", np.int32, "raids", "groups that entered in this tick, and the loss of the cell")
    shells: np.ndarray = column("cell", np.float64, "shells", "shells that fell in this tick")
    cohesion: np.ndarray = column("cell", np.float64, "1", "cohesion of the cell's section", 1.0)
    fight_draws: np.ndarray = column("cell", np.int64, "1", "number of the next random draw of the cell's fights")
    weather_factor: np.ndarray = column((1,), np.float64, "1", "factor of the day's weather on search and crews", 1.0)

    def __init__(self, params: GroundParams) -> None:
        self.params = params
        self.cell_km: float = params.cell_km
        self.kill_zone_km: float = params.kill_zone_km
        self.stage_km: float = params.stage_km
        (x0, x1), (y0, y1) = params.x_range_km, params.y_range_km
        self.nx: int = round((x1 - x0) / self.cell_km)
        self.ny: int = round((y1 - y0) / self.cell_km)
        self.n_cells: int = self.nx * self.ny
        self.axis_names: list[str] = [axis.name for axis in params.axes]
        sizes = {"cell": self.n_cells, "axis": len(params.axes), "terrain": len(TERRAINS), "belt": len(params.belts)}
        allocate_columns(self, sizes)
        x = x0 + (np.arange(self.nx) + 0.5) * self.cell_km
        y = y0 + (np.arange(self.ny) + 0.5) * self.cell_km
        self.x_km[:], self.y_km[:] = (grid.ravel() for grid in np.meshgrid(x, y))
        self.neighbours[:] = grid_neighbours(self.nx, self.ny)
        self._lay_out(params)
        self._find_front()

    def _lay_out(self, params: GroundParams) -> None:
        self.control[:] = inside(self.x_km, self.y_km, params.attacker_ground)
        distance = np.array([self._distance(axis.path) for axis in params.axes])
        half_widths = [np.inf if axis.half_width_km is None else axis.half_width_km for axis in params.axes]
        reach = np.array(half_widths)[:, None]
        distance[distance > reach] = np.inf
        self.axis[:] = np.where(np.isfinite(distance.min(axis=0)), distance.argmin(axis=0), -1)
        self.goal_cells: list[list[int]] = [self.cell_at(*np.asarray(axis.path[1:]).T).tolist() for axis in params.axes]
        self._lay_out_terrain(params)
        for objective in params.symbolic_objectives:
            self.is_symbolic |= self._distance(objective.path) <= objective.width_km / 2
        self.is_symbolic &= (self.axis >= 0) & (self.control == DEFENDER_HELD)
        self.is_edge[:] = np.any(self.neighbours < 0, axis=1) & (self.control == DEFENDER_HELD)
        self.front_km_by_axis[:] = self._front_km(params.attacker_ground)
        self.front_km: float = float(self.front_km_by_axis.sum())

    def _lay_out_terrain(self, params: GroundParams) -> None:
        """Give each cell its terrain, urban before water before tree line, and the best fortification there is."""
        for terrain in (TREE_LINE, WATER):
            for feature in params.features:
                if feature.terrain == TERRAINS[terrain]:
                    self.terrain[self._distance(feature.path) <= feature.width_km / 2] = terrain
        for place in params.settlements:
            cells = np.hypot(self.x_km - place.x_km, self.y_km - place.y_km) <= place.radius_km
            self.terrain[cells] = URBAN
            self.is_city |= cells & place.is_contested_city
        fort = params.fortification
        self.fortification[:] = np.array([fort.open, fort.city, fort.tree_line, fort.water])[self.terrain]
        self.fortification_full[:] = self.fortification
        for number, belt in enumerate(params.belts):
            cells = self._distance(belt.path) <= belt.width_km / 2
            now = fort.belt if belt.ready == 1.0 else 1.0 + (fort.belt - 1.0) * belt.ready
            self.belt[cells], self.belt_ready[number] = number, belt.ready
            for column_of_cells, strength in ((self.fortification, now), (self.fortification_full, fort.belt)):
                column_of_cells[cells] = np.maximum(column_of_cells[cells], strength)
        self._city_cells = np.flatnonzero(self.is_city)
        self.terrain_speed[:] = params.terrain_speed.as_array()
        self.terrain_signature[:] = params.terrain_signature.as_array()
        self.terrain_cover[:] = params.terrain_cover.as_array()

    def _find_front(self) -> None:
        self.initial_control[:] = self.control_drawn[:] = self.control
        self.taken_h[self.control == ATTACKER_HELD] = -np.inf
        find_connected(self.control, self.is_edge, self.neighbours, self.is_connected)
        update_line(self.control, self.axis, self.neighbours, self.line, self.line_cells, self.line_count)
        in_line = np.flatnonzero(self.line != REAR)  # nothing else can have happened yet
        self.watch[: len(in_line)], self.n_watch[0], self.is_watched[in_line] = in_line, len(in_line), 1
        # A diagonal front shows more cell sides than kilometres: soldiers are spread over the latter.
        self.km_per_front_cell: float = self.front_km / max(1, int(self.line_count[0]))

    def _distance(self, path: list[list[float]]) -> np.ndarray:
        return distance_to_path(self.x_km, self.y_km, path)

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
        """Return which points lie within the map and not on its edge, along which there is no fighting."""
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
        """Cells that the attacker won since the start, less those it lost: by axis, and how many are symbolic."""
        by_axis = np.zeros(len(self.axis_names), np.int64)
        n_symbolic = count_changed(self.control, self.initial_control, self.axis, self.is_symbolic, by_axis)
        return by_axis, int(n_symbolic)

    def city_share_held(self) -> float:
        """Share of the contested city's cells that the defender holds; 1 when the map has no such city."""
        n_held = int(np.count_nonzero(self.control[self._city_cells] == DEFENDER_HELD))
        return n_held / len(self._city_cells) if len(self._city_cells) else 1.0

    def city_share_contested(self) -> float:
        """Share of the contested city's cells that attackers hold, or have won and not yet taken; 0 without a city."""
        cells = self._city_cells
        n = int(np.count_nonzero((self.control[cells] == ATTACKER_HELD) | (self.is_held_by_enemy[cells] == 1)))
        return n / len(cells) if len(cells) else 0.0

    def is_city_encircled(self) -> bool:
        """True when no path over the defender's own ground leads from the city's held cells to the map's edge."""
        held = self._city_cells[self.control[self._city_cells] == DEFENDER_HELD]
        return len(held) > 0 and not np.count_nonzero(self.is_connected[held])


@kernel
def has_neighbour(cell, value, column, neighbours):
    """Return whether a cell shares a side with one whose `column` has this value."""
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
    """Count by axis the cells won by the attacker since the start, less those it lost; return that of symbolic ones."""
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
    """Mark the defender's cells from which its own ground leads to the edge of the map: the others are in a pocket."""
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
