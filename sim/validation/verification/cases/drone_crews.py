"""Cases of drone crews: Erlang's loss system, and crews slowed by bad weather or low supply."""

from __future__ import annotations

from functools import partial

from sim.campaign.mesa_model import Campaign
from sim.mechanisms.drone_strikes import DroneForce
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.campaign_readings import attackers_at_start, defenders_at_start, n_front
from sim.validation.verification.case import Case, Expectation, Ratio, Trials
from sim.validation.verification.cases.detection import WEATHER
from sim.validation.verification.cases.supply_level import INPUTS as LEVEL_INPUTS
from sim.validation.verification.cases.supply_level import first_level
from sim.validation.verification.settable_values import require, weather_of
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import BLOCKED_ON_ATTACKER, BLOCKED_ON_DEFENDER, CALLS_ON_ATTACKER, CALLS_ON_DEFENDER

# In mean service times; after that the effect of the empty start has vanished.
WARM_UP = 20.0


def is_on_groups(s: Scenario) -> bool:
    """Return whether the defender's crews strike groups, rather than the attacker's crews sections."""
    return s.attacker.forward_groups > 0


def crews_called(s: Scenario) -> DroneForce:
    """Return the side whose crews receive drone requests."""
    return s.drone_strikes.defender if is_on_groups(s) else s.drone_strikes.attacker


def pace(s: Scenario) -> float:
    """Return the crews' speed relative to a good day: weather, and for the defender's crews the supply level."""
    return weather_of(s) * (first_level(s) if is_on_groups(s) else 1.0)


def offered_load(s: Scenario) -> float:
    """Return the offered load: requests per hour times the mean service time; bad weather hides sections."""
    drones = s.drone_strikes
    if is_on_groups(s):
        calls_h = drones.calls_per_team_h / 4.0 * attackers_at_start(s) * n_front(s)
    else:
        calls_h = drones.section_call_per_soldier_h * defenders_at_start(s) * n_front(s) * weather_of(s)
    return calls_h * crews_called(s).service_h / pace(s)


def blocked_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the share of blocked requests: all crews are one system, or at integration 0 each crew is its own."""
    force = crews_called(s)
    load, crews = offered_load(s), force.n_crews
    require(load > 0.0, "the rate of drone requests", "above 0")
    is_known = force.p_integration in (0.0, 1.0)
    require(is_known, "drone_strikes.attacker.p_integration", "0 or 1: there is no formula for other values")
    if force.p_integration == 0.0:
        require(crews > 0, "drone_strikes.attacker.n_crews", "above 0 where each crew is its own system")
        load, crews = load / crews, 1
    return {"blocked": Ratio(float(theory.erlang_b(load, crews)), is_share=True)}


def blocked(model: Campaign, _: object) -> Trials:
    """Return one replication's blocked requests and all its requests after the warm-up."""
    s = model.inputs
    on_groups, on_sections = [BLOCKED_ON_ATTACKER, CALLS_ON_ATTACKER], [BLOCKED_ON_DEFENDER, CALLS_ON_DEFENDER]
    which = on_groups if is_on_groups(s) else on_sections
    warm_up_h = WARM_UP * crews_called(s).service_h / pace(s)
    require(warm_up_h < s.time.horizon_days * H_PER_DAY, "time.horizon_days", f"more than {warm_up_h:g} h of warm-up")
    while model.hour < warm_up_h:
        model.step()
    before = model.state.count[which].copy()
    model.run()
    return {"blocked": (model.state.count[which] - before)[None, :].astype(float)}


def _load(s: Scenario, _: object) -> float:
    return offered_load(s)


def _pace(s: Scenario, _: object) -> float:
    return pace(s)


SECTION_RATE, ERLANG = "drone_strikes.section_call_per_soldier_h", "loss formula B, Erlang 1917"
ON_SECTIONS = (
    "defender.density_per_km", SECTION_RATE, "drone_strikes.attacker.n_crews", "drone_strikes.attacker.service_h",
    "drone_strikes.attacker.p_integration",
)  # fmt: skip
ON_GROUPS = (
    "attacker.group_size", "attacker.forward_groups", "drone_strikes.calls_per_team_h",
    "drone_strikes.defender.n_crews", "drone_strikes.defender.service_h",
)  # fmt: skip

_calls = partial(
    Case, panel="calls", source=ERLANG, quantities=("blocked",), expected=blocked_expected, measure=blocked,
    replications=40, quick=10, axis=_load,
)  # fmt: skip
_on_sections = partial(
    _calls, mechanisms=("drone_strikes",), path=SECTION_RATE, inputs=ON_SECTIONS,
    rate="drone_strikes.attacker.service_h",
)  # fmt: skip
_on_groups = partial(
    _calls, mechanisms=("detection", "drone_strikes"), scenario="crews-on-groups", inputs=ON_GROUPS,
    rate="drone_strikes.defender.service_h",
)  # fmt: skip

CASES = (
    _on_sections("crews-1", curve="1 crew", scenario="crews-1", points=(0.001, 0.003, 0.01, 0.02, 0.04)),
    _on_sections("crews-2", curve="2 crews", scenario="crews-2", points=(0.003, 0.01, 0.02, 0.04, 0.08)),
    _on_sections("crews-4", curve="4 crews", scenario="crews-4", points=(0.01, 0.02, 0.04, 0.06, 0.1),
                 quick=14),
    _on_sections("crews-apart", curve="4 separate", scenario="crews-apart", points=(0.01, 0.02, 0.04, 0.06, 0.1)),
    _on_groups("crews-on-groups", curve="4 on groups", path="drone_strikes.calls_per_team_h",
               points=(0.02, 0.04, 0.08, 0.12, 0.2)),
    _on_groups("crews-in-bad-weather", mechanisms=("calendar", "detection", "drone_strikes"), panel="pace",
               curve="on groups, weather", scenario="crews-in-bad-weather", path="calendar.bad_weather_factor",
               points=(0.2, 0.4, 0.6, 0.8, 1), inputs=(*ON_GROUPS, *WEATHER), axis=_pace),
    _on_groups("crews-short-of-supply", mechanisms=("detection", "drone_strikes", "supply"), panel="pace",
               curve="on groups, supply", scenario="crews-short-of-supply", path="supply.demand_t_per_soldier_day",
               points=(0.05, 0.0625, 0.1, 0.2, 0.4), inputs=(*ON_GROUPS, *LEVEL_INPUTS), axis=_pace),
    _on_sections("crews-on-sections-in-bad-weather", mechanisms=("calendar", "drone_strikes"), panel="pace",
                 curve="on sections, weather", scenario="crews-on-sections-in-bad-weather",
                 path="calendar.bad_weather_factor", points=(0.2, 0.4, 0.6, 0.8, 1), inputs=(*ON_SECTIONS, *WEATHER),
                 axis=_pace, replications=48),
)  # fmt: skip
