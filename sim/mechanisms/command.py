"""Command: groups are released from the pool to objectives and to garrisons.

The agents of `sim.campaign` decide once a day how many are released and where to; this mechanism carries it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from sim.mechanisms.contract import Mechanism
from sim.quantity import Params, quantity, setting
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.integer_codes import ADVANCE, POOL_HEAD, POOL_TAIL, SENT_FORWARD
from sim.world.keyed_draws import COMMAND, Draws, poisson, uniform
from sim.world.row_queues import bring_forward
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground

# Ids of groups lie above those of rows, by purpose; a quarter of an hour has room for this many before they spill over.
FIRST_GROUP_ID, GROUPS_PER_QUARTER_HOUR = (1 << 24, 1 << 30), 2048
# Draws for objectives are numbered by cell from here.
FIRST_CELL = 16
# Relief goes to the whole front as to one axis.
EVERYWHERE = np.ones(1)


class CommandParams(Params):
    """How the two sides decide."""

    attacker_policy: Literal["doctrine", "adaptive", "do_nothing"] = setting(
        "text", "how the attacker decides: by doctrine, moving effort to the axis that progresses, or not at all"
    )
    defender_policy: Literal["hold_the_line", "do_nothing"] = setting(
        "text", "how the defender decides: reserve to the threatened axis, or not at all"
    )
    doctrine: str = setting("text", "key of `effort` that the attacker follows")
    effort: dict[str, dict[str, Annotated[float, Field(ge=0)]]] = quantity(
        "1", "share of the attacker's effort, by doctrine and axis"
    )
    effort_gain: float = quantity("1", "how much effort moves to the axis that took ground lately (0: none)", ge=0)
    adaptation_days: float = quantity("day", "time constant with which taken ground is forgotten", gt=0)
    release: Literal["share_of_pool", "absolute"] = setting(
        "text", "whether what is released grows with the pool or is a fixed number a day"
    )
    release_share_per_day: float = quantity("1/day", "share of the pool sent forward in a day", ge=0)
    release_soldiers_per_day: float = quantity("soldiers/day", "soldiers sent forward in a day if absolute", ge=0)
    surge_day: int = setting("day", "first day of a rush in which more is sent forward", ge=0)
    surge_days: int = setting("day", "length of that rush (0: there is none)", ge=0)
    surge_factor: float = quantity("1", "factor on the day's release during the rush", ge=0, le=1000)
    culmination_share: float = quantity(
        "1", "share of the force at the start below which the pool is too small to go on attacking", ge=0, le=1
    )
    resume_share: float = quantity("1", "share of it from which the attack goes on again", ge=0, le=1)
    n_objectives: int = quantity("cells", "objectives pursued at a time over all axes", ge=0, le=10_000)
    weight_neighbours: float = quantity("1", "preference for cells with one more side on own ground", ge=0)
    weight_distance_per_km: float = quantity("1/km", "preference for cells a kilometre nearer to the goal", ge=0)
    weight_jitter: float = quantity("1", "largest random addition to an objective's score", ge=0)
    weight_contested: float = quantity("1", "preference for cells already fought for", ge=0)
    weight_symbolic: float = quantity("1", "preference for cells of a symbolic objective", ge=0)
    pressure_radius_km: float = quantity("km", "distance at which an assault is felt as pressure", ge=0)
    pressure_decay_days: float = quantity("day", "time constant with which pressure is forgotten", gt=0)
    pressure_floor: float = quantity(
        "1", "least weight of a quiet cell relative to the mean, before scaling", gt=0, le=1
    )
    pressure_cap: float = quantity("1", "largest weight of a pressed cell relative to the mean, before scaling", ge=1)
    reserve_threshold: float = quantity(
        "1", "share of an axis's target strength below which the reserve is committed", ge=0
    )


class Command(Mechanism):
    """Release groups from the pool to objectives by effort, and to garrisons that are short.

    The number of groups of a tick is Poisson(release_per_day x dt / 24 / group_size); a group takes group_size /
    team_size teams off the pool's head, an axis by effort, one of its objectives and a mobility, each drawn for
    the group, which leaves at an even chance anywhere in the tick. No objective, no release.
    """

    reads = frozenset(
        {
            "effort", "n_objectives", "n_relief", "n_soldiers", "objectives", "pool", "release_per_day", "relief_cells",
            "relief_per_day"
        }
    )  # fmt: skip
    writes = frozenset(
        {
            "active", "axis", "count", "cursor", "forward", "group_id", "is_tracked", "mobility", "objective_cell",
            "owner_crew", "pool_soldiers", "remaining_km", "state", "timer_h"
        }
    )  # fmt: skip

    def __init__(self, scenario: Scenario) -> None:
        self._group_size = scenario.attacker.group_size
        self._mobility = scenario.attacker.mobility_share.cumulative()
        self._next_id = list(FIRST_GROUP_ID)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Send one tick's groups forward."""
        stream = draws.stream(COMMAND, tick)
        orders = (
            (float(state.release_per_day[0]), state.effort, state.objectives, state.n_objectives),
            (float(state.relief_per_day[0]), EVERYWHERE, state.relief_cells, state.n_relief),
        )
        for purpose, (per_day, effort, cells, n_cells) in enumerate(orders):
            n = n_due(stream, purpose, per_day * tick.dt_h / H_PER_DAY / self._group_size)
            if n > 0 and np.count_nonzero(n_cells):
                release_groups(
                    n, self._take_ids(n, tick, purpose), self._group_size // state.team_size, effort, cells, n_cells,
                    self._mobility, tick.start_h, tick.dt_h, ground.stage_km, stream, ground.axis, state.state,
                    state.axis, state.group_id, state.n_soldiers, state.mobility, state.objective_cell,
                    state.remaining_km, state.timer_h, state.is_tracked, state.owner_crew, state.active, state.forward,
                    state.pool, state.pool_soldiers, state.cursor, state.count,
                )  # fmt: skip

    def _take_ids(self, n: int, tick: Tick, purpose: int) -> int:
        """Return the first of n ids of groups, which are places in the calendar, not rows.

        The third group of an hour has the same id, and so the same luck, in every run, however many went before it. A
        tick that an event cut short, or a very large release, goes on where the last one ended.
        """
        place = FIRST_GROUP_ID[purpose] + tick.time_s // 900 * GROUPS_PER_QUARTER_HOUR
        first = max(place, self._next_id[purpose])
        self._next_id[purpose] = first + n
        return first


