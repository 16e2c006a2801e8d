"""Movement: teams go from the staging area to their objective, and back."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.groups import send_to_rest
from sim.mechanisms.shared.path_hazard import HazardValues, meet_mines
from sim.quantity import Params, PerMobility, quantity
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.ground import Ground
from sim.world.integer_codes import ADVANCE, HOLD, N_FORWARD, WAIT, WITHDRAW
from sim.world.keyed_draws import MOVEMENT, Draws
from sim.world.state import State
from sim.world.value_records import record_of


class MovementParams(Params):
    """How fast teams move, and what waits for them on the way."""

    speed_km_h: PerMobility = quantity("km/h", "speed of teams in the open and in good weather")
    bad_weather_speed_factor: float = quantity("1", "factor on the speed of teams on a day of bad weather", gt=0, le=1)
    path_hazard_per_km: PerMobility = quantity(
        "1/km", "hits of a group by mines and waiting drones per kilometre moved inside the kill zone"
    )


class MovementValues(NamedTuple):
    """Speeds in km/h by mobility, the factor of bad weather on them, the rest of a team that is back, in h; mines."""

    speed_km_h: np.ndarray
    bad_weather_speed_factor: float
    rest_h: float
    hazard: HazardValues


class Movement(Mechanism):
    """Shorten each moving team's remaining distance and note when in the tick it is exposed.

    remaining -= v dt with v = speed_km_h x terrain_speed x weather, from the hour in timer_h at which it leaves; the
    terrain is that of the objective all the way, for a team has no position but its distance. A team is exposed on the
    move from the moment it enters the kill zone until it arrives (or, withdrawing, until it leaves the
    zone), and standing from arrival on: moving_from_h = (remaining - kill_zone_km) / v, moving_to_h = static_from_h =
    remaining / v, exact at any dt. Along the way L that it moves exposed in the tick a group is hit by mines and drones
    that wait beside the track at rate path_hazard_per_km, so that exp(-path_hazard_per_km L) are not hit, at any dt; a
    hit costs what one of the defender's drones does.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "active", "forward", "group_id", "is_held_by_enemy", "mobility", "objective_cell", "terrain",
            "terrain_cover", "terrain_speed", "weather_factor"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset(
        {
            "cursor", "is_tracked", "losses", "moving_from_h", "moving_to_h", "n_soldiers", "remaining_km", "rest",
            "state", "static_from_h", "timer_h"
        }
    )  # fmt: skip

    def __init__(self, values: MovementValues) -> None:
        self._values = values
        self._hazard = record_of(values.hazard)
        self._is_hazardous = bool(values.hazard.per_km.any())

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Move the teams for one tick."""
        p = self._values
        weather = 1.0 if ground.weather_factor[0] == 1.0 else p.bad_weather_speed_factor
        move(
            tick.start_h, tick.dt_h, weather, p.speed_km_h, p.rest_h, ground.kill_zone_km, ground.stage_km,
            ground.terrain_speed, ground.terrain, ground.is_held_by_enemy, state.active, state.forward, state.cursor,
            state.rest, state.state, state.mobility, state.objective_cell, state.remaining_km, state.timer_h,
            state.moving_from_h, state.moving_to_h, state.static_from_h, state.is_tracked,
        )  # fmt: skip
        if self._is_hazardous:
            meet_mines(
                self._hazard, weather, draws.stream(MOVEMENT, tick), ground.terrain_speed, ground.terrain_cover,
                ground.terrain, state.active, state.forward, state.cursor, state.group_id, state.mobility,
                state.n_soldiers, state.objective_cell, state.moving_from_h, state.moving_to_h, state.losses,
            )  # fmt: skip


class Depth(NamedTuple):
    """How far from the objective the kill zone and the staging area begin, in km."""

    kill_zone_km: float
    stage_km: float


class Rows(NamedTuple):
    """Columns by row of the state, and the queue of those that rest with its cursor."""

    state: np.ndarray
    remaining_km: np.ndarray
    timer_h: np.ndarray
    moving_from_h: np.ndarray
    moving_to_h: np.ndarray
    static_from_h: np.ndarray
    is_tracked: np.ndarray
    rest: np.ndarray
    cursor: np.ndarray


@kernel
def move(
    start_h, dt_h, weather, speed_km_h, rest_h, kill_zone_km, stage_km, terrain_speed, terrain, is_held_by_enemy,
    active, forward, cursor, rest, state, mobility, objective_cell, remaining_km, timer_h, moving_from_h, moving_to_h,
    static_from_h, is_tracked,
):  # fmt: skip
    """Advance and withdraw the forward teams for one tick: see `Movement`.

    start_h, dt_h: the tick in h; weather: factor on speed; speed_km_h (float64 by mobility); rest_h in h; kill_zone_km,
    stage_km in km; terrain_speed (float64 by terrain). By cell: terrain, is_held_by_enemy (int8). active, forward, rest
    (int32), cursor (int64): see `State`. By row: state, mobility, is_tracked (int8), objective_cell (int32),
    remaining_km (float64, km), timer_h, moving_from_h, moving_to_h, static_from_h (float64, h).
    """
    tick, depth = Tick(start_h, dt_h), Depth(kill_zone_km, stage_km)
    rows = Rows(
        state, remaining_km, timer_h, moving_from_h, moving_to_h, static_from_h, is_tracked, rest, cursor
    )  # fmt: skip
    for f in range(cursor[N_FORWARD]):
        row = active[forward[f]]
        moving_from_h[row], moving_to_h[row], static_from_h[row] = 0.0, 0.0, 0.0
        if state[row] != ADVANCE and state[row] != WITHDRAW:
            continue
        cell = objective_cell[row]
        v = speed_km_h[mobility[row]] * weather * terrain_speed[terrain[cell]]
        if state[row] == WITHDRAW:
            withdraw(row, v, rest_h, tick, depth, rows)
        elif advance(row, v, tick, kill_zone_km, rows):
            # A team that finds the cell won joins those that hold it.
            state[row] = HOLD if is_held_by_enemy[cell] else WAIT


@kernel
def advance(row, v, tick, kill_zone_km, rows):
    """Move a team at v km/h towards its objective; return whether it arrives."""
    left = rows.remaining_km[row]
    start = min(tick.dt_h, max(0.0, rows.timer_h[row] - tick.start_h))
    rows.moving_from_h[row] = min(tick.dt_h, start + max(0.0, (left - kill_zone_km) / v))
    rows.moving_to_h[row] = rows.static_from_h[row] = min(tick.dt_h, start + left / v)
    rows.remaining_km[row] = left - v * (tick.dt_h - start)
    if rows.remaining_km[row] > 0.0:
        return False
    rows.remaining_km[row], rows.timer_h[row] = 0.0, tick.start_h + start + left / v
    return True


@kernel
def withdraw(row, v, rest_h, tick, depth, rows):
    """Move a team at v km/h towards the staging area; once it is back it rests."""
    left = rows.remaining_km[row]
    if left <= 0.0:  # back at the staging area since left / v hours ago
        rows.is_tracked[row] = 0
        send_to_rest(row, tick.start_h + left / v + rest_h, rows)
    else:
        rows.moving_to_h[row] = min(tick.dt_h, max(0.0, (left - depth.stage_km + depth.kill_zone_km) / v))
        rows.static_from_h[row] = tick.dt_h
        rows.remaining_km[row] = left - v * tick.dt_h
