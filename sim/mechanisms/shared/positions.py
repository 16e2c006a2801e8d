"""Positions: how far they are dug in, and the divisor of fire that this gives."""

from __future__ import annotations

import numpy as np

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
    _take_in_belts(ground)
    fortify(ground, cells)


def _take_in_belts(ground: Ground) -> None:
    """Raise the positions on prepared lines that the front has not reached to the share that is finished."""
    cells = np.flatnonzero((ground.belt >= 0) & (ground.line == REAR) & (ground.control == DEFENDER_HELD))
    ground.dug[cells] = np.maximum(ground.dug[cells], ground.belt_ready[ground.belt[cells]])


def fortify(ground: Ground, cells: np.ndarray | slice) -> None:
    """Set the divisor of fire in cells: F = 1 + (F_full - 1) dug."""
    ground.fortification[cells] = 1.0 + (ground.fortification_full[cells] - 1.0) * ground.dug[cells]


def settle_new_ground(ground: Ground, cells: np.ndarray, dug0: float, dug0_city: float) -> None:
    """Make cells that changed hands new ground: whoever took them starts to dig, and they are not given up."""
    ground.dug[cells] = _at_once(ground, cells, dug0, dug0_city)
    ground.ceded_h[cells] = np.inf
    fortify(ground, cells)


def dig(state: State, ground: Ground, share: float, built: float) -> None:
    """Dig in, for a day, wherever a section of the line or a garrison is; engineers build `built` of a prepared line.

    share: of what is left to dig, 1 - exp(-1 day / dig_days). The engineers work on the unfinished line that is nearest
    to the front, of those that it has not reached.
    """
    line = ground.line_cells[: ground.line_count[1]]
    active = state.active[: state.cursor[N_ACTIVE]]
    garrisons = np.unique(state.objective_cell[active[state.state[active] == GARRISON]])
    cells = np.concatenate([line[state.n_soldiers[state.section_of_cell[line]] > 0], garrisons])
    ground.dug[cells] += (1.0 - ground.dug[cells]) * share
    number = _next_line(ground)
    if number >= 0:
        # The small number: ten tenths add up to just under 1.
        ground.belt_ready[number] = min(1.0, ground.belt_ready[number] + built + 1e-9)
        _take_in_belts(ground)
    fortify(ground, slice(None))


def _next_line(ground: Ground) -> int:
    """Return the number of the unfinished prepared line whose cells in the rear are nearest to the front; -1: none."""
    best, best_km = -1, np.inf
    front = ground.line_cells[: ground.line_count[0]]
    for number in np.flatnonzero(ground.belt_ready < 1.0) if len(front) else ():
        cells = np.flatnonzero((ground.belt == number) & (ground.line == REAR) & (ground.control == DEFENDER_HELD))
        if len(cells):
            x, y = (np.subtract.outer(xy[cells], xy[front]) for xy in (ground.x_km, ground.y_km))
            km = float(np.hypot(x, y).min())
            if km < best_km:
                best, best_km = int(number), km
    return best
