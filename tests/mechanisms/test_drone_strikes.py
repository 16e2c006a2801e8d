"""Drone strikes are a loss system (Erlang) with a chain of binomial hits behind it."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.drone_strikes import DroneStrikes, DroneStrikesValues, ForceValues
from sim.world.integer_codes import (
    BLOCKED_ON_ATTACKER,
    BLOCKED_ON_DEFENDER,
    CALLS_ON_ATTACKER,
    CALLS_ON_DEFENDER,
    CAUSES,
)
from sim.world.map_values import TERRAINS
from tests.support.bench import Bench, all_of, ground_of

# Chance that a correct model fails one test; seeds are fixed.
ALPHA = 1e-3
BOUND = stats.norm.isf(ALPHA / 2)

FORCE = ForceValues(
    range_km=16.0,
    set_back_km=4.0,
    service_h=1.0,
    p_integration=0.8,
    delay_h=0.15,
    p_jam=0.25,
    p_hit=0.35,
    burst=2,
    p_casualty=0.65,
)
HARMLESS = FORCE._replace(p_hit=0.0)
VALUES = DroneStrikesValues(
    defender=FORCE,
    attacker=FORCE._replace(service_h=1.2, p_integration=0.6, p_casualty=0.12),
    calls_per_team_h=8.0,
    garrison_call_per_soldier_h=0.012,
    section_call_per_soldier_h=0.03,
    burst_armour=6,
    track_loss_per_h=np.array([1.0, 3.0, 3.0, 0.5]),
)
BESIDE = 3.5, 0.5


def bench_of(n_crews, defender=HARMLESS, crews_at=BESIDE, ground=None, team_size=4, **values):
    """Return a bench with crews of the attacker and the defender, all at one place."""
    values = VALUES._replace(defender=defender, **values)
    bench = Bench(DroneStrikes(values), ground, n_crews=n_crews, team_size=team_size)
    bench.state.crew_cell[:] = bench.cell(*crews_at)
    return bench


def erlang_b(load, servers):
    """Return the blocking probability of Erlang's loss system."""
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def bench_with(n_crews, defender=HARMLESS, n_soldiers=4, **values):
    """Return a bench with one group of four beside all crews of the defender; the attacker has none."""
    bench = bench_of((0, n_crews), defender, **values)
    bench.put("wait", *BESIDE, n_soldiers=n_soldiers)
    return bench


def blocking(bench, n_runs=30, n_ticks=40, dt=24.0):
    """Return the share of requests blocked, mean and standard error over runs that begin with all crews free."""
    count, shares = bench.state.count, []
    for seed in range(n_runs):
        count[:] = 0
        bench.state.crew_free_at_h[:] = 0.0
        for tick in range(n_ticks):
            bench.state.n_tracks[0] = 0
            bench.track((0.0, dt))
            bench.act(tick * dt, dt, seed=seed)
        shares.append(count[BLOCKED_ON_ATTACKER] / count[CALLS_ON_ATTACKER])
    return np.mean(shares), np.std(shares, ddof=1) / math.sqrt(n_runs)


def test_the_recursion_gives_the_published_values():
    cases = ((1, 1, 0.5), (2, 2, 0.4), (2, 4, 0.095238), (4, 4, 0.310680))
    assert [erlang_b(a, c) for a, c, _ in cases] == pytest.approx([b for _, _, b in cases], abs=1e-6)


@pytest.mark.parametrize(("load", "servers"), [(1, 1), (2, 2), (2, 4), (4, 4)])
def test_with_full_integration_requests_are_blocked_as_in_erlangs_system(load, servers):
    bench = bench_with(servers, HARMLESS._replace(p_integration=1.0), calls_per_team_h=float(load))
    mean, error = blocking(bench)
    assert error < 0.01
    assert abs(mean - erlang_b(load, servers)) <= BOUND * error


