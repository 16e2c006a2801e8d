"""Sectors of the defender's line: who is there, who is wanted there, and who is sent from one to another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.marches import marching_to
from sim.world.ground import Ground
from sim.world.integer_codes import DEFENDER
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
    line = ground.line_cells[: ground.line_count[1]]
    line = line[ground.is_connected[line] != 0]
    soldiers = np.bincount(ground.axis[line], state.n_soldiers[state.section_of_cell[line]], n_axes)
    front = ground.line_cells[: ground.line_count[0]]
    front = front[(ground.is_connected[front] != 0) & np.isinf(ground.ceded_h[front])]
    axis = ground.axis[front]
    is_gap = state.n_soldiers[state.section_of_cell[front]] < GAP * ground.target_soldiers[front]
    return Sectors(
        soldiers + state.stock[DEFENDER] + marching_to(state, DEFENDER),
        np.bincount(axis, minlength=n_axes).astype(np.float64),
        np.bincount(axis, is_gap, n_axes),
        np.bincount(axis, ground.pressure[front], n_axes),
        state.sector_weight,
    )


def wanted(sectors: Sectors, share_by_length: float, gap_weight: float) -> np.ndarray:
    """Return how many soldiers each sector wants of all there are.

    X_s = M ((1 - k) v_s theta_s / sum v theta + k L_s / sum L), theta_s = (1 - lambda) P_s / sum P + lambda G_s /
    sum G: k share_by_length, lambda gap_weight, v weight, L length, P pressure, G gaps. Without pressure, or gaps, the
    other counts alone; without either, length.
    """
    by_length = _share(sectors.length)
    pressure, gaps = _share(sectors.pressure), _share(sectors.gaps)
    theta = (1.0 - gap_weight) * pressure + gap_weight * gaps
    theta = _share(sectors.weight * (theta if theta.sum() > 0.0 else by_length))
    if theta.sum() <= 0.0:
        theta = by_length
    return sectors.soldiers.sum() * ((1.0 - share_by_length) * theta + share_by_length * by_length)


def _share(values: np.ndarray) -> np.ndarray:
    total = values.sum()
    return values / total if total > 0.0 else np.zeros(len(values))


def flows(soldiers: np.ndarray, want: np.ndarray, share: float, stock: np.ndarray) -> np.ndarray:
    """Return how many soldiers each sector (row) sends to each other (column): a share of its surplus, from its stock.

    f_ss' = floor(share a_s b_s' / sum b), a surplus, b deficit; no sector sends more than its stock.
    """
    surplus, deficit = np.maximum(soldiers - want, 0.0), np.maximum(want - soldiers, 0.0)
    sent = np.outer(np.minimum(share * surplus, stock), _share(deficit))
    return np.floor(sent + 1e-9).astype(np.int64)


def apportion(n: int, weights: np.ndarray) -> np.ndarray:
    """Split n soldiers in proportion to weights, whole and complete; to the first when all weights are 0."""
    total = weights.sum()
    if total <= 0.0:
        weights, total = np.eye(1, len(weights))[0], 1.0
    ends = np.floor(np.cumsum(weights) / total * n + 1e-9).astype(np.int64)
    ends[-1] = n
    return np.diff(ends, prepend=0)


def distances_km(ground: Ground) -> np.ndarray:
    """Return the distances between the middles of the sectors' fronts in km; 0 for a sector without a front."""
    n_axes = len(ground.axis_names)
    front = ground.line_cells[: ground.line_count[0]]
    axis = ground.axis[front]
    count = np.bincount(axis, minlength=n_axes)
    x, y = (np.bincount(axis, xy[front], n_axes) / np.maximum(count, 1) for xy in (ground.x_km, ground.y_km))
    km = np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y))
    km[:, count == 0] = km[count == 0] = 0.0
    return km
