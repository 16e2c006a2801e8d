"""Garrisons: which groups on won ground stay, which rest, and which go back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.groups import end_of_group, is_rider, send_to_rest
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, has_neighbour
from sim.world.integer_codes import GARRISON, HOLD, N_ACTIVE, N_FORWARD, REST, WAIT, WITHDRAW


class Groups(NamedTuple):
    """Columns of State by row, and the lists of rows that are worked on or rest."""

    active: np.ndarray
    cursor: np.ndarray
    state: np.ndarray
    group_id: np.ndarray
    n_soldiers: np.ndarray
    objective_cell: np.ndarray
    timer_h: np.ndarray
    rest: np.ndarray


@kernel
def garrison_of(cell, groups):
    """Count the soldiers in a cell's garrison."""
    total = 0
    for i in range(groups.cursor[N_ACTIVE]):
        row = groups.active[i]
        if groups.objective_cell[row] == cell and groups.state[row] == GARRISON:
            total += groups.n_soldiers[row]
    return total


@kernel
def settle_teams(
    record, hour, has_front_moved, km_per_front_cell, stage_km, control, neighbours, active, forward, cursor, state,
    group_id, mobility, n_soldiers, objective_cell, timer_h, remaining_km, is_tracked, rest,
):  # fmt: skip
    """Let groups on own ground join the garrison or leave, tired riders leave, and garrisons if the front moved.

    Riders of whom less than all stay join no garrison, and their endurance ends a wait before an objective too.
    `record` has garrison_per_km (soldiers/km), endurance_h, rest_h (h) and rider_stay; hour is that of the tick's end;
    km_per_front_cell and stage_km are in km. The arrays are columns of State and Ground, with the dtypes and units
    declared there.
    """
    values, groups = record[0], Groups(active, cursor, state, group_id, n_soldiers, objective_cell, timer_h, rest)
    garrison = int(values.garrison_per_km * km_per_front_cell + 0.5)
    n_active = cursor[N_ACTIVE]
    f, n = 0, n_active if has_front_moved else cursor[N_FORWARD]
    while f < n:
        i = f if has_front_moved else forward[f]
        j = end_of_group(i, n_active, groups)
        row = active[i]
        cell, becomes = objective_cell[row], state[row]
        rides = is_rider(mobility[row])
        may_stay = not rides or values.rider_stay >= 1.0
        is_tired = rides and hour - timer_h[row] >= values.endurance_h
        if is_tired and (becomes == HOLD or (becomes == WAIT and not may_stay and control[cell] == DEFENDER_HELD)):
            becomes = WITHDRAW
        elif control[cell] == ATTACKER_HELD and (becomes == WAIT or (becomes == GARRISON and has_front_moved)):
            if not has_neighbour(cell, DEFENDER_HELD, control, neighbours):
                becomes = REST
            elif becomes == WAIT:
                becomes = GARRISON if may_stay and garrison_of(cell, groups) < garrison else WITHDRAW
        if becomes != state[row]:
            for k in range(i, j):
                row = active[k]
                is_tracked[row] = 0
                remaining_km[row], timer_h[row] = stage_km, -1.0
                if becomes == REST and n_soldiers[row] > 0:
                    send_to_rest(row, hour + values.rest_h, groups)
                state[row] = becomes
        f += j - i
