"""Mines and waiting drones on tracks: each kilometre moved inside the kill zone may cost a group soldiers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.groups import end_of_group, soldiers_of, strike_off
from sim.world.compiled_code import kernel
from sim.world.integer_codes import ATTACKER, MINES, N_ACTIVE, N_FORWARD
from sim.world.keyed_draws import binomial, uniform, waiting_h

ARMOUR = 3
# A group's draws in a tick: for each time it is hit, the way up to there, the casualties, and who they are.
DRAWS_PER_HIT, CASUALTIES, STRUCK = 16, 1, 2


class HazardValues(NamedTuple):
    """Hits per km and speed (km/h) by mobility, and what a hit does: as the defender's drones do, see DroneForce."""

    per_km: np.ndarray
    speed_km_h: np.ndarray
    burst: int
    burst_armour: int
    p_casualty: float


class Rows(NamedTuple):
    """Columns of State by row, and the list of active rows."""

    active: np.ndarray
    group_id: np.ndarray
    mobility: np.ndarray
    n_soldiers: np.ndarray


@kernel
def meet_mines(
    record, weather, stream, terrain_speed, terrain_cover, terrain, active, forward, cursor, group_id, mobility,
    n_soldiers, objective_cell, moving_from_h, moving_to_h, losses,
):  # fmt: skip
    """Hit groups on the way they moved inside the kill zone in this tick: P(not hit on L km) = exp(-per_km L).

    record: HazardValues; weather: factor on speed; stream (4 uint64): see `Draws.stream`. By terrain: terrain_speed,
    terrain_cover (float64); by cell: terrain (int8). The other arrays are columns and lists of State. What a hit costs
    is Binomial(min(soldiers, burst), p_casualty x terrain_cover) of the objective's terrain.
    """
    values, rows = record[0], Rows(active, group_id, mobility, n_soldiers)
    f = 0
    while f < cursor[N_FORWARD]:
        i = forward[f]
        j = end_of_group(i, cursor[N_ACTIVE], rows)
        row = active[i]
        hours, by = moving_to_h[row] - moving_from_h[row], mobility[row]
        if hours > 0.0 and values.per_km[by] > 0.0:
            place = terrain[objective_cell[row]]
            km = hours * values.speed_km_h[by] * weather * terrain_speed[place]
            p = values.p_casualty * terrain_cover[place]
            losses[ATTACKER, MINES] += lost_on_path(km, p, (i, j), values, stream, rows)
        f += j - i


@kernel
def lost_on_path(km, p, group, values, stream, rows):
    """Hit the group at positions group[0] to group[1] - 1 along a path of some km; return the soldiers lost."""
    i, j = group
    row = rows.active[i]
    key, by = rows.group_id[row], rows.mobility[row]
    burst = values.burst_armour if by == ARMOUR else values.burst
    k, lost = 0, 0
    at_km = waiting_h(stream, key, k, values.per_km[by])
    while at_km < km:
        n = binomial(uniform(stream, key, k + CASUALTIES), min(soldiers_of(i, j, rows), burst), p)
        for s in range(n):
            strike_off(uniform(stream, key, k + STRUCK + s), i, j, rows)
        lost += n
        k += DRAWS_PER_HIT
        at_km += waiting_h(stream, key, k, values.per_km[by])
    return lost
