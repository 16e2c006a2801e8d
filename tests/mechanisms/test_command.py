"""The release of groups conserves soldiers, follows effort and objectives, and is in the mean as ordered.

Covers sim.mechanisms.shared.release.
"""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.command import Command, CommandValues
from sim.mechanisms.shared.release import pick_mobility
from sim.world.integer_codes import ADVANCE, N_ACTIVE, N_FORWARD, POOL_HEAD, POOL_TAIL, SENT_FORWARD
from tests.support.bench import Bench

ALPHA = 1e-3
BOUND = stats.norm.isf(ALPHA / 2)
PLACES = (-4.5, 0.5), (-2.5, 0.5), (2.5, 0.5)


SHARES = np.array([0.7, 0.85, 0.95, 1.0])
VALUES = CommandValues(group_size=4, cumulative_mobility=SHARES, relief_mobility=SHARES)


def ordered(effort=(0.5, 0.5), per_day=96.0, values=VALUES, troops=400):
    """Return a bench whose attacker has orders: two objectives in the west and one in the east."""
    bench = Bench(Command(values), troops=troops, capacity=troops // 4)
    state = bench.state
    state.effort[:], state.release_per_day[0] = effort, per_day
    state.objectives[0, :2] = [bench.cell(*place) for place in PLACES[:2]]
    state.objectives[1, 0] = bench.cell(*PLACES[2])
    state.n_objectives[:] = 2, 1
    return bench


def sent(bench):
    """Return the rows that are under way."""
    return bench.state.active[: bench.state.cursor[N_ACTIVE]]


def refill(bench):
    """Take back what was sent forward: all are in the pool again."""
    state = bench.state
    state.pool_soldiers[0] += state.n_soldiers[sent(bench)].sum()
    state.cursor[[POOL_HEAD, N_ACTIVE, N_FORWARD]], state.count[SENT_FORWARD] = 0, 0


@pytest.mark.parametrize("dt", [0.25, 1.0, 12.0])
def test_as_many_soldiers_are_sent_as_ordered_in_the_mean(dt):
    bench, n = ordered(), 1_500
    groups = []
    for seed in range(n):
        bench.act(0.0, dt, seed=seed)
        groups.append(len(sent(bench)))
        refill(bench)
    mean = 96.0 * dt / 24.0 / 4
    assert abs(np.mean(groups) - mean) <= BOUND * math.sqrt(mean / n)
    assert abs(np.var(groups, ddof=1) / mean - 1.0) <= BOUND * math.sqrt((2 + 1 / mean) / n)


def test_groups_follow_effort_objectives_and_mobility_shares():
    values = VALUES._replace(cumulative_mobility=np.array([0.4, 0.7, 0.9, 1.0]))
    bench = ordered(effort=(0.75, 0.25), per_day=40_000.0, values=values, troops=12_000)
    bench.act(0.0, 1.0)
    rows = sent(bench)
    state, n = bench.state, len(rows)
    assert n > 300
    cells = [np.sum(state.objective_cell[rows] == bench.cell(*place)) for place in PLACES]
    assert stats.chisquare(cells, np.array([0.375, 0.375, 0.25]) * n).pvalue > ALPHA
    by = np.bincount(state.mobility[rows], minlength=4)
    assert stats.chisquare(by, np.array([0.4, 0.3, 0.2, 0.1]) * n).pvalue > ALPHA
    assert np.array_equal(state.axis[rows], bench.ground.axis[state.objective_cell[rows]])
    assert set(state.state[rows]) == {ADVANCE}
    assert set(state.remaining_km[rows]) == {bench.ground.stage_km}


def test_a_group_is_as_many_rows_as_it_takes_with_one_id():
    bench = ordered(per_day=4_000.0, values=VALUES._replace(group_size=12))
    bench.act(0.0, 1.0)
    groups, sizes = np.unique(bench.state.group_id[sent(bench)], return_counts=True)
    assert len(groups) > 3
    assert set(sizes) == {3}


def test_what_leaves_the_pool_is_sent_forward():
    bench = ordered(per_day=2_000.0)
    state = bench.state
    before = state.pool_soldiers[0]
    bench.act()
    assert state.count[SENT_FORWARD] == state.n_soldiers[sent(bench)].sum() == before - state.pool_soldiers[0] > 0
    assert state.soldiers(0) == 400


def test_an_empty_pool_sends_no_group():
    bench = ordered(per_day=1e6)
    for hour in range(3):
        bench.act(float(hour))
    assert bench.state.cursor[POOL_HEAD] == bench.state.cursor[POOL_TAIL]
    assert len(sent(bench)) == 100
    assert bench.state.pool_soldiers[0] == 0


def test_without_objectives_no_group_is_sent():
    bench = ordered(per_day=1e4)
    bench.state.n_objectives[:] = 0
    bench.act()
    assert len(sent(bench)) == 0


def test_an_axis_without_objectives_leaves_its_effort_to_the_others():
    bench = ordered(per_day=1e4)
    bench.state.n_objectives[0] = 0
    bench.act()
    assert set(bench.state.axis[sent(bench)]) == {1}


def test_an_axis_without_effort_gets_no_group():
    bench = ordered(effort=(0.0, 1.0), per_day=1e4)
    bench.act()
    assert set(bench.state.axis[sent(bench)]) == {1}


def test_ids_of_groups_are_not_used_twice_in_a_quarter_of_an_hour():
    bench = ordered(per_day=20_000.0, troops=4_000)
    for start, dt in ((7.0, 0.1), (7.1, 0.1), (7.2, 0.05), (7.25, 0.25)):
        bench.act(start, dt)
    groups = bench.state.group_id[sent(bench)]
    assert len(groups) > 60
    assert len(np.unique(groups)) == len(groups)


def test_garrisons_are_relieved_from_the_whole_front():
    bench = ordered(per_day=0.0)
    state, cell = bench.state, bench.cell(3.5, -0.5)
    state.relief_per_day[0], state.relief_cells[0, 0], state.n_relief[0] = 1e4, cell, 1
    bench.act()
    assert set(state.objective_cell[sent(bench)]) == {cell}


def test_relief_goes_as_its_own_shares_say():
    bench = ordered(per_day=4_000.0, values=VALUES._replace(relief_mobility=np.ones(4)))
    state, cell = bench.state, bench.cell(3.5, -0.5)
    state.relief_per_day[0], state.relief_cells[0, 0], state.n_relief[0] = 2_000.0, cell, 1
    bench.act()
    rows = sent(bench)
    is_relief = state.objective_cell[rows] == cell
    assert set(state.mobility[rows[is_relief]]) == {0}
    assert set(state.mobility[rows[~is_relief]]) >= {0, 1}


@pytest.mark.parametrize(("u", "mobility"), [(0.0, 0), (0.69, 0), (0.7, 1), (0.94, 2), (0.96, 3), (1.0, 3)])
def test_a_mobility_is_picked_by_its_cumulative_share(u, mobility):
    assert pick_mobility(u, VALUES.cumulative_mobility) == mobility
