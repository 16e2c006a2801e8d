"""Movement is exact in distance and time, at any length of tick; so are the hits on the way.

Covers sim.mechanisms.shared.path_hazard.
"""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.movement import Movement, MovementValues
from sim.mechanisms.shared.path_hazard import HazardValues
from sim.world.clock import ticks
from sim.world.integer_codes import ATTACKER, HOLD, MINES, REST, REST_HEAD, REST_TAIL, STATES, WAIT
from sim.world.keyed_draws import Draws
from sim.world.map_values import TERRAINS
from tests.support.bench import GROUND, Bench, all_of, ground_of

STAGE_KM, KILL_ZONE_KM = GROUND["stage_km"], GROUND["kill_zone_km"]
FOOT_KM_H = 3.0
SPEED_KM_H = np.array([FOOT_KM_H, 25.0, 20.0, 15.0])
SAFE = HazardValues(np.zeros(4), SPEED_KM_H, burst=2, burst_armour=6, p_casualty=0.65)
VALUES = MovementValues(SPEED_KM_H, bad_weather_speed_factor=0.7, rest_h=36.0, hazard=SAFE)


def move_until_it_stops(bench, rows, tick_h, until_h=48.0):
    """Move until a row stops; return its hours in the open within the zone, on the move and standing."""
    moving, state = 0.0, bench.state
    for tick in ticks(until_h, tick_h):
        bench.act(tick.start_h, tick.dt_h)
        moving += state.moving_to_h[rows[0]] - state.moving_from_h[rows[0]]
        if STATES[state.state[rows[0]]] not in ("advance", "withdraw"):
            return moving, tick.end_h - state.timer_h[rows[0]]
    raise AssertionError("still on the move")


@pytest.mark.parametrize("tick_h", [0.25, 1.0, 3.0, 24.0])
@pytest.mark.parametrize("mobility", range(4))
def test_a_group_arrives_at_distance_over_speed_and_is_exposed_from_the_zones_edge(tick_h, mobility):
    bench = Bench(Movement(VALUES))
    rows = bench.put("advance", 3.5, 0.5, remaining_km=STAGE_KM, mobility=mobility)
    speed = VALUES.speed_km_h[mobility]
    moving, standing = move_until_it_stops(bench, rows, tick_h)
    assert bench.state.state[rows[0]] == WAIT
    assert bench.state.remaining_km[rows[0]] == 0.0
    assert bench.state.timer_h[rows[0]] == pytest.approx(STAGE_KM / speed)
    assert moving == pytest.approx(KILL_ZONE_KM / speed)
    assert bench.state.static_from_h[rows[0]] == pytest.approx(tick_h - standing)


@pytest.mark.parametrize("tick_h", [0.25, 1.0, 24.0])
def test_a_group_that_withdraws_is_exposed_to_the_zones_edge_and_rests_on_return(tick_h):
    bench = Bench(Movement(VALUES))
    rows = bench.put("withdraw", 3.5, 0.5, n_soldiers=8, remaining_km=STAGE_KM)
    moving, _ = move_until_it_stops(bench, rows, tick_h)
    assert moving == pytest.approx(KILL_ZONE_KM / FOOT_KM_H)
    assert set(bench.state.state[rows]) == {REST}
    assert bench.state.timer_h[rows] == pytest.approx(STAGE_KM / FOOT_KM_H + VALUES.rest_h)
    assert bench.state.cursor[REST_TAIL] - bench.state.cursor[REST_HEAD] == 2


def test_rubble_and_mud_slow_a_group():
    town, field, mud = (Bench(Movement(VALUES)) for _ in range(3))
    mud.ground.weather_factor[0] = 0.3
    left = []
    for bench, place in ((field, (3.5, 0.5)), (town, (0.5, 2.5)), (mud, (3.5, 0.5))):
        rows = bench.put("advance", *place, remaining_km=STAGE_KM)
        bench.act()
        left.append(STAGE_KM - bench.state.remaining_km[rows[0]])
    speed = GROUND["terrain_speed"]
    assert left[0] == pytest.approx(FOOT_KM_H * speed["open"])
    assert left[1] / left[0] == pytest.approx(speed["urban"] / speed["open"])
    assert left[2] / left[0] == pytest.approx(VALUES.bad_weather_speed_factor)


@pytest.mark.parametrize("terrain", TERRAINS)
def test_terrain_slows_a_team_by_its_factor_and_stops_no_team(terrain):
    bench = Bench(Movement(VALUES), ground_of(**all_of(terrain)))
    rows = bench.put("advance", 3.5, 0.5, remaining_km=STAGE_KM)
    moving, _ = move_until_it_stops(bench, rows, 1.0)
    speed = FOOT_KM_H * GROUND["terrain_speed"][terrain]
    assert bench.state.timer_h[rows[0]] == pytest.approx(STAGE_KM / speed)
    assert moving == pytest.approx(KILL_ZONE_KM / speed)


