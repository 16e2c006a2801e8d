"""Reserves: units of both sides stand back, are sent to a sector, counter-attack, and refit.

The commanders send them (`sim.campaign.reserve_orders`); this mechanism brings them there and lets them act.
"""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared import front
from sim.mechanisms.shared.counterattacks import Fight, launch
from sim.mechanisms.shared.front import redraw_front
from sim.mechanisms.shared.quality import with_quality
from sim.mechanisms.shared.transferred_soldiers import take_from_rear
from sim.quantity import MAX_DAY, MAX_H, MAX_KM, Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.ground import Ground
from sim.world.integer_codes import (
    ATTACKER,
    BEHIND_SECTOR,
    DEFENDER,
    EXPLOIT,
    GO_BACK,
    ON_THE_ROAD,
    REFITTING,
    RESERVE_ARRIVED,
    STANDING_BACK,
    STRIKE_BACK,
)
from sim.world.keyed_draws import RESERVES, Draws, binomial, uniform
from sim.world.state import State

DAYS_PER_WEEK = 7.0
FIRST_UNIT = 1 << 24  # draws of units are numbered from here, those of cells lie below


class ReservesParams(Params):
    """Units in reserve, their journeys, counter-attacks and refits."""

    packet: int = quantity("soldiers", "soldiers of a unit in reserve", ge=1, le=100_000)
    prep_h: float = quantity("h", "time from the order until a unit sets out", ge=0, le=MAX_H)
    behind_km: float = quantity("km", "road from where units stand back to the line", ge=0, le=MAX_KM)
    fresh_days: float = quantity("day", "time for which lost ground counts as fresh", ge=0, le=MAX_DAY)
    ca_ratio: float = quantity("1", "strength of a counter-attack relative to those who hold the cell", ge=0, le=1000)
    ca_exposed_km: float = quantity("km", "way to a counter-attack that lies under the enemy's drones", ge=0, le=MAX_KM)
    ca_hazard_per_km: float = quantity(
        "1/km", "losses on that way per kilometre when all of the enemy's crews are free", ge=0, le=100
    )
    ca_per_week: float = quantity("1/week", "most counter-attacks of a unit in a week", ge=0, le=7)
    refit_at: float = quantity("1", "share of its soldiers after whose loss a unit is refitted", ge=0, le=1)
    refit_days: float = quantity("day", "length of a refit, in which an empty unit is filled", gt=0, le=MAX_DAY)


class ReservesValues(NamedTuple):
    """Values of ReservesParams, the road's and the fight's, and the hour of a ceasefire; units as declared there."""

    behind_km: float
    fresh_days: float
    ca_ratio: float
    ca_exposed_km: float
    ca_hazard_per_km: float
    ca_per_week: float
    refit_at: float
    refit_days: float
    road_loss_per_km: float
    attacker_loss_per_defender_h: float
    defender_loss_per_attacker_h: float
    breakpoint_attacker: float
    breakpoint_defender: float
    ceasefire_h: float


