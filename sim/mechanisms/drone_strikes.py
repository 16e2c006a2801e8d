"""Drone strikes: what is seen is requested, crews are servers with a service time, some drones hit."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

import numpy as np

from sim.errors import InputError
from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.drone_crew_choice import (
    CrewPlaces,
    place_crews,
    put_in_order_of_idleness,
    room_for_crews,
)
from sim.mechanisms.shared.drone_requests import (
    MOST_REQUESTS,
    GarrisonRequests,
    RequestList,
    Tracks,
    put_in_order_of_time,
    request_on_garrisons,
    request_on_groups,
    room_for_requests,
)
from sim.mechanisms.shared.drone_sorties import Crews, Ledger, Sortie, serve
from sim.quantity import MAX_H, MAX_KM, Params, quantity, setting
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.ground import Ground
from sim.world.integer_codes import ATTACKER, DEFENDER, N_ACTIVE
from sim.world.keyed_draws import DRONE_STRIKES, Draws
from sim.world.state import State
from sim.world.value_records import record_of

ROOM_AT_FIRST = 4096  # requests

Targets = tuple[np.ndarray, int, np.ndarray, np.ndarray, np.ndarray, int]
"""Rows of the targets, how many, and the intervals in which they can be struck (see Tracks)."""


class DroneForce(Params):
    """One side's drone crews."""

    n_crews: int = quantity("crews", "drone crews that fly strikes over the sector", ge=0, le=10_000)
    range_km: float = quantity("km", "reach of a crew's drones", gt=0, le=MAX_KM)
    set_back_km: float = quantity("km", "distance of a drone crew behind its own line", ge=0, le=MAX_KM)
    service_h: float = quantity("h", "mean time for which a request occupies a drone crew", gt=0, le=MAX_H)
    p_integration: float = quantity("1", "probability that a sighting reaches any free drone crew in reach", ge=0, le=1)
    delay_h: float = quantity("h", "delay before another crew strikes what was sighted", ge=0, le=MAX_H)
    p_jam: float = quantity("1", "probability that a drone's link is lost to jamming", ge=0, le=1)
    p_hit: float = quantity("1", "probability that a drone whose link holds hits", ge=0, le=1)
    burst: int = quantity("soldiers", "soldiers within reach of a drone's hit", ge=1, le=8)
    p_casualty: float = quantity("1", "probability that a soldier within reach of a drone's hit is lost", ge=0, le=1)


class DroneStrikesParams(Params):
    """Both sides' drones and the requests made to them."""

    defender: DroneForce = setting("", "drone crews of the defender")
    attacker: DroneForce = setting("", "drone crews of the attacker")
    calls_per_team_h: float = quantity("1/h", "drone requests on a tracked group of four", ge=0, le=1000)
    garrison_call_per_soldier_h: float = quantity("1/h", "drone requests per soldier of a garrison", ge=0, le=100)
    section_call_per_soldier_h: float = quantity("1/h", "drone requests per soldier of a line section", ge=0, le=100)
    burst_armour: int = quantity("soldiers", "soldiers within reach of a drone's hit on armour", ge=1, le=8)


class ForceValues(NamedTuple):
    """One side's drone crews; units and meanings are those of DroneForce."""

    range_km: float
    set_back_km: float
    service_h: float
    p_integration: float
    delay_h: float
    p_jam: float
    p_hit: float
    burst: int
    p_casualty: float


class DroneStrikesValues(NamedTuple):
    """Values of drone strikes; units and meanings are those of DroneStrikesParams and DetectionParams."""

    defender: ForceValues
    attacker: ForceValues
    calls_per_team_h: float
    garrison_call_per_soldier_h: float
    section_call_per_soldier_h: float
    burst_armour: int
    track_loss_per_h: np.ndarray  # (4,) float64, by mobility


class Rows(NamedTuple):
    """Columns of State by row; `active` lists the rows of one side, n_active of them."""

    active: np.ndarray
    n_active: int
    state: np.ndarray
    group_id: np.ndarray
    n_soldiers: np.ndarray
    mobility: np.ndarray
    objective_cell: np.ndarray
    remaining_km: np.ndarray
    moving_to_h: np.ndarray
    timer_h: np.ndarray
    owner_crew: np.ndarray


