"""Supply: what the roads and the railway can still bring to each axis, day by day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from sim.mechanisms.mechanism_interface import Mechanism
from sim.quantity import MAX_DAY, MAX_KM, Name, Params, quantity, setting
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, REAR_NODE, Ground, has_neighbour
from sim.world.integer_codes import CITY_CUT_OFF, CITY_RECONNECTED, DEFENDER, LINE_CLOSED, LINE_REOPENED
from sim.world.keyed_draws import SUPPLY, Draws, uniforms
from sim.world.map_values import LineOfCommunication
from sim.world.max_flow import Network
from sim.world.state import State

# Flows are whole kilograms: two sums of the same flow differ by less than this.
ROUNDING_T = 0.01
# An axis that receives nothing still has a little: service times are divided by the level.
LEAST_LEVEL = 0.05


class Cut(Params):
    """A dated closure of the lines of communication of one kind and name."""

    name: Name = setting("text", "name of the line of communication, or `all`")
    kind: Literal["road", "rail", "track"] = setting("text", "kind of the line of communication")
    from_day: int = setting("day", "first day on which the line is closed", ge=0, le=MAX_DAY)
    until_day: int = setting("day", "day on which the line opens again", ge=0, le=MAX_DAY)

    def is_of(self, line: LineOfCommunication) -> bool:
        """Return whether a line is meant."""
        return line.kind == self.kind and self.name in (line.name, "all")

    def closes(self, line: LineOfCommunication, day: int) -> bool:
        """Return whether a line is closed on a day."""
        return self.is_of(line) and self.from_day <= day < self.until_day


class SupplyParams(Params):
    """Demand, stocks and the reach of interdiction."""

    demand_t_per_soldier_day: float = quantity(
        "t/day", "daily supply demand per soldier of the line, with its support", gt=0, le=1000
    )
    interdiction_max: float = quantity(
        "1", "share of a road's throughput lost where the enemy stands beside it", ge=0, le=1
    )
    interdiction_reach_km: float = quantity(
        "km", "distance from the enemy beyond which a road loses no throughput", gt=0, le=MAX_KM
    )
    stock_days: float = quantity("day", "defender's stocks at the start, in days of demand", ge=0, le=MAX_DAY)
    stock_days_max: float = quantity("day", "defender's largest stocks, in days of demand", ge=0, le=MAX_DAY)
    throughput_factor: float = quantity("1", "factor on the throughput of every line of communication", gt=0, le=100)
    refill_factor: float = quantity(
        "1", "largest supply that an axis receives per day, relative to its demand", ge=1, le=1000
    )
    p_line_closed: float = quantity("1", "probability that strikes close a line of communication for a day", ge=0, le=1)
    cuts: Annotated[list[Cut], Field(max_length=1000)] = setting(
        "list", "dated closures of roads and railways", default=[]
    )


class SupplyValues(NamedTuple):
    """The values of `SupplyParams`."""

    demand_t_per_soldier_day: float
    interdiction_max: float
    interdiction_reach_km: float
    stock_days: float
    stock_days_max: float
    throughput_factor: float
    refill_factor: float
    p_line_closed: float
    cuts: Sequence[Cut] = ()


class Supply(Mechanism):
    """Give each axis its day's supply level from max-flow over the lines of communication.

    The lines are the ground's. A line's capacity is throughput_factor x throughput x min over its cells of (0 if the
    enemy holds the cell, else 1 - interdiction_max x max(0, 1 - distance / interdiction_reach_km)), distance to the
    nearest ground of the enemy; a track to an axis ends where the axis's line now stands. A line is closed, with no
    capacity, on the days of `cuts` and on each other day with probability p_line_closed. Each axis could draw m =
    max-flow from the rear to it (Ford and Fulkerson 1956; at most refill_factor x demand); what the joint network
    carries less than the sum of the m is missing to all in proportion. level = min(1, (flow + stock / 3) / demand);
    stock += flow - demand x level, at most stock_days_max of demand. The level scales crews' pace, shells, filling
    and counter-attacks. throughput_t is the max-flow from the rear to each settlement alone.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "axis", "control", "front_version", "line_cells", "line_count", "neighbours", "target_soldiers", "x_km",
            "y_km"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset({"events", "n_events", "stock_t", "supply_level", "throughput_t"})

    acts_in_ceasefire: ClassVar[bool] = True

    def __init__(self, values: SupplyValues) -> None:
        self._values = values

    def begin(self, state: State, ground: Ground) -> None:
        """Find what could reach each axis and settlement at the start, before the first day and any cut."""
        self._lines = ground.params.lines_of_communication
        if not self._lines:
            return
        self._places = ground.params.supplied_places
        cities = [place.name for place in ground.params.settlements if place.is_contested_city]
        self._city = next((self._places.index(name) for name in cities if name in self._places), None)
        self._is_cut = self._is_closed = np.zeros(len(self._lines), bool)
        self._lay_out_network(ground)
        state.stock_t[DEFENDER] = self._values.stock_days * self._demand_t
        self._measure(ground)
        self._capacity_t = self._open_t
        self._received_t, state.throughput_t[:] = self._flows(self._open_t)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Settle a day's supply at its start; other ticks change nothing."""
        if not tick.is_new_day or not self._lines:
            return
        if self._version != ground.front_version[0]:
            self._measure(ground)
        self._close(state, tick, draws)
        capacity_t = np.where(self._is_closed, 0.0, self._open_t)
        if not np.array_equal(capacity_t, self._capacity_t):
            self._capacity_t = capacity_t
            self._received_t, throughput_t = self._flows(capacity_t)
            self._report(state, throughput_t, tick)
        needed = np.maximum(self._demand_t, 1e-9)
        level = np.clip((self._received_t + state.stock_t[DEFENDER] / 3.0) / needed, LEAST_LEVEL, 1.0)
        level = np.where(self._demand_t > 0.0, level, 1.0)
        stock = state.stock_t[DEFENDER] + self._received_t - self._demand_t * level
        state.supply_level[DEFENDER] = level
        state.stock_t[DEFENDER] = np.clip(stock, 0.0, self._values.stock_days_max * self._demand_t)

    def _lay_out_network(self, ground: Ground) -> None:
        """Find the demand of each axis, and each line's cells, throughput and ends."""
        p = self._values
        line_cells = ground.line_cells[: ground.line_count[1]]
        soldiers = np.bincount(ground.axis[line_cells], ground.target_soldiers[line_cells], len(ground.axis_names))
        ends = [line.end for line in self._lines]
        # An axis that no line leads to has no demand here, and its level stays 1.
        self._is_fed = np.array([name in ends for name in ground.axis_names])
        self._demand_t = soldiers * p.demand_t_per_soldier_day * self._is_fed
        passed = [ground.cells_along(line.path) for line in self._lines]
        self._cells, self._first_cell = np.concatenate(passed), np.cumsum([0, *map(len, passed)])
        self._throughput_t = np.array([line.throughput_t_per_day for line in self._lines]) * p.throughput_factor
        self._axes = [name for name in ground.axis_names if name in ends]
        self._is_track = np.array([end in self._axes for end in ends])
        is_two_way = [end not in ground.axis_names for end in ends]
        self._network = Network([line.start for line in self._lines], ends, is_two_way)

    def _measure(self, ground: Ground) -> None:
        """Find each line's capacity when it is not closed, with the front where it is now."""
        self._version = int(ground.front_version[0])
        self._open_t = line_capacity_t(
            self._throughput_t, self._values.interdiction_max, self._values.interdiction_reach_km, self._cells,
            self._first_cell, self._is_track, ground.control, ground.neighbours, ground.x_km, ground.y_km,
        )  # fmt: skip

    def _close(self, state: State, tick: Tick, draws: Draws) -> None:
        """Close the lines that are cut today, by date or by chance, and open the others."""
        day = int(tick.start_h // H_PER_DAY)
        is_closed = np.array([any(cut.closes(line, day) for cut in self._values.cuts) for line in self._lines])
        for i in np.flatnonzero(is_closed != self._is_cut):
            state.log(LINE_CLOSED if is_closed[i] else LINE_REOPENED, tick.start_h, value=float(i))
        self._is_cut = is_closed
        self._is_closed = is_closed
        if self._values.p_line_closed > 0.0:
            u = uniforms(draws.stream(SUPPLY, tick), np.arange(len(self._lines)), 0)
            self._is_closed = is_closed | (u < self._values.p_line_closed)

    def _flows(self, capacity_t: np.ndarray) -> tuple[np.ndarray, list[float]]:
        """Return what each axis receives in a day, and what could reach each settlement, in t."""
        most = self._values.refill_factor * self._demand_t[self._is_fed]
        flows = partial(self._network.max_flows_t, capacity_t, REAR_NODE)
        joint, *throughput_t = flows([(self._axes, most), *(([place], np.inf) for place in self._places)])
        # Most of the time there is enough for all, which the first flow shows.
        if joint < most.sum() - ROUNDING_T:
            alone = np.array(flows([([axis], m) for axis, m in zip(self._axes, most, strict=True)]))
            most = alone * (flows([(self._axes, alone)])[0] / max(alone.sum(), ROUNDING_T))
        received = np.zeros(len(self._demand_t))
        received[self._is_fed] = most
        return received, throughput_t

    def _report(self, state: State, throughput_t: list[float], tick: Tick) -> None:
        """Store what could reach each settlement, and log when the city is cut off or reconnected."""
        before = state.throughput_t.copy()
        state.throughput_t[:] = throughput_t
        if self._city is None:
            return
        was_open, is_open = before[self._city] > 0.0, state.throughput_t[self._city] > 0.0
        if was_open != is_open and tick.start_h > 0.0:
            kind = CITY_RECONNECTED if is_open else CITY_CUT_OFF
            state.log(kind, tick.start_h, value=float(state.throughput_t[self._city]))


@allocating_kernel
def line_capacity_t(
    throughput_t, interdiction_max, interdiction_reach_km, cells, first_cell, is_track, control, neighbours, x_km, y_km
):  # fmt: skip
    """Return each line's capacity in t per day (float64); see `Supply`.

    throughput_t: t per day (float64) by line; interdiction_max: share; interdiction_reach_km in km. Line i passes
    cells[first_cell[i]] to cells[first_cell[i + 1] - 1] (both int64); is_track (bool) by line. By cell of the ground:
    control (int8), neighbours (n x 4 int32), x_km, y_km (float64).
    """
    border, n = np.empty(len(control), np.int32), 0
    for cell in range(len(control)):
        if control[cell] == ATTACKER_HELD and has_neighbour(cell, DEFENDER_HELD, control, neighbours):
            border[n] = cell
            n += 1
    capacity_t = np.empty(len(throughput_t))
    for line in range(len(throughput_t)):
        first, end = first_cell[line], first_cell[line + 1]
        share = 1.0
        for i in range(first, end_of_track(first, end, cells, control) if is_track[line] else end):
            if control[cells[i]] == ATTACKER_HELD:
                share = 0.0
                break
            nearest_km = to_nearest_km(cells[i], border[:n], x_km, y_km)
            share = min(share, 1.0 - interdiction_max * max(0.0, 1.0 - nearest_km / interdiction_reach_km))
        capacity_t[line] = throughput_t[line] * share
    return capacity_t


@kernel
def end_of_track(first, end, cells, control):
    """Return the position after the last of a track's cells that a load must pass: where the axis's line now stands.

    Own ground beyond the enemy's is a pocket, which the track does not reach: then the whole track counts, and is cut.
    """
    i = first
    while i < end and control[cells[i]] != ATTACKER_HELD:
        i += 1
    for beyond in range(i, end):
        if control[cells[beyond]] != ATTACKER_HELD:
            return end
    return i if i > first else end


@kernel
def to_nearest_km(cell, others, x_km, y_km):
    """Return the distance from a cell to the nearest of the others; infinite when there is none."""
    nearest = math.inf
    for other in others:
        dx, dy = x_km[cell] - x_km[other], y_km[cell] - y_km[other]
        nearest = min(nearest, dx * dx + dy * dy)
    return math.sqrt(nearest)
