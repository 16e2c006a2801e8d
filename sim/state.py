"""The forces as named arrays of fixed capacity: one row a unit for the whole run, never moved or reused.

Rows 0 .. n_sections-1 are the defender's line sections, one for each cell of the lanes (its strength is 0 while the
cell is not manned). After them come the attacker's fireteams of `team_size` soldiers. Teams wait in a pool, a queue
of rows that nobody visits; only the rows of `active` are worked on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import kernel
from sim.quantity import MOBILITIES, Params, quantity, setting

if TYPE_CHECKING:
    from sim.ground import Ground

ATTACKER, DEFENDER = 0, 1
SIDES = ("attacker", "defender")

UNFORMED, POOL, ADVANCE, WAIT, ASSAULT, HOLD, GARRISON, WITHDRAW, REST, DEAD, LINE = range(11)
STATES = (
    "unformed", "pool", "advance", "wait", "assault", "hold", "garrison", "withdraw", "rest", "dead", "line",
)  # fmt: skip

DRONE_TRANSIT, DRONE_WAITING, DRONE_HOLDING, DRONE_GARRISON, DRONE_LINE = range(5)
SHELLS, AIMED_FIRE, COUNTERATTACK = 5, 6, 7
CAUSES = (
    "drone_transit", "drone_waiting", "drone_holding", "drone_garrison", "drone_line",
    "artillery", "direct_fire", "counterattack",
)  # fmt: skip

# Running counts of `state.count`.
SENT_FORWARD, ASSAULTS, ENTRIES, FLAGS, CALLS_ON_ATTACKER, BLOCKED_ON_ATTACKER = range(6)
CALLS_ON_DEFENDER, BLOCKED_ON_DEFENDER, CELLS_TAKEN, CELLS_RETAKEN, COUNTERATTACKS = range(6, 11)
COUNTS = (
    "soldiers_sent_forward", "assaults", "groups_entered", "flags_planted",
    "calls_on_attacker", "calls_on_attacker_blocked", "calls_on_defender", "calls_on_defender_blocked",
    "cells_taken", "cells_retaken", "counterattacks",
)  # fmt: skip

# Found and lost again more often than this within one tick, a group counts as found until the tick's end.
MAX_TRACKS_PER_GROUP = 24

# What the event table says happened.
EVENT_KINDS = (
    "cell_taken", "cell_retaken", "flag_planted", "assault_broken", "diversion_left", "diversion_returned",
    "reserve_committed", "reserve_arrived", "city_encircled", "encirclement_lifted", "city_lost", "city_retaken",
    "force_culminated", "city_cut_off", "city_reconnected",
)  # fmt: skip
(
    CELL_TAKEN, CELL_RETAKEN, FLAG_PLANTED, ASSAULT_BROKEN, DIVERSION_LEFT, DIVERSION_RETURNED,
    RESERVE_COMMITTED, RESERVE_ARRIVED, CITY_ENCIRCLED, ENCIRCLEMENT_LIFTED, CITY_LOST, CITY_RETAKEN,
    FORCE_CULMINATED, CITY_CUT_OFF, CITY_RECONNECTED,
) = range(len(EVENT_KINDS))  # fmt: skip
MAX_EVENTS_PER_DAY = 32_768
EVENT = np.dtype([("hour", "f8"), ("value", "f8"), ("cell", "i4"), ("kind", "i1")])


class Diversion(Params):
    """The force drawn away by the Kursk operation."""

    russian: int = quantity("soldiers", "Russian soldiers drawn away", ge=0)
    north_korean: int = quantity("soldiers", "North Korean soldiers beside them", ge=0)
    share_free_for_pokrovsk: float = quantity(
        "1", "share of the diverted force that comes to the sector on the return day", ge=0, le=1
    )
    return_day: float = quantity("day", "day on which that share arrives (0: it was there from the start)", ge=0)


class MobilityShare(Params):
    """How the attacker's groups move: shares of the groups released."""

    foot: float = quantity("1", "share of groups on foot", ge=0, le=1)
    motorcycle: float = quantity("1", "share of groups on motorcycles", ge=0, le=1)
    atv: float = quantity("1", "share of groups on ATVs and buggies", ge=0, le=1)
    armour: float = quantity("1", "share of groups in armour", ge=0, le=1)

    def cumulative(self) -> np.ndarray:
        """Return the cumulative shares in the order of MOBILITIES, scaled to end at 1."""
        total = np.cumsum([getattr(self, name) for name in MOBILITIES])
        return total / total[-1]


