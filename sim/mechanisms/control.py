"""Control: won cells are held before they change hands, counter-attacked, garrisoned; flags; encirclement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.mechanisms.contract import Mechanism
from sim.mechanisms.shared.duel import duel
from sim.mechanisms.shared.rows import (
    chain_of_cell,
    change_state,
    count_in_cell,
    end_of_group,
    gather_by_cell,
    scatter,
    send_to_rest,
    strike_off_in_cell,
)
from sim.quantity import Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, FRONT, find_connected, has_neighbour, update_line
from sim.world.integer_codes import (
    ATTACKER,
    CELL_RETAKEN,
    CELL_TAKEN,
    CELLS_RETAKEN,
    CELLS_TAKEN,
    CITY_ENCIRCLED,
    CITY_LOST,
    CITY_RETAKEN,
    COUNTERATTACK,
    COUNTERATTACKS,
    DEFENDER,
    ENCIRCLEMENT_LIFTED,
    FLAG_PLANTED,
    FLAGS,
    GARRISON,
    HOLD,
    N_ACTIVE,
    N_FORWARD,
    REST,
    SYMBOLIC_FLAGS,
    WAIT,
    WITHDRAW,
)
from sim.world.keyed_draws import CONTROL, Draws, comes_within, uniform
from sim.world.row_queues import log_event
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground

FOOT, ARMOUR = 0, 3
WHO_FALLS = 1 << 20


class ControlParams(Params):
    """What it takes to keep a won cell."""

    hold_h: float = quantity("h", "time a won cell is held before it changes hands", ge=0)
    hold_min: int = quantity("soldiers", "fewest soldiers that take a cell over at the end of that time", ge=1)
    garrison_per_km: float = quantity("soldiers/km", "garrison of a kilometre of the attacker's front", ge=0, le=1000)
    endurance_h: float = quantity("h", "time after which riders leave a won cell", ge=0)
    flag_h: float = quantity("h", "time in a won cell after which a flag counts as planted", ge=0)
    counterattack_per_day: float = quantity("1/day", "counter-attacks on a held cell", ge=0)
    garrison_counterattack_per_day: float = quantity("1/day", "counter-attacks on a garrisoned cell once taken", ge=0)
    counterattack_share: float = quantity("1", "share of the neighbouring sections that counter-attacks", ge=0, le=1)


class Control(Mechanism):
    """Run the hold clock of won cells, counter-attack them, flip those kept, and settle who stays.

    A cell won at t changes hands at t + hold_h if at least hold_min soldiers are still there, and reverts when none is.
    Counter-attacks come as a Poisson process, scaled by the axis's supply level; counterattack_share of the
    neighbouring sections fights the holders at the rates of direct fire with no fortification on either side. Riders
    leave after endurance_h.
    """

    reads = frozenset(
        {
            "active", "axis", "forward", "group_id", "is_edge", "held_since_h", "initial_control", "is_symbolic",
            "mobility", "neighbours", "objective_cell", "section_of_cell", "supply_level"
        }
    )  # fmt: skip
    writes = frozenset(
        {
            "assault_force", "control", "count", "cursor", "events", "front_version", "is_connected",
            "is_flag_planted", "is_held_by_enemy", "is_tracked", "line", "line_cells", "line_count", "losses",
            "n_events", "n_soldiers", "remaining_km", "rest", "state", "timer_h", "unassigned",
            "was_city_encircled", "was_city_lost"
        }
    )  # fmt: skip

    def __init__(self, scenario: Scenario) -> None:
        self._params = scenario.control
        self._fire = scenario.direct_fire
        self._rest_h = scenario.reinforcement.rest_h
        self._first = self._following = np.zeros(0, np.int32)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Settle the tick."""
        if len(self._first) != ground.n_cells:
            self._first = np.full(ground.n_cells, -1, np.int32)
            self._following = np.zeros(len(state.active), np.int32)
        p, fire = self._params, self._fire
        version = int(ground.front_version[0])
        garrison = int(p.garrison_per_km * ground.km_per_front_cell + 0.5)
        settle_cells(
            tick.start_h, tick.dt_h, p.hold_h, p.hold_min, garrison, p.flag_h, p.counterattack_per_day / H_PER_DAY,
            p.garrison_counterattack_per_day / H_PER_DAY, p.counterattack_share, fire.attacker_loss_per_defender_h,
            fire.defender_loss_per_attacker_h, fire.breakpoint_attacker, fire.breakpoint_defender, ground.stage_km,
            draws.stream(CONTROL, tick), self._first, self._following, state.active, state.forward, state.cursor,
            state.state, state.n_soldiers, state.objective_cell, state.timer_h, state.remaining_km,
            state.section_of_cell, state.unassigned, state.n_sections, state.axis, state.supply_level,
            ground.is_symbolic, ground.initial_control, ground.control, ground.neighbours, ground.is_held_by_enemy,
            ground.held_since_h, ground.is_flag_planted, ground.front_version, state.losses, state.count, state.events,
            state.n_events,
        )  # fmt: skip
        if ground.front_version[0] != version:
            self._redraw_front(state, ground, tick)
        settle_teams(
            tick.end_h, bool(ground.front_version[0] != version), p.endurance_h, self._rest_h, garrison,
            ground.stage_km, ground.control, ground.neighbours, state.active, state.forward, state.cursor, state.state,
            state.group_id, state.mobility, state.n_soldiers, state.objective_cell, state.timer_h, state.remaining_km,
            state.is_tracked, state.rest,
        )  # fmt: skip

    def _redraw_front(self, state: State, ground: Ground, tick: Tick) -> None:
        update_line(ground.control, ground.axis, ground.neighbours, ground.line, ground.line_cells, ground.line_count)
        find_connected(ground.control, ground.is_edge, ground.neighbours, ground.is_connected)
        leave_rear(ground.line, state.objective_cell, state.n_sections, state.n_soldiers, state.unassigned,
                   ground.is_held_by_enemy, ground.assault_force)  # fmt: skip
        share, is_encircled = ground.city_share_held(), ground.is_city_encircled()
        if share == 0.0:
            is_encircled = bool(ground.was_city_encircled[0])  # nobody is left in the city who could break out
        for was, now, began, ended in (
            (ground.was_city_lost, share < 0.5, CITY_LOST, CITY_RETAKEN),
            (ground.was_city_encircled, is_encircled, CITY_ENCIRCLED, ENCIRCLEMENT_LIFTED),
        ):
            if bool(was[0]) != now:
                was[0] = now
                state.log(began if now else ended, tick.end_h, value=share)


