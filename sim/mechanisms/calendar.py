"""Calendar: the weather of the day, and the ceasefire."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

from sim.mechanisms.mechanism_interface import Mechanism
from sim.quantity import MAX_DAY, Params, quantity, setting
from sim.world.clock import H_PER_DAY, Tick
from sim.world.ground import Ground
from sim.world.integer_codes import CEASEFIRE_BEGAN
from sim.world.keyed_draws import CALENDAR, Draws, uniform
from sim.world.state import State


class CalendarParams(Params):
    """Weather and the ceasefire; dated transfers of soldiers stand with `forces`."""

    p_good_weather: float = quantity("1", "probability that a day's weather is good", ge=0, le=1)
    bad_weather_factor: float = quantity("1", "factor of bad weather on search and on crews' pace", gt=0, le=1)
    ceasefire_day: float | None = setting(
        "day", "day, with its fraction, at which the fighting stops (null: never)", ge=0, le=MAX_DAY
    )


class CalendarValues(NamedTuple):
    """The weather, and the day of the ceasefire (None: never)."""

    p_good_weather: float
    bad_weather_factor: float
    ceasefire_day: float | None


def ceasefire_h(ceasefire_day: float | None) -> float:
    """Return the hour at which operations stop; infinite when there is no day of a ceasefire."""
    return math.inf if ceasefire_day is None else ceasefire_day * H_PER_DAY


class Calendar(Mechanism):
    """Draw each day's weather, and log when a ceasefire begins.

    weather_factor = 1 with probability p_good_weather, else bad_weather_factor, one draw per day for the sector.
    What a ceasefire stops is up to the campaign (see `Mechanism.acts_in_ceasefire`).
    """

    reads: ClassVar[frozenset[str]] = frozenset[str]()
    writes: ClassVar[frozenset[str]] = frozenset({"events", "n_events", "weather_factor"})

    acts_in_ceasefire: ClassVar[bool] = True

    def __init__(self, values: CalendarValues) -> None:
        self._values = values
        self._ceasefire_h = ceasefire_h(values.ceasefire_day)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Apply what falls on this tick's start."""
        if tick.is_new_day:
            is_good = uniform(draws.stream(CALENDAR, tick), 0, 0) < self._values.p_good_weather
            ground.weather_factor[0] = 1.0 if is_good else self._values.bad_weather_factor
        if tick.start_h <= self._ceasefire_h < tick.end_h:
            state.log(CEASEFIRE_BEGAN, tick.start_h)
