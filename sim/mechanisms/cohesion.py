"""Cohesion: raids and lost neighbours frighten a section; it recovers with time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.clock import Tick
from sim.draws import Draws
from sim.kernels import kernel
from sim.quantity import Params, quantity
from sim.state import State

if TYPE_CHECKING:
    from sim.ground import Ground
    from sim.schema import Scenario


class CohesionParams(Params):
    """What fear does to a line section."""

    raid_fear: float = quantity("1", "cohesion lost when a neighbouring cell is raided or lost", ge=0, le=1)
    floor: float = quantity("1", "least cohesion of a section", ge=0, le=1)
    recovery_h: float = quantity("h", "time constant with which cohesion recovers", gt=0)


class Cohesion:
    """Lower the cohesion of cells beside those raided or lost in this tick, and let every cell recover.

    c <- max(floor, c - raid_fear x raids beside it), then c <- 1 - (1 - c) exp(-dt / recovery_h). Cohesion scales a
    section's fire and how strong it looks to those who wait before it (see direct fire).
    """

    reads = frozenset({"neighbours", "objective_cell"})
    writes = frozenset({"cohesion", "raids"})

    def __init__(self, scenario: Scenario) -> None:
        self._params = scenario.cohesion

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Spread one tick's fear and one tick's recovery."""
        p = self._params
        kept = math.exp(-tick.dt_h / p.recovery_h)
        cells = state.objective_cell[: state.n_sections]
        shake(p.raid_fear, p.floor, kept, cells, ground.neighbours, ground.raids, ground.cohesion)


@kernel
def shake(raid_fear, floor, kept, cells, neighbours, raids, cohesion):
    """Apply the raids of a tick to the neighbours of the cells raided, then recover; clear the raids."""
    for cell in cells:
        if raids[cell] > 0:
            for j in range(4):
                other = neighbours[cell, j]
                if other >= 0:
                    cohesion[other] = max(floor, cohesion[other] - raid_fear * raids[cell])
            raids[cell] = 0
    for cell in cells:
        cohesion[cell] = 1.0 - (1.0 - cohesion[cell]) * kept
