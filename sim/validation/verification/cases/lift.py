"""Cases of lift: what each axis sends, readiness under assaults, and the attacker's supply."""

from __future__ import annotations

import math
from functools import partial

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import active_rows, front_cells, n_front
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Trials
from sim.validation.verification.cases.orders import AXES
from sim.validation.verification.cases.supply_network import HALF_KG_T
from sim.validation.verification.settable_values import require
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import ATTACKER

# Groups that assault each axis on each day.
ASSAULTS = (4, 6, 0, 3)
LEAST_COVERED = 0.1
LEAST_LEVEL = 0.05  # an axis that receives nothing still has so much


def sent_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return what each axis sends on the first day, on which it is ready: the least of order, routes and commanders."""
    p, effort = s.lift, s.command.effort[s.command.doctrine]
    km = {axis.name: 2.0 * (axis.half_width_km or 0.0) for axis in s.ground.axes}
    weight = {name: effort.get(name, 0.0) / sum(effort.values()) for name in AXES}
    most = p.groups_per_axis_day * s.attacker.group_size
    sent = {
        name: min(s.command.release_soldiers_per_day * weight[name], p.axis_per_km_day * km[name], most)
        for name in AXES
    }
    share = min(1.0, p.total_per_km_day * sum(km.values()) / max(sum(sent.values()), EPSILON))
    return {name: Exact(share * n, 1e-9 * max(n, 1.0)) for name, n in sent.items()}


def sent(model: Campaign, _: object) -> Trials:
    """Return what each axis is to send on the first day."""
    model.step()
    sent = model.state.release_per_day[0] * model.state.effort
    return {name: sent[i : i + 1] for i, name in enumerate(AXES)}


def ready_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the readiness of each axis after days of constant assaults: geometric to 1 - ready_days wear A / L."""
    p, days = s.lift, round(hour / H_PER_DAY)
    km = {axis.name: 2.0 * (axis.half_width_km or 0.0) for axis in s.ground.axes}
    found: dict[str, Expectation] = {}
    for name, assaults in zip(AXES, ASSAULTS, strict=True):
        worn = p.ready_days * p.wear_km_per_assault * assaults / km[name]
        require(worn <= 1.0, "lift.wear_km_per_assault", "so low that readiness stays above 0")
        found[name] = Exact(1.0 - worn * (1.0 - (1.0 - 1.0 / p.ready_days) ** days), 1e-9)
    return found


def ready(model: Campaign, hour: float) -> Trials:
    """Let groups assault on each day, and return the readiness on the morning at an hour."""
    cells = front_cells(model)
    places = [cells[model.ground.axis[cells] == i][0] for i in range(len(AXES))]
    model.step()
    for _ in range(round(hour / H_PER_DAY)):
        model.ground.entries[places] = ASSAULTS
        model.step()
    return {name: model.state.readiness[i : i + 1].copy() for i, name in enumerate(AXES)}


def flow_t(s: Scenario) -> float:
    """Return what the attacker's only track carries: throughput x exp(-length / lift_km), to its last cell."""
    (line,) = s.ground.lines_of_communication
    length_km = -s.ground.cell_km / 2.0 - line.path[0][1]
    return s.supply.throughput_factor * line.throughput_t_per_day * math.exp(-length_km / s.lift.lift_km)


def level_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the attacker's level on the first day: flow over the demand of the garrisons, without stocks."""
    garrison = math.floor(s.control.garrison_per_km * s.ground.cell_km + 0.5)
    demand = s.lift.demand_t_per_attacker_day * garrison * n_front(s)
    require(demand > 0.0, "control.garrison_per_km", "above 0")
    level = flow_t(s) / demand
    require(LEAST_COVERED <= level < 1.0, "the supply level", f"from {LEAST_COVERED:g} to 1")
    return {"level": Exact(level, 2.0 * HALF_KG_T / demand)}


def level(model: Campaign, _: object) -> Trials:
    """Return the attacker's level on the first day."""
    model.step()
    return {"level": model.state.supply_level[ATTACKER].copy()}


def demand_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the attacker's demand on the first day for those sent and for shells, in t."""
    shells = s.artillery.shells_ratio * s.artillery.shells_per_day
    needed = s.lift.demand_t_per_soldier_sent * s.command.release_soldiers_per_day + s.lift.demand_t_per_shell * shells
    carried = min(s.lift.total_per_km_day, s.lift.axis_per_km_day) * n_front(s) * s.ground.cell_km
    require(s.command.release_soldiers_per_day <= carried, "command.release_soldiers_per_day", "what routes carry")
    garrison = math.floor(s.control.garrison_per_km * s.ground.cell_km + 0.5)
    # Those sent are forward on the same day, in whole groups.
    per_soldier = s.lift.demand_t_per_attacker_day
    least = needed + per_soldier * garrison * n_front(s)
    most = least + per_soldier * s.command.release_soldiers_per_day
    require(LEAST_LEVEL * most <= flow_t(s) < least, "the supply level", f"from {LEAST_LEVEL:g} to 1")
    return {"demand_t": Exact(needed, 2.0 * HALF_KG_T / flow_t(s) * most)}


def demand(model: Campaign, _: object) -> Trials:
    """Return the flow over the level on the first day, less what the soldiers forward need."""
    model.step()
    s, rows = model.inputs, active_rows(model)
    forward = s.lift.demand_t_per_attacker_day * float(model.state.n_soldiers[rows].sum())
    return {"demand_t": flow_t(s) / model.state.supply_level[ATTACKER] - forward}


_lift = partial(
    Case, mechanisms=("command", "lift"), scenario="lift", quantities=AXES, n_drawn=len(AXES), is_smooth=False
)

CASES = (
    _lift("lift-release", panel="lift", curve="{}", source="min(order, routes, commanders)",
          path="command.release_soldiers_per_day", points=(100, 300, 600, 1200, 2400, 9600), expected=sent_expected,
          measure=sent, inputs=("lift.axis_per_km_day", "lift.total_per_km_day", "lift.groups_per_axis_day",
                                "command.effort.frontal")),
    _lift("readiness", panel="readiness", curve="{}", source="1 - ready_days wear A / L", path=None,
          points=(24, 72, 120, 240, 480, 936), expected=ready_expected, measure=ready,
          inputs=("lift.ready_days", "lift.wear_km_per_assault")),
    Case("attackers-level", ("supply", "lift"), "railhead", "an axis", "throughput exp(-length / lift_km)",
         "attackers-level", "lift.lift_km", (20, 40, 60, 120, 240), ("level",), level_expected, level,
         ("lift.demand_t_per_attacker_day", "supply.throughput_factor", "control.garrison_per_km"), is_smooth=False),
    Case("attackers-demand", ("command", "artillery", "supply", "lift"), "attackers-demand", "sent, and shells",
         "t per soldier sent, per shell", "attackers-demand", "lift.demand_t_per_soldier_sent", (0.05, 0.15, 0.3),
         ("demand_t",), demand_expected, demand,
         ("lift.demand_t_per_shell", "lift.lift_km", "lift.demand_t_per_attacker_day", "supply.throughput_factor",
          "artillery.shells_ratio", "artillery.shells_per_day", "command.release_soldiers_per_day"), is_smooth=False),
)  # fmt: skip
