"""Positions: how far they are dug in, and the divisor of fire that this gives."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.ground import DEFENDER_HELD, REAR, URBAN, Ground
from sim.world.integer_codes import GARRISON, N_ACTIVE
from sim.world.state import State


def _at_once(ground: Ground, cells: np.ndarray, dug0: float, dug0_city: float) -> np.ndarray:
    return np.where(ground.terrain[cells] == URBAN, max(dug0, dug0_city), dug0)


def make_positions(ground: Ground, dug0: float, dug0_city: float) -> None:
    """Dig in the line of the start and, as far as they are finished, the prepared lines; the rest is new ground."""
    cells = np.arange(ground.n_cells)
    ground.dug[:] = _at_once(ground, cells, dug0, dug0_city)
    ground.dug[ground.line_cells[: ground.line_count[1]]] = 1.0
    take_in_belts(positions_of(ground))
    ground.fortification[:] = 1.0 + (ground.fortification_full - 1.0) * ground.dug


class Positions(NamedTuple):
    """Columns of Ground that say how strong positions are, and where, with the dtypes and units declared there."""

    control: np.ndarray
    terrain: np.ndarray
    line: np.ndarray
    belt: np.ndarray
    belt_ready: np.ndarray
    dug: np.ndarray
    fortification: np.ndarray
    fortification_full: np.ndarray
    x_km: np.ndarray
    y_km: np.ndarray


def positions_of(ground: Ground) -> Positions:
    """Return the columns of a ground that hold its positions."""
    return Positions(*(getattr(ground, name) for name in Positions._fields))


@kernel
def take_in_belts(positions):
    """Raise the positions on prepared lines that the front has not reached to the share that is finished."""
    for cell in range(len(positions.belt)):
        if positions.belt[cell] >= 0 and is_behind(cell, positions):
            positions.dug[cell] = max(positions.dug[cell], positions.belt_ready[positions.belt[cell]])


@kernel
def is_behind(cell, positions):
    """Return whether a cell is the defender's, and behind its line."""
    return positions.line[cell] == REAR and positions.control[cell] == DEFENDER_HELD


@kernel
def divisor(full, dug):
    """Return the divisor of fire of a position: F = 1 + (F_full - 1) dug."""
    return 1.0 + (full - 1.0) * dug


@kernel
def settle_new_ground(
    dug0, dug0_city, control_before, control, terrain, ceded_h, dug, fortification, fortification_full
):  # fmt: skip
    """Make cells that changed hands new ground: whoever took them starts to dig, and they are not given up.

    dug0, dug0_city: shares of the gain of a position; control_before (int8 by cell) is brought up to date; the others
    are columns of Ground, with the dtypes and units declared there.
    """
    for cell in range(len(control_before)):
        if control_before[cell] != control[cell]:
            control_before[cell] = control[cell]
            dug[cell] = max(dug0, dug0_city) if terrain[cell] == URBAN else dug0
            ceded_h[cell] = math.inf
            fortification[cell] = divisor(fortification_full[cell], dug[cell])


def dig(state: State, ground: Ground, share: float, built: float, positions: Positions) -> None:
    """Dig in, for a day, wherever a section of the line or a garrison is; engineers build `built` of a prepared line.

    share: of what is left to dig, 1 - exp(-1 day / dig_days). The engineers work on the unfinished line that is nearest
    to the front, of those that it has not reached.
    """
    dig_for_a_day(
        share, built, ground.line_cells[: ground.line_count[1]], ground.line_count[0],
        state.active[: state.cursor[N_ACTIVE]], state.state, state.objective_cell, state.section_of_cell,
        state.n_soldiers, positions,
    )  # fmt: skip


@allocating_kernel
def dig_for_a_day(
    share, built, line, n_front, active, state, objective_cell, section_of_cell, n_soldiers, positions
):  # fmt: skip
    """Dig in and build for a day: see `dig`.

    line (int32): cells, n_front of the front first; active (int32): rows. By row: state (int8), objective_cell,
    n_soldiers (int32); section_of_cell (int32) by cell.
    """
    is_manned = np.zeros(len(positions.control), np.bool_)
    for cell in line:
        is_manned[cell] = n_soldiers[section_of_cell[cell]] > 0
    for row in active:
        if state[row] == GARRISON:
            is_manned[objective_cell[row]] = True
    for cell in range(len(is_manned)):
        if is_manned[cell]:
            positions.dug[cell] += (1.0 - positions.dug[cell]) * share
    number = next_line(line[:n_front], positions)
    if number >= 0:
        # The small number: ten tenths add up to just under 1.
        positions.belt_ready[number] = min(1.0, positions.belt_ready[number] + built + 1e-9)
        take_in_belts(positions)
    for cell in range(len(is_manned)):
        positions.fortification[cell] = divisor(positions.fortification_full[cell], positions.dug[cell])


@kernel
def next_line(front, positions):
    """Return the number of the unfinished prepared line whose cells in the rear are nearest to the front; -1: none."""
    best, best_km2 = -1, math.inf
    for number in range(len(positions.belt_ready)):
        if positions.belt_ready[number] < 1.0:
            for cell in range(len(positions.belt)):
                if positions.belt[cell] == number and is_behind(cell, positions):
                    for other in front:
                        dx = positions.x_km[cell] - positions.x_km[other]
                        dy = positions.y_km[cell] - positions.y_km[other]
                        if dx * dx + dy * dy < best_km2:
                            best, best_km2 = number, dx * dx + dy * dy
    return best
