"""Detection: random search of the kill zone by the defender's sensors."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.drone_crew_choice import CrewPlaces, Target, pick_crew, place_crews, room_for_crews
from sim.mechanisms.shared.groups import beyond_km, end_of_group, soldiers_of
from sim.quantity import MAX_KM, MAX_RATE, Params, PerMobility, quantity
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, Ground
from sim.world.integer_codes import (
    ADVANCE,
    ASSAULT,
    DEFENDER,
    HOLD,
    MAX_TRACKS_PER_GROUP,
    N_ACTIVE,
    N_FORWARD,
    WAIT,
    WITHDRAW,
)
from sim.world.keyed_draws import DETECTION, Draws, uniform, waiting_h
from sim.world.state import State
from sim.world.value_records import record_of

# A group's draws in a tick: one for each time it is found or lost, and, from here on, one for the crew that sees it.
OWNER = 1000


class DetectionParams(Params):
    """Sensors and signatures."""

    n_sensors: float = quantity("sensors", "reconnaissance drones in the air over the sector", ge=0, le=1_000_000_000)
    sensor_speed_km_h: float = quantity("km/h", "search speed of a sensor", ge=0, le=MAX_RATE)
    sweep_width_km: PerMobility = quantity("km", "sweep width against a moving group of four")
    sweep_width_waiting_km: float = quantity(
        "km", "sweep width against four soldiers waiting or fighting", ge=0, le=MAX_KM
    )
    sweep_width_holding_km: float = quantity(
        "km", "sweep width against four soldiers holding won ground", ge=0, le=MAX_KM
    )
    track_loss_per_h: PerMobility = quantity("1/h", "rate at which a track is lost")


class DetectionValues(NamedTuple):
    """Values of detection; units and meanings are those of DetectionParams, crews are the defender's of DroneForce."""

    n_sensors: float
    sensor_speed_km_h: float
    sweep_width_km: np.ndarray  # (4,) float64, by mobility
    sweep_width_waiting_km: float
    sweep_width_holding_km: float
    track_loss_per_h: np.ndarray  # (4,) float64, by mobility
    crew_range_km: float
    crew_set_back_km: float
    congestion_km: float = 0.0


class Rows(NamedTuple):
    """Columns of State by row, the list of active rows and the positions in it of those that are forward."""

    active: np.ndarray
    forward: np.ndarray
    cursor: np.ndarray
    state: np.ndarray
    group_id: np.ndarray
    axis: np.ndarray
    n_soldiers: np.ndarray
    mobility: np.ndarray
    objective_cell: np.ndarray
    remaining_km: np.ndarray
    moving_from_h: np.ndarray
    moving_to_h: np.ndarray
    static_from_h: np.ndarray
    is_tracked: np.ndarray
    owner_crew: np.ndarray


class Cells(NamedTuple):
    """Columns of Ground by cell, and signature by terrain."""

    x_km: np.ndarray
    y_km: np.ndarray
    control: np.ndarray
    terrain: np.ndarray
    terrain_signature: np.ndarray


class Tracks(NamedTuple):
    """The tracked intervals that are written; `n` is one number in an array."""

    at: np.ndarray
    from_h: np.ndarray
    to_h: np.ndarray
    n: np.ndarray


class Search(NamedTuple):
    """What the search for all groups in a tick has in common."""

    values: DetectionValues
    dt_h: float
    per_km_h: float  # rate at which a group is found per km of sweep width
    stage_km: float
    first_crew: int
    places: CrewPlaces
    stream: np.ndarray
    crowding: np.ndarray  # factor on the rate at which a moving group is found, by axis


class Exposure(NamedTuple):
    """When in the tick a group is exposed, in hours after its start, and at which rates per hour it is then found."""

    moving_from_h: float
    moving_to_h: float
    static_from_h: float
    until_h: float
    moving_rate: float
    static_rate: float


