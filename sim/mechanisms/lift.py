"""Lift: supply, roads and commanders limit how many soldiers an axis can send; density costs."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.quantity import MAX_DAY, MAX_KM, Params, quantity
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.integer_codes import ATTACKER
from sim.world.keyed_draws import Draws
from sim.world.state import State


class LiftParams(Params):
    """Limits of mass: approach routes, readiness and congestion."""

    axis_per_km_day: float = quantity(
        "1/km/day", "soldiers that the approach routes of an axis carry per km of its front at the start", ge=0, le=1e6
    )
    total_per_km_day: float = quantity(
        "1/km/day", "soldiers that all approach routes together carry per km of front at the start", ge=0, le=1e6
    )
    groups_per_axis_day: float = quantity(
        "groups/day", "groups that the commanders of one axis can send forward", ge=0, le=1e6
    )
    ready_days: float = quantity(
        "day", "time constant with which an axis regains its readiness to attack", ge=1, le=MAX_DAY
    )
    wear_km_per_assault: float = quantity(
        "km", "readiness lost per group that assaults, on one km of front at the start", ge=0, le=MAX_KM
    )
    congestion_km: float = quantity(
        "km", "growth of the sweep width against a moving group for each group on the move per km of front", ge=0,
        le=MAX_KM
    )  # fmt: skip
    demand_t_per_attacker_day: float = quantity(
        "t/day", "daily supply demand per attacking soldier forward or in a garrison", ge=0, le=1000
    )
    demand_t_per_soldier_sent: float = quantity("t", "supply that an attacker sent forward takes along", ge=0, le=1000)
    demand_t_per_shell: float = quantity("t", "mass of a shell of the attacker, with charge and packing", ge=0, le=10)
    lift_km: float = quantity(
        "km", "length over which the throughput of the attacker's lines falls by a factor of 2.7", gt=0, le=MAX_KM
    )


class LiftValues(NamedTuple):
    """The values of Lift; units and meanings are those of LiftParams, group_size is the attacker's."""

    axis_per_km_day: float
    total_per_km_day: float
    groups_per_axis_day: float
    ready_days: float
    wear_km_per_assault: float
    group_size: int
    bad_weather_speed_factor: float


class Lift(Mechanism):
    """Limit what each axis sends forward in a day.

    R_s = rd_s x min(order_s, axis_per_km_day L_s level_s mud, groups_per_axis_day group_size), all axes together at
    most the sum of total_per_km_day L_s level_s mud before readiness, cut in proportion. L_s is the front of the start:
    approach routes do not grow with a salient; order_s the ordered release by effort among the axes with an objective;
    mud = bad_weather_speed_factor on a day of bad weather. Readiness: rd' = (1 - rd) / ready_days - wear_km_per_assault
    A_s / L_s with the assaults A_s of the day before, from 0 to 1; under constant assaults it goes to 1 - ready_days
    wear A_s / L_s. Congestion acts in `Detection`, the attacker's demand in `Supply`.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {"assaults", "front_km_by_axis", "n_objectives", "supply_level", "weather_factor"}
    )
    writes: ClassVar[frozenset[str]] = frozenset({"effort", "readiness", "release_per_day"})

    def __init__(self, values: LiftValues) -> None:
        self._values = values

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Renew readiness and limit the day's release, at the start of a day."""
        if not tick.is_new_day:
            return
        p, front_km = self._values, np.maximum(ground.front_km_by_axis, 1e-9)
        rested = state.readiness + (1.0 - state.readiness) / p.ready_days
        state.readiness[:] = np.clip(rested - p.wear_km_per_assault * state.assaults / front_km, 0.0, 1.0)
        effort = np.where(state.n_objectives > 0, state.effort, 0.0)
        ordered = float(state.release_per_day[0]) * effort / max(float(effort.sum()), 1e-12)
        mud = 1.0 if ground.weather_factor[0] == 1.0 else p.bad_weather_speed_factor
        routes_km = ground.front_km_by_axis * state.supply_level[ATTACKER] * mud
        sent = np.minimum(ordered, p.axis_per_km_day * routes_km)
        sent = np.minimum(sent, p.groups_per_axis_day * p.group_size)
        total = p.total_per_km_day * float(routes_km.sum())
        sent *= min(1.0, total / max(float(sent.sum()), 1e-12)) * state.readiness
        state.release_per_day[0] = sent.sum()
        state.effort[:] = sent / max(float(sent.sum()), 1e-12)
