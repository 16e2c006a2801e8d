"""Cases of the choice of objectives: which of two cells has the higher score, and how often chance decides."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import front_cells
from sim.validation.verification.case import Case, Exact, Expectation, Probability, Trials
from sim.validation.verification.settable_values import require
from sim.world.ground import ATTACKER_HELD

# Each lane has two cells. What favours the first is given by the lane's number, modulo 4; the second is nearer.
FEATURES = ("symbolic", "neighbours", "contested", "nothing")


def advantages(s: Scenario) -> dict[str, float]:
    """Return how much higher the score of a lane's first cell is, apart from chance, by its feature."""
    p, (start, goal) = s.command, s.ground.axes[0].path
    first, second = ((start[0] + side * s.ground.cell_km / 2.0, s.ground.cell_km / 2.0) for side in (-1.0, 1.0))
    nearer_km = math.dist(first, goal) - math.dist(second, goal)
    bonus = {"symbolic": p.weight_symbolic, "neighbours": p.weight_neighbours, "contested": p.weight_contested}
    return {name: bonus.get(name, 0.0) - p.weight_distance_per_km * nearer_km for name in FEATURES}


def chosen_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return whether the first cell is chosen, which is certain without a random part of the score."""
    ahead = advantages(s)
    require(all(abs(x) > 1e-9 for x in ahead.values()), "command.weight_distance_per_km", "such that no scores tie")
    return {name: Exact(float(x > 0.0), 0.0) for name, x in ahead.items()}


def chosen_by_chance_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that the first cell is chosen, each cell having its own uniform number.

    P(a + w (u1 - u2) > 0) = 1 - (1 - a / w)^2 / 2 for an advantage a from 0 to the weight w of the random part.
    """
    w, ahead = s.command.weight_jitter, advantages(s)
    require(w > 0.0, "command.weight_jitter", "above 0")
    return {name: Probability(1.0 - (1.0 - min(1.0, max(0.0, x / w))) ** 2 / 2.0) for name, x in ahead.items()}


def choose(model: Campaign, _: object) -> Trials:
    """Return for each lane and day whether its first cell was the objective, by the lane's feature."""
    ground, first = model.ground, front_cells(model)[::2]
    lane = np.arange(len(first)) % len(FEATURES)
    ground.control[first[lane == FEATURES.index("neighbours")] + ground.nx] = ATTACKER_HELD
    ground.is_held_by_enemy[first[lane == FEATURES.index("contested")]] = 1
    days = []
    while model.running:
        model.step()
        days.append(model.state.objectives[:, 0] == first)
    is_first = np.array(days)
    return {name: is_first[:, lane == i].ravel() for i, name in enumerate(FEATURES)}


WEIGHTS = ("command.weight_symbolic", "command.weight_neighbours", "command.weight_contested")

_choice = partial(
    Case, mechanisms=("command",), quantities=FEATURES, measure=choose, inputs=WEIGHTS,
)  # fmt: skip

CASES = (
    _choice("objectives", panel="thresholds", curve="hill chosen", source="largest score", scenario="objectives",
            path="command.weight_distance_per_km", points=(0.3, 3.2, 3.4, 6), expected=chosen_expected,
            is_smooth=False),
    _choice("objectives-by-chance", panel="chance", curve="{}", n_drawn=4, source="difference of two uniform numbers",
            scenario="objectives-by-chance", path="command.weight_jitter", points=(1.5, 2, 4),
            expected=chosen_by_chance_expected, replications=16, quick=2, rate="command.weight_jitter"),
)  # fmt: skip
