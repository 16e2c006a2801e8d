"""Case of pockets: sections that are cut off break out."""

from __future__ import annotations

import math

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import defenders_in, front_cells, run_until
from sim.validation.verification.case import Case, Expectation, Probability, Trials
from sim.validation.verification.settable_values import require
from sim.world.clock import H_PER_DAY
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


CASES = (
    Case("breakouts", ("cohesion",), "pocket", "pockets", "Poisson process, 1 - exp(-rate t); binomial losses",
         "pocket", None, (3, 6, 12, 24, 48), ("left", "losses_on_the_way"), broken_out_expected, break_out,
         ("cohesion.breakouts_per_day", "cohesion.p_lost_breaking_out", "defender.density_per_km"), 150, 40,
         rate="cohesion.breakouts_per_day", n_drawn=2),
)  # fmt: skip