@pytest.mark.parametrize("state", ["wait", "assault", "hold", "garrison"])
def test_a_team_that_does_not_move_is_standing_from_the_start_of_the_tick(state):
    bench = Bench(Movement(VALUES))
    rows = bench.put(state, 3.5, 0.5, remaining_km=0.0, timer_h=5.0)
    bench.state.static_from_h[rows] = math.nan
    bench.act()
    assert np.all(bench.state.static_from_h[rows] == 0.0)
    assert np.all(bench.state.moving_to_h[rows] == 0.0)
    assert (bench.state.timer_h[rows[0]], STATES[bench.state.state[rows[0]]]) == (5.0, state)


def test_a_team_that_finds_its_cell_won_holds_it():
    bench = Bench(Movement(VALUES))
    bench.ground.is_held_by_enemy[bench.cell(3.5, 0.5)] = 1
    rows = bench.put("advance", 3.5, 0.5, remaining_km=1.0)
    bench.act()
    assert set(bench.state.state[rows]) == {HOLD}


def test_a_team_leaves_at_its_hour():
    bench = Bench(Movement(VALUES))
    rows = bench.put("advance", 3.5, 0.5, remaining_km=STAGE_KM, timer_h=10.75)
    bench.act(10.0)
    assert bench.state.remaining_km[rows[0]] == pytest.approx(STAGE_KM - 0.25 * FOOT_KM_H)


def mined(per_km, burst=2, p_casualty=1.0):
    """Return values with as many hits per km for all who do not walk."""
    hazard = SAFE._replace(per_km=np.array([0.0, per_km, per_km, per_km]), burst=burst, p_casualty=p_casualty)
    return VALUES._replace(hazard=hazard)


def ride(values, tick_h, seed, mobility=1, state="advance", n_soldiers=4):
    """Return the soldiers left of a group that went once through the kill zone, of those that set out."""
    bench = Bench(Movement(values))
    bench.draws = Draws(seed)
    rows = bench.put(state, 3.5, 0.5, n_soldiers, remaining_km=STAGE_KM, mobility=mobility)
    for tick in ticks(24.0, tick_h):
        bench.act(tick.start_h, tick.dt_h)
    left = int(bench.state.n_soldiers[rows].sum())
    assert bench.state.losses[ATTACKER, MINES] == bench.state.losses.sum() == n_soldiers - left
    return left


@pytest.mark.parametrize("state", ["advance", "withdraw"])
@pytest.mark.parametrize("tick_h", [0.05, 0.25, 3.0])
def test_riders_are_not_hit_on_their_path_with_the_probability_of_a_poisson_process(tick_h, state):
    """In each tick a hit takes all four: who is whole at the end was never hit."""
    per_km, n = 0.2, 600
    whole = sum(ride(mined(per_km, burst=4), tick_h, seed, state=state) == 4 for seed in range(n))
    assert stats.binomtest(whole, n, math.exp(-per_km * KILL_ZONE_KM)).pvalue > 1e-3


@pytest.mark.parametrize("tick_h", [0.05, 3.0])
def test_hits_are_as_many_and_cost_as_much_at_any_tick(tick_h):
    """With many soldiers and one within reach, losses are Poisson with mean per_km x km x p_casualty."""
    n, mean = 400, 0.5 * KILL_ZONE_KM * 0.5
    lost = [40 - ride(mined(0.5, burst=1, p_casualty=0.5), tick_h, seed, n_soldiers=40) for seed in range(n)]
    bound = stats.norm.isf(5e-4)
    assert abs(np.mean(lost) - mean) <= bound * math.sqrt(mean / n)
    assert abs(np.var(lost, ddof=1) / mean - 1.0) <= bound * math.sqrt((2 + 1 / mean) / n)


def test_those_on_foot_meet_no_mines_and_a_vehicle_carries_more_within_reach():
    assert ride(mined(50.0), 3.0, 1, mobility=0) == 4
    one_hit = [ride(mined(0.2, burst=1), 24.0, seed, mobility=3, n_soldiers=8) for seed in range(40)]
    assert {8, 2} <= set(one_hit) <= {8, 2, 0}


def test_a_larger_hazard_costs_more():
    low, high = (sum(ride(mined(h, p_casualty=0.65), 1.0, seed) for seed in range(100)) for h in (0.04, 0.4))
    assert high < low < 400