@kernel
def counterattack(
    hour, cell, share, attacker_loss, defender_loss, breakpoint_attacker, breakpoint_defender, occupied, stage_km,
    stream, k, start, following, active, state, n_soldiers, timer_h, remaining_km, section_of_cell, unassigned,
    neighbours, losses, count,
):  # fmt: skip
    """Attack a cell's soldiers in state `occupied` with part of the neighbouring sections; True if they are out."""
    y = 0
    for j in range(4):
        other = neighbours[cell, j]
        if other >= 0 and section_of_cell[other] >= 0:
            section = section_of_cell[other]
            sent = int(share * n_soldiers[section])
            n_soldiers[section] -= sent
            y += sent
    x = count_in_cell(start, occupied, active, following, state, n_soldiers)
    count[COUNTERATTACKS] += y > 0
    x_left, y_left, _, _ = duel(
        x, y, attacker_loss, defender_loss, (1.0 - breakpoint_attacker) * x, (1.0 - breakpoint_defender) * y, 1e9,
        stream, cell, k,
    )  # fmt: skip
    for s in range(x - x_left):
        nth = int(uniform(stream, cell, WHO_FALLS + k + s) * (x - s))
        strike_off_in_cell(nth, occupied, start, active, following, state, n_soldiers)
    losses[ATTACKER, COUNTERATTACK] += x - x_left
    losses[DEFENDER, COUNTERATTACK] += y - y_left
    is_out = y > 0 and x_left <= (1.0 - breakpoint_attacker) * x
    if is_out:
        change_state(start, occupied, WITHDRAW, hour, stage_km, active, following, state, timer_h, remaining_km)
        n_soldiers[section_of_cell[cell]] += y_left
    else:
        unassigned[DEFENDER] += y_left
    return is_out


