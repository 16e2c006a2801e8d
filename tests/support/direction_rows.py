"""What each quantity of the schema moves and which way, by its own docstring: the rows of test_directions.

A row is a path, a low and a high value, an outcome of `watched_runs`, a direction, and what else is set. With `[]` in
the path every item of the list has the value; with `.*` the value is the whole map.
"""

from sim.campaign.phases import PHASES
from sim.world.map_values import TERRAINS
from tests.support.toy_theatre import AROUND_A_POCKET, GROUND, SKETCH, all_of, line, transfer

UP, DOWN = 1, -1
ONE_MOBILITY = {
    "foot": {"foot": 1.0, "motorcycle": 0.0, "atv": 0.0, "armour": 0.0},
    "motorcycle": {"foot": 0.0, "motorcycle": 1.0, "atv": 0.0, "armour": 0.0},
    "atv": {"foot": 0.0, "motorcycle": 0.0, "atv": 1.0, "armour": 0.0},
    "armour": {"foot": 0.0, "motorcycle": 0.0, "atv": 0.0, "armour": 1.0},
}


def only(mobility):
    """Let every group move in one way."""
    return {"attacker.mobility_share": ONE_MOBILITY[mobility]}


ALWAYS_BAD = {"calendar.p_good_weather": 0.0}
MANY_SENSORS = {"detection.n_sensors": 12.0}
STRONG_ATTACK = {"attacker.troops": 2000, "defender.density_per_km": 6.0, "control.hold_h": 12.0}
STEADY = {"command.release": "absolute"}
# Routes that let the order through: those of the baseline carry less than the toy's commander sends.
ROUTES = {"lift.total_per_km_day": 24.0}
RESERVE = {"command.gap_trigger": 0.05, "defender.reserve": 200, "reserves.packet": 20}
MOBILE = STRONG_ATTACK | RESERVE | {
    "command.defender_policy": "mobile_reserve", "command.gap_trigger": 1000.0, "defender.reserve": 600,
    "reserves.packet": 100, "reserves.prep_h": 0.0, "reserves.behind_km": 0.0, "control.garrison_per_km": 4.0,
}  # fmt: skip
ONLY_DEPTH = {"command.gap_trigger": 1000.0, "command.depth_trigger_km": 1.0}
COUNTERATTACKED = STRONG_ATTACK | {"control.counterattack_per_day": 3.0}
BEFORE_THE_TOWN = {"ground.attacker_ground": [[-6.0, 2.0], [6.0, 2.0], [6.0, -3.0], [-6.0, -3.0]]}
WEAK_GARRISONS = STRONG_ATTACK | {"control.garrison_per_km": 4.0, "control.counterattack_share": 0.9}
POCKET = {"ground.attacker_ground": AROUND_A_POCKET}
ALL_BELT = {"ground.belts": [{"name": "all", "path": [[-6.0, 0.0], [6.0, 0.0]], "width_km": 50.0} | SKETCH]}
A_SIGN = {
    "ground.symbolic_objectives": [
        {"name": "sign", "path": [[-5.5, 0.5], [-5.5, 3.5]], "width_km": 0.5, "source": "theatre_sketch"}
    ]
}
SOON_TIRED = {"control.hold_h": 24.0, "defender.density_per_km": 3.0, "attacker.group_size": 8}
SHORT_OF_SUPPLY = {"supply.interdiction_reach_km": 8.0, "supply.stock_days": 0.0}
ONE_DAY = {"time.horizon_days": 1}
# Assaults alarm their cell and those beside it, so that weights differ along the front.
NEAR = {"command.pressure_radius_km": 1.0}
ONLY_SHELLS = {
    "off": [name for name in PHASES if name not in {"command", "artillery"}],
    "artillery.shells_ratio": 20.0,
    "command.weight_jitter": 0.0,
}
MANY_FORWARD = {"attacker.forward_groups": 40, "command.release_share_per_day": 0.0} | ONE_DAY
RUSH = ROUTES | {"command.surge_factor": 4.0, "command.surge_day": 1, "command.surge_days": 2}
THE_WEST_ADVANCES = STRONG_ATTACK | {
    "off": ["lift"],
    "command.effort": {"frontal": {"west": 0.7, "east": 0.3}},
    "control.hold_h": 6.0,
}
ARRIVAL = STRONG_ATTACK | {"off": ["lift"], "forces.transfers": [transfer("more", "arrive", 600, 0.5)]}
MANY_NEWCOMERS = ARRIVAL | {"attacker.troops": 400, "forces.transfers": [transfer("more", "arrive", 3000, 0.1)]}
THIN_LINE = STRONG_ATTACK | {
    "off": ["lift", "reserves"], "defender.density_per_km": 2.0, "defender.depth_share": 0.0,
    "direct_fire.p_exploit": 1.0,
}  # fmt: skip
NOT_DIVERTED = ROUTES | {
    "forces.transfers": [
        transfer("some", "leave", 600, is_diversion=True),
        transfer("others", "leave", 100, side="defender", is_diversion=True),
    ],
    "forces.diversion": {"attacker": "stays", "defender": "stays"},
}
MANY_RECRUITS = STRONG_ATTACK | {
    "forces.replacements": {"attacker": [[0, 600]], "defender": [[0, 100]]},
    "forces.transfers": [],
}
NO_STOCKS = {"supply.stock_days": 0.0, "supply.demand_t_per_soldier_day": 0.03}


