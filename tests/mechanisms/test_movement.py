"""Movement is exact in distance and time, at any length of tick."""

import math

import numpy as np
import pytest

from sim.quantity import MOBILITIES
from sim.world.clock import ticks
from sim.world.integer_codes import REST, REST_HEAD, REST_TAIL, STATES, WAIT
from sim.world.map_values import TERRAINS
from tests.support.single_phase import Bench
from tests.support.toy_theatre import all_of

STAGE_KM, KILL_ZONE_KM = 6.0, 4.0


def play(bench, rows, tick_h, until_h=48.0):
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
    bench = Bench("movement")
    rows = bench.put("advance", 3.5, 0.5, remaining_km=STAGE_KM, mobility=mobility)
    speed = getattr(bench.scenario.movement.speed_km_h, MOBILITIES[mobility])
    moving, standing = play(bench, rows, tick_h)
    assert bench.state.state[rows[0]] == WAIT
    assert bench.state.remaining_km[rows[0]] == 0.0
    assert bench.state.timer_h[rows[0]] == pytest.approx(STAGE_KM / speed)
    assert moving == pytest.approx(KILL_ZONE_KM / speed)
    assert bench.state.static_from_h[rows[0]] == pytest.approx(tick_h - standing)


@pytest.mark.parametrize("tick_h", [0.25, 1.0, 24.0])
def test_a_group_that_withdraws_is_exposed_to_the_zones_edge_and_rests_on_return(tick_h):
    bench = Bench("movement")
    rows = bench.put("withdraw", 3.5, 0.5, n_soldiers=8, remaining_km=STAGE_KM)
    speed = bench.scenario.movement.speed_km_h.foot
    moving, _ = play(bench, rows, tick_h)
    assert moving == pytest.approx(KILL_ZONE_KM / speed)
    assert set(bench.state.state[rows]) == {REST}
    home = STAGE_KM / speed
    assert bench.state.timer_h[rows] == pytest.approx(home + bench.scenario.reinforcement.rest_h)
    assert bench.state.cursor[REST_TAIL] - bench.state.cursor[REST_HEAD] == 2


def test_rubble_and_mud_slow_a_group():
    town, field, mud = (Bench("movement") for _ in range(3))
    mud.ground.weather_factor[0] = 0.3
    left = []
    for bench, place in ((field, (3.5, 0.5)), (town, (0.5, 2.5)), (mud, (3.5, 0.5))):
        rows = bench.put("advance", *place, remaining_km=STAGE_KM)
        bench.act()
        left.append(STAGE_KM - bench.state.remaining_km[rows[0]])
    movement, speed = field.scenario.movement, field.scenario.ground.terrain_speed
    assert left[0] == pytest.approx(movement.speed_km_h.foot * speed.open)
    assert left[1] / left[0] == pytest.approx(speed.urban / speed.open)
    assert left[2] / left[0] == pytest.approx(movement.bad_weather_speed_factor)


@pytest.mark.parametrize("terrain", TERRAINS)
def test_terrain_lengthens_the_way_by_its_factor_and_stops_nobody(terrain):
    bench = Bench("movement", all_of(terrain))
    rows = bench.put("advance", 3.5, 0.5, remaining_km=STAGE_KM)
    factor = getattr(bench.scenario.ground.terrain_speed, terrain)
    moving, _ = play(bench, rows, 1.0)
    speed = bench.scenario.movement.speed_km_h.foot * factor
    assert bench.state.timer_h[rows[0]] == pytest.approx(STAGE_KM / speed)
    assert moving == pytest.approx(KILL_ZONE_KM / speed)


@pytest.mark.parametrize("state", ["wait", "assault", "hold", "garrison"])
def test_who_does_not_move_stays_and_stands_from_the_ticks_start(state):
    bench = Bench("movement")
    rows = bench.put(state, 3.5, 0.5, remaining_km=0.0, timer_h=5.0)
    bench.state.static_from_h[rows] = math.nan
    bench.act()
    assert np.all(bench.state.static_from_h[rows] == 0.0)
    assert np.all(bench.state.moving_to_h[rows] == 0.0)
    assert (bench.state.timer_h[rows[0]], STATES[bench.state.state[rows[0]]]) == (5.0, state)