def test_without_integration_only_the_crew_that_sees_the_target_shoots():
    bench = bench_with(4, HARMLESS._replace(p_integration=0.0), calls_per_team_h=2.0)
    owner = int(np.flatnonzero(bench.state.crew_side == 1)[2])
    bench.state.owner_crew[bench.state.active[0]] = owner
    mean, error = blocking(bench)
    assert abs(mean - erlang_b(2.0, 1)) <= BOUND * error
    assert bench.state.crew_free_at_h[owner] > 0.0
    assert np.sum(bench.state.crew_free_at_h > 0.0) == 1


def test_without_integration_requests_on_a_garrison_go_to_single_servers_at_random():
    bench = bench_of((0, 4), HARMLESS._replace(p_integration=0.0), garrison_call_per_soldier_h=0.5)
    bench.put("garrison", 3.5, -0.5, timer_h=-1.0)
    shares = []
    for seed in range(30):
        bench.state.count[:], bench.state.crew_free_at_h[:], bench.state.timer_h[bench.state.active[0]] = 0, 0.0, -1.0
        for tick in range(40):
            bench.act(tick * 24.0, 24.0, seed=seed)
        shares.append(bench.state.count[BLOCKED_ON_ATTACKER] / bench.state.count[CALLS_ON_ATTACKER])
    error = np.std(shares, ddof=1) / math.sqrt(30)
    # Each of four crews gets a quarter of 2 requests per hour: a load of one half on a single server.
    assert abs(np.mean(shares) - erlang_b(0.5, 1)) <= BOUND * error


def test_requests_on_a_team_are_poisson_in_proportion_to_its_soldiers():
    for n_soldiers in (4, 2):
        bench = bench_with(1, n_soldiers=n_soldiers, calls_per_team_h=8.0)
        bench.track((0.0, 3.0), (5.0, 10.0))
        counts = []
        for seed in range(400):
            bench.state.count[:] = 0
            bench.act(0.0, 24.0, seed=seed)
            counts.append(bench.state.count[CALLS_ON_ATTACKER])
        mean = 8.0 * n_soldiers / 4 * 8.0
        assert abs(np.mean(counts) - mean) <= BOUND * math.sqrt(mean / 400)
        # The variance of a Poisson number is its mean; that of n sample variances spreads by sqrt(2 / n).
        assert abs(np.var(counts, ddof=1) / mean - 1.0) <= BOUND * math.sqrt(2 / 400)


@pytest.mark.parametrize("dt", [1.0, 24.0])
def test_requests_on_garrisons_do_not_depend_on_the_length_of_the_tick(dt):
    n_runs, counts = 200, []
    bench = bench_of((0, 1), garrison_call_per_soldier_h=0.2)
    bench.put("garrison", 3.5, -0.5)
    for seed in range(1000, 1000 + n_runs):
        bench.state.timer_h[bench.state.active[0]] = -1.0
        bench.state.count[:] = 0
        for tick in range(round(120 / dt)):
            bench.act(tick * dt, dt, seed=seed)
        counts.append(bench.state.count[CALLS_ON_ATTACKER])
    mean = 120 * 0.2 * 4
    assert abs(np.mean(counts) - mean) <= BOUND * math.sqrt(mean / n_runs)


UNLIMITED = FORCE._replace(service_h=0.01, p_integration=1.0, p_hit=0.4, burst=3, p_casualty=0.6, delay_h=0.2)
LATE = math.exp(-VALUES.track_loss_per_h[0] * 0.2)


def bench_without_limit(n_crews=600, state="wait", ground=None):
    """Return a bench with one team of a hundred beside the defender's crews, on which nothing is scarce."""
    bench = bench_of((0, n_crews), UNLIMITED, ground=ground, team_size=100, calls_per_team_h=1.0)
    bench.put(state, *BESIDE, n_soldiers=100)
    return bench