LIFT = ROUTES | {"lift.axis_per_km_day": 24.0}
ATTACKERS_LINES = LIFT | {
    "supply.stock_days": 0.0,
    "ground.lines_of_communication": [
        *GROUND["lines_of_communication"],
        *(
            line("track", "rear", name, [[x_km, -2.5], [x_km, 5.5]], 12.0) | {"side": "attacker"}
            for name, x_km in (("west", -3.0), ("east", 3.0))
        ),
    ],
}


def effort(west):
    """Return a doctrine that gives the west a share of the effort, and the east the rest."""
    return {"frontal": {"west": west, "east": 1.0 - west}}


def cuts(from_day, until_day):
    """Return closures of every line between two days."""
    days = {"from_day": from_day, "until_day": until_day}
    return {"supply.cuts": [{"name": "all", "kind": kind} | days for kind in ("road", "rail", "track")]}


# Path, low, high, outcome, direction, and what else is set.
EFFECTS = [
    ("time.horizon_days", 2, 8, "soldiers_sent_forward", UP, {}),
    ("attacker.troops", 300, 1200, "soldiers_sent_forward", UP, {}),
    ("forces.transfers[].soldiers", 60, 400, "attackers_alive", UP, ARRIVAL),
    ("forces.transfers[].from_day", 1.0, 7.0, "soldiers_sent_forward", DOWN, ARRIVAL),
    ("forces.transfers[].over_days", 0.0, 12.0, "soldiers_sent_forward", DOWN, ARRIVAL),
    ("forces.transfers[].quality", 0.2, 1.5, "defenders_direct_fire", UP, MANY_NEWCOMERS),
    ("forces.share_free.attacker", 0.0, 1.0, "soldiers_sent_forward", UP, NOT_DIVERTED),
    ("forces.share_free.defender", 0.0, 1.0, "defenders_alive", UP, NOT_DIVERTED),
    ("forces.replacements.attacker", [[0, 10]], [[0, 90]], "attackers_alive", UP, {}),
    ("forces.replacements.defender", [[0, 4]], [[0, 40]], "defenders_alive", UP, {}),
    ("forces.recruit_quality.attacker", 0.3, 1.2, "defenders_direct_fire", UP, MANY_RECRUITS),
    ("forces.recruit_quality.defender", 0.3, 1.2, "attackers_direct_fire", UP, MANY_RECRUITS),
    ("forces.quality_max", 1.0, 1.4, "defenders_direct_fire", UP, STRONG_ATTACK | {"forces.season_days": 2.0}),
    (
        "forces.season_days",
        1.0,
        100.0,
        "defenders_direct_fire",
        DOWN,
        STRONG_ATTACK | ROUTES | {"forces.quality_max": 1.4},
    ),
    ("attacker.mobility_share.foot", 0.05, 1.0, "transit_h", UP, {}),
    ("attacker.mobility_share.motorcycle", 0.05, 1.0, "transit_h", DOWN, {}),
    ("attacker.mobility_share.atv", 0.05, 1.0, "transit_h", DOWN, {}),
    ("attacker.mobility_share.armour", 0.05, 1.0, "transit_h", DOWN, {}),
    ("attacker.group_size", 4, 16, "groups_entered", DOWN, {}),
    ("attacker.group_size", 4, 16, "soldiers_seen_together", UP, {}),
    ("attacker.group_size", 4, 16, "assault_strength", UP, {"direct_fire.assault_ratio": 0.2}),
    ("attacker.forward_groups", 0, 40, "groups_entered", UP, ONE_DAY),
    ("attacker.forward_km", 1.0, 8.0, "transit_h", UP, MANY_FORWARD),
    ("defender.density_per_km", 4.0, 16.0, "area_changed_km2", DOWN, STRONG_ATTACK),
    ("defender.urban_multiplier", 1.0, 6.0, "town_target", UP, BEFORE_THE_TOWN),
    ("attacker.infantry_share", 0.3, 1.0, "pool_soldiers", UP, {}),
    ("defender.troops", 5_000, 20_000, "defenders_alive", UP, {}),
    ("defender.infantry_share", 0.1, 0.35, "defenders_alive", UP, {"defender.troops": 20_000}),
    ("defender.in_line_share", 0.05, 0.6, "defenders_on_objectives", UP, {"defender.density_per_km": 14.0}),
    ("depth.hold_back", 0.0, 0.5, "defenders_alive", UP, {}),
    ("depth.max_per_km", 2.0, 40.0, "town_target", UP, BEFORE_THE_TOWN),
    ("ground.belts[].ready", 0.0, 1.0, "belt_cells", UP, ALL_BELT | ONE_DAY),
    ("defender.depth_share", 0.0, 1.0, "defenders_alive", UP, {}),
    ("defender.reserve", 0, 200, "defenders_alive", UP, RESERVE),
    ("ground.fortification.open", 1.0, 8.0, "defenders_direct_fire", DOWN, STRONG_ATTACK),
    ("ground.fortification.belt", 3.0, 12.0, "defenders_direct_fire", DOWN, STRONG_ATTACK | ALL_BELT),
    ("ground.fortification.city", 1.0, 8.0, "defenders_direct_fire", DOWN, STRONG_ATTACK | all_of("urban")),
    ("ground.fortification.tree_line", 1.0, 8.0, "defenders_direct_fire", DOWN, STRONG_ATTACK | all_of("tree_line")),
    ("ground.fortification.water", 1.0, 8.0, "defenders_direct_fire", DOWN, STRONG_ATTACK | all_of("water")),
    *(
        (f"ground.terrain_{effect}.{terrain}", 0.2, 1.0, outcome, sign, all_of(terrain))
        for effect, outcome, sign in (
            ("speed", "transit_h", DOWN),
            ("signature", "calls_on_attacker", UP),
            ("cover", "attackers_drones", UP),
        )
        for terrain in TERRAINS
    ),
    ("ground.kill_zone_km", 2.0, 6.0, "attackers_drone_transit", UP, MANY_SENSORS),
    ("ground.stage_km", 4.0, 12.0, "transit_h", UP, {}),
    ("ground.settlements[].radius_km", 1.0, 2.5, "urban_cells", UP, ONE_DAY),
    ("ground.settlements[].radius_km", 1.2, 3.0, "town_target", UP, BEFORE_THE_TOWN),
    ("ground.features[].width_km", 1.0, 3.0, "tree_line_cells", UP, ONE_DAY),
    ("ground.belts[].width_km", 1.0, 3.0, "belt_cells", UP, ONE_DAY),
    ("ground.axes[].half_width_km", 1.0, 3.0, "lane_cells", UP, ONE_DAY),
    ("ground.symbolic_objectives[].width_km", 0.5, 6.0, "symbolic_flags_planted", UP, STRONG_ATTACK | A_SIGN),
    ("ground.lines_of_communication[].throughput_t_per_day", 1.0, 6.0, "supply_level", UP, {"supply.stock_days": 0.0}),
    ("calendar.p_good_weather", 0.1, 0.95, "attackers_drones", UP, {}),
    ("calendar.bad_weather_factor", 0.1, 1.0, "attackers_drones", UP, ALWAYS_BAD),
    ("calendar.ceasefire_day", 1.0, 6.0, "attackers_drones", UP, {}),
    ("reinforcement.attacker_replacements_per_day", 0.0, 60.0, "attackers_alive", UP, {}),
    ("reinforcement.defender_replacements_per_day", 0.0, 30.0, "defenders_alive", UP, {}),
    ("reinforcement.rest_h", 6.0, 150.0, "pool_soldiers", DOWN, {}),
    ("reinforcement.fill_time_h", 3.0, 100.0, "line_shortfall", UP, {}),
    ("reserves.packet", 5, 100, "reserve_soldiers", DOWN, RESERVE),
    ("reserves.prep_h", 0.0, 150.0, "reserve_soldiers", UP, RESERVE),
    ("reserves.behind_km", 0.0, 100.0, "reserve_soldiers", UP, RESERVE),
    ("reserves.ca_per_week", 0.0, 7.0, "cells_retaken", UP, MOBILE),
    ("reserves.ca_ratio", 0.2, 4.0, "cells_retaken", UP, MOBILE | ONLY_DEPTH),
    ("reserves.refit_at", 0.01, 0.9, "counterattacks", UP, MOBILE | ONLY_DEPTH | ROUTES),
    ("reserves.refit_days", 1.0, 100.0, "reserve_soldiers", DOWN, RESERVE),
    ("direct_fire.p_exploit", 0.0, 1.0, "cells_won", UP, THIN_LINE),
    ("direct_fire.exploit_km", 1.0, 6.0, "cells_won", UP, THIN_LINE),
    ("reserves.ca_exposed_km", 0.0, 60.0, "defenders_counterattack", UP, MOBILE),
    ("reserves.ca_hazard_per_km", 0.0, 1.0, "defenders_counterattack", UP, MOBILE),
    ("depth.road_km_per_night", 2.0, 100.0, "reserve_soldiers", DOWN, RESERVE),
    ("depth.road_loss_per_km", 0.0, 0.05, "defenders_on_the_road", UP, RESERVE),
    ("command.release_share_per_day", 0.05, 0.5, "soldiers_sent_forward", UP, {}),
    ("command.release_soldiers_per_day", 30.0, 200.0, "soldiers_sent_forward", UP, STEADY),
    ("command.n_objectives", 1, 10, "cells_attacked", UP, {}),
    (
        "command.surge_factor",
        1.0,
        4.0,
        "soldiers_sent_forward",
        UP,
        ROUTES | {"command.surge_day": 1, "command.surge_days": 4},
    ),
    ("command.culmination_share", 0.1, 0.6, "soldiers_sent_forward", DOWN, {"command.resume_share": 0.6}),
    ("command.resume_share", 0.5, 1.0, "soldiers_sent_forward", DOWN, {"command.culmination_share": 0.5}),
    ("command.weight_symbolic", 0.0, 8.0, "symbolic_flags_planted", UP, STRONG_ATTACK | A_SIGN),
    ("command.gap_trigger", 0.02, 5.0, "reserve_soldiers", UP, RESERVE),
    ("command.depth_trigger_km", 0.5, 50.0, "reserve_soldiers", UP, RESERVE | STRONG_ATTACK | ONLY_DEPTH),
    ("command.commit_ratio", 0.0, 3.0, "reserve_soldiers", DOWN, RESERVE | STRONG_ATTACK),
    ("attacker.reserve", 0, 300, "pool_soldiers", DOWN, {}),
    ("command.effort.*.*", effort(0.2), effort(0.8), "entries_west", UP, {}),
    ("command.effort.*.*", effort(0.2), effort(0.8), "entries_east", DOWN, {}),
    ("command.effort_gain", 0.0, 3.0, "effort_where_taken", UP, THE_WEST_ADVANCES),
    ("command.adaptation_days", 0.5, 20.0, "effort_change", DOWN, THE_WEST_ADVANCES),
    ("command.surge_day", 0, 5, "mean_day_sent", UP, RUSH),
    ("command.surge_days", 1, 6, "soldiers_sent_forward", UP, RUSH),
    ("command.weight_neighbours", 0.0, 4.0, "sides_of_objectives", UP, POCKET),
    ("command.weight_distance_per_km", 0.0, 3.0, "km_to_goal", DOWN, {}),
    ("command.weight_jitter", 0.0, 4.0, "cells_ordered", UP, {}),
    ("command.weight_jitter", 0.0, 4.0, "cells_attacked", UP, {}),
    (
        "command.weight_contested",
        0.0,
        8.0,
        "cells_attacked",
        DOWN,
        {"command.weight_jitter": 4.0, "command.n_objectives": 2},
    ),
    ("command.pressure_radius_km", 1.0, 5.0, "pressed_cells", UP, {}),
    ("command.pressure_decay_days", 0.5, 10.0, "weight_change", DOWN, NEAR),
    ("command.pressure_decay_days", 0.5, 10.0, "pressure", UP, NEAR),
    ("command.pressure_floor", 0.1, 0.8, "least_weight", UP, NEAR),
    ("command.pressure_cap", 1.2, 4.0, "largest_weight", UP, NEAR),
    ("movement.speed_km_h.foot", 1.5, 6.0, "transit_h", DOWN, only("foot")),
    ("movement.speed_km_h.motorcycle", 3.0, 30.0, "transit_h", DOWN, only("motorcycle")),
    ("movement.speed_km_h.atv", 3.0, 30.0, "transit_h", DOWN, only("atv")),
    ("movement.speed_km_h.armour", 3.0, 30.0, "transit_h", DOWN, only("armour")),
    *(
        (f"movement.path_hazard_per_km.{by}", 0.0, 0.5, "attackers_mines", UP, only(by))
        for by in ("foot", "motorcycle", "atv", "armour")
    ),
    ("movement.bad_weather_speed_factor", 0.2, 1.0, "transit_h", DOWN, ALWAYS_BAD | only("foot")),
    ("detection.n_sensors", 1.0, 20.0, "calls_on_attacker", UP, {}),
    ("detection.sensor_speed_km_h", 10.0, 150.0, "calls_on_attacker", UP, {}),
    ("detection.sweep_width_km.foot", 0.05, 3.0, "calls_on_attacker", UP, only("foot")),
    ("detection.sweep_width_km.motorcycle", 0.05, 20.0, "calls_on_attacker", UP, only("motorcycle")),
    ("detection.sweep_width_km.atv", 0.05, 20.0, "calls_on_attacker", UP, only("atv")),
    ("detection.sweep_width_km.armour", 0.05, 20.0, "calls_on_attacker", UP, only("armour")),
    ("detection.sweep_width_waiting_km", 0.0, 0.5, "attackers_drone_waiting", UP, {}),
    ("detection.sweep_width_holding_km", 0.0, 2.0, "attackers_drone_holding", UP, STRONG_ATTACK),
    ("detection.track_loss_per_h.foot", 0.1, 20.0, "calls_on_attacker", DOWN, only("foot") | MANY_SENSORS),
    ("detection.track_loss_per_h.motorcycle", 0.1, 20.0, "calls_on_attacker", DOWN, only("motorcycle") | MANY_SENSORS),
    ("detection.track_loss_per_h.atv", 0.1, 20.0, "calls_on_attacker", DOWN, only("atv") | MANY_SENSORS),
    ("detection.track_loss_per_h.armour", 0.1, 20.0, "calls_on_attacker", DOWN, only("armour") | MANY_SENSORS),
    ("drone_strikes.calls_per_team_h", 1.0, 30.0, "calls_on_attacker", UP, {}),
    ("drone_strikes.garrison_call_per_soldier_h", 0.0, 0.1, "attackers_drone_garrison", UP, {}),
    ("drone_strikes.section_call_per_soldier_h", 0.0, 0.1, "defenders_drone_line", UP, {}),
    (
        "drone_strikes.burst_armour",
        1,
        8,
        "attackers_drones",
        UP,
        only("armour") | MANY_SENSORS | {"attacker.group_size": 8},
    ),
    ("drone_strikes.defender.n_crews", 1, 20, "attackers_drones", UP, {}),
    (
        "drone_strikes.defender.range_km",
        3.0,
        16.0,
        "attackers_drones",
        UP,
        {"drone_strikes.defender.set_back_km": 2.0, "drone_strikes.defender.n_crews": 20},
    ),
    (
        "drone_strikes.defender.set_back_km",
        2.0,
        5.8,
        "attackers_drones",
        DOWN,
        {"drone_strikes.defender.range_km": 6.0},
    ),
    ("drone_strikes.defender.service_h", 0.2, 6.0, "attacker_blocked", UP, {}),
    ("drone_strikes.defender.p_integration", 0.0, 1.0, "attacker_blocked", DOWN, {}),
    ("drone_strikes.defender.delay_h", 0.0, 3.0, "attackers_drone_transit", DOWN, MANY_SENSORS),
    ("drone_strikes.defender.p_jam", 0.0, 0.9, "attackers_drones", DOWN, {}),
    ("drone_strikes.defender.p_hit", 0.05, 0.9, "attackers_drones", UP, {}),
    ("drone_strikes.defender.burst", 1, 4, "attackers_drones", UP, {}),
    ("drone_strikes.defender.p_casualty", 0.1, 0.9, "attackers_drones", UP, {}),
    ("drone_strikes.attacker.n_crews", 0, 12, "defenders_drone_line", UP, {}),
    (
        "drone_strikes.attacker.range_km",
        2.0,
        16.0,
        "defenders_drone_line",
        UP,
        {"drone_strikes.attacker.set_back_km": 2.0},
    ),
    (
        "drone_strikes.attacker.set_back_km",
        2.0,
        5.99,
        "defenders_drone_line",
        DOWN,
        {"drone_strikes.attacker.range_km": 6.0},
    ),
    ("drone_strikes.attacker.service_h", 0.2, 6.0, "defender_blocked", UP, {}),
    ("drone_strikes.attacker.p_integration", 0.0, 1.0, "defender_blocked", DOWN, {}),
    ("drone_strikes.attacker.p_jam", 0.0, 0.9, "defenders_drone_line", DOWN, {}),
    ("drone_strikes.attacker.p_hit", 0.05, 0.9, "defenders_drone_line", UP, {}),
    ("drone_strikes.attacker.burst", 1, 4, "defenders_drone_line", UP, {}),
    ("drone_strikes.attacker.p_casualty", 0.02, 0.6, "defenders_drone_line", UP, {}),
    ("artillery.shells_per_day", 10.0, 300.0, "attackers_artillery", UP, MANY_SENSORS),
    ("artillery.shells_ratio", 0.0, 4.0, "defenders_artillery", UP, {}),
    (
        "artillery.shells_per_aim_point_h",
        0.5,
        60.0,
        "attackers_artillery",
        UP,
        MANY_SENSORS | {"artillery.shells_per_day": 600.0},
    ),
    ("artillery.lethal_area_km2", 1e-4, 5e-3, "attackers_artillery", UP, MANY_SENSORS),
    ("artillery.lethal_area_dug_in_km2", 1e-5, 1e-3, "defenders_artillery", UP, {}),
    ("artillery.area_per_aim_point_km2", 0.02, 0.4, "defenders_artillery", DOWN, {"artillery.shells_ratio": 8.0}),
    (
        "artillery.area_per_soldier_km2",
        0.0,
        0.2,
        "attackers_artillery",
        DOWN,
        MANY_SENSORS | {"artillery.shells_per_day": 300.0},
    ),
    (
        "artillery.p_own_observer",
        0.0,
        0.9,
        "attackers_artillery",
        UP,
        MANY_SENSORS | {"drone_strikes.defender.p_integration": 0.0, "artillery.shells_per_day": 300.0},
    ),
    ("artillery.share_on_objectives", 0.0, 1.0, "defenders_on_objectives", DOWN, ONLY_SHELLS),
    ("direct_fire.attacker_loss_per_defender_h", 0.02, 0.6, "attackers_direct_fire", UP, {}),
    ("direct_fire.defender_loss_per_attacker_h", 0.01, 0.4, "cells_won", UP, {}),
    ("direct_fire.assault_ratio", 0.2, 4.0, "assaults", DOWN, {}),
    ("direct_fire.wait_max_h", 3.0, 150.0, "assaults", DOWN, {"direct_fire.assault_ratio": 4.0}),
    ("direct_fire.breakpoint_attacker", 0.1, 0.9, "attackers_direct_fire", UP, {}),
    ("direct_fire.breakpoint_defender", 0.1, 0.9, "cells_won", DOWN, {}),
    ("cohesion.raid_fear", 0.0, 0.9, "mean_cohesion", DOWN, STRONG_ATTACK),
    ("cohesion.suppression_per_shell", 0.0, 0.05, "mean_cohesion", DOWN, {"artillery.shells_ratio": 20.0}),
    ("cohesion.floor", 0.0, 0.9, "mean_cohesion", UP, STRONG_ATTACK | {"cohesion.raid_fear": 1.0}),
    ("cohesion.recovery_h", 1.0, 200.0, "mean_cohesion", DOWN, STRONG_ATTACK | {"cohesion.raid_fear": 0.5}),
    ("cohesion.breakouts_per_day", 0.0, 24.0, "broke_out", UP, POCKET),
    ("cohesion.p_lost_breaking_out", 0.0, 1.0, "defenders_breakout", UP, POCKET | {"cohesion.breakouts_per_day": 6.0}),
    (
        "pockets.mop_up_h",
        6.0,
        300.0,
        "cells_mopped_up",
        DOWN,
        POCKET | {"cohesion.breakouts_per_day": 6.0},
    ),
    ("supply.throughput_factor", 0.2, 1.0, "supply_level", UP, SHORT_OF_SUPPLY),
    ("supply.p_line_closed", 0.0, 0.9, "supply_level", DOWN, {"supply.stock_days": 0.0}),
    ("supply.demand_t_per_soldier_day", 0.05, 0.5, "supply_level", DOWN, SHORT_OF_SUPPLY),
    ("supply.interdiction_max", 0.0, 1.0, "supply_level", DOWN, SHORT_OF_SUPPLY),
    ("supply.interdiction_reach_km", 1.0, 15.0, "supply_level", DOWN, {"supply.stock_days": 0.0}),
    ("supply.stock_days", 0.0, 5.0, "supply_level", UP, {"supply.interdiction_reach_km": 8.0}),
    (
        "supply.stock_days_max",
        0.0,
        8.0,
        "supply_level",
        UP,
        {"supply.interdiction_reach_km": 8.0, "supply.stock_days": 8.0},
    ),
    ("supply.refill_factor", 1.0, 3.0, "supply_level", UP, NO_STOCKS | cuts(4, 8)),
    ("supply.cuts[].from_day", 2, 6, "supply_level", UP, NO_STOCKS | cuts(2, 8)),
    ("supply.cuts[].until_day", 3, 7, "supply_level", DOWN, NO_STOCKS | cuts(2, 3)),
    ("lift.axis_per_km_day", 2.0, 24.0, "soldiers_sent_forward", UP, LIFT),
    ("lift.total_per_km_day", 2.0, 24.0, "soldiers_sent_forward", UP, LIFT),
    ("lift.groups_per_axis_day", 4.0, 60.0, "soldiers_sent_forward", UP, LIFT),
    ("lift.ready_days", 1.0, 30.0, "soldiers_sent_forward", DOWN, LIFT | {"lift.wear_km_per_assault": 0.1}),
    ("lift.wear_km_per_assault", 0.0, 0.5, "soldiers_sent_forward", DOWN, LIFT),
    ("lift.congestion_km", 0.0, 20.0, "attackers_drone_transit", UP, LIFT),
    ("lift.demand_t_per_attacker_day", 0.01, 0.3, "attackers_supply_level", DOWN, ATTACKERS_LINES),
    ("lift.demand_t_per_soldier_sent", 0.0, 0.5, "attackers_supply_level", DOWN, ATTACKERS_LINES),
    ("lift.demand_t_per_shell", 0.0, 0.3, "attackers_supply_level", DOWN, ATTACKERS_LINES),
    ("lift.lift_km", 2.0, 60.0, "attackers_supply_level", UP, ATTACKERS_LINES),
    ("control.hold_h", 6.0, 72.0, "cells_taken", DOWN, STRONG_ATTACK),
    ("control.hold_min", 1, 40, "cells_taken", DOWN, STRONG_ATTACK | {"defender.density_per_km": 3.0}),
    ("control.garrison_per_km", 5.0, 30.0, "attackers_drone_garrison", UP, {}),
    (
        "control.endurance_h",
        3.0,
        60.0,
        "cells_taken",
        UP,
        STRONG_ATTACK | only("motorcycle") | SOON_TIRED,
    ),
    ("control.rider_stay", 0.0, 1.0, "cells_taken", UP, STRONG_ATTACK | only("motorcycle")),
    ("control.flag_h", 1.0, 20.0, "flags_planted", DOWN, COUNTERATTACKED),
    ("control.counterattack_per_day", 0.0, 6.0, "counterattacks", UP, STRONG_ATTACK),
    ("control.garrison_counterattack_per_day", 0.0, 10.0, "cells_retaken", UP, WEAK_GARRISONS),
    ("control.counterattack_share", 0.1, 0.9, "attackers_counterattack", UP, COUNTERATTACKED),
]

