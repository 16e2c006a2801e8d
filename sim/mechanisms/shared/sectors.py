"""Sectors of the defender's line: who is there, who is wanted there, and who is sent from one to another."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.marches import marching_to
from sim.world.compiled_code import allocating_kernel, kernel
from sim.world.ground import Ground
from sim.world.integer_codes import DEFENDER
from sim.world.pairwise_sum import sum_in_pairs
from sim.world.state import State

GAP = 0.25
"""A section of the front below this share of its target is a gap."""


class Sectors(NamedTuple):
    """By axis (float64): soldiers in line, stock and on the way there, cells of front, gaps among them, pressure.

    `weight` is that which the defender's orders give each sector's needs.
    """

    soldiers: np.ndarray
    length: np.ndarray
    gaps: np.ndarray
    pressure: np.ndarray
    weight: np.ndarray


def sectors_of(state: State, ground: Ground) -> Sectors:
    """Count what lies in each sector; cells in a pocket, which are out of reach, belong to none."""
    n_axes = len(ground.axis_names)
    soldiers, length, gaps, pressure = np.zeros((4, n_axes))
    sectors = Sectors(soldiers, length, gaps, pressure, state.sector_weight)
    count_sectors(
        ground.line_cells, ground.line_count, ground.axis, ground.is_connected, ground.ceded_h, ground.pressure,
        ground.target_soldiers, state.section_of_cell, state.n_soldiers, sectors.soldiers, sectors.length, sectors.gaps,
        sectors.pressure,
    )  # fmt: skip
    sectors.soldiers[:] += state.stock[DEFENDER] + marching_to(state, DEFENDER)
    return sectors


@kernel
def count_sectors(
    line_cells, line_count, axis, is_connected, ceded_h, pressure, target_soldiers, section_of_cell, n_soldiers,
    soldiers, length, gaps, pressures,
):  # fmt: skip
    """Add what lies in the line of each sector to soldiers, length, gaps and pressures (float64): see Sectors.

    n_soldiers (int32) by row; the others are columns of Ground and State, with the dtypes and units declared there.
    """
    for i in range(line_count[1]):
        cell = line_cells[i]
        if is_connected[cell] != 0:
            there = n_soldiers[section_of_cell[cell]]
            soldiers[axis[cell]] += there
            if i < line_count[0] and ceded_h[cell] == math.inf:
                length[axis[cell]] += 1.0
                gaps[axis[cell]] += there < GAP * target_soldiers[cell]
                pressures[axis[cell]] += pressure[cell]


@allocating_kernel
def wanted(sectors, share_by_length, gap_weight):
    """Return how many soldiers each sector wants of all there are.

    X_s = M ((1 - k) v_s theta_s / sum v theta + k L_s / sum L), theta_s = (1 - lambda) P_s / sum P + lambda G_s /
    sum G: k share_by_length, lambda gap_weight, v weight, L length, P pressure, G gaps. Without pressure, or gaps, the
    other counts alone; without either, length. sectors: see `Sectors`.
    """
    by_length = share(sectors.length)
    theta = (1.0 - gap_weight) * share(sectors.pressure) + gap_weight * share(sectors.gaps)
    theta = share(sectors.weight * (theta if sum_in_pairs(theta) > 0.0 else by_length))
    if sum_in_pairs(theta) <= 0.0:
        theta = by_length
    return sum_in_pairs(sectors.soldiers) * ((1.0 - share_by_length) * theta + share_by_length * by_length)


@allocating_kernel
def share(values):
    """Return the values (float64) as shares of their sum; zeros without any."""
    total = sum_in_pairs(values)
    return values / total if total > 0.0 else np.zeros(len(values))


@allocating_kernel
def flows(soldiers, want, share_sent, stock):
    """Return how many soldiers each sector (row) sends to each other (column): a share of its surplus, from its stock.

    f_ss' = floor(share_sent a_s b_s' / sum b), a surplus, b deficit; no sector sends more than its stock. By sector:
    soldiers, want (float64), stock (int64).
    """
    deficit = share(np.maximum(want - soldiers, 0.0))
    sent = np.zeros((len(stock), len(stock)), np.int64)
    for start in range(len(stock)):
        n = min(share_sent * max(soldiers[start] - want[start], 0.0), float(stock[start]))
        for end in range(len(stock)):
            sent[start, end] = math.floor(n * deficit[end] + 1e-9)
    return sent


@allocating_kernel
def apportion(n, weights):
    """Split n soldiers in proportion to weights (float64), whole and complete; to the first when all of them are 0."""
    parts, total = np.zeros(len(weights), np.int64), sum_in_pairs(weights)
    if total <= 0.0:
        parts[0] = n
        return parts
    reached, given = 0.0, 0
    for i in range(len(weights)):
        reached += weights[i]
        parts[i] = math.floor(reached / total * n + 1e-9) - given
        given += parts[i]
    parts[-1] += n - given
    return parts


def distances_km(ground: Ground) -> np.ndarray:
    """Return the distances between the middles of the sectors' fronts in km; 0 for a sector without a front."""
    front = ground.line_cells[: ground.line_count[0]]
    return measure_distances(len(ground.axis_names), front, ground.axis, ground.x_km, ground.y_km)


@allocating_kernel
def measure_distances(n_axes, front, axis, x_km, y_km):
    """Return the distances (n_axes x n_axes float64, km) between the middles of the front's cells (int32) on each axis.

    By cell: axis (int8), x_km, y_km (float64, km).
    """
    n, x, y, km = np.zeros(n_axes), np.zeros(n_axes), np.zeros(n_axes), np.zeros((n_axes, n_axes))
    for cell in front:
        n[axis[cell]] += 1.0
        x[axis[cell]] += x_km[cell]
        y[axis[cell]] += y_km[cell]
    for start in range(n_axes):
        for end in range(n_axes):
            if n[start] > 0.0 and n[end] > 0.0:
                dx, dy = x[start] / n[start] - x[end] / n[end], y[start] / n[start] - y[end] / n[end]
                km[start, end] = np.hypot(dx, dy)
    return km
