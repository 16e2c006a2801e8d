"""One file an effect; this one says what a mechanism is and in which order they act in a tick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from sim.errors import InputError
from sim.mechanisms.artillery import Artillery
from sim.mechanisms.calendar import Calendar
from sim.mechanisms.cohesion import Cohesion
from sim.mechanisms.command import Command
from sim.mechanisms.control import Control
from sim.mechanisms.detection import Detection
from sim.mechanisms.direct_fire import DirectFire
from sim.mechanisms.drone_strikes import DroneStrikes
from sim.mechanisms.movement import Movement
from sim.mechanisms.reinforcement import Reinforcement
from sim.mechanisms.supply import Supply

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.clock import Tick
    from sim.world.ground import Ground
    from sim.world.keyed_draws import Draws
    from sim.world.state import State


class Mechanism(Protocol):
    """What acts in a tick: it declares the arrays of State and Ground it reads and fills, and takes its values once."""

    reads: frozenset[str]
    writes: frozenset[str]

    def __init__(self, scenario: Scenario) -> None: ...

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick."""


PHASES: dict[str, type[Mechanism]] = {
    "calendar": Calendar,  # what is dated happens before anybody acts on it
    "reinforcement": Reinforcement,  # soldiers arrive before orders send them
    "command": Command,  # orders come before movement
    "movement": Movement,  # who moves is exposed in this tick
    "detection": Detection,  # only the exposed are found
    "drone_strikes": DroneStrikes,  # only the found are struck
    "artillery": Artillery,  # area fire on the tracked, after the drones, which are faster
    "direct_fire": DirectFire,  # those who got through fight
    "cohesion": Cohesion,  # what was suffered frightens the neighbours
    "supply": Supply,  # once a day: what the roads still bring
    "control": Control,  # ground changes hands last, on what the tick left
}

# What a ceasefire leaves running: soldiers and supply still arrive. All else is what it forbids: orders, movement,
# search, fire, breaking out, and ground that changes hands.
GO_ON_IN_A_CEASEFIRE = frozenset({"calendar", "reinforcement", "supply"})

# Stream 0 of the draws belongs to no mechanism of the model: one of your own may draw from it and moves nobody's dice.
OWN_STREAM = 0


def added(mechanisms: Mapping[str, type[Mechanism]]) -> list[str]:
    """Return the names of those that are not the model's; raises InputError when one of the model's is missing."""
    missing = [name for name in PHASES if name not in mechanisms]
    if missing:
        raise InputError([f"mechanisms: {', '.join(missing)} is missing; name under off: what a scenario switches off"])
    return [name for name, mechanism in mechanisms.items() if PHASES.get(name) is not mechanism]
