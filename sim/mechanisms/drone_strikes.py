"""Drone strikes: detected targets are calls, crews are servers with a service time, some hit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.mechanisms.contract import Mechanism
from sim.mechanisms.shared.drone_crews import (
    CrewPlaces,
    first_free_h,
    is_in_reach,
    longest_idle,
    pick_crew,
    place_crews,
)
from sim.mechanisms.shared.drone_requests import (
    CASUALTIES,
    INTEGRATED,
    OWNER,
    SERVICE,
    STRUCK,
    SUCCESS,
    THIN,
    CallList,
    call_garrisons,
    call_groups,
    put_in_order_of_time,
)
from sim.mechanisms.shared.rows import beyond_km, end_of_group, put_in_order, soldiers_of, strike_off
from sim.quantity import Params, quantity, setting
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.integer_codes import (
    ADVANCE,
    ATTACKER,
    CALLS_ON_ATTACKER,
    DEFENDER,
    DRONE_GARRISON,
    DRONE_HOLDING,
    DRONE_LINE,
    DRONE_TRANSIT,
    DRONE_WAITING,
    GARRISON,
    HOLD,
    LINE,
    N_ACTIVE,
    WITHDRAW,
)
from sim.world.keyed_draws import DRONE_STRIKES, Draws, binomial, happens, uniform, waiting_h
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground

ARMOUR = 3


class DroneForce(Params):
    """One side's drone crews."""

    n_crews: int = quantity("crews", "crews that fly strikes over the sector", ge=0, le=10_000)
    range_km: float = quantity("km", "reach of a crew's drones", gt=0)
    set_back_km: float = quantity("km", "distance of a crew behind its own line", ge=0)
    service_h: float = quantity("h", "mean time a call keeps a crew busy", gt=0)
    p_integration: float = quantity("1", "probability that what one sees reaches any free crew in reach", ge=0, le=1)
    delay_h: float = quantity("h", "delay until it does, in which a target that moves may be lost", ge=0)
    p_jam: float = quantity("1", "probability that a drone's link is lost to jamming", ge=0, le=1)
    p_hit: float = quantity("1", "probability that a drone whose link holds hits", ge=0, le=1)
    burst: int = quantity("soldiers", "soldiers within reach of a hit", ge=1, le=8)
    p_casualty: float = quantity("1", "probability that a soldier within reach of a hit is lost", ge=0, le=1)


class DroneStrikesParams(Params):
    """Both sides' drones and the calls made on them."""

    defender: DroneForce = setting("", "the defender's crews")
    attacker: DroneForce = setting("", "the attacker's crews")
    calls_per_team_h: float = quantity("1/h", "calls on a tracked group of four", ge=0)
    garrison_call_per_soldier_h: float = quantity("1/h", "calls on a soldier of a garrison", ge=0)
    section_call_per_soldier_h: float = quantity("1/h", "calls on a soldier of a line section", ge=0)
    burst_armour: int = quantity("soldiers", "soldiers within reach of a hit on armour", ge=1, le=8)


