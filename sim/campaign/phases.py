"""The mechanisms of a campaign in the order of the tick, each built from the values of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
from sim.mechanisms.drone_strikes import DroneForce, DroneStrikes, DroneStrikesValues, ForceValues
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
from sim.scenario.schema import Scenario

Build = Callable[[Scenario], Mechanism]
"""Makes a mechanism from a scenario: a function, or a class whose constructor takes the scenario."""

OWN_STREAM = 0
"""The stream of random draws that no mechanism of the model uses: one of your own may draw from it."""


def artillery(scenario: Scenario) -> Mechanism:
    """Build the artillery of both sides."""
    return Artillery(
        ArtilleryValues(
            **scenario.artillery.model_dump(),
            group_size=scenario.attacker.group_size,
            p_integration=scenario.drone_strikes.defender.p_integration,
        )
    )


def calendar(scenario: Scenario) -> Mechanism:
    """Build the calendar of weather and the ceasefire."""
    return Calendar(CalendarValues(**dict(scenario.calendar)))


def cohesion(scenario: Scenario) -> Mechanism:
    """Build the cohesion of line sections."""
    return Cohesion(CohesionValues(**dict(scenario.cohesion)))


def command(scenario: Scenario) -> Mechanism:
    """Build the release of groups from the pool."""
    force = scenario.attacker
    mobility = force.mobility_share.cumulative()
    relief = mobility if scenario.control.rider_stay >= 1.0 else np.ones_like(mobility)  # riders join no garrison
    return Command(CommandValues(force.group_size, mobility, relief))


def control(scenario: Scenario) -> Mechanism:
    """Build the control of ground."""
    p, fire = scenario.control, scenario.direct_fire
    return Control(
        ControlValues(
            hold_h=p.hold_h,
            hold_min=p.hold_min,
            garrison_per_km=p.garrison_per_km,
            endurance_h=p.endurance_h,
            rider_stay=p.rider_stay,
            flag_h=p.flag_h,
            counterattack_per_day=p.counterattack_per_day,
            garrison_counterattack_per_day=p.garrison_counterattack_per_day,
            counterattack_share=p.counterattack_share,
            attacker_loss_per_defender_h=fire.attacker_loss_per_defender_h,
            defender_loss_per_attacker_h=fire.defender_loss_per_attacker_h,
            breakpoint_attacker=fire.breakpoint_attacker,
            breakpoint_defender=fire.breakpoint_defender,
            rest_h=scenario.reinforcement.rest_h,
            garrisons_dig="depth" not in scenario.off,
        )
    )


def detection(scenario: Scenario) -> Mechanism:
    """Build the defender's search."""
    p, drones = scenario.detection, scenario.drone_strikes.defender
    return Detection(
        DetectionValues(
            n_sensors=p.n_sensors,
            sensor_speed_km_h=p.sensor_speed_km_h,
            sweep_width_km=p.sweep_width_km.as_array(),
            sweep_width_waiting_km=p.sweep_width_waiting_km,
            sweep_width_holding_km=p.sweep_width_holding_km,
            track_loss_per_h=p.track_loss_per_h.as_array(),
            crew_range_km=drones.range_km,
            crew_set_back_km=drones.set_back_km,
            congestion_km=0.0 if "lift" in scenario.off else scenario.lift.congestion_km,
        )
    )


def direct_fire(scenario: Scenario) -> Mechanism:
    """Build the fights in contested cells."""
    p = scenario.direct_fire
    return DirectFire(
        DirectFireValues(
            attacker_loss_per_defender_h=p.attacker_loss_per_defender_h,
            defender_loss_per_attacker_h=p.defender_loss_per_attacker_h,
            is_attacker_area_fire=p.attacker_fire == "area",
            is_defender_area_fire=p.defender_fire == "area",
            assault_ratio=p.assault_ratio,
            wait_max_h=p.wait_max_h,
            breakpoint_attacker=p.breakpoint_attacker,
            breakpoint_defender=p.breakpoint_defender,
        ),
        _exploitation(scenario) if p.p_exploit > 0.0 else None,
    )


def _exploitation(scenario: Scenario) -> ExploitationValues:
    fire, held, march = scenario.direct_fire, scenario.control, scenario.movement
    return ExploitationValues(
        fire.p_exploit,
        fire.exploit_km,
        held.hold_min,
        held.rider_stay,
        march.speed_km_h.as_array(),
        march.bad_weather_speed_factor,
    )


