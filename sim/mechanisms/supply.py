"""Supply: what the roads and railways of a side can still bring to each axis, day by day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.supply_lines import SupplyLines
from sim.quantity import MAX_DAY, MAX_KM, Name, Params, quantity, setting
from sim.world.clock import H_PER_DAY, Tick
from sim.world.ground import Ground
from sim.world.integer_codes import (
    ATTACKER,
    CITY_CUT_OFF,
    CITY_RECONNECTED,
    DEFENDER,
    LINE_CLOSED,
    LINE_REOPENED,
    N_ACTIVE,
)
from sim.world.keyed_draws import SUPPLY, Draws, uniforms
from sim.world.map_values import LineOfCommunication
from sim.world.state import State

# An axis that receives nothing still has a little: service times are divided by the level.
LEAST_LEVEL = 0.05


class Cut(Params):
    """A dated closure of the lines of communication of one kind and name."""

    name: Name = setting("text", "name of the line of communication, or `all`")
    kind: Literal["road", "rail", "track"] = setting("text", "kind of the line of communication")
    side: Literal["attacker", "defender"] = setting("text", "side whose line is closed", default="defender")
    from_day: int = setting("day", "first day on which the line is closed", ge=0, le=MAX_DAY)
    until_day: int = setting("day", "day on which the line opens again", ge=0, le=MAX_DAY)

    def is_of(self, line: LineOfCommunication) -> bool:
        """Return whether a line is meant."""
        return line.kind == self.kind and line.side == self.side and self.name in (line.name, "all")

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
    stock_days: float = quantity("day", "stocks of an axis at the start, in days of demand", ge=0, le=MAX_DAY)
    stock_days_max: float = quantity("day", "largest stocks of an axis, in days of demand", ge=0, le=MAX_DAY)
    throughput_factor: float = quantity("1", "factor on the throughput of every line of communication", gt=0, le=100)
    refill_factor: float = quantity(
        "1", "largest supply that an axis receives per day, relative to its demand", ge=1, le=1000
    )
    p_line_closed: float = quantity("1", "probability that strikes close a line of communication for a day", ge=0, le=1)
    cuts: Annotated[list[Cut], Field(max_length=1000)] = setting(
        "list", "dated closures of roads and railways", default=[]
    )


class AttackerDemand(NamedTuple):
    """What the attacker needs; units and meanings are those of LiftParams and ArtilleryParams."""

    t_per_soldier_day: float
    t_per_soldier_sent: float
    t_per_shell: float
    shells_per_day: float
    share_on_objectives: float
    lift_km: float


class SupplyValues(NamedTuple):
    """The values of `SupplyParams`; without an AttackerDemand, demand stays the defender's of the start."""

    demand_t_per_soldier_day: float
    interdiction_max: float
    interdiction_reach_km: float
    stock_days: float
    stock_days_max: float
    throughput_factor: float
    refill_factor: float
    p_line_closed: float
    cuts: Sequence[Cut] = ()
    attacker: AttackerDemand | None = None