class AttackerParams(Params):
    """The force that attacks."""

    troops: int = quantity("soldiers", "soldiers massed near the city", ge=0)
    group_size: int = quantity("soldiers", "soldiers that move, are seen and assault together", ge=1)
    mobility_share: MobilityShare = setting("1", "shares of mobility classes among groups")
    diversion: Diversion = setting("soldiers", "force away at the start")


class DefenderParams(Params):
    """The force that defends."""

    density_per_km: float = quantity("soldiers/km", "infantry on a kilometre of the front line", ge=0)
    urban_multiplier: float = quantity("1", "factor on that density in a built-up area", gt=0)
    depth_share: float = quantity("1", "strength of the second line relative to the front", ge=0, le=1)
    reserve: int = quantity("soldiers", "uncommitted reserve at the start", ge=0)


class State:
    """All that changes about the units; columns are filled in place, never rebound.

    Columns by row: state, side, mobility, axis, is_tracked, n_soldiers, group_id, objective_cell, owner_crew,
    remaining_km, timer_h, and the exposure of this tick: moving_from_h, moving_to_h, static_from_h (hours after
    the tick's start). Tracks of this tick: track_at (position in `active`), track_from_h, track_to_h, n_tracks[0].
    Orders: effort[axis], objectives[axis, :n_objectives[axis]], release_per_day[0] and relief_per_day[0] soldiers,
    relief_cells[0, :n_relief[0]]. Supply by axis: supply_level, stock_t; city_throughput_t[0]. Queues of rows: pool, rest; `cursor` holds their heads and tails and the number of active
    rows. Stocks: unassigned[side] soldiers not yet in a team or section, away[0], reserve[0], arriving[side] the
    fraction of a replacement due. Crews: crew_side, crew_cell, crew_free_at_h. Ledger: losses[side, cause],
    arrived[side], count[...], and the day's events.
    """

    def __init__(self, ground: Ground, n_teams: int, team_size: int, n_crews: tuple[int, int]) -> None:
        self.team_size = team_size
        lane_cells = np.flatnonzero(ground.axis >= 0)
        self.n_sections = len(lane_cells)
        n = self.capacity = self.n_sections + n_teams
        self._add_columns(n)
        self.section_of_cell = np.full(ground.n_cells, -1, np.int32)
        self.section_of_cell[lane_cells] = np.arange(self.n_sections)
        sections = slice(0, self.n_sections)
        self.side[sections], self.state[sections] = DEFENDER, LINE
        self.axis[sections] = ground.axis[lane_cells]
        self.objective_cell[sections] = lane_cells
        self.group_id[sections] = np.arange(self.n_sections)
        self._add_stocks(n_teams, n_crews)
        self._add_orders(len(ground.axis_names), self.n_sections)

    def _add_columns(self, n: int) -> None:
        for name in ("state", "side", "mobility", "axis", "is_tracked"):
            setattr(self, name, np.zeros(n, np.int8))
        self.n_soldiers = np.zeros(n, np.int16)
        for name in ("group_id", "objective_cell", "owner_crew"):
            setattr(self, name, np.full(n, -1, np.int32))
        for name in ("remaining_km", "timer_h", "moving_from_h", "moving_to_h", "static_from_h"):
            setattr(self, name, np.zeros(n))

    def _add_stocks(self, n_teams: int, n_crews: tuple[int, int]) -> None:
        self.pool, self.rest = np.zeros(max(1, n_teams), np.int32), np.zeros(max(1, n_teams), np.int32)
        self.active = np.zeros(max(1, n_teams), np.int32)
        self.cursor = np.zeros(6, np.int64)
        self.cursor[NEXT_ROW] = self.n_sections
        self.pool_soldiers = np.zeros(1, np.int64)
        self.unassigned, self.arrived = np.zeros(2, np.int64), np.zeros(2, np.int64)
        self.away, self.reserve = np.zeros(1, np.int64), np.zeros(1, np.int64)
        self.arriving = np.zeros(2)
        self.reserve_arrives_h = np.full(1, np.inf)
        self.crew_side = np.repeat(np.array([ATTACKER, DEFENDER], np.int8), n_crews)
        self.crew_cell = np.zeros(sum(n_crews), np.int32)
        self.crew_free_at_h = np.zeros(sum(n_crews))
        # Pages of these are touched only as far as they are used.
        n_tracks = max(1, n_teams) * MAX_TRACKS_PER_GROUP
        self.track_at, self.n_tracks = np.empty(n_tracks, np.int32), np.zeros(1, np.int64)
        self.track_from_h, self.track_to_h = np.empty(n_tracks), np.empty(n_tracks)
        self.city_throughput_t = np.zeros(1)
        self.losses = np.zeros((2, len(CAUSES)), np.int64)
        self.count = np.zeros(len(COUNTS), np.int64)
        self.events = np.zeros(MAX_EVENTS_PER_DAY, EVENT)
        self.n_events = np.zeros(1, np.int64)

    def _add_orders(self, n_axes: int, n_cells: int) -> None:
        self.supply_level, self.stock_t = np.ones(n_axes), np.zeros(n_axes)
        self.effort, self.release_per_day, self.relief_per_day = np.zeros(n_axes), np.zeros(1), np.zeros(1)
        self.objectives, self.n_objectives = np.zeros((n_axes, n_cells), np.int32), np.zeros(n_axes, np.int32)
        self.relief_cells, self.n_relief = np.zeros((1, n_cells), np.int32), np.zeros(1, np.int32)

    def form_teams(self, n_soldiers: int) -> None:
        """Put n_soldiers into fresh teams of `team_size` in the pool; what does not fill a team stays unassigned."""
        self.unassigned[ATTACKER] += n_soldiers
        form_teams(
            self.team_size, self.unassigned, self.state, self.n_soldiers, self.pool, self.pool_soldiers, self.cursor
        )

    def soldiers(self, side: int) -> int:
        """Count a side's soldiers alive in the theatre (not those away), wherever they are."""
        rows = slice(0, self.n_sections) if side == DEFENDER else slice(self.n_sections, self.cursor[NEXT_ROW])
        stock = int(self.unassigned[side]) + (int(self.reserve[0]) if side == DEFENDER else 0)
        return int(self.n_soldiers[rows].sum()) + stock

    def log(self, kind: int, hour: float, cell: int = -1, value: float = 0.0) -> None:
        """Add an event from Python; kernels call `log_event`."""
        log_event(kind, hour, cell, value, self.events, self.n_events)


