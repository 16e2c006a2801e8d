"""How strong the defender's line is to be: targets of sections by density, or by the soldiers that there are."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.mechanisms.command import CommandParams
from sim.mechanisms.depth import DepthParams
from sim.world.compiled_code import kernel
from sim.world.force_values import DefenderParams
from sim.world.ground import FRONT, URBAN, Ground
from sim.world.integer_codes import DEFENDER
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


def pressure_weights(ground: Ground, params: CommandParams) -> np.ndarray:
    """Return the weight of each cell of the line (front first): pressure between floor and cap, mean 1 on the front."""
    n_front, n = ground.line_count
    return _weights(ground.pressure[ground.line_cells[:n]], np.arange(n) < n_front, params)


def _weights(pressure: np.ndarray, is_front: np.ndarray, params: CommandParams) -> np.ndarray:
    mean = pressure[is_front].mean() if is_front.any() else 0.0
    if mean <= 0.0:
        return np.ones(len(pressure))
    weight = np.clip(pressure / mean, params.pressure_floor, params.pressure_cap)
    return weight / weight[is_front].mean()


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
    n_front, n = ground.line_count
    cells = ground.line_cells[:n]
    is_mine = ground.axis[cells] == axis
    weights = np.zeros(n)
    weights[is_mine] = _weights(ground.pressure[cells[is_mine]], (np.arange(n) < n_front)[is_mine], values.command)
    soldiers = state.n_soldiers[state.section_of_cell[cells]]
    is_left = is_mine & ((ground.is_connected[cells] == 0) | np.isfinite(ground.ceded_h[cells]))
    weights[is_left] = 0.0
    shares = weights * np.where(ground.terrain[cells] == URBAN, values.force.urban_multiplier, 1.0)
    shares[n_front:] *= values.force.depth_share
    there = soldiers[is_mine & ~is_left].sum() + state.stock[DEFENDER, axis]
    total = shares.sum()
    per_cell = (1.0 - values.hold_back) * there / total if total > 0.0 else 0.0
    most = values.depth.max_per_km * ground.km_per_front_cell
    set_targets(
        ground, axis, weights,
        Manning(per_cell, values.force.urban_multiplier, values.force.depth_share, most, is_carried=True),
    )  # fmt: skip
    ground.target_soldiers[cells[is_left]] = soldiers[is_left]


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