class DroneStrikes(Mechanism):
    """Serve the calls of a tick in the order of time; a call that finds no crew is lost.

    Calls on a tracked group of n are Poisson at calls_per_team_h x n / 4 (on garrisons and sections at a rate a
    soldier). With p_integration any free crew in reach takes it, longest idle first, else only the crew that saw it;
    service is exponential with mean service_h / (weather x supply level of the crew's axis). P(hit) = (1 - p_jam)
    p_hit, times exp(-track_loss_per_h delay_h) when another crew than the one that sees it shoots; losses are
    Binomial(min(n, burst), p_casualty x terrain_cover), the cover that of the objective or the section's own cell. One
    permanent target, p_hit 0 and integration 1 make it Erlang's loss system.
    """

    reads = frozenset(
        {
            "active", "axis", "crew_cell", "crew_side", "cursor", "front_version", "group_id", "line_cells",
            "line_count", "mobility", "moving_to_h", "n_tracks", "objective_cell", "owner_crew", "remaining_km",
            "section_of_cell", "state", "supply_level", "terrain", "terrain_cover", "track_at", "track_from_h",
            "track_to_h", "weather_factor", "x_km", "y_km"
        }
    )  # fmt: skip
    writes = frozenset({"count", "crew_free_at_h", "losses", "n_soldiers", "timer_h"})

    def __init__(self, scenario: Scenario) -> None:
        self._params = scenario.drone_strikes
        track_loss = scenario.detection.track_loss_per_h.as_array()
        forces = self._params.attacker, self._params.defender
        self._p_success = [(1.0 - force.p_jam) * force.p_hit for force in forces]
        self._late = [np.exp(-track_loss * force.delay_h) for force in forces]
        self._room = CallList(4096)
        self._front_version, self._whole_tick_h = -1, 0.0
        self._crews = [CrewPlaces(force.n_crews) for force in forces]
        # The attacker's supply is not modelled: his crews always fly at full pace.
        self._full_supply = np.ones(len(scenario.ground.axes))

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Fly one tick's strikes of both sides."""
        p = self._params
        stream = draws.stream(DRONE_STRIKES, tick)
        weather = ground.weather_factor[0]
        n_active = int(state.cursor[N_ACTIVE])
        garrison_rate = p.garrison_call_per_soldier_h * state.team_size
        # Ten standard deviations of a Poisson number above its mean: garrisons' calls are drawn without a count first.
        mean = n_active * garrison_rate * tick.dt_h
        room = n_active + math.ceil(mean + 10.0 * math.sqrt(mean))
        tracks = state.track_at, state.track_from_h, state.track_to_h
        n = self._call_groups(
            p.calls_per_team_h / 4.0, stream, state, state.active, n_active, tracks, int(state.n_tracks[0]), room
        )
        n = call_garrisons(
            self._room.calls, n, tick.start_h, tick.end_h, garrison_rate,
            float(state.team_size), weather, stream, state.active, n_active, state.state, state.timer_h,
        )  # fmt: skip
        self._serve(p.defender, DEFENDER, n, state.active, n_active, state, ground, tick, stream)
        self._list_sections(state, ground, tick)
        rate, n_sections = p.section_call_per_soldier_h * weather, len(self._sections)
        n = self._call_groups(rate, stream, state, self._sections, n_sections, self._whole_tick, n_sections, room=0)
        self._serve(p.attacker, ATTACKER, n, self._sections, n_sections, state, ground, tick, stream)

    def _list_sections(self, state: State, ground: Ground, tick: Tick) -> None:
        """List the front's sections, and for each an interval that is the tick, anew if front or tick are others."""
        if ground.front_version[0] != self._front_version or tick.dt_h != self._whole_tick_h:
            self._front_version, self._whole_tick_h = int(ground.front_version[0]), tick.dt_h
            self._sections = state.section_of_cell[ground.line_cells[: ground.line_count[0]]]
            n = len(self._sections)
            self._whole_tick = np.arange(n), np.zeros(n), np.full(n, tick.dt_h)

    def _call_groups(
        self, call_per_soldier_h: float, stream: np.ndarray, state: State, index: np.ndarray, n_index: int,
        intervals: tuple[np.ndarray, np.ndarray, np.ndarray], n_intervals: int, room: int,
    ) -> int:  # fmt: skip
        """Fill the list of calls, in a larger one (the draws are keyed) when there is no room for them and for more."""
        columns = index, n_index, state.group_id, state.n_soldiers, state.owner_crew, *intervals
        while True:
            n = int(call_groups(self._room.calls, call_per_soldier_h, stream, *columns, n_intervals))
            if n + room <= len(self._room.calls):
                return n
            self._room = CallList(2 * (n + room))

    def _serve(
        self, force: DroneForce, side: int, n_calls: int, index: np.ndarray, n_index: int, state: State,
        ground: Ground, tick: Tick, stream: np.ndarray,
    ) -> None:  # fmt: skip
        if n_calls == 0:
            return
        room, crews = self._room, self._crews[side]
        calls = room.calls[:n_calls]
        put_in_order_of_time(calls, tick.dt_h, room.order, room.hours, room.bins, room.end_of_bin)
        level = state.supply_level if side == DEFENDER else self._full_supply
        serve(
            calls, room.order, tick.start_h, side, force.range_km, force.set_back_km,
            force.p_integration, force.service_h / ground.weather_factor[0], level, ground.axis, self._p_success[side],
            self._late[side], force.burst, self._params.burst_armour, force.p_casualty, ground.terrain,
            ground.terrain_cover, ground.stage_km, stream, index, n_index, state.state, state.group_id,
            state.n_soldiers, state.mobility, state.objective_cell, state.remaining_km, state.moving_to_h,
            state.crew_side, state.crew_cell, state.crew_free_at_h, crews.order, crews.km, crews.in_reach, ground.x_km,
            ground.y_km, state.losses, state.count,
        )  # fmt: skip


