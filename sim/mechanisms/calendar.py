"""Calendar: dated events and the weather of the day."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.mechanisms.contract import Mechanism
from sim.quantity import Params, quantity, setting
from sim.world.clock import H_PER_DAY, Tick
from sim.world.integer_codes import CEASEFIRE_BEGAN, DIVERSION_RETURNED
from sim.world.keyed_draws import CALENDAR, Draws, uniform
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground


class CalendarParams(Params):
    """Weather and the ceasefire; the dated diversion stands with the attacker's force."""

    p_good_weather: float = quantity("1", "probability that a day's weather is good", ge=0, le=1)
    bad_weather_factor: float = quantity("1", "factor of bad weather on search and on crews' pace", gt=0, le=1)
    ceasefire_day: float | None = setting("day", "day from whose hour on nobody fights (null: never)", ge=0)


def ceasefire_h(scenario: Scenario) -> float:
    """Return the hour at which operations stop; infinite when there is no ceasefire, or no calendar to bring it."""
    day = scenario.calendar.ceasefire_day
    return math.inf if day is None or "calendar" in scenario.off else day * H_PER_DAY


class Calendar(Mechanism):
    """Draw each day's weather, bring back diverted soldiers at their hour, and tell when a ceasefire begins.

    weather_factor = 1 with probability p_good_weather, else bad_weather_factor, one draw a day for the sector.
    On the return day share_free_for_pokrovsk x (russian + north_korean) soldiers join the pool.
    What a ceasefire stops is up to the campaign (see `Mechanism.acts_in_ceasefire`).
    """

    reads = frozenset[str]()
    writes = frozenset(
        {
            "away", "cursor", "events", "n_events", "n_soldiers", "pool", "pool_soldiers", "state", "unassigned",
            "weather_factor"
        }
    )  # fmt: skip

    acts_in_ceasefire = True

    def __init__(self, scenario: Scenario) -> None:
        self._params = scenario.calendar
        diversion = scenario.attacker.diversion
        away = diversion.russian + diversion.north_korean
        self._ceasefire_h = ceasefire_h(scenario)
        self._return_h = diversion.return_day * H_PER_DAY
        self._n_return = round(diversion.share_free_for_pokrovsk * away)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Apply what falls on this tick's start."""
        if tick.is_new_day:
            is_good = uniform(draws.stream(CALENDAR, tick), 0, 0) < self._params.p_good_weather
            ground.weather_factor[0] = 1.0 if is_good else self._params.bad_weather_factor
        if tick.start_h <= self._return_h < tick.end_h and self._n_return:
            state.away[0] -= self._n_return
            state.form_teams(self._n_return)
            state.log(DIVERSION_RETURNED, tick.start_h, value=self._n_return)
        if tick.start_h <= self._ceasefire_h < tick.end_h:
            state.log(CEASEFIRE_BEGAN, tick.start_h)
