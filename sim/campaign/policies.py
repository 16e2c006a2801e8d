"""How commanders decide: a policy is any callable from what a side sees in the morning to its orders of the day.

A scenario names one of the policies below for each side; `Campaign(scenario, policies=(attacker's, defender's))` takes
any other. A policy has its own memory: those that a scenario names are made for each campaign.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.campaign.own_mechanisms import takes
from sim.errors import InputError, clip, is_finite_number, suggestion, whole_number
from sim.mechanisms.command import CommandParams
from sim.scenario.schema import Scenario
from sim.world.integer_codes import MAX_UNITS, SIDES, UNIT_MODES


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


Policy = Callable[[Observation], Orders]


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
    if not isinstance(orders.reserves, (tuple, list)):
        raise InputError([f"{whose}: reserves must be a tuple of ReserveOrder(...), is {clip(orders.reserves)}"])
    modes = UNIT_MODES if side is None else MODES[side]
    for order in orders.reserves:
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


def policy_pair(policies: Any) -> tuple[Policy, Policy]:
    """Return the two policies that were handed over; raises InputError for anything that is no such pair."""
    if not isinstance(policies, (tuple, list)) or len(policies) != len(SIDES):
        raise InputError([f"policies: must be a pair, the attacker's and the defender's, is {clip(policies)}"])
    for side, policy in zip(SIDES, policies, strict=True):
        if not callable(policy):
            raise InputError(
                [f"policies: the {side}'s must be a function from Observation to Orders, is {clip(policy)}; the "
                 f"policies by name are set by command.{side}_policy"]
            )  # fmt: skip
        if policy in (*ATTACKER_POLICIES.values(), *DEFENDER_POLICIES.values()):
            name = name_of(policy)
            raise InputError([f"policies: the {side}'s, {name}, makes a policy; hand over {name}(scenario)"])
        if not takes(policy, 1):
            raise InputError(
                [f"policies: the {side}'s, {name_of(policy)}, must take one argument, the Observation of the morning"]
            )
    return policies[0], policies[1]


def name_of(policy: Policy) -> str:
    """Return what a policy is called: the name of its function or class."""
    return str(getattr(policy, "__name__", type(policy).__name__))


def do_nothing(observation: Observation) -> Orders:
    """Order nothing, whatever is observed: no soldiers are released, the reserve stays back."""
    return Orders()


class Adaptive:
    """The attacker's policy that reinforces success: effort moves to the axis that has lately taken ground.

    effort_a ~ doctrine_a (1 + effort_gain s_a), scaled to sum to 1. s_a is the axis's share of the ground taken lately:
    what each day adds is remembered with weight exp(-age / adaptation_days); ground given back is not subtracted. With
    effort_gain 0, or before anything was taken, this is the doctrine. What is released is set by `release`.
    """

    def __init__(self, scenario: Scenario, effort_gain: float | None = None) -> None:
        command = self._command = scenario.command
        self._gain = command.effort_gain if effort_gain is None else effort_gain
        self._doctrine = [command.effort[command.doctrine].get(axis.name, 0.0) for axis in scenario.ground.axes]
        self._decay = math.exp(-1.0 / command.adaptation_days)
        self._recent_km2 = [0.0] * len(self._doctrine)
        self._taken_km2: tuple[float, ...] | None = None

    def __call__(self, observation: Observation) -> Orders:
        """Look at what was taken since the morning before, and share the effort out."""
        taken, before = observation.area_taken_km2_by_axis, self._taken_km2
        if before is not None:
            gained = [max(0.0, now - then) for now, then in zip(taken, before, strict=True)]
            self._recent_km2 = [self._decay * old + new for old, new in zip(self._recent_km2, gained, strict=True)]
        self._taken_km2 = taken
        return Orders(self._effort(), release(self._command, observation), reserves=exploit(self._command, observation))

    def _effort(self) -> tuple[float, ...]:
        recent = sum(self._recent_km2)
        shares = [km2 / recent if recent > 0.0 else 0.0 for km2 in self._recent_km2]
        return _scaled([d * (1.0 + self._gain * s) for d, s in zip(self._doctrine, shares, strict=True)])


def doctrine(scenario: Scenario) -> Policy:
    """Return the attacker's scripted policy: the doctrine's effort, whatever happens."""
    return Adaptive(scenario, effort_gain=0.0)


def release(command: CommandParams, observation: Observation) -> float:
    """Return the day's release: a share of the pool or a fixed number, times surge_factor on the days of a surge."""
    is_absolute = command.release == "absolute"
    per_day = command.release_soldiers_per_day
    per_day = per_day if is_absolute else command.release_share_per_day * observation.pool_soldiers
    is_surge = command.surge_day <= observation.day < command.surge_day + command.surge_days
    return per_day * command.surge_factor if is_surge else per_day


