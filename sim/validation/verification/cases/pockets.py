"""Cases of pockets: sections that are cut off break out, and empty cells are taken over."""

from __future__ import annotations

import math

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.mechanisms.pockets import LATEST
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import defenders_in, front_cells, run_until
from sim.validation.verification.case import Case, Expectation, Probability, Trials
from sim.validation.verification.settable_values import require
from sim.world.clock import H_PER_DAY
from sim.world.ground import ATTACKER_HELD
from sim.world.integer_codes import BREAKOUT, DEFENDER


def broken_out_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the probability that a section has broken out by an hour, and that a soldier who breaks out is lost."""
    p = s.cohesion
    require(s.defender.density_per_km > 0.0, "defender.density_per_km", "above 0")
    require(p.breakouts_per_day > 0.0, "cohesion.breakouts_per_day", "above 0")
    left = -math.expm1(-p.breakouts_per_day * hour / H_PER_DAY)
    return {"left": Probability(left), "losses_on_the_way": Probability(p.p_lost_breaking_out)}


def break_out(model: Campaign, hour: float) -> Trials:
    """Return whether each section has broken out by an hour, and whether each soldier who broke out is lost."""
    cells = front_cells(model)
    before = defenders_in(model, cells)
    run_until(model, hour)
    has_left = defenders_in(model, cells) == 0
    n_lost = int(model.state.losses[DEFENDER, BREAKOUT])
    return {"left": has_left, "losses_on_the_way": np.arange(before[has_left].sum()) < n_lost}


def mopped_up_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the probability that an empty cell of a pocket has changed hands by an hour: 1 - exp(-t / mop_up_h)."""
    require(s.defender.density_per_km == 0.0, "defender.density_per_km", "0, so that the pocket is empty")
    require(hour < LATEST * s.pockets.mop_up_h, "pockets.mop_up_h", f"more than {hour / LATEST:g} h: the rest is cut")
    return {"taken_over": Probability(-math.expm1(-hour / s.pockets.mop_up_h))}


def mop_up(model: Campaign, hour: float) -> Trials:
    """Return whether each cell of the pocket has changed hands by an hour."""
    cells = front_cells(model)
    run_until(model, hour)
    return {"taken_over": model.ground.control[cells] == ATTACKER_HELD}


CASES = (
    Case("breakouts", ("cohesion",), "pocket", "pockets", "Poisson process, 1 - exp(-rate t); binomial losses",
         "pocket", None, (3, 6, 12, 24, 48), ("left", "losses_on_the_way"), broken_out_expected, break_out,
         ("cohesion.breakouts_per_day", "cohesion.p_lost_breaking_out", "defender.density_per_km"), 150, 40,
         rate="cohesion.breakouts_per_day", n_drawn=2),
    Case("mop-up", ("pockets",), "pocket", "empty cells", "Poisson process, 1 - exp(-t / mop_up_h)",
         "mop-up", None, (3, 6, 12, 24, 48), ("taken_over",), mopped_up_expected, mop_up,
         ("pockets.mop_up_h", "defender.density_per_km"), 60, 10, rate="pockets.mop_up_h"),
)  # fmt: skip