def drone_strikes(scenario: Scenario) -> Mechanism:
    """Build the strikes of both sides' drone crews."""
    p = scenario.drone_strikes
    return DroneStrikes(
        DroneStrikesValues(
            defender=_drone_force(p.defender),
            attacker=_drone_force(p.attacker),
            calls_per_team_h=p.calls_per_team_h,
            garrison_call_per_soldier_h=p.garrison_call_per_soldier_h,
            section_call_per_soldier_h=p.section_call_per_soldier_h,
            burst_armour=p.burst_armour,
            track_loss_per_h=scenario.detection.track_loss_per_h.as_array(),
        )
    )


def _drone_force(force: DroneForce) -> ForceValues:
    return ForceValues(**force.model_dump(exclude={"n_crews"}))


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
    p, (attacker, defender) = scenario.reinforcement, _schedules(scenario)
    return Reinforcement(
        ReinforcementValues(
            attacker_replacements_per_day=p.attacker_replacements_per_day,
            defender_replacements_per_day=p.defender_replacements_per_day,
            fill_time_h=p.fill_time_h,
            rest_first="depth" not in scenario.off,
            fills_on_foot="depth" not in scenario.off,
            attacker_schedule=attacker,
            defender_schedule=defender,
        )
    )


def _schedules(scenario: Scenario) -> tuple[list[list[float]], list[list[float]]]:
    """Return both sides' points of replacements by time; none without `forces`."""
    dated = scenario.forces.replacements
    return ([], []) if "forces" in scenario.off else (dated.attacker, dated.defender)


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
    return Supply(SupplyValues(**dict(scenario.supply), attacker=None if "lift" in scenario.off else demand))


def forces(scenario: Scenario) -> Mechanism:
    """Build transfers, replacements and training of the two forces."""
    p = scenario.forces
    recruits = p.recruit_quality.attacker, p.recruit_quality.defender
    moves = moves_of(p, (scenario.attacker.infantry_share, scenario.defender.infantry_share))
    return Forces(ForcesValues(moves, recruits, p.quality_max, p.season_days, "depth" not in scenario.off))


def depth(scenario: Scenario) -> Mechanism:
    """Build a line of the soldiers there are, with stocks by sector."""
    force, p = scenario.defender, scenario.depth
    line = Line(force.density_per_km, force.urban_multiplier, force.depth_share, force.in_line_share, p.hold_back)
    return Depth(DepthValues(line, *(getattr(p, name) for name in DepthValues._fields[1:])))


def reserves(scenario: Scenario) -> Mechanism:
    """Build units in reserve, their journeys, counter-attacks and refits."""
    p, fire = scenario.reserves, scenario.direct_fire
    return Reserves(
        ReservesValues(
            behind_km=p.behind_km,
            fresh_days=p.fresh_days,
            ca_ratio=p.ca_ratio,
            ca_exposed_km=p.ca_exposed_km,
            ca_hazard_per_km=p.ca_hazard_per_km,
            ca_per_week=p.ca_per_week,
            refit_at=p.refit_at,
            refit_days=p.refit_days,
            road_loss_per_km=scenario.depth.road_loss_per_km,
            attacker_loss_per_defender_h=fire.attacker_loss_per_defender_h,
            defender_loss_per_attacker_h=fire.defender_loss_per_attacker_h,
            breakpoint_attacker=fire.breakpoint_attacker,
            breakpoint_defender=fire.breakpoint_defender,
            ceasefire_h=ceasefire_h(None if "calendar" in scenario.off else scenario.calendar.ceasefire_day),
        )
    )


def lift(scenario: Scenario) -> Mechanism:
    """Build limits of mass: approach routes, readiness and congestion."""
    p = scenario.lift
    return Lift(
        LiftValues(
            axis_per_km_day=p.axis_per_km_day,
            total_per_km_day=p.total_per_km_day,
            groups_per_axis_day=p.groups_per_axis_day,
            ready_days=p.ready_days,
            wear_km_per_assault=p.wear_km_per_assault,
            group_size=scenario.attacker.group_size,
            bad_weather_speed_factor=scenario.movement.bad_weather_speed_factor,
        )
    )


def pockets(scenario: Scenario) -> Mechanism:
    """Build what becomes of ground that is cut off."""
    return Pockets(PocketsValues(**dict(scenario.pockets)))


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
