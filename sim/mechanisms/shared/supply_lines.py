"""One side's lines of communication: what they can carry with the front where it is, and what reaches each axis."""

from __future__ import annotations

import math

import numpy as np

from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.geometry import along_path_km
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, REAR_NODE, Ground, has_neighbour
from sim.world.integer_codes import DEFENDER, SIDES
from sim.world.max_flow import Network

# Flows are whole kilograms: two sums of the same flow differ by less than this.
ROUNDING_T = 0.01
SMALL_KM = 1e-6


class SupplyLines:
    """The lines of one side, with their cells, throughputs and ends; `numbers` are their places in the ground's list.

    lift_km: length in km over which the throughput of a track to an axis falls by a factor e (infinite: never).
    """

    def __init__(self, side: int, ground: Ground, throughput_factor: float, lift_km: float) -> None:
        lines = ground.params.lines_of(side)
        sides = [line.side for line in ground.params.lines_of_communication]
        self.numbers: list[int] = [i for i, name in enumerate(sides) if name == SIDES[side]]
        self._enemy_held = ATTACKER_HELD if side == DEFENDER else DEFENDER_HELD
        self._lift_km = lift_km
        ends = [line.end for line in lines]
        # An axis that no line leads to has no demand here, and its level stays 1.
        self.is_fed: np.ndarray = np.array([name in ends for name in ground.axis_names])
        self._axes = [name for name in ground.axis_names if name in ends]
        passed = [ground.cells_along(line.path) for line in lines]
        self._cells = np.concatenate([np.zeros(0, np.int64), *passed])
        self._first_cell = np.cumsum([0, *map(len, passed)])
        along = [along_path_km(ground.x_km[cells], ground.y_km[cells], line.path)
                 for cells, line in zip(passed, lines, strict=True)]  # fmt: skip
        self._along_km = np.concatenate([np.zeros(0), *along])
        self._throughput_t = np.array([line.throughput_t_per_day for line in lines]) * throughput_factor
        self._is_track = np.array([end in self._axes for end in ends], bool)
        is_two_way = [end not in ground.axis_names for end in ends]
        self._network = Network([line.start for line in lines], ends, is_two_way)
        self._axis_nodes = [self._network.nodes[name] for name in self._axes]

    def capacity_t(self, ground: Ground, interdiction_max: float, interdiction_reach_km: float) -> np.ndarray:
        """Return each line's capacity in t per day when it is not closed, with the front where it is now."""
        return line_capacity_t(
            self._throughput_t, interdiction_max, interdiction_reach_km, self._lift_km, self._enemy_held, self._cells,
            self._first_cell, self._along_km, self._is_track, ground.control, ground.neighbours, ground.x_km,
            ground.y_km,
        )  # fmt: skip

    def received_t(self, capacity_t: np.ndarray, most_t: np.ndarray) -> np.ndarray:
        """Return what each axis receives in t per day, at most most_t; what they cannot all have is shared out."""
        most = most_t[self.is_fed]
        # Most of the time there is enough for all, which the first flow shows.
        if self._joint_flow_t(capacity_t, most) < most.sum() - ROUNDING_T:
            at_most = np.zeros((len(most), len(self._network.nodes)))
            at_most[np.arange(len(most)), self._axis_nodes] = most
            alone = self._network.max_flows_t(capacity_t, REAR_NODE, at_most)
            most = alone * (self._joint_flow_t(capacity_t, alone) / max(alone.sum(), ROUNDING_T))
        received = np.zeros(len(most_t))
        received[self.is_fed] = most
        return received

    def _joint_flow_t(self, capacity_t: np.ndarray, most_t: np.ndarray) -> float:
        """Return what the axes that are fed can receive together, each at most most_t, in t per day."""
        at_most = np.zeros((1, len(self._network.nodes)))
        at_most[0, self._axis_nodes] = most_t
        return float(self._network.max_flows_t(capacity_t, REAR_NODE, at_most)[0])

    def throughput_t(self, capacity_t: np.ndarray, places: list[str]) -> list[float]:
        """Return what could reach each settlement alone, in t per day."""
        at_most = np.zeros((len(places), len(self._network.nodes)))
        at_most[np.arange(len(places)), [self._network.nodes[place] for place in places]] = np.inf
        return self._network.max_flows_t(capacity_t, REAR_NODE, at_most).tolist()


@allocating_kernel
def line_capacity_t(
    throughput_t, interdiction_max, interdiction_reach_km, lift_km, enemy_held, cells, first_cell, along_km, is_track,
    control, neighbours, x_km, y_km,
):  # fmt: skip
    """Return each line's capacity in t per day (float64); see `Supply`.

    throughput_t: t per day (float64) by line; interdiction_max: share; interdiction_reach_km, lift_km in km;
    enemy_held: the enemy's value in control. Line i passes cells[first_cell[i]] to cells[first_cell[i + 1] - 1] (both
    int64), which lie along_km (float64, km) from its start; is_track (bool) by line. By cell of the ground: control
    (int8), neighbours (n x 4 int32), x_km, y_km (float64).
    """
    own_held = ATTACKER_HELD + DEFENDER_HELD - enemy_held
    border, n = np.empty(len(control), np.int32), 0
    for cell in range(len(control)):
        if control[cell] == enemy_held and has_neighbour(cell, own_held, control, neighbours):
            border[n] = cell
            n += 1
    capacity_t = np.empty(len(throughput_t))
    for line in range(len(throughput_t)):
        first, end = first_cell[line], first_cell[line + 1]
        # The attacker goes round a pocket on its own ground; the defender's line beyond the enemy is the pocket.
        goes_round = is_track[line] and enemy_held == DEFENDER_HELD
        if is_track[line]:
            end = end_of_track(first, end, goes_round, enemy_held, cells, control)
        nearest_km, at, at_km, is_cut = math.inf, 0, 0.0, False
        for i in range(end - 1, first - 1, -1):
            cell = cells[i]
            if control[cell] == enemy_held:
                if goes_round:
                    continue
                is_cut = True
                break
            # Lines end near the enemy. Farther from the last cell that was measured than this, none can be nearer.
            if at_km - math.hypot(x_km[cell] - x_km[at], y_km[cell] - y_km[at]) - SMALL_KM > nearest_km:
                continue
            at, at_km = cell, to_nearest_km(cell, border[:n], x_km, y_km)
            nearest_km = min(nearest_km, at_km)
        share = 0.0 if is_cut else 1.0 - interdiction_max * max(0.0, 1.0 - nearest_km / interdiction_reach_km)
        if is_track[line] and end > first:
            share *= math.exp(-along_km[end - 1] / lift_km)
        capacity_t[line] = throughput_t[line] * share
    return capacity_t


@kernel
def end_of_track(first, end, goes_round, enemy_held, cells, control):
    """Return the position after the last of a track's cells that a load must pass: where the axis's line now stands.

    Own ground beyond the enemy's is reached when the track goes round what lies between. If not, it is a pocket, which
    the track does not reach: then the whole track counts, and is cut.
    """
    i = first
    while i < end and control[cells[i]] != enemy_held:
        i += 1
    for beyond in range(end - 1, i, -1):
        if control[cells[beyond]] != enemy_held:
            return beyond + 1 if goes_round else end
    return i if i > first else end


@kernel
def to_nearest_km(cell, others, x_km, y_km):
    """Return the distance from a cell to the nearest of the others; infinite when there is none."""
    nearest = math.inf
    for other in others:
        dx, dy = x_km[cell] - x_km[other], y_km[cell] - y_km[other]
        nearest = min(nearest, dx * dx + dy * dy)
    return math.sqrt(nearest)
