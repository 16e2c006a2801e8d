"""The suite's cases at quick sampling, at other points, and what makes their verdict worth something."""

import functools
import math

import numpy as np
import pytest
from scipy import stats

from sim.campaign.phases import PHASES
from sim.errors import InputError
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import set_values
from sim.scenario.reading.dotted_paths import get
from sim.validation.verification import tolerance_bounds
from sim.validation.verification.case import Exact, Mean, Probability, Ratio
from sim.validation.verification.cases import supply_network
from sim.validation.verification.suite import CASES, ERROR, N_COMPARISONS, Job, check, check_point, choose, points_of

ALL = list(CASES.values())
CHANCE = [case for case in ALL if case.rate]
# A change of a rate by a tenth must be missed less often than this.
MISSED = 0.01


@functools.cache
def quick(name):
    return check([CASES[name]], is_quick=True)


def outside(rows):
    return [(row.point, row.quantity, row.expected, row.simulated, row.bound) for row in rows if not row.is_ok]


@pytest.mark.parametrize("name", CASES)
def test_the_model_does_what_theory_says(name):
    assert outside(quick(name)) == []


@pytest.mark.parametrize("case", ALL, ids=CASES)
def test_only_the_mechanisms_under_test_are_on(case):
    assert set(PHASES) - set(load(case.file).off) == set(case.mechanisms)


@pytest.mark.parametrize("case", CHANCE, ids=[case.name for case in CHANCE])
def test_full_sampling_notices_a_rate_that_is_a_tenth_higher(case):
    rows = {(row.point, row.quantity): row for row in quick(case.name)}
    points = points_of(case, ())
    shown = list(dict.fromkeys(point for point, _ in rows))
    power = []
    for (point, scenario), text in zip(points, shown, strict=True):
        try:
            faulty = set_values(scenario, {case.rate: 1.1 * get(scenario, case.rate)}, case.name)
        except InputError:
            continue  # a probability above 1
        for quantity in case.quantities:
            row, moved = rows[text, quantity], case.expected(faulty, point)[quantity].value
            bound = row.bound * math.sqrt(case.quick / case.replications)
            standard_error = bound / stats.norm.isf(ERROR / 2.0)
            if standard_error > 0.0:
                power.append(stats.norm.cdf((abs(moved - row.expected) - bound) / standard_error))
    assert max(power) > 1.0 - MISSED


# What the literature, or RESEARCH, lists: case, point, quantity, value to the digits given.
LISTED = [
    ("aimed-fire", 10, "p_win", 0.5, 5),
    ("aimed-fire", 10, "survivors", 2.8576, 4),
    ("aimed-fire", 7, "p_win", 0.89524, 5),
    ("aimed-fire", 7, "survivors", 6.4, 4),
    ("area-fire", 7, "p_win", 0.772751, 6),
    ("area-fire", 7, "survivors", 3.5402, 4),
    ("mixed-fire", 40, "p_win", 0.88935, 5),
    ("three-to-one", 30, "p_win", 0.4699, 4),
    ("breakpoints", 30, "p_win", 0.2493, 4),
    ("square-law-over-time", 5, "attackers", 85.4584, 4),
    ("square-law-over-time", 5, "defenders", 46.9377, 4),
    ("reinforced", 5, "defenders", 81.6758, 4),
    ("reinforced", 5, "attackers", 67.3563, 4),
    ("crews-1", 0.01, "blocked", 0.5, 5),
    ("crews-2", 0.02, "blocked", 0.4, 5),
    ("crews-4", 0.02, "blocked", 0.095238, 6),
    ("crews-4", 0.04, "blocked", 0.31068, 5),
    ("shaken", 1, "p_win", 0.5, 5),
    ("burst-on-few", 4, "lost_per_call", 4 * 0.75 * 0.5 * 0.8188216, 6),
    ("supply-level", 24, "stock_days", 3.6, 6),
    ("breakouts", 24, "left", 1 - math.exp(-1), 6),
    ("bridge", 0.1, "connected", 0.97848, 5),
    ("routes", 0.1, "connected", 0.926559, 6),
    ("largest-flow", supply_network.cut(()), "flow_t", 9.0, 9),
    ("largest-flow", supply_network.cut(("rear-P", "P-K", "P-F")), "flow_t", 4.0, 9),
]


