"""The cases at quick sampling and at other points, and whether full sampling detects an error.

Covers sim.validation.verification.case, sim.validation.verification.campaign_readings,
sim.validation.verification.cases.artillery, sim.validation.verification.cases.cohesion,
sim.validation.verification.cases.control, sim.validation.verification.cases.depth,
sim.validation.verification.cases.detection, sim.validation.verification.cases.forces,
sim.validation.verification.cases.direct_fire, sim.validation.verification.cases.drone_crews,
sim.validation.verification.cases.drone_hits, sim.validation.verification.cases.drone_reach,
sim.validation.verification.cases.grounds, sim.validation.verification.cases.holding,
sim.validation.verification.cases.lift,
sim.validation.verification.cases.movement_and_calendar, sim.validation.verification.cases.objectives,
sim.validation.verification.cases.orders, sim.validation.verification.cases.pockets,
sim.validation.verification.cases.reserves, sim.validation.verification.cases.riders_and_gaps,
sim.validation.verification.cases.strength_over_time,
sim.validation.verification.cases.supply_level, sim.validation.verification.cases.supply_network,
sim.validation.verification.cases.unit_attacks.
"""

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
from sim.validation.verification.cases import supply_network
from sim.validation.verification.suite import CASES, ERROR, N_COMPARISONS, check, choose, points_of

ALL = list(CASES.values())
RANDOM = [case for case in ALL if case.rate]
# Largest probability of missing a change of a rate by a tenth.
MISSED = 0.01


@functools.cache
def quick(name):
    return check([CASES[name]], is_quick=True)


def outside(rows):
    return [(row.point, row.quantity, row.expected, row.simulated, row.bound) for row in rows if not row.is_ok]


@pytest.mark.parametrize("name", CASES)
def test_the_model_agrees_with_theory(name):
    assert outside(quick(name)) == []


@pytest.mark.parametrize("case", ALL, ids=CASES)
def test_only_the_mechanisms_under_test_are_on(case):
    assert set(PHASES) - set(load(case.file).off) == set(case.mechanisms)


@pytest.mark.parametrize("case", RANDOM, ids=[case.name for case in RANDOM])
def test_full_sampling_detects_a_rate_that_is_a_tenth_higher(case):
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


# Values from the literature, or from RESEARCH: case, point, quantity, value to the digits given.
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
def test_the_suite_contains_the_listed_values(name, point, quantity, value, digits):
    case = CASES[name]
    ((_, scenario),) = [(p, s) for p, s in points_of(case, ()) if p == point]
    assert case.expected(scenario, point)[quantity].value == pytest.approx(value, abs=0.5001 * 10.0**-digits)


def random_points(seed):
    """Return cases at random points: name and options of --set."""
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
@pytest.mark.parametrize(("name", "changes"), random_points(1) + random_points(2))
def test_the_model_agrees_with_theory_at_random_points(name, changes):
    options = tuple(f"{path}={value}" for path, value in changes.items())
    assert outside(check([CASES[name]], options, is_quick=True)) == []


def test_setting_the_varied_value_leaves_one_point():
    (first, second) = check([CASES["aimed-fire"]], ("defender.density_per_km=3",), is_quick=True)
    assert (first.point, second.point) == ("3", "3")
    assert outside([first, second]) == []


def test_every_comparison_has_an_equal_share_of_the_family_error():
    rows = [row for name in CASES for row in quick(name)]
    assert len(rows) < N_COMPARISONS == len(rows) + 52
    assert pytest.approx(tolerance_bounds.FAMILY_ERROR) == ERROR * N_COMPARISONS


def test_a_case_is_chosen_by_its_name_or_its_scenario():
    assert [case.name for case in choose(["bridge"])] == ["bridge"]
    for name in ("square-law", "verification/square-law", "scenarios/verification/square-law.yaml"):
        assert [case.name for case in choose([name])] == ["aimed-fire", "aimed-fire-ticks"]
    assert choose([]) == ALL
    with pytest.raises(InputError, match="no such case or scenario of the suite; did you mean bridge"):
        choose(["brigde"])
