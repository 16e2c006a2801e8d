"""The front drawn again after ground changed hands: line, pockets, cells to watch, and what became of the city."""

from __future__ import annotations

import math

import numpy as np

from sim.mechanisms.shared.held_cells import leave_rear
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, REAR, Ground, find_connected, has_neighbour
from sim.world.integer_codes import CITY_ENCIRCLED, CITY_LOST, CITY_RETAKEN, ENCIRCLEMENT_LIFTED
from sim.world.moved_front import follow_connected, move_line
from sim.world.state import State

READS: frozenset[str] = frozenset(
    {
        "axis", "cohesion", "empty_since_h", "initial_control", "is_edge", "is_exploited", "neighbours",
        "raids", "section_of_cell", "sector", "shells"
    }
)  # fmt: skip
WRITES: frozenset[str] = frozenset(
    {
        "assault_force", "control", "control_drawn", "events", "front_version", "is_connected", "is_held_by_enemy",
        "is_watched", "line", "line_cells", "line_count", "n_events", "n_soldiers", "n_watch", "stock",
        "was_city_encircled", "was_city_lost", "watch"
    }
)  # fmt: skip
"""What a mechanism reads and writes that lets ground change hands and then calls `redraw_front`."""


def redraw_front(state: State, ground: Ground, hour: float) -> None:
    """Find the line and the pockets again after ground changed hands; log whether the city is lost or cut off.

    Whoever changes `control` also adds to `front_version`, and calls this once at the end of its turn.
    """
    changed = np.flatnonzero(ground.control != ground.control_drawn)
    cells = ground.control, ground.axis, ground.is_edge, ground.neighbours
    move_line(changed, *cells, ground.line, ground.line_cells, ground.line_count)
    if follow_connected(changed, ground.control_drawn, *cells, ground.is_connected):
        find_connected(ground.control, ground.is_edge, ground.neighbours, ground.is_connected)
    leave_rear(
        ground.watch, ground.n_watch, ground.line, state.section_of_cell, state.n_soldiers, state.stock, ground.sector,
        ground.is_held_by_enemy, ground.assault_force, ground.is_exploited, ground.neighbours,
    )  # fmt: skip
    watch_again(ground)
    report_city(state, ground, hour)


def report_city(state: State, ground: Ground, hour: float) -> None:
    """Log at an hour that the city was lost, retaken, encircled or relieved, when that is news."""
    share, is_encircled = ground.city_share_held(), ground.is_city_encircled()
    if share == 0.0:
        is_encircled = bool(ground.was_city_encircled[0])  # no defender is left in the city to break out
    for was, now, began, ended in (
        (ground.was_city_lost, share < 0.5, CITY_LOST, CITY_RETAKEN),
        (ground.was_city_encircled, is_encircled, CITY_ENCIRCLED, ENCIRCLEMENT_LIFTED),
    ):
        if bool(was[0]) != now:
            was[0] = now
            state.log(began if now else ended, hour, value=share)


def goal_km(ground: Ground, axis: int) -> tuple[float, float]:
    """Return the first point of an axis's path that is not yet taken, (x, y) in km; the last one when all are."""
    goals = list(zip(ground.goal_cells[axis], ground.params.axes[axis].path[1:], strict=True))
    for cell, (x, y) in goals:
        if cell < 0 or ground.control[cell] == DEFENDER_HELD:  # a goal off the map is never reached
            return x, y
    return goals[-1][1][0], goals[-1][1][1]


def watch_again(ground: Ground) -> None:
    """Make the watch list again after ground changed hands."""
    list_watched(
        ground.axis, ground.line, ground.control, ground.initial_control, ground.neighbours, ground.cohesion,
        ground.shells, ground.raids, ground.is_held_by_enemy, ground.empty_since_h, ground.watch, ground.n_watch,
        ground.is_watched,
    )  # fmt: skip


@kernel
def list_watched(
    axis, line, control, initial_control, neighbours, cohesion, shells, raids, is_held_by_enemy,
    empty_since_h, watch_cells, n_watch, is_watched,
):  # fmt: skip
    """Make the watch list again.

    It has the cells of the lanes that are in the line, that the attacker holds in the fight, that it took and that
    touch the defender's ground, those whose cohesion is not 1 or is about to change, and those that wait to be mopped
    up. All arrays are columns of Ground, with the dtypes and units declared there.
    """
    # Without branches, these loops take eight cells at a time. 2: only for being taken, which is asked below.
    for cell in range(len(axis)):
        is_restless = (cohesion[cell] != 1.0) | (shells[cell] != 0.0) | (raids[cell] != 0)
        is_watched[cell] = is_restless | (is_held_by_enemy[cell] != 0) | (line[cell] != REAR)
    for cell in range(len(axis)):
        is_taken = (control[cell] == ATTACKER_HELD) & (initial_control[cell] == DEFENDER_HELD)
        why = is_watched[cell] | (empty_since_h[cell] < math.inf) | 2 * is_taken
        is_watched[cell] = why * (axis[cell] >= 0)
    n = 0
    for cell in range(len(axis)):
        if is_watched[cell]:
            is_on = is_watched[cell] != 2 or has_neighbour(cell, DEFENDER_HELD, control, neighbours)
            is_watched[cell] = is_on
            if is_on:
                watch_cells[n] = cell
                n += 1
    n_watch[0] = n