# Quantities without a row above, and why.
_FOLLOWED = "shifts soldiers, or the strength of positions, from one sector to another: a case of the suite follows it"
NO_DIRECTION = {
    **{
        f"depth.{name}": _FOLLOWED
        for name in (
            "rotation_days",
            "flow_days",
            "share_by_length",
            "gap_weight",
            "move_prep_h",
            "dig_days",
            "dug0",
            "dug0_city",
            "build_days_per_line",
        )
    },
    **{
        f"depth.{name}": "without effect unless ground is given up by order: tests of depth follow it"
        for name in ("withdraw_h", "p_lost_withdraw", "unopposed_h_per_km", "withdraw_at_gaps")
    },
    "reserves.fresh_days": "older ground may be attacked, and who was sent counts as sent for longer",
    "ground.attacker_ground": "a trace, not a size",
    "ground.settlements[].x_km": "a place, not a size",
    "ground.settlements[].y_km": "a place, not a size",
    "ground.features[].path": "a course, not a size",
    "ground.belts[].path": "a course, not a size",
    "ground.axes[].path": "a course, not a size",
    "ground.symbolic_objectives[].path": "a course, not a size",
    "ground.lines_of_communication[].path": "a course, not a size",
    "drone_strikes.attacker.delay_h": "a line section does not move: a late drone still finds it, as is tested",
}

# Settings that are numbers, and no size of anything in the field.
NO_SIZE = {
    "command.doctrine_from[].day": "a date, from which another doctrine holds",
    "time.tick_h": "how finely time is cut",
    "resolution.team_size": "how finely the forces are cut",
    "ground.cell_km": "how finely the ground is cut",
    "ground.x_range_km": "the map's edges",
    "ground.y_range_km": "the map's edges",
}
