"""Requests to drone crews: in the order of time, and as many as a Poisson process makes."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.mechanisms.shared.drone_requests import (
    REQUEST,
    GarrisonRequests,
    Tracks,
    put_in_order_of_time,
    request_on_garrisons,
    request_on_groups,
    room_for_requests,
)
from sim.world.clock import Tick
from sim.world.integer_codes import STATES
from sim.world.keyed_draws import DRONE_STRIKES, Draws

N_GROUPS, ROWS = 4000, 2
STREAM = Draws(3).stream(DRONE_STRIKES, Tick(0.0, 1.0))


class Rows(NamedTuple):
    """Rows of soldiers that are all active, in groups of two."""

    active: np.ndarray
    n_active: int
    group_id: np.ndarray
    n_soldiers: np.ndarray
    owner_crew: np.ndarray
    state: np.ndarray
    timer_h: np.ndarray


def rows_of(n, state="wait"):
    """Return n rows of one soldier each, seen by the crew of their own number."""
    rows = np.arange(n)
    group_id, states = rows // ROWS * ROWS, np.full(n, STATES.index(state), np.int8)
    return Rows(rows, n, group_id, np.ones(n, np.int32), rows, states, np.full(n, -1.0))


def order_of(hours, dt_h):
    n, room = len(hours), room_for_requests(len(hours) + 3)
    room.requests["hour"][:n] = hours
    room.end_of_bin[:] = 7  # of another tick
    put_in_order_of_time(n, dt_h, room)
    return room.order[:n]


@given(arrays(float, st.integers(0, 60), elements=st.floats(0.0, 3.0)))
def test_requests_are_taken_in_the_order_of_time(hours):
    order = order_of(hours, 3.0)
    assert sorted(order) == list(range(len(hours)))
    assert np.all(np.diff(hours[order]) >= 0.0)


def test_a_request_just_outside_the_tick_is_taken_too():
    assert order_of(np.array([1.0, 0.5, -1e-9]), 1.0).tolist() == [2, 1, 0]


@pytest.fixture(scope="module")
def made():
    """Return the requests on groups of two rows, each tracked twice, at 1.5 requests per soldier and hour."""
    at = np.repeat(np.arange(N_GROUPS) * ROWS, 2)
    from_h, to_h = np.tile([0.0, 0.6], N_GROUPS), np.tile([0.5, 1.0], N_GROUPS)
    requests = np.zeros(100_000, REQUEST)
    arguments = 1.5, STREAM, rows_of(ROWS * N_GROUPS), Tracks(at, from_h, to_h, len(at))
    n = request_on_groups(requests, *arguments)
    return requests[:n], arguments


def test_requests_come_at_the_rate_of_the_soldiers_in_the_intervals_of_tracking(made):
    requests, _ = made
    mean = N_GROUPS * 1.5 * ROWS * 0.9
    assert abs(len(requests) - mean) < 4.0 * np.sqrt(mean)
    hours = requests["hour"]
    assert np.all((hours < 0.5) | ((hours >= 0.6) & (hours < 1.0)))
    in_first = (hours < 0.5).mean()
    assert abs(in_first - 5 / 9) < 4.0 * np.sqrt(5 / 9 * 4 / 9 / len(hours))
    assert np.array_equal(requests["key"], requests["at"])
    assert np.array_equal(requests["owner"], requests["at"])
    assert set(requests["size"]) == {2.0}


def test_no_two_requests_share_their_draws(made):
    requests, _ = made
    assert len({(request["key"], request["k"]) for request in requests}) == len(requests)


def test_requests_without_room_are_counted_and_come_out_the_same_in_a_longer_list(made):
    requests, arguments = made
    short = np.zeros(10, REQUEST)
    assert request_on_groups(short, *arguments) == len(requests)
    assert np.array_equal(short, requests[:10])


@pytest.mark.parametrize("state", ["garrison", "wait"])
def test_requests_on_garrisons_follow_those_there_are_and_the_next_one_is_saved(state):
    rows, requests = rows_of(4000, state), np.zeros(10_000, REQUEST)
    n = request_on_garrisons(requests, 3, GarrisonRequests(24.0, 25.0, 0.5, 4, 0.8), STREAM, rows)
    if state != "garrison":
        assert n == 3
        assert np.all(rows.timer_h == -1.0)
        return
    new = requests[3:n]
    assert abs(len(new) - 0.5 * 4000) < 4.0 * np.sqrt(0.5 * 4000)
    assert np.all((new["hour"] >= 0.0) & (new["hour"] < 1.0))
    assert set(new["size"]) == {5.0}
    assert np.all(rows.timer_h >= 25.0)
    assert len({(request["key"], request["k"]) for request in new}) == len(new)
