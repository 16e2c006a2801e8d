"""Orders conserve soldiers, follow effort and pressure, and release as many groups as they say in the mean."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.campaign.daily_orders import (
    attacker_front,
    choose_objectives,
    order_relief,
    post_crews,
    pressure_weights,
    set_targets,
    spread_entries,
)
from sim.world.clock import Tick
from sim.world.integer_codes import ADVANCE, N_ACTIVE, N_FORWARD, POOL_HEAD, POOL_TAIL, SENT_FORWARD
from sim.world.keyed_draws import Draws
from tests.support.single_phase import Bench

ALPHA = 1e-3
BOUND = stats.norm.isf(ALPHA / 2)
PLACES = (-4.5, 0.5), (-2.5, 0.5), (2.5, 0.5)


def ordered(effort=(0.5, 0.5), per_day=96.0, changes=None, troops=400):
    """Return a bench whose attacker has orders: two objectives in the west and one in the east."""
    bench = Bench("command", {"attacker.troops": troops} | (changes or {}))
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
    """Take back what was sent forward: everybody is in the pool again."""
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
    changes = {"attacker.mobility_share": {"foot": 0.4, "motorcycle": 0.3, "atv": 0.2, "armour": 0.1}}
    bench = ordered(effort=(0.75, 0.25), per_day=40_000.0, changes=changes, troops=12_000)
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
    bench = ordered(per_day=4_000.0, changes={"attacker.group_size": 12})
    bench.act(0.0, 1.0)
    groups, sizes = np.unique(bench.state.group_id[sent(bench)], return_counts=True)
    assert len(groups) > 3
    assert set(sizes) == {3}


def test_what_leaves_the_pool_is_under_way():
    bench = ordered(per_day=2_000.0)
    state = bench.state
    before = state.pool_soldiers[0]
    bench.act()
    assert state.count[SENT_FORWARD] == state.n_soldiers[sent(bench)].sum() == before - state.pool_soldiers[0] > 0
    assert state.soldiers(0) == 400


def test_an_empty_pool_sends_nobody():
    bench = ordered(per_day=1e6)
    for hour in range(3):
        bench.act(float(hour))
    assert bench.state.cursor[POOL_HEAD] == bench.state.cursor[POOL_TAIL]
    assert len(sent(bench)) == 100
    assert bench.state.pool_soldiers[0] == 0


def test_without_objectives_nobody_is_sent():
    bench = ordered(per_day=1e4)
    bench.state.n_objectives[:] = 0
    bench.act()
    assert len(sent(bench)) == 0


def test_an_axis_without_objectives_leaves_its_effort_to_the_others():
    bench = ordered(per_day=1e4)
    bench.state.n_objectives[0] = 0
    bench.act()
    assert set(bench.state.axis[sent(bench)]) == {1}


def test_an_axis_without_effort_gets_nobody():
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


def test_targets_follow_density_town_depth_and_weight():
    bench = Bench("command")
    ground = bench.ground
    n_front, n = ground.line_count
    cells = ground.line_cells[:n]
    ground.terrain[cells[0]] = 1
    weights = np.ones(n)
    weights[1] = 2.0
    ground.target_soldiers[:] = 0
    for axis in range(2):
        set_targets(ground, axis, weights, 10.0, 3.0, 0.5)
    target = ground.target_soldiers[cells]
    assert target[0] == 30
    assert target[1] == 20
    assert set(target[2:n_front]) == {10}
    assert set(target[n_front:]) == {5}


def test_an_axis_sets_the_targets_of_its_own_sections_only():
    bench = Bench("command")
    ground = bench.ground
    ground.target_soldiers[:] = 0
    set_targets(ground, 1, np.ones(ground.line_count[1]), 10.0, 1.0, 0.5)
    assert set(ground.axis[np.flatnonzero(ground.target_soldiers)]) == {1}


def test_entries_become_pressure_that_decays():
    bench = Bench("command", {"command.pressure_radius_km": 1.0, "command.pressure_decay_days": 5.0})
    ground, cell = bench.ground, bench.cell(2.5, 0.5)
    ground.entries[cell] = 3
    spread_entries(bench.state, ground, bench.scenario.command)
    near = [cell, *(int(c) for c in ground.neighbours[cell])]
    assert set(np.flatnonzero(ground.pressure)) == {c for c in near if ground.axis[c] >= 0}
    assert ground.pressure[cell] == 3.0
    assert ground.entries.sum() == 0
    spread_entries(bench.state, ground, bench.scenario.command)
    assert ground.pressure[cell] == pytest.approx(3.0 * math.exp(-1 / 5))


def test_weights_lie_between_floor_and_cap_and_average_one_on_the_front():
    bench = Bench("command", {"command.pressure_floor": 0.4, "command.pressure_cap": 2.5})
    ground = bench.ground
    n_front = ground.line_count[0]
    assert np.all(pressure_weights(ground, bench.scenario.command) == 1.0)
    ground.pressure[ground.line_cells[0]], ground.pressure[ground.line_cells[1]] = 50.0, 5.0
    weights = pressure_weights(ground, bench.scenario.command)
    assert weights[:n_front].mean() == pytest.approx(1.0)
    assert weights.max() / weights.min() == pytest.approx(2.5 / 0.4)
    assert weights[0] > weights[1] > weights[2]


def test_crews_are_posted_along_the_front_in_proportion_to_the_weights():
    bench = Bench("command", {"drone_strikes.defender.n_crews": 130, "drone_strikes.attacker.n_crews": 13})
    ground = bench.ground
    n_front = int(ground.line_count[0])
    weights = np.ones(ground.line_count[1])
    weights[3] = 2.0
    post_crews(bench.state, ground, weights)
    for side, per_weight in ((1, 10), (0, 1)):
        posts = bench.state.crew_cell[bench.state.crew_side == side]
        at = [int(np.sum(posts == cell)) for cell in ground.line_cells[:n_front]]
        assert at == [per_weight * (2 if i == 3 else 1) for i in range(n_front)]


def chosen(bench, n, axis=0):
    choose_objectives(bench.state, bench.ground, axis, n, bench.scenario.command, Tick(0.0, 1.0), Draws(1))
    return bench.state.objectives[axis, : bench.state.n_objectives[axis]].tolist()


CALM = {f"command.weight_{name}": 0.0 for name in ("neighbours", "distance_per_km", "jitter", "contested")}


def test_objectives_are_front_cells_of_the_axis_without_repetition():
    bench = Bench("command")
    cells = chosen(bench, 4)
    assert len(set(cells)) == 4
    front = bench.ground.line_cells[: bench.ground.line_count[0]]
    assert set(cells) <= set(front[bench.ground.axis[front] == 0].tolist())
    assert len(chosen(bench, 50)) == 6


def test_a_cell_that_sticks_out_is_preferred():
    bench = Bench("command", CALM | {"command.weight_neighbours": 1.0})
    bench.ground.control[bench.cell(-4.5, 0.5)] = 1
    bench.phase, _ = bench.phase, bench.model.phases[-1]._redraw_front(bench.state, bench.ground, Tick(0.0, 1.0))
    assert set(chosen(bench, 2)) == {bench.cell(-5.5, 0.5), bench.cell(-3.5, 0.5)}


def test_a_cell_near_the_goal_is_preferred():
    bench = Bench("command", CALM | {"command.weight_distance_per_km": 1.0})
    assert set(chosen(bench, 2)) == {bench.cell(-3.5, 0.5), bench.cell(-2.5, 0.5)}


def test_a_cell_that_is_fought_for_is_preferred():
    bench = Bench("command", CALM | {"command.weight_contested": 1.0, "command.weight_jitter": 0.5})
    bench.ground.assault_force[bench.cell(-0.5, 0.5)] = 9
    bench.ground.is_held_by_enemy[bench.cell(-5.5, 0.5)] = 1
    assert set(chosen(bench, 2)) == {bench.cell(-0.5, 0.5), bench.cell(-5.5, 0.5)}


def test_jitter_alone_chooses_each_cell_as_often_as_the_next():
    bench = Bench("command", CALM | {"command.weight_jitter": 1.0})
    picked = []
    for seed in range(1_200):
        choose_objectives(bench.state, bench.ground, 0, 1, bench.scenario.command, Tick(0.0, 1.0), Draws(seed))
        picked.append(int(bench.state.objectives[0, 0]))
    assert stats.chisquare(np.unique(picked, return_counts=True)[1]).pvalue > ALPHA
    assert len(set(picked)) == 6


def test_relief_is_ordered_for_what_the_attackers_front_lacks():
    bench = Bench("command")
    bench.put("garrison", 3.5, -0.5, n_soldiers=8)
    bench.put("advance", 2.5, -0.5, n_soldiers=4)
    order_relief(bench.state, bench.ground, 8.0)
    front = attacker_front(bench.ground, bench.state.objective_cell[: bench.state.n_sections])
    listed = bench.state.relief_cells[0, : bench.state.n_relief[0]].tolist()
    assert set(front.tolist()) - set(listed) == {bench.cell(3.5, -0.5)}
    assert bench.state.relief_per_day[0] == 8.0 * (len(front) - 2) + 4.0
