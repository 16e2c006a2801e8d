"""Approach routes, commanders and readiness limit what an axis sends; assaults wear readiness down."""

import math

import numpy as np
import pytest

from sim.mechanisms.detection import Rows, find_crowding
from sim.mechanisms.lift import Lift, LiftValues
from sim.world.integer_codes import ATTACKER
from tests.support.bench import Bench
from tests.support.toy_theatre import simulated, toy

# Nothing binds and nothing wears.
VALUES = LiftValues(
    axis_per_km_day=1000.0, total_per_km_day=1000.0, groups_per_axis_day=1000.0, ready_days=10.0,
    wear_km_per_assault=0.0, group_size=4, bad_weather_speed_factor=0.5,
)  # fmt: skip
KM = 6.0  # front of each of the two axes at the start


def bench_with(release=120.0, effort=(0.25, 0.75), **changes):
    """Return a bench with the mechanism, the orders of a day given."""
    bench = Bench(Lift(VALUES._replace(**changes)))
    assert bench.ground.front_km_by_axis.tolist() == pytest.approx([KM, KM])
    order(bench, release, effort)
    return bench


def order(bench, release=120.0, effort=(0.25, 0.75)):
    """Give the day's orders, as the commander does."""
    state = bench.state
    state.release_per_day[0], state.effort[:], state.n_objectives[:] = release, effort, 3


def sent(bench, start_h=0.0):
    """Let the mechanism act and return what each axis sends."""
    bench.act(start_h)
    return (bench.state.release_per_day[0] * bench.state.effort).tolist()


def test_without_a_limit_what_is_ordered_is_sent():
    assert sent(bench_with()) == pytest.approx([30.0, 90.0])


def test_release_is_linear_in_the_order_until_the_routes_are_full_and_then_flat():
    found = [sent(bench_with(release, axis_per_km_day=10.0)) for release in (40.0, 80.0, 160.0, 1600.0)]
    assert np.array(found) == pytest.approx(np.array([[10.0, 30.0], [20.0, 60.0], [40.0, 60.0], [60.0, 60.0]]))


def test_commanders_send_only_so_many_groups():
    assert sent(bench_with(groups_per_axis_day=10.0)) == pytest.approx([30.0, 40.0])


def test_all_axes_together_share_what_all_routes_carry():
    assert sent(bench_with(total_per_km_day=5.0)) == pytest.approx([15.0, 45.0])


def test_supply_and_mud_narrow_the_routes():
    bench = bench_with(1000.0, axis_per_km_day=10.0)
    bench.state.supply_level[ATTACKER] = 0.5, 1.0
    assert sent(bench) == pytest.approx([30.0, 60.0])
    bench.ground.weather_factor[0] = 0.3
    order(bench, 1000.0)
    assert sent(bench, 24.0) == pytest.approx([15.0, 30.0])


def test_an_axis_without_an_objective_sends_no_soldiers_and_the_others_have_its_share():
    bench = bench_with(axis_per_km_day=15.0)
    bench.state.n_objectives[1] = 0
    assert sent(bench) == pytest.approx([90.0, 0.0])


def test_no_order_no_release():
    assert sent(bench_with(0.0)) == [0.0, 0.0]


def test_under_constant_assaults_readiness_goes_to_its_closed_form_and_limits_the_release():
    bench = bench_with(ready_days=5.0, wear_km_per_assault=0.1)
    bench.state.assaults[:] = 3, 200
    for day in range(200):
        order(bench)
        release = sent(bench, day * 24.0)
    ready = 1.0 - 5.0 * 0.1 * 3 / KM
    assert bench.state.readiness.tolist() == pytest.approx([ready, 0.0])
    assert release == pytest.approx([30.0 * ready, 0.0])


def test_readiness_comes_back_with_the_time_constant():
    bench = bench_with(ready_days=20.0)
    bench.state.readiness[:] = 0.0
    for day in range(20):
        bench.act(day * 24.0)
    assert bench.state.readiness.tolist() == pytest.approx([1.0 - (1.0 - 1.0 / 20.0) ** 20] * 2)
    assert bench.state.readiness[0] == pytest.approx(1.0 - math.exp(-1.0), abs=0.02)


def test_only_the_first_tick_of_a_day_settles_it():
    bench = bench_with(axis_per_km_day=10.0)
    bench.act(1.0)
    assert bench.state.release_per_day[0] == 120.0


def test_groups_on_the_move_are_counted_once_each_for_their_own_axis():
    bench = bench_with()
    for x_km, moves_to_h in ((-3.0, 1.0), (-2.0, 1.0), (3.0, 0.0)):
        bench.put("advance", x_km, 1.5, n_soldiers=8, moving_to_h=moves_to_h)
    crowding = np.empty(2)
    rows = Rows(*(getattr(bench.state, name) for name in Rows._fields))
    find_crowding(0.6, bench.ground.front_km_by_axis, rows, crowding)
    assert crowding.tolist() == pytest.approx([1.0 + 0.6 * 2 / KM, 1.0])


LIMITED = {"lift.axis_per_km_day": 2.0, "lift.wear_km_per_assault": 0.0}
FREE = {"lift.axis_per_km_day": 1000.0, "lift.total_per_km_day": 1000.0, "lift.groups_per_axis_day": 1000.0,
        "lift.wear_km_per_assault": 0.0, "lift.congestion_km": 0.0}  # fmt: skip


def run_sent(**changes):
    """Return how many soldiers the toy's attacker sends in eight days, and its losses."""
    model = simulated(toy(changes.pop("also", {}), **changes))
    return int(model.recorder.series["count"][-1][0]), model.state.losses.tolist()


def test_without_limits_and_with_supply_enough_a_run_is_that_with_lift_off():
    plenty = {"supply.throughput_factor": 100.0}
    assert run_sent(also=FREE | plenty) == run_sent(also=plenty, off=["lift"])


def test_narrow_routes_send_fewer_in_a_run():
    assert run_sent(also=FREE | LIMITED)[0] < 0.8 * run_sent(also=FREE)[0]
