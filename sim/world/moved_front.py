"""The line and the pockets after a few cells changed hands, found from what they were before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, FRONT, REAR, SECOND_LINE, has_neighbour


class Map(NamedTuple):
    """Columns of Ground by cell."""

    control: np.ndarray
    axis: np.ndarray
    is_edge: np.ndarray
    neighbours: np.ndarray


@kernel
def move_line(changed, control, axis, is_edge, neighbours, line, line_cells, line_count):
    """Bring the line of `update_line` up to date after the cells in `changed` (int64) changed hands.

    The other arrays are columns of Ground, with the dtypes declared there. The front stays in the order of the cells.
    """
    cells = Map(control, axis, is_edge, neighbours)
    for i in range(line_count[0], line_count[1]):
        line[line_cells[i]] = REAR
    n = line_count[0]
    for cell in changed:
        n = settle_front(cell, n, cells, line, line_cells)
        for j in range(4):
            if neighbours[cell, j] >= 0:
                n = settle_front(neighbours[cell, j], n, cells, line, line_cells)
    line_count[0] = n
    for i in range(line_count[0]):
        for j in range(4):
            cell = neighbours[line_cells[i], j]
            if cell >= 0 and axis[cell] >= 0 and control[cell] == DEFENDER_HELD and line[cell] == REAR:
                line[cell] = SECOND_LINE
                line_cells[n] = cell
                n += 1
    line_count[1] = n


@kernel
def settle_front(cell, n, cells, line, line_cells):
    """Put a cell into the n front cells, or take it out, as control now has it; return their new number."""
    is_front = cells.axis[cell] >= 0 and cells.control[cell] == DEFENDER_HELD
    is_front = is_front and has_neighbour(cell, ATTACKER_HELD, cells.control, cells.neighbours)
    if is_front == (line[cell] == FRONT):
        return n
    i = n
    if is_front:
        while i > 0 and line_cells[i - 1] > cell:
            line_cells[i] = line_cells[i - 1]
            i -= 1
        line_cells[i], line[cell] = cell, FRONT
        return n + 1
    i = 0
    while line_cells[i] != cell:
        i += 1
    for k in range(i, n - 1):
        line_cells[k] = line_cells[k + 1]
    line[cell] = REAR
    return n - 1


@kernel
def follow_connected(changed, drawn, control, axis, is_edge, neighbours, is_connected):
    """Bring is_connected up to date after the cells in `changed` (int64) changed hands, one after the other.

    `drawn` (int8) is control as it was before, and is brought up to date. Return whether some cell joins or parts
    ground of the defender, or lies at the edge: then only a new search shows what is connected.
    """
    cells = Map(drawn, axis, is_edge, neighbours)
    is_unclear = False
    for cell in changed:
        drawn[cell] = control[cell]
        if is_edge[cell]:
            is_unclear = True
        elif control[cell] == DEFENDER_HELD:
            is_unclear |= joins(cell, cells, is_connected)
        else:
            is_unclear |= is_connected[cell] == 1 and parts(cell, cells)
            is_connected[cell] = 0
    return is_unclear


@kernel
def joins(cell, cells, is_connected):
    """Connect a cell that the defender won if a neighbour is; return whether another neighbour is not."""
    n, n_connected = 0, 0
    for j in range(4):
        other = cells.neighbours[cell, j]
        if is_held(other, cells):
            n += 1
            n_connected += is_connected[other]
    is_connected[cell] = n_connected > 0
    return 0 < n_connected < n


@kernel
def parts(cell, cells):
    """Return whether the defender's cells beside a cell that it lost may have been linked only over that cell.

    Two sides are linked where the cell in the corner between them is held too.
    """
    n_sides, n_links = 0, 0
    for j in range(4):
        one, turn = cells.neighbours[cell, j], (j + 1) % 4
        if is_held(one, cells):
            n_sides += 1
            if is_held(cells.neighbours[cell, turn], cells):
                n_links += is_held(cells.neighbours[one, turn], cells)
    return n_sides - n_links > 1


@kernel
def is_held(cell, cells):
    """Return whether there is such a cell and the defender holds it."""
    return cell >= 0 and cells.control[cell] == DEFENDER_HELD
