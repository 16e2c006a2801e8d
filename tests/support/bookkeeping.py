"""What must hold of a campaign after any tick, whatever its scenario."""

import math

import numpy as np

from sim.campaign.mesa_model import soldiers_ledger
from sim.mechanisms.forces import moves_of, starts_h
from sim.mechanisms.shared.transferred_soldiers import ARRIVES, COUNTED_AWAY, COUNTED_BACK, LEAVES, STAYS, TAKEN_BACK
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, update_line
from sim.world.integer_codes import (
    ATTACKER,
    DEAD,
    GARRISON,
    N_ACTIVE,
    N_FORWARD,
    NEXT_ROW,
    POOL,
    POOL_HEAD,
    POOL_TAIL,
    REST,
    REST_HEAD,
    REST_TAIL,
    SIDES,
    UNFORMED,
    WITHDRAW,
)
from sim.world.soldiers_by_role import AWAY, count_soldiers


def queued(rows, head, tail):
    """Return the rows between head and tail of a ring of rows."""
    return rows[np.arange(head, tail) % len(rows)]


def faults(model):
    """Return a line for everything that does not add up; none when all is well."""
    return [*_soldiers(model), *_places(model), *_groups(model), *_ground(model)]


def _soldiers(model):
    state = model.state
    for side, row in soldiers_ledger(model).items():
        if row["initial"] + row["arrived"] != row["alive"] + row["lost"] + row["away"]:
            yield f"the {side}'s soldiers do not add up: {row}"
    by_role, _ = count_soldiers(state, len(model.ground.axis_names))
    if (by_role.sum(axis=1) - by_role[:, AWAY]).tolist() != [state.soldiers(side) for side in range(2)]:
        yield f"the roles do not add up to the soldiers: {by_role.tolist()}"
    stocks = ("stock", "resting", "unit_soldiers", "reserve_due", "away", "pool_soldiers", "march_soldiers")
    for side, (arrived, net) in enumerate(zip(state.arrived.tolist(), _net_transfers(model), strict=True)):
        if arrived < net:
            yield f"of the {SIDES[side]} {arrived} arrived, but transfers alone make {net}"
    for name in ("n_soldiers", *stocks, "losses", "count"):
        if getattr(state, name).min() < 0:
            yield f"{name} falls below 0"
    if np.any(state.unit_soldiers > state.unit_home):
        yield "a unit in reserve is larger than it was"
    if state.n_soldiers[state.n_sections :].max(initial=0) > state.team_size:
        yield "a team is larger than team_size"


def _net_transfers(model):
    """Return by side those whom transfers brought so far, less those who were due back: some of these may be dead."""
    s, net = model.inputs, [0, 0]
    begun = [hour for hour in (0.0, *starts_h(s.forces)) if 0.0 <= hour < model.hour]
    if "forces" in s.off or not begun:
        return net
    # Transfers act on each morning and as they begin.
    hour = max(max(begun), 24.0 * (math.ceil(model.hour / 24.0) - 1))
    for move in moves_of(s.forces, (s.attacker.infantry_share, s.defender.infantry_share)):
        sign = {COUNTED_AWAY: 1, STAYS: 1, ARRIVES: 1, COUNTED_BACK: -1, TAKEN_BACK: -1, LEAVES: 0}[move.effect]
        net[move.side] += sign * (move.due(hour) - move.due_before())
    return net


