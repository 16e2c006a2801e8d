"""Detection: random search of the kill zone by the defender's sensors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.mechanisms.contract import Mechanism
from sim.mechanisms.shared.drone_crews import CrewPlaces, pick_crew, place_crews
from sim.mechanisms.shared.rows import beyond_km, end_of_group, soldiers_of
from sim.quantity import Params, PerMobility, quantity
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD
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

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground


# A group's draws in a tick: one for each time it is found or lost, and, from here on, who sees it.
WHO_SEES = 1000


class DetectionParams(Params):
    """Sensors and signatures."""

    n_sensors: float = quantity("sensors", "reconnaissance drones in the air over the sector", ge=0)
    sensor_speed_km_h: float = quantity("km/h", "search speed of a sensor", ge=0)
    sweep_width_km: PerMobility = quantity("km", "sweep width against a moving group of four")
    sweep_width_waiting_km: float = quantity("km", "sweep width against four soldiers waiting or fighting", ge=0)
    sweep_width_holding_km: float = quantity("km", "sweep width against four soldiers holding won ground", ge=0)
    track_loss_per_h: PerMobility = quantity("1/h", "rate at which a track is lost")


class Detection(Mechanism):
    """Let groups be found and lost again, and note the intervals in which they are tracked.

    A group in the kill zone is found at rate W v n w / A (Koopman's random search: P(found by t) = 1 - exp(-W v n t
    / A)), W = sweep width x sqrt(soldiers / 4) x terrain_signature of the objective, v = sensor_speed_km_h, n =
    n_sensors, w = weather, A = front_km x kill_zone_km; a track is lost at track_loss_per_h. The two alternate to the
    tick's end in continuous time, or to the hour at which a group leaves the zone or reaches ground of its own side.
    The crew that sees it, any one in reach, is its owner. Draws are keyed by group.
    """

    reads = frozenset(
        {
            "active", "control", "crew_cell", "crew_side", "cursor", "forward", "group_id", "mobility", "moving_from_h",
            "moving_to_h", "n_soldiers", "objective_cell", "remaining_km", "state", "static_from_h", "terrain",
            "terrain_signature", "weather_factor", "x_km", "y_km"
        }
    )  # fmt: skip
    writes = frozenset({"is_tracked", "n_tracks", "owner_crew", "track_at", "track_from_h", "track_to_h"})

    def __init__(self, scenario: Scenario) -> None:
        p = scenario.detection
        self._search = p.n_sensors * p.sensor_speed_km_h
        self._width = np.concatenate(
            [p.sweep_width_km.as_array(), [p.sweep_width_waiting_km, p.sweep_width_holding_km]]
        )
        self._track_loss = p.track_loss_per_h.as_array()
        self._reach_km = scenario.drone_strikes.defender.range_km
        self._crews = CrewPlaces(scenario.drone_strikes.defender.n_crews)
        self._set_back_km = scenario.drone_strikes.defender.set_back_km

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Write the tick's tracked intervals."""
        area_km2 = ground.front_km * ground.kill_zone_km
        rate = self._search * ground.weather_factor[0] / area_km2 if area_km2 > 0.0 else 0.0
        track_groups(
            tick.dt_h, rate, self._width, self._track_loss, self._reach_km, self._set_back_km, ground.stage_km,
            ground.terrain, ground.terrain_signature, ground.control, draws.stream(DETECTION, tick), state.active,
            state.forward, state.cursor, state.state, state.group_id, state.n_soldiers, state.mobility,
            state.objective_cell, state.remaining_km, state.moving_from_h, state.moving_to_h, state.static_from_h,
            state.is_tracked, state.owner_crew, state.crew_side, state.crew_cell,
            self._crews.km, self._crews.in_reach, ground.x_km, ground.y_km,
            state.track_at, state.track_from_h, state.track_to_h, state.n_tracks,
        )  # fmt: skip


@kernel
def found_at(t, e, moving_from, moving_to, static_from, until, moving_rate, static_rate):
    """Return when, from t on, the integral of the piecewise constant rate reaches e; infinite if not by `until`."""
    start = max(t, moving_from)
    if start < moving_to:
        if e < (moving_to - start) * moving_rate:
            return start + e / moving_rate
        e -= (moving_to - start) * moving_rate
    start = max(t, static_from)
    if start < until and e < (until - start) * static_rate:
        return start + e / static_rate
    return math.inf


@kernel
def track_groups(
    dt, rate, width, track_loss, reach_km, set_back_km, stage_km, terrain, terrain_signature, control, stream, active,
    forward, cursor, state, group_id, n_soldiers, mobility, objective_cell, remaining_km, moving_from_h, moving_to_h,
    static_from_h, is_tracked, owner_crew, crew_side, crew_cell, crew_km, in_reach, x_km, y_km, track_at, track_from_h,
    track_to_h, n_tracks,
):  # fmt: skip
    """Alternate found and lost for each exposed group; width holds the four mobilities, then waiting, holding."""
    n_tracks[0] = 0
    first_crew = place_crews(DEFENDER, crew_side, crew_cell, x_km, y_km, crew_km)
    f = 0
    while f < cursor[N_FORWARD]:
        i = forward[f]
        j = end_of_group(i, cursor[N_ACTIVE], active, group_id)
        row = active[i]
        now = state[row]
        is_seen = now == ADVANCE or now == WAIT or now == ASSAULT or now == HOLD or now == WITHDRAW
        size = soldiers_of(i, j, active, n_soldiers)
        if is_seen and size > 0:
            cell = objective_cell[row]
            signature = math.sqrt(size / 4.0) * terrain_signature[terrain[cell]]
            moving = rate * width[mobility[row]] * signature
            standing = rate * (width[5] if now == HOLD else width[4]) * signature
            # Who arrives on own ground joins its garrison there and then, though control says so at the tick's end.
            is_home = now == WAIT and control[cell] == ATTACKER_HELD
            until = moving_to_h[row] if now == WITHDRAW or is_home else dt
            lost_rate = track_loss[mobility[row]]
            tracked, k, t = is_tracked[row] == 1, 0, 0.0
            while t < until:
                if not tracked:
                    e = waiting_h(stream, group_id[row], k, 1.0)
                    t = found_at(
                        t, e, moving_from_h[row], moving_to_h[row], static_from_h[row], until, moving, standing
                    )
                    if t < until:
                        tracked = True
                        beyond = set_back_km + max(0.0, beyond_km(now, remaining_km[row], stage_km))
                        u = uniform(stream, group_id[row], k + WHO_SEES)
                        place = pick_crew(u, x_km[cell], y_km[cell], beyond, reach_km, crew_km, in_reach)
                        owner_crew[row] = first_crew + place if place >= 0 else -1
                else:
                    lost = t + waiting_h(stream, group_id[row], k, lost_rate)
                    if k >= 2 * (MAX_TRACKS_PER_GROUP - 1):
                        lost = until
                    m = n_tracks[0]
                    track_at[m], track_from_h[m], track_to_h[m] = i, t, min(lost, until)
                    n_tracks[0] = m + 1
                    tracked = lost >= until
                    t = lost
                k += 1
            for a in range(i, j):
                is_tracked[active[a]], owner_crew[active[a]] = tracked and until == dt, owner_crew[row]
        f += j - i
