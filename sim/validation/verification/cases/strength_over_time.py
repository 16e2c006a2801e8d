"""Cases of strength over time: the square law with and without reinforcement, filling sections, replacements."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.campaign_readings import (
    attackers_at_start,
    attackers_in,
    defenders_at_start,
    defenders_in,
    front_cells,
    n_front,
    run_until,
)
from sim.validation.verification.case import Case, Exact, Expectation, Mean, Trials
from sim.validation.verification.settable_values import require
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import DEFENDER

# A strength this many standard deviations above 0 reaches 0 with a probability of about 1 in 700.
SAFE_SD = 3.0


def strengths_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return both sides' strengths at an hour of aimed fire, where the attacker is reinforced at a constant rate.

    The mean of the jump process obeys the same linear equations as long as neither strength can have reached 0.
    """
    fire = s.direct_fire
    is_reinforced = "command" not in s.off
    released = s.command.release_soldiers_per_day if is_reinforced else 0.0
    left_in_pool = s.attacker.troops - s.attacker.forward_groups * s.attacker.group_size
    require(released * hour <= left_in_pool * H_PER_DAY, "command.release_soldiers_per_day", "covered by the pool")
    arrivals = released / H_PER_DAY / n_front(s)
    x, y, a = attackers_at_start(s), defenders_at_start(s), fire.attacker_loss_per_defender_h
    d = fire.defender_loss_per_attacker_h / s.ground.fortification.open
    defenders, attackers = theory.lanchester_reinforced(y, x, a, d, 0.0, arrivals, hour)
    x_sd, y_sd = _spread(x, y, a, d, arrivals, hour)
    if attackers < SAFE_SD * x_sd or defenders < SAFE_SD * y_sd:
        raise ValueError(f"a strength may be 0 by hour {hour:g}; after that the mean does not follow the law")
    return {"attackers": Mean(float(attackers)), "defenders": Mean(float(defenders))}


def _spread(x: float, y: float, x_loss: float, y_loss: float, arrivals: float, hours: float) -> tuple[float, float]:
    """Return the standard deviations of both strengths at an hour, by the variances of a linear jump process.

    C' = A C + C A^T + B with A = ((0, -x_loss), (-y_loss, 0)) and B = diag(x_loss y + arrivals, y_loss x), in steps.
    """
    rates, mean, spread = np.array([[0.0, -x_loss], [-y_loss, 0.0]]), np.array([x, y], float), np.zeros((2, 2))
    n = 400
    for _ in range(n):
        noise = np.diag([x_loss * mean[1] + arrivals, y_loss * mean[0]])
        spread = spread + (rates @ spread + spread @ rates.T + noise) * (hours / n)
        mean = np.maximum(mean + (rates @ mean + [arrivals, 0.0]) * (hours / n), 0.0)
    return float(math.sqrt(spread[0, 0])), float(math.sqrt(spread[1, 1]))


def strengths(model: Campaign, hour: float) -> Trials:
    """Return both sides' strengths in each cell at an hour."""
    cells = front_cells(model)
    run_until(model, hour)
    return {"attackers": attackers_in(model, cells), "defenders": defenders_in(model, cells)}


def filled(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the mean strength, at an hour, of a section that was empty at the start."""
    target, p = defenders_at_start(s), -math.expm1(-hour / s.reinforcement.fill_time_h)
    return {"soldiers": Mean(target * p, math.sqrt(target * p * (1.0 - p)))}


def fill(model: Campaign, hour: float) -> Trials:
    """Move all soldiers of the sections to the stock, and return the strengths at an hour."""
    state, cells = model.state, front_cells(model)
    sections = state.section_of_cell[cells]
    state.stock[DEFENDER, 0] += state.n_soldiers[sections].sum()
    state.n_soldiers[sections] = 0
    run_until(model, hour)
    return {"soldiers": defenders_in(model, cells)}


def arrived_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the number of replacements that have arrived: whole soldiers at a constant rate."""
    p, days = s.reinforcement, hour / H_PER_DAY
    flows = {"attacker": p.attacker_replacements_per_day, "defender": p.defender_replacements_per_day}
    # The sum over ticks has rounding errors below a billionth of a soldier.
    return {side: Exact(math.floor(round(rate * days, 9)), 0.0) for side, rate in flows.items()}


def arrived(model: Campaign, hour: float) -> Trials:
    """Return the replacements of both sides that have arrived by an hour."""
    run_until(model, hour)
    return {side: model.state.arrived[i : i + 1].astype(float) for i, side in enumerate(("attacker", "defender"))}


ATTACKER_RATE, DENSITY = "direct_fire.defender_loss_per_attacker_h", "defender.density_per_km"
RATES = ("direct_fire.attacker_loss_per_defender_h", ATTACKER_RATE, "ground.fortification.open")
FILL, REPLACEMENTS = ("reinforcement",), "reinforcement.{}_replacements_per_day"

_strengths = partial(
    Case, path=None, points=(1, 2, 3, 5, 8), quantities=("attackers", "defenders"), expected=strengths_expected,
    measure=strengths, n_drawn=2,
)  # fmt: skip
_fill = partial(
    Case, mechanisms=FILL, scenario="fill", path=None,
    inputs=(DENSITY, "reinforcement.fill_time_h", *(REPLACEMENTS.format(side) for side in ("attacker", "defender"))),
)  # fmt: skip

CASES = (
    _strengths("square-law-over-time", ("direct_fire",), "strength", "100 v 70", "square law, Lanchester 1916",
               "square-law-over-time", inputs=("attacker.forward_groups", "attacker.group_size", DENSITY, *RATES),
               replications=60, quick=10, rate=ATTACKER_RATE),
    _strengths("reinforced", ("command", "movement", "direct_fire"), "reinforced", "80 reinforced v 100",
               "square law with reinforcement, Engel 1954", "reinforced", replications=40, quick=6,
               inputs=("attacker.forward_groups", DENSITY, *RATES, "command.release_soldiers_per_day"),
               rate="command.release_soldiers_per_day"),
    _fill("fill", panel="fill", curve="target 20", source="exponential approach", points=(3, 6, 12, 18, 24, 48),
          quantities=("soldiers",), expected=filled, measure=fill, replications=20, quick=4,
          rate="reinforcement.fill_time_h"),
    _fill("replacements", panel="replacements", curve="whole soldiers", source="constant rate, floor(rate t)",
          points=(1, 5, 10, 24, 37, 96), quantities=("attacker", "defender"), expected=arrived_expected,
          measure=arrived, n_drawn=2, is_smooth=False),
)  # fmt: skip
