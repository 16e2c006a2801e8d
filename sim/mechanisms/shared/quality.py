"""How the training of both sides enters close combat."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from sim.world.integer_codes import ATTACKER, DEFENDER
from sim.world.state import State
from sim.world.value_records import record_of

V = TypeVar("V", bound=NamedTuple)
# The values that follow training: with so few, writing them is cheaper than another record.
FOLLOWING = (
    "attacker_loss_per_defender_h", "defender_loss_per_attacker_h", "breakpoint_attacker", "breakpoint_defender"
)  # fmt: skip
LEAST_BREAKPOINT, MOST_BREAKPOINT = 0.2, 0.9


class WithQuality(Generic[V]):
    """Values of close combat that follow the training of both sides, calculated again only when it changes."""

    def __init__(self, values: V) -> None:
        self._values = self._now = values
        self._record = record_of(values)
        self._quality = (1.0, 1.0)

    def __call__(self, state: State) -> V:
        """Return the values for the present training."""
        quality = (float(state.quality[ATTACKER]), float(state.quality[DEFENDER]))
        if quality != self._quality:
            self._quality, self._now = quality, with_quality(self._values, state)
            for name in FOLLOWING:
                self._record[name] = getattr(self._now, name)
        return self._now

    def record(self, state: State) -> np.ndarray:
        """Return the values for the present training as a record, see `record_of`."""
        self(state)
        return self._record


def with_quality(values: V, state: State) -> V:
    """Return the values of close combat for the training q of both sides; the same ones while q is 1.

    attacker_loss_per_defender_h x q_d, defender_loss_per_attacker_h x q_a; breakpoints b q, from 0.2 to 0.9.
    """
    q_attacker, q_defender = float(state.quality[ATTACKER]), float(state.quality[DEFENDER])
    if q_attacker == q_defender == 1.0:
        return values
    old: Any = values
    new: V = old._replace(
        attacker_loss_per_defender_h=old.attacker_loss_per_defender_h * q_defender,
        defender_loss_per_attacker_h=old.defender_loss_per_attacker_h * q_attacker,
        breakpoint_attacker=breakpoint_of(old.breakpoint_attacker, q_attacker),
        breakpoint_defender=breakpoint_of(old.breakpoint_defender, q_defender),
    )
    return new


def breakpoint_of(share: float, quality: float) -> float:
    """Return the share of losses at which a side of some training breaks: share x quality, within 0.2 and 0.9.

    A share that lies outside itself stays the bound, so that training of 1 changes nothing.
    """
    return min(max(share * quality, min(share, LEAST_BREAKPOINT)), max(share, MOST_BREAKPOINT))
