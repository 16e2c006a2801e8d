"""Direct fire: groups gather before an objective, enter it together, and fight its section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.clock import Tick
from sim.codes import (
    AIMED_FIRE,
    ASSAULT,
    ASSAULT_BROKEN,
    ASSAULTS,
    ATTACKER,
    DEFENDER,
    ENTRIES,
    HOLD,
    N_ACTIVE,
    WAIT,
    WITHDRAW,
)
from sim.draws import DIRECT_FIRE, Draws, uniform
from sim.duel import duel
from sim.ground import DEFENDER_HELD
from sim.kernels import kernel
from sim.quantity import Params, quantity
from sim.rows import change_state, count_in_cell, gather_by_cell, log_event, scatter, strike_off_in_cell
from sim.state import State

if TYPE_CHECKING:
    from sim.ground import Ground
    from sim.schema import Scenario

# A cell's fights are numbered; each has this many numbers for its jumps, and as many for who falls.
DRAWS_PER_FIGHT = 1 << 16
WHO_FALLS = 1 << 15


class DirectFireParams(Params):
    """Aimed fire in a contested cell."""

    attacker_loss_per_defender_h: float = quantity("1/h", "attackers lost per hour and defender in the cell", ge=0)
    defender_loss_per_attacker_h: float = quantity(
        "1/h", "defenders lost per hour and attacker, before dividing by fortification", ge=0
    )
    assault_ratio: float = quantity("1", "force ratio at which those waiting assault", ge=0)
    wait_max_h: float = quantity("h", "wait after which they assault at any ratio", ge=0)
    breakpoint_attacker: float = quantity("1", "share of losses at which an assault breaks", gt=0, le=1)
    breakpoint_defender: float = quantity(
        "1", "share of its target strength lost at which a section breaks", gt=0, le=1
    )


class DirectFire:
    """Start assaults and fight them as an exact jump process in each contested cell.

    Those waiting enter when they number assault_ratio x defenders x cohesion, or one has waited wait_max_h, or a fight
    is on; an empty cell is won at once. Then attackers are lost at rate attacker_loss_per_defender_h x y x cohesion and
    defenders at defender_loss_per_attacker_h x x / fortification (stochastic square law) until x <= (1 -
    breakpoint_attacker) of the force that entered, or y <= (1 - breakpoint_defender) of the section's target. Losers
    withdraw, winners hold.
    """

    reads = frozenset(
        {
            "active", "cohesion", "control", "cursor", "fortification", "group_id", "objective_cell", "section_of_cell",
            "target_soldiers"
        }
    )  # fmt: skip
    writes = frozenset(
        {
            "assault_force", "count", "entries", "events", "fight_draws", "held_since_h", "is_held_by_enemy", "losses",
            "n_events", "n_soldiers", "raids", "remaining_km", "state", "timer_h", "unassigned"
        }
    )  # fmt: skip

    def __init__(self, scenario: Scenario) -> None:
        self._params = scenario.direct_fire
        self._first = self._following = self._cells = np.zeros(0, np.int32)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Fight for one tick in every cell where teams wait or assault."""
        if len(self._first) != ground.n_cells:
            self._first = np.full(ground.n_cells, -1, np.int32)
            self._following = np.zeros(len(state.active), np.int32)
            self._cells = np.zeros(ground.n_cells, np.int32)
        p = self._params
        fight(
            tick.start_h, tick.dt_h, p.attacker_loss_per_defender_h, p.defender_loss_per_attacker_h, p.assault_ratio,
            p.wait_max_h, p.breakpoint_attacker, p.breakpoint_defender, ground.stage_km, draws.lifelong(DIRECT_FIRE),
            self._first, self._following, self._cells, state.active, state.cursor, state.state, state.n_soldiers,
            state.objective_cell, state.group_id, state.timer_h, state.remaining_km, state.section_of_cell,
            state.unassigned, ground.control, ground.fortification, ground.target_soldiers, ground.cohesion,
            ground.fight_draws, ground.assault_force, ground.entries, ground.raids, ground.is_held_by_enemy,
            ground.held_since_h, state.losses, state.count, state.events, state.n_events,
        )  # fmt: skip


