"""How strong the defender's line is to be: targets of sections by density, or by the soldiers that there are."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.mechanisms.command import CommandParams
from sim.mechanisms.depth import DepthParams
from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.force_values import DefenderParams
from sim.world.ground import FRONT, URBAN, Ground
from sim.world.integer_codes import DEFENDER
from sim.world.pairwise_sum import sum_in_pairs
from sim.world.state import State


# Handed to kernels as they are: some microseconds per call, which is nothing for what is done once per day.
class Manning(NamedTuple):
    """How strong a section of the front of weight 1 in the open is, the factors on it, and its limit.

    The part of a soldier that a target would need is rounded, or, when is_carried, left to the next section: then the
    targets never add up to more soldiers than there are.
    """

    per_cell: float
    urban_multiplier: float
    depth_share: float
    most: float = math.inf
    is_carried: bool = False


class LineCells(NamedTuple):
    """Columns by cell that set the target of a section: axis, terrain and line (int8), and the target (int32)."""

    axis: np.ndarray
    terrain: np.ndarray
    line: np.ndarray
    target_soldiers: np.ndarray


class SectorRules(NamedTuple):
    """Numbers that share a sector's soldiers out: those of `Finite`, and the most soldiers of a cell."""

    hold_back: float
    most: float
    pressure_floor: float
    pressure_cap: float
    urban_multiplier: float
    depth_share: float


class SectorCells(NamedTuple):
    """Columns by cell: pressure, ceded_h (float64), is_connected (int8), section_of_cell (int32)."""

    pressure: np.ndarray
    is_connected: np.ndarray
    ceded_h: np.ndarray
    section_of_cell: np.ndarray


def pressure_weights(ground: Ground, params: CommandParams) -> np.ndarray:
    """Return the weight of each cell of the line (front first): pressure between floor and cap, mean 1 on the front."""
    n_front, n = ground.line_count
    pressure = ground.pressure[ground.line_cells[:n]]
    weigh(pressure, n_front, params.pressure_floor, params.pressure_cap)
    return pressure


@allocating_kernel
def weigh(pressure, n_front, floor, cap):
    """Turn the pressure (float64) of cells, the n_front of the front first, into weights between floor and cap.

    Their mean on the front is 1; all are 1 where it has no pressure.
    """
    mean = sum_in_pairs(pressure[:n_front]) / n_front if n_front > 0 else 0.0
    if mean <= 0.0:
        pressure[:] = 1.0
        return
    for i in range(len(pressure)):
        pressure[i] = min(max(pressure[i] / mean, floor), cap)
    mean = sum_in_pairs(pressure[:n_front]) / n_front
    for i in range(len(pressure)):
        pressure[i] /= mean


def set_targets(ground: Ground, axis: int, weights: np.ndarray, manning: Manning) -> None:
    """Set the target strength of one axis's sections: per cell of front x urban x weight (x depth_share behind)."""
    cells = LineCells(ground.axis, ground.terrain, ground.line, ground.target_soldiers)
    man_line(manning, axis, weights, ground.line_cells, cells)


@kernel
def man_line(manning, axis, weights, line_cells, cells):
    """Set the targets of the line's cells that lie on an axis.

    weights (float64, dimensionless) and line_cells (int32) are in the line's order; see `Manning`, `LineCells`.
    """
    rest = 0.0 if manning.is_carried else 0.5
    for i in range(len(weights)):
        cell = line_cells[i]
        if cells.axis[cell] == axis:
            target = manning.per_cell * weights[i]
            target *= manning.urban_multiplier if cells.terrain[cell] == URBAN else 1.0
            target *= 1.0 if cells.line[cell] == FRONT else manning.depth_share
            target = min(target, manning.most) + rest
            cells.target_soldiers[cell] = math.floor(target)
            if manning.is_carried:
                rest = target - cells.target_soldiers[cell]


def by_density(ground: Ground, force: DefenderParams) -> Manning:
    """Return the manning of a line that is as dense as the defender's density says, however long it is."""
    return Manning(force.density_per_km * ground.km_per_front_cell, force.urban_multiplier, force.depth_share)


class Finite(NamedTuple):
    """What sets the targets of a line of the soldiers there are: the values of three sections, and the share held back.

    T_i = min(max_per_km L, (M - H) u_i / sum u), M the soldiers of the sector in line and stock, H = hold_back M,
    L the km of front of a cell, u_i = weight x urban x (depth_share in the second line).
    """

    force: DefenderParams
    command: CommandParams
    depth: DepthParams
    hold_back: float


