"""Forces: soldiers arrive and leave on dates, replacements change with time, training wears and returns."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from sim.mechanisms.mechanism_interface import Mechanism
from sim.quantity import MAX_DAY, Params, quantity
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.keyed_draws import Draws
from sim.world.state import State


class ForcesParams(Params):
    """Transfers, replacements and training of the two forces."""

    season_days: float = quantity(
        "day", "time constant with which soldiers out of contact gain training", gt=0, le=MAX_DAY
    )


class ForcesValues(NamedTuple):
    """The values of ForcesParams."""

    season_days: float


class Forces(Mechanism):
    """Transfers, replacements and training of the two forces."""

    reads: ClassVar[frozenset[str]] = frozenset()
    writes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, values: ForcesValues) -> None:
        self._values = values

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick."""
