"""Movement: teams go from the staging area to their objective, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.mechanisms.contract import Mechanism
from sim.mechanisms.shared.rows import send_to_rest
from sim.quantity import Params, PerMobility, quantity
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.integer_codes import ADVANCE, HOLD, N_FORWARD, WAIT, WITHDRAW
from sim.world.keyed_draws import Draws
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground


class MovementParams(Params):
    """How fast teams move."""

    speed_km_h: PerMobility = quantity("km/h", "speed in the open and in good weather")
    bad_weather_speed_factor: float = quantity("1", "factor on speed on a day of bad weather", gt=0, le=1)


class Movement(Mechanism):
    """Shorten each moving team's remaining distance and note when in the tick it is exposed.

    remaining -= v dt with v = speed_km_h x terrain_speed x weather, from the hour in timer_h at which it leaves; the
    terrain is that of the objective all the way, for a team has no position but its distance. A team is exposed on the
    move from the moment it enters the kill zone until it arrives (or, withdrawing, until it leaves the
    zone), and standing from arrival on: moving_from_h = (remaining - kill_zone_km) / v, moving_to_h = static_from_h =
    remaining / v, exact at any dt.
    """

    reads = frozenset(
        {
            "active", "forward", "is_held_by_enemy", "mobility", "objective_cell", "terrain", "terrain_speed",
            "weather_factor"
        }
    )  # fmt: skip
    writes = frozenset(
        {
            "cursor", "is_tracked", "moving_from_h", "moving_to_h", "remaining_km", "rest", "state", "static_from_h",
            "timer_h"
        }
    )  # fmt: skip

    def __init__(self, scenario: Scenario) -> None:
        self._speed_km_h = scenario.movement.speed_km_h.as_array()
        self._bad_weather = scenario.movement.bad_weather_speed_factor
        self._rest_h = scenario.reinforcement.rest_h

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Move the teams for one tick."""
        weather = 1.0 if ground.weather_factor[0] == 1.0 else self._bad_weather
        move(
            tick.start_h, tick.dt_h, weather, self._speed_km_h, ground.terrain_speed, ground.kill_zone_km,
            ground.stage_km, self._rest_h, ground.terrain, state.active, state.forward, state.state, state.mobility,
            state.objective_cell, ground.is_held_by_enemy, state.remaining_km, state.timer_h, state.moving_from_h,
            state.moving_to_h, state.static_from_h, state.is_tracked, state.rest, state.cursor,
        )  # fmt: skip


@kernel
def move(
    hour, dt, weather, speed_km_h, terrain_speed, kill_zone_km, stage_km, rest_h, terrain, active, forward, state,
    mobility, objective_cell, is_held_by_enemy, remaining_km, timer_h, moving_from_h, moving_to_h, static_from_h,
    is_tracked, rest, cursor,
):  # fmt: skip
    """Advance and withdraw the forward teams; those back at the staging area rest, those that arrive wait or hold."""
    for f in range(cursor[N_FORWARD]):
        row = active[forward[f]]
        moving_from_h[row], moving_to_h[row], static_from_h[row] = 0.0, 0.0, 0.0
        if state[row] != ADVANCE and state[row] != WITHDRAW:
            continue
        v = speed_km_h[mobility[row]] * weather * terrain_speed[terrain[objective_cell[row]]]
        left = remaining_km[row]
        if state[row] == ADVANCE:
            start = min(dt, max(0.0, timer_h[row] - hour))
            moving_from_h[row] = min(dt, start + max(0.0, (left - kill_zone_km) / v))
            moving_to_h[row] = static_from_h[row] = min(dt, start + left / v)
            remaining_km[row] = left - v * (dt - start)
            if remaining_km[row] <= 0.0:
                # Those who find the cell won join its holders.
                state[row] = HOLD if is_held_by_enemy[objective_cell[row]] else WAIT
                remaining_km[row], timer_h[row] = 0.0, hour + start + left / v
        elif left <= 0.0:  # back at the staging area since left / v hours ago
            is_tracked[row] = 0
            send_to_rest(row, hour + left / v + rest_h, state, timer_h, rest, cursor)
        else:
            moving_to_h[row] = min(dt, max(0.0, (left - stage_km + kill_zone_km) / v))
            static_from_h[row] = dt
            remaining_km[row] = left - v * dt
