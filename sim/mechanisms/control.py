"""Control: won cells are held before they change hands, counter-attacked, garrisoned; flags; encirclement."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared import front
from sim.mechanisms.shared.counterattacks import WHO_FALLS, AttackDraws, Holders, fight_holders
from sim.mechanisms.shared.duel import DuelDraws
from sim.mechanisms.shared.front import redraw_front
from sim.mechanisms.shared.garrisons import settle_teams
from sim.mechanisms.shared.groups import log
from sim.mechanisms.shared.held_cells import give_up_cut_off, run_hold_clock, watch_held_cells
from sim.mechanisms.shared.quality import WithQuality
from sim.mechanisms.shared.teams_in_cell import (
    Ledger,
    Rows,
    chain_of_cell,
    change_state,
    gather_by_cell,
    scatter,
)
from sim.quantity import MAX_H, Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, Ground, has_neighbour
from sim.world.integer_codes import (
    CELL_RETAKEN,
    CELLS_RETAKEN,
    DEFENDER,
    GARRISON,
    HOLD,
    WITHDRAW,
)
from sim.world.keyed_draws import CONTROL, Draws, comes_within
from sim.world.state import State
from sim.world.watch_list import WatchList, watch_cell


class ControlParams(Params):
    """What it takes to hold a won cell."""

    hold_h: float = quantity("h", "time for which a won cell is held before it changes hands", ge=0, le=MAX_H)
    hold_min: int = quantity("soldiers", "fewest soldiers that take over a won cell", ge=1, le=10_000)
    garrison_per_km: float = quantity("soldiers/km", "attacker's garrison per kilometre of its front", ge=0, le=1000)
    endurance_h: float = quantity("h", "time after which teams on motorcycles or ATVs leave a won cell", ge=0, le=MAX_H)
    rider_stay: float = quantity(
        "1", "share of the soldiers on motorcycles or ATVs who count as holders of a won cell", ge=0, le=1
    )
    flag_h: float = quantity("h", "time in a won cell after which a flag counts as planted", ge=0, le=MAX_H)
    counterattack_per_day: float = quantity("1/day", "counter-attacks on a cell before it changes hands", ge=0, le=1e4)
    garrison_counterattack_per_day: float = quantity("1/day", "counter-attacks on a garrisoned cell", ge=0, le=1e4)
    counterattack_share: float = quantity("1", "share of neighbouring sections in a counter-attack", ge=0, le=1)


class ControlValues(NamedTuple):
    """What the mechanism needs: the values of ControlParams, of direct fire, and the rest of a team, in their units."""

    hold_h: float
    hold_min: int
    garrison_per_km: float
    endurance_h: float
    rider_stay: float
    flag_h: float
    counterattack_per_day: float
    garrison_counterattack_per_day: float
    counterattack_share: float
    attacker_loss_per_defender_h: float
    defender_loss_per_attacker_h: float
    breakpoint_attacker: float
    breakpoint_defender: float
    rest_h: float
    garrisons_dig: bool = False  # whether a counter-attack on a garrison meets the fortification of its cell


class Cells(NamedTuple):
    """Columns of Ground by cell, the row of each cell's section, and the way back to the staging area (km)."""

    section_of_cell: np.ndarray
    is_symbolic: np.ndarray
    initial_control: np.ndarray
    control: np.ndarray
    neighbours: np.ndarray
    is_held_by_enemy: np.ndarray
    held_since_h: np.ndarray
    is_flag_planted: np.ndarray
    front_version: np.ndarray
    sector: np.ndarray
    fortification: np.ndarray
    assault_force: np.ndarray
    is_exploited: np.ndarray
    stage_km: float


class Place(NamedTuple):
    """A cell that the attacker holds: its number, what its soldiers do, their chain, and the tick's end and draws."""

    cell: int
    occupied: int
    start: int
    end_h: float
    stream: np.ndarray


