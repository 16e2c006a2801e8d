"""Chains of the teams before one cell, and what is done to those along one, on bare arrays."""

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.shared.duel import DuelDraws
from sim.mechanisms.shared.teams_in_cell import (
    Rows,
    cells_with_teams,
    chain_of_cell,
    change_state,
    count_in_cell,
    gather_by_cell,
    holders_in_cell,
    scatter,
    strike_off_fallen,
    strike_off_in_cell,
)
from sim.world.clock import Tick
from sim.world.integer_codes import ADVANCE, ASSAULT, HOLD, N_ACTIVE, N_CURSORS, N_FORWARD, WAIT, WITHDRAW
from sim.world.keyed_draws import DIRECT_FIRE, Draws

CELL = np.array([0, 0, 1, 0, 0, 2, 2, 2, 0, 1], np.int32)


@pytest.fixture
def rows():
    """Six active rows of four soldiers, all forward; rows 5, 6 and 7 are in cell 2: one waits, two hold."""
    cursor = np.zeros(N_CURSORS, np.int64)
    cursor[[N_ACTIVE, N_FORWARD]] = 6
    state = np.full(10, ADVANCE, np.int8)
    state[[5, 6, 7]] = WAIT, HOLD, HOLD
    return Rows(
        active=np.array([5, 6, 7, 2, 9, 8], np.int32),
        forward=np.arange(6, dtype=np.int32),
        cursor=cursor,
        following=np.zeros(6, np.int32),
        state=state,
        n_soldiers=np.full(10, 4, np.int32),
        objective_cell=CELL,
        group_id=np.array([0, 0, 9, 0, 0, 3, 3, 3, 4, 9], np.int32),
        timer_h=np.zeros(10),
        remaining_km=np.zeros(10),
        mobility=np.array([0, 0, 0, 0, 0, 0, 1, 3, 0, 0], np.int8),
    )


@pytest.fixture
def first():
    return np.full(4, -1, np.int32)


def chain_from(start, rows):
    """Return the rows along a chain."""
    chain = []
    while start >= 0:
        chain.append(int(rows.active[start]))
        start = rows.following[start]
    return chain


def test_chains_hold_each_cells_rows_in_order_and_are_undone(rows, first):
    gather_by_cell(rows, first)
    assert [chain_from(first[cell], rows) for cell in range(4)] == [[8], [2, 9], [5, 6, 7], []]
    scatter(rows, first)
    assert first.tolist() == [-1] * 4


def test_a_chain_of_one_cell_holds_its_garrison_too(rows):
    rows.cursor[N_FORWARD] = 0
    assert chain_from(chain_of_cell(2, rows), rows) == [5, 6, 7]
    assert chain_of_cell(3, rows) == -1


def test_each_cell_where_teams_wait_or_assault_is_listed_once_and_the_chains_stay(rows, first):
    rows.state[[6, 7, 9]] = ASSAULT
    gather_by_cell(rows, first)
    before, cells = first.copy(), np.zeros(4, np.int32)
    n = cells_with_teams(rows, first, cells)
    assert cells[:n].tolist() == [2, 1]
    assert first.tolist() == before.tolist()


def test_only_those_in_the_state_asked_for_are_counted_struck_and_changed(rows, first):
    gather_by_cell(rows, first)
    start = int(first[2])
    assert count_in_cell(start, HOLD, rows) == 8
    strike_off_in_cell(5, HOLD, start, rows)
    assert rows.n_soldiers[[5, 6, 7]].tolist() == [4, 4, 3]
    change_state(start, HOLD, WITHDRAW, 7.5, 15.0, rows)
    assert rows.state[[5, 6, 7]].tolist() == [WAIT, WITHDRAW, WITHDRAW]
    assert rows.timer_h[[5, 6, 7]].tolist() == [0.0, 7.5, 7.5]
    assert rows.remaining_km[[5, 6, 7]].tolist() == [0.0, 15.0, 15.0]


def test_those_who_fall_are_as_likely_to_be_in_any_row_by_its_soldiers(rows, first):
    gather_by_cell(rows, first)
    rows.n_soldiers[7] = 2
    struck = np.zeros(10, int)
    for seed in range(3_000):
        left = rows._replace(n_soldiers=rows.n_soldiers.copy())
        draws = DuelDraws(Draws(seed).stream(DIRECT_FIRE, Tick(0.0, 1.0)), 5, 100)
        strike_off_fallen(2, 6, HOLD, int(first[2]), draws, left)
        struck += rows.n_soldiers - left.n_soldiers
    assert struck.sum() == 6_000
    assert struck[5] == 0
    # Two of six without replacement: the number out of four is hypergeometric, of variance 2 2/3 1/3 4/5 per pair.
    z = (struck[6] - 4_000) / np.sqrt(3_000 * 2 * (2 / 3) * (1 / 3) * (4 / 5))
    assert abs(z) <= stats.norm.isf(5e-4)


@pytest.mark.parametrize(("rider_stay", "expected"), [(1.0, 8.0), (0.25, 5.0), (0.0, 4.0)])
def test_riders_who_hold_a_cell_count_as_the_share_who_dismount(rows, first, rider_stay, expected):
    """One of the two groups that hold cell 2 came on motorcycles, the other in armour; the third waits."""
    gather_by_cell(rows, first)
    assert holders_in_cell(first[2], rider_stay, rows) == expected
