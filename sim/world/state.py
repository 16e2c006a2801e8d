"""The forces as named arrays of fixed capacity: one row a unit for the whole run, never moved or reused.

Rows 0 .. n_sections-1 are the defender's line sections, one for each cell of the lanes (its strength is 0 while the
cell is not manned). After them come the attacker's fireteams of `team_size` soldiers. Teams wait in a pool, a queue
of rows that nobody visits; only the rows of `active` are worked on, and most work is on those of them that are
`forward`: not in a garrison, which is most of a long campaign's force and seldom does anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.world.integer_codes import (
    ATTACKER,
    CAUSES,
    COUNTS,
    DEFENDER,
    EVENT,
    LINE,
    MAX_EVENTS_PER_DAY,
    MAX_TRACKS_PER_GROUP,
    NEXT_ROW,
    POOL_HEAD,
    POOL_TAIL,
)
from sim.world.row_queues import bring_forward, form_teams, log_event

if TYPE_CHECKING:
    from sim.world.ground import Ground


class State:
    """All that changes about the units; columns are filled in place, never rebound."""

    # By row: what it is and does. A group's rows share group_id, state, mobility and objective.
    state: np.ndarray
    side: np.ndarray
    mobility: np.ndarray
    axis: np.ndarray
    n_soldiers: np.ndarray
    group_id: np.ndarray
    objective_cell: np.ndarray
    # By row: km to the objective (advancing) or to the staging area (withdrawing), and the hour its state counts from.
    remaining_km: np.ndarray
    timer_h: np.ndarray
    # By row: exposure in this tick, in hours after its start.
    moving_from_h: np.ndarray
    moving_to_h: np.ndarray
    static_from_h: np.ndarray
    # By row: whether its group is tracked when the tick ends, and by which crew.
    is_tracked: np.ndarray
    owner_crew: np.ndarray

    def __init__(self, ground: Ground, n_teams: int, team_size: int, n_crews: tuple[int, int]) -> None:
        self.team_size = team_size
        lane_cells = np.flatnonzero(ground.axis >= 0)
        self.n_sections = len(lane_cells)
        self.capacity = self.n_sections + n_teams
        self._add_rows(ground, lane_cells)
        self._add_stocks(n_teams)
        self._add_crews_and_tracks(n_teams, n_crews)
        self._add_orders(len(ground.axis_names), self.n_sections, len(ground.params.supplied_places))
        self._add_ledger()

    def _add_rows(self, ground: Ground, lane_cells: np.ndarray) -> None:
        n = self.capacity
        for name in ("state", "side", "mobility", "axis", "is_tracked"):
            setattr(self, name, np.zeros(n, np.int8))
        for name in ("group_id", "objective_cell", "owner_crew"):
            setattr(self, name, np.full(n, -1, np.int32))
        for name in ("remaining_km", "timer_h", "moving_from_h", "moving_to_h"):
            setattr(self, name, np.zeros(n))
        # Nobody is exposed whom movement has not brought forward.
        self.static_from_h = np.full(n, np.inf)
        self.n_soldiers = np.zeros(n, np.int32)
        self.section_of_cell = np.full(ground.n_cells, -1, np.int32)
        self.section_of_cell[lane_cells] = np.arange(self.n_sections)
        sections = slice(0, self.n_sections)
        self.side[sections], self.state[sections] = DEFENDER, LINE
        self.axis[sections], self.objective_cell[sections] = ground.axis[lane_cells], lane_cells
        self.group_id[sections] = np.arange(self.n_sections)

    def _add_stocks(self, n_teams: int) -> None:
        # Queues of rows, and the rows that are worked on; `cursor` holds their ends (see sim.world.integer_codes).
        self.pool, self.rest = np.zeros(max(1, n_teams), np.int32), np.zeros(max(1, n_teams), np.int32)
        # Positions in `active` of the rows that are not in a garrison, listed anew when a tick ends.
        self.active, self.forward = np.zeros(max(1, n_teams), np.int32), np.zeros(max(1, n_teams), np.int32)
        self.cursor = np.zeros(7, np.int64)
        self.cursor[NEXT_ROW] = self.n_sections
        self.pool_soldiers = np.zeros(1, np.int64)
        # By side: soldiers at hand that are in no team or section, all that ever arrived, fraction of one due.
        self.unassigned, self.arrived, self.arriving = np.zeros(2, np.int64), np.zeros(2, np.int64), np.zeros(2)
        self.away, self.reserve = np.zeros(1, np.int64), np.zeros(1, np.int64)
        # Where the committed reserve goes (an axis; -1 before it is committed) and when it is there.
        self.reserve_axis, self.reserve_arrives_h = np.full(1, -1, np.int64), np.full(1, np.inf)

    def _add_crews_and_tracks(self, n_teams: int, n_crews: tuple[int, int]) -> None:
        self.crew_side = np.repeat(np.array([ATTACKER, DEFENDER], np.int8), n_crews)
        self.crew_cell, self.crew_free_at_h = np.zeros(sum(n_crews), np.int32), np.zeros(sum(n_crews))
        # Intervals of this tick in which the group at a position of `active` is tracked. The pages of these arrays
        # are touched only as far as they are used.
        n_tracks = max(1, n_teams) * MAX_TRACKS_PER_GROUP
        self.track_at, self.n_tracks = np.empty(n_tracks, np.int32), np.zeros(1, np.int64)
        self.track_from_h, self.track_to_h = np.empty(n_tracks), np.empty(n_tracks)

    def _add_orders(self, n_axes: int, n_cells: int, n_places: int) -> None:
        # The attacker's orders: share of effort and objective cells by axis, soldiers a day, garrisons to relieve.
        self.effort, self.release_per_day, self.relief_per_day = np.zeros(n_axes), np.zeros(1), np.zeros(1)
        self.objectives, self.n_objectives = np.zeros((n_axes, n_cells), np.int32), np.zeros(n_axes, np.int32)
        self.relief_cells, self.n_relief = np.zeros((1, n_cells), np.int32), np.zeros(1, np.int32)
        # The reserve that has arrived behind an axis and is not in its line yet.
        self.axis_reserve = np.zeros(n_axes, np.int64)
        # The defender's supply by axis, and what can reach each settlement.
        self.supply_level, self.stock_t, self.throughput_t = np.ones(n_axes), np.zeros(n_axes), np.zeros(n_places)

    def _add_ledger(self) -> None:
        self.losses = np.zeros((2, len(CAUSES)), np.int64)
        self.count = np.zeros(len(COUNTS), np.int64)
        self.events, self.n_events = np.zeros(MAX_EVENTS_PER_DAY, EVENT), np.zeros(1, np.int64)

    def form_teams(self, n_soldiers: int) -> None:
        """Put n_soldiers into fresh teams of `team_size` in the pool; what does not fill a team stays unassigned."""
        self.unassigned[ATTACKER] += n_soldiers
        form_teams(
            self.team_size, self.unassigned, self.state, self.n_soldiers, self.pool, self.pool_soldiers, self.cursor
        )

    def take_from_pool(self, n_teams: int) -> np.ndarray:
        """Make the first n_teams of the pool, or as many as there are, active; return their rows."""
        head, tail = self.cursor[POOL_HEAD], self.cursor[POOL_TAIL]
        rows = self.pool[np.arange(head, min(head + n_teams, tail)) % len(self.pool)]
        self.cursor[POOL_HEAD] += len(rows)
        self.pool_soldiers[0] -= self.n_soldiers[rows].sum()
        for row in rows:
            bring_forward(row, self.active, self.forward, self.cursor)
        return rows

    def mean_supply_level(self) -> float:
        """Return the mean of supply_level over the axes; numpy's takes ten times as long on so few."""
        levels = self.supply_level.tolist()
        return float(sum(levels) / len(levels))

    def soldiers(self, side: int) -> int:
        """Count a side's soldiers alive in the theatre (not those away), wherever they are."""
        rows = slice(0, self.n_sections) if side == DEFENDER else slice(self.n_sections, self.cursor[NEXT_ROW])
        reserve = int(self.reserve[0] + self.axis_reserve.sum()) if side == DEFENDER else 0
        return int(self.n_soldiers[rows].sum() + self.unassigned[side]) + reserve

    def log(self, kind: int, hour: float, cell: int = -1, value: float = 0.0) -> None:
        """Add an event from Python; kernels call `log_event`."""
        log_event(kind, hour, cell, value, self.events, self.n_events)