# Positions in `State.cursor`; queue heads and tails only grow, rows are at their remainder by the length.
POOL_HEAD, POOL_TAIL, REST_HEAD, REST_TAIL, N_ACTIVE, NEXT_ROW = range(6)


@kernel
def form_teams(team_size, unassigned, state, n_soldiers, pool, pool_soldiers, cursor):
    """Turn unassigned attackers into fresh rows at the end of the pool while rows last."""
    while unassigned[ATTACKER] >= team_size and cursor[NEXT_ROW] < len(state):
        row = cursor[NEXT_ROW]
        cursor[NEXT_ROW] += 1
        unassigned[ATTACKER] -= team_size
        n_soldiers[row] = team_size
        state[row] = POOL
        pool[cursor[POOL_TAIL] % len(pool)] = row
        cursor[POOL_TAIL] += 1
        pool_soldiers[0] += team_size


@kernel
def end_of_group(i, n, active, group_id):
    """Return the position after the last active row of the group at position i: groups stand together."""
    j = i + 1
    while j < n and group_id[active[j]] == group_id[active[i]]:
        j += 1
    return j


@kernel
def soldiers_of(i, j, active, n_soldiers):
    """Count the soldiers of active rows i .. j-1."""
    total = 0
    for k in range(i, j):
        total += n_soldiers[active[k]]
    return total


