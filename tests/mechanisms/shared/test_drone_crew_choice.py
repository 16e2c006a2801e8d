"""Which crew takes a request: any in reach with equal probability, or the one that has been idle longest."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.shared.drone_crew_choice import (
    CrewPlaces,
    Target,
    is_in_reach,
    longest_idle,
    make_busy,
    pick_crew,
    place_crews,
    put_in_order_of_idleness,
    room_for_crews,
)
from sim.world.integer_codes import ATTACKER, DEFENDER


class Cells(NamedTuple):
    """Where the cells are."""

    x_km: np.ndarray
    y_km: np.ndarray


CELLS = Cells(np.arange(10.0), np.zeros(10))
SIDE = np.array([ATTACKER, DEFENDER, DEFENDER, DEFENDER, DEFENDER], np.int8)
CELL = np.array([0, 0, 1, 2, 9], np.int32)


def crews(side):
    """Return the numbers of a side's crews, and where they are."""
    mine = np.flatnonzero(side == SIDE)
    km = room_for_crews(len(mine)).km
    assert place_crews(side, SIDE, CELL, CELLS, km) == mine[0]
    return mine, places_at(km)


def places_at(km):
    return CrewPlaces(km, np.arange(km.shape[1]), np.zeros(km.shape[1] + 1, np.int32))


def idle(hour, free_at, side=DEFENDER, beyond=0.0, reach=3.0):
    mine, places = crews(side)
    put_in_order_of_idleness(places, np.array(free_at)[mine])
    place = longest_idle(hour, Target(0.0, 0.0, beyond), reach, places, np.array(free_at)[mine])
    return mine[place] if place >= 0 else -1


def pick(u, side=DEFENDER, beyond=0.0, reach=3.0):
    mine, places = crews(side)
    place = pick_crew(u, Target(0.0, 0.0, beyond), reach, places)
    return mine[place] if place >= 0 else -1


def test_the_free_crew_that_is_idle_longest_takes_the_request():
    assert idle(5.0, [0.0, 4.0, 1.0, 3.0, 0.0]) == 2


def test_a_busy_crew_takes_no_request():
    assert idle(5.0, [0.0, 5.1, 6.0, 3.0, 0.0]) == 3
    assert idle(5.0, [0.0, 5.1, 6.0, 7.0, 0.0]) == -1


def test_a_crew_that_gets_free_at_the_very_moment_takes_it():
    assert idle(5.0, [0.0, 5.0, 6.0, 7.0, 0.0]) == 1


def test_neither_the_other_side_nor_a_crew_out_of_reach_takes_it():
    assert idle(5.0, [0.0, 9.0, 9.0, 9.0, 0.0]) == -1
    assert idle(5.0, [0.0, 9.0, 9.0, 9.0, 0.0], side=ATTACKER) == 0
    assert idle(5.0, [0.0, 9.0, 9.0, 9.0, 0.0], reach=9.0) == 4


def test_depth_beyond_the_line_takes_from_the_reach():
    assert idle(5.0, [0.0, 9.0, 9.0, 1.0, 0.0], beyond=2.2) == 3
    assert idle(5.0, [0.0, 9.0, 9.0, 1.0, 0.0], beyond=2.3) == -1


def test_a_search_in_order_of_idleness_finds_the_same_crew_as_a_search_of_all():
    rng = np.random.default_rng(3)
    for _ in range(300):
        n = rng.integers(1, 12)
        x, y, free_at = rng.integers(-6, 7, n) * 1.0, rng.integers(-6, 7, n) * 1.0, rng.integers(0, 4, n) * 1.0
        beyond, reach = float(rng.integers(0, 4)), float(rng.integers(1, 9))
        able = [i for i in range(n) if free_at[i] <= 2.0 and is_in_reach(x[i] - 1.0, y[i], beyond, reach)]
        wanted = min(able, key=lambda i: (free_at[i], i), default=-1)
        places = places_at(np.array([x, y]))
        put_in_order_of_idleness(places, free_at)
        assert longest_idle(2.0, Target(1.0, 0.0, beyond), reach, places, free_at) == wanted
        make_busy(int(rng.integers(n)), float(rng.integers(3, 9)), places, free_at)
        assert places.order.tolist() == sorted(range(n), key=lambda i: (free_at[i], i))


def test_without_crews_no_crew_takes_it():
    none = room_for_crews(0)
    assert place_crews(DEFENDER, np.zeros(0, np.int8), np.zeros(0, np.int32), CELLS, none.km) == 0
    assert longest_idle(1.0, Target(0.0, 0.0, 0.0), 9.0, none, np.zeros(0)) == -1
    put_in_order_of_idleness(none, np.zeros(0))
    assert pick_crew(0.5, Target(0.0, 0.0, 0.0), 9.0, none) == -1


def test_each_crew_in_reach_is_picked_equally_often():
    picked = [pick(u) for u in (np.arange(3000) + 0.5) / 3000]
    assert np.bincount(picked).tolist() == [0, 1000, 1000, 1000]
    u = np.random.default_rng(1).random(3000)
    counts = np.bincount([pick(v) for v in u])[[1, 2, 3]]
    assert stats.chisquare(counts).pvalue > 1e-4


@pytest.mark.parametrize("u", [1e-16, 1.0 - 1e-16])
def test_the_smallest_and_largest_uniform_pick_a_crew_in_reach(u):
    assert pick(u) in (1, 2, 3)


def test_none_is_picked_when_none_reaches():
    assert pick(0.5, beyond=4.0) == -1


@pytest.mark.parametrize(("beyond", "expected"), [(0.0, True), (2.9, True), (3.1, False)])
def test_reach_is_the_distance_along_the_line_and_the_depth_beyond_it(beyond, expected):
    assert is_in_reach(-4.0, 0.0, beyond, 5.0) is expected