def man_sector(state: State, ground: Ground, axis: int, values: Finite) -> None:
    """Set the targets of one axis's sections to their shares of its soldiers; see `Finite`.

    Sections in a pocket, and those on ground that is given up by order, keep whom they have.
    """
    force = values.force
    share_out(
        axis, values.hold_back, values.depth.max_per_km * ground.km_per_front_cell, values.command.pressure_floor,
        values.command.pressure_cap, force.urban_multiplier, force.depth_share, state.stock, ground.line_cells,
        ground.line_count, ground.axis, ground.terrain, ground.line, ground.target_soldiers, ground.pressure,
        ground.is_connected, ground.ceded_h, state.section_of_cell, state.n_soldiers,
    )  # fmt: skip


@allocating_kernel
def share_out(
    axis, hold_back, most, pressure_floor, pressure_cap, urban_multiplier, depth_share, stock, line_cells, line_count,
    cell_axis, terrain, line_of_cell, target_soldiers, pressure_of_cell, is_connected, ceded_h, section_of_cell,
    n_soldiers,
):  # fmt: skip
    """Set the targets of an axis's cells of the line; see `Finite`.

    The numbers: see `SectorRules`; the arrays are columns of Ground and State, with the dtypes and units there.
    """
    rules = SectorRules(hold_back, most, pressure_floor, pressure_cap, urban_multiplier, depth_share)
    line, n_front = line_cells[: line_count[1]], line_count[0]
    cells = LineCells(cell_axis, terrain, line_of_cell, target_soldiers)
    sector = SectorCells(pressure_of_cell, is_connected, ceded_h, section_of_cell)
    n = len(line)
    mine, pressure = np.empty(n, np.int64), np.empty(n)
    n_mine = n_mine_in_front = 0
    for i in range(n):
        if cells.axis[line[i]] == axis:
            mine[n_mine], pressure[n_mine] = i, sector.pressure[line[i]]
            n_mine += 1
            n_mine_in_front += i < n_front
    weigh(pressure[:n_mine], n_mine_in_front, rules.pressure_floor, rules.pressure_cap)
    weights, shares, there = np.zeros(n), np.zeros(n), stock[DEFENDER, axis]
    for k in range(n_mine):
        i, cell = mine[k], line[mine[k]]
        if not is_left_alone(cell, sector):
            weights[i] = pressure[k]
            shares[i] = pressure[k] * (rules.urban_multiplier if cells.terrain[cell] == URBAN else 1.0)
            shares[i] *= 1.0 if i < n_front else rules.depth_share
            there += n_soldiers[sector.section_of_cell[cell]]
    total = sum_in_pairs(shares)
    per_cell = (1.0 - rules.hold_back) * there / total if total > 0.0 else 0.0
    man_line(Manning(per_cell, rules.urban_multiplier, rules.depth_share, rules.most, True), axis, weights, line, cells)
    for k in range(n_mine):
        cell = line[mine[k]]
        if is_left_alone(cell, sector):
            cells.target_soldiers[cell] = n_soldiers[sector.section_of_cell[cell]]


@kernel
def is_left_alone(cell, sector):
    """Return whether a section keeps whom it has: it is in a pocket, or on ground that is given up; see SectorCells."""
    return sector.is_connected[cell] == 0 or sector.ceded_h[cell] < math.inf


def put_behind_the_line(state: State, ground: Ground, force: DefenderParams, hold_back: float) -> None:
    """Put the soldiers who are held back into the stocks, and the rest of the infantry out of the line.

    A stock is hold_back / (1 - hold_back) of its sector's line. Where line and stocks would take more than
    in_line_share of the infantry, the sections and the stocks are smaller in proportion.
    """
    line = ground.line_cells[: ground.line_count[1]]
    sections = state.section_of_cell[line]
    if force.infantry is not None:
        wanted = state.n_soldiers[sections].sum() / (1.0 - hold_back)
        share = min(1.0, force.in_line_share * force.infantry / max(1.0, wanted))
        state.n_soldiers[sections] = np.floor(state.n_soldiers[sections] * share)
    in_line = np.bincount(ground.axis[line], state.n_soldiers[sections], len(ground.axis_names))
    state.stock[DEFENDER] = np.floor(in_line * hold_back / (1.0 - hold_back))
    forward = int(in_line.sum()) + int(state.stock[DEFENDER].sum())
    state.resting[DEFENDER] = 0 if force.infantry is None else force.infantry - forward