class Detection(Mechanism):
    """Let groups be found and lost again, and note the intervals in which they are tracked.

    A group in the kill zone is found at rate W v n w / A (Koopman's random search: P(found by t) = 1 - exp(-W v n t
    / A)), W = sweep width x sqrt(soldiers / 4) x terrain_signature of the objective, v = sensor_speed_km_h, n =
    n_sensors, w = weather, A = front_km x kill_zone_km, times 1 + congestion_km x groups on the move per km of the
    axis's front for those on the move themselves; a track is lost at track_loss_per_h. The two alternate to the
    tick's end in continuous time, or to the hour at which a group leaves the zone or reaches ground of its own side.
    The crew that sees it, any one in reach, is its owner. Draws are keyed by group.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "active", "axis", "control", "crew_cell", "crew_side", "cursor", "forward", "front_km_by_axis", "group_id",
            "mobility", "moving_from_h", "moving_to_h", "n_soldiers", "objective_cell", "remaining_km", "state",
            "static_from_h", "terrain", "terrain_signature", "weather_factor", "x_km", "y_km"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset(
        {"is_tracked", "n_tracks", "owner_crew", "track_at", "track_from_h", "track_to_h"}
    )

    def __init__(self, values: DetectionValues) -> None:
        self._record = record_of(values)

    def begin(self, state: State, ground: Ground) -> None:
        """Make room for the defender's crews."""
        self._crews = room_for_crews(int(np.sum(state.crew_side == DEFENDER)))
        self._crowding = np.ones(len(ground.axis_names))

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Write the tick's tracked intervals."""
        track_groups(
            self._record, tick.dt_h, draws.stream(DETECTION, tick), *self._crews, self._crowding, state.active,
            state.forward, state.cursor, state.state, state.group_id, state.axis, state.n_soldiers, state.mobility,
            state.objective_cell, state.remaining_km, state.moving_from_h, state.moving_to_h, state.static_from_h,
            state.is_tracked, state.owner_crew, state.crew_side, state.crew_cell, state.track_at, state.track_from_h,
            state.track_to_h, state.n_tracks, ground.x_km, ground.y_km, ground.control, ground.terrain,
            ground.terrain_signature, ground.weather_factor, ground.front_km_by_axis, ground.front_km,
            ground.kill_zone_km, ground.stage_km,
        )  # fmt: skip


@kernel
def track_groups(
    record, dt_h, stream, crew_km, crew_order, in_reach, crowding, active, forward, cursor, state, group_id, axis,
    n_soldiers, mobility, objective_cell, remaining_km, moving_from_h, moving_to_h, static_from_h, is_tracked,
    owner_crew, crew_side, crew_cell, track_at, track_from_h, track_to_h, n_tracks, x_km, y_km, control, terrain,
    terrain_signature, weather_factor, front_km_by_axis, front_km, kill_zone_km, stage_km,
):  # fmt: skip
    """Alternate found and lost for each exposed group, and write the intervals in which it is tracked.

    record: DetectionValues. dt_h: length of the tick, h. stream: (4,) uint64. crew_km to in_reach: the CrewPlaces of
    the defender. crowding: float64 by axis, written. active to owner_crew: lists and columns of State by row.
    crew_side, crew_cell: columns by crew.
    track_at to n_tracks: int32, float64, float64 and (1,) int64, written. x_km to terrain: columns of Ground by cell.
    terrain_signature: by terrain. weather_factor: (1,) float64. front_km_by_axis: km. front_km, kill_zone_km,
    stage_km: length of the front
    and depths of the kill zone and of the staging area, km.
    """
    rows = Rows(
        active, forward, cursor, state, group_id, axis, n_soldiers, mobility, objective_cell, remaining_km,
        moving_from_h, moving_to_h, static_from_h, is_tracked, owner_crew,
    )  # fmt: skip
    values, cells = record[0], Cells(x_km, y_km, control, terrain, terrain_signature)
    tracks = Tracks(track_at, track_from_h, track_to_h, n_tracks)
    area_km2 = front_km * kill_zone_km
    per_km_h = values.n_sensors * values.sensor_speed_km_h * weather_factor[0] / area_km2 if area_km2 > 0.0 else 0.0
    first_crew = place_crews(DEFENDER, crew_side, crew_cell, cells, crew_km)
    if values.congestion_km > 0.0:
        find_crowding(values.congestion_km, front_km_by_axis, rows, crowding)
    places = CrewPlaces(crew_km, crew_order, in_reach)
    search = Search(values, dt_h, per_km_h, stage_km, first_crew, places, stream, crowding)
    n_tracks[0] = 0
    f = 0
    while f < cursor[N_FORWARD]:
        i = forward[f]
        j = end_of_group(i, cursor[N_ACTIVE], rows)
        row = active[i]
        now = state[row]
        is_seen = now == ADVANCE or now == WAIT or now == ASSAULT or now == HOLD or now == WITHDRAW
        size = soldiers_of(i, j, rows)
        if is_seen and size > 0:
            exposure = exposure_of(row, size, search, rows, cells)
            tracked = track_group(i, exposure, search, rows, cells, tracks)
            for a in range(i, j):
                is_tracked[active[a]] = tracked and exposure.until_h == dt_h
                owner_crew[active[a]] = owner_crew[row]
        f += j - i


