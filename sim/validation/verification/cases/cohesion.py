"""Cases of cohesion: fear beside a raid, shells, recovery."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import front_cells, n_front, run_until
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Trials
from sim.world.clock import H_PER_DAY


def recovered(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the cohesion, at an hour, of a cell beside one that was raided once in the first tick."""
    p = s.cohesion
    after_raid = max(p.floor, 1.0 - p.raid_fear)
    cohesion = 1.0 - (1.0 - after_raid) * math.exp(-hour / p.recovery_h)
    return {"cohesion": Exact(cohesion, (hour / s.time.tick_h + 4.0) * 4.0 * EPSILON)}


def recover(model: Campaign, hour: float) -> Trials:
    """Raid every fourth cell of the front, and return the cohesion of the cells beside them at an hour."""
    cells = front_cells(model)
    model.ground.raids[cells[1::4]] = 1
    run_until(model, hour)
    return {"cohesion": np.concatenate([model.ground.cohesion[cells[first::4]] for first in (0, 2)])}


def recovered_in_first_tick(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the cohesion beside a raid at the end of the first tick."""
    return recovered(s, s.time.tick_h)


def recover_in_first_tick(model: Campaign, _: object) -> Trials:
    """Raid as `recover` does, and return the cohesion at the end of the first tick."""
    return recover(model, model.inputs.time.tick_h)


def suppressed_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the cohesion at an hour of steady shelling.

    1 - c = suppression_per_shell shells_h recovery_h (1 - e^(-t / recovery_h)), with c at least the floor. Without
    objectives, the share of the shells that is not aimed at objectives is spread evenly over the front.
    """
    p, guns = s.cohesion, s.artillery
    shells_h = guns.shells_ratio * guns.shells_per_day / H_PER_DAY * (1.0 - guns.share_on_objectives) / n_front(s)
    lost = p.suppression_per_shell * shells_h * p.recovery_h * -math.expm1(-hour / p.recovery_h)
    return {"cohesion": Exact(max(p.floor, 1.0 - lost), (hour / s.time.tick_h + 4.0) * 16.0 * EPSILON)}


def suppress(model: Campaign, hour: float) -> Trials:
    """Return the cohesion of the front at an hour."""
    cells = front_cells(model)
    run_until(model, hour)
    return {"cohesion": model.ground.cohesion[cells]}


INPUTS = ("cohesion.raid_fear", "cohesion.floor", "cohesion.recovery_h")

_cohesion = partial(
    Case, mechanisms=("cohesion",), curve="beside a raid", source="exponential recovery", scenario="cohesion",
    quantities=("cohesion",), inputs=INPUTS,
)  # fmt: skip

CASES = (
    _cohesion("recovery", panel="cohesion", path=None, points=(1, 6, 12, 24, 48, 72), expected=recovered,
              measure=recover),
    _cohesion("fear", panel="fear", path="cohesion.raid_fear", points=(0, 0.1, 0.3, 0.6, 0.8, 1),
              expected=recovered_in_first_tick, measure=recover_in_first_tick),
    _cohesion("suppression", mechanisms=("artillery", "cohesion"), panel="cohesion", curve="under shells",
              source="exponential approach", scenario="suppression", path=None, points=(1, 6, 12, 24, 48, 72),
              expected=suppressed_expected, measure=suppress,
              inputs=("cohesion.suppression_per_shell", "cohesion.floor", "cohesion.recovery_h",
                       "artillery.shells_per_day", "artillery.shells_ratio", "artillery.share_on_objectives")),
)  # fmt: skip
