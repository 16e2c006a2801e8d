"""Cases of orders: releases, shares of effort, success and memory, culmination and pressure."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.quantity import MOBILITIES
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import active_rows, front_cells, n_front
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Mean, Probability, Trials
from sim.validation.verification.settable_values import require, require_positive
from sim.world.clock import H_PER_DAY
from sim.world.ground import ATTACKER_HELD
from sim.world.integer_codes import OFFENSIVE_RESUMED

AXES = ("frontal", "northeast", "south", "rest")
# Cells taken in the second line of the lanes, after so many days: those of the first axis, then those of the third.
TAKEN = ((1, 0, 6), (2, 2, 3))


def released_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the groups released on the first day: a Poisson number, in the surge if there is one."""
    p, force = s.command, s.attacker
    factor = p.surge_factor if p.surge_day == 0 and p.surge_days > 0 else 1.0
    groups = p.release_share_per_day * force.troops * factor / force.group_size
    require(groups + 6.0 * math.sqrt(groups) < force.troops / force.group_size, "the release", "less than the pool")
    return {"groups": Mean(groups, math.sqrt(groups))}


def released(model: Campaign, _: object) -> Trials:
    """Return the number of groups released on the first day."""
    model.step()
    return {"groups": np.array([len(active_rows(model)) / model.inputs.attacker.group_size])}


def classes_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the share of each mobility class among the groups."""
    shares = s.attacker.mobility_share.model_dump()
    total = sum(shares.values())
    return {name: Probability(shares[name] / total) for name in MOBILITIES}


def classes(model: Campaign, _: object) -> Trials:
    """Return for each group whether it is of each mobility class."""
    model.step()
    found = model.state.mobility[active_rows(model)]
    return {name: found == i for i, name in enumerate(MOBILITIES)}


def effort_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the share of the effort on each axis, and the probability that a group is sent to the first of them."""
    effort = s.command.effort[s.command.doctrine]
    share = {name: effort.get(name, 0.0) / sum(effort.values()) for name in AXES}
    return {"sent": Probability(share[AXES[0]]), **{name: Exact(x, 8.0 * EPSILON) for name, x in share.items()}}


def effort(model: Campaign, _: object) -> Trials:
    """Return the effort of the first day, and for each group sent whether it was sent to the first axis."""
    model.step()
    shares = {name: model.state.effort[i : i + 1].copy() for i, name in enumerate(AXES)}
    return shares | {"sent": model.state.axis[active_rows(model)] == 0}


def adapted_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the effort on each axis on the morning at an hour: doctrine x (1 + gain x share of what is remembered).

    What was taken is remembered with weight exp(-age / adaptation_days).
    """
    p, day = s.command, hour / H_PER_DAY
    recent = dict.fromkeys(AXES, 0.0)
    for taken, axis, cells in TAKEN:
        recent[AXES[axis]] += cells * math.exp(-(day - taken) / p.adaptation_days) if day >= taken else 0.0
    total = sum(recent.values())
    share = {name: lately / total if total else 0.0 for name, lately in recent.items()}
    weight = {name: p.effort[p.doctrine].get(name, 0.0) * (1.0 + p.effort_gain * share[name]) for name in AXES}
    return {name: Exact(x / sum(weight.values()), (day + 4.0) * 16.0 * EPSILON) for name, x in weight.items()}


def adapt(model: Campaign, hour: float) -> Trials:
    """Let axes take ground on the days of TAKEN, and return the effort on the morning at an hour."""
    lanes = front_cells(model).reshape(len(AXES), -1) + model.ground.nx
    for day in range(round(hour / H_PER_DAY) + 1):
        for taken, axis, cells in TAKEN:
            if day == taken:
                model.ground.control[lanes[axis, :cells]] = ATTACKER_HELD
        model.step()
    return {name: model.state.effort[i : i + 1].copy() for i, name in enumerate(AXES)}


def pool_on(s: Scenario, day: int) -> int:
    """Return the soldiers in the pool on a morning without releases: whole teams, as replacements arrive."""
    force, team = s.attacker, s.resolution.team_size
    left = force.troops - force.forward_groups * force.group_size
    return (left + math.floor(round(s.reinforcement.attacker_replacements_per_day * day, 9))) // team * team


def stopped_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return whether the attack stops on the first morning: 1 if the pool is below its share of the force."""
    return {"stopped": Exact(float(pool_on(s, 0) < s.command.culmination_share * s.attacker.troops), 0.0)}


def stopped(model: Campaign, _: object) -> Trials:
    """Return whether nothing is released on the first day."""
    model.step()
    return {"stopped": np.array([float(model.state.release_per_day[0] == 0.0)])}


