"""Reinforcement: replacements, rest and return, and the filling of line sections."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.marches import deliver
from sim.quantity import MAX_H, Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.ground import Ground
from sim.world.integer_codes import ATTACKER, DEFENDER, POOL, POOL_TAIL, REST_HEAD, REST_TAIL
from sim.world.keyed_draws import REINFORCEMENT, Draws, binomial, uniform
from sim.world.row_queues import form_teams
from sim.world.state import State


class ReinforcementParams(Params):
    """Flows of soldiers into the fight."""

    attacker_replacements_per_day: float = quantity("soldiers/day", "soldiers joining the attacker", ge=0, le=100_000)
    defender_replacements_per_day: float = quantity("soldiers/day", "soldiers joining the defender", ge=0, le=100_000)
    rest_h: float = quantity("h", "rest of a team between two missions", ge=0, le=MAX_H)
    fill_time_h: float = quantity("h", "time constant with which a section fills to its target", gt=0, le=MAX_H)


class ReinforcementValues(NamedTuple):
    """The flows of `ReinforcementParams`, and those that change with time: points [day, soldiers/day], none for steady.

    The other values are used elsewhere (movement, the commanders).
    """

    attacker_replacements_per_day: float
    defender_replacements_per_day: float
    fill_time_h: float
    rest_first: bool = False  # whether the defender's new soldiers join those out of the line, not a stock
    fills_on_foot: bool = False  # whether those behind a sector walk into its line whatever supply it receives
    attacker_schedule: Sequence[Sequence[float]] = ()
    defender_schedule: Sequence[Sequence[float]] = ()


class Reinforcement(Mechanism):
    """Bring replacements, return rested teams to the pool, fill quiet line sections.

    Arrivals are a flow, N(t) = floor(rate t), or floor(integral of a rate that is straight between dated points). A
    rested team is made up to `team_size` from the stock and goes to the end of the pool. A section of d soldiers
    with target T, not under assault nor in a pocket, receives Binomial(T - d, supply_level (1 - exp(-dt /
    fill_time_h))) from the stock of its sector, or gives up some of d - T. Those of a sector's own stock walk in
    whatever its supply (fills_on_foot: the level counts as 1).
    The defender's arrivals are scaled by the mean supply level.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "assault_force", "axis", "is_connected", "is_held_by_enemy", "line_cells", "line_count", "march_arrives_h",
            "march_axis", "march_side", "rest", "section_of_cell", "sector", "supply_level",
            "target_soldiers", "timer_h"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset(
        {
            "arrived", "arriving", "cursor", "march_soldiers", "n_marching", "n_soldiers", "pool",
            "pool_soldiers", "resting", "state", "stock"
        }
    )  # fmt: skip

    acts_in_ceasefire: ClassVar[bool] = True

    def __init__(self, values: ReinforcementValues) -> None:
        self._values = values

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Move one tick's soldiers."""
        p = self._values
        days = tick.dt_h / H_PER_DAY
        attackers = rate_in(tick, p.attacker_replacements_per_day, p.attacker_schedule)
        defenders = rate_in(tick, p.defender_replacements_per_day, p.defender_schedule)
        if state.n_marching[0]:
            deliver(
                tick.start_h, state.march_side, state.march_axis, state.march_soldiers, state.march_arrives_h,
                state.n_marching, state.stock,
            )  # fmt: skip
        reinforce(
            tick.start_h, attackers * days, defenders, days, 1.0 - math.exp(-tick.dt_h / p.fill_time_h),
            state.team_size, p.rest_first, p.fills_on_foot, draws.stream(REINFORCEMENT, tick), state.arriving,
            state.arrived, state.stock, state.resting, state.supply_level[DEFENDER], state.state,
            state.n_soldiers, state.timer_h, state.axis, state.rest, state.pool, state.pool_soldiers, state.cursor,
            ground.line_cells, ground.line_count, ground.target_soldiers, ground.assault_force, ground.is_held_by_enemy,
            ground.is_connected, ground.sector, state.section_of_cell,
        )  # fmt: skip


def rate_in(tick: Tick, steady: float, schedule: Sequence[Sequence[float]]) -> float:
    """Return the mean soldiers/day over a tick: the steady rate, or that of the points [day, soldiers/day]."""
    if not len(schedule):
        return steady
    days, per_day = zip(*schedule, strict=True)
    at = np.interp((tick.start_h / H_PER_DAY, tick.end_h / H_PER_DAY), days, per_day)
    return float(at.sum() / 2.0)


class Stocks(NamedTuple):
    """Soldiers by side: the fraction of one that is due, all that arrived, and those in stock by sector."""

    arriving: np.ndarray
    arrived: np.ndarray
    stock: np.ndarray


class Rows(NamedTuple):
    """Columns by row of the state, and the queues of rows at rest and in the pool with their cursor."""

    state: np.ndarray
    n_soldiers: np.ndarray
    timer_h: np.ndarray
    axis: np.ndarray
    rest: np.ndarray
    pool: np.ndarray
    pool_soldiers: np.ndarray
    cursor: np.ndarray


