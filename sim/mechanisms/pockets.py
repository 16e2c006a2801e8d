"""Pockets: ground cut off without a defender is taken over in some days, without an assault."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared import front
from sim.mechanisms.shared.front import redraw_front
from sim.mechanisms.shared.groups import log
from sim.quantity import MAX_H, Params, quantity
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, FRONT, Ground
from sim.world.integer_codes import CELLS_MOPPED_UP, MOPPED_UP
from sim.world.keyed_draws import POCKETS, Draws, exponential, uniform
from sim.world.state import State

# A cell is taken over after at most so many times the mean: 5 % of the exponential waiting times are cut.
LATEST = 3.0
S_PER_H = 3600.0


class PocketsParams(Params):
    """What becomes of ground that is cut off."""

    mop_up_h: float = quantity(
        "h", "time in which an empty cell of a pocket beside the enemy changes hands", gt=0, le=MAX_H
    )


class PocketsValues(NamedTuple):
    """The values of PocketsParams."""

    mop_up_h: float


class Pockets(Mechanism):
    """Let the attacker take over the empty cells of pockets, from their edge inwards.

    A cell of the defender from which no own ground leads to the edge of the map, which touches the attacker's ground
    and in which no soldier stands, changes hands mop_up_h x min(3, w) later, w exponential with mean 1, unless
    that ends before. It needs no assault and no garrison. Of n such cells n exp(-t / mop_up_h) are left after t h, t <
    3 mop_up_h. Empty ground that is connected to the edge never changes hands in this way.
    """

    reads: ClassVar[frozenset[str]] = front.READS | {"section_of_cell"}
    writes: ClassVar[frozenset[str]] = front.WRITES | {"count", "empty_since_h"}

    def __init__(self, values: PocketsValues) -> None:
        self._values = values

    def begin(self, state: State, ground: Ground) -> None:
        """Start the clocks of the cells that are empty and cut off at the start."""
        self._mop_up(state, ground, 0.0, np.zeros(4, np.uint64))

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Take over the cells whose time has come in this tick, and start the clocks of those behind them."""
        while self._mop_up(state, ground, tick.end_h, draws.lifelong(POCKETS)):
            redraw_front(state, ground, tick.end_h)

    def _mop_up(self, state: State, ground: Ground, hour: float, stream: np.ndarray) -> int:
        return mop_up(
            self._values.mop_up_h, hour, stream, ground.watch, ground.n_watch, ground.line, ground.is_connected,
            state.section_of_cell, state.n_soldiers, ground.is_held_by_enemy, ground.assault_force, ground.control,
            ground.front_version, ground.empty_since_h, state.count, state.events, state.n_events,
        )  # fmt: skip


class Cells(NamedTuple):
    """Columns by cell of the ground, the section in each cell (-1: none) and the soldiers by row of the state."""

    line: np.ndarray
    is_connected: np.ndarray
    section: np.ndarray
    n_soldiers: np.ndarray
    is_held_by_enemy: np.ndarray
    assault_force: np.ndarray


class Ledger(NamedTuple):
    """The log of events."""

    events: np.ndarray
    n_events: np.ndarray


@kernel
def mop_up(
    mop_up_h, hour, stream, watch, n_watch, line, is_connected, section_of_cell, n_soldiers, is_held_by_enemy,
    assault_force, control, front_version, empty_since_h, count, events, n_events,
):  # fmt: skip
    """Hand over the watched cells whose time has come by an hour, start or stop the clocks of the others.

    mop_up_h, hour: h. stream (4 uint64): see `Draws.lifelong`; its draws are numbered by the second in which a clock
    started. The arrays are columns of Ground and State, with the dtypes and units declared there. Return how many cells
    changed hands.
    """
    cells = Cells(line, is_connected, section_of_cell, n_soldiers, is_held_by_enemy, assault_force)
    n = 0
    for i in range(n_watch[0]):
        cell = watch[i]
        since_h = empty_since_h[cell]
        if not is_abandoned(cell, cells):
            empty_since_h[cell] = math.inf
        elif since_h == math.inf:
            empty_since_h[cell] = hour
        else:
            wait = exponential(uniform(stream, cell, int(since_h * S_PER_H)), 1.0)
            due_h = since_h + mop_up_h * min(LATEST, wait)
            if due_h <= hour:
                control[cell], empty_since_h[cell] = ATTACKER_HELD, math.inf
                count[CELLS_MOPPED_UP] += 1
                log(MOPPED_UP, due_h, cell, 0.0, Ledger(events, n_events))
                n += 1
    front_version[0] += n
    return n


@kernel
def is_abandoned(cell, cells):
    """Return whether a cell of the front is cut off and no soldier stands or fights in it."""
    is_cut_off = cells.line[cell] == FRONT and cells.is_connected[cell] == 0
    if not is_cut_off or cells.is_held_by_enemy[cell] != 0 or cells.assault_force[cell] > 0:
        return False
    return cells.n_soldiers[cells.section[cell]] == 0
