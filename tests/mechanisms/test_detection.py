"""Detection is Koopman's random search while tracks hold, and an alternating process when they do not."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.detection import Detection, DetectionValues
from sim.world.integer_codes import STATES
from sim.world.map_values import TERRAINS
from tests.support.bench import Bench, all_of, ground_of

N_GROUPS = 2_000
# Chance that a correct model fails one test; seeds are fixed.
ALPHA = 1e-3
BOUND = stats.norm.isf(ALPHA / 2)


VALUES = DetectionValues(
    n_sensors=3.0,
    sensor_speed_km_h=40.0,
    sweep_width_km=np.array([0.45, 0.8, 0.8, 1.0]),
    sweep_width_waiting_km=0.04,
    sweep_width_holding_km=0.08,
    track_loss_per_h=np.array([1.0, 3.0, 3.0, 0.5]),
    crew_range_km=16.0,
    crew_set_back_km=4.0,
)
NEVER_LOST = VALUES._replace(track_loss_per_h=np.zeros(4))
SEEN_AT_ONCE = VALUES._replace(n_sensors=1e5)


def waiting(values, n_groups=N_GROUPS, size=4, ground=None, n_crews=(5, 6)):
    """Return a bench on which groups stand in the kill zone, and the rate per hour at which one of four is found."""
    troops = n_groups * size
    bench = Bench(Detection(values), ground, troops, n_crews, capacity=troops // 4)
    for _ in range(n_groups):
        bench.put("wait", 3.5, 0.5, size)
    area_km2 = bench.ground.front_km * bench.ground.kill_zone_km
    return bench, values.sweep_width_waiting_km * values.sensor_speed_km_h * values.n_sensors / area_km2


@pytest.mark.parametrize(("z", "found"), [(0.5, 0.39347), (1.0, 0.63212), (2.0, 0.86466)])
@pytest.mark.parametrize("n_ticks", [1, 8])
def test_the_share_found_is_koopmans(z, found, n_ticks):
    bench, rate = waiting(NEVER_LOST)
    dt = z / rate / n_ticks
    for tick in range(n_ticks):
        bench.act(tick * dt, dt)
    share = bench.state.is_tracked[bench.state.active[:N_GROUPS]].mean()
    assert abs(share - found) <= BOUND * math.sqrt(found * (1 - found) / N_GROUPS)


def test_a_group_four_times_as_large_is_found_twice_as_fast():
    bench, rate = waiting(NEVER_LOST, n_groups=1_000, size=16)
    bench.act(0.0, 0.5 / rate)
    share = bench.state.is_tracked[bench.state.active[:4000:4]].mean()
    expected = 1.0 - math.exp(-1.0)
    assert abs(share - expected) <= BOUND * math.sqrt(expected * (1 - expected) / 1_000)


def test_bad_weather_scales_the_rate():
    bench, rate = waiting(NEVER_LOST)
    bench.ground.weather_factor[0] = 0.3
    bench.act(0.0, 1.0 / rate)
    expected = 1.0 - math.exp(-0.3)
    share = bench.state.is_tracked[bench.state.active[:N_GROUPS]].mean()
    assert abs(share - expected) <= BOUND * math.sqrt(expected * (1 - expected) / N_GROUPS)


@pytest.mark.parametrize("state", ["wait", "advance"])
@pytest.mark.parametrize("terrain", TERRAINS)
def test_terrain_scales_koopmans_rate_of_standing_and_of_moving_groups(terrain, state):
    signature = {"open": 1.0, "urban": 0.5, "tree_line": 0.25, "water": 0.75}
    ground = ground_of(**all_of(terrain), terrain_signature=signature)
    bench, rate = waiting(NEVER_LOST._replace(sweep_width_waiting_km=0.1), ground=ground)
    rows = bench.state.active[:N_GROUPS]
    if state == "advance":
        rate *= VALUES.sweep_width_km[0] / 0.1
        bench.state.state[rows] = STATES.index("advance")
    dt = 1.0 / rate
    bench.state.moving_to_h[rows] = bench.state.static_from_h[rows] = dt if state == "advance" else 0.0
    bench.act(0.0, dt)
    expected = 1.0 - math.exp(-signature[terrain])
    share = bench.state.is_tracked[rows].mean()
    assert abs(share - expected) <= BOUND * math.sqrt(expected * (1 - expected) / N_GROUPS)


@pytest.mark.parametrize("tick_h", [1.0, 4.0])
def test_found_and_lost_again_a_group_is_tracked_for_its_share_of_the_time(tick_h):
    loss = 0.5
    bench, rate = waiting(VALUES._replace(track_loss_per_h=np.full(4, loss), sweep_width_waiting_km=0.1))
    state = bench.state
    hours, shares = 40.0, []
    for hour in np.arange(0.0, hours, tick_h):
        bench.act(float(hour), tick_h)
        n = state.n_tracks[0]
        if hour >= hours / 2:
            shares.append((state.track_to_h[:n] - state.track_from_h[:n]).sum() / tick_h / N_GROUPS)
    expected = rate / (rate + loss)
    # The mean over a window of T hours of a two-state process has variance 2 p (1 - p) / ((rate + loss) T) at most.
    error = math.sqrt(2 * expected * (1 - expected) / ((rate + loss) * hours / 2) / N_GROUPS)
    assert abs(np.mean(shares) - expected) <= BOUND * error


def test_a_group_is_sought_only_within_the_kill_zone():
    bench = Bench(Detection(SEEN_AT_ONCE))
    rows = bench.put("advance", 3.5, 0.5, remaining_km=5.0, moving_from_h=0.4, moving_to_h=0.7, static_from_h=0.7)
    bench.act()
    assert bench.state.n_tracks[0] >= 1
    assert 0.4 <= bench.state.track_from_h[0] < 0.41
    bench.state.is_tracked[rows] = 0
    bench.state.moving_from_h[rows] = bench.state.moving_to_h[rows] = bench.state.static_from_h[rows] = 1.0
    bench.act(1.0)
    assert bench.state.n_tracks[0] == 0


def test_a_group_that_withdraws_is_lost_at_the_zones_edge():
    bench = Bench(Detection(NEVER_LOST))
    rows = bench.put("withdraw", 3.5, 0.5, remaining_km=3.0, is_tracked=1, moving_to_h=0.6, static_from_h=1.0)
    bench.act()
    assert (bench.state.track_from_h[0], bench.state.track_to_h[0]) == (0.0, 0.6)
    assert bench.state.is_tracked[rows[0]] == 0


@pytest.mark.parametrize(("y_km", "until_h"), [(-0.5, 0.6), (0.5, 1.0)])
def test_a_group_that_reaches_ground_of_its_own_side_is_lost_there(y_km, until_h):
    bench = Bench(Detection(NEVER_LOST))
    rows = bench.put("wait", 3.5, y_km, is_tracked=1, moving_to_h=0.6, static_from_h=0.6)
    bench.act()
    assert (bench.state.track_from_h[0], bench.state.track_to_h[0]) == (0.0, until_h)
    assert bench.state.is_tracked[rows[0]] == (until_h == 1.0)


@pytest.mark.parametrize("state", ["garrison", "rest"])
def test_groups_that_are_dug_in_or_away_are_not_sought(state):
    bench = Bench(Detection(SEEN_AT_ONCE))
    bench.put(state, 3.5, 0.5)
    bench.act()
    assert bench.state.n_tracks[0] == 0


def test_the_crew_that_sees_is_any_of_the_defenders_crews_in_reach_with_equal_probability():
    bench, _ = waiting(SEEN_AT_ONCE._replace(crew_range_km=5.0), n_crews=(5, 4))
    bench.state.crew_cell[bench.state.crew_side == 1] = [bench.cell(x, 0.5) for x in (3.5, 3.5, 2.5, -5.5)]
    bench.state.crew_cell[bench.state.crew_side == 0] = bench.cell(3.5, 0.5)
    bench.act(0.0, 1.0)
    owners = np.bincount(bench.state.owner_crew[bench.state.active[:N_GROUPS]], minlength=9)
    defenders = np.flatnonzero(bench.state.crew_side == 1)
    assert owners.sum() == owners[defenders[:3]].sum() == N_GROUPS
    assert stats.chisquare(owners[defenders[:3]]).pvalue > ALPHA


def test_all_teams_of_a_group_are_tracked_or_none():
    bench, rate = waiting(VALUES, n_groups=200, size=12)
    bench.act(0.0, 1.0 / rate)
    tracked = bench.state.is_tracked[bench.state.active[:600]].reshape(200, 3)
    assert np.array_equal(tracked.min(axis=1), tracked.max(axis=1))
    assert 0 < tracked.sum() < 600
