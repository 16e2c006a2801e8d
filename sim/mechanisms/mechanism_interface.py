"""What a mechanism is: the contract that every file of this folder, and a mechanism of your own, fulfils."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.keyed_draws import Draws
from sim.world.state import State


class Mechanism(ABC):
    """One effect of the model: it acts once per tick on the arrays of State and Ground.

    `reads` and `writes` name the arrays that it uses and those that it fills; tests hold the model's to both,
    and `sim.Campaign(..., check=True)` holds yours to `writes`. A mechanism of the model takes its own values, never a
    scenario: `sim.campaign.phases` picks them out.
    """

    reads: ClassVar[frozenset[str]] = frozenset()
    writes: ClassVar[frozenset[str]] = frozenset()
    acts_in_ceasefire: ClassVar[bool] = False
    """Whether it goes on during a ceasefire, as arrivals and supply do; fire, movement and control stop."""

    def begin(self, state: State, ground: Ground) -> None:  # noqa: B027 - most mechanisms have nothing to prepare
        """Prepare before the first tick, when the forces are deployed."""

    @abstractmethod
    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick."""