@kernel
def find_crowding(congestion_km, front_km_by_axis, rows, crowding):
    """Write by axis the factor 1 + congestion_km x groups that move in the kill zone in this tick / km of front."""
    crowding[:] = 0.0
    f = 0
    while f < rows.cursor[N_FORWARD]:
        i = rows.forward[f]
        row = rows.active[i]
        if rows.moving_to_h[row] > rows.moving_from_h[row]:
            crowding[rows.axis[row]] += 1.0
        f += end_of_group(i, rows.cursor[N_ACTIVE], rows) - i
    for axis in range(len(crowding)):
        km = front_km_by_axis[axis]
        crowding[axis] = 1.0 + congestion_km * crowding[axis] / km if km > 0.0 else 1.0


@kernel
def exposure_of(row, size, search, rows, cells):
    """Return the Exposure of a group of some soldiers."""
    now, cell, values = rows.state[row], rows.objective_cell[row], search.values
    signature = math.sqrt(size / 4.0) * cells.terrain_signature[cells.terrain[cell]]
    moving = search.per_km_h * values.sweep_width_km[rows.mobility[row]] * signature
    moving *= search.crowding[rows.axis[row]]
    width_km = values.sweep_width_holding_km if now == HOLD else values.sweep_width_waiting_km
    standing = search.per_km_h * width_km * signature
    # A group that reaches ground of its own side joins the garrison at once, though control says so at the tick's end.
    is_home = now == WAIT and cells.control[cell] == ATTACKER_HELD
    until_h = rows.moving_to_h[row] if now == WITHDRAW or is_home else search.dt_h
    return Exposure(
        rows.moving_from_h[row], rows.moving_to_h[row], rows.static_from_h[row], until_h, moving, standing
    )  # fmt: skip


@kernel
def track_group(i, exposure, search, rows, cells, tracks):
    """Write the tracked intervals of the group at position i; return whether it is tracked when its exposure ends."""
    row = rows.active[i]
    key, until_h = rows.group_id[row], exposure.until_h
    lost_rate = search.values.track_loss_per_h[rows.mobility[row]]
    tracked, k, t = rows.is_tracked[row] == 1, 0, 0.0
    while t < until_h:
        if not tracked:
            t = found_at(t, waiting_h(search.stream, key, k, 1.0), exposure)
            if t < until_h:
                tracked = True
                rows.owner_crew[row] = crew_that_sees(row, uniform(search.stream, key, k + OWNER), search, rows, cells)
        else:
            lost = t + waiting_h(search.stream, key, k, lost_rate)
            if k >= 2 * (MAX_TRACKS_PER_GROUP - 1):
                lost = until_h
            m = tracks.n[0]
            tracks.at[m], tracks.from_h[m], tracks.to_h[m] = i, t, min(lost, until_h)
            tracks.n[0] = m + 1
            tracked = lost >= until_h
            t = lost
        k += 1
    return tracked


@kernel
def found_at(t, e, exposure):
    """Return when, from t on, the integral of the piecewise constant rate reaches e; infinite if not in time."""
    start = max(t, exposure.moving_from_h)
    if start < exposure.moving_to_h:
        if e < (exposure.moving_to_h - start) * exposure.moving_rate:
            return start + e / exposure.moving_rate
        e -= (exposure.moving_to_h - start) * exposure.moving_rate
    start = max(t, exposure.static_from_h)
    if start < exposure.until_h and e < (exposure.until_h - start) * exposure.static_rate:
        return start + e / exposure.static_rate
    return math.inf


@kernel
def crew_that_sees(row, u, search, rows, cells):
    """Return the number of a crew in reach of a group, chosen evenly by u; -1 if none reaches it."""
    cell, values = rows.objective_cell[row], search.values
    ahead_km = max(0.0, beyond_km(rows.state[row], rows.remaining_km[row], search.stage_km))
    target = Target(cells.x_km[cell], cells.y_km[cell], values.crew_set_back_km + ahead_km)
    place = pick_crew(u, target, values.crew_range_km, search.places)
    return search.first_crew + place if place >= 0 else -1
