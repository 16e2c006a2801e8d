"""Rows, queues and chains: what the kernels of the state do to bare arrays.

Covers sim.world.state, sim.world.row_queues, sim.world.integer_codes.
"""

import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign
from sim.errors import InputError
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
    LINE,
    MAX_EVENTS_PER_DAY,
    N_ACTIVE,
    N_FORWARD,
    NEXT_ROW,
    NO_UNIT,
    POOL,
    POOL_TAIL,
    REST,
    STANDING_BACK,
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
    assert (state.stock[ATTACKER, 0], state.pool_soldiers[0]) == (2, 8)
    state.form_teams(2)
    assert (state.stock[ATTACKER, 0], state.pool_soldiers[0]) == (0, 12)


def test_soldiers_beyond_the_last_row_stay_in_stock(state):
    state.form_teams(4 * 10 + 7)
    assert state.cursor[NEXT_ROW] == state.capacity
    assert state.stock[ATTACKER, 0] == 7
    assert state.soldiers(ATTACKER) == 47


def test_soldiers_counts_rows_stocks_and_units_in_reserve(state):
    state.n_soldiers[:3] = 5
    state.form_units(DEFENDER, 20, 8)
    state.form_units(ATTACKER, 9, 8)
    state.stock[DEFENDER, 0] = 3
    assert state.soldiers(DEFENDER) == 15 + 20 + 3
    assert state.soldiers(ATTACKER) == 9


def test_units_are_packets_and_the_last_one_what_is_left(state):
    state.form_units(DEFENDER, 20, 8)
    state.form_units(ATTACKER, 8, 8)
    assert state.unit_soldiers[:5].tolist() == state.unit_home[:5].tolist() == [8, 8, 4, 8, 0]
    assert state.unit_side[:4].tolist() == [DEFENDER] * 3 + [ATTACKER]
    assert state.unit_status[:5].tolist() == [STANDING_BACK] * 4 + [NO_UNIT]


def test_where_packets_would_be_too_many_units_are_larger(state):
    state.form_units(DEFENDER, 1000, 1)
    state.form_units(ATTACKER, 64, 1)
    assert (state.unit_soldiers > 0).sum() == 32 + 32
    assert state.unit_soldiers[state.unit_side == DEFENDER].max() == 32
    assert (state.reserve_soldiers(DEFENDER), state.reserve_soldiers(ATTACKER)) == (1000, 64)


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
    model = Campaign(toy({"time.horizon_days": 1}), 1)
    model.state.n_events[0] = MAX_EVENTS_PER_DAY + 1
    with pytest.raises(InputError, match=f"events in one day; at most {MAX_EVENTS_PER_DAY:,} can be recorded"):
        model.run()


def test_the_pool_is_a_queue_that_goes_round():
    changes = {"time.horizon_days": 30, "reinforcement.rest_h": 1.0, "command.release_share_per_day": 2.0}
    model = Campaign(toy(changes), 1)
    model.run()
    assert model.state.cursor[POOL_TAIL] > len(model.state.pool)