class Control(Mechanism):
    """Time how long won cells are held, counter-attack them, let them change hands, and settle which groups stay.

    A cell won at t changes hands at t + hold_h if at least hold_min soldiers are still there, and reverts when none is.
    Counter-attacks come as a Poisson process, scaled by the axis's supply level; counterattack_share of the
    neighbouring sections fights the holders at the rates of direct fire, by training (`shared.quality`), with no
    fortification on either side; with garrisons_dig, garrisons have that of their cell. Riders leave after endurance_h;
    rider_stay of their number count towards hold_min, and below 1 they join no garrison.
    """

    reads: ClassVar[frozenset[str]] = front.READS | {
        "active", "fortification", "forward", "group_id", "held_since_h", "is_symbolic", "mobility",
        "objective_cell", "quality", "supply_level"
    }  # fmt: skip
    writes: ClassVar[frozenset[str]] = front.WRITES | {
        "count", "cursor", "is_flag_planted", "is_tracked", "losses", "remaining_km", "rest", "state", "timer_h"
    }  # fmt: skip

    def __init__(self, values: ControlValues) -> None:
        self._values_now = WithQuality(values)

    def begin(self, state: State, ground: Ground) -> None:
        """Make room for the chains of teams in each cell."""
        self._version = int(ground.front_version[0])
        self._first = np.full(ground.n_cells, -1, np.int32)
        self._following = np.zeros(len(state.active), np.int32)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Settle the tick."""
        record = self._values_now.record(state)
        settle_cells(
            record, tick.start_h, tick.dt_h, ground.stage_km,
            draws.stream(CONTROL, tick), self._first, self._following,
            state.active, state.forward, state.cursor, state.state, state.n_soldiers,
            state.objective_cell, state.group_id, state.timer_h, state.remaining_km, state.section_of_cell,
            state.axis, state.supply_level[DEFENDER], ground.is_symbolic, ground.initial_control,
            ground.control, ground.neighbours, ground.is_held_by_enemy, ground.held_since_h, ground.is_flag_planted,
            ground.front_version, state.losses, state.count, state.stock, state.events, state.n_events,
            ground.sector, ground.fortification, state.mobility, ground.watch, ground.n_watch, ground.is_watched,
            ground.assault_force, ground.is_exploited,
        )  # fmt: skip
        has_front_moved = bool(ground.front_version[0] != self._version)  # here, or by another mechanism
        self._version = int(ground.front_version[0])
        if has_front_moved:
            redraw_front(state, ground, tick.end_h)
        settle_teams(
            record, tick.end_h, has_front_moved, ground.km_per_front_cell, ground.stage_km, ground.control,
            ground.neighbours, state.active, state.forward, state.cursor, state.state, state.group_id, state.mobility,
            state.n_soldiers, state.objective_cell, state.timer_h, state.remaining_km, state.is_tracked, state.rest,
        )  # fmt: skip


@kernel
def send_from_neighbours(cell, share, rows, cells):
    """Take a share of each neighbouring section for a counter-attack; return how many soldiers that is."""
    n = 0
    for j in range(4):
        other = cells.neighbours[cell, j]
        if other >= 0 and cells.section_of_cell[other] >= 0:
            section = cells.section_of_cell[other]
            sent = int(share * rows.n_soldiers[section])
            rows.n_soldiers[section] -= sent
            n += sent
    return n


@kernel
def counterattack(values, place, rows, cells, ledger):
    """Attack a cell's soldiers with part of the neighbouring sections; return whether they are out."""
    cell = place.cell
    y = send_from_neighbours(cell, values.counterattack_share, rows, cells)
    if y == 0:
        return False
    cover = cells.fortification[cell] if values.garrisons_dig and place.occupied == GARRISON else 1.0
    holders = Holders(place.start, place.occupied, cover)
    draws = AttackDraws(DuelDraws(place.stream, cell, 1), DuelDraws(place.stream, cell, WHO_FALLS + 1))
    y_left, is_out = fight_holders(holders, y, values, draws, rows, ledger)
    if is_out:
        change_state(place.start, place.occupied, WITHDRAW, place.end_h, cells.stage_km, rows)
        rows.n_soldiers[cells.section_of_cell[cell]] += y_left
    else:
        ledger.stock[DEFENDER, cells.sector[cell]] += y_left
    return is_out


@kernel
def watch_taken_neighbours(cell, cells, watch):
    """Put the taken cells beside a retaken one on the watch list; return how many places the cell moves back in it."""
    moved = 0
    for j in range(4):
        other = cells.neighbours[cell, j]
        if other >= 0 and watch.is_on[other] == 0 and cells.section_of_cell[other] >= 0:
            watch_cell(other, watch)
            moved += other < cell
    return moved


@kernel
def settle_cells(
    record, hour, dt, stage_km, stream, first, following, active, forward, cursor, state, n_soldiers, objective_cell,
    group_id, timer_h, remaining_km, section_of_cell, axis, supply_level, is_symbolic, initial_control,
    control, neighbours, is_held_by_enemy, held_since_h, is_flag_planted, front_version, losses, count, stock,
    events, n_events, sector, fortification, mobility, watch_cells, n_watch, is_watched,
    assault_force, is_exploited,
):  # fmt: skip
    """Counter-attack held and taken cells, count flags, and let a cell change hands or revert.

    `record` is a ControlValues; hour is that of the tick's start, dt its length in h, stage_km is in km. `first` (int32
    by cell, -1 everywhere) and `following` (int32 by position in active) are room for the chains. The other arrays are
    columns of State and Ground, with the dtypes and units declared there. Cells are settled in their order.
    """
    rows = Rows(
        active, forward, cursor, following, state, n_soldiers, objective_cell, group_id, timer_h, remaining_km,
        mobility,
    )  # fmt: skip
    cells = Cells(
        section_of_cell, is_symbolic, initial_control, control, neighbours, is_held_by_enemy, held_since_h,
        is_flag_planted, front_version, sector, fortification, assault_force, is_exploited, stage_km,
    )  # fmt: skip
    values, ledger = record[0], Ledger(losses, count, stock, events, n_events)
    gather_by_cell(rows, first)
    watch = WatchList(watch_cells, n_watch, is_watched)
    watch_held_cells(rows, watch)
    i = -1
    while i + 1 < watch.n[0]:
        i += 1
        cell = watch.cells[i]
        is_held = is_held_by_enemy[cell] == 1
        is_taken = control[cell] == ATTACKER_HELD and initial_control[cell] == DEFENDER_HELD
        if not is_held and not is_taken:
            continue
        if is_taken and not has_neighbour(cell, DEFENDER_HELD, control, neighbours):
            continue
        per_day = values.counterattack_per_day if is_held else values.garrison_counterattack_per_day
        is_attacked = comes_within(dt, stream, cell, 0, per_day / H_PER_DAY * supply_level[axis[section_of_cell[cell]]])
        start = first[cell]
        if is_attacked and is_taken:
            start = chain_of_cell(cell, rows)
        place = Place(cell, HOLD if is_held else GARRISON, start, hour + dt, stream)
        if is_attacked and counterattack(values, place, rows, cells, ledger) and is_taken:
            control[cell] = DEFENDER_HELD
            front_version[0] += 1
            count[CELLS_RETAKEN] += 1
            log(CELL_RETAKEN, place.end_h, cell, 0.0, ledger)
            i += watch_taken_neighbours(cell, cells, watch)
        if is_held:
            run_hold_clock(values, place, rows, cells, ledger)
    give_up_cut_off(hour + dt, first, rows, cells, watch)
    scatter(rows, first)