class Cells(NamedTuple):
    """Columns of Ground by cell, and cover by terrain."""

    x_km: np.ndarray
    y_km: np.ndarray
    axis: np.ndarray
    terrain: np.ndarray
    terrain_cover: np.ndarray


class DroneStrikes(Mechanism):
    """Serve the requests of a tick in the order of time; a request that finds no free crew is blocked.

    Requests on a tracked group of n are Poisson at calls_per_team_h x n / 4 (on garrisons and sections at a rate per
    soldier). With p_integration any free crew in reach takes it, longest idle first, else only the crew that saw it;
    service is exponential with mean service_h / (weather x supply level of the crew's axis). P(hit) = (1 - p_jam)
    p_hit, times exp(-track_loss_per_h delay_h) when another crew than the one that sees it shoots; losses are
    Binomial(min(n, burst), p_casualty x terrain_cover), the cover that of the objective or the section's own cell. One
    permanent target, p_hit 0 and integration 1 make it Erlang's loss system.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "active", "axis", "crew_cell", "crew_side", "cursor", "front_version", "group_id", "line_cells",
            "line_count", "mobility", "moving_to_h", "n_tracks", "objective_cell", "owner_crew", "remaining_km",
            "section_of_cell", "state", "supply_level", "terrain", "terrain_cover", "track_at", "track_from_h",
            "track_to_h", "weather_factor", "x_km", "y_km"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset({"count", "crew_free_at_h", "losses", "n_soldiers", "timer_h"})

    def __init__(self, values: DroneStrikesValues) -> None:
        self._values = values
        forces = values.attacker, values.defender
        self._forces = [record_of(force) for force in forces]
        self._late = [np.exp(-values.track_loss_per_h * force.delay_h) for force in forces]
        self._room = room_for_requests(ROOM_AT_FIRST)
        self._front_version, self._whole_tick_h = -1, 0.0

    def begin(self, state: State, ground: Ground) -> None:
        """Make room for the crews of both sides."""
        self._crews = [room_for_crews(int(n)) for n in np.bincount(state.crew_side, minlength=2)]

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Fly one tick's strikes of both sides."""
        tracks = state.track_at, state.track_from_h, state.track_to_h, int(state.n_tracks[0])
        groups = state.active, int(state.cursor[N_ACTIVE]), *tracks
        self._strike(DEFENDER, self._values.calls_per_team_h / 4.0, groups, state, ground, tick, draws)
        self._list_sections(state, ground, tick)
        per_soldier_h = self._values.section_call_per_soldier_h * ground.weather_factor[0]
        self._strike(ATTACKER, per_soldier_h, self._sections, state, ground, tick, draws)

    def _list_sections(self, state: State, ground: Ground, tick: Tick) -> None:
        """List the front's sections, each a target for the whole tick; again only if the front or the tick changed."""
        if ground.front_version[0] != self._front_version or tick.dt_h != self._whole_tick_h:
            self._front_version, self._whole_tick_h = int(ground.front_version[0]), tick.dt_h
            sections = state.section_of_cell[ground.line_cells[: ground.line_count[0]]]
            n = len(sections)
            self._sections = sections, n, np.arange(n, dtype=np.int32), np.zeros(n), np.full(n, tick.dt_h), n

    def _strike(
        self, side: int, per_soldier_h: float, targets: Targets, state: State, ground: Ground, tick: Tick, draws: Draws
    ) -> None:  # fmt: skip
        """Fly one side's strikes, again with a longer list of requests (the draws are keyed) if they found no room."""
        v = self._values
        while True:
            n_needed = strike(
                self._forces[side], side, tick.start_h, tick.dt_h, per_soldier_h,
                v.garrison_call_per_soldier_h * state.team_size, state.team_size, v.burst_armour, self._late[side],
                draws.stream(DRONE_STRIKES, tick), *self._room, *self._crews[side], *targets,
                state.state, state.group_id, state.n_soldiers, state.mobility,
                state.objective_cell, state.remaining_km, state.moving_to_h, state.timer_h, state.owner_crew,
                state.crew_side, state.crew_cell, state.crew_free_at_h, state.supply_level[side], state.losses,
                state.count, ground.x_km, ground.y_km, ground.axis, ground.terrain, ground.terrain_cover,
                ground.stage_km, ground.weather_factor,
            )  # fmt: skip
            if n_needed <= len(self._room.requests):
                return
            if n_needed > MOST_REQUESTS:
                raise InputError(
                    [
                        f"drone_strikes: the tick from hour {tick.start_h:g} has more than {MOST_REQUESTS:,} requests, "
                        "the most allowed; lower calls_per_team_h, garrison_call_per_soldier_h, "
                        "section_call_per_soldier_h or time.tick_h"
                    ]
                )
            self._room = room_for_requests(min(2 * n_needed, MOST_REQUESTS))


