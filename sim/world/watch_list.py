"""The cells to look at in every tick: a list in the order of the cells, as short as the front is.

A map has thousands of cells and a front of some hundred. What acts on cells in every tick goes over `Ground.watch`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, REAR, Ground, has_neighbour


def watch_again(ground: Ground) -> None:
    """Make the watch list again after ground changed hands."""
    list_watched(
        ground.axis, ground.line, ground.control, ground.initial_control, ground.neighbours, ground.cohesion,
        ground.shells, ground.raids, ground.is_held_by_enemy, ground.empty_since_h, ground.watch, ground.n_watch,
        ground.is_watched,
    )  # fmt: skip


class WatchList(NamedTuple):
    """The list (int32, in the order of the cells), its length, and whether a cell is on it (int8 by cell)."""

    cells: np.ndarray
    n: np.ndarray
    is_on: np.ndarray


@kernel
def watch_cell(cell, watch):
    """Put a cell on the watch list unless it is there; return its position, or the list's end if it was there."""
    i = watch.n[0]
    if watch.is_on[cell] == 0:
        while i > 0 and watch.cells[i - 1] > cell:
            watch.cells[i] = watch.cells[i - 1]
            i -= 1
        watch.cells[i], watch.is_on[cell] = cell, 1
        watch.n[0] += 1
    return i


@kernel
def list_watched(
    axis, line, control, initial_control, neighbours, cohesion, shells, raids, is_held_by_enemy,
    empty_since_h, watch_cells, n_watch, is_watched,
):  # fmt: skip
    """Make the watch list again.

    It has the cells of the lanes that are in the line, that the attacker holds in the fight, that it took and that
    touch the defender's ground, those whose cohesion is not 1 or is about to change, and those that wait to be mopped
    up. All arrays are columns of Ground, with the dtypes and units declared there.
    """
    n = 0
    for cell in range(len(axis)):
        is_on = axis[cell] >= 0 and (
            line[cell] != REAR
            or cohesion[cell] != 1.0
            or shells[cell] != 0.0
            or raids[cell] != 0
            or is_held_by_enemy[cell] != 0
            or empty_since_h[cell] < math.inf
            or (
                control[cell] == ATTACKER_HELD
                and initial_control[cell] == DEFENDER_HELD
                and has_neighbour(cell, DEFENDER_HELD, control, neighbours)
            )
        )
        is_watched[cell] = is_on
        if is_on:
            watch_cells[n] = cell
            n += 1
    n_watch[0] = n
