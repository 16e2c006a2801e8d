"""Cohesion: raids, lost neighbours and shells shake a section; it recovers with time; pockets are given up."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.groups import log
from sim.quantity import MAX_H, Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.ground import Ground
from sim.world.integer_codes import BREAKOUT, BROKE_OUT, DEFENDER
from sim.world.keyed_draws import COHESION, Draws, binomial, uniform, waiting_h
from sim.world.state import State
from sim.world.value_records import record_of
from sim.world.watch_list import WatchList, watch_cell


class CohesionParams(Params):
    """What fear, fire and isolation do to a line section."""

    raid_fear: float = quantity(
        "1", "cohesion lost by a section when a neighbouring cell is raided or lost", ge=0, le=1
    )
    suppression_per_shell: float = quantity(
        "1", "cohesion lost by a section to each shell that falls on it", ge=0, le=1
    )
    floor: float = quantity("1", "least cohesion of a section", ge=0, le=1)
    recovery_h: float = quantity("h", "time constant of the recovery of cohesion", gt=0, le=MAX_H)
    breakouts_per_day: float = quantity("1/day", "rate at which a section breaks out of a pocket", ge=0, le=10_000)
    p_lost_breaking_out: float = quantity(
        "1", "probability that a soldier breaking out of a pocket is lost", ge=0, le=1
    )


class CohesionValues(NamedTuple):
    """The values of `CohesionParams`."""

    raid_fear: float
    suppression_per_shell: float
    floor: float
    recovery_h: float
    breakouts_per_day: float
    p_lost_breaking_out: float


class Cohesion(Mechanism):
    """Shake the sections by the raids and shells of a tick, let all recover, and let pockets break out.

    First c <- max(floor, c - raid_fear x raids beside it), then 1 - c <- (1 - c) exp(-dt / recovery_h) +
    suppression_per_shell x shells x (recovery_h / dt) (1 - exp(-dt / recovery_h)), which is exact for shells that fall
    evenly over the tick; c is not below floor. Cohesion scales a section's fire and how strong it looks to the teams
    that wait before it (see direct fire). A section that stands in a pocket and is not assaulted leaves it with
    probability 1 - exp(-breakouts_per_day dt / 24); of its n soldiers Binomial(n, p_lost_breaking_out) are lost, and
    the others are at hand again.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {"assault_force", "is_connected", "is_held_by_enemy", "neighbours", "section_of_cell", "sector"}
    )
    writes: ClassVar[frozenset[str]] = frozenset(
        {
            "cohesion",
            "events",
            "is_watched",
            "losses",
            "n_events",
            "n_soldiers",
            "n_watch",
            "raids",
            "shells",
            "stock",
            "watch",
        }
    )

    def __init__(self, values: CohesionValues) -> None:
        self._values, self._record = values, record_of(values)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Spread one tick's fear and one tick's recovery, then let pockets break out."""
        p = self._values
        share_left = math.exp(-tick.dt_h / p.recovery_h)
        suppression = p.suppression_per_shell * (1.0 - share_left) * p.recovery_h / tick.dt_h
        shake_and_break_out(
            self._record, tick.start_h, tick.dt_h, share_left, suppression, p.breakouts_per_day / H_PER_DAY,
            draws.stream(COHESION, tick), state.section_of_cell, state.n_soldiers, ground.neighbours,
            ground.raids, ground.shells, ground.cohesion, ground.is_connected, ground.assault_force,
            ground.is_held_by_enemy, ground.sector, state.stock, state.losses, state.events, state.n_events,
            ground.watch, ground.n_watch, ground.is_watched,
        )  # fmt: skip


class Sections(NamedTuple):
    """The section in each cell (-1: none), which is its row in the state; soldiers by row; sectors by cell."""

    of_cell: np.ndarray
    n_soldiers: np.ndarray
    sector: np.ndarray


class Cells(NamedTuple):
    """Columns by cell of the ground."""

    neighbours: np.ndarray
    raids: np.ndarray
    shells: np.ndarray
    cohesion: np.ndarray
    is_connected: np.ndarray
    assault_force: np.ndarray
    is_held_by_enemy: np.ndarray


class Ledger(NamedTuple):
    """What is counted: soldiers lost and at hand, and the log of events."""

    stock: np.ndarray
    losses: np.ndarray
    events: np.ndarray
    n_events: np.ndarray


@kernel
def shake_and_break_out(
    record, start_h, dt_h, share_left, suppression, breakouts_per_h, stream, section_of_cell, n_soldiers, neighbours,
    raids, shells, cohesion, is_connected, assault_force, is_held_by_enemy, sector, stock, losses, events, n_events,
    watch_cells, n_watch, is_watched,
):  # fmt: skip
    """Act for one tick: see `Cohesion`.

    record: CohesionValues; start_h, dt_h: the tick in h; share_left: exp(-dt / recovery_h); suppression: cohesion lost
    per shell of the tick; breakouts_per_h: 1/h; stream (4 uint64): see `Draws.stream`. By cell:
    section_of_cell (int32). By row: n_soldiers (int32). By cell: neighbours (n x 4 int32), raids, assault_force
    (int32), shells, cohesion (float64), is_connected, is_held_by_enemy, sector (int8). stock (2 x axes int64), losses
    (2 x causes int64), events (records), n_events (1 int64). watch_cells, n_watch, is_watched: a WatchList.
    """
    values, sections = record[0], Sections(section_of_cell, n_soldiers, sector)
    watch = WatchList(watch_cells, n_watch, is_watched)
    cells = Cells(neighbours, raids, shells, cohesion, is_connected, assault_force, is_held_by_enemy)
    ledger = Ledger(stock, losses, events, n_events)
    shake(values, share_left, suppression, sections, cells, watch)
    for i in range(watch.n[0]):
        cell = watch.cells[i]
        if is_in_quiet_pocket(cell, sections, cells):
            after_h = waiting_h(stream, sections.of_cell[cell], 0, breakouts_per_h)
            if after_h < dt_h:
                break_out(values.p_lost_breaking_out, start_h + after_h, cell, stream, sections, ledger)


@kernel
def shake(values, share_left, suppression, sections, cells, watch):
    """Apply the raids of a tick to the neighbours of the cells raided and its shells where they fell, then recover."""
    n_raids = cells.raids.sum()
    is_quiet = n_raids == 0
    watch_raided(n_raids, sections, cells, watch)
    for i in range(watch.n[0]):
        cell = watch.cells[i]
        fear = 0.0 if is_quiet else fear_of_raids(values.raid_fear, cell, cells)
        loss = (1.0 - max(values.floor, cells.cohesion[cell] - fear)) * share_left + suppression * cells.shells[cell]
        cells.cohesion[cell] = max(values.floor, 1.0 - loss)
        cells.shells[cell] = 0.0
    if not is_quiet:
        cells.raids[:] = 0


@kernel
def watch_raided(n_raids, sections, cells, watch):
    """Put the cells raided in a tick, and those beside them, on the watch list."""
    cell = 0
    while n_raids > 0:
        if cells.raids[cell] > 0:
            n_raids -= cells.raids[cell]
            watch_section(cell, sections, watch)
            for j in range(4):
                watch_section(cells.neighbours[cell, j], sections, watch)
        cell += 1


@kernel
def watch_section(cell, sections, watch):
    """Put a cell on the watch list if it is one that can have a section."""
    if cell >= 0 and sections.of_cell[cell] >= 0 and watch.is_on[cell] == 0:
        watch_cell(cell, watch)


@kernel
def fear_of_raids(raid_fear, cell, cells):
    """Return the loss of cohesion by the raids on the cells beside one."""
    fear = 0.0
    for j in range(4):
        other = cells.neighbours[cell, j]
        fear += raid_fear * cells.raids[other] if other >= 0 else 0.0
    return fear


@kernel
def is_in_quiet_pocket(cell, sections, cells):
    """Return whether a cell's section is manned, cut off from the rear and not under assault."""
    if cells.is_connected[cell] or sections.n_soldiers[sections.of_cell[cell]] == 0:
        return False
    return cells.assault_force[cell] <= 0 and not cells.is_held_by_enemy[cell]


@kernel
def break_out(p_lost, hour, cell, stream, sections, ledger):
    """Empty a cell's section: some of its soldiers are lost on the way, the others are in stock again."""
    section = sections.of_cell[cell]
    n = sections.n_soldiers[section]
    n_lost = binomial(uniform(stream, section, 1), n, p_lost)
    ledger.losses[DEFENDER, BREAKOUT] += n_lost
    ledger.stock[DEFENDER, sections.sector[cell]] += n - n_lost
    log(BROKE_OUT, hour, cell, n, ledger)
    sections.n_soldiers[section] = 0
