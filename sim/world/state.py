"""The forces as named arrays of fixed capacity: one row per unit for the whole run, never moved or reused.

Rows 0 to n_sections - 1 are the defender's line sections, one for each cell of the lanes (its strength is 0 while the
cell is not manned). The attacker's fireteams of `team_size` soldiers follow. Teams wait in a pool, a queue of rows that
costs no time; only the rows of `active` are worked on, and most work is on those of them that are `forward`: not in a
garrison. Garrisons are most of the force in a long campaign and seldom act.
"""

from __future__ import annotations

import numpy as np

from sim.world.columns import allocate_columns, column, with_columns_described
from sim.world.ground import Ground
from sim.world.integer_codes import (
    ATTACKER,
    CAUSES,
    COUNTS,
    DEFENDER,
    EVENT,
    LINE,
    MARCHES_PER_AXIS,
    MAX_EVENTS_PER_DAY,
    MAX_TRACKS_PER_GROUP,
    MAX_UNITS,
    MAX_UNITS_PER_SIDE,
    N_CURSORS,
    NEXT_ROW,
    NO_UNIT,
    POOL_HEAD,
    POOL_TAIL,
    STANDING_BACK,
)
from sim.world.row_queues import PoolRows, bring_forward, count_all, form_teams, log_event


@with_columns_described
class State:
    """All that changes about the units; columns are filled in place, never rebound.

    Dimensions: row (sections, then teams), team (rows of teams), crew, track, axis, section (cells of the lanes, which
    have a section each), cell (of the ground), place (settlements that supply reaches), march, unit (in reserve), side
    (attacker, defender).
    """

    # What a row is and does. The rows of a group share group_id, state, mobility and objective_cell.
    state: np.ndarray = column("row", np.int8, "code", "what the row does, a position in STATES")
    side: np.ndarray = column("row", np.int8, "code", "side of the row: 0 attacker, 1 defender")
    mobility: np.ndarray = column("row", np.int8, "code", "how the row moves, a position in MOBILITIES")
    axis: np.ndarray = column("row", np.int8, "axis", "axis of advance that the row belongs to")
    n_soldiers: np.ndarray = column("row", np.int32, "soldiers", "soldiers alive in the row")
    group_id: np.ndarray = column("row", np.int32, "id", "group that the row moves with (-1: never sent forward)", -1)
    objective_cell: np.ndarray = column("row", np.int32, "cell", "cell that the row holds or makes for", -1)
    remaining_km: np.ndarray = column(
        "row", np.float64, "km", "distance to the objective (advancing) or to the staging area (withdrawing)"
    )
    timer_h: np.ndarray = column("row", np.float64, "h", "hour from which the row's state counts")
    # Exposure in this tick.
    moving_from_h: np.ndarray = column("row", np.float64, "h", "start of the row's movement, after the tick's start")
    moving_to_h: np.ndarray = column("row", np.float64, "h", "end of the row's movement, after the tick's start")
    static_from_h: np.ndarray = column(
        "row", np.float64, "h", "start of the row's exposure at rest, after the tick's start (infinite: none)", np.inf
    )
    is_tracked: np.ndarray = column("row", np.int8, "flag", "1 when the row's group is tracked at the end of the tick")
    owner_crew: np.ndarray = column("row", np.int32, "crew", "crew that tracks the row's group (-1: none)", -1)
    section_of_cell: np.ndarray = column("cell", np.int32, "row", "row of a cell's line section (-1: none)", -1)

    # Queues of rows, and the rows that are worked on.
    pool: np.ndarray = column("team", np.int32, "row", "queue of the teams that wait to be sent forward")
    rest: np.ndarray = column("team", np.int32, "row", "queue of the teams that rest")
    active: np.ndarray = column("team", np.int32, "row", "teams that are worked on")
    forward: np.ndarray = column("team", np.int32, "position", "positions in active of the teams in no garrison")
    cursor: np.ndarray = column((N_CURSORS,), np.int64, "position", "ends of the queues and lists: POOL_HEAD and so on")
    pool_soldiers: np.ndarray = column((1,), np.int64, "soldiers", "soldiers in the pool")
    stock: np.ndarray = column((2, "axis"), np.int64, "soldiers", "soldiers behind a sector, in no team or section")
    resting: np.ndarray = column((2,), np.int64, "soldiers", "soldiers of a side out of the line who are in no team")
    march_side: np.ndarray = column("march", np.int8, "code", "side of a march")
    march_axis: np.ndarray = column("march", np.int8, "axis", "axis of the sector that it goes to")
    march_soldiers: np.ndarray = column("march", np.int64, "soldiers", "soldiers on the march (0: no march)")
    march_arrives_h: np.ndarray = column("march", np.float64, "h", "hour at which it arrives")
    n_marching: np.ndarray = column((1,), np.int64, "soldiers", "soldiers on all marches of both sides")
    arrived: np.ndarray = column(
        (2,), np.int64, "soldiers", "soldiers by side that joined since the start, less those who went back (any sign)"
    )
    arriving: np.ndarray = column((2,), np.float64, "soldiers", "fraction of a soldier that is due, by side")
    away: np.ndarray = column((2,), np.int64, "soldiers", "soldiers of a side away from the theatre")

    # Units in reserve, of both sides.
    unit_side: np.ndarray = column("unit", np.int8, "code", "side of the unit")
    unit_status: np.ndarray = column("unit", np.int8, "code", "what the unit does, a position in UNIT_STATUSES")
    unit_soldiers: np.ndarray = column("unit", np.int64, "soldiers", "soldiers in the unit")
    unit_home: np.ndarray = column("unit", np.int64, "soldiers", "soldiers of the unit at full strength")
    unit_axis: np.ndarray = column("unit", np.int8, "axis", "axis it is sent to (-1: none)", -1)
    unit_mode: np.ndarray = column("unit", np.int8, "code", "what it is sent for, a position in UNIT_MODES")
    unit_km: np.ndarray = column("unit", np.float64, "km", "length of its present journey")
    unit_arrives_h: np.ndarray = column("unit", np.float64, "h", "hour at which it arrives (infinite: none)", np.inf)
    unit_attack_h: np.ndarray = column("unit", np.float64, "h", "hour from which it may counter-attack again")
    unit_refit_until_h: np.ndarray = column("unit", np.float64, "h", "hour at which its refit may end")
    reserve_due: np.ndarray = column(
        (2, "axis"), np.int64, "soldiers", "attackers of units at hand to be sent to garrisons (0) and objectives (1)"
    )

    # Drone crews, and the intervals of this tick in which groups are tracked.
    crew_side: np.ndarray = column("crew", np.int8, "code", "side of the crew")
    crew_cell: np.ndarray = column("crew", np.int32, "cell", "cell of the front behind which the crew stands")
    crew_free_at_h: np.ndarray = column("crew", np.float64, "h", "hour from which the crew is free")
    track_at: np.ndarray = column("track", np.int32, "position", "position in active of the tracked group's first row")
    track_from_h: np.ndarray = column("track", np.float64, "h", "start of the track, after the tick's start")
    track_to_h: np.ndarray = column("track", np.float64, "h", "end of the track, after the tick's start")
    n_tracks: np.ndarray = column((1,), np.int64, "tracks", "tracks of this tick")

    # Orders of the day, and the defender's supply.
    effort: np.ndarray = column("axis", np.float64, "1", "share of the attacker's effort")
    release_per_day: np.ndarray = column((1,), np.float64, "soldiers/day", "soldiers sent forward to objectives")
    assaults: np.ndarray = column("axis", np.int64, "groups", "groups that assaulted on the day before")
    readiness: np.ndarray = column("axis", np.float64, "1", "share of the attacker's groups that are ready", 1.0)
    relief_per_day: np.ndarray = column((1,), np.float64, "soldiers/day", "soldiers sent forward to garrisons")
    objectives: np.ndarray = column(("axis", "section"), np.int32, "cell", "objective cells of each axis")
    n_objectives: np.ndarray = column("axis", np.int32, "cells", "how many objective cells each axis has")
    relief_cells: np.ndarray = column((1, "section"), np.int32, "cell", "cells whose garrisons are short")
    n_relief: np.ndarray = column((1,), np.int32, "cells", "how many such cells there are")
    sector_weight: np.ndarray = column("axis", np.float64, "1", "weight of a sector's needs in the orders", 1.0)
    supply_level: np.ndarray = column((2, "axis"), np.float64, "1", "share of a side's demand that supply covers", 1.0)
    quality: np.ndarray = column((2,), np.float64, "1", "factor of training on a side's fire and breakpoints", 1.0)
    stock_t: np.ndarray = column((2, "axis"), np.float64, "t", "a side's supply in stock")
    throughput_t: np.ndarray = column("place", np.float64, "t/day", "what can reach each settlement alone")

    # The ledger.
    losses: np.ndarray = column((2, len(CAUSES)), np.int64, "soldiers", "losses by side and cause since the start")
    count: np.ndarray = column((len(COUNTS),), np.int64, "1", "running counts since the start, in the order of COUNTS")
    events: np.ndarray = column((MAX_EVENTS_PER_DAY,), EVENT, "events", "events of the day that are not recorded yet")
    n_events: np.ndarray = column((1,), np.int64, "events", "how many of them there are")

    def __init__(self, ground: Ground, n_teams: int, team_size: int, n_crews: tuple[int, int]) -> None:
        self.team_size = team_size
        lane_cells = np.flatnonzero(ground.axis >= 0)
        self.n_sections: int = len(lane_cells)
        self.capacity: int = self.n_sections + n_teams
        sizes = {
            "row": self.capacity, "team": max(1, n_teams), "crew": sum(n_crews),
            "track": max(1, n_teams) * MAX_TRACKS_PER_GROUP, "axis": len(ground.axis_names), "section": self.n_sections,
            "cell": ground.n_cells, "place": len(ground.params.supplied_places),
            "march": MARCHES_PER_AXIS * len(ground.axis_names), "unit": MAX_UNITS,
        }  # fmt: skip
        allocate_columns(self, sizes)
        self.crew_side[:] = np.repeat(np.array([ATTACKER, DEFENDER], np.int8), n_crews)
        self.cursor[NEXT_ROW] = self.n_sections
        self.section_of_cell[lane_cells] = np.arange(self.n_sections)
        sections = slice(0, self.n_sections)
        self.side[sections], self.state[sections] = DEFENDER, LINE
        self.axis[sections], self.objective_cell[sections] = ground.axis[lane_cells], lane_cells
        self.group_id[sections] = np.arange(self.n_sections)

    def form_teams(self, n_soldiers: int) -> None:
        """Put n_soldiers into fresh teams of `team_size` in the pool; what does not fill a team stays in the stock."""
        self.stock[ATTACKER, 0] += n_soldiers
        rows = PoolRows(self.state, self.n_soldiers, self.pool, self.pool_soldiers, self.cursor)
        form_teams(self.team_size, self.stock, rows)

    def take_from_pool(self, n_teams: int) -> np.ndarray:
        """Make the first n_teams of the pool, or as many as there are, active; return their rows."""
        head, tail = self.cursor[POOL_HEAD], self.cursor[POOL_TAIL]
        rows = self.pool[np.arange(head, min(head + n_teams, tail)) % len(self.pool)]
        self.cursor[POOL_HEAD] += len(rows)
        self.pool_soldiers[0] -= self.n_soldiers[rows].sum()
        for row in rows:
            bring_forward(row, self.active, self.forward, self.cursor)
        return rows

    def form_units(self, side: int, n_soldiers: int, packet: int) -> None:
        """Put soldiers into units of `packet` that stand back; into larger ones where that would be too many units."""
        size = max(packet, -(-n_soldiers // MAX_UNITS_PER_SIDE))
        free = np.flatnonzero(self.unit_status == NO_UNIT).tolist()
        for unit in free[: -(-n_soldiers // size)]:
            n = min(size, n_soldiers)
            n_soldiers -= n
            self.unit_side[unit], self.unit_status[unit] = side, STANDING_BACK
            self.unit_soldiers[unit] = self.unit_home[unit] = n

    def reserve_soldiers(self, side: int) -> int:
        """Count a side's soldiers in units of the reserve, wherever these are."""
        return int(self.unit_soldiers[self.unit_side == side].sum())

    def mean_supply_level(self, side: int) -> float:
        """Return the mean of a side's supply_level over the axes; numpy's takes ten times as long on so few."""
        levels = self.supply_level[side].tolist()
        return float(sum(levels) / len(levels))

    def soldiers(self, side: int) -> int:
        """Count a side's soldiers alive in the theatre (not those away), wherever they are."""
        rows = slice(0, self.n_sections) if side == DEFENDER else slice(self.n_sections, self.cursor[NEXT_ROW])
        marching = int(self.march_soldiers[self.march_side == side].sum()) if self.n_marching[0] else 0
        in_stocks = int(self.stock[side].sum() + self.resting[side]) + self.reserve_soldiers(side)
        return int(count_all(self.n_soldiers[rows])) + in_stocks + marching

    def log(self, kind: int, hour: float, cell: int = -1, value: float = 0.0) -> None:
        """Add an event from Python; kernels call `log_event`."""
        log_event(kind, hour, cell, value, self.events, self.n_events)
