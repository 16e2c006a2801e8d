"""Cases of movement and calendar: hours of arrival, the weather."""

from __future__ import annotations

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import active_rows
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Probability, Trials
from sim.validation.verification.settable_values import mobility_of, require, require_positive, weather_of
from sim.world.ground import URBAN
from sim.world.integer_codes import WAIT


def arrival_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the hour of arrival on open and on urban ground in bad weather; distance is rounded once per tick."""
    bad = s.movement.bad_weather_speed_factor if weather_of(s) < 1.0 else 1.0
    speed, km = getattr(s.movement.speed_km_h, mobility_of(s)) * bad, s.attacker.forward_km
    require_positive(movement__speed_km_h=speed, attacker__forward_km=km)
    hours = {kind: km / (speed * getattr(s.ground.terrain_speed, kind)) for kind in ("open", "urban")}
    return {f"arrival_{kind}": Exact(h, (h / s.time.tick_h + 4.0) * EPSILON * 4.0 * h) for kind, h in hours.items()}


def arrival(model: Campaign, _: object) -> Trials:
    """Return each group's hour of arrival, on open and on urban ground separately."""
    rows = active_rows(model).copy()
    model.run()
    state = model.state
    if not (state.state[rows] == WAIT).all():
        raise ValueError("a group has not arrived at the horizon: raise time.horizon_days")
    is_urban = model.ground.terrain[state.objective_cell[rows]] == URBAN
    return {"arrival_open": state.timer_h[rows][~is_urban], "arrival_urban": state.timer_h[rows][is_urban]}


def weather_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the share of good days."""
    require(s.calendar.bad_weather_factor < 1.0, "calendar.bad_weather_factor", "below 1, so that bad days show")
    return {"good_days": Probability(s.calendar.p_good_weather)}


def weather(model: Campaign, _: object) -> Trials:
    """Return for each day whether its weather was good."""
    days = []
    while model.running:
        model.step()
        days.append(model.ground.weather_factor[0] == 1.0)
    return {"good_days": np.array(days)}


def _arrives(s: Scenario, point: object) -> float:
    return arrival_expected(s, point)["arrival_open"].value


MARCH = ("movement.speed_km_h", "movement.bad_weather_speed_factor", "ground.terrain_speed", "attacker.mobility_share")

CASES = (
    Case("arrival", ("calendar", "movement"), "hours", "arrival", "distance / speed", "arrival",
         "attacker.forward_km", (0.5, 2, 3.7, 7.1, 12), ("arrival_open", "arrival_urban"), arrival_expected, arrival,
         (*MARCH, "attacker.group_size", "calendar.p_good_weather"), axis=_arrives),
    Case("weather", ("calendar",), "weather", "days", "one draw per day", "weather", "calendar.p_good_weather",
         (0, 0.1, 0.3, 0.5, 0.8, 1), ("good_days",), weather_expected, weather, ("calendar.bad_weather_factor",), 4, 1,
         rate="calendar.p_good_weather"),
)  # fmt: skip
