"""Command: what orders do. Teams are released to objectives, sections get targets, crews get posts.

The orders themselves are given once a day by the agents of `sim.agents`; the functions in the first half carry them
out on the arrays, and the phase releases teams in every tick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from sim.clock import H_PER_DAY, Tick
from sim.codes import ADVANCE, GARRISON, N_ACTIVE, POOL_HEAD, POOL_TAIL, SENT_FORWARD
from sim.draws import COMMAND, Draws, poisson, uniform, uniforms
from sim.ground import ATTACKER_HELD, DEFENDER_HELD, FRONT, URBAN
from sim.kernels import kernel
from sim.quantity import Params, quantity, setting
from sim.state import State

if TYPE_CHECKING:
    from sim.ground import Ground
    from sim.schema import Scenario

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


def spread_entries(state: State, ground: Ground, params: CommandParams) -> None:
    """Turn the past day's assaults into pressure: decay by exp(-1 day / decay), plus entries within the radius."""
    ground.pressure *= np.exp(-1.0 / params.pressure_decay_days)
    cells = state.objective_cell[: state.n_sections]
    spread(params.pressure_radius_km, cells, ground.x_km, ground.y_km, ground.entries, ground.pressure)


@kernel
def spread(radius_km, cells, x_km, y_km, entries, pressure):
    """Add each cell's entries to the pressure of all cells within the radius, and clear them."""
    for entered in range(len(entries)):
        if entries[entered] > 0:
            for cell in cells:
                dx, dy = x_km[cell] - x_km[entered], y_km[cell] - y_km[entered]
                if dx * dx + dy * dy <= radius_km * radius_km:
                    pressure[cell] += entries[entered]
            entries[entered] = 0


def pressure_weights(ground: Ground, params: CommandParams) -> np.ndarray:
    """Return the weight of each cell of the line (front first): pressure between floor and cap, mean 1 on the front."""
    n_front, n = ground.line_count
    pressure = ground.pressure[ground.line_cells[:n]]
    mean = pressure[:n_front].mean() if n_front else 0.0
    if mean <= 0.0:
        return np.ones(n)
    weight = np.clip(pressure / mean, params.pressure_floor, params.pressure_cap)
    return weight / weight[:n_front].mean()


def set_targets(
    ground: Ground, axis: int, weights: np.ndarray, density_per_km: float, urban_multiplier: float, depth_share: float
) -> None:
    """Set the target strength of one axis's sections: density x km of front x urban x weight (x depth_share behind)."""
    cells = ground.line_cells[: ground.line_count[1]]
    target = density_per_km * ground.km_per_front_cell * weights
    target = np.where(ground.terrain[cells] == URBAN, urban_multiplier, 1.0) * target
    target = np.where(ground.line[cells] == FRONT, 1.0, depth_share) * target
    mine = ground.axis[cells] == axis
    ground.target_soldiers[cells[mine]] = np.floor(target[mine] + 0.5)


def post_crews(state: State, ground: Ground, weights: np.ndarray) -> None:
    """Spread both sides' crews along the front in proportion to the weights of its cells."""
    n_front = int(ground.line_count[0])
    if n_front == 0:
        return
    share = np.cumsum(weights[:n_front]) / weights[:n_front].sum()
    for side in (0, 1):
        crews = np.flatnonzero(state.crew_side == side)
        at = np.searchsorted(share, (np.arange(len(crews)) + 0.5) / max(1, len(crews)))
        state.crew_cell[crews] = ground.line_cells[np.minimum(at, n_front - 1)]