def exploit(command: CommandParams, observation: Observation) -> tuple[ReserveOrder, ...]:
    """Return the attacker's orders to its reserve: a unit a day to the axis that broke through deepest, if one did."""
    depth = observation.penetration_km_by_axis
    if not observation.reserve_units or observation.has_culminated or not depth:
        return ()
    axis = max(range(len(depth)), key=depth.__getitem__)
    return (ReserveOrder(axis, "exploit"),) if depth[axis] >= command.depth_trigger_km else ()


def danger(command: CommandParams, observation: Observation) -> list[float]:
    """Return by axis gaps / gap_trigger + penetration / depth_trigger_km: from 1 on the reserve is needed there."""
    return [
        gaps / command.gap_trigger + depth / command.depth_trigger_km
        for gaps, depth in zip(observation.gap_share_by_axis, observation.penetration_km_by_axis, strict=True)
    ]


def units_to_send(command: CommandParams, observation: Observation, axis: int, at_least: int = 0) -> int:
    """Return how many units are missing on an axis until commit_ratio x the attackers in the break are sent there."""
    missing = command.commit_ratio * observation.intruders_by_axis[axis] - observation.reserve_sent_by_axis[axis]
    per_unit = max(1.0, observation.reserve_soldiers / max(1, observation.reserve_units))
    return max(0 if observation.reserve_sent_by_axis[axis] else at_least, math.ceil(missing / per_unit))


def hold_the_line(scenario: Scenario) -> Policy:
    """Return the defender's scripted policy: packets of the reserve plug the axes in danger, the worst first.

    An axis is in danger from gaps / gap_trigger + penetration / depth_trigger_km = 1 on. It gets one packet, and more
    until commit_ratio x the attackers in the break are on their way; what has arrived is in the line.
    """
    command = scenario.command

    def policy(observation: Observation) -> Orders:
        return Orders(reserves=tuple(_plugs(command, observation, 1.0)))

    return policy


LARGE_GAPS = 3.0  # gaps of so many gap_triggers are plugged by a defender who would rather counter-attack


def mobile_reserve(scenario: Scenario) -> Policy:
    """Return the policy of a defender whose reserve counter-attacks fresh penetrations and plugs large gaps only.

    An axis with fresh ground of the attacker gets units to counter-attack, until commit_ratio x the attackers there are
    sent; once none is left, they go back.
    """
    command = scenario.command

    def policy(observation: Observation) -> Orders:
        depth, sent, left = (
            observation.penetration_km_by_axis,
            observation.reserve_sent_by_axis,
            observation.reserve_units,
        )
        orders = _plugs(command, observation, LARGE_GAPS, only_gaps=True)
        left -= sum(order.n_units for order in orders)
        busy = {order.axis for order in orders}
        for axis in sorted(range(len(depth)), key=depth.__getitem__, reverse=True):
            if depth[axis] <= 0.0 and sent[axis] and axis not in busy:
                orders.append(ReserveOrder(axis, "back", MAX_UNITS))
            elif depth[axis] > 0.0 and axis not in busy:
                n = min(left, units_to_send(command, observation, axis, at_least=1))
                left -= n
                orders += [ReserveOrder(axis, "counterattack", n)] if n else []
        return Orders(reserves=tuple(orders))

    return policy


def _plugs(
    command: CommandParams, observation: Observation, threshold: float, only_gaps: bool = False
) -> list[ReserveOrder]:
    """Return orders to plug the axes whose danger (of gaps alone, if asked) reaches a threshold, the worst first."""
    gaps, left = observation.gap_share_by_axis, observation.reserve_units
    worst = [share / command.gap_trigger for share in gaps] if only_gaps else danger(command, observation)
    orders = []
    for axis in sorted(range(len(worst)), key=worst.__getitem__, reverse=True):
        n = min(left, units_to_send(command, observation, axis, at_least=1)) if worst[axis] >= threshold else 0
        left -= n
        orders += [ReserveOrder(axis, "plug", n)] if n else []
    return orders


def no_orders(scenario: Scenario) -> Policy:
    """Return the policy of a side that does nothing: no soldiers are released, the reserve stays back."""
    return do_nothing


def _scaled(weights: Sequence[float]) -> tuple[float, ...]:
    total = sum(weights)
    return tuple(weight / total for weight in weights)


ATTACKER_POLICIES: dict[str, Callable[[Scenario], Policy]] = {
    "doctrine": doctrine,
    "adaptive": Adaptive,
    "do_nothing": no_orders,
}
DEFENDER_POLICIES: dict[str, Callable[[Scenario], Policy]] = {
    "hold_the_line": hold_the_line,
    "mobile_reserve": mobile_reserve,
    "do_nothing": no_orders,
}


def named_policies(scenario: Scenario) -> tuple[Policy, Policy]:
    """Return the attacker's and the defender's policy that a scenario names, with nothing remembered yet."""
    command = scenario.command
    attacker, defender = ATTACKER_POLICIES[command.attacker_policy], DEFENDER_POLICIES[command.defender_policy]
    return attacker(scenario), defender(scenario)