def resumed_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour at which a stopped attack resumes: the first morning on which the pool is large enough."""
    p, troops, days = s.command, s.attacker.troops, s.time.horizon_days
    require(pool_on(s, 0) < p.culmination_share * troops, "command.culmination_share", "above the pool's at the start")
    mornings = [day for day in range(1, days) if pool_on(s, day) >= p.resume_share * troops]
    require(bool(mornings), "time.horizon_days", "long enough for the attack to resume")
    return {"hour": Exact(mornings[0] * H_PER_DAY, 0.0)}


def resumed(model: Campaign, _: object) -> Trials:
    """Return the hour at which the attack resumed."""
    events = model.run().events
    return {"hour": events["hour"][events["kind"] == OFFENSIVE_RESUMED][:1]}


# Groups that enter a cell on each of two days, and the columns of these cells and of one that is far from both.
ENTRIES, FIRST, SECOND, FAR = 10, 12, 34, 49


def pressed_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the weight of cells on the third morning: pressure between floor and cap, scaled to a mean of 1.

    Entries press on all cells within the radius; yesterday's have decayed by a day.
    """
    p, n = s.command, n_front(s)
    columns = np.arange(n) * s.ground.cell_km
    pressure = np.zeros(n)
    for column, age in ((FIRST, 1.0), (SECOND, 0.0)):
        is_near = np.abs(columns - columns[column]) <= p.pressure_radius_km
        pressure += ENTRIES * math.exp(-age / p.pressure_decay_days) * is_near
    weight = np.clip(pressure / pressure.mean(), p.pressure_floor, p.pressure_cap)
    weight /= weight.mean()
    per_cell = s.defender.density_per_km * s.ground.cell_km
    require_positive(defender__density_per_km=per_cell)
    found = {"first": weight[FIRST], "second": weight[SECOND], "far": weight[FAR]}
    # Targets are whole soldiers.
    return {name: Exact(float(x), 0.5 / per_cell + 16.0 * EPSILON) for name, x in found.items()}


def press(model: Campaign, _: object) -> Trials:
    """Let groups enter a cell on each of the first two days, and return targets per mean target on the third."""
    cells = front_cells(model)
    for column in (FIRST, SECOND):
        model.step()
        model.ground.entries[cells[column]] = ENTRIES
    model.step()
    p = model.inputs
    target = model.ground.target_soldiers[cells] / (p.defender.density_per_km * p.ground.cell_km)
    return {name: target[i : i + 1] for name, i in (("first", FIRST), ("second", SECOND), ("far", FAR))}


_orders = partial(Case, mechanisms=("command",), is_smooth=False)
_effort = partial(
    _orders, panel="effort", source="effort / sum of efforts", quantities=(*AXES, "sent"), is_smooth=True,
    expected=effort_expected, measure=effort,
)  # fmt: skip
_pool = partial(_orders, mechanisms=("reinforcement", "command"), scenario="culmination")
POOL = ("command.culmination_share", "attacker.troops", "reinforcement.attacker_replacements_per_day")

CASES = (
    _orders("release", panel="release", curve="first day", source="Poisson process, share of the pool",
            scenario="released", path="command.surge_factor", points=(0, 1, 2, 4), quantities=("groups",),
            expected=released_expected, measure=released, inputs=("command.release_share_per_day", "attacker.troops"),
            replications=10, quick=3, rate="command.release_share_per_day", is_smooth=True),
    _orders("classes", panel="effort", curve="on foot", source="shares / sum of shares", scenario="released",
            path="attacker.mobility_share.foot", points=(0.1, 0.25, 0.5), quantities=MOBILITIES,
            expected=classes_expected, measure=classes, inputs=("attacker.mobility_share",), replications=10, quick=3,
            rate="attacker.mobility_share.foot", is_smooth=True),
    _effort("effort-frontal", curve="effort, frontal", scenario="released",
            path="command.effort.frontal.frontal", points=(0.3, 0.7, 0.9), inputs=("command.effort.frontal",),
            rate="command.effort.frontal.frontal"),
    _effort("effort-encirclement", curve="effort, encircling", scenario="encirclement",
            path="command.effort.encirclement.frontal", points=(0.05, 0.15, 0.4),
            inputs=("command.effort.encirclement",), rate="command.effort.encirclement.frontal"),
    _orders("adaptive-effort", panel="adaptive", curve="{}", source="doctrine x (1 + gain x share taken lately)",
            scenario="adaptive", path=None, points=(24, 48, 120, 240, 720), quantities=AXES, n_drawn=4,
            expected=adapted_expected, measure=adapt,
            inputs=("command.effort_gain", "command.adaptation_days", "command.effort.frontal")),
    _pool("culmination", panel="thresholds", curve="attack stops", source="pool < share x force",
          path="command.culmination_share", points=(0.1, 0.195, 0.205, 0.3), quantities=("stopped",),
          expected=stopped_expected, measure=stopped, inputs=("attacker.troops",)),
    _pool("resumption", panel="hours-2", curve="attack resumes", source="pool >= share x force",
          path="command.resume_share", points=(0.302, 0.378, 0.452, 0.601), quantities=("hour",),
          expected=resumed_expected, measure=resumed, inputs=POOL,
          axis=lambda s, point: resumed_expected(s, point)["hour"].value),
    _orders("pressure", panel="pressure", curve="{}", source="exponential decay; clip(pressure / mean)",
            scenario="pressure", path="command.pressure_radius_km", points=(4.9, 5.9, 6.9, 7.9),
            quantities=("first", "second", "far"), n_drawn=3, expected=pressed_expected, measure=press,
            inputs=("command.pressure_decay_days", "command.pressure_floor", "command.pressure_cap",
                    "defender.density_per_km")),
)  # fmt: skip
