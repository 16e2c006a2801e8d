"""How drone crews serve requests in the order of time: a crew is found, and its drone may hit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.drone_crew_choice import CrewPlaces, Target, find_crew, make_busy
from sim.mechanisms.shared.drone_requests import CASUALTIES, SERVICE, STRUCK, SUCCESS, THIN
from sim.mechanisms.shared.groups import beyond_km, end_of_group, soldiers_of, strike_off
from sim.world.compiled_code import kernel
from sim.world.integer_codes import (
    ADVANCE,
    ATTACKER,
    CALLS_ON_ATTACKER,
    DEFENDER,
    DRONE_GARRISON,
    DRONE_HOLDING,
    DRONE_LINE,
    DRONE_TRANSIT,
    DRONE_WAITING,
    GARRISON,
    HOLD,
    LINE,
    WITHDRAW,
)
from sim.world.keyed_draws import binomial, happens, uniform, waiting_h

ARMOUR = 3


class Crews(NamedTuple):
    """One side's crews: where they are, the number of the first, and by place in the side their cell and free hour."""

    places: CrewPlaces
    first: int
    cell: np.ndarray  # int32
    free_at_h: np.ndarray  # float64


class Sortie(NamedTuple):
    """What all strikes of a side in a tick have in common."""

    side: int  # whose crews strike
    start_h: float  # of the tick
    range_km: float
    set_back_km: float
    stage_km: float
    p_integration: float
    service_h: float  # mean, in this weather and with full supply
    p_success: float  # that a drone hits a target that has not moved away
    late: np.ndarray  # share of moving targets still tracked after the delay, by mobility
    burst: int
    burst_armour: int
    p_casualty: float
    supply_level: np.ndarray  # of the side's crews, by axis
    stream: np.ndarray
    crews: Crews


class Ledger(NamedTuple):
    """Losses by side and cause, and the running counts of State."""

    losses: np.ndarray
    counts: np.ndarray


@kernel
def serve(requests, in_order, sortie, rows, cells, ledger):
    """Take the requests in the order of time: find a crew, make it busy, remove the soldiers that it hits.

    Uses active, n_active, state, group_id, n_soldiers, mobility, objective_cell, remaining_km and moving_to_h of rows;
    x_km, y_km, axis, terrain and terrain_cover of cells.
    """
    crews = sortie.crews
    tally = CALLS_ON_ATTACKER + 2 * (ATTACKER + DEFENDER - sortie.side)
    all_busy_until_h = -np.inf
    for r in in_order:
        request = requests[r]
        i, hour = request.at, sortie.start_h + request.hour
        row = rows.active[i]
        now, cell = rows.state[row], rows.objective_cell[row]
        j = end_of_group(i, rows.n_active, rows)
        size = soldiers_of(i, i + 1 if now == GARRISON else j, rows)
        # A request was made for a size that may since have shrunk: requests on the fallen are dropped.
        if size < request.size and uniform(sortie.stream, request.key, request.k + THIN) * request.size >= size:
            continue
        ledger.counts[tally] += 1
        if hour < all_busy_until_h:  # not worth a search
            ledger.counts[tally + 1] += 1
            continue
        beyond = sortie.set_back_km + max(0.0, beyond_km(now, rows.remaining_km[row], sortie.stage_km))
        crew, owner = find_crew(hour, request, Target(cells.x_km[cell], cells.y_km[cell], beyond), sortie)
        if crew < 0:
            ledger.counts[tally + 1] += 1
            all_busy_until_h = crews.free_at_h[crews.places.order[0]] if len(crews.free_at_h) > 0 else np.inf
            continue
        level = sortie.supply_level[cells.axis[crews.cell[crew]]]
        service_h = waiting_h(sortie.stream, request.key, request.k + SERVICE, level / sortie.service_h)
        make_busy(crew, hour + service_h, crews.places, crews.free_at_h)
        is_fleeting = crew != owner and now != LINE and now != GARRISON
        p = sortie.p_success * (sortie.late[rows.mobility[row]] if is_fleeting else 1.0)
        if happens(p, sortie.stream, request.key, request.k + SUCCESS):
            hit(request, j, sortie, rows, cells, ledger)


@kernel
def hit(request, j, sortie, rows, cells, ledger):
    """Remove the soldiers that a drone hits from the target's group, whose rows end before position j."""
    i, row = request.at, rows.active[request.at]
    now, cell = rows.state[row], rows.objective_cell[row]
    reach = sortie.burst_armour if rows.mobility[row] == ARMOUR and now != LINE else sortie.burst
    while i > 0 and rows.group_id[rows.active[i - 1]] == rows.group_id[row]:
        i -= 1
    p = sortie.p_casualty * cells.terrain_cover[cells.terrain[cell]]
    u = uniform(sortie.stream, request.key, request.k + CASUALTIES)
    n_lost = binomial(u, min(soldiers_of(i, j, rows), reach), p)
    victim = ATTACKER + DEFENDER - sortie.side
    ledger.losses[victim, cause_of(now, request.hour < rows.moving_to_h[row])] += n_lost
    for s in range(n_lost):
        strike_off(uniform(sortie.stream, request.key, request.k + STRUCK + s), i, j, rows)


@kernel
def cause_of(state, is_moving):
    """Return the cause under which a drone's victim is counted: what the unit was doing."""
    if state == LINE:
        return DRONE_LINE
    if state == GARRISON:
        return DRONE_GARRISON
    if is_moving or state == ADVANCE or state == WITHDRAW:
        return DRONE_TRANSIT
    return DRONE_HOLDING if state == HOLD else DRONE_WAITING