@kernel
def settle_cells(
    hour, dt, hold_h, hold_min, garrison, flag_h, counter_rate, garrison_counter_rate, share, attacker_loss,
    defender_loss, breakpoint_attacker, breakpoint_defender, stage_km, stream, first, following, active, forward,
    cursor, state, n_soldiers, objective_cell, timer_h, remaining_km, section_of_cell, unassigned, n_sections, axis,
    supply_level, is_symbolic, initial_control, control, neighbours, is_held_by_enemy, held_since_h, is_flag_planted,
    front_version, losses, count, events, n_events,
):  # fmt: skip
    """Counter-attack held and taken cells, count flags, and let a cell change hands or revert."""
    n_forward = cursor[N_FORWARD]
    gather_by_cell(active, forward, n_forward, objective_cell, first, following)
    end = hour + dt
    for section in range(n_sections):
        cell = objective_cell[section]
        start = first[cell]
        is_held = is_held_by_enemy[cell] == 1
        is_taken = control[cell] == ATTACKER_HELD and initial_control[cell] == DEFENDER_HELD
        if not is_held and not is_taken:
            continue
        if is_taken and not has_neighbour(cell, DEFENDER_HELD, control, neighbours):
            continue
        occupied = HOLD if is_held else GARRISON
        rate = (counter_rate if is_held else garrison_counter_rate) * supply_level[axis[section]]
        if comes_within(dt, stream, cell, 0, rate):
            if is_taken:
                start = chain_of_cell(cell, active, cursor[N_ACTIVE], objective_cell, following)
            is_out = counterattack(
                end, cell, share, attacker_loss, defender_loss, breakpoint_attacker, breakpoint_defender, occupied,
                stage_km, stream, 1, start, following, active, state, n_soldiers, timer_h, remaining_km,
                section_of_cell, unassigned, neighbours, losses, count,
            )  # fmt: skip
            if is_out and is_taken:
                control[cell] = DEFENDER_HELD
                front_version[0] += 1
                count[CELLS_RETAKEN] += 1
                log_event(CELL_RETAKEN, end, cell, 0.0, events, n_events)
        if not is_held:
            continue
        holding = count_in_cell(start, HOLD, active, following, state, n_soldiers)
        held = end - held_since_h[cell]
        if holding > 0 and held >= flag_h and is_flag_planted[cell] == 0:
            is_flag_planted[cell] = 1
            count[FLAGS] += 1
            count[SYMBOLIC_FLAGS] += is_symbolic[cell]
            log_event(FLAG_PLANTED, held_since_h[cell] + flag_h, cell, holding, events, n_events)
        if holding == 0 or held >= hold_h:
            is_held_by_enemy[cell], is_flag_planted[cell] = 0, 0
            if holding >= hold_min:
                control[cell] = ATTACKER_HELD
                front_version[0] += 1
                count[CELLS_TAKEN] += 1
                log_event(CELL_TAKEN, held_since_h[cell] + hold_h, cell, holding, events, n_events)
            change_state(start, HOLD, WAIT, end, 0.0, active, following, state, timer_h, remaining_km)
    scatter(active, forward, n_forward, objective_cell, first)


@kernel
def leave_rear(line, objective_cell, n_sections, n_soldiers, unassigned, is_held_by_enemy, assault_force):
    """Give the soldiers of sections that no longer stand in the line back to the unassigned."""
    for section in range(n_sections):
        cell = objective_cell[section]
        if line[cell] != FRONT:
            is_held_by_enemy[cell], assault_force[cell] = 0, 0
            if line[cell] == 0:
                unassigned[DEFENDER] += n_soldiers[section]
                n_soldiers[section] = 0


@kernel
def garrison_of(cell, active, n_active, objective_cell, state, n_soldiers):
    """Count the soldiers in a cell's garrison."""
    total = 0
    for i in range(n_active):
        if objective_cell[active[i]] == cell and state[active[i]] == GARRISON:
            total += n_soldiers[active[i]]
    return total


@kernel
def settle_teams(
    hour, has_front_moved, endurance_h, rest_h, garrison, stage_km, control, neighbours, active, forward, cursor,
    state, group_id, mobility, n_soldiers, objective_cell, timer_h, remaining_km, is_tracked, rest,
):  # fmt: skip
    """Let groups on own ground join the garrison or leave, tired riders leave, and garrisons if the front moved."""
    n_active = cursor[N_ACTIVE]
    f, n = 0, n_active if has_front_moved else cursor[N_FORWARD]
    while f < n:
        i = f if has_front_moved else forward[f]
        j = end_of_group(i, n_active, active, group_id)
        row = active[i]
        cell, becomes = objective_cell[row], state[row]
        is_rider = mobility[row] != FOOT and mobility[row] != ARMOUR
        if becomes == HOLD and is_rider and hour - timer_h[row] >= endurance_h:
            becomes = WITHDRAW
        elif control[cell] == ATTACKER_HELD and (becomes == WAIT or (becomes == GARRISON and has_front_moved)):
            if not has_neighbour(cell, DEFENDER_HELD, control, neighbours):
                becomes = REST
            elif becomes == WAIT:
                in_garrison = garrison_of(cell, active, n_active, objective_cell, state, n_soldiers)
                becomes = GARRISON if in_garrison < garrison else WITHDRAW
        if becomes != state[row]:
            for k in range(i, j):
                row = active[k]
                is_tracked[row] = 0
                remaining_km[row], timer_h[row] = stage_km, -1.0
                if becomes == REST and n_soldiers[row] > 0:
                    send_to_rest(row, hour + rest_h, state, timer_h, rest, cursor)
                state[row] = becomes
        f += j - i
