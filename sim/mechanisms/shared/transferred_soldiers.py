"""Soldiers who come into a side's sector and go out of it again: what moves when, and how."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.integer_codes import (
    ATTACKER,
    DEAD,
    DEFENDER,
    N_ACTIVE,
    POOL_HEAD,
    POOL_TAIL,
    REST_HEAD,
    REST_TAIL,
    TRANSFER_SHORT,
)
from sim.world.row_queues import count_all, count_rows
from sim.world.state import State

COUNTED_AWAY, COUNTED_BACK, STAYS, TAKEN_BACK, ARRIVES, LEAVES = range(6)
"""What a transfer does: a diversion that happened moves the counter of those away, and no soldier of the sector, whose
strengths are those with it; one that did not adds those who stayed, and takes them back when they would have come."""


class Move(NamedTuple):
    """One transfer as it acts: its effect on n soldiers from an hour on, over some hours (0: at once)."""

    side: int
    effect: int
    n: int
    from_h: float
    over_h: float
    quality: float

    def due(self, hour: float) -> int:
        """Return how many soldiers have moved by an hour: n x (hour - from_h) / over_h, from 0 to n, rounded."""
        if self.over_h <= 0.0:
            return self.n if hour >= self.from_h else 0
        return math.floor(self.n * min(max((hour - self.from_h) / self.over_h, 0.0), 1.0) + 0.5)

    def due_before(self) -> int:
        """Return how many had moved when the campaign began: the strengths of the start are without the others."""
        is_counted = self.effect in (COUNTED_AWAY, COUNTED_BACK)
        return self.due(0.0) if is_counted or (self.effect in (ARRIVES, LEAVES) and self.from_h < 0.0) else 0


def mix(state: State, side: int, n: int, soldiers: int, quality: float) -> None:
    """Mix n newcomers among a side's soldiers, who count them: q <- (q (soldiers - n) + quality n) / soldiers."""
    if n > 0 and soldiers > 0:
        share = min(1.0, n / soldiers)
        state.quality[side] += share * (quality - float(state.quality[side]))


def move_side(state: State, side: int, moving: list[tuple[Move, int]], hour: float, is_resting: bool) -> None:
    """Move what is due of one side: the counter, then those who join less those taken back, then those who leave."""

    def total(*effects: int) -> int:
        return sum(n for move, n in moving if move.effect in effects)

    counted = total(COUNTED_AWAY) - total(COUNTED_BACK)
    state.away[side] += counted
    state.arrived[side] += counted  # in the account, as soldiers who are away
    joining = [(move.quality, n) for move, n in moving if move.effect in (STAYS, ARRIVES)]
    n_joining, missing = total(STAYS, ARRIVES), 0
    net = n_joining - total(TAKEN_BACK)
    if net > 0:
        join(state, side, net, is_resting)
        state.arrived[side] += net
        mix(state, side, net, state.soldiers(side), sum(q * n for q, n in joining) / n_joining)
    elif net < 0:
        taken = take(state, side, -net)
        state.arrived[side] -= taken
        missing = -net - taken
    leaving = total(LEAVES)
    if leaving:
        left = take(state, side, leaving)
        state.away[side] += left
        missing += leaving - left
    if missing:
        state.log(TRANSFER_SHORT, hour, value=float(missing))


def join(state: State, side: int, n: int, is_resting: bool) -> None:
    """Put n soldiers into a side's sector: the attacker's into the pool, the defender's to rest, or into the stock."""
    if side == ATTACKER:
        state.form_teams(n)
    elif is_resting:
        state.resting[DEFENDER] += n
    else:
        state.stock[DEFENDER, 0] += n


def take(state: State, side: int, n: int) -> int:
    """Take up to n soldiers out of a side's sector, none out of a fight; return how many.

    The attacker's leave the pool's head, then rest; the defender's leave the stocks, the largest first, then rest.
    """
    taken = _take_waiting(state, n) if side == ATTACKER else 0
    for sector in np.argsort(-state.stock[side], kind="stable"):
        from_stock = min(n - taken, int(state.stock[side, sector]))
        state.stock[side, sector] -= from_stock
        taken += from_stock
    return taken + _take_resting(state, side, n - taken)


def take_from_rear(state: State, side: int, n: int) -> int:
    """Take up to n soldiers of a side who wait in the pool or rest, none out of the line; return how many."""
    if n <= 0:
        return 0
    taken = _take_waiting(state, n) if side == ATTACKER else 0
    return taken + _take_resting(state, side, n - taken)


def _take_waiting(state: State, n: int) -> int:
    taken = _take_teams(state, n, state.pool, POOL_HEAD, POOL_TAIL)
    state.pool_soldiers[0] -= taken
    return taken + _take_teams(state, n - taken, state.rest, REST_HEAD, REST_TAIL)


def _take_resting(state: State, side: int, n: int) -> int:
    resting = min(n, int(state.resting[side]))
    state.resting[side] -= resting
    return resting


def _take_teams(state: State, n: int, queue: np.ndarray, head: int, tail: int) -> int:
    return int(take_off_queue(n, queue, head, tail, state.cursor, state.state, state.n_soldiers))


@kernel
def take_off_queue(n_wanted, queue, head, tail, cursor, state, n_soldiers):
    """Take up to n_wanted soldiers off the head of a queue of rows; a row left without any is done with.

    n_wanted: soldiers; queue (int32): rows; head, tail: positions in cursor (int64). By row: state (int8), n_soldiers
    (int32). Returns how many were taken.
    """
    taken = 0
    while taken < n_wanted and cursor[head] < cursor[tail]:
        row = queue[cursor[head] % len(queue)]
        n = min(n_soldiers[row], n_wanted - taken)
        n_soldiers[row] -= n
        taken += n
        if n_soldiers[row] == 0:
            state[row] = DEAD
            cursor[head] += 1
    return taken


def in_contact(state: State, side: int) -> int:
    """Return how many of a side's soldiers hold the line, or are forward or in a garrison."""
    if side == DEFENDER:
        return int(count_all(state.n_soldiers[: state.n_sections]))
    return int(count_rows(state.active[: state.cursor[N_ACTIVE]], state.n_soldiers))
