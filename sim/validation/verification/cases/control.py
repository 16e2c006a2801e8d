"""Cases of control: when won cells change hands, and how often won and taken cells are counter-attacked."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import (
    defenders_at_start,
    defenders_in,
    front_cells,
    n_front,
    run_until,
)
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Probability, Trials
from sim.validation.verification.settable_values import mobility_of, require, require_positive, terrain_of
from sim.world.clock import H_PER_DAY
from sim.world.ground import ATTACKER_HELD, Ground
from sim.world.integer_codes import CELL_TAKEN, CELLS_TAKEN


def hold_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour at which an empty cell changes hands, and the attacker's cells at the end."""
    force = s.attacker
    speed = getattr(s.movement.speed_km_h, mobility_of(s)) * getattr(s.ground.terrain_speed, terrain_of(s))
    require_positive(movement__speed_km_h=speed)
    require(0 < force.forward_groups <= n_front(s), "attacker.forward_groups", "above 0, and at most one per cell")
    require(s.control.hold_min <= force.group_size, "control.hold_min", "no more than attacker.group_size")
    arrives = force.forward_km / speed
    taken = arrives + s.control.hold_h
    require(taken <= s.time.horizon_days * H_PER_DAY, "time.horizon_days", f"at least {taken:g} h")
    ground = Ground(s.ground)
    held = int((ground.control == ATTACKER_HELD).sum()) + force.forward_groups
    rounding = (arrives / s.time.tick_h + 4.0) * EPSILON * 4.0 * taken
    return {"hour": Exact(taken, rounding), "attackers_cells": Exact(held, 0.0)}


def hold(model: Campaign, _: object) -> Trials:
    """Return the hours at which cells were taken, and the attacker's cells at the end, counted in two ways."""
    n_before = int((model.ground.control == ATTACKER_HELD).sum())
    events = model.run().events
    n_after = int((model.ground.control == ATTACKER_HELD).sum())
    counted = n_before + int(model.state.count[CELLS_TAKEN])
    return {
        "hour": events["hour"][events["kind"] == CELL_TAKEN],
        "attackers_cells": np.array([n_after, counted], float),
    }


def counterattacked_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that a won cell has been counter-attacked within a day."""
    require(s.control.hold_h > H_PER_DAY, "control.hold_h", "above 24, so that cells do not change hands within a day")
    _require_counterattackers(s)
    return {"counterattacked": Probability(-math.expm1(-s.control.counterattack_per_day))}


def retaking_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that a taken and garrisoned cell has been counter-attacked within a day.

    With hold_h = 0 a cell changes hands at the end of the first tick, which leaves the rest of the day.
    """
    require(s.control.garrison_per_km > 0.0, "control.garrison_per_km", "above 0")
    _require_counterattackers(s)
    days = 1.0 - s.time.tick_h / H_PER_DAY
    return {"counterattacked": Probability(-math.expm1(-s.control.garrison_counterattack_per_day * days))}


def counterattack(model: Campaign, _: object) -> Trials:
    """Return for each won cell whether its neighbours counter-attacked it within a day.

    All soldiers who counter-attack fall, so that a neighbour is below strength after the first counter-attack.
    """
    ground, cells = model.ground, front_cells(model)
    before = defenders_in(model, cells)
    model.step()
    is_won = (ground.is_held_by_enemy[cells] == 1) | (ground.control[cells] == ATTACKER_HELD)
    won = np.flatnonzero(is_won) + 1
    run_until(model, H_PER_DAY)
    # There are no neighbours beyond the two ends of the front.
    is_weaker = np.pad(defenders_in(model, cells) < before, 1)
    return {"counterattacked": is_weaker[won - 1] | is_weaker[won + 1]}


def _require_counterattackers(s: Scenario) -> None:
    sent = int(s.control.counterattack_share * defenders_at_start(s))
    require(sent > 0, "control.counterattack_share", "large enough for a neighbour to send one soldier")
    # Each won cell needs its own neighbours.
    require(0 < 3 * s.attacker.forward_groups <= n_front(s), "attacker.forward_groups", "at most one per three cells")


def _changes_hands(s: Scenario, point: object) -> float:
    return hold_expected(s, point)["hour"].value


_counter = partial(
    Case, mechanisms=("direct_fire", "control"), panel="counter", source="Poisson process, 1 - exp(-rate t)",
    points=(0.5, 1, 2, 4), quantities=("counterattacked",), measure=counterattack, replications=400, quick=80,
)  # fmt: skip
COUNTER = ("attacker.group_size", "attacker.forward_groups", "defender.density_per_km", "control.counterattack_share")
HELD, TAKEN = "control.counterattack_per_day", "control.garrison_counterattack_per_day"

CASES = (
    Case("hold", ("movement", "direct_fire", "control"), "hours", "cells taken", "arrival + hold_h", "hold",
         "control.hold_h", (2, 6.5, 12, 24, 30.2), ("hour", "attackers_cells"), hold_expected, hold,
         ("attacker.forward_km", "attacker.forward_groups", "attacker.group_size", "attacker.mobility_share",
          "control.hold_min", "movement.speed_km_h", "ground.terrain_speed"), axis=_changes_hands),
    _counter("counterattack", curve="on held cells", scenario="counterattack", path=HELD, rate=HELD,
             expected=counterattacked_expected, inputs=(*COUNTER, "control.hold_h")),
    _counter("retaking", curve="on taken cells", scenario="retaking", path=TAKEN, rate=TAKEN,
             expected=retaking_expected, inputs=(*COUNTER, "control.garrison_per_km")),
)  # fmt: skip
