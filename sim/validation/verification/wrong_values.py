"""Which case follows which assumed value: the suite fails when the model uses another value than theory does."""

from __future__ import annotations

from sim.errors import InputError
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import assumed, set_values
from sim.scenario.reading.dotted_paths import get
from sim.scenario.schema import Scenario
from sim.validation.verification.case import Case
from sim.validation.verification.suite import CASES, compare, points_of

_MOVERS = ("armour", "atv", "motorcycle")
# By case: the values whose change it notices soonest. A path stands for all values below it.
FOLLOWED: dict[str, tuple[str, ...]] = {
    "shells-shared": ("artillery.area_per_aim_point_km2",),
    "shells-by-ground": (
        "artillery.area_per_soldier_km2", "artillery.lethal_area_km2", "artillery.shells_per_aim_point_h",
        "attacker.group_size", "drone_strikes.defender.p_integration", "ground.terrain_cover.open",
        "ground.terrain_cover.urban", "ground.terrain_cover.water",
    ),
    "shells-on-sections": (
        "artillery.lethal_area_dug_in_km2", "artillery.share_on_objectives", "command.n_objectives",
    ),
    "shells-by-integration": ("artillery.p_own_observer",),
    "shells-in-woods": ("ground.terrain_cover.tree_line",),
    "suppression": ("artillery.shells_per_day", "artillery.shells_ratio", "cohesion.suppression_per_shell"),
    "staying": ("forces.share_free",),
    "training": ("forces.recruit_quality",),
    "seasoned": ("forces.quality_max", "forces.season_days"),
    "classes": ("attacker.mobility_share",),
    "weather": ("calendar.p_good_weather",),
    "mop-up": ("pockets.mop_up_h",),
    "breakouts": ("cohesion.breakouts_per_day", "cohesion.p_lost_breaking_out"),
    "fear": ("cohesion.floor",),
    "recovery": ("cohesion.raid_fear", "cohesion.recovery_h"),
    "adaptive-effort": ("command.adaptation_days", "command.effort_gain"),
    "culmination": ("command.culmination_share",),
    "resumption": ("command.resume_share",),
    "effort-encirclement": ("command.effort.encirclement",),
    "effort-frontal": ("command.effort.frontal",),
    "pressure": (
        "command.pressure_cap", "command.pressure_decay_days", "command.pressure_floor", "command.pressure_radius_km",
    ),
    "release": ("command.release_share_per_day", "command.surge_factor"),
    "reinforced": ("command.release_soldiers_per_day",),
    "objectives": (
        "command.weight_contested", "command.weight_distance_per_km", "command.weight_neighbours",
        "command.weight_symbolic",
    ),
    "objectives-by-chance": ("command.weight_jitter",),
    "counterattack": ("control.counterattack_per_day",),
    "counterattack-share": ("control.counterattack_share",),
    "retaking": ("control.garrison_counterattack_per_day",),
    "endurance": ("control.endurance_h",),
    "rest": ("ground.stage_km", "reinforcement.rest_h"),
    "flags": ("control.flag_h",),
    "garrisons": ("control.garrison_per_km",),
    "hold": ("control.hold_h",),
    "too-few": ("control.hold_min",),
    "manning": ("defender.depth_share", "defender.urban_multiplier"),
    "search-by-size": ("detection.n_sensors", "detection.sensor_speed_km_h", "ground.terrain_signature.open"),
    "search-holding": ("detection.sweep_width_holding_km",),
    "search-by-class": tuple(f"detection.sweep_width_km.{name}" for name in _MOVERS),
    "search-on-the-move": ("detection.sweep_width_km.foot", "ground.kill_zone_km"),
    "search-by-ground": (
        "detection.sweep_width_waiting_km", "ground.terrain_signature.urban", "ground.terrain_signature.water",
    ),
    "search-in-woods": ("ground.terrain_signature.tree_line",),
    "search-in-bad-weather": ("calendar.bad_weather_factor",),
    "tracks-by-class": (
        "detection.track_loss_per_h", "drone_strikes.calls_per_team_h", "drone_strikes.defender.delay_h",
        "drone_strikes.defender.p_jam",
    ),
    "assault-ratio": ("direct_fire.assault_ratio",),
    "longest-wait": ("direct_fire.wait_max_h",),
    "square-law-over-time": (
        "direct_fire.attacker_loss_per_defender_h", "direct_fire.defender_loss_per_attacker_h",
        "ground.fortification.open",
    ),
    "breakpoints": ("direct_fire.breakpoint_attacker",),
    "mixed-fire": ("direct_fire.breakpoint_defender",),
    "hits-on-sections": tuple(f"drone_strikes.attacker.{name}" for name in ("burst", "p_casualty", "p_hit", "p_jam")),
    "crews-1": ("drone_strikes.attacker.n_crews",),
    "crews-4": ("drone_strikes.attacker.p_integration", "drone_strikes.section_call_per_soldier_h"),
    "crews-apart": ("drone_strikes.attacker.service_h",),
    "crews-in-bad-weather": ("drone_strikes.defender.n_crews", "drone_strikes.defender.service_h"),
    "reach-on-groups": ("drone_strikes.defender.range_km", "drone_strikes.defender.set_back_km"),
    "reach-on-sections": ("drone_strikes.attacker.range_km", "drone_strikes.attacker.set_back_km"),
    "garrison-requests": ("drone_strikes.garrison_call_per_soldier_h",),
    "burst-armour": ("drone_strikes.burst_armour",),
    "burst-on-few": ("drone_strikes.defender.p_hit",),
    "hits-in-woods": ("drone_strikes.defender.burst", "drone_strikes.defender.p_casualty"),
    "fortification-by-ground": tuple(f"ground.fortification.{name}" for name in ("belt", "city", "tree_line", "water")),
    "arrival": (
        "ground.terrain_speed.open", "ground.terrain_speed.urban", "movement.bad_weather_speed_factor",
        "movement.speed_km_h.foot",
    ),
    "arrival-by-class": (
        "ground.terrain_speed.tree_line", "ground.terrain_speed.water",
        *(f"movement.speed_km_h.{name}" for name in _MOVERS),
    ),
    "mines": ("movement.path_hazard_per_km",),
    "dismounted": ("control.rider_stay",),
    "exploit-reach": ("direct_fire.exploit_km",),
    "going-on": ("direct_fire.p_exploit",),
    "replacements": tuple(f"reinforcement.{side}_replacements_per_day" for side in ("attacker", "defender")),
    "fill": ("reinforcement.fill_time_h",),
    "shifts": tuple(
        f"depth.{name}"
        for name in (
            "flow_days", "gap_weight", "move_prep_h", "road_km_per_night", "road_loss_per_km", "share_by_length"
        )
    ),
    "rotation": (
        "attacker.infantry_share", "defender.in_line_share", "defender.infantry_share", "defender.troops",
        "depth.hold_back", "depth.rotation_days",
    ),
    "rotation-by-density": ("defender.density_per_km",),
    "digging": tuple(f"depth.{name}" for name in ("build_days_per_line", "dig_days", "dug0", "dug0_city")),
    "soldiers-there-are": ("depth.max_per_km",),
    "withdrawal": tuple(f"depth.{name}" for name in ("p_lost_withdraw", "unopposed_h_per_km", "withdraw_h")),
    "supply-level": ("supply.demand_t_per_soldier_day", "supply.stock_days", "supply.throughput_factor"),
    "refill": ("supply.refill_factor", "supply.stock_days_max"),
    "interdiction": ("supply.interdiction_max", "supply.interdiction_reach_km"),
    "bridge": ("supply.p_line_closed",),
    "reserve": ("command.gap_trigger", "defender.reserve"),
    "reserve-depth": ("command.depth_trigger_km",),
    "fresh-ground": ("reserves.fresh_days",),
    "reserve-delay": (
        "command.commit_ratio", "reserves.behind_km", "reserves.packet", "reserves.prep_h",
    ),
    "exploit": ("attacker.reserve",),
    "unit-attack": ("reserves.ca_ratio",),
    "unit-approach": ("reserves.ca_exposed_km", "reserves.ca_hazard_per_km"),
    "unit-attacks": ("reserves.ca_per_week",),
    "unit-refit": ("reserves.refit_days",),
    "unit-ready": ("reserves.refit_at",),
    "lift-release": ("lift.axis_per_km_day", "lift.groups_per_axis_day", "lift.total_per_km_day"),
    "readiness": ("lift.ready_days", "lift.wear_km_per_assault"),
    "attackers-level": ("lift.demand_t_per_attacker_day", "lift.lift_km"),
    "attackers-demand": ("lift.demand_t_per_shell", "lift.demand_t_per_soldier_sent"),
}  # fmt: skip
NOT_FOLLOWED = {
    "depth.withdraw_at_gaps": "is the policy elastic's, which no case follows: tests/campaign do",
    **{
        f"forces.transfers[{i}].{name}": "is 0: those at Kursk are away when the campaign begins"
        for i in (0, 1)
        for name in ("from_day", "over_days")
    },
    **{
        f"forces.transfers[{i}].quality": "is that of soldiers who arrive: those at Kursk leave, and are only counted"
        for i in (0, 1)
    },
    "lift.congestion_km": "one factor on the rate at which moving groups are found, which a unit test compares",
    "drone_strikes.attacker.delay_h": (
        "has no effect: the attacker's crews strike line sections only, which do not move away during the delay"
    ),
}