@pytest.mark.parametrize(("name", "point", "quantity", "value", "digits"), LISTED)
def test_the_suite_holds_the_listed_values(name, point, quantity, value, digits):
    case = CASES[name]
    ((_, scenario),) = [(p, s) for p, s in points_of(case, ()) if p == point]
    assert case.expected(scenario, point)[quantity].value == pytest.approx(value, abs=0.5001 * 10.0**-digits)


def anywhere(seed):
    """Return cases moved to points drawn at random: name and options of --set."""
    rng = np.random.default_rng(seed)

    def between(low, high):
        return round(float(rng.uniform(low, high)), 4)

    fire = {
        "direct_fire.attacker_loss_per_defender_h": between(0.05, 0.2),
        "direct_fire.defender_loss_per_attacker_h": between(0.05, 0.2),
    }
    return [
        (
            "aimed-fire",
            fire | {"ground.fortification.open": between(1, 3), "attacker.group_size": int(rng.integers(5, 20))},
        ),
        ("area-fire", fire | {"defender.density_per_km": int(rng.integers(3, 12))}),
        ("area-fire", {"direct_fire.attacker_fire": "aimed", "defender.density_per_km": int(rng.integers(10, 40))}),
        (
            "breakpoints",
            {
                "direct_fire.breakpoint_attacker": between(0.2, 0.9),
                "direct_fire.breakpoint_defender": between(0.2, 0.9),
            },
        ),
        (
            "square-law-over-time",
            fire
            | {
                "defender.density_per_km": 100,
                "direct_fire.defender_loss_per_attacker_h": 0.04,
                "direct_fire.attacker_loss_per_defender_h": 0.03,
            },
        ),
        ("reinforced", {"command.release_soldiers_per_day": int(rng.integers(500, 5000))}),
        ("search", {"detection.sensor_speed_km_h": between(10, 80), "ground.kill_zone_km": between(5, 20)}),
        ("search-on-the-move", {"attacker.forward_km": between(9, 15), "movement.speed_km_h.foot": between(2, 5)}),
        (
            "crews-4",
            {
                "drone_strikes.attacker.n_crews": int(rng.integers(1, 9)),
                "drone_strikes.attacker.service_h": between(0.5, 1.5),
            },
        ),
        (
            "kill-chain",
            {
                "drone_strikes.defender.p_jam": between(0, 0.5),
                "drone_strikes.defender.delay_h": between(0, 1),
                "drone_strikes.defender.burst": int(rng.integers(1, 5)),
            },
        ),
        ("interdiction", {"supply.interdiction_max": between(0, 1)}),
        ("shells-on-groups", {"artillery.area_per_soldier_km2": between(0, 0.003)}),
        ("hold", {"attacker.forward_km": between(0, 14), "time.tick_h": 3}),
        ("recovery", {"cohesion.recovery_h": between(5, 60), "cohesion.raid_fear": between(0, 1)}),
        ("arrival", {"movement.speed_km_h.foot": between(1, 6), "time.tick_h": 0.5}),
        ("fill", {"reinforcement.fill_time_h": between(5, 40), "defender.density_per_km": int(rng.integers(5, 40))}),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "changes"), anywhere(1) + anywhere(2))
def test_a_case_holds_at_other_points(name, changes):
    options = tuple(f"{path}={value}" for path, value in changes.items())
    assert outside(check([CASES[name]], options, is_quick=True)) == []


def test_the_varied_value_set_from_outside_leaves_one_point():
    (first, second) = check([CASES["aimed-fire"]], ("defender.density_per_km=3",), is_quick=True)
    assert (first.point, second.point) == ("3", "3")
    assert outside([first, second]) == []


