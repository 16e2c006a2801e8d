"""Marches: soldiers on the road to a sector, from its day of departure to the hour of arrival."""

from __future__ import annotations

import numpy as np

from sim.errors import InputError
from sim.world.compiled_code import kernel
from sim.world.integer_codes import ATTACKER, ON_THE_ROAD
from sim.world.keyed_draws import binomial
from sim.world.state import State


def set_out(state: State, side: int, axis: int, n_soldiers: int, arrives_h: float) -> None:
    """Put soldiers on the road to a sector; the caller has taken them from where they were.

    When the table is full they join the march of their side to the same sector that arrives last. Raises InputError
    when there is none.
    """
    if n_soldiers <= 0:
        return
    free = np.flatnonzero(state.march_soldiers == 0)
    if len(free):
        at = free[0]
        state.march_arrives_h[at] = arrives_h
    else:
        same = np.flatnonzero((state.march_side == side) & (state.march_axis == axis))
        if not len(same):
            raise InputError([f"marches: more than {len(state.march_soldiers)} are on the road at once"])
        at = same[np.argmax(state.march_arrives_h[same])]
        state.march_arrives_h[at] = max(state.march_arrives_h[at], arrives_h)
    state.march_side[at], state.march_axis[at] = side, axis
    state.march_soldiers[at] += n_soldiers
    state.n_marching[0] += n_soldiers


def survive_the_road(state: State, side: int, n_soldiers: int, p_lost: float, u: float) -> int:
    """Return how many of n soldiers survive a road, each lost with probability p_lost; the losses are in the ledger.

    u: a uniform in (0, 1), the draw of the march.
    """
    n_lost = int(binomial(u, n_soldiers, p_lost))
    state.losses[side, ON_THE_ROAD] += n_lost
    return n_soldiers - n_lost


@kernel
def deliver(hour, march_side, march_axis, march_soldiers, march_arrives_h, n_marching, stock):
    """Put the soldiers whose hour has come into the stock of their sector (the attacker's into the one it has)."""
    if n_marching[0] == 0:
        return
    for i in range(len(march_soldiers)):
        if march_soldiers[i] > 0 and march_arrives_h[i] <= hour:
            side = march_side[i]
            stock[side, 0 if side == ATTACKER else march_axis[i]] += march_soldiers[i]
            n_marching[0] -= march_soldiers[i]
            march_soldiers[i] = 0


def marching_to(state: State, side: int) -> np.ndarray:
    """Return the soldiers of a side on the road to each sector."""
    n = np.zeros(state.stock.shape[1], np.int64)
    count_marching(side, state.march_side, state.march_axis, state.march_soldiers, n)
    return n


@kernel
def count_marching(side, march_side, march_axis, march_soldiers, by_axis):
    """Add a side's soldiers on the road to by_axis (int64); by march: side and axis (int8), soldiers (int64)."""
    for i in range(len(march_side)):
        if march_side[i] == side and march_soldiers[i] > 0:
            by_axis[march_axis[i]] += march_soldiers[i]
