"""The cells to look at in every tick: a list in the order of the cells, as short as the front is.

A map has thousands of cells and a front of some hundred. What acts on cells in every tick goes over `Ground.watch`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import kernel


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
