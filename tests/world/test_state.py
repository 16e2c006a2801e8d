"""Rows, queues and chains: what the kernels of the state do to bare arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.campaign.mesa_model import Campaign
from sim.mechanisms.shared.rows import (
    beyond_km,
    chain_of_cell,
    change_state,
    count_in_cell,
    end_of_group,
    gather_by_cell,
    put_in_order,
    scatter,
    send_to_rest,
    soldiers_of,
    strike_off,
    strike_off_in_cell,
)
from sim.world.ground import Ground
from sim.world.integer_codes import (
    ADVANCE,
    ATTACKER,
    CELL_TAKEN,
    DEAD,
    DEFENDER,
    EVENT,
    EVENT_KINDS,
    GARRISON,
    HOLD,
    LINE,
    MAX_EVENTS_PER_DAY,
    N_ACTIVE,
    N_FORWARD,
    NEXT_ROW,
    POOL,
    POOL_TAIL,
    REST,
    REST_TAIL,
    WAIT,
    WITHDRAW,
)
from sim.world.row_queues import drop_inactive, log_event
from sim.world.state import State
from tests.support.toy_theatre import toy


@pytest.fixture
def state():
    return State(Ground(toy().ground), n_teams=10, team_size=4, n_crews=(2, 3))


def test_the_first_rows_are_the_sections_one_for_each_cell_of_the_lanes(state):
    ground = Ground(toy().ground)
    rows = slice(0, state.n_sections)
    lanes = np.flatnonzero(ground.axis >= 0)
    assert np.array_equal(state.objective_cell[rows], lanes)
    assert np.array_equal(state.section_of_cell[lanes], np.arange(state.n_sections))
    assert set(state.section_of_cell[ground.axis < 0]) <= {-1}
    assert np.all(state.side[rows] == DEFENDER)
    assert np.all(state.state[rows] == LINE)
    assert np.all(state.side[state.n_sections :] == ATTACKER)
    assert state.crew_side.tolist() == [ATTACKER] * 2 + [DEFENDER] * 3


def test_soldiers_form_teams_and_the_rest_waits_for_a_full_one(state):
    state.form_teams(10)
    rows = state.n_sections + np.arange(2)
    assert state.n_soldiers[rows].tolist() == [4, 4]
    assert state.state[rows].tolist() == [POOL, POOL]
    assert state.pool[:2].tolist() == rows.tolist()
    assert (state.unassigned[ATTACKER], state.pool_soldiers[0]) == (2, 8)
    state.form_teams(2)
    assert (state.unassigned[ATTACKER], state.pool_soldiers[0]) == (0, 12)


def test_soldiers_beyond_the_last_row_stay_unassigned(state):
    state.form_teams(4 * 10 + 7)
    assert state.cursor[NEXT_ROW] == state.capacity
    assert state.unassigned[ATTACKER] == 7
    assert state.soldiers(ATTACKER) == 47


def test_soldiers_counts_rows_stocks_and_the_defenders_reserve(state):
    state.n_soldiers[:3] = 5
    state.reserve[0], state.unassigned[DEFENDER] = 20, 3
    assert state.soldiers(DEFENDER) == 15 + 20 + 3
    assert state.soldiers(ATTACKER) == 0


def test_the_rest_queue_goes_round(state):
    for lap in range(25):
        send_to_rest(state.n_sections + lap % 10, 5.0 + lap, state.state, state.timer_h, state.rest, state.cursor)
    assert state.cursor[REST_TAIL] == 25
    assert state.rest[24 % 10] == state.n_sections + 4
    assert state.timer_h[state.n_sections + 4] == 29.0
    assert state.state[state.n_sections + 4] == REST


ACTIVE = np.array([5, 6, 7, 2, 9, 8], np.int32)
FORWARD = np.arange(6, dtype=np.int32)
GROUP = np.array([0, 0, 9, 0, 0, 3, 3, 3, 4, 9], np.int32)
CELL = np.array([0, 0, 1, 0, 0, 2, 2, 2, 0, 1], np.int32)


@pytest.fixture
def soldiers():
    return np.array([0, 0, 1, 0, 0, 4, 0, 2, 3, 4], np.int16)


@pytest.mark.parametrize(("start", "end"), [(0, 3), (1, 3), (3, 5), (5, 6)])
def test_a_group_ends_where_the_next_one_begins(start, end):
    assert end_of_group(start, 6, ACTIVE, GROUP) == end


def test_soldiers_of_a_stretch_of_rows(soldiers):
    assert soldiers_of(0, 3, ACTIVE, soldiers) == 6
    assert soldiers_of(2, 2, ACTIVE, soldiers) == 0


def test_every_soldier_of_a_group_is_struck_as_often_as_the_next(soldiers):
    n = 6_000
    struck = np.zeros(10, int)
    for u in (np.arange(n) + 0.5) / n:
        left = soldiers.copy()
        strike_off(u, 0, 3, ACTIVE, left)
        struck += soldiers - left
    assert struck[[5, 6, 7]].tolist() == [4000, 0, 2000]
    assert struck.sum() == n


@given(arrays(float, st.integers(0, 30), elements=st.integers(0, 9)), st.randoms())
def test_indices_are_put_in_order_and_equals_stay_as_they_are(value, random):
    order = np.array(random.sample(range(len(value)), len(value)), np.int64)
    wanted = sorted(order.tolist(), key=lambda i: value[i])
    put_in_order(order, value)
    assert order.tolist() == wanted


def test_chains_hold_each_cells_rows_in_order_and_are_undone():
    first, following = np.full(4, -1, np.int32), np.zeros(6, np.int32)
    gather_by_cell(ACTIVE, FORWARD, 6, CELL, first, following)
    chains = {}
    for cell in range(4):
        i, chain = first[cell], []
        while i >= 0:
            chain.append(int(ACTIVE[i]))
            i = following[i]
        chains[cell] = chain
    assert chains == {0: [8], 1: [2, 9], 2: [5, 6, 7], 3: []}
    scatter(ACTIVE, FORWARD, 6, CELL, first)
    assert first.tolist() == [-1] * 4


def test_a_chain_of_one_cell_holds_its_garrison_too():
    following = np.zeros(6, np.int32)
    i, chain = chain_of_cell(2, ACTIVE, 6, CELL, following), []
    while i >= 0:
        chain.append(int(ACTIVE[i]))
        i = following[i]
    assert chain == [5, 6, 7]
    assert chain_of_cell(3, ACTIVE, 6, CELL, following) == -1


@pytest.fixture
def chain():
    """Rows 5, 6 and 7 stand in cell 2: one waits, two hold."""
    first, following = np.full(4, -1, np.int32), np.zeros(6, np.int32)
    gather_by_cell(ACTIVE, FORWARD, 6, CELL, first, following)
    states = np.zeros(10, np.int8)
    states[[5, 6, 7]] = WAIT, HOLD, HOLD
    return int(first[2]), following, states


def test_only_those_in_the_state_asked_for_are_counted_struck_and_changed(chain):
    start, following, states = chain
    soldiers = np.full(10, 4, np.int16)
    assert count_in_cell(start, HOLD, ACTIVE, following, states, soldiers) == 8
    strike_off_in_cell(5, HOLD, start, ACTIVE, following, states, soldiers)
    assert soldiers[[5, 6, 7]].tolist() == [4, 4, 3]
    timer, remaining = np.zeros(10), np.zeros(10)
    change_state(start, HOLD, WITHDRAW, 7.5, 15.0, ACTIVE, following, states, timer, remaining)
    assert states[[5, 6, 7]].tolist() == [WAIT, WITHDRAW, WITHDRAW]
    assert timer[[5, 6, 7]].tolist() == [0.0, 7.5, 7.5]
    assert remaining[[5, 6, 7]].tolist() == [0.0, 15.0, 15.0]


def test_the_dead_and_the_resting_leave_the_active_rows_and_the_others_keep_their_order(state):
    rows = state.n_sections + np.arange(5)
    state.active[:5] = rows[[3, 1, 4, 0, 2]]
    state.cursor[N_ACTIVE] = 5
    state.state[rows], state.n_soldiers[rows] = ADVANCE, 4
    state.state[rows[4]], state.n_soldiers[rows[1]] = REST, 0
    state.state[rows[0]] = GARRISON
    drop_inactive(state.active, state.forward, state.cursor, state.state, state.n_soldiers)
    assert state.active[: state.cursor[N_ACTIVE]].tolist() == rows[[3, 0, 2]].tolist()
    assert state.forward[: state.cursor[N_FORWARD]].tolist() == [0, 2]  # not who keeps a garrison
    assert state.state[rows[1]] == DEAD


def test_events_beyond_the_table_are_counted_not_written():
    events, n = np.zeros(2, EVENT), np.zeros(1, np.int64)
    for hour in range(3):
        log_event(CELL_TAKEN, float(hour), 4, 1.5, events, n)
    assert n[0] == 3
    assert events["hour"].tolist() == [0.0, 1.0]
    assert (EVENT_KINDS[events[1]["kind"]], events[1]["cell"], events[1]["value"]) == ("cell_taken", 4, 1.5)


def test_the_recorder_refuses_a_day_with_more_events_than_the_table_holds():
    model = Campaign(toy({"time.horizon_days": 1}))
    model.state.n_events[0] = MAX_EVENTS_PER_DAY + 1
    with pytest.raises(RuntimeError, match=f"events in a day, the table holds {MAX_EVENTS_PER_DAY}"):
        model.run()


@pytest.mark.parametrize(
    ("state", "remaining", "expected"), [(ADVANCE, 9.0, 9.0), (WITHDRAW, 9.0, 6.0), (WAIT, 9.0, 0.0)]
)
def test_how_far_before_the_line_a_team_is(state, remaining, expected):
    assert beyond_km(state, remaining, 15.0) == expected


def test_the_pool_is_a_queue_that_goes_round():
    model = Campaign(toy({"time.horizon_days": 30, "reinforcement.rest_h": 1.0, "command.release_share_per_day": 2.0}))
    model.run()
    assert model.state.cursor[POOL_TAIL] > len(model.state.pool)


def test_soldiers_struck_off_at_random_fall_evenly(soldiers):
    rng = np.random.default_rng(1)
    struck = np.zeros(10, int)
    for u in rng.random(3_000):
        left = soldiers.copy()
        strike_off(u, 3, 5, ACTIVE, left)
        struck += soldiers - left
    assert stats.chisquare(struck[[2, 9]], [600, 2400]).pvalue > 1e-4