def losses_per_request(bench, cause, dt=1.0, n_ticks=300):
    """Return losses per request and the number of requests on a group restored to strength before each tick."""
    row = bench.state.active[0]
    size = int(bench.state.n_soldiers[row])
    for tick in range(n_ticks):
        bench.state.n_soldiers[row] = size
        bench.state.n_tracks[0] = 0
        bench.track((0.0, dt))
        bench.act(tick * dt, dt)
    n_requests = int(bench.state.count[CALLS_ON_ATTACKER])
    assert bench.state.count[BLOCKED_ON_ATTACKER] == 0
    assert bench.state.losses[0].sum() == bench.state.losses[0, CAUSES.index(cause)]
    return bench.state.losses[0].sum() / n_requests, n_requests


@pytest.mark.parametrize(("state", "cause"), [("wait", "drone_waiting"), ("hold", "drone_holding")])
def test_with_crews_in_plenty_losses_are_a_binomial_chain(state, cause):
    mean, n_requests = losses_per_request(bench_without_limit(state=state), cause)
    p_hit = 0.75 * 0.4 * LATE
    expected = p_hit * 3 * 0.6
    variance = p_hit * (3 * 0.6 * 0.4 + (3 * 0.6) ** 2) - expected**2
    assert n_requests > 5_000
    assert abs(mean - expected) <= BOUND * math.sqrt(variance / n_requests)


COVER = {"open": 1.0, "urban": 0.5, "tree_line": 0.25, "water": 0.75}


@pytest.mark.parametrize("terrain", TERRAINS)
def test_cover_scales_the_chance_that_a_hit_takes_a_soldier(terrain):
    bench = bench_without_limit(ground=ground_of(**all_of(terrain), terrain_cover=COVER))
    mean, n_requests = losses_per_request(bench, "drone_waiting")
    p_hit = 0.75 * 0.4 * LATE
    p = 0.6 * COVER[terrain]
    expected = p_hit * 3 * p
    variance = p_hit * (3 * p * (1 - p) + (3 * p) ** 2) - expected**2
    assert abs(mean - expected) <= BOUND * math.sqrt(variance / n_requests)


def test_a_section_has_the_cover_of_its_own_cell():
    attacker = VALUES.attacker._replace(p_jam=0.0, p_hit=1.0, p_integration=1.0, burst=1, p_casualty=0.8)
    for terrain in TERRAINS:
        ground = ground_of(**all_of(terrain), terrain_cover=COVER)
        bench = bench_of(
            (300, 0), attacker=attacker, crews_at=(0.5, 0.5), ground=ground, section_call_per_soldier_h=1.0
        )
        strength = bench.state.n_soldiers.copy()
        for seed in range(60):
            bench.state.n_soldiers[:], bench.state.crew_free_at_h[:] = strength, 0.0
            bench.act(seed=seed)
        # Every request that is served hits one soldier.
        n = int(bench.state.count[CALLS_ON_DEFENDER] - bench.state.count[BLOCKED_ON_DEFENDER])
        p = 0.8 * COVER[terrain]
        assert n > 1_000
        assert abs(bench.state.losses[1].sum() / n - p) <= BOUND * math.sqrt(p * (1 - p) / n)


def test_the_crew_that_sees_is_not_late():
    bench = bench_without_limit(n_crews=1)
    row, state = bench.state.active[0], bench.state
    bench.state.owner_crew[row] = 0
    for tick in range(400):
        state.n_soldiers[row], state.n_tracks[0] = 100, 0
        bench.track((0.0, 1.0))
        bench.act(float(tick), 1.0)
    n_served = int(state.count[CALLS_ON_ATTACKER] - state.count[BLOCKED_ON_ATTACKER])
    p_hit = 0.75 * 0.4
    expected = p_hit * 3 * 0.6
    variance = p_hit * (3 * 0.6 * 0.4 + (3 * 0.6) ** 2) - expected**2
    assert abs(state.losses.sum() / n_served - expected) <= BOUND * math.sqrt(variance / n_served)