@kernel
def cause_of(state, is_moving):
    """Return the cause under which a drone's victim is counted: what the unit was doing."""
    if state == LINE:
        return DRONE_LINE
    if state == GARRISON:
        return DRONE_GARRISON
    if is_moving or state == ADVANCE or state == WITHDRAW:
        return DRONE_TRANSIT
    return DRONE_HOLDING if state == HOLD else DRONE_WAITING


@kernel
def find_crew(
    p_integration, owner, hour, x, y, beyond, range_km, order, crew_km, in_reach, free_at_h, stream, key, k
):  # fmt: skip
    """Return the crew that takes a call (-1: it is lost) and the one that sees its target (-1: none was asked)."""
    if happens(p_integration, stream, key, k + INTEGRATED):
        return longest_idle(hour, x, y, beyond, range_km, order, crew_km, free_at_h), owner
    if owner < 0:
        owner = pick_crew(uniform(stream, key, k + OWNER), x, y, beyond, range_km, crew_km, in_reach)
    can_take = owner >= 0 and free_at_h[owner] <= hour
    can_take = can_take and is_in_reach(crew_km[0, owner] - x, crew_km[1, owner] - y, beyond, range_km)
    return (owner if can_take else -1), owner


@kernel
def serve(
    calls, calls_in_order, start_h, side, range_km, set_back_km, p_integration, service_h, level, cell_axis, p_success,
    late, burst, burst_armour, p_casualty, terrain, terrain_cover, stage_km, stream, index, n_index, state, group_id,
    n_soldiers, mobility, objective_cell, remaining_km, moving_to_h, crew_side, crew_cell, crew_free_at_h, order,
    crew_km, in_reach, x_km, y_km, losses, count,
):  # fmt: skip
    """Take the calls in the order of time: find a crew, keep it busy, strike off the soldiers it hits."""
    victim = DEFENDER if side == ATTACKER else ATTACKER
    tally = CALLS_ON_ATTACKER + 2 * victim
    first_crew = place_crews(side, crew_side, crew_cell, x_km, y_km, crew_km)
    put_in_order(order, crew_km[0])
    free_at_h, nobody_before_h = crew_free_at_h[first_crew : first_crew + len(order)], -np.inf
    for c in calls_in_order[: len(calls)]:
        call = calls[c]
        i, hour, key, k = call.at, start_h + call.hour, call.key, call.k
        row = index[i]
        now, cell = state[row], objective_cell[row]
        j = end_of_group(i, n_index, index, group_id)
        size = soldiers_of(i, i + 1 if now == GARRISON else j, index, n_soldiers)
        # A call was made for a size that may since have shrunk: calls on the fallen are dropped.
        if size < call.size and uniform(stream, key, k + THIN) * call.size >= size:
            continue
        count[tally] += 1
        if hour < nobody_before_h:  # all crews are busy: not worth a search
            count[tally + 1] += 1
            continue
        beyond = set_back_km + max(0.0, beyond_km(now, remaining_km[row], stage_km))
        owner = call.owner - first_crew if call.owner >= 0 else -1
        crew, owner = find_crew(
            p_integration, owner, hour, x_km[cell], y_km[cell], beyond, range_km, order, crew_km, in_reach,
            free_at_h, stream, key, k,
        )  # fmt: skip
        if crew < 0:
            count[tally + 1] += 1
            nobody_before_h = first_free_h(free_at_h)
            continue
        pace = level[cell_axis[crew_cell[first_crew + crew]]] / service_h
        free_at_h[crew] = hour + waiting_h(stream, key, k + SERVICE, pace)
        is_fleeting = crew != owner and now != LINE and now != GARRISON
        p = p_success * (late[mobility[row]] if is_fleeting else 1.0)
        if not happens(p, stream, key, k + SUCCESS):
            continue
        reach = burst_armour if mobility[row] == ARMOUR and now != LINE else burst
        while i > 0 and group_id[index[i - 1]] == group_id[row]:
            i -= 1
        p = p_casualty * terrain_cover[terrain[cell]]
        n_lost = binomial(uniform(stream, key, k + CASUALTIES), min(soldiers_of(i, j, index, n_soldiers), reach), p)
        losses[victim, cause_of(now, call.hour < moving_to_h[row])] += n_lost
        for s in range(n_lost):
            strike_off(uniform(stream, key, k + STRUCK + s), i, j, index, n_soldiers)