def assumed_paths() -> list[str]:
    """Return the paths of the baseline's assumed values."""
    return [row.path for row in assumed(load("baseline"))]


def followed() -> dict[str, str]:
    """Return the case that follows each assumed value that one follows, by path."""
    case_of = {path: name for name, paths in FOLLOWED.items() for path in paths}
    found = {}
    for path in assumed_paths():
        above = [one for one in case_of if path == one or path.startswith(f"{one}.")]
        if above:
            found[path] = case_of[max(above, key=len)]
    return found


def is_used(case: Case, path: str) -> bool:
    """Return whether a case varies a value or lists it among those that its formula uses."""
    used = (*case.inputs, *(() if case.path is None else (case.path,)))
    return any(path == one or path.startswith(f"{one}.") for one in used)


def with_wrong_value(scenario: Scenario, path: str, factor: float) -> Scenario | None:
    """Return the scenario with a value times a factor, or divided by it where the schema has no such value.

    Whole numbers change by at least 1. None where that changes nothing, as for 0.
    """
    value = get(scenario, path)
    for wrong in (value * factor, value / factor):
        if isinstance(value, int):
            wrong = max(round(wrong), value + 1) if wrong > value else min(round(wrong), value - 1)
        if wrong == value or value == 0:
            continue
        try:
            return set_values(scenario, {path: wrong}, "a wrong value")
        except InputError:
            continue
    return None


def is_caught(name: str, path: str, factor: float, is_quick: bool, seed: int = 1) -> bool:
    """Return whether a case fails when the model uses a value times a factor, and theory the value itself."""
    case = CASES[name]
    for point, scenario in points_of(case, ()):
        simulated = with_wrong_value(scenario, path, factor)
        if simulated is None:
            continue
        try:
            rows = compare(case, point, scenario, simulated, seed, case.quick if is_quick else case.replications)
        except ValueError:  # what is measured did not happen: the suite ends with this error
            return True
        if not all(row.is_ok for row in rows):
            return True
    return False
