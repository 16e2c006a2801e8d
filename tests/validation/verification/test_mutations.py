"""Each case of the suite can fail: it does when a fault is put into the mechanism that it verifies."""

import pytest

from sim.campaign.phases import PHASES
from sim.validation.verification.suite import CASES, Job, check_point, points_of
from sim.validation.verification.wrong_values import FOLLOWED
from tests.support.mutants import mutate

pytestmark = [pytest.mark.slow, pytest.mark.verify]

FIRE, DRONES, STRIKES = "mechanisms/direct_fire", "mechanisms/detection", "mechanisms/drone_strikes"
DUEL, SERVICE = "mechanisms/shared/duel", "mechanisms/shared/drone_sorties"
CREWS = ("crews-1", "crews-2", "crews-4", "crews-apart", "crews-on-groups")

# Fault, module, text replaced, text put in its place, mechanisms that run with it, cases that must fail.
MUTATIONS = [
    (
        "attackers hit a tenth more often",
        FIRE,
        "values.defender_loss_per_attacker_h / cells.fortification[cell]",
        "1.1 * values.defender_loss_per_attacker_h / cells.fortification[cell]",
        ["direct_fire"],
        [
            "aimed-fire",
            "aimed-fire-ticks",
            "area-fire",
            "mixed-fire",
            "square-law-over-time",
            "three-to-one",
            "breakpoints",
            "reinforced",
        ],
    ),
    (
        "fortification is dropped",
        FIRE,
        "values.defender_loss_per_attacker_h / cells.fortification[cell]",
        "values.defender_loss_per_attacker_h",
        ["direct_fire"],
        ["fortification", "three-to-one", "breakpoints"],
    ),
    (
        "breakpoints are inverted",
        FIRE,
        "(1.0 - values.breakpoint_attacker) * cells",
        "values.breakpoint_attacker * cells",
        ["direct_fire"],
        ["breakpoints", "aimed-fire"],
    ),
    (
        "sides are swapped",
        DUEL,
        "rate_x = rules.x_loss_rate * y *",
        "rate_x = rules.x_loss_rate * x *",
        ["direct_fire"],
        ["aimed-fire", "fortification", "mixed-fire", "square-law-over-time"],
    ),
    (
        "area fire does not depend on its targets",
        DUEL,
        "* x * (y if rules.is_area_on_y else 1)",
        "* x",
        ["direct_fire"],
        ["area-fire", "mixed-fire"],
    ),
    (
        "a tenth more is released",
        "mechanisms/command",
        "per_day * tick.dt_h / H_PER_DAY",
        "1.1 * per_day * tick.dt_h / H_PER_DAY",
        ["command"],
        ["reinforced"],
    ),
    (
        "the lethal area of shells is a tenth larger",
        "mechanisms/artillery",
        "values.lethal_area_km2 / area_km2",
        "1.1 * values.lethal_area_km2 / area_km2",
        ["artillery"],
        ["shells-on-groups", "shells-shared"],
    ),
    (
        "the area of fire does not grow with the group",
        "mechanisms/artillery",
        "values.area_per_aim_point_km2 + values.area_per_soldier_km2 * values.group_size",
        "values.area_per_aim_point_km2",
        ["artillery"],
        ["shells-on-groups"],
    ),
    (
        "guns fire without a limit per aim point",
        "mechanisms/artillery",
        "min(guns.most_per_aim_point_h, guns.shells / aim_point_h)",
        "(guns.shells / aim_point_h)",
        ["artillery"],
        ["shells-shared"],
    ),
    (
        "the guns know of every group",
        "mechanisms/artillery",
        "values.p_integration + (1.0 - values.p_integration) * values.p_own_observer",
        "values.p_integration + (1.0 - values.p_integration)",
        ["artillery"],
        ["shells-by-integration"],
    ),
    (
        "fortification does not protect from shells",
        "mechanisms/artillery",
        "-hazard / cells.fortification[cell]",
        "-hazard",
        ["artillery"],
        ["shells-on-sections"],
    ),
    (
        "search is a tenth faster",
        DRONES,
        "values.n_sensors * values.sensor_speed_km_h",
        "1.1 * values.n_sensors * values.sensor_speed_km_h",
        ["detection"],
        ["search", "search-by-size", "search-on-the-move"],
    ),
    (
        "signature is proportional to the size, not to its square root",
        DRONES,
        "math.sqrt(size / 4.0)",
        "(size / 4.0)",
        ["detection"],
        ["search-by-size"],
    ),
    (
        "the kill zone is entered too late",
        "mechanisms/movement",
        "(left - kill_zone_km) / v",
        "(left + kill_zone_km) / v",
        ["movement"],
        ["search-on-the-move"],
    ),
    (
        "service takes a tenth longer",
        STRIKES,
        "force.service_h / weather",
        "1.1 * force.service_h / weather",
        ["drone_strikes"],
        CREWS,
    ),
    (
        "integration is always complete",
        STRIKES,
        "p_integration=force.p_integration",
        "p_integration=1.0",
        ["drone_strikes"],
        ["crews-apart"],
    ),
    (
        "jamming raises the hit probability",
        STRIKES,
        "(1.0 - force.p_jam) * force.p_hit",
        "(1.0 + force.p_jam) * force.p_hit",
        ["drone_strikes"],
        ["kill-chain"],
    ),
    (
        "tracks are never lost",
        STRIKES,
        "np.exp(-values.track_loss_per_h * force.delay_h)",
        "np.exp(0.0 * values.track_loss_per_h)",
        ["drone_strikes"],
        ["kill-chain"],
    ),
    (
        "a hit causes a tenth more losses",
        STRIKES,
        "p_casualty=force.p_casualty",
        "p_casualty=1.1 * force.p_casualty",
        ["drone_strikes"],
        ["kill-chain", "hits-on-sections"],
    ),
    (
        "a line is cut only if every cut names it",
        "mechanisms/supply",
        "any(cut.closes",
        "all(cut.closes",
        ["supply"],
        ["largest-flow"],
    ),
    (
        "interdiction reaches a tenth further",
        "mechanisms/supply",
        "nearest_km / interdiction_reach_km",
        "nearest_km / (1.1 * interdiction_reach_km)",
        ["supply"],
        ["interdiction"],
    ),
    (
        "roads are one-way",
        "mechanisms/supply",
        "[end not in ground.axis_names for end in ends]",
        "[False for _ in ends]",
        ["supply"],
        ["bridge"],
    ),
    (
        "lines are closed a tenth more often",
        "mechanisms/supply",
        "u < self._values.p_line_closed",
        "u < 1.1 * self._values.p_line_closed",
        ["supply"],
        ["bridge", "routes"],
    ),
    (
        "sections fill a tenth faster",
        "mechanisms/reinforcement",
        "-tick.dt_h / p.fill_time_h",
        "-1.1 * tick.dt_h / p.fill_time_h",
        ["reinforcement"],
        ["fill"],
    ),
    (
        "a day has 23 hours",
        "mechanisms/reinforcement",
        "days = tick.dt_h / H_PER_DAY",
        "days = tick.dt_h / 23.0",
        ["reinforcement"],
        ["replacements"],
    ),
    (
        "bad weather does not slow movement",
        "mechanisms/movement",
        "speed_km_h[mobility[row]] * weather",
        "speed_km_h[mobility[row]]",
        ["movement"],
        ["arrival"],
    ),
    (
        "the diverted return late",
        "mechanisms/calendar",
        "values.return_day * H_PER_DAY",
        "1.1 * values.return_day * H_PER_DAY",
        ["calendar"],
        ["return"],
    ),
    (
        "good and bad weather are swapped",
        "mechanisms/calendar",
        "0, 0) < self._values.p_good_weather",
        "0, 0) > self._values.p_good_weather",
        ["calendar"],
        ["weather"],
    ),
    (
        "raids raise cohesion",
        "mechanisms/cohesion",
        "max(values.floor, cells.cohesion[cell] - fear)",
        "max(values.floor, cells.cohesion[cell] + fear)",
        ["cohesion"],
        ["fear", "recovery"],
    ),
    (
        "recovery is a tenth faster",
        "mechanisms/cohesion",
        "-tick.dt_h / p.recovery_h",
        "-1.1 * tick.dt_h / p.recovery_h",
        ["cohesion"],
        ["recovery"],
    ),
    (
        "ground must be held a tenth longer",
        "mechanisms/control",
        "self._values = values",
        "self._values = values._replace(hold_h=1.1 * values.hold_h)",
        ["control"],
        ["hold"],
    ),
    (
        "counter-attacks are a tenth more frequent",
        "mechanisms/control",
        "values.counterattack_per_day if",
        "1.1 * values.counterattack_per_day if",
        ["control"],
        ["counterattack"],
    ),
    (
        "shells lower cohesion by a tenth more",
        "mechanisms/cohesion",
        "suppression = p.suppression_per_shell",
        "suppression = 1.1 * p.suppression_per_shell",
        ["cohesion"],
        ["suppression"],
    ),
    (
        "breakouts are a tenth more frequent",
        "mechanisms/cohesion",
        "p.breakouts_per_day / H_PER_DAY",
        "1.1 * p.breakouts_per_day / H_PER_DAY",
        ["cohesion"],
        ["breakouts"],
    ),
    (
        "breaking out costs a tenth more",
        "mechanisms/cohesion",
        "n, p_lost)",
        "n, 1.1 * p_lost)",
        ["cohesion"],
        ["breakouts"],
    ),
    (
        "cohesion does not scale fire",
        FIRE,
        "values.attacker_loss_per_defender_h * cells.cohesion[cell]",
        "values.attacker_loss_per_defender_h",
        ["direct_fire"],
        ["shaken"],
    ),
    (
        "taken ground is counter-attacked a tenth more often",
        "mechanisms/control",
        "else values.garrison_counterattack_per_day",
        "else 1.1 * values.garrison_counterattack_per_day",
        ["control"],
        ["retaking"],
    ),
    (
        "cover does not protect from shells",
        "mechanisms/artillery",
        "-hazard * cover *",
        "-hazard *",
        ["artillery"],
        ["shells-in-woods"],
    ),
    (
        "cover does not protect from drones",
        SERVICE,
        "sortie.p_casualty * cells.terrain_cover[cells.terrain[cell]]",
        "sortie.p_casualty",
        ["drone_strikes"],
        ["hits-in-woods"],
    ),
    (
        "terrain does not hide groups",
        DRONES,
        " * cells.terrain_signature[cells.terrain[cell]]",
        "",
        ["detection"],
        ["search-in-woods"],
    ),
    (
        "bad weather does not slow search",
        DRONES,
        " * weather_factor[0]",
        "",
        ["detection"],
        ["search-in-bad-weather"],
    ),
    (
        "bad weather does not slow drone crews",
        STRIKES,
        "service_h=force.service_h / weather",
        "service_h=force.service_h",
        ["drone_strikes"],
        ["crews-in-bad-weather", "crews-on-sections-in-bad-weather"],
    ),
    (
        "bad weather does not hide sections",
        STRIKES,
        "self._values.section_call_per_soldier_h * ground.weather_factor[0]",
        "self._values.section_call_per_soldier_h",
        ["drone_strikes"],
        ["crews-on-sections-in-bad-weather"],
    ),
    (
        "drone crews are not slowed by low supply",
        SERVICE,
        "sortie.supply_level[cells.axis[crews.cell[crew]]] if sortie.side == DEFENDER else 1.0",
        "1.0",
        ["drone_strikes"],
        ["crews-short-of-supply"],
    ),
    (
        "shells do not depend on supply",
        "mechanisms/artillery",
        "shells * supply_level",
        "shells",
        ["artillery"],
        ["shells-supplied"],
    ),
    (
        "half of the stock is used in a day",
        "mechanisms/supply",
        "state.stock_t[DEFENDER] / 3.0",
        "state.stock_t[DEFENDER] / 2.0",
        ["supply"],
        ["supply-level"],
    ),
    (
        "a tenth of the supply used stays in stock",
        "mechanisms/supply",
        "self._received_t - self._demand_t * state.supply_level",
        "self._received_t - 0.9 * self._demand_t * state.supply_level",
        ["supply"],
        ["supply-level"],
    ),
    (
        "a hit reaches one soldier fewer",
        SERVICE,
        "soldiers_of(i, j, rows), reach)",
        "soldiers_of(i, j, rows), max(1, reach - 1))",
        ["drone_strikes"],
        ["burst", "kill-chain"],
    ),
    (
        "no crew is looked for in the minutes after a blocked request",
        SERVICE,
        "if hour < all_busy_until_h:",
        "if hour < all_busy_until_h + 0.1:",
        ["drone_strikes"],
        CREWS,
    ),
    (
        "a hit on armour reaches as many as on foot",
        SERVICE,
        "sortie.burst_armour if rows.mobility",
        "sortie.burst if rows.mobility",
        ["drone_strikes"],
        ["burst-armour"],
    ),
    (
        "a hit reaches one row of a group",
        SERVICE,
        "min(soldiers_of(i, j, rows), reach)",
        "min(soldiers_of(i, i + 1, rows), reach)",
        ["drone_strikes"],
        ["burst-on-few"],
    ),
]


def fails(name):
    """Return whether a case fails at full sampling, up to the first point that does."""
    n = len(points_of(CASES[name], ()))
    # The middle of a sweep detects most faults.
    order = sorted(range(n), key=lambda i: abs(i - n // 2))
    return any(not row.is_ok for i in order for row in check_point(Job(name, i, (), 1, False))[1])


@pytest.mark.parametrize(("fault", "module", "old", "new", "phases", "cases"), MUTATIONS, ids=[m[0] for m in MUTATIONS])
def test_a_fault_is_detected(fault, module, old, new, phases, cases, monkeypatch, tmp_path):
    mutate(monkeypatch, tmp_path, module, old, new, phases)
    assert [name for name in cases if not fails(name)] == [], fault


def test_every_case_is_made_to_fail():
    """A case that no fault of this list reaches fails for a wrong value: see test_wrong_values."""
    assert {name for mutation in MUTATIONS for name in mutation[5]} | set(FOLLOWED) == set(CASES)


def test_every_mechanism_has_a_fault():
    assert {phase for mutation in MUTATIONS for phase in mutation[4]} == set(PHASES)
