"""Pockets: ground cut off without a defender is taken over in some days, without an assault."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from sim.mechanisms.mechanism_interface import Mechanism
from sim.quantity import MAX_H, Params, quantity
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.keyed_draws import Draws
from sim.world.state import State


class PocketsParams(Params):
    """What becomes of ground that is cut off."""

    mop_up_h: float = quantity(
        "h", "time in which an empty cell of a pocket beside the enemy changes hands", gt=0, le=MAX_H
    )


class PocketsValues(NamedTuple):
    """The values of PocketsParams."""

    mop_up_h: float


class Pockets(Mechanism):
    """What becomes of ground that is cut off."""

    reads: ClassVar[frozenset[str]] = frozenset()
    writes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, values: PocketsValues) -> None:
        self._values = values

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick."""
