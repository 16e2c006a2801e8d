"""Supply: what the roads and the railway can still bring to each axis, day by day."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.clock import Tick
from sim.codes import CITY_CUT_OFF, CITY_RECONNECTED
from sim.draws import Draws
from sim.ground import ATTACKER_HELD, DEFENDER_HELD, REAR_NODE, Ground
from sim.kernels import kernel
from sim.network import Network
from sim.quantity import Params, quantity
from sim.state import State
from sim.theatre import LineOfCommunication

if TYPE_CHECKING:
    from sim.schema import Scenario

# Flows are whole kilograms: sums of them agree to less than this.
ROUNDING_T = 0.01
# A formation that gets nothing still has a little: levels divide service times.
LEAST_LEVEL = 0.05


class SupplyParams(Params):
    """Demand, stocks and the reach of interdiction."""

    demand_t_per_soldier_day: float = quantity(
        "t/day", "what a soldier of the line and what supports him use in a day", gt=0
    )
    interdiction_max: float = quantity(
        "1", "share of a road's throughput lost where the enemy stands beside it", ge=0, le=1
    )
    interdiction_reach_km: float = quantity("km", "distance from the enemy beyond which nothing is lost", gt=0)
    stock_days: float = quantity("day", "stocks at the start, in days of demand", ge=0)
    stock_days_max: float = quantity("day", "largest stocks, in days of demand", ge=0)
    refill_factor: float = quantity("1", "most that an axis draws in a day, relative to its demand", ge=1)


class Supply:
    """Give each axis its day's supply level from max-flow over the lines of communication.

    A line's capacity is throughput x min over its cells of (0 if the enemy holds the cell, else 1 - interdiction_max x
    max(0, 1 - distance / interdiction_reach_km)), distance to the nearest ground of the enemy; a track to an axis ends
    where the axis's line now stands. Each axis could draw m =
    max-flow from the rear to it (at most refill_factor x demand); what the joint network carries less than the sum of
    the m is missing to all in proportion. level = min(1, (flow + stock / 3) / demand); stock += flow - demand x level,
    at most stock_days_max of demand. The level scales crews' pace, shells, filling and counter-attacks.
    """

    reads = frozenset({"axis", "control", "front_version", "line_cells", "line_count", "target_soldiers"})
    writes = frozenset({"city_throughput_t", "events", "n_events", "stock_t", "supply_level"})

    def __init__(self, scenario: Scenario) -> None:
        self._params = scenario.supply
        self._lines = scenario.ground.lines_of_communication
        self._city = next((place.name for place in scenario.ground.settlements if place.is_contested_city), None)
        self._demand_t = np.zeros(0)
        self._version = -1
        self._capacity_t = self._flow_t = np.zeros(0)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Settle a day's supply at its start; other ticks change nothing."""
        if not tick.is_new_day or not self._lines:
            return
        p = self._params
        if self._version < 0:
            self._prepare(state, ground)
        if self._version != ground.front_version[0]:
            self._version = int(ground.front_version[0])
            cells = [self._passed(line, path, ground) for line, path in zip(self._lines, self._cells, strict=True)]
            capacity_t = line_capacity_t(ground, cells, self._throughput_t, p)
            if not np.array_equal(capacity_t, self._capacity_t):
                self._capacity_t = capacity_t
                self._flow_t, city_t = self._draw(capacity_t)
                self._report_city(state, city_t, tick)
        needed = np.maximum(self._demand_t, 1e-9)
        level = np.clip((self._flow_t + state.stock_t / 3.0) / needed, LEAST_LEVEL, 1.0)
        state.supply_level[:] = np.where(self._demand_t > 0.0, level, 1.0)
        stock = state.stock_t + self._flow_t - self._demand_t * state.supply_level
        state.stock_t[:] = np.clip(stock, 0.0, p.stock_days_max * self._demand_t)

    def _prepare(self, state: State, ground: Ground) -> None:
        p = self._params
        axis = ground.axis[ground.line_cells[: ground.line_count[1]]]
        soldiers = np.bincount(
            axis, ground.target_soldiers[ground.line_cells[: ground.line_count[1]]], len(ground.axis_names)
        )
        ends = [line.end for line in self._lines]
        # An axis that no line leads to is outside the question: it has no demand, and its level stays 1.
        is_fed = np.array([name in ends for name in ground.axis_names])
        self._demand_t = soldiers * p.demand_t_per_soldier_day * is_fed
        state.stock_t[:] = p.stock_days * self._demand_t
        self._cells = [ground.cells_along(line.path) for line in self._lines]
        self._throughput_t = np.array([line.throughput_t_per_day for line in self._lines])
        self._axes = [name for name in ground.axis_names if name in ends]
        self._is_fed = is_fed
        is_two_way = [end not in ground.axis_names for end in ends]
        self._network = Network([line.start for line in self._lines], ends, is_two_way)

    def _passed(self, line: LineOfCommunication, cells: np.ndarray, ground: Ground) -> np.ndarray:
        """Return the cells that a load must pass: to an axis no further than where its line now stands.

        Own ground beyond the enemy's is a pocket, which the track does not reach: then all of it counts, and it is cut.
        """
        is_enemy = ground.control[cells] == ATTACKER_HELD
        first = int(is_enemy.argmax())
        is_pushed_back = line.end in self._axes and first > 0 and is_enemy[first:].all()
        return cells[:first] if is_pushed_back else cells

    def _draw(self, capacity_t: np.ndarray) -> tuple[np.ndarray, float]:
        """Return what each axis receives in a day, and what could reach the city, in t."""
        most = self._params.refill_factor * self._demand_t[self._is_fed]
        city = [self._city] if self._city in self._network.nodes else []
        flows = partial(self._network.max_flows_t, capacity_t, REAR_NODE)
        joint, city_t = flows([(self._axes, most), (city, np.inf)])
        # Most of the time there is enough for all, which the first flow shows.
        if joint < most.sum() - ROUNDING_T:
            alone = np.array(flows([([axis], m) for axis, m in zip(self._axes, most, strict=True)]))
            most = alone * (flows([(self._axes, alone)])[0] / max(alone.sum(), ROUNDING_T))
        received = np.zeros(len(self._demand_t))
        received[self._is_fed] = most
        return received, city_t

    def _report_city(self, state: State, throughput_t: float, tick: Tick) -> None:
        was_open, is_open = state.city_throughput_t[0] > 0.0, throughput_t > 0.0
        state.city_throughput_t[0] = throughput_t
        if was_open != is_open and tick.start_h > 0.0:
            state.log(CITY_RECONNECTED if is_open else CITY_CUT_OFF, tick.start_h, value=throughput_t)


