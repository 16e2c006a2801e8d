"""Withdrawal by order: sections leave ground that is given up, and the attacker walks into it."""

from __future__ import annotations

import math

import numpy as np

from sim.mechanisms.shared.front import redraw_front
from sim.mechanisms.shared.marches import set_out, survive_the_road
from sim.world.clock import Tick
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, Ground, has_neighbour
from sim.world.integer_codes import CELL_TAKEN, CELLS_TAKEN, DEFENDER
from sim.world.keyed_draws import uniform
from sim.world.state import State

WALK_BACK_H = 6.0  # until those who left are behind the line to which they fall back
LEAVES, IS_LOST, IS_TAKEN = 1, 2, 3  # which of a cell's draws; 0 is that of a march from a sector


def cells_given_up(ground: Ground) -> np.ndarray:
    """Return the cells that the defender holds and gives up."""
    return np.flatnonzero(np.isfinite(ground.ceded_h) & (ground.control == DEFENDER_HELD))


def fall_back(state: State, ground: Ground, tick: Tick, stream: np.ndarray, withdraw_h: float, p_lost: float) -> None:
    """Let sections on ground that is given up leave at the rate 1 / withdraw_h; those in a fight stay.

    Each of their soldiers is lost with probability p_lost; the others march to the stock of their sector.
    """
    p_leave = 1.0 - math.exp(-tick.dt_h / withdraw_h)
    left = np.zeros(state.stock.shape[1], np.int64)
    for cell in cells_given_up(ground):
        section = state.section_of_cell[cell]
        n = int(state.n_soldiers[section])
        is_fought_for = ground.assault_force[cell] > 0 or ground.is_held_by_enemy[cell] == 1
        if n > 0 and not is_fought_for and uniform(stream, cell, LEAVES) < p_leave:
            state.n_soldiers[section] = 0
            left[ground.sector[cell]] += survive_the_road(state, DEFENDER, n, p_lost, uniform(stream, cell, IS_LOST))
    for axis in np.flatnonzero(left):
        set_out(state, DEFENDER, int(axis), int(left[axis]), tick.end_h + WALK_BACK_H)


def walk_in(state: State, ground: Ground, tick: Tick, stream: np.ndarray, h_per_km: float) -> None:
    """Give the attacker, at the rate 1 / (h_per_km x cell_km), empty cells that are given up and touch its ground."""
    p_taken = 1.0 - math.exp(-tick.dt_h / max(1e-9, h_per_km * ground.cell_km))
    taken = [
        cell
        for cell in cells_given_up(ground)
        if state.n_soldiers[state.section_of_cell[cell]] == 0
        and ground.assault_force[cell] == 0
        and ground.is_held_by_enemy[cell] == 0
        and has_neighbour(cell, ATTACKER_HELD, ground.control, ground.neighbours)
        and uniform(stream, cell, IS_TAKEN) < p_taken
    ]
    for cell in taken:
        ground.control[cell] = ATTACKER_HELD
        ground.front_version[0] += 1
        state.count[CELLS_TAKEN] += 1
        state.log(CELL_TAKEN, tick.end_h, int(cell), 0.0)
    if taken:
        redraw_front(state, ground, tick.end_h)
