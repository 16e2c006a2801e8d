"""Cases of detection: Koopman's random search for groups by size, on the move, in woods and in bad weather."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.quantity import MOBILITIES
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.campaign_readings import active_rows, cells_by_terrain, n_front, run_until
from sim.validation.verification.case import Case, Expectation, Probability, Trials
from sim.validation.verification.settable_values import (
    mobility_of,
    require,
    require_positive,
    terrain_of,
    weather_of,
)
from sim.world.map_values import TERRAINS


def coverage(s: Scenario, hour: float) -> float:
    """Return the coverage z = W V t / A of a group of the only mobility class by an hour, on the only terrain."""
    return coverage_of(s, hour, mobility_of(s), terrain_of(s))


def coverage_of(s: Scenario, hour: float, mobility: str, terrain: str) -> float:
    """Return the coverage z = W V t / A of one group by an hour: on the move through the kill zone, then waiting."""
    d, force, ground = s.detection, s.attacker, s.ground
    speed = getattr(s.movement.speed_km_h, mobility) * getattr(ground.terrain_speed, terrain)
    require_positive(movement__speed_km_h=speed)
    enters, arrives = (max(0.0, force.forward_km - depth) / speed for depth in (ground.kill_zone_km, 0.0))
    km = getattr(d.sweep_width_km, mobility) * max(0.0, min(hour, arrives) - enters)
    km += d.sweep_width_waiting_km * max(0.0, hour - arrives)
    km *= math.sqrt(force.group_size / 4.0) * getattr(ground.terrain_signature, terrain)
    area_km2 = n_front(s) * ground.cell_km * ground.kill_zone_km
    return float(km * d.n_sensors * d.sensor_speed_km_h * weather_of(s) / area_km2)


def found_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the probability that a group has been found by an hour."""
    return {"found": Probability(float(theory.koopman(coverage(s, hour))))}


