"""Calls on drone crews: in the order of time, and as many as a Poisson process makes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.mechanisms.shared.drone_requests import CALL, CallList, call_groups, put_in_order_of_time
from sim.world.clock import Tick
from sim.world.keyed_draws import DRONE_STRIKES, Draws

N_GROUPS, ROWS = 4000, 2


def order_of(hours, dt):
    n, room = len(hours), CallList(len(hours) + 3)
    room.calls["hour"][:n] = hours
    room.end_of_bin[:] = 7  # of another tick
    put_in_order_of_time(room.calls[:n], dt, room.order, room.hours, room.bins, room.end_of_bin)
    return room.order[:n]


@given(arrays(float, st.integers(0, 60), elements=st.floats(0.0, 3.0)))
def test_calls_are_taken_in_the_order_of_time(hours):
    order = order_of(hours, 3.0)
    assert sorted(order) == list(range(len(hours)))
    assert np.all(np.diff(hours[order]) >= 0.0)


def test_a_call_just_outside_the_tick_is_taken_too():
    assert order_of(np.array([1.0, 0.5, -1e-9]), 1.0).tolist() == [2, 1, 0]


@pytest.fixture(scope="module")
def made():
    """The calls on groups of two teams, each tracked twice, at 1.5 calls a soldier and hour."""
    index, group_id = np.arange(ROWS * N_GROUPS), np.repeat(np.arange(N_GROUPS), ROWS) * ROWS
    at = np.repeat(np.arange(N_GROUPS) * ROWS, 2)
    from_h, to_h = np.tile([0.0, 0.6], N_GROUPS), np.tile([0.5, 1.0], N_GROUPS)
    calls = np.zeros(100_000, CALL)
    arguments = (
        1.5, Draws(3).stream(DRONE_STRIKES, Tick(0.0, 1.0)), index, len(index), group_id,
        np.ones(len(index), np.int32), np.arange(len(index)), at, from_h, to_h, len(at),
    )  # fmt: skip
    n = call_groups(calls, *arguments)
    return calls[:n], arguments


def test_calls_come_at_the_rate_of_the_soldiers_in_the_intervals_of_tracking(made):
    calls, _ = made
    mean = N_GROUPS * 1.5 * ROWS * 0.9
    assert abs(len(calls) - mean) < 4.0 * np.sqrt(mean)
    hours = calls["hour"]
    assert np.all((hours < 0.5) | ((hours >= 0.6) & (hours < 1.0)))
    in_first = (hours < 0.5).mean()
    assert abs(in_first - 5 / 9) < 4.0 * np.sqrt(5 / 9 * 4 / 9 / len(hours))
    assert np.array_equal(calls["key"], calls["at"])
    assert np.array_equal(calls["owner"], calls["at"])
    assert set(calls["size"]) == {2.0}


def test_no_two_calls_share_their_draws(made):
    calls, _ = made
    assert len({(call["key"], call["k"]) for call in calls}) == len(calls)


def test_what_finds_no_room_is_counted_and_comes_out_the_same_in_a_longer_list(made):
    calls, arguments = made
    short = np.zeros(10, CALL)
    assert call_groups(short, *arguments) == len(calls)
    assert np.array_equal(short, calls[:10])
