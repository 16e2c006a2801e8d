"""Orders to units in reserve: which unit goes, where to, and when it is there."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.campaign.orders import ReserveOrder
from sim.campaign.sector_indicators import units_ready
from sim.scenario.schema import Scenario
from sim.world.clock import H_PER_DAY
from sim.world.compiled_code import kernel
from sim.world.integer_codes import (
    BEHIND_SECTOR,
    GO_BACK,
    ON_THE_WAY,
    RESERVE_COMMITTED,
    UNIT_MODES,
)
from sim.world.state import State


def send_units(state: State, side: int, orders: Iterable[ReserveOrder], hour: float, scenario: Scenario) -> None:
    """Carry out a commander's orders to units; an order for more units than there are takes those there are.

    The first of n units of an order arrives tau = prep_h + 24 behind_km / road_km_per_night after it, the others
    follow evenly within tau / 2. A unit already behind the axis that gets another task is there at once. Units sent
    back, and those sent on, are taken from behind the axis of the order.
    """
    p = scenario.reserves
    tau = p.prep_h + H_PER_DAY * p.behind_km / scenario.depth.road_km_per_night
    for order in orders:
        mode = UNIT_MODES.index(order.mode)
        here = (state.unit_side == side) & (state.unit_status == BEHIND_SECTOR) & (state.unit_axis == order.axis)
        near = np.flatnonzero(here & (state.unit_mode != mode))
        units = (near if mode == GO_BACK else np.concatenate([near, units_ready(state, side)]))[: order.n_units]
        for nth, unit in enumerate(units.tolist()):
            is_near = mode != GO_BACK and unit in near
            state.unit_status[unit], state.unit_mode[unit], state.unit_axis[unit] = ON_THE_WAY, mode, order.axis
            state.unit_km[unit] = 0.0 if is_near else p.behind_km
            state.unit_arrives_h[unit] = hour if is_near else hour + tau * (1.0 + 0.5 * nth / len(units))
        if len(units) and mode != GO_BACK:
            state.log(RESERVE_COMMITTED, hour, value=float(state.unit_soldiers[units].sum()))


def soldiers_sent(state: State, side: int) -> tuple[int, ...]:
    """Return by axis a side's soldiers in units on the way there or behind it."""
    by_axis = np.zeros(state.stock.shape[1], np.int64)
    count_sent(side, state.unit_side, state.unit_mode, state.unit_status, state.unit_axis, state.unit_soldiers, by_axis)
    return tuple(by_axis.tolist())


@kernel
def count_sent(side, unit_side, unit_mode, unit_status, unit_axis, unit_soldiers, by_axis):
    """Add a side's soldiers in units on the way to an axis or behind it to by_axis (int64).

    By unit: unit_side, unit_mode, unit_status, unit_axis (int8), unit_soldiers (int64).
    """
    for unit in range(len(unit_side)):
        is_sent = unit_status[unit] == ON_THE_WAY or unit_status[unit] == BEHIND_SECTOR
        if unit_side[unit] == side and unit_mode[unit] != GO_BACK and is_sent:
            by_axis[unit_axis[unit]] += unit_soldiers[unit]
