"""Reinforcement: replacements, rest and return, and the filling of line sections."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.mechanisms.contract import Mechanism
from sim.quantity import Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.integer_codes import ATTACKER, DEFENDER, POOL, POOL_TAIL, RESERVE_ARRIVED, REST_HEAD, REST_TAIL
from sim.world.keyed_draws import REINFORCEMENT, Draws, binomial, uniform
from sim.world.row_queues import form_teams
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground


class ReinforcementParams(Params):
    """Flows of soldiers into the fight."""

    attacker_replacements_per_day: float = quantity("soldiers/day", "soldiers joining the attacker", ge=0, le=100_000)
    defender_replacements_per_day: float = quantity("soldiers/day", "soldiers joining the defender", ge=0, le=100_000)
    rest_h: float = quantity("h", "rest of a team between two missions", ge=0)
    fill_time_h: float = quantity("h", "time constant with which a section fills to its target", gt=0)
    reserve_delay_h: float = quantity("h", "time from the order until the reserve is at hand", ge=0)


class Reinforcement(Mechanism):
    """Bring replacements, return rested teams to the pool, fill quiet line sections.

    Arrivals are a steady flow, N(t) = floor(rate t). A rested team is made up to `team_size` from unassigned soldiers
    and goes to the end of the pool. A section of d soldiers with target T, not under assault nor in a pocket, receives
    Binomial(T - d, supply_level (1 - exp(-dt / fill_time_h))) from the unassigned, or gives up some of d - T. The
    defender's arrivals are scaled by the mean supply level. A committed reserve stands behind its axis after
    reserve_delay_h, and that axis's sections draw on it before the unassigned.
    """

    reads = frozenset(
        {
            "assault_force", "axis", "is_connected", "is_held_by_enemy", "line_cells", "line_count", "reserve_axis",
            "rest", "section_of_cell", "supply_level", "target_soldiers", "timer_h"
        }
    )  # fmt: skip
    writes = frozenset(
        {
            "arrived", "arriving", "axis_reserve", "cursor", "events", "n_events", "n_soldiers", "pool",
            "pool_soldiers", "reserve", "reserve_arrives_h", "state", "unassigned"
        }
    )  # fmt: skip

    acts_in_ceasefire = True

    def __init__(self, scenario: Scenario) -> None:
        self._params = scenario.reinforcement

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Move one tick's soldiers."""
        p = self._params
        days = tick.dt_h / H_PER_DAY
        supplied = p.defender_replacements_per_day * state.mean_supply_level()
        take_in(
            p.attacker_replacements_per_day * days, supplied * days, tick.start_h, state.team_size, state.arriving,
            state.arrived, state.unassigned, state.state, state.n_soldiers, state.timer_h, state.rest, state.pool,
            state.pool_soldiers, state.cursor,
        )  # fmt: skip
        _bring_reserve(state, ground, tick)
        fill_sections(
            1.0 - math.exp(-tick.dt_h / p.fill_time_h), draws.stream(REINFORCEMENT, tick), ground.line_cells,
            ground.line_count, ground.target_soldiers, ground.assault_force, ground.is_held_by_enemy,
            ground.is_connected, state.section_of_cell, state.axis, state.supply_level, state.n_soldiers,
            state.axis_reserve, state.unassigned,
        )  # fmt: skip


def _bring_reserve(state: State, ground: Ground, tick: Tick) -> None:
    """Put a reserve that has arrived behind its axis; behind one without a line in reach, it joins the common stock."""
    if tick.start_h >= state.reserve_arrives_h[0]:
        state.log(RESERVE_ARRIVED, tick.start_h, value=float(state.reserve[0]))
        state.axis_reserve[state.reserve_axis[0]] += state.reserve[0]
        state.reserve[0], state.reserve_arrives_h[0] = 0, math.inf
    if np.count_nonzero(state.axis_reserve):  # a fraction of what `any` takes
        line = ground.line_cells[: ground.line_count[1]]
        has_line = np.zeros(len(state.axis_reserve), bool)
        has_line[ground.axis[line[ground.is_connected[line] == 1]]] = True
        state.unassigned[DEFENDER] += state.axis_reserve[~has_line].sum()
        state.axis_reserve[~has_line] = 0


@kernel
def take_in(
    attackers, defenders, hour, team_size, arriving, arrived, unassigned, state, n_soldiers, timer_h, rest, pool,
    pool_soldiers, cursor,
):  # fmt: skip
    """Take in both sides' new soldiers, and put those of the attacker who have rested or fill a team into the pool."""
    arrive(ATTACKER, attackers, arriving, arrived, unassigned)
    arrive(DEFENDER, defenders, arriving, arrived, unassigned)
    return_from_rest(hour, team_size, unassigned, state, n_soldiers, timer_h, rest, pool, pool_soldiers, cursor)
    form_teams(team_size, unassigned, state, n_soldiers, pool, pool_soldiers, cursor)


@kernel
def arrive(side, n_soldiers, arriving, arrived, unassigned):
    """Add a side's soldiers, keeping the fraction of one for later."""
    arriving[side] += n_soldiers
    # The small number keeps 24 ticks of 1/24 from summing to just under a whole soldier.
    n = math.floor(arriving[side] + 1e-9)
    arriving[side] -= n
    arrived[side] += n
    unassigned[side] += n


@kernel
def return_from_rest(hour, team_size, unassigned, state, n_soldiers, timer_h, rest, pool, pool_soldiers, cursor):
    """Move teams whose rest is over from the head of the rest queue to the tail of the pool, made up to strength."""
    while cursor[REST_HEAD] < cursor[REST_TAIL]:
        row = rest[cursor[REST_HEAD] % len(rest)]
        if timer_h[row] > hour:
            break
        cursor[REST_HEAD] += 1
        fill = min(team_size - n_soldiers[row], unassigned[ATTACKER])
        unassigned[ATTACKER] -= fill
        n_soldiers[row] += fill
        state[row] = POOL
        pool[cursor[POOL_TAIL] % len(pool)] = row
        cursor[POOL_TAIL] += 1
        pool_soldiers[0] += n_soldiers[row]


@kernel
def fill_sections(
    p_fill, stream, line_cells, line_count, target_soldiers, assault_force, is_held_by_enemy, is_connected,
    section_of_cell, axis, supply_level, n_soldiers, axis_reserve, unassigned,
):  # fmt: skip
    """Fill each quiet section of the line towards its target, or take its surplus, in an order drawn anew.

    Whom a section gets comes from the reserve behind its axis first, then from the common stock.
    """
    n = line_count[1]
    # When soldiers are short the first ones served get more: a random start keeps that from favouring a flank.
    start = int(uniform(stream, 0, 1) * n)
    for i in range(n):
        cell = line_cells[(start + i) % n]
        if assault_force[cell] > 0 or is_held_by_enemy[cell] or not is_connected[cell]:
            continue
        section = section_of_cell[cell]
        gap = target_soldiers[cell] - n_soldiers[section]
        if gap != 0:
            lane = axis[section]
            p = p_fill * supply_level[lane] if gap > 0 else p_fill
            moved = binomial(uniform(stream, section, 0), abs(gap), p)
            from_reserve = min(moved, axis_reserve[lane]) if gap > 0 else 0
            moved = min(moved - from_reserve, unassigned[DEFENDER]) if gap > 0 else -moved
            n_soldiers[section] += from_reserve + moved
            axis_reserve[lane] -= from_reserve
            unassigned[DEFENDER] -= moved
