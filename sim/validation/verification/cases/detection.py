"""Cases of detection: Koopman's random search for groups by size, on the move, in woods and in bad weather."""

from __future__ import annotations

import math
from functools import partial

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.campaign_readings import active_rows, n_front, run_until
from sim.validation.verification.case import Case, Expectation, Probability, Trials
from sim.validation.verification.settable_values import mobility_of, require_positive, terrain_of, weather_of


def coverage(s: Scenario, hour: float) -> float:
    """Return the coverage z = W V t / A of one group by an hour: on the move through the kill zone, then waiting."""
    d, force, ground = s.detection, s.attacker, s.ground
    mobility, terrain = mobility_of(s), terrain_of(s)
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
            measure=found, inputs=(*INPUTS, "attacker.forward_km", "movement.speed_km_h", "ground.terrain_speed"),
            rate="detection.sweep_width_km.foot", axis=coverage),
    _search("search-in-bad-weather", mechanisms=("calendar", "detection"), curve="bad weather",
            scenario="search-in-bad-weather", path="calendar.bad_weather_factor", points=(0.1, 0.3, 0.5, 0.8, 1),
            inputs=(*INPUTS, *WEATHER), rate="detection.sensor_speed_km_h"),
    _search("search-in-woods", panel="terrain", curve="found", scenario="search-in-woods",
            path="ground.terrain_signature.tree_line", points=(0.1, 0.3, 0.5, 0.7, 1), axis=_signature,
            rate="detection.sensor_speed_km_h"),
)  # fmt: skip