@kernel
def strike(
    record, side, start_h, dt_h, per_soldier_h, garrison_per_team_h, team_size, burst_armour, late, stream, requests,
    order, hours, bins, end_of_bin, crew_km, crew_order, in_reach, active, n_active, track_at, track_from_h,
    track_to_h, n_tracks, state, group_id, n_soldiers, mobility, objective_cell, remaining_km, moving_to_h, timer_h,
    owner_crew, crew_side, crew_cell, crew_free_at_h, supply_level, losses, count, x_km, y_km, axis, terrain,
    terrain_cover, stage_km, weather_factor,
):  # fmt: skip
    """Make and serve one side's requests of a tick; return the room they need, serving none when there is less.

    record: ForceValues. side: ATTACKER or DEFENDER, whose crews strike. start_h, dt_h: the tick, h. per_soldier_h,
    garrison_per_team_h: requests per hour on a soldier of a target, and on a full team in a garrison. late: (4,)
    float64, share by mobility of moving targets still tracked after the delay. stream: (4,) uint64. requests to
    end_of_bin: a RequestList. crew_km to in_reach: the CrewPlaces of the side. active: int32, rows of the targets, the
    first n_active of them. track_at to track_to_h: the n_tracks intervals in which a target can be struck, see Tracks.
    state to owner_crew: columns of State by row. crew_side to crew_free_at_h: columns by crew. supply_level: the
    side's, by axis. losses: (2, causes) int64. count: (counts,) int64. x_km to terrain: columns of Ground by cell.
    terrain_cover: by terrain. stage_km: depth of the staging area, km. weather_factor: (1,) float64.
    """
    rows = Rows(
        active, n_active, state, group_id, n_soldiers, mobility, objective_cell, remaining_km, moving_to_h, timer_h,
        owner_crew,
    )  # fmt: skip
    force, cells = record[0], Cells(x_km, y_km, axis, terrain, terrain_cover)
    room = RequestList(requests, order, hours, bins, end_of_bin)
    weather = weather_factor[0]
    n = request_on_groups(requests, per_soldier_h, stream, rows, Tracks(track_at, track_from_h, track_to_h, n_tracks))
    n_needed = n
    if side == DEFENDER:
        # Requests on garrisons are not counted beforehand: their mean and ten standard deviations of a Poisson number.
        mean = n_active * garrison_per_team_h * dt_h
        n_needed += n_active + math.ceil(mean + 10.0 * math.sqrt(mean))
    if n_needed > len(requests):
        return n_needed
    if side == DEFENDER:
        garrisons = GarrisonRequests(start_h, start_h + dt_h, garrison_per_team_h, team_size, weather)
        n = request_on_garrisons(requests, n, garrisons, stream, rows)
    if n > 0:
        put_in_order_of_time(n, dt_h, room)
        places = CrewPlaces(crew_km, crew_order, in_reach)
        first = place_crews(side, crew_side, crew_cell, cells, crew_km)
        mine = slice(first, first + len(crew_order))
        put_in_order_of_idleness(places, crew_free_at_h[mine])
        sortie = Sortie(
            side=side,
            start_h=start_h,
            range_km=force.range_km,
            set_back_km=force.set_back_km,
            stage_km=stage_km,
            p_integration=force.p_integration,
            service_h=force.service_h / weather,
            p_success=(1.0 - force.p_jam) * force.p_hit,
            late=late,
            burst=force.burst,
            burst_armour=burst_armour,
            p_casualty=force.p_casualty,
            supply_level=supply_level,
            stream=stream,
            crews=Crews(places, first, crew_cell[mine], crew_free_at_h[mine]),
        )
        serve(requests, order[:n], sortie, rows, cells, Ledger(losses, count))
    return n_needed