@kernel
def strike_off(u, i, j, active, n_soldiers):
    """Take one soldier, chosen evenly by u, off active rows i .. j-1; the row keeps its state until the tick ends."""
    nth = int(u * soldiers_of(i, j, active, n_soldiers))
    for k in range(i, j):
        row = active[k]
        if nth < n_soldiers[row]:
            n_soldiers[row] -= 1
            return
        nth -= n_soldiers[row]


@kernel
def log_event(kind, hour, cell, value, events, n_events):
    """Append an event; past the day's capacity only the number grows, which the recorder refuses."""
    n = n_events[0]
    n_events[0] = n + 1
    if n < len(events):
        events[n].hour, events[n].value, events[n].cell, events[n].kind = hour, value, cell, kind


@kernel
def beyond_km(state, remaining_km, stage_km):
    """Return how far in front of the defender's line a team is: it advances to 0 and withdraws from 0."""
    if state == ADVANCE:
        return remaining_km
    return stage_km - remaining_km if state == WITHDRAW else 0.0


@kernel
def gather_by_cell(active, n_active, objective_cell, first, following):
    """Chain the positions of `active` by objective cell: first[cell], then following[position], in order; -1 ends.

    first must be -1 everywhere before; `scatter` puts it back.
    """
    for i in range(n_active - 1, -1, -1):
        cell = objective_cell[active[i]]
        following[i] = first[cell]
        first[cell] = i


@kernel
def scatter(active, n_active, objective_cell, first):
    """Undo `gather_by_cell`."""
    for i in range(n_active):
        first[objective_cell[active[i]]] = -1


@kernel
def count_in_cell(start, wanted, active, following, state, n_soldiers):
    """Count the soldiers in one state along a cell's chain."""
    total = 0
    i = start
    while i >= 0:
        if state[active[i]] == wanted:
            total += n_soldiers[active[i]]
        i = following[i]
    return total


@kernel
def strike_off_in_cell(nth, wanted, start, active, following, state, n_soldiers):
    """Take the nth soldier (from 0) of those in one state off a cell's chain."""
    i = start
    while i >= 0:
        row = active[i]
        if state[row] == wanted:
            if nth < n_soldiers[row]:
                n_soldiers[row] -= 1
                return
            nth -= n_soldiers[row]
        i = following[i]


@kernel
def change_state(start, old, new, timer, remaining, active, following, state, timer_h, remaining_km):
    """Put all rows of a cell's chain that are in one state into another."""
    i = start
    while i >= 0:
        row = active[i]
        if state[row] == old:
            state[row], timer_h[row], remaining_km[row] = new, timer, remaining
        i = following[i]


@kernel
def send_to_rest(row, until_h, state, timer_h, rest, cursor):
    """Append a row to the queue of those that rest until an hour."""
    state[row], timer_h[row] = REST, until_h
    rest[cursor[REST_TAIL] % len(rest)] = row
    cursor[REST_TAIL] += 1


@kernel
def drop_inactive(active, cursor, state, n_soldiers):
    """Close up the active rows over the teams at rest and those without soldiers, which are dead; keep the order."""
    n = 0
    for i in range(cursor[N_ACTIVE]):
        row = active[i]
        if n_soldiers[row] == 0:
            state[row] = DEAD
        elif state[row] != REST:
            active[n] = row
            n += 1
    cursor[N_ACTIVE] = n