def test_every_comparison_is_counted_once_for_the_familys_error():
    rows = [row for name in CASES for row in quick(name)]
    assert len(rows) < N_COMPARISONS == len(rows) + 52
    assert pytest.approx(tolerance_bounds.FAMILY_ERROR) == ERROR * N_COMPARISONS


def test_a_case_is_chosen_by_its_name_or_its_scenario():
    assert [case.name for case in choose(["bridge"])] == ["bridge"]
    for name in ("square-law", "verification/square-law", "scenarios/verification/square-law.yaml"):
        assert [case.name for case in choose([name])] == ["aimed-fire", "aimed-fire-ticks"]
    assert choose([]) == ALL
    with pytest.raises(InputError, match="there is no such case or scenario of the suite; did you mean bridge"):
        choose(["brigde"])


FOLLOWS_NOT = "theory takes it as it is and covers no other; it follows "
NOT_COVERED = [
    ("aimed-fire", "attacker.forward_groups=49", "attacker.forward_groups must be a multiple of the 50"),
    ("aimed-fire", "attacker.forward_groups=0", "attacker.forward_groups must be above 0"),
    ("aimed-fire", "direct_fire.assault_ratio=5", f"direct_fire.assault_ratio: {FOLLOWS_NOT}"),
    ("aimed-fire", "direct_fire.attacker_loss_per_defender_h=0", "direct_fire.attacker_loss_per_defender_h must be ab"),
    ("aimed-fire", "ground.cell_km=0.5", f"ground.cell_km: {FOLLOWS_NOT}"),
    ("aimed-fire", "off=[]", f"off: {FOLLOWS_NOT}"),
    ("aimed-fire", "time.horizon_days=1", "a fight is still on at the horizon"),
    ("square-law-over-time", "direct_fire.attacker_loss_per_defender_h=0.3", "a side may be gone by hour 5"),
    ("square-law-over-time", "defender.density_per_km=0", "a side may be gone by hour 1"),
    ("reinforced", "command.release_soldiers_per_day=100000", "command.release_soldiers_per_day must be what the pool"),
    ("reinforced", "command.release=share_of_pool", f"command.release: {FOLLOWS_NOT}"),
    ("fill", "reinforcement.rest_h=1", f"reinforcement.rest_h: {FOLLOWS_NOT}"),
    ("shells-on-groups", "attacker.forward_groups=0", "attacker.forward_groups must be above 0"),
    ("shells-on-groups", "attacker.troops=20000", f"attacker.troops: {FOLLOWS_NOT}"),
    ("shells-on-groups", "detection.n_sensors=1", f"detection.n_sensors: {FOLLOWS_NOT}"),
    ("shells-supplied", "supply.stock_days=1", f"supply.stock_days: {FOLLOWS_NOT}"),
    ("shells-on-sections", "command.n_objectives=0", "command.n_objectives must be above 0 and below"),
    ("shells-on-sections", "command.n_objectives=50", "command.n_objectives must be above 0 and below"),
    ("search", "detection.track_loss_per_h.foot=2", f"detection.track_loss_per_h.foot: {FOLLOWS_NOT}"),
    ("search", "attacker.mobility_share.motorcycle=0.5", "attacker.mobility_share must be of one class alone"),
    ("search", "attacker.forward_km=3", f"attacker.forward_km: {FOLLOWS_NOT}"),
    ("search-on-the-move", "movement.speed_km_h.foot=0", "movement.speed_km_h must be above 0"),
    ("search-in-bad-weather", "calendar.p_good_weather=0.5", "calendar.p_good_weather must be 0 or 1"),
    ("crews-4", "drone_strikes.attacker.p_integration=0.5", "drone_strikes.attacker.p_integration must be 0 or 1"),
    ("crews-4", "drone_strikes.attacker.p_hit=0.5", f"drone_strikes.attacker.p_hit: {FOLLOWS_NOT}"),
    ("crews-4", "drone_strikes.attacker.range_km=5", f"drone_strikes.attacker.range_km: {FOLLOWS_NOT}"),
    ("crews-4", "defender.density_per_km=0", "the rate of calls must be above 0"),
    ("crews-4", "drone_strikes.attacker.service_h=100", "time.horizon_days must be more than 2000 h of warm-up"),
    ("crews-apart", "drone_strikes.attacker.n_crews=0", "drone_strikes.attacker.n_crews must be above 0"),
    (
        "crews-on-groups",
        "drone_strikes.defender.p_integration=0",
        f"drone_strikes.defender.p_integration: {FOLLOWS_NOT}",
    ),
    ("crews-short-of-supply", "supply.demand_t_per_soldier_day=10", "the supply level must be at least 0.1"),
    ("kill-chain", "drone_strikes.defender.n_crews=1", "calls were blocked"),
    ("kill-chain", "drone_strikes.defender.n_crews=0", "drone_strikes.defender.n_crews must be above 0"),
    ("kill-chain", "drone_strikes.calls_per_team_h=1", "attacker.group_size must be so large that no group melts"),
    ("kill-chain", "drone_strikes.calls_per_team_h=0", "drone_strikes.calls_per_team_h must be above 0"),
    (
        "hits-on-sections",
        "drone_strikes.attacker.p_integration=0",
        f"drone_strikes.attacker.p_integration: {FOLLOWS_NOT}",
    ),
    ("hits-on-sections", "defender.density_per_km=0", "the rate of calls must be above 0"),
    ("hits-on-sections", "drone_strikes.section_call_per_soldier_h=1", "drone_strikes.section_call_per_soldier_h must"),
    ("burst-on-few", "drone_strikes.defender.burst=3", "attacker.group_size must be so large that no group melts"),
    ("largest-flow", "supply.p_line_closed=0.1", f"supply.p_line_closed: {FOLLOWS_NOT}"),
    ("bridge", "supply.interdiction_max=1", f"supply.interdiction_max: {FOLLOWS_NOT}"),
    ("supply-level", "defender.density_per_km=0", "defender.density_per_km must be above 0"),
    ("arrival", "attacker.forward_km=200", "a group is still on its way at the horizon"),
    ("arrival", "attacker.forward_km=0", "attacker.forward_km must be above 0"),
    ("arrival", "movement.speed_km_h.foot=0", "movement.speed_km_h must be above 0"),
    ("arrival", "calendar.p_good_weather=0.5", "calendar.p_good_weather must be 0 or 1"),
    ("return", "attacker.diversion.share_free_for_pokrovsk=0", "the diverted who return must be above 0"),
    ("return", "attacker.diversion.return_day=3", "attacker.diversion.return_day must be before the horizon"),
    ("return", "calendar.ceasefire_day=1", f"calendar.ceasefire_day: {FOLLOWS_NOT}"),
    ("weather", "calendar.bad_weather_factor=1", "calendar.bad_weather_factor must be below 1"),
    ("recovery", "time.tick_h=4", "no tick ends at hour 1"),
    ("suppression", "cohesion.raid_fear=1", f"cohesion.raid_fear: {FOLLOWS_NOT}"),
    ("hold", "control.hold_min=100", "control.hold_min must be no more than attacker.group_size"),
    ("hold", "control.hold_h=100", "time.horizon_days must be"),
    ("hold", "defender.density_per_km=5", f"defender.density_per_km: {FOLLOWS_NOT}"),
    ("hold", "movement.speed_km_h.foot=0", "movement.speed_km_h must be above 0"),
    ("counterattack", "control.hold_h=2", "control.hold_h must be above 24"),
    ("counterattack", "control.counterattack_share=0", "control.counterattack_share must be so large"),
    ("counterattack", "attacker.forward_groups=50", "attacker.forward_groups must be one for three cells at most"),
    ("retaking", "control.garrison_per_km=0", "control.garrison_per_km must be above 0"),
    ("breakouts", "defender.density_per_km=0", "defender.density_per_km must be above 0"),
    ("breakouts", "cohesion.breakouts_per_day=0", "cohesion.breakouts_per_day must be above 0"),
]


