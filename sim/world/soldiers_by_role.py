"""Where the soldiers of both sides are: one count for either side, by what they do and by axis of advance."""

from __future__ import annotations

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.integer_codes import GARRISON, LINE, NEXT_ROW, ON_THE_WAY, POOL, REST, SIDES, STATES
from sim.world.state import State

ROLES = ("line", "forward", "stock", "reserve", "resting", "marching", "away")
"""What soldiers do.

line: hold ground (the defender's sections, the attacker's garrisons); forward: on a mission, or on the way back from
it; stock: ready behind the line (the defender's stocks of the sectors, the attacker's pool); reserve: in units that
stand back, behind a sector, or in refit; resting: out of the line; marching: on the way to a sector; away: not in the
theatre.
"""
HOLDS_LINE, FORWARD, STOCK, RESERVE, RESTING, MARCHING, AWAY = range(len(ROLES))
_ROLE_OF_STATE = np.full(len(STATES), FORWARD, np.int8)
_ROLE_OF_STATE[[LINE, GARRISON, POOL, REST]] = HOLDS_LINE, HOLDS_LINE, STOCK, RESTING


def count_soldiers(state: State, n_axes: int) -> tuple[np.ndarray, np.ndarray]:
    """Count all soldiers: by side and role, and those in the line or forward by side and axis (both int64)."""
    by_role, by_axis = np.zeros((len(SIDES), len(ROLES)), np.int64), np.zeros((len(SIDES), n_axes), np.int64)
    count_rows(
        state.cursor[NEXT_ROW], state.state, state.side, state.axis, state.n_soldiers, _ROLE_OF_STATE, by_role, by_axis
    )
    by_role[:, STOCK] += state.stock.sum(axis=1)
    by_role[:, RESTING] += state.resting
    by_role[:, AWAY] += state.away
    roles = np.where(state.unit_status == ON_THE_WAY, MARCHING, RESERVE)
    np.add.at(by_role, (state.unit_side, roles), state.unit_soldiers)
    if state.n_marching[0]:
        by_role[:, MARCHING] += np.bincount(state.march_side, state.march_soldiers, len(SIDES)).astype(np.int64)
    return by_role, by_axis


@kernel
def count_rows(n_rows, state, side, axis, n_soldiers, role_of_state, by_role, by_axis):
    """Add the soldiers of the first n_rows rows to by_role[side, role] and, in the field, to by_axis[side, axis].

    state, side, axis (int8) and n_soldiers (int32) are columns of State; role_of_state (int8) is a role by state.
    """
    # Most rows in a row are of one side and role (the pool): they are summed before they are added.
    last_side, last_role, soldiers = 0, 0, 0
    for row in range(n_rows):
        role = role_of_state[state[row]]
        if role != last_role or side[row] != last_side:
            by_role[last_side, last_role] += soldiers
            last_side, last_role, soldiers = side[row], role, 0
        soldiers += n_soldiers[row]
        if role <= FORWARD and axis[row] >= 0:
            by_axis[side[row], axis[row]] += n_soldiers[row]
    by_role[last_side, last_role] += soldiers