class Supply(Mechanism):
    """Give each axis its day's supply level from max-flow over a side's lines of communication.

    A line's capacity is throughput_factor x throughput x min over its cells of (0 if the enemy holds the cell, else
    1 - interdiction_max x max(0, 1 - distance / interdiction_reach_km)), distance to the nearest ground of the enemy;
    a track to an axis ends where the axis's line now stands, and the attacker's carries exp(-length / lift_km) of its
    throughput. A line is closed, with no capacity, on the days of `cuts` and on each other day with probability
    p_line_closed. Each axis could draw m = max-flow from the rear to it (Ford and Fulkerson 1956; at most refill_factor
    x demand); what the joint network carries less than the sum of the m is missing to all in proportion. level =
    min(1, (flow + stock / 3) / demand); stock += flow - demand x level, at most stock_days_max of demand. The level
    scales crews' pace, shells, filling, counter-attacks and the attacker's release. Demand is that of the soldiers of
    today; without lift it is the defender's of the start, and the attacker has all it needs. throughput_t is the
    max-flow from the defender's rear to each settlement alone.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "active", "axis", "control", "cursor", "effort", "front_version", "line_cells", "line_count",
            "n_objectives", "n_soldiers", "neighbours", "release_per_day", "section_of_cell", "sector", "stock",
            "target_soldiers", "x_km", "y_km"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset({"events", "n_events", "stock_t", "supply_level", "throughput_t"})

    acts_in_ceasefire: ClassVar[bool] = True

    def __init__(self, values: SupplyValues) -> None:
        self._values = values

    def begin(self, state: State, ground: Ground) -> None:
        """Find what could reach each axis and settlement at the start, before the first day and any cut."""
        self._lines = ground.params.lines_of_communication
        self._places = ground.params.supplied_places
        cities = [place.name for place in ground.params.settlements if place.is_contested_city]
        self._city = next((self._places.index(name) for name in cities if name in self._places), None)
        self._is_cut = np.zeros(len(self._lines), bool)
        demand = self._values.attacker
        # Nothing is known of the attacker's needs without an AttackerDemand.
        lift_km = {DEFENDER: math.inf} if demand is None else {ATTACKER: demand.lift_km, DEFENDER: math.inf}
        self._sides: dict[int, SupplyLines] = {
            side: SupplyLines(side, ground, self._values.throughput_factor, km)
            for side, km in lift_km.items() if ground.params.lines_of(side)
        }  # fmt: skip
        self._measure(ground)
        self._capacity_t = dict(self._open_t)
        self._demand_t: dict[int, np.ndarray] = {}
        self._received_t: dict[int, np.ndarray] = {}
        for side, lines in self._sides.items():
            needed = self._needed_t(side, state, ground) * lines.is_fed
            state.stock_t[side] = self._values.stock_days * needed
            self._receive(side, needed)
        if DEFENDER in self._sides:
            state.throughput_t[:] = self._sides[DEFENDER].throughput_t(self._open_t[DEFENDER], self._places)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Settle a day's supply at its start; other ticks change nothing."""
        if not tick.is_new_day or not self._sides:
            return
        if self._version != ground.front_version[0]:
            self._measure(ground)
        is_closed = self._close(state, tick, draws)
        for side, lines in self._sides.items():
            needed = self._demand_t[side]
            if self._values.attacker is not None:
                needed = self._needed_t(side, state, ground) * lines.is_fed
            capacity_t = np.where(is_closed[lines.numbers], 0.0, self._open_t[side])
            is_changed = not np.array_equal(capacity_t, self._capacity_t[side])
            self._capacity_t[side] = capacity_t
            if is_changed or not np.array_equal(needed, self._demand_t[side]):
                self._receive(side, needed)
            if is_changed and side == DEFENDER:
                self._report(state, lines.throughput_t(capacity_t, self._places), tick)
            self._settle(side, state)

    def _settle(self, side: int, state: State) -> None:
        """Write a side's levels and stocks of a day."""
        demand, received = self._demand_t[side], self._received_t[side]
        needed = np.maximum(demand, 1e-9)
        level = np.clip((received + state.stock_t[side] / 3.0) / needed, LEAST_LEVEL, 1.0)
        level = np.where(demand > 0.0, level, 1.0)
        stock = state.stock_t[side] + received - demand * level
        state.supply_level[side] = level
        state.stock_t[side] = np.clip(stock, 0.0, self._values.stock_days_max * demand)

    def _receive(self, side: int, demand_t: np.ndarray) -> None:
        """Find what each axis receives in a day of this demand, in t."""
        self._demand_t[side] = demand_t
        most = self._values.refill_factor * demand_t
        self._received_t[side] = self._sides[side].received_t(self._capacity_t[side], most)

    def _needed_t(self, side: int, state: State, ground: Ground) -> np.ndarray:
        """Return what each axis of a side needs in a day, in t."""
        p = self._values
        if side == ATTACKER and p.attacker is not None:
            return attackers_demand_t(p.attacker, state, ground)
        line = ground.line_cells[: ground.line_count[1]]
        axis, n_axes = ground.axis[line], len(ground.axis_names)
        if p.attacker is None:
            return np.bincount(axis, ground.target_soldiers[line], n_axes) * p.demand_t_per_soldier_day
        soldiers = state.n_soldiers[state.section_of_cell[line]].astype(np.float64)
        # Those behind a sector belong to its sections in proportion to their strength.
        in_sector = np.bincount(ground.sector[line], soldiers, n_axes)
        soldiers *= 1.0 + (state.stock[DEFENDER] / np.maximum(in_sector, 1.0))[ground.sector[line]]
        return np.bincount(axis, soldiers, n_axes) * p.demand_t_per_soldier_day

    def _measure(self, ground: Ground) -> None:
        """Find each line's capacity when it is not closed, with the front where it is now."""
        self._version = int(ground.front_version[0])
        fire = self._values.interdiction_max, self._values.interdiction_reach_km
        self._open_t = {side: lines.capacity_t(ground, *fire) for side, lines in self._sides.items()}

    def _close(self, state: State, tick: Tick, draws: Draws) -> np.ndarray:
        """Return which lines are closed today, by date or by chance, and log those by date."""
        day = int(tick.start_h // H_PER_DAY)
        is_closed = np.zeros(len(self._lines), bool)
        for cut in self._values.cuts:
            is_closed |= [cut.closes(line, day) for line in self._lines]
        for i in np.flatnonzero(is_closed != self._is_cut):
            state.log(LINE_CLOSED if is_closed[i] else LINE_REOPENED, tick.start_h, value=float(i))
        self._is_cut = is_closed
        if self._values.p_line_closed > 0.0:
            u = uniforms(draws.stream(SUPPLY, tick), np.arange(len(self._lines)), 0)
            return np.asarray(is_closed | (u < self._values.p_line_closed))
        return is_closed

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


def attackers_demand_t(demand: AttackerDemand, state: State, ground: Ground) -> np.ndarray:
    """Return what each axis of the attacker needs today in t: for soldiers forward, those sent, and shells.

    Shells go by axis as `Artillery` fires them: a share on the objectives, the rest on the whole front.
    """
    n_axes = len(ground.axis_names)
    active = state.active[: state.cursor[N_ACTIVE]]
    soldiers = np.bincount(state.axis[active], state.n_soldiers[active], n_axes)
    front = ground.line_cells[: ground.line_count[0]]
    on_front = np.bincount(ground.axis[front], minlength=n_axes) / max(1, len(front))
    on_objectives = state.n_objectives / max(1, int(state.n_objectives.sum()))
    share = demand.share_on_objectives
    shells = demand.shells_per_day * (share * on_objectives + (1.0 - share) * on_front)
    sent = float(state.release_per_day[0]) * state.effort
    needed = demand.t_per_soldier_day * soldiers + demand.t_per_soldier_sent * sent + demand.t_per_shell * shells
    return np.asarray(needed)