def choose_objectives(
    state: State, ground: Ground, axis: int, n: int, params: CommandParams, tick: Tick, draws: Draws
) -> None:
    """Choose the n best front cells of an axis.

    Score = weight_neighbours x sides on own ground - weight_distance x km to the goal + weight_jitter x u
    + weight_contested if fought for + weight_symbolic on a symbolic objective. The goal is the first point of the
    axis's path not yet taken.
    """
    cells = ground.line_cells[: ground.line_count[0]]
    cells = cells[ground.axis[cells] == axis]
    beside = ground.neighbours[cells]
    sides = ((beside >= 0) & (ground.control[beside] == ATTACKER_HELD)).sum(axis=1)
    goal_x, goal_y = _goal(ground, axis)
    distance = np.hypot(ground.x_km[cells] - goal_x, ground.y_km[cells] - goal_y)
    jitter = uniforms(draws.stream(COMMAND, tick), cells, 100)
    score = params.weight_neighbours * sides - params.weight_distance_per_km * distance
    score += params.weight_jitter * jitter
    score += params.weight_contested * ((ground.assault_force[cells] > 0) | (ground.is_held_by_enemy[cells] == 1))
    score += params.weight_symbolic * ground.is_symbolic[cells]
    best = cells[np.argsort(-score, kind="stable")[:n]]
    state.n_objectives[axis] = len(best)
    state.objectives[axis, : len(best)] = best


def _goal(ground: Ground, axis: int) -> tuple[float, float]:
    goals = list(zip(ground.goal_cells[axis], ground.params.axes[axis].path[1:], strict=True))
    for cell, (x, y) in goals:
        if cell < 0 or ground.control[cell] == DEFENDER_HELD:  # a goal off the map is never reached
            return x, y
    return goals[-1][1][0], goals[-1][1][1]


def attacker_front(ground: Ground, cells: np.ndarray) -> np.ndarray:
    """Return those of the cells that the attacker holds and that touch the defender's ground."""
    beside = ground.neighbours[cells]
    touches = ((beside >= 0) & (ground.control[beside] == DEFENDER_HELD)).any(axis=1)
    return cells[(ground.control[cells] == ATTACKER_HELD) & touches]


def order_relief(state: State, ground: Ground, garrison: float) -> None:
    """List the attacker's front cells whose garrison, with what is on its way, is below strength, and the need."""
    lanes = state.objective_cell[: state.n_sections]
    mine = attacker_front(ground, lanes)
    active = state.active[: state.cursor[N_ACTIVE]]
    rows = active[(state.state[active] == GARRISON) | (state.state[active] == ADVANCE)]
    present = np.bincount(state.objective_cell[rows], weights=state.n_soldiers[rows], minlength=ground.n_cells)
    short = garrison - present[mine]
    needy = mine[short >= 1.0]
    state.relief_cells[0, : len(needy)] = needy
    state.n_relief[0] = len(needy)
    state.relief_per_day[0] = short[short >= 1.0].sum()


class Command:
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
            "active", "axis", "count", "cursor", "group_id", "is_tracked", "mobility", "objective_cell", "owner_crew",
            "pool_soldiers", "remaining_km", "state", "timer_h"
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
            (state.release_per_day[0], state.effort, state.objectives, state.n_objectives),
            (state.relief_per_day[0], EVERYWHERE, state.relief_cells, state.n_relief),
        )
        for purpose, (per_day, effort, cells, n_cells) in enumerate(orders):
            n = poisson(uniform(stream, purpose, 0), per_day * tick.dt_h / H_PER_DAY / self._group_size)
            if n > 0 and n_cells.any():
                release_groups(
                    n, self._take_ids(n, tick, purpose), self._group_size // state.team_size, effort, cells, n_cells,
                    self._mobility, tick.start_h, tick.dt_h, ground.stage_km, stream, ground.axis, state.state,
                    state.axis, state.group_id, state.n_soldiers, state.mobility, state.objective_cell,
                    state.remaining_km, state.timer_h, state.is_tracked, state.owner_crew, state.active, state.pool,
                    state.pool_soldiers, state.cursor, state.count,
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
    pool, pool_soldiers, cursor, count,
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
            active[cursor[N_ACTIVE]] = row
            cursor[N_ACTIVE] += 1
