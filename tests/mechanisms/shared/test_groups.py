"""Groups of rows, soldiers struck off them, and the queue of those that rest, on bare arrays."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.mechanisms.shared.groups import (
    beyond_km,
    end_of_group,
    log,
    put_in_order,
    send_to_rest,
    soldiers_of,
    strike_off,
)
from sim.world.integer_codes import ADVANCE, CELL_TAKEN, EVENT, EVENT_KINDS, N_CURSORS, REST, REST_TAIL, WAIT, WITHDRAW

GROUP = np.array([0, 0, 9, 0, 0, 3, 3, 3, 4, 9], np.int32)


class Rows(NamedTuple):
    active: np.ndarray
    group_id: np.ndarray
    n_soldiers: np.ndarray


class Resting(NamedTuple):
    state: np.ndarray
    timer_h: np.ndarray
    rest: np.ndarray
    cursor: np.ndarray


class Ledger(NamedTuple):
    events: np.ndarray
    n_events: np.ndarray


@pytest.fixture
def rows():
    """Rows 5, 6 and 7 are a group of 4, 0 and 2 soldiers; then 2 and 9 of 1 and 4, and 8 of 3."""
    return Rows(np.array([5, 6, 7, 2, 9, 8], np.int32), GROUP, np.array([0, 0, 1, 0, 0, 4, 0, 2, 3, 4], np.int32))


def struck_off(u, start, end, rows):
    """Return how many soldiers each row loses."""
    left = rows._replace(n_soldiers=rows.n_soldiers.copy())
    strike_off(u, start, end, left)
    return rows.n_soldiers - left.n_soldiers


@pytest.mark.parametrize(("start", "end"), [(0, 3), (1, 3), (3, 5), (5, 6)])
def test_a_group_ends_where_the_next_one_begins(start, end, rows):
    assert end_of_group(start, 6, rows) == end


def test_soldiers_of_a_stretch_of_rows(rows):
    assert soldiers_of(0, 3, rows) == 6
    assert soldiers_of(2, 2, rows) == 0


def test_every_soldier_of_a_group_is_struck_as_often_as_the_next(rows):
    n = 6_000
    struck = sum(struck_off(u, 0, 3, rows) for u in (np.arange(n) + 0.5) / n)
    assert struck[[5, 6, 7]].tolist() == [4000, 0, 2000]
    assert struck.sum() == n


def test_soldiers_struck_off_at_random_fall_evenly(rows):
    rng = np.random.default_rng(1)
    struck = sum(struck_off(u, 3, 5, rows) for u in rng.random(3_000))
    assert stats.chisquare(struck[[2, 9]], [600, 2400]).pvalue > 1e-4


@given(arrays(float, st.integers(0, 30), elements=st.integers(0, 9)), st.randoms())
def test_indices_are_put_in_order_and_equals_stay_as_they_are(value, random):
    order = np.array(random.sample(range(len(value)), len(value)), np.int64)
    wanted = sorted(order.tolist(), key=lambda i: value[i])
    put_in_order(order, value)
    assert order.tolist() == wanted


@pytest.mark.parametrize(
    ("state", "remaining", "expected"), [(ADVANCE, 9.0, 9.0), (WITHDRAW, 9.0, 6.0), (WAIT, 9.0, 0.0)]
)
def test_how_far_before_the_line_a_team_is(state, remaining, expected):
    assert beyond_km(state, remaining, 15.0) == expected


def test_the_rest_queue_goes_round():
    resting = Resting(np.zeros(10, np.int8), np.zeros(10), np.zeros(10, np.int32), np.zeros(N_CURSORS, np.int64))
    for lap in range(25):
        send_to_rest(lap % 10, 5.0 + lap, resting)
    assert resting.cursor[REST_TAIL] == 25
    assert resting.rest[24 % 10] == 4
    assert resting.timer_h[4] == 29.0
    assert resting.state[4] == REST


def test_an_event_is_added_to_the_ledger():
    ledger = Ledger(np.zeros(2, EVENT), np.zeros(1, np.int64))
    log(CELL_TAKEN, 3.0, 4, 1.5, ledger)
    event = ledger.events[0]
    assert ledger.n_events[0] == 1
    assert (EVENT_KINDS[event["kind"]], event["hour"], event["cell"], event["value"]) == ("cell_taken", 3.0, 4, 1.5)
