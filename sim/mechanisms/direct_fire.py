"""Direct fire: groups gather before an objective, enter it together, and fight its section."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from sim.mechanisms.contract import Mechanism
from sim.mechanisms.shared.duel import duel
from sim.mechanisms.shared.rows import change_state, count_in_cell, gather_by_cell, scatter, strike_off_in_cell
from sim.quantity import Params, quantity, setting
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.ground import DEFENDER_HELD
from sim.world.integer_codes import (
    AIMED_FIRE,
    ASSAULT,
    ASSAULT_BROKEN,
    ASSAULTS,
    ATTACKER,
    DEFENDER,
    ENTRIES,
    HOLD,
    N_FORWARD,
    WAIT,
    WITHDRAW,
)
from sim.world.keyed_draws import DIRECT_FIRE, Draws, uniform
from sim.world.row_queues import log_event
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground

# A cell's fights are numbered; each has this many numbers for its jumps, and as many for who falls.
DRAWS_PER_FIGHT = 1 << 16
WHO_FALLS = 1 << 15


class DirectFireParams(Params):
    """Fire between those who stand in one contested cell."""

    attacker_loss_per_defender_h: float = quantity("1/h", "attackers lost per hour and defender in the cell", ge=0)
    defender_loss_per_attacker_h: float = quantity(
        "1/h", "defenders lost per hour and attacker, before dividing by fortification", ge=0
    )
    attacker_fire: Literal["aimed", "area"] = setting(
        "text", "whether the attacker aims, or fires at an area: then his rate is per attacker and defender"
    )
    defender_fire: Literal["aimed", "area"] = setting(
        "text", "whether the defender aims, or fires at an area: then his rate is per defender and attacker"
    )
    assault_ratio: float = quantity("1", "force ratio at which those waiting assault", ge=0)
    wait_max_h: float = quantity("h", "wait after which they assault at any ratio", ge=0)
    breakpoint_attacker: float = quantity("1", "share of losses at which an assault breaks", gt=0, le=1)
    breakpoint_defender: float = quantity(
        "1", "share of its target strength lost at which a section breaks", gt=0, le=1
    )


class Rules(NamedTuple):
    """What the kernels need of DirectFireParams, and the way back."""

    attacker_loss: float
    defender_loss: float
    is_area_on_attacker: bool
    is_area_on_defender: bool
    assault_ratio: float
    wait_max_h: float
    breakpoint_attacker: float
    breakpoint_defender: float
    stage_km: float


class DirectFire(Mechanism):
    """Start assaults and fight them as an exact jump process in each contested cell.

    Those waiting enter when they number assault_ratio x defenders x cohesion, or one has waited wait_max_h, or a fight
    is on, each group at the hour at which it arrives; an empty cell is won at once. Then attackers are lost at rate
    attacker_loss_per_defender_h x y x cohesion and defenders at defender_loss_per_attacker_h x x / fortification
    (stochastic square law, Brown 1963; the rate times the strength under fire where fire is spread over an area: linear
    law, or Deitchman's mixed law) until x <= (1 - breakpoint_attacker) of the force that entered, or y <= (1 -
    breakpoint_defender) of the section's target. Losers withdraw, winners hold.
    """

    reads = frozenset(
        {
            "active", "cohesion", "control", "cursor", "fortification", "forward", "group_id", "objective_cell",
            "section_of_cell", "target_soldiers"
        }
    )  # fmt: skip
    writes = frozenset(
        {
            "assault_force", "count", "entries", "events", "fight_draws", "held_since_h", "is_held_by_enemy", "losses",
            "n_events", "n_soldiers", "raids", "remaining_km", "state", "timer_h", "unassigned"
        }
    )  # fmt: skip

    def __init__(self, scenario: Scenario) -> None:
        p = scenario.direct_fire
        self._rules = Rules(
            p.attacker_loss_per_defender_h, p.defender_loss_per_attacker_h, p.defender_fire == "area",
            p.attacker_fire == "area", p.assault_ratio, p.wait_max_h, p.breakpoint_attacker, p.breakpoint_defender,
            scenario.ground.stage_km,
        )  # fmt: skip
        self._first = self._following = self._cells = np.zeros(0, np.int32)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Fight for one tick in every cell where teams wait or assault."""
        if len(self._first) != ground.n_cells:
            self._first = np.full(ground.n_cells, -1, np.int32)
            self._following = np.zeros(len(state.active), np.int32)
            self._cells = np.zeros(ground.n_cells, np.int32)
        fight(
            self._rules, tick.start_h, tick.end_h, draws.lifelong(DIRECT_FIRE), self._first, self._following,
            self._cells, state.active, state.forward, state.cursor, state.state, state.n_soldiers, state.objective_cell,
            state.group_id, state.timer_h, state.remaining_km, state.section_of_cell, state.unassigned, ground.control,
            ground.fortification, ground.target_soldiers, ground.cohesion, ground.fight_draws, ground.assault_force,
            ground.entries, ground.raids, ground.is_held_by_enemy, ground.held_since_h, state.losses, state.count,
            state.events, state.n_events,
        )  # fmt: skip