def found(model: Campaign, hour: float) -> Trials:
    """Return for each group whether it is tracked at an hour; tracks are never lost here."""
    leaders = active_rows(model)[:: model.inputs.attacker.group_size // model.state.team_size].copy()
    run_until(model, hour)
    return {"found": model.state.is_tracked[leaders] == 1}


def found_in_first_hour_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that a group has been found within the first tick."""
    return found_expected(s, s.time.tick_h)


def found_in_first_hour(model: Campaign, _: object) -> Trials:
    """Return for each group whether it is tracked after the first tick."""
    return found(model, model.inputs.time.tick_h)


def found_by_class_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the probability that a group of each mobility class has been found by an hour."""
    terrain = terrain_of(s)
    found = {name: theory.koopman(coverage_of(s, hour, name, terrain)) for name in MOBILITIES}
    return {name: Probability(float(p)) for name, p in found.items()}


def found_by_class(model: Campaign, hour: float) -> Trials:
    """Return for each group of each mobility class whether it is tracked at an hour."""
    leaders = active_rows(model)[:: model.inputs.attacker.group_size // model.state.team_size].copy()
    run_until(model, hour)
    mobility, is_found = model.state.mobility[leaders], model.state.is_tracked[leaders] == 1
    return {name: is_found[mobility == i] for i, name in enumerate(MOBILITIES)}


def found_by_ground_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that a group on each terrain is found within the first tick."""
    found = {name: theory.koopman(coverage_of(s, s.time.tick_h, mobility_of(s), name)) for name in TERRAINS}
    return {name: Probability(float(p)) for name, p in found.items()}


def found_by_ground(model: Campaign, _: object) -> Trials:
    """Return for each group on each terrain whether it is tracked after the first tick."""
    leaders = active_rows(model)[:: model.inputs.attacker.group_size // model.state.team_size].copy()
    model.step()
    is_found, at = model.state.is_tracked[leaders] == 1, model.state.objective_cell[leaders]
    return {name: is_found[np.isin(at, cells)] for name, cells in cells_by_terrain(model).items()}


def found_holding_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the probability that a group has been found by an hour: it waits for a tick, then holds an empty cell."""
    require(s.attacker.forward_km == 0.0, "attacker.forward_km", "0")
    require_positive(detection__sweep_width_waiting_km=s.detection.sweep_width_waiting_km)
    # Coverage is proportional to the sweep width: holding for some hours is like waiting for others.
    hours = (hour - s.time.tick_h) * s.detection.sweep_width_holding_km / s.detection.sweep_width_waiting_km
    z = coverage(s, s.time.tick_h + hours)
    return {"found": Probability(float(theory.koopman(z)))}


def _coverage_in_first_hour(s: Scenario, _: object) -> float:
    return coverage(s, s.time.tick_h)


def _signature(s: Scenario, _: object) -> float:
    return float(getattr(s.ground.terrain_signature, terrain_of(s)))


KOOPMAN = "random search, Koopman 1980"
INPUTS = (
    "attacker.group_size", "attacker.forward_groups", "attacker.mobility_share", "detection.n_sensors",
    "detection.sensor_speed_km_h", "detection.sweep_width_km", "detection.sweep_width_waiting_km",
    "ground.kill_zone_km", "ground.terrain_signature",
)  # fmt: skip
ON_THE_MOVE = ("attacker.forward_km", "movement.speed_km_h", "ground.terrain_speed")
WEATHER = ("calendar.p_good_weather", "calendar.bad_weather_factor")

_search = partial(
    Case, mechanisms=("detection",), panel="search", source=KOOPMAN, scenario="search", quantities=("found",),
    expected=found_in_first_hour_expected, measure=found_in_first_hour, inputs=INPUTS, replications=6, quick=2,
    axis=_coverage_in_first_hour,
)  # fmt: skip

CASES = (
    _search("search", curve="waiting", path="detection.n_sensors", points=(85, 170, 340, 510, 680),
            rate="detection.sensor_speed_km_h"),
    _search("search-by-size", curve="by size of the group", path="attacker.group_size", points=(1, 2, 4, 10, 20, 40),
            rate="detection.sweep_width_waiting_km"),
    _search("search-on-the-move", mechanisms=("movement", "detection"), curve="moving, then waiting",
            scenario="search-on-the-move", path=None, points=(1, 2, 3, 4, 6, 9), expected=found_expected,
            measure=found, inputs=(*INPUTS, *ON_THE_MOVE), quick=4,
            rate="detection.sweep_width_km.foot", axis=coverage),
    _search("search-in-bad-weather", mechanisms=("calendar", "detection"), curve="bad weather",
            scenario="search-in-bad-weather", path="calendar.bad_weather_factor", points=(0.1, 0.3, 0.5, 0.8, 1),
            inputs=(*INPUTS, *WEATHER), rate="detection.sensor_speed_km_h"),
    _search("search-in-woods", panel="terrain", curve="found", scenario="search-in-woods",
            path="ground.terrain_signature.tree_line", points=(0.1, 0.3, 0.5, 0.7, 1), axis=_signature,
            rate="detection.sensor_speed_km_h"),
    _search("search-by-ground", panel="grounds", curve="{}", scenario="search-by-ground", path="detection.n_sensors",
            points=(340, 680), quantities=TERRAINS, n_drawn=4, expected=found_by_ground_expected,
            measure=found_by_ground, axis=lambda s, _: s.detection.n_sensors, replications=30, quick=16,
            rate="detection.sensor_speed_km_h"),
    _search("search-by-class", mechanisms=("movement", "detection"), panel="classes", curve="{}",
            scenario="search-by-class", path=None, points=(1, 2), quantities=MOBILITIES, n_drawn=4,
            expected=found_by_class_expected, measure=found_by_class, replications=30, quick=14,
            inputs=(*INPUTS[:2], *INPUTS[3:], *ON_THE_MOVE), axis=lambda _, hour: hour,
            rate="detection.sensor_speed_km_h"),
    _search("search-holding", mechanisms=("detection", "direct_fire"), curve="waiting, then holding",
            scenario="search-holding", path=None, points=(2, 3, 5, 9), expected=found_holding_expected, measure=found,
            inputs=(*INPUTS, "detection.sweep_width_holding_km"), rate="detection.sweep_width_holding_km",
            replications=10,
            axis=lambda s, hour: hour),
)  # fmt: skip