@kernel
def n_due(stream, purpose, mean):
    """Draw the number of groups that are sent forward in a tick."""
    return poisson(uniform(stream, purpose, 0), mean)


@kernel
def pick_axis(u, effort, n_cells):
    """Return an axis in proportion to effort among those with objectives; -1 when there is none."""
    total = 0.0
    for axis in range(len(effort)):
        total += effort[axis] if n_cells[axis] > 0 else 0.0
    chosen, reached = -1, 0.0
    for axis in range(len(effort)):
        if n_cells[axis] > 0 and effort[axis] > 0.0 and reached <= u * total:
            chosen = axis
            reached += effort[axis]
    return chosen


@kernel
def pick_mobility(u, cumulative):
    """Return the first mobility whose cumulative share exceeds u."""
    i = 0
    while i < len(cumulative) - 1 and cumulative[i] <= u:
        i += 1
    return i


@kernel
def favourite(leader, cells, stream):
    """Return the cell that a group likes best, each as likely as the next.

    Every cell is drawn for apart: the same group goes to the same cell in another run, whatever else is on its list.
    """
    best, liking = cells[0], 0.0
    for cell in cells:
        u = uniform(stream, leader, FIRST_CELL + cell)
        if u > liking:
            best, liking = cell, u
    return best


@kernel
def release_groups(
    n_groups, first_id, rows_per_group, effort, cells, n_cells, mobility_share, hour, dt, stage_km, stream, cell_axis,
    state, axis, group_id, n_soldiers, mobility, objective_cell, remaining_km, timer_h, is_tracked, owner_crew, active,
    forward, pool, pool_soldiers, cursor, count,
):  # fmt: skip
    """Take n_groups off the head of the pool and send each on its way."""
    for leader in range(first_id, first_id + n_groups):
        if cursor[POOL_TAIL] - cursor[POOL_HEAD] < rows_per_group:
            break
        lane = pick_axis(uniform(stream, leader, 0), effort, n_cells)
        if lane < 0:
            break
        cell = favourite(leader, cells[lane, : n_cells[lane]], stream)
        by = pick_mobility(uniform(stream, leader, 1), mobility_share)
        leaves_at = hour + dt * uniform(stream, leader, 2)
        for _ in range(rows_per_group):
            row = pool[cursor[POOL_HEAD] % len(pool)]
            cursor[POOL_HEAD] += 1
            pool_soldiers[0] -= n_soldiers[row]
            count[SENT_FORWARD] += n_soldiers[row]
            state[row], group_id[row], objective_cell[row], axis[row] = ADVANCE, leader, cell, cell_axis[cell]
            mobility[row], remaining_km[row], timer_h[row] = by, stage_km, leaves_at
            is_tracked[row], owner_crew[row] = 0, -1
            bring_forward(row, active, forward, cursor)