def _places(model):
    """Each team that was formed is in the pool, at rest, active or dead, once."""
    state, cursor = model.state, model.state.cursor
    pool = queued(state.pool, cursor[POOL_HEAD], cursor[POOL_TAIL])
    rest = queued(state.rest, cursor[REST_HEAD], cursor[REST_TAIL])
    active = state.active[: cursor[N_ACTIVE]]
    if not np.array_equal(state.forward[: cursor[N_FORWARD]], np.flatnonzero(state.state[active] != GARRISON)):
        yield "who is forward is not who is in the field and in no garrison"
    teams = np.arange(state.n_sections, cursor[NEXT_ROW])
    dead = teams[state.state[teams] == DEAD]
    if not np.array_equal(np.sort(np.concatenate([pool, rest, active, dead])), teams):
        yield "a team is in two places or in none"
    if np.any(state.state[pool] != POOL) or np.any(state.state[rest] != REST):
        yield "a queue holds a team in another state"
    if np.isin(state.state[active], (UNFORMED, POOL, REST, DEAD)).any() or np.any(state.n_soldiers[active] == 0):
        yield "a team is active that should not be"
    if np.any(state.n_soldiers[dead] > 0) or np.any(state.n_soldiers[cursor[NEXT_ROW] :] > 0):
        yield "soldiers in a dead team or in one never formed"
    if state.n_soldiers[pool].sum() != state.pool_soldiers[0]:
        yield "pool_soldiers is not the sum over the pool"


def _groups(model):
    state = model.state
    active = state.active[: state.cursor[N_ACTIVE]]
    group = state.group_id[active]
    begins = np.flatnonzero(np.diff(group, prepend=-2) != 0)
    if len(np.unique(group)) != len(begins):
        yield "a group's teams do not stand together"
    if np.unique(group, return_counts=True)[1].max(initial=0) > model.inputs.attacker.group_size // state.team_size:
        yield "a group is larger than group_size"
    for name in ("objective_cell", "mobility", "axis"):
        column = getattr(state, name)[active]
        if np.any(np.diff(column)[np.diff(group) == 0] != 0):
            yield f"a group's teams differ in {name}"
    if np.any(state.side[active] != ATTACKER):
        yield "a team of the defender"


def is_restless(state, ground):
    """Return which cells have something that a tick may change."""
    soldiers = np.where(state.section_of_cell >= 0, state.n_soldiers[state.section_of_cell], 0)
    taken = (ground.control == ATTACKER_HELD) & (ground.initial_control == DEFENDER_HELD)
    beside = np.where(ground.neighbours >= 0, ground.control[ground.neighbours] == DEFENDER_HELD, False).any(axis=1)
    return (soldiers > 0) | (ground.is_held_by_enemy == 1) | (ground.cohesion != 1.0) | (taken & beside)


def _ground(model):
    state, ground = model.state, model.ground
    changed = np.flatnonzero(ground.control != ground.initial_control)
    if np.any(ground.axis[changed] < 0):
        yield "ground changed hands outside every lane"
    if not np.isin(ground.control, (ATTACKER_HELD, DEFENDER_HELD)).all():
        yield "a cell is held by neither side"
    line, cells, count = np.empty_like(ground.line), np.empty_like(ground.line_cells), np.empty_like(ground.line_count)
    update_line(ground.control, ground.axis, ground.neighbours, line, cells, count)
    if not np.array_equal(line, ground.line) or not np.array_equal(count, ground.line_count):
        yield "the line is not where control says"
    lanes = state.objective_cell[: state.n_sections]
    if np.any(state.n_soldiers[: state.n_sections][ground.control[lanes] == ATTACKER_HELD] > 0):
        yield "a section stands on the attacker's ground"
    if np.any(is_restless(state, ground) & (ground.is_watched == 0) & (ground.axis >= 0)):
        yield "a cell off the watch list is not at rest"
    if not np.array_equal(ground.watch[: ground.n_watch[0]], np.flatnonzero(ground.is_watched)):
        yield "the watch list is not in the order of the cells"
    active = state.active[: state.cursor[N_ACTIVE]]
    garrisons = active[state.state[active] == GARRISON]
    if np.any(ground.control[state.objective_cell[garrisons]] != ATTACKER_HELD):
        yield "a garrison stands on the defender's ground"
    if np.any((ground.is_held_by_enemy == 1) & (ground.control == ATTACKER_HELD)):
        yield "a hold clock runs on the attacker's own ground"
    if np.any(state.remaining_km[active[state.state[active] == WITHDRAW]] > ground.stage_km):
        yield "a team withdraws from beyond the staging distance"
