"""The mechanisms of a campaign in the order of the tick, each built from the values of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np

from sim.errors import InputError, clip
from sim.mechanisms.artillery import Artillery, ArtilleryValues
from sim.mechanisms.calendar import Calendar, CalendarValues, ceasefire_h
from sim.mechanisms.cohesion import Cohesion, CohesionValues
from sim.mechanisms.command import Command, CommandValues
from sim.mechanisms.control import Control, ControlValues
from sim.mechanisms.depth import Depth, DepthValues, Line
from sim.mechanisms.detection import Detection, DetectionValues
from sim.mechanisms.direct_fire import DirectFire, DirectFireValues
from sim.mechanisms.drone_strikes import DroneStrikes, DroneStrikesValues, ForceValues
from sim.mechanisms.forces import Forces, ForcesValues, moves_of
from sim.mechanisms.lift import Lift, LiftValues
from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.movement import Movement, MovementValues
from sim.mechanisms.pockets import Pockets, PocketsValues
from sim.mechanisms.reinforcement import Reinforcement, ReinforcementValues
from sim.mechanisms.reserves import Reserves, ReservesValues
from sim.mechanisms.shared.exploitation import ExploitationValues
from sim.mechanisms.shared.path_hazard import HazardValues
from sim.mechanisms.supply import AttackerDemand, Supply, SupplyValues
from sim.quantity import Params, PerMobility
from sim.scenario.schema import Scenario

Build = Callable[[Scenario], Mechanism]
"""Makes a mechanism from a scenario: a function, or a class whose constructor takes the scenario."""

V = TypeVar("V", bound=NamedTuple)

OWN_STREAM = 0
"""The stream of random draws that no mechanism of the model uses: one of your own may draw from it."""


def _named(values: type[V], *sections: Params, **others: Any) -> V:
    """Return the values of a mechanism: those of the same names in sections, by mobility class as arrays, and others.

    Raises TypeError for a name that neither has.
    """
    make: Callable[..., V] = values
    found = dict(others)
    for section in sections:
        for name in values._fields:
            if name not in others and name in type(section).model_fields:
                value = getattr(section, name)
                found[name] = value.as_array() if isinstance(value, PerMobility) else value
    return make(**found)


def artillery(scenario: Scenario) -> Mechanism:
    """Build the artillery of both sides."""
    p_integration = scenario.drone_strikes.defender.p_integration
    return Artillery(_named(ArtilleryValues, scenario.artillery, scenario.attacker, p_integration=p_integration))


def calendar(scenario: Scenario) -> Mechanism:
    """Build the calendar of weather and the ceasefire."""
    return Calendar(_named(CalendarValues, scenario.calendar))


def cohesion(scenario: Scenario) -> Mechanism:
    """Build the cohesion of line sections."""
    return Cohesion(_named(CohesionValues, scenario.cohesion))


def command(scenario: Scenario) -> Mechanism:
    """Build the release of groups from the pool."""
    force = scenario.attacker
    mobility = force.mobility_share.cumulative()
    relief = mobility if scenario.control.rider_stay >= 1.0 else np.ones_like(mobility)  # riders join no garrison
    return Command(CommandValues(force.group_size, mobility, relief))


def control(scenario: Scenario) -> Mechanism:
    """Build the control of ground."""
    sections = scenario.control, scenario.direct_fire, scenario.reinforcement
    return Control(_named(ControlValues, *sections, garrisons_dig="depth" not in scenario.off))


def detection(scenario: Scenario) -> Mechanism:
    """Build the defender's search."""
    drones = scenario.drone_strikes.defender
    return Detection(
        _named(
            DetectionValues,
            scenario.detection,
            crew_range_km=drones.range_km,
            crew_set_back_km=drones.set_back_km,
            congestion_km=0.0 if "lift" in scenario.off else scenario.lift.congestion_km,
        )
    )


def direct_fire(scenario: Scenario) -> Mechanism:
    """Build the fights in contested cells."""
    p = scenario.direct_fire
    is_area = {f"is_{side}_area_fire": getattr(p, f"{side}_fire") == "area" for side in ("attacker", "defender")}
    chances = _named(ExploitationValues, p, scenario.control, scenario.movement) if p.p_exploit > 0.0 else None
    return DirectFire(_named(DirectFireValues, p, **is_area), chances)


def drone_strikes(scenario: Scenario) -> Mechanism:
    """Build the strikes of both sides' drone crews."""
    p = scenario.drone_strikes
    forces = {"defender": _named(ForceValues, p.defender), "attacker": _named(ForceValues, p.attacker)}
    return DroneStrikes(_named(DroneStrikesValues, p, scenario.detection, **forces))