def line_capacity_t(
    ground: Ground, cells_by_line: list[np.ndarray], throughput_t: np.ndarray, params: SupplyParams
) -> np.ndarray:
    """Return each line's capacity in t a day, given the cells it passes."""
    cells = np.concatenate(cells_by_line)
    first = np.cumsum([0, *(len(c) for c in cells_by_line[:-1])])
    enemy = np.flatnonzero(ground.control == ATTACKER_HELD)
    beside = ground.neighbours[enemy]
    enemy = enemy[((beside >= 0) & (ground.control[beside] == DEFENDER_HELD)).any(axis=1)]
    distance = np.empty(len(cells))
    to_nearest(cells, enemy, ground.x_km, ground.y_km, distance)
    kept = 1.0 - params.interdiction_max * np.maximum(0.0, 1.0 - distance / params.interdiction_reach_km)
    kept[ground.control[cells] == ATTACKER_HELD] = 0.0
    return throughput_t * np.minimum.reduceat(kept, first)


@kernel
def to_nearest(cells, others, x_km, y_km, distance_km):
    """Write the distance from each cell to the nearest of the others; infinite when there is none."""
    for i in range(len(cells)):
        nearest = math.inf
        for other in others:
            dx, dy = x_km[cells[i]] - x_km[other], y_km[cells[i]] - y_km[other]
            nearest = min(nearest, dx * dx + dy * dy)
        distance_km[i] = math.sqrt(nearest)