class Cells(NamedTuple):
    """Columns by cell of the ground."""

    assault_force: np.ndarray
    is_held_by_enemy: np.ndarray
    is_connected: np.ndarray
    sector: np.ndarray


@kernel
def reinforce(
    start_h, attackers, defenders, days, p_fill, team_size, rest_first, fills_on_foot, stream, arriving, arrived, stock,
    resting, supply_level, state, n_soldiers, timer_h, axis, rest, pool, pool_soldiers, cursor, line_cells, line_count,
    target_soldiers, assault_force, is_held_by_enemy, is_connected, sector, section_of_cell,
):  # fmt: skip
    """Take in both sides' new soldiers, return rested teams to the pool, fill the line: see `Reinforcement`.

    start_h: hour of the tick; attackers: soldiers due in the tick; defenders: soldiers/day due at full supply; days: of
    the tick; p_fill: share of a gap filled at full supply; team_size: soldiers; rest_first: whether new defenders join
    those at rest; fills_on_foot: whether the supply level counts as 1 where sections fill; stream (4 uint64): see
    `Draws.stream`. By side: arriving (float64), arrived, resting (int64). stock (2 x axes int64); supply_level
    (float64) by axis. By row: state, axis (int8), n_soldiers (int32), timer_h (float64, h). rest, pool (int32),
    pool_soldiers, cursor (int64): see `State`. line_cells (int32), line_count (2 int32): see `Ground`. By cell:
    target_soldiers, assault_force, section_of_cell (int32), is_held_by_enemy, is_connected, sector (int8).
    """
    stocks = Stocks(arriving, arrived, stock)
    rows = Rows(state, n_soldiers, timer_h, axis, rest, pool, pool_soldiers, cursor)
    cells = Cells(assault_force, is_held_by_enemy, is_connected, sector)
    stock[ATTACKER, 0] += arrive(ATTACKER, attackers, stocks)
    level = 0.0
    for on_axis in supply_level:
        level += on_axis
    n = arrive(DEFENDER, defenders * (level / len(supply_level)) * days, stocks)
    if rest_first:
        resting[DEFENDER] += n
    else:
        stock[DEFENDER, 0] += n
    return_from_rest(start_h, team_size, stock, rows)
    form_teams(team_size, stock, rows)
    n = line_count[1]
    # When soldiers are short, the first sections get more: with a random start no flank is favoured.
    start = int(uniform(stream, 0, 1) * n)
    for i in range(n):
        cell = line_cells[(start + i) % n]
        if is_reinforced(cell, cells):
            section = section_of_cell[cell]
            gap = target_soldiers[cell] - n_soldiers[section]
            if gap > 0:
                p = p_fill if fills_on_foot else p_fill * supply_level[axis[section]]
                n_new = binomial(uniform(stream, section, 0), gap, p)
                move(min(n_new, stock[DEFENDER, sector[cell]]), section, sector[cell], rows, stocks)
            elif gap < 0:
                move(-binomial(uniform(stream, section, 0), -gap, p_fill), section, sector[cell], rows, stocks)


@kernel
def arrive(side, n_soldiers, stocks):
    """Count a side's new soldiers and return how many they are; the fraction of one is left for later."""
    stocks.arriving[side] += n_soldiers
    # The small number prevents 24 ticks of 1/24 from summing to just under a whole soldier.
    n = math.floor(stocks.arriving[side] + 1e-9)
    stocks.arriving[side] -= n
    stocks.arrived[side] += n
    return n


@kernel
def return_from_rest(hour, team_size, stock, rows):
    """Move teams whose rest is over from the head of the rest queue to the tail of the pool, made up to strength."""
    while rows.cursor[REST_HEAD] < rows.cursor[REST_TAIL]:
        row = rows.rest[rows.cursor[REST_HEAD] % len(rows.rest)]
        if rows.timer_h[row] > hour:
            break
        rows.cursor[REST_HEAD] += 1
        added = min(team_size - rows.n_soldiers[row], stock[ATTACKER, 0])
        stock[ATTACKER, 0] -= added
        rows.n_soldiers[row] += added
        rows.state[row] = POOL
        rows.pool[rows.cursor[POOL_TAIL] % len(rows.pool)] = row
        rows.cursor[POOL_TAIL] += 1
        rows.pool_soldiers[0] += rows.n_soldiers[row]


@kernel
def is_reinforced(cell, cells):
    """Return whether soldiers reach a cell, or leave it: it is not under assault, nor lost, nor in a pocket."""
    return cells.assault_force[cell] <= 0 and not cells.is_held_by_enemy[cell] and cells.is_connected[cell] != 0


@kernel
def move(n, section, sector, rows, stocks):
    """Move n soldiers from the stock of a sector into a section; a negative n moves them back."""
    rows.n_soldiers[section] += n
    stocks.stock[DEFENDER, sector] -= n
