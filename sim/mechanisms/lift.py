"""Lift: supply, roads and commanders limit how many soldiers an axis can send; density costs."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from sim.mechanisms.mechanism_interface import Mechanism
from sim.quantity import MAX_DAY, Params, quantity
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.keyed_draws import Draws
from sim.world.state import State


class LiftParams(Params):
    """Limits of mass: approach routes, readiness and congestion."""

    ready_days: float = quantity(
        "day", "time constant with which an axis regains its readiness to attack", gt=0, le=MAX_DAY
    )


class LiftValues(NamedTuple):
    """The values of LiftParams."""

    ready_days: float


class Lift(Mechanism):
    """Limits of mass: approach routes, readiness and congestion."""

    reads: ClassVar[frozenset[str]] = frozenset()
    writes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, values: LiftValues) -> None:
        self._values = values

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick."""