@pytest.mark.parametrize(("name", "option", "says"), NOT_COVERED)
def test_a_point_that_theory_does_not_cover_is_refused(name, option, says):
    with pytest.raises(InputError) as caught:
        check([CASES[name]], (option,), is_quick=True)
    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith(f"{name}: {says}")


def test_every_case_has_a_point_that_it_refuses():
    for case in ALL:
        with pytest.raises(InputError, match="theory takes it as it is"):
            points_of(case, ("command.weight_jitter=0.25",))


def test_a_scenario_that_does_not_hold_together_is_refused_where_it_is_written():
    with pytest.raises(InputError) as caught:
        check([CASES["shells-on-groups"]], ("resolution.team_size=3",), is_quick=True)
    assert caught.value.lines[0].startswith("scenarios/verification/bench.yaml:42:24: attacker.group_size: must be")


def leaves(values, path):
    if isinstance(values, dict):
        return [leaf for key, value in values.items() for leaf in leaves(value, f"{path}.{key}")]
    return [(path, values)] if isinstance(values, int | float) else []


def moved_one_by_one(case):
    """Yield options that move each number that a case's formula follows, down, up and to 0."""
    values = load(case.file).model_dump()
    for followed in case.follows:
        section = values
        for name in followed.split("."):
            section = section[name]
        for path, value in leaves(section, followed):
            for moved in dict.fromkeys((0.7 * value, 1.5 * value, 0.0)):
                if moved != value and path != case.path:
                    yield f"{path}={round(moved) if isinstance(value, int) else moved}"


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL, ids=CASES)
def test_each_value_that_a_formula_follows_is_met_or_refused(case):
    found, n_met = [], 0
    for option in moved_one_by_one(case):
        try:
            rows = check_point(Job(case.name, len(case.points) // 2, (option,), 1, True))[1]
        except InputError:
            continue
        n_met += 1
        found += [(option, *row) for row in outside(rows)]
    assert found == []
    assert n_met or not case.follows


def test_bounds_are_those_of_the_sampling_error():
    n, error = 10_000, 1e-4
    z = stats.norm.isf(error / 2.0)
    trials = np.zeros(n)
    assert tolerance_bounds.judge(Probability(0.3), trials, error).bound == pytest.approx(
        z * math.sqrt(0.21 / n), rel=0.02
    )
    assert tolerance_bounds.judge(Mean(5.0, 2.0), trials, error).bound == pytest.approx(z * 2.0 / 100.0)
    sample = np.random.default_rng(1).normal(5.0, 3.0, n)
    assert tolerance_bounds.judge(Mean(5.0), sample, error).bound == pytest.approx(z * 3.0 / 100.0, rel=0.03)
    assert tolerance_bounds.judge(Exact(1.0, 1e-9), np.array([1.0, 1.5, 0.9]), error) == tolerance_bounds.Judgement(
        1.5, 3, 1e-9
    )
    assert tolerance_bounds.judge(Probability(0.0), trials, error).bound == 0.0


def test_a_ratio_of_totals_fails_by_chance_as_often_as_it_is_said_to():
    rng, error, found = np.random.default_rng(2), 0.05, []
    for _ in range(2000):
        whole = rng.poisson(200.0, 20)
        judged = tolerance_bounds.judge(
            Ratio(0.3), np.column_stack([rng.binomial(whole, 0.3), whole]).astype(float), error
        )
        found.append(abs(judged.simulated - 0.3) > judged.bound)
    assert abs(np.mean(found) - error) < stats.norm.isf(1e-4) * math.sqrt(error * (1.0 - error) / 2000)