@kernel
def cells_with_teams(first, cells, active, n_active, objective_cell, state):
    """List each cell in which teams wait or assault, once; return how many there are."""
    n = 0
    for i in range(n_active):
        row = active[i]
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
def longest_wait(start, hour, active, following, state, timer_h):
    """Return for how long the first to arrive of a cell's waiting teams has waited, in h."""
    longest = 0.0
    i = start
    while i >= 0:
        if state[active[i]] == WAIT:
            longest = max(longest, hour - timer_h[active[i]])
        i = following[i]
    return longest


@kernel
def groups_waiting(start, active, following, state, group_id):
    """Count the groups that wait in a cell."""
    n, last = 0, -1
    i = start
    while i >= 0:
        row = active[i]
        if state[row] == WAIT and group_id[row] != last:
            last = group_id[row]
            n += 1
        i = following[i]
    return n


@kernel
def fight(
    hour, dt, attacker_loss, defender_loss, assault_ratio, wait_max_h, breakpoint_attacker, breakpoint_defender,
    stage_km, stream, first, following, cells, active, cursor, state, n_soldiers, objective_cell, group_id, timer_h,
    remaining_km, section_of_cell, unassigned, control, fortification, target_soldiers, cohesion, fight_draws,
    assault_force, entries, raids, is_held_by_enemy, held_since_h, losses, count, events, n_events,
):  # fmt: skip
    """Let those waiting enter where they may, fight until the tick ends or a side breaks, and settle the outcome."""
    n_active = cursor[N_ACTIVE]
    gather_by_cell(active, n_active, objective_cell, first, following)
    for c in range(cells_with_teams(first, cells, active, n_active, objective_cell, state)):
        cell = cells[c]
        start, section = first[cell], section_of_cell[cell]
        if control[cell] != DEFENDER_HELD or section < 0:
            continue
        if is_held_by_enemy[cell]:
            change_state(start, WAIT, HOLD, hour, 0.0, active, following, state, timer_h, remaining_km)
            continue
        n_waiting = count_in_cell(start, WAIT, active, following, state, n_soldiers)
        y = n_soldiers[section]
        waited = longest_wait(start, hour + dt, active, following, state, timer_h)
        if n_waiting > 0 and (
            assault_force[cell] > 0 or n_waiting >= assault_ratio * y * cohesion[cell] or waited >= wait_max_h
        ):
            n_groups = groups_waiting(start, active, following, state, group_id)
            if assault_force[cell] == 0:
                count[ASSAULTS] += 1
                fight_draws[cell] = (fight_draws[cell] // DRAWS_PER_FIGHT + 1) * DRAWS_PER_FIGHT
            count[ENTRIES] += n_groups
            entries[cell] += n_groups
            raids[cell] += n_groups
            assault_force[cell] += n_waiting
            change_state(start, WAIT, ASSAULT, hour, 0.0, active, following, state, timer_h, remaining_km)
        if assault_force[cell] == 0:
            continue
        x = count_in_cell(start, ASSAULT, active, following, state, n_soldiers)
        x_breaks_at = (1.0 - breakpoint_attacker) * assault_force[cell]
        y_breaks_at = (1.0 - breakpoint_defender) * target_soldiers[cell]
        x_left, y_left, used, k = duel(
            x, y, attacker_loss * cohesion[cell], defender_loss / fortification[cell], x_breaks_at, y_breaks_at, dt,
            stream, cell, fight_draws[cell],
        )  # fmt: skip
        for s in range(x - x_left):
            nth = int(uniform(stream, cell, fight_draws[cell] + WHO_FALLS + s) * (x - s))
            strike_off_in_cell(nth, ASSAULT, start, active, following, state, n_soldiers)
        fight_draws[cell] = k
        n_soldiers[section] = y_left
        losses[ATTACKER, AIMED_FIRE] += x - x_left
        losses[DEFENDER, AIMED_FIRE] += y - y_left
        if x_left <= x_breaks_at:
            assault_force[cell] = 0
            change_state(start, ASSAULT, WITHDRAW, hour, stage_km, active, following, state, timer_h, remaining_km)
            log_event(ASSAULT_BROKEN, hour + used, cell, x_left, events, n_events)
        elif y_left <= y_breaks_at:
            assault_force[cell] = 0
            unassigned[DEFENDER] += y_left
            n_soldiers[section] = 0
            raids[cell] += 1
            is_held_by_enemy[cell], held_since_h[cell] = 1, hour + used
            change_state(start, ASSAULT, HOLD, hour + used, 0.0, active, following, state, timer_h, remaining_km)
    scatter(active, n_active, objective_cell, first)
