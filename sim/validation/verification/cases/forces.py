"""Cases of the forces: hours and numbers of dated transfers, replacements by time, training among recruits."""

from __future__ import annotations

import math

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import n_front, run_until
from sim.validation.verification.case import Case, Exact, Expectation, Trials
from sim.validation.verification.settable_values import require
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import ATTACKER, DIVERSION_RETURNED, POOL, SIDES

# A sum over ticks has rounding errors below a billionth of a soldier.
DIGITS = 9


def return_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour at which the diverted soldiers return and join the pool, and how many of them join it."""
    *_, back, joining = s.forces.transfers
    require(back.from_day == joining.from_day, "forces.transfers", "a return and an arrival in the sector at one hour")
    require(back.soldiers > 0 and joining.soldiers > 0, "forces.transfers", "of more than 0 soldiers each")
    require(joining.soldiers % s.resolution.team_size == 0, "resolution.team_size", "a divisor of those who return")
    return {"hour": Exact(joining.from_day * H_PER_DAY, 0.0), "soldiers": Exact(joining.soldiers, 0.0)}


def come_back(model: Campaign, _: object) -> Trials:
    """Return the hours at which the return was logged and soldiers joined the pool, and how many joined it."""
    before, joined_h = _in_pool(model), []
    while model.running:
        hour, n = model.hour, _in_pool(model)
        model.step()
        if _in_pool(model) != n:
            joined_h.append(hour)
    events = model.recorder.events
    logged_h = events["hour"][events["kind"] == DIVERSION_RETURNED]
    return {
        "hour": np.concatenate([logged_h, np.array(joined_h)]),
        "soldiers": np.array([float(_in_pool(model) - before)]),
    }


def _in_pool(model: Campaign) -> int:
    return int(model.state.n_soldiers[model.state.state == POOL].sum())


def staying_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return how many of each side's diversion, which did not happen, stand in the sector."""
    soldiers = dict.fromkeys(SIDES, 0)
    for one in s.forces.transfers:
        is_over = one.from_day + one.over_days <= s.time.horizon_days - 1
        require(is_over, "forces.transfers", "over by the last morning")
        infantry = one.soldiers * getattr(s, one.side).infantry_share
        soldiers[one.side] += round(infantry * getattr(s.forces.share_free, one.side))
    return {side: Exact(n, 0.0) for side, n in soldiers.items()}


def staying(model: Campaign, _: object) -> Trials:
    """Return each side's soldiers at the end beyond those of the deployment."""
    soldiers = model.run().series["soldiers"]
    return {side: np.array([float(soldiers[-1, i] - soldiers[0, i])]) for i, side in enumerate(SIDES)}


def flows_expected(s: Scenario, day: float) -> dict[str, Expectation]:
    """Return both sides' soldiers who came by the end of a day's first tick: transfers, and replacements.

    Of a transfer n x (day - from) / over have come in the morning (without over, all from its day on); replacements are
    the integral of a rate that is straight between its points, the trapezia under it, until the end of the tick.
    """
    until, found = day + s.time.tick_h / H_PER_DAY, {}
    for side in SIDES:
        by_transfer = sum(
            math.floor(
                round(one.soldiers * getattr(s, side).infantry_share)
                * (np.clip((day - one.from_day) / one.over_days, 0.0, 1.0) if one.over_days else day >= one.from_day)
                + 0.5
            )
            for one in s.forces.transfers
            if one.side == side
        )
        points = getattr(s.forces.replacements, side)
        knots = sorted({0.0, until, *(float(at) for at, _ in points if 0.0 < at < until)})
        rates = np.interp(knots, [at for at, _ in points], [per_day for _, per_day in points])
        replaced = float(np.sum(np.diff(knots) * (rates[1:] + rates[:-1]) / 2.0))
        found[side] = Exact(by_transfer + math.floor(round(replaced, DIGITS)), 0.0)
    return dict(found)


def flows(model: Campaign, day: float) -> Trials:
    """Return both sides' soldiers who came by the end of a day's first tick."""
    run_until(model, day * H_PER_DAY + model.inputs.time.tick_h)
    return {side: model.state.arrived[i : i + 1].astype(float) for i, side in enumerate(SIDES)}


def training_expected(s: Scenario, day: float) -> dict[str, Expectation]:
    """Return q_r + (1 - q_r) e^(-rt/N): r recruits of training q_r a day take the places of as many soldiers of N."""
    line = s.defender.density_per_km * n_front(s) * s.ground.cell_km
    soldiers = {"attacker": float(s.attacker.troops), "defender": line}
    found: dict[str, Expectation] = {}
    for side, leaving in zip(SIDES, s.forces.transfers, strict=True):
        rate = getattr(s.reinforcement, f"{side}_replacements_per_day")
        recruit, turnover = getattr(s.forces.recruit_quality, side), rate / soldiers[side]
        require(leaving.soldiers == rate * leaving.over_days, "forces.transfers", "as many as the replacements")
        exact = recruit + (1.0 - recruit) * math.exp(-turnover * day)
        # Mixing once a day is a step of the differential equation: its error is of the order of a day's turnover.
        found[side] = Exact(exact, (1.0 - recruit) * turnover)
    return found


def training(model: Campaign, day: float) -> Trials:
    """Return both sides' training in a day's first tick."""
    run_until(model, day * H_PER_DAY + model.inputs.time.tick_h)
    return {side: model.state.quality[i : i + 1].copy() for i, side in enumerate(SIDES)}


def seasoned_expected(s: Scenario, day: float) -> dict[str, Expectation]:
    """Return q_max - (q_max - 1) e^(-t / season_days), q_max at least 1: a force out of contact gains training."""
    most = max(1.0, s.forces.quality_max)
    return {"attacker": Exact(most - (most - 1.0) * math.exp(-day / s.forces.season_days), 1e-12)}


def seasoned(model: Campaign, day: float) -> Trials:
    """Return the attacker's training in the first tick of a day, which has trained the days before it."""
    run_until(model, (day - 1.0) * H_PER_DAY + model.inputs.time.tick_h)
    return {"attacker": model.state.quality[ATTACKER : ATTACKER + 1].copy()}


FORCES, RECRUITS = ("forces",), "reinforcement.{}_replacements_per_day"

CASES = (
    Case("return", FORCES, "hours", "return of the diverted", "the scenario's own date", "return", None, (1,),
         ("hour", "soldiers"), return_expected, come_back, ("forces.transfers",),
         axis=lambda s, _: s.forces.transfers[-1].from_day * H_PER_DAY),
    Case("staying", FORCES, "staying", "share free x soldiers", "the scenario's own numbers", "staying",
         "forces.share_free.attacker", (0, 0.25, 0.5, 1), SIDES, staying_expected, staying,
         ("forces.transfers", "forces.share_free")),
    Case("flows", ("forces", "reinforcement"), "flows", "{} soldiers", "lines between dated points", "flows", None,
         (5, 10, 20, 30, 45, 59), SIDES, flows_expected, flows, ("forces.transfers", "forces.replacements"), n_drawn=2),
    Case("training", ("forces", "reinforcement"), "training", "recruits among others, {}",
         "exponential approach to the recruits' training", "training", None, (5, 10, 20, 40, 59), SIDES,
         training_expected, training,
         ("forces.recruit_quality", "forces.transfers", *(RECRUITS.format(side) for side in SIDES)), n_drawn=2),
    Case("seasoned", FORCES, "training", "out of contact", "exponential approach to the most", "seasoned", None,
         (5, 10, 20, 40, 59), ("attacker",), seasoned_expected, seasoned,
         ("forces.quality_max", "forces.season_days")),
)  # fmt: skip
