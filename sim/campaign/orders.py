"""What a side's commander sees in the morning, what it may order for the day, and the refusal of what it may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import InputError, clip, is_finite_number, suggestion, whole_number
from sim.world.integer_codes import MAX_UNITS, UNIT_MODES


@dataclass(frozen=True)
class Observation:
    """What a side's commander knows at the start of a day; tuples have one value per axis, in the ground's order."""

    day: int
    pool_soldiers: int
    has_culminated: bool
    reserve_soldiers: int
    line_soldiers_by_axis: tuple[int, ...]
    target_soldiers_by_axis: tuple[int, ...]
    area_taken_km2_by_axis: tuple[float, ...]
    reserve_units: int = 0  # own units that stand back; reserve_soldiers counts their soldiers
    reserve_sent_by_axis: tuple[int, ...] = ()  # soldiers of own units on the way, or behind the axis
    gap_share_by_axis: tuple[float, ...] = ()  # share of own front cells with less than a quarter of their target
    penetration_km_by_axis: tuple[float, ...] = ()  # how deep the attacker's ground of the last days reaches
    intruders_by_axis: tuple[int, ...] = ()  # attackers on that ground, and in cells that they hold
    stock_soldiers_by_axis: tuple[int, ...] = ()
    resting_soldiers: int = 0
    lines_behind_by_axis: tuple[tuple[str, ...], ...] = ()  # the defender's finished lines in the rear, nearest first

    @property
    def line_soldiers(self) -> int:
        """Soldiers of the whole line, both lines of it."""
        return sum(self.line_soldiers_by_axis)

    @property
    def target_soldiers(self) -> int:
        """Target strength of the whole line."""
        return sum(self.target_soldiers_by_axis)


@dataclass(frozen=True)
class ReserveOrder:
    """An order to n_units units of the reserve: where to, and what for.

    mode is "plug" (join the line, or the garrisons, of the axis), "counterattack" (the defender's: stand behind the
    axis and attack ground lately lost), "exploit" (the attacker's: join the assaults on the axis) or "back" (units
    behind the axis stand back again).
    """

    axis: int
    mode: str
    n_units: int = 1


@dataclass(frozen=True)
class Orders:
    """What a commander decides for a day.

    The attacker's: effort (a weight for each axis, scaled to sum to 1; empty for none) and soldiers to release. Both
    sides': orders to units in reserve; reserve_axis sends all units that stand back to plug one axis. The defender's,
    with the mechanism `depth`: the share of a sector's soldiers that is held back (None: the scenario's), a weight for
    each sector's needs (empty: all alike), and for each axis the belt to which it withdraws (None, or empty: none).
    """

    effort: tuple[float, ...] = ()
    release_per_day: float = 0.0
    reserve_axis: int | None = None
    hold_back: float | None = None
    sector_weights: tuple[float, ...] = ()
    withdraw: tuple[str | None, ...] = ()
    reserves: tuple[ReserveOrder, ...] = ()

    @property
    def to_units(self) -> tuple[ReserveOrder, ...]:
        """All orders to units, that of reserve_axis the last."""
        if self.reserve_axis is None:
            return tuple(self.reserves)
        return (*self.reserves, ReserveOrder(self.reserve_axis, "plug", MAX_UNITS))


MAX_RELEASE_PER_DAY = 1e12  # more than any pool holds: all of it
# What each side's units can be sent for.
MODES = (("plug", "exploit", "back"), ("plug", "counterattack", "back"))


def check(orders: Orders, n_axes: int, whose: str, side: int | None = None) -> None:
    """Refuse orders that cannot be carried out; raises InputError that says whose they are, and what is wrong.

    side: whose units are ordered; None allows what either side's can do.
    """
    if not isinstance(orders, Orders):
        raise InputError([f"{whose}: must return Orders(...), returned {clip(orders)}"])
    effort, release, axis = orders.effort, orders.release_per_day, orders.reserve_axis
    if not isinstance(effort, (tuple, list)) or not all(_is_from_0_up(share) for share in effort):
        raise InputError([f"{whose}: effort must be a tuple of numbers from 0 up, is {clip(effort)}"])
    if effort and len(effort) != n_axes:
        raise InputError([f"{whose}: gives effort to {len(effort)} axes; the ground has {n_axes}"])
    if not (_is_from_0_up(release) and release <= MAX_RELEASE_PER_DAY):
        raise InputError(
            [f"{whose}: release_per_day must be a number from 0 to {MAX_RELEASE_PER_DAY:g}, is {clip(release)}"]
        )
    _check_depth(orders, n_axes, whose)
    if axis is not None:
        whole_number(f"{whose}: reserve_axis", axis, 0, n_axes - 1)
    _check_units(orders.reserves, n_axes, whose, UNIT_MODES if side is None else MODES[side])


def _check_units(reserves: Any, n_axes: int, whose: str, modes: Sequence[str]) -> None:
    if not isinstance(reserves, (tuple, list)):
        raise InputError([f"{whose}: reserves must be a tuple of ReserveOrder(...), is {clip(reserves)}"])
    for order in reserves:
        if not isinstance(order, ReserveOrder):
            raise InputError([f"{whose}: reserves must be a tuple of ReserveOrder(...), holds {clip(order)}"])
        whole_number(f"{whose}: reserves: axis", order.axis, 0, n_axes - 1)
        whole_number(f"{whose}: reserves: n_units", order.n_units, 0, MAX_UNITS)
        if order.mode not in modes:
            near = suggestion(str(order.mode), modes)
            raise InputError(
                [f"{whose}: reserves: mode must be one of {', '.join(modes)}, is {clip(order.mode)}{near}"]
            )


def _check_depth(orders: Orders, n_axes: int, whose: str) -> None:
    held, weights, withdraw = orders.hold_back, orders.sector_weights, orders.withdraw
    if held is not None and not (_is_from_0_up(held) and held < 1.0):
        raise InputError([f"{whose}: hold_back must be None or a number from 0 to below 1, is {clip(held)}"])
    if not isinstance(weights, (tuple, list)) or not all(_is_from_0_up(weight) for weight in weights):
        raise InputError([f"{whose}: sector_weights must be a tuple of numbers from 0 up, is {clip(weights)}"])
    if not isinstance(withdraw, (tuple, list)) or not all(belt is None or isinstance(belt, str) for belt in withdraw):
        raise InputError([f"{whose}: withdraw must be a tuple of names of belts, or None, is {clip(withdraw)}"])
    for name, values in (("sector_weights", weights), ("withdraw", withdraw)):
        if values and len(values) != n_axes:
            raise InputError([f"{whose}: {name} is for {len(values)} axes; the ground has {n_axes}"])


def _is_from_0_up(value: Any) -> bool:
    return is_finite_number(value) and value >= 0
