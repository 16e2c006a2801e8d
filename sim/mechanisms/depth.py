"""Depth: the line is as strong as the soldiers there are; it digs in, moves and falls back."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from sim.mechanisms.mechanism_interface import Mechanism
from sim.quantity import MAX_DAY, Params, quantity
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.keyed_draws import Draws
from sim.world.state import State


class DepthParams(Params):
    """A line of the soldiers there are, with stocks by sector."""

    flow_days: float = quantity(
        "day", "time constant with which soldiers move to a sector that needs them", gt=0, le=MAX_DAY
    )


class DepthValues(NamedTuple):
    """The values of DepthParams."""

    flow_days: float


class Depth(Mechanism):
    """A line of the soldiers there are, with stocks by sector."""

    reads: ClassVar[frozenset[str]] = frozenset()
    writes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, values: DepthValues) -> None:
        self._values = values

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick."""