@kernel
def cells_with_teams(first, cells, active, forward, n_forward, objective_cell, state):
    """List each cell in which teams wait or assault, once; return how many there are."""
    n = 0
    for f in range(n_forward):
        row = active[forward[f]]
        if state[row] == WAIT or state[row] == ASSAULT:
            cell = objective_cell[row]
            # A cell is listed at the first such position of its chain.
            if first[cell] >= 0:
                first[cell] = -2 - first[cell]
                cells[n] = cell
                n += 1
    for i in range(n):
        first[cells[i]] = -2 - first[cells[i]]
    return n


@kernel
def survey(start, hour, active, following, state, n_soldiers, group_id, timer_h):
    """Return soldiers and groups that wait in a cell at an hour, since when, and when the next ones will arrive."""
    n_waiting, n_groups, last = 0, 0, -1
    since_h = next_h = math.inf
    i = start
    while i >= 0:
        row = active[i]
        is_waiting = state[row] == WAIT and n_soldiers[row] > 0
        if is_waiting and timer_h[row] > hour:
            next_h = min(next_h, timer_h[row])
        elif is_waiting:
            n_waiting += n_soldiers[row]
            since_h = min(since_h, timer_h[row])
            if group_id[row] != last:
                last = group_id[row]
                n_groups += 1
        i = following[i]
    return n_waiting, n_groups, since_h, next_h


@kernel
def enter(start, hour, active, following, state, timer_h):
    """Let those who wait in a cell at an hour into the fight."""
    i = start
    while i >= 0:
        row = active[i]
        if state[row] == WAIT and timer_h[row] <= hour:
            state[row] = ASSAULT
        i = following[i]


@kernel
def join_holders(start, hour, active, following, state, timer_h):
    """Let those who wait before a cell won at an hour hold it, each from when he arrives."""
    i = start
    while i >= 0:
        row = active[i]
        if state[row] == WAIT:
            state[row], timer_h[row] = HOLD, max(hour, timer_h[row])
        i = following[i]


@kernel
def exchange_fire(
    rules, cell, section, start, hours, stream, active, following, state, n_soldiers, fortification, cohesion,
    target_soldiers, assault_force, fight_draws, losses,
):  # fmt: skip
    """Fight in one cell for some hours; return the hours used, and whether the assault or the section broke."""
    x, y = count_in_cell(start, ASSAULT, active, following, state, n_soldiers), n_soldiers[section]
    x_breaks_at = (1.0 - rules.breakpoint_attacker) * assault_force[cell]
    y_breaks_at = (1.0 - rules.breakpoint_defender) * target_soldiers[cell]
    x_left, y_left, used, k = duel(
        x, y, rules.attacker_loss * cohesion[cell], rules.defender_loss / fortification[cell], x_breaks_at, y_breaks_at,
        hours, stream, cell, fight_draws[cell], rules.is_area_on_attacker, rules.is_area_on_defender,
    )  # fmt: skip
    for s in range(x - x_left):
        nth = int(uniform(stream, cell, fight_draws[cell] + WHO_FALLS + s) * (x - s))
        strike_off_in_cell(nth, ASSAULT, start, active, following, state, n_soldiers)
    fight_draws[cell] = k
    n_soldiers[section] = y_left
    losses[ATTACKER, AIMED_FIRE] += x - x_left
    losses[DEFENDER, AIMED_FIRE] += y - y_left
    return used, x_left <= x_breaks_at, y_left <= y_breaks_at


