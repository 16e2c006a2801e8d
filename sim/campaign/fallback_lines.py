"""Prepared lines behind the front: which there are, and the ground that a withdrawal to one gives up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from sim.campaign.orders import Observation, Orders
from sim.scenario.schema import Scenario
from sim.world.compiled_code import allocating_kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, REAR, Ground
from sim.world.integer_codes import WITHDRAWAL_ORDERED
from sim.world.state import State


def _belt_cells(ground: Ground, axis: int, number: int) -> np.ndarray:
    cells = np.flatnonzero(ground.belt == number)
    is_there = (ground.axis[cells] == axis) & (ground.control[cells] == DEFENDER_HELD) & (ground.line[cells] == REAR)
    return cells[is_there]


def _km_to(ground: Ground, cells: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the distance of each cell (row) to each of the others (column) in km."""
    dx, dy = (np.subtract.outer(xy[cells], xy[others]) for xy in (ground.x_km, ground.y_km))
    return np.hypot(dx, dy)


def _front_of_attacker(ground: Ground) -> np.ndarray:
    front = ground.line_cells[: ground.line_count[0]]
    beside = np.unique(ground.neighbours[front])
    beside = beside[beside >= 0]
    return beside[ground.control[beside] == ATTACKER_HELD]


def lines_behind(ground: Ground) -> tuple[tuple[str, ...], ...]:
    """Return by axis the names of the finished prepared lines behind its front, the nearest to the enemy first."""
    nearest_km2 = np.full((len(ground.axis_names), len(ground.belt_ready)), np.inf)
    if np.count_nonzero(ground.belt_ready >= 1.0):
        measure_lines(
            ground.line_cells[: ground.line_count[0]], ground.belt_ready, ground.belt, ground.axis, ground.control,
            ground.line, ground.neighbours, ground.x_km, ground.y_km, nearest_km2,
        )  # fmt: skip
    names = [belt.name for belt in ground.params.belts]
    by_axis = (sorted(zip(km2, range(len(names)), strict=True)) for km2 in nearest_km2.tolist())
    return tuple(tuple(names[number] for km2, number in lines if km2 < np.inf) for lines in by_axis)


@allocating_kernel
def measure_lines(front, belt_ready, belt, axis, control, line, neighbours, x_km, y_km, nearest_km2):
    """Write the squared distance of each finished prepared line to the enemy into nearest_km2 (axes x belts float64).

    Its cells behind an axis's front count. front (int32): cells; belt_ready (float64) by belt. By cell: belt (int16),
    axis, control, line (int8), neighbours (n x 4 int32), x_km, y_km (float64, km).
    """
    enemy, is_listed = np.empty(4 * len(front), np.int64), np.zeros(len(control), np.bool_)
    n = 0
    for cell in front:
        for j in range(4):
            other = neighbours[cell, j]
            if other >= 0 and control[other] == ATTACKER_HELD and not is_listed[other]:
                enemy[n], is_listed[other] = other, True
                n += 1
    for cell in range(len(belt)):
        number = belt[cell]
        if number < 0 or belt_ready[number] < 1.0 or axis[cell] < 0:
            continue
        if control[cell] == DEFENDER_HELD and line[cell] == REAR:
            nearest = nearest_km2[axis[cell], number]
            for other in enemy[:n]:
                dx, dy = x_km[cell] - x_km[other], y_km[cell] - y_km[other]
                if dx * dx + dy * dy < nearest:
                    nearest = dx * dx + dy * dy
            nearest_km2[axis[cell], number] = nearest


def give_up(state: State, ground: Ground, axis: int, name: str, hour: float) -> int:
    """Give up the cells of an axis that lie between the enemy and a prepared line; return how many those are.

    A cell lies before the line when it is nearer to the enemy's ground than the cell of the line that is nearest to it.
    Nothing happens when the line is not behind the axis's front.
    """
    names, enemy = [belt.name for belt in ground.params.belts], _front_of_attacker(ground)
    line = _belt_cells(ground, axis, names.index(name)) if name in names else np.zeros(0, np.int64)
    if not len(line) or not len(enemy):
        return 0
    is_open = (ground.axis == axis) & (ground.control == DEFENDER_HELD) & np.isinf(ground.ceded_h)
    cells = np.setdiff1d(np.flatnonzero(is_open), line)
    if not len(cells):
        return 0
    nearest = line[_km_to(ground, cells, line).argmin(axis=1)]
    is_before = _km_to(ground, cells, enemy).min(axis=1) < _km_to(ground, nearest, enemy).min(axis=1)
    ground.ceded_h[cells[is_before]] = hour
    n = int(is_before.sum())
    if n:
        state.log(WITHDRAWAL_ORDERED, hour, value=float(n))
    return n


class Elastic:
    """The defender's policy that gives ground up: what another policy orders, and withdrawals in time.

    An axis whose front has a share of gaps of at least withdraw_at_gaps falls back to the nearest finished line.
    """

    def __init__(self, scenario: Scenario, base: Callable[[Observation], Orders]) -> None:
        self._base, self._at = base, scenario.depth.withdraw_at_gaps

    def __call__(self, observation: Observation) -> Orders:
        """Order what the other policy does, and withdrawals."""
        gaps = observation.gap_share_by_axis
        lines = observation.lines_behind_by_axis
        to = tuple(line[0] if line and gap >= self._at else None for line, gap in zip(lines, gaps, strict=False))
        return dataclasses.replace(self._base(observation), withdraw=to)
