"""Reserves: units of both sides stand back, are sent to a sector, counter-attack, and refit."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from sim.mechanisms.mechanism_interface import Mechanism
from sim.quantity import Params, quantity
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.keyed_draws import Draws
from sim.world.state import State


class ReservesParams(Params):
    """Units in reserve, their journeys, counter-attacks and refits."""

    packet: int = quantity("soldiers", "soldiers of a unit in reserve", ge=1, le=100_000)


class ReservesValues(NamedTuple):
    """The values of ReservesParams."""

    packet: int


class Reserves(Mechanism):
    """Units in reserve, their journeys, counter-attacks and refits."""

    reads: ClassVar[frozenset[str]] = frozenset()
    writes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, values: ReservesValues) -> None:
        self._values = values

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick."""
