"""How commanders decide: a policy is any callable from what a side sees in the morning to its orders of the day.

A scenario names one of the policies below for each side; `Campaign(scenario, policies=(attacker's, defender's))` takes
any other. A policy has its own memory: those that a scenario names are made for each campaign.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from sim.campaign.fallback_lines import Elastic
from sim.campaign.orders import Observation, Orders, ReserveOrder
from sim.campaign.own_mechanisms import takes
from sim.errors import InputError, clip
from sim.mechanisms.command import CommandParams
from sim.scenario.schema import Scenario
from sim.world.integer_codes import MAX_UNITS, SIDES

Policy = Callable[[Observation], Orders]


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
    effort_gain 0, or before anything was taken, this is the doctrine of the day. What is released is set by `release`.
    """

    def __init__(self, scenario: Scenario, effort_gain: float | None = None) -> None:
        command = self._command = scenario.command
        self._gain = command.effort_gain if effort_gain is None else effort_gain
        axes = [axis.name for axis in scenario.ground.axes]
        dated = [(0, command.doctrine), *((one.day, one.doctrine) for one in command.doctrine_from)]
        self._doctrines = [(day, [command.effort[name].get(axis, 0.0) for axis in axes]) for day, name in dated]
        self._doctrine = self._doctrines[0][1]
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
        self._doctrine = [effort for day, effort in self._doctrines if day <= observation.day][-1]
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


class Committed:
    """What a policy sent to each axis in the last days: those who plugged are in the line, but they were sent."""

    def __init__(self, days: float) -> None:
        self._days = days
        self._orders: list[tuple[int, int, float]] = []  # day, axis, soldiers

    def on(self, axis: int, observation: Observation) -> float:
        """Return the soldiers that were sent to an axis in the last days, or that are on the way there or behind it."""
        recent = [n for day, to, n in self._orders if to == axis and day > observation.day - self._days]
        return max(float(observation.reserve_sent_by_axis[axis]), sum(recent))

    def missing(self, command: CommandParams, observation: Observation, axis: int) -> int:
        """Return how many units an axis still needs: one, and commit_ratio x the attackers in the break in all."""
        sent = self.on(axis, observation)
        lacking = math.ceil(
            (command.commit_ratio * observation.intruders_by_axis[axis] - sent) / _per_unit(observation)
        )
        return max(0 if sent else 1, lacking)

    def note(self, observation: Observation, orders: Sequence[ReserveOrder]) -> None:
        """Write down the orders of a morning."""
        self._orders = [one for one in self._orders if one[0] > observation.day - self._days]
        per_unit = _per_unit(observation)
        self._orders += [(observation.day, one.axis, one.n_units * per_unit) for one in orders if one.mode != "back"]


def _per_unit(observation: Observation) -> float:
    return max(1.0, observation.reserve_soldiers / max(1, observation.reserve_units))


def hold_the_line(scenario: Scenario) -> Policy:
    """Return the defender's scripted policy: packets of the reserve go to the axes in danger, the worst first.

    An axis is in danger from gaps / gap_trigger + penetration / depth_trigger_km = 1 on. It gets one packet, and more
    until commit_ratio x the attackers in the break were sent there in the last fresh_days. They plug it where the gaps
    are the larger part of the danger, and counter-attack the fresh ground where the penetration is; once there is none,
    they go back.
    """
    command, committed = scenario.command, Committed(scenario.reserves.fresh_days)

    def policy(observation: Observation) -> Orders:
        worst, left = danger(command, observation), observation.reserve_units
        orders = _sent_back(observation, [one >= 1.0 for one in worst])
        for axis in sorted(range(len(worst)), key=worst.__getitem__, reverse=True):
            n = min(left, committed.missing(command, observation, axis)) if worst[axis] >= 1.0 else 0
            left -= n
            gaps = observation.gap_share_by_axis[axis] / command.gap_trigger
            orders += [ReserveOrder(axis, "plug" if gaps >= worst[axis] / 2.0 else "counterattack", n)] if n else []
        committed.note(observation, orders)
        return Orders(reserves=tuple(orders))

    return policy


LARGE_GAPS = 3.0  # gaps of so many gap_triggers are plugged by a defender who would rather counter-attack


def mobile_reserve(scenario: Scenario) -> Policy:
    """Return the defender's mobile policy: the reserve counter-attacks fresh penetrations and plugs large gaps only.

    An axis with fresh ground of the attacker gets units to counter-attack, until commit_ratio x the attackers there are
    sent; once none is left, they go back.
    """
    command, committed = scenario.command, Committed(scenario.reserves.fresh_days)

    def policy(observation: Observation) -> Orders:
        depth, gaps, left = (
            observation.penetration_km_by_axis,
            [share / command.gap_trigger for share in observation.gap_share_by_axis],
            observation.reserve_units,
        )
        orders = _sent_back(observation, [one >= LARGE_GAPS for one in gaps])
        for axis in sorted(range(len(depth)), key=lambda axis: (gaps[axis] >= LARGE_GAPS, depth[axis]), reverse=True):
            mode = "plug" if gaps[axis] >= LARGE_GAPS else "counterattack"
            is_needed = mode == "plug" or depth[axis] > 0.0
            n = min(left, committed.missing(command, observation, axis)) if is_needed else 0
            left -= n
            orders += [ReserveOrder(axis, mode, n)] if n else []
        committed.note(observation, orders)
        return Orders(reserves=tuple(orders))

    return policy


def _sent_back(observation: Observation, in_danger: Sequence[bool]) -> list[ReserveOrder]:
    """Return orders to go back to the units on axes without danger where the attacker has no fresh ground."""
    depth, sent = observation.penetration_km_by_axis, observation.reserve_sent_by_axis
    return [
        ReserveOrder(axis, "back", MAX_UNITS)
        for axis in range(len(depth))
        if depth[axis] <= 0.0 and sent[axis] and not in_danger[axis]
    ]


def elastic(scenario: Scenario) -> Policy:
    """Return the defender's elastic policy: the line is held, and falls back where it is full of gaps."""
    return Elastic(scenario, hold_the_line(scenario))


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
    "elastic": elastic,
    "do_nothing": no_orders,
}


def named_policies(scenario: Scenario) -> tuple[Policy, Policy]:
    """Return the attacker's and the defender's policy that a scenario names, with nothing remembered yet."""
    command = scenario.command
    attacker, defender = ATTACKER_POLICIES[command.attacker_policy], DEFENDER_POLICIES[command.defender_policy]
    return attacker(scenario), defender(scenario)