def movement(scenario: Scenario) -> Mechanism:
    """Build the movement of teams."""
    p, drones = scenario.movement, scenario.drone_strikes
    speed_km_h = p.speed_km_h.as_array()
    hazard = HazardValues(
        p.path_hazard_per_km.as_array(),
        speed_km_h,
        drones.defender.burst,
        drones.burst_armour,
        drones.defender.p_casualty,
    )
    return Movement(MovementValues(speed_km_h, p.bad_weather_speed_factor, scenario.reinforcement.rest_h, hazard))


def reinforcement(scenario: Scenario) -> Mechanism:
    """Build the flows of soldiers."""
    has_depth, dated = "depth" not in scenario.off, scenario.forces.replacements
    return Reinforcement(
        _named(
            ReinforcementValues,
            scenario.reinforcement,
            rest_first=has_depth,
            fills_on_foot=has_depth,
            attacker_schedule=[] if "forces" in scenario.off else dated.attacker,
            defender_schedule=[] if "forces" in scenario.off else dated.defender,
        )
    )


def supply(scenario: Scenario) -> Mechanism:
    """Build the supply of both sides; without lift the attacker has all it needs."""
    p, guns = scenario.lift, scenario.artillery
    demand = AttackerDemand(
        t_per_soldier_day=p.demand_t_per_attacker_day,
        t_per_soldier_sent=p.demand_t_per_soldier_sent,
        t_per_shell=p.demand_t_per_shell,
        shells_per_day=0.0 if "artillery" in scenario.off else guns.shells_ratio * guns.shells_per_day,
        share_on_objectives=guns.share_on_objectives,
        lift_km=p.lift_km,
    )
    return Supply(_named(SupplyValues, scenario.supply, attacker=None if "lift" in scenario.off else demand))


def forces(scenario: Scenario) -> Mechanism:
    """Build transfers, replacements and training of the two forces."""
    p = scenario.forces
    recruits = p.recruit_quality.attacker, p.recruit_quality.defender
    moves = moves_of(p, (scenario.attacker.infantry_share, scenario.defender.infantry_share))
    return Forces(ForcesValues(moves, recruits, p.quality_max, p.season_days, "depth" not in scenario.off))


def depth(scenario: Scenario) -> Mechanism:
    """Build a line of the soldiers there are, with stocks by sector."""
    return Depth(_named(DepthValues, scenario.depth, line=_named(Line, scenario.defender, scenario.depth)))


def reserves(scenario: Scenario) -> Mechanism:
    """Build units in reserve, their journeys, counter-attacks and refits."""
    until_h = ceasefire_h(None if "calendar" in scenario.off else scenario.calendar.ceasefire_day)
    sections = scenario.reserves, scenario.depth, scenario.direct_fire
    return Reserves(_named(ReservesValues, *sections, ceasefire_h=until_h))


def lift(scenario: Scenario) -> Mechanism:
    """Build limits of mass: approach routes, readiness and congestion."""
    return Lift(_named(LiftValues, scenario.lift, scenario.attacker, scenario.movement))


def pockets(scenario: Scenario) -> Mechanism:
    """Build what becomes of ground that is cut off."""
    return Pockets(_named(PocketsValues, scenario.pockets))


PHASES: dict[str, Build] = {
    "calendar": calendar,  # dated events happen before anybody acts on them
    "forces": forces,  # dated arrivals and departures
    "reinforcement": reinforcement,  # soldiers arrive before orders send them
    "depth": depth,  # the line is settled before groups are sent against it
    "reserves": reserves,  # units set out, arrive and counter-attack
    "lift": lift,  # what may be sent forward is limited before it is sent
    "command": command,  # orders come before movement
    "movement": movement,  # whoever moves is exposed in this tick
    "detection": detection,  # only the exposed are found
    "drone_strikes": drone_strikes,  # only the found are struck
    "artillery": artillery,  # area fire on the tracked, after the drones, which are faster
    "direct_fire": direct_fire,  # those who got through fight
    "cohesion": cohesion,  # losses and raids shake the neighbouring sections
    "supply": supply,  # once per day: what roads and railways still bring
    "control": control,  # ground changes hands last, on the state that the tick left
    "pockets": pockets,  # what control has cut off
}


def added(mechanisms: Mapping[str, Build]) -> list[str]:
    """Return the names of those that are not the model's; raises InputError when one of the model's is missing."""
    if not isinstance(mechanisms, Mapping):
        raise InputError([f"mechanisms: must be a map, such as {{**PHASES, 'mine': Mine}}, is {clip(mechanisms)}"])
    missing = [name for name in PHASES if name not in mechanisms]
    if missing:
        raise InputError(
            [f"mechanisms: {', '.join(missing)} is missing; to switch a mechanism off, name it under off in a scenario"]
        )
    return [name for name, build in mechanisms.items() if name not in PHASES or PHASES[name] is not build]