@kernel
def let_in(
    rules, hour, cell, start, y, active, following, state, n_soldiers, group_id, timer_h, cohesion, fight_draws,
    assault_force, entries, raids, count,
):  # fmt: skip
    """Let those who wait at an hour into the cell if they may; return the hour at which that is to be asked again."""
    n_waiting, n_groups, since_h, next_h = survey(
        start, hour, active, following, state, n_soldiers, group_id, timer_h
    )  # fmt: skip
    is_strong = n_waiting >= rules.assault_ratio * y * cohesion[cell]
    if n_waiting > 0 and (assault_force[cell] > 0 or is_strong or since_h + rules.wait_max_h <= hour):
        if assault_force[cell] == 0:
            count[ASSAULTS] += 1
            fight_draws[cell] = (fight_draws[cell] // DRAWS_PER_FIGHT + 1) * DRAWS_PER_FIGHT
        count[ENTRIES] += n_groups
        entries[cell] += n_groups
        raids[cell] += n_groups
        assault_force[cell] += n_waiting
        enter(start, hour, active, following, state, timer_h)
    # Once a fight is on, nobody waits.
    return next_h if assault_force[cell] > 0 else min(next_h, since_h + rules.wait_max_h)


@kernel
def fight(
    rules, start_h, end_h, stream, first, following, cells, active, forward, cursor, state, n_soldiers, objective_cell,
    group_id, timer_h, remaining_km, section_of_cell, unassigned, control, fortification, target_soldiers, cohesion,
    fight_draws, assault_force, entries, raids, is_held_by_enemy, held_since_h, losses, count, events, n_events,
):  # fmt: skip
    """Go through a tick from arrival to arrival: let groups enter where they may, fight, and settle the outcome."""
    n_forward = cursor[N_FORWARD]
    gather_by_cell(active, forward, n_forward, objective_cell, first, following)
    for c in range(cells_with_teams(first, cells, active, forward, n_forward, objective_cell, state)):
        cell = cells[c]
        start, section, hour = first[cell], section_of_cell[cell], start_h
        if control[cell] != DEFENDER_HELD or section < 0:
            continue
        while hour < end_h and not is_held_by_enemy[cell]:
            until = let_in(
                rules, hour, cell, start, n_soldiers[section], active, following, state, n_soldiers, group_id, timer_h,
                cohesion, fight_draws, assault_force, entries, raids, count,
            )  # fmt: skip
            until = min(end_h, until)
            if assault_force[cell] == 0:
                hour = until
                continue
            used, is_assault_broken, is_section_broken = exchange_fire(
                rules, cell, section, start, until - hour, stream, active, following, state, n_soldiers, fortification,
                cohesion, target_soldiers, assault_force, fight_draws, losses,
            )  # fmt: skip
            hour = hour + used if is_assault_broken or is_section_broken else until
            if is_assault_broken:
                left = count_in_cell(start, ASSAULT, active, following, state, n_soldiers)
                log_event(ASSAULT_BROKEN, hour, cell, left, events, n_events)
                assault_force[cell] = 0
                change_state(
                    start, ASSAULT, WITHDRAW, hour, rules.stage_km, active, following, state, timer_h, remaining_km
                )
            elif is_section_broken:
                unassigned[DEFENDER] += n_soldiers[section]
                assault_force[cell], n_soldiers[section] = 0, 0
                raids[cell] += 1
                is_held_by_enemy[cell], held_since_h[cell] = 1, hour
                change_state(start, ASSAULT, HOLD, hour, 0.0, active, following, state, timer_h, remaining_km)
        if is_held_by_enemy[cell]:
            join_holders(start, hour, active, following, state, timer_h)
    scatter(active, forward, n_forward, objective_cell, first)