def test_a_hit_takes_no_more_than_there_are_and_no_drone_is_requested_on_the_dead():
    bench = bench_with(600, UNLIMITED._replace(p_casualty=1.0), calls_per_team_h=50.0)
    bench.track((0.0, 24.0))
    bench.act(0.0, 24.0)
    assert bench.state.losses[0].sum() == 4
    assert bench.state.n_soldiers[bench.state.active[0]] == 0
    # Some 1,200 requests were drawn for a group of four; few of them came before its end.
    assert bench.state.count[CALLS_ON_ATTACKER] < 60


def test_armour_is_hit_as_one():
    defender = UNLIMITED._replace(burst=2, p_casualty=1.0)
    for mobility, most in ((0, 2), (3, 6)):
        bench = bench_of((0, 600), defender, calls_per_team_h=0.5, burst_armour=6, track_loss_per_h=np.zeros(4))
        rows = bench.put("wait", *BESIDE, n_soldiers=8, mobility=mobility)
        bench.track((0.0, 1.0))
        lost = set()
        for seed in range(300):
            bench.state.n_soldiers[rows], bench.state.count[:] = 4, 0
            bench.act(seed=seed)
            if bench.state.count[CALLS_ON_ATTACKER] == 1:
                lost.add(8 - int(bench.state.n_soldiers[rows].sum()))
        assert lost == {0, most}


def test_no_crew_in_reach_means_a_blocked_request():
    bench = bench_with(5, HARMLESS._replace(range_km=6.0, set_back_km=5.0))
    bench.state.crew_cell[:] = bench.cell(-1.5, 0.5)
    bench.track((0.0, 24.0))
    bench.act(0.0, 24.0)
    assert bench.state.count[CALLS_ON_ATTACKER] > 50
    assert bench.state.count[BLOCKED_ON_ATTACKER] == bench.state.count[CALLS_ON_ATTACKER]


def test_bad_weather_and_low_supply_slow_the_crews():
    shares = []
    for weather, level in ((1.0, 1.0), (0.5, 1.0), (1.0, 0.5)):
        bench = bench_with(2, HARMLESS._replace(p_integration=1.0), calls_per_team_h=1.0)
        bench.ground.weather_factor[0], bench.state.supply_level[:] = weather, level
        shares.append(blocking(bench))
    for (mean, error), load in zip(shares, (1.0, 2.0, 2.0), strict=True):
        assert abs(mean - erlang_b(load, 2)) <= BOUND * error


def test_the_attackers_drones_strike_sections_of_the_front():
    bench = bench_of((300, 0), crews_at=(0.5, 0.5), section_call_per_soldier_h=0.5)
    front = bench.ground.line_cells[: bench.ground.line_count[0]]
    strength = bench.state.n_soldiers[bench.state.section_of_cell[front]].sum()
    second = bench.ground.line_cells[bench.ground.line_count[0] : bench.ground.line_count[1]]
    behind = bench.state.n_soldiers[bench.state.section_of_cell[second]].copy()
    counts = []
    for seed in range(100):
        held = bench.state.n_soldiers.copy()
        bench.state.count[:], bench.state.losses[:], bench.state.crew_free_at_h[:] = 0, 0, 0.0
        bench.act(seed=seed)
        counts.append(bench.state.count[CALLS_ON_DEFENDER])
        assert bench.state.count[BLOCKED_ON_DEFENDER] < counts[-1]
        assert bench.state.losses[1].sum() == bench.state.losses[1, CAUSES.index("drone_line")]
        assert held.sum() - bench.state.n_soldiers.sum() == bench.state.losses[1].sum()
        bench.state.n_soldiers[:] = held
    # Some requests are for a section that shrank within the hour: a few in a hundred fewer at most.
    assert 0.93 <= np.mean(counts) / (0.5 * strength) <= 1.0 + BOUND / math.sqrt(50 * strength)
    assert np.array_equal(bench.state.n_soldiers[bench.state.section_of_cell[second]], behind)