class Reserves(Mechanism):
    """Bring units to their sector, let them plug it, exploit or counter-attack, and refit them.

    A unit of n soldiers that was sent arrives at its hour (order + prep + road), when Binomial(n, exp(-road_loss_per_km
    x km)) of them are left. A defending unit that plugs joins the stock of the sector; an attacking one joins the pool,
    from which its soldiers go to the garrisons (plug) or objectives (exploit) of its axis within a day or so. A unit
    sent to counter-attack stays behind the sector: in the morning, ca_per_week times a week at most, it attacks a cell
    taken in the last fresh_days (see `counterattacks`). A unit that has lost refit_at of its soldiers, or given them
    away, refits for refit_days and takes in home / refit_days soldiers per day, while there are any: of the defender
    from those who rest, of the attacker from the pool.
    """

    reads: ClassVar[frozenset[str]] = front.READS | frozenset(
        {
            "active", "axis", "crew_free_at_h", "crew_side", "forward", "fortification", "group_id", "is_edge",
            "line_cells", "line_count", "mobility", "neighbours", "objective_cell", "quality", "section_of_cell",
            "sector", "target_soldiers", "unit_home", "unit_km", "unit_side", "weather_factor"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = front.WRITES | frozenset(
        {
            "assault_force", "control", "count", "cursor", "events", "front_version", "is_connected",
            "is_held_by_enemy", "line", "line_cells", "line_count", "losses", "n_events", "n_soldiers", "pool",
            "pool_soldiers", "remaining_km", "reserve_due", "rest", "resting", "state", "stock", "taken_h", "timer_h",
            "unit_arrives_h", "unit_attack_h", "unit_axis", "unit_mode", "unit_refit_until_h", "unit_soldiers",
            "unit_status", "was_city_encircled", "was_city_lost"
        }
    )  # fmt: skip
    acts_in_ceasefire: ClassVar[bool] = True

    def __init__(self, values: ReservesValues) -> None:
        self._values = values

    def begin(self, state: State, ground: Ground) -> None:
        """Make room for the chains of teams in a cell, and for a search over cells."""
        self._following = np.zeros(len(state.active), np.int32)
        self._reached, self._stack = np.zeros(ground.n_cells, np.int8), np.zeros(ground.n_cells, np.int32)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick: arrivals at any hour, counter-attacks and refits in the morning."""
        hour = tick.start_h
        if earliest(state.unit_arrives_h) <= hour:
            for unit in np.flatnonzero(state.unit_arrives_h <= hour).tolist():
                self._arrive(unit, state, ground, tick, draws)
        if tick.is_new_day and state.unit_status.any():
            if hour < self._values.ceasefire_h:
                self._counterattack(state, ground, tick, draws)
            self._refit(state, hour)

    def _arrive(self, unit: int, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Strike off who was lost on the road, none in a ceasefire; the unit stands or gives its soldiers away."""
        side, axis, mode = int(state.unit_side[unit]), int(state.unit_axis[unit]), int(state.unit_mode[unit])
        n = int(state.unit_soldiers[unit])
        hazard = self._values.road_loss_per_km if tick.start_h < self._values.ceasefire_h else 0.0
        p_lost = 1.0 - math.exp(-hazard * float(state.unit_km[unit]))
        n_lost = binomial(uniform(draws.stream(RESERVES, tick), FIRST_UNIT + unit, 0), n, p_lost)
        state.losses[side, ON_THE_ROAD] += n_lost
        state.unit_soldiers[unit] = n = n - n_lost
        state.unit_arrives_h[unit] = np.inf
        if mode == GO_BACK:
            state.unit_status[unit], state.unit_axis[unit] = STANDING_BACK, -1
            return
        state.log(RESERVE_ARRIVED, tick.start_h, value=float(n))
        state.unit_status[unit] = BEHIND_SECTOR
        if mode != STRIKE_BACK:
            state.unit_soldiers[unit] = 0
            self._begin_refit(unit, state, tick.start_h)
            if side == DEFENDER:
                state.stock[side, sector_of(axis, ground)] += n
            else:
                state.form_teams(n)
                state.reserve_due[int(mode == EXPLOIT), axis] += n

    def _counterattack(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Let each unit that stands ready behind a sector attack once, if there is a cell worth it."""
        p, hour = self._values, tick.start_h
        is_ready = (state.unit_status == BEHIND_SECTOR) & (state.unit_mode == STRIKE_BACK)
        is_ready &= (state.unit_attack_h <= hour) & (state.unit_soldiers > 0)
        if p.ca_per_week <= 0.0 or not is_ready.any():
            return
        crews = state.crew_free_at_h[state.crew_side == ATTACKER]
        free = float(np.mean(crews <= hour)) if len(crews) else 0.0
        hazard = p.ca_hazard_per_km * p.ca_exposed_km * free * float(ground.weather_factor[0])
        rates = p.attacker_loss_per_defender_h, p.defender_loss_per_attacker_h
        fight = with_quality(Fight(*rates, p.breakpoint_attacker, p.breakpoint_defender, hazard), state)
        version = int(ground.front_version[0])
        for unit in np.flatnonzero(is_ready).tolist():
            cell, n = launch(
                int(state.unit_axis[unit]), int(state.unit_soldiers[unit]), p.ca_ratio,
                hour - p.fresh_days * H_PER_DAY, hour, fight, ground.stage_km, draws.stream(RESERVES, tick),
                self._following, self._reached, self._stack, state.objective_cell[: state.n_sections], state.active,
                state.forward, state.cursor, state.state, state.n_soldiers, state.objective_cell, state.group_id,
                state.timer_h, state.remaining_km, state.mobility, ground.axis, ground.control, ground.neighbours,
                ground.is_connected, ground.fortification, ground.target_soldiers, ground.taken_h,
                state.section_of_cell, ground.front_version, state.losses, state.count, state.stock, state.events,
                state.n_events,
            )  # fmt: skip
            if cell >= 0:
                state.unit_soldiers[unit] = n
                state.unit_attack_h[unit] = hour + DAYS_PER_WEEK * H_PER_DAY / p.ca_per_week
                if n <= (1.0 - p.refit_at) * state.unit_home[unit]:
                    self._begin_refit(unit, state, hour)
        if int(ground.front_version[0]) != version:
            redraw_front(state, ground, hour)

    def _begin_refit(self, unit: int, state: State, hour: float) -> None:
        state.unit_status[unit], state.unit_axis[unit] = REFITTING, -1
        state.unit_refit_until_h[unit] = hour + self._values.refit_days * H_PER_DAY

    def _refit(self, state: State, hour: float) -> None:
        """Fill the units in refit from the rear; one whose time is over and that is strong enough stands back."""
        p = self._values
        for unit in np.flatnonzero(state.unit_status == REFITTING).tolist():
            side, home, n = int(state.unit_side[unit]), int(state.unit_home[unit]), int(state.unit_soldiers[unit])
            gain = take_from_rear(state, side, max(0, min(math.ceil(home / p.refit_days), home - n)))
            state.unit_soldiers[unit] = n = n + gain
            if hour >= state.unit_refit_until_h[unit] and n > (1.0 - p.refit_at) * home:
                state.unit_status[unit] = STANDING_BACK


@kernel
def earliest(hours):
    """Return the least of some hours (float64): asked in each tick, where numpy takes ten times as long on so few."""
    least = math.inf
    for hour in hours:
        least = min(least, hour)
    return least


def sector_of(axis: int, ground: Ground) -> int:
    """Return whose stock the line of an axis draws on: its own, or 0 where one stock serves all."""
    cells = ground.line_cells[: ground.line_count[1]]
    at = cells[ground.axis[cells] == axis]
    return int(ground.sector[at[0]]) if len(at) else axis if ground.sector.any() else 0
