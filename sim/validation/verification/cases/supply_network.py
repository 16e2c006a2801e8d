"""Cases of supply: the largest flow through a network, and whether any supply gets through when lines are closed."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.case import Case, Exact, Expectation, Probability, Trials
from sim.world.ground import REAR_NODE

# The place where the flow is measured.
GOAL = "F"
# The model counts whole kilograms, so the rounding error of each line's capacity is half a kilogram.
HALF_KG_T = 0.0005
# The lines cut at the points of the case: none, the lines of P, single lines, pairs of lines.
CUTS = (
    (),
    ("rear-P", "P-K", "P-F"),
    ("rear-P",),
    ("rear-K",),
    ("P-K",),
    ("P-F",),
    ("K-F",),
    ("rear-K", "P-F"),
    ("P-F", "K-F"),
)


def cut(names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the value of supply.cuts that closes these lines permanently."""
    return [{"name": name, "kind": "road", "from_day": 0, "until_day": 100_000} for name in names]


def flow_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the smallest cut of the network; a line's capacity is its throughput times the factor, less interdiction.

    Lines of the scenario run parallel to the front, and their distance from it is that of the centres of their cells.
    """
    p = s.supply
    capacity: dict[tuple[str, str], float] = {}
    for line in s.ground.lines_of_communication:
        row = math.floor(line.path[0][1] / s.ground.cell_km)
        share = 1.0 - p.interdiction_max * max(0.0, 1.0 - (row + 1) * s.ground.cell_km / p.interdiction_reach_km)
        is_cut = any(c.closes(line, 0) for c in p.cuts)
        most = p.throughput_factor * line.throughput_t_per_day
        for way in ((line.start, line.end), (line.end, line.start)):
            capacity[way] = capacity.get(way, 0.0) + (0.0 if is_cut else share * most)
    flow = theory.smallest_cut(capacity, REAR_NODE, GOAL)
    return {"flow_t": Exact(flow, HALF_KG_T * len(s.ground.lines_of_communication))}


def flow(model: Campaign, _: object) -> Trials:
    """Return the flow that can reach the goal on the first day, in t per day."""
    model.step()
    return {"flow_t": model.state.throughput_t[_goal(model) : _goal(model) + 1].copy()}


def bridge_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that supply gets through the bridge network."""
    return {"connected": Probability(float(theory.bridge(1.0 - s.supply.p_line_closed)))}


def routes_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that a route is open throughout; its lines are named after it, for example a-1, a-2."""
    names = [line.name for line in s.ground.lines_of_communication]
    n_routes = len({name.split("-")[0] for name in names})
    k = len(names) // n_routes
    return {"connected": Probability(float(theory.m_routes(1.0 - s.supply.p_line_closed, k, n_routes)))}


def connected(model: Campaign, _: object) -> Trials:
    """Return for each day whether any supply reaches the goal."""
    record = model.run()
    return {"connected": record.series["throughput_t"][1:, _goal(model)] > 0.0}


def _goal(model: Campaign) -> int:
    return model.inputs.ground.supplied_places.index(GOAL)


def _open(s: Scenario, _: object) -> float:
    return 1.0 - s.supply.p_line_closed


def _place_in_sweep(s: Scenario, _: object) -> float:
    names = tuple(one.name for one in s.supply.cuts)
    return float(CUTS.index(names) if names in CUTS else -1)


SMALLEST_CUT, BARLOW = "smallest cut, Ford and Fulkerson 1956", "reliability, Barlow and Proschan 1975"
CLOSED = "supply.p_line_closed"
FIRE = ("supply.interdiction_max", "supply.interdiction_reach_km")

_flow = partial(
    Case, mechanisms=("supply",), source=SMALLEST_CUT, quantities=("flow_t",), expected=flow_expected, measure=flow,
    inputs=("supply.cuts", "supply.throughput_factor", *FIRE),
)  # fmt: skip
_routes = partial(
    Case, mechanisms=("supply",), panel="routes", source=BARLOW, path=CLOSED,
    points=(0.05, 0.1, 0.2, 0.3, 0.5, 0.7), quantities=("connected",), measure=connected, replications=4, axis=_open,
    rate=CLOSED, inputs=(),
)  # fmt: skip

CASES = (
    _flow("largest-flow", panel="flow", curve="5 lines", scenario="network", path="supply.cuts",
          points=tuple(cut(names) for names in CUTS), axis=_place_in_sweep),
    _flow("interdiction", panel="fire", curve="5 lines", scenario="interdicted",
          path="supply.interdiction_reach_km", points=(2, 4, 6, 9, 12, 16, 24)),
    _routes("bridge", curve="bridge", scenario="network-by-chance", expected=bridge_expected),
    _routes("routes", curve="2 routes of 3 lines", scenario="routes", expected=routes_expected),
)  # fmt: skip
