"""The orders of a day: pressure, the targets of sections, crews' posts, objectives, and garrisons to relieve."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.campaign.daily_orders import (
    attacker_front,
    choose_objectives,
    order_relief,
    post_crews,
    spread_entries,
)
from sim.campaign.manning import Manning, pressure_weights, set_targets
from sim.mechanisms.command import Command, CommandParams, CommandValues
from sim.world.clock import Tick
from sim.world.ground import update_line
from sim.world.keyed_draws import Draws
from tests.support.bench import Bench

ALPHA = 1e-3
PARAMS = CommandParams(
    attacker_policy="doctrine", defender_policy="hold_the_line", doctrine="frontal",
    effort={"frontal": {"west": 0.5, "east": 0.5}}, effort_gain=1.0, adaptation_days=14.0, release="share_of_pool",
    release_share_per_day=0.25, release_soldiers_per_day=150.0, surge_day=0, surge_days=0, surge_factor=2.0,
    culmination_share=0.0, resume_share=0.45, n_objectives=4, weight_neighbours=1.0, weight_distance_per_km=0.3,
    weight_jitter=1.0, weight_contested=2.0, weight_symbolic=0.5, pressure_radius_km=5.0, pressure_decay_days=5.0,
    pressure_floor=0.6, pressure_cap=1.5, gap_trigger=0.1, depth_trigger_km=2.0, commit_ratio=1.5,
)  # fmt: skip


def with_values(**changes):
    """Return the values of the command with some of them changed."""
    return PARAMS.model_copy(update=changes)


def bench_of(n_crews=(5, 6)):
    """Return a bench on whose arrays orders are given; its mechanism does not act."""
    return Bench(Command(CommandValues(4, np.ones(4), np.ones(4))), n_crews=n_crews)


def test_targets_follow_density_town_depth_and_weight():
    bench = bench_of()
    ground = bench.ground
    n_front, n = ground.line_count
    cells = ground.line_cells[:n]
    ground.terrain[cells[0]] = 1
    weights = np.ones(n)
    weights[1] = 2.0
    ground.target_soldiers[:] = 0
    for axis in range(2):
        set_targets(ground, axis, weights, Manning(10.0 * ground.km_per_front_cell, 3.0, 0.5))
    target = ground.target_soldiers[cells]
    assert target[0] == 30
    assert target[1] == 20
    assert set(target[2:n_front]) == {10}
    assert set(target[n_front:]) == {5}


def test_an_axis_sets_the_targets_of_its_own_sections_only():
    bench = bench_of()
    ground = bench.ground
    ground.target_soldiers[:] = 0
    set_targets(ground, 1, np.ones(ground.line_count[1]), Manning(10.0 * ground.km_per_front_cell, 1.0, 0.5))
    assert set(ground.axis[np.flatnonzero(ground.target_soldiers)]) == {1}


def test_entries_become_pressure_that_decays():
    bench, params = bench_of(), with_values(pressure_radius_km=1.0, pressure_decay_days=5.0)
    ground, cell = bench.ground, bench.cell(2.5, 0.5)
    ground.entries[cell] = 3
    spread_entries(bench.state, ground, params)
    near = [cell, *(int(c) for c in ground.neighbours[cell])]
    assert set(np.flatnonzero(ground.pressure)) == {c for c in near if ground.axis[c] >= 0}
    assert ground.pressure[cell] == 3.0
    assert ground.entries.sum() == 0
    spread_entries(bench.state, ground, params)
    assert ground.pressure[cell] == pytest.approx(3.0 * math.exp(-1 / 5))


def test_weights_lie_between_floor_and_cap_and_average_one_on_the_front():
    bench, params = bench_of(), with_values(pressure_floor=0.4, pressure_cap=2.5)
    ground = bench.ground
    n_front = ground.line_count[0]
    assert np.all(pressure_weights(ground, params) == 1.0)
    ground.pressure[ground.line_cells[0]], ground.pressure[ground.line_cells[1]] = 50.0, 5.0
    weights = pressure_weights(ground, params)
    assert weights[:n_front].mean() == pytest.approx(1.0)
    assert weights.max() / weights.min() == pytest.approx(2.5 / 0.4)
    assert weights[0] > weights[1] > weights[2]


def test_crews_are_posted_along_the_front_in_proportion_to_the_weights():
    bench = bench_of(n_crews=(13, 130))
    ground = bench.ground
    n_front = int(ground.line_count[0])
    weights = np.ones(ground.line_count[1])
    weights[3] = 2.0
    post_crews(bench.state, ground, weights)
    for side, per_weight in ((1, 10), (0, 1)):
        posts = bench.state.crew_cell[bench.state.crew_side == side]
        at = [int(np.sum(posts == cell)) for cell in ground.line_cells[:n_front]]
        assert at == [per_weight * (2 if i == 3 else 1) for i in range(n_front)]


def chosen(bench, n, params=PARAMS, axis=0, seed=1):
    """Choose n objectives on an axis and return their cells."""
    choose_objectives(bench.state, bench.ground, axis, n, params, Tick(0.0, 1.0), Draws(seed))
    return bench.state.objectives[axis, : bench.state.n_objectives[axis]].tolist()


def only(**weights):
    """Return values in which the weights of objectives are zero but for these."""
    zero = dict.fromkeys(("neighbours", "distance_per_km", "jitter", "contested", "symbolic"), 0.0)
    return with_values(**{f"weight_{name}": value for name, value in (zero | weights).items()})


def test_objectives_are_front_cells_of_the_axis_without_repetition():
    bench = bench_of()
    cells = chosen(bench, 4)
    assert len(set(cells)) == 4
    front = bench.ground.line_cells[: bench.ground.line_count[0]]
    assert set(cells) <= set(front[bench.ground.axis[front] == 0].tolist())
    assert len(chosen(bench, 50)) == 6


def test_a_cell_that_sticks_out_is_preferred():
    bench = bench_of()
    ground = bench.ground
    ground.control[bench.cell(-4.5, 0.5)] = 1
    update_line(ground.control, ground.axis, ground.neighbours, ground.line, ground.line_cells, ground.line_count)
    assert set(chosen(bench, 2, only(neighbours=1.0))) == {bench.cell(-5.5, 0.5), bench.cell(-3.5, 0.5)}


def test_a_cell_near_the_goal_is_preferred():
    bench = bench_of()
    assert set(chosen(bench, 2, only(distance_per_km=1.0))) == {bench.cell(-3.5, 0.5), bench.cell(-2.5, 0.5)}


def test_a_cell_that_is_fought_for_is_preferred():
    bench = bench_of()
    bench.ground.assault_force[bench.cell(-0.5, 0.5)] = 9
    bench.ground.is_held_by_enemy[bench.cell(-5.5, 0.5)] = 1
    assert set(chosen(bench, 2, only(contested=1.0, jitter=0.5))) == {bench.cell(-0.5, 0.5), bench.cell(-5.5, 0.5)}


def test_a_cell_of_a_symbolic_objective_is_preferred():
    bench = bench_of()
    bench.ground.is_symbolic[bench.cell(-1.5, 0.5)] = True
    assert chosen(bench, 1, only(symbolic=1.0, jitter=0.5)) == [bench.cell(-1.5, 0.5)]


def test_jitter_alone_chooses_each_cell_as_often_as_the_next():
    bench = bench_of()
    picked = [chosen(bench, 1, only(jitter=1.0), seed=seed)[0] for seed in range(1_200)]
    assert stats.chisquare(np.unique(picked, return_counts=True)[1]).pvalue > ALPHA
    assert len(set(picked)) == 6


def test_relief_is_ordered_for_what_the_attackers_front_lacks():
    bench = bench_of()
    bench.put("garrison", 3.5, -0.5, n_soldiers=8)
    bench.put("advance", 2.5, -0.5, n_soldiers=4)
    order_relief(bench.state, bench.ground, 8.0)
    front = attacker_front(bench.ground, bench.state.objective_cell[: bench.state.n_sections])
    listed = bench.state.relief_cells[0, : bench.state.n_relief[0]].tolist()
    assert set(front.tolist()) - set(listed) == {bench.cell(3.5, -0.5)}
    assert bench.state.relief_per_day[0] == 8.0 * (len(front) - 2) + 4.0


@pytest.mark.parametrize(("mobility", "is_relief"), [(0, True), (1, False), (2, False), (3, True)])
def test_riders_who_join_no_garrison_are_not_on_their_way_to_one(mobility, is_relief):
    bench = bench_of()
    bench.put("advance", 2.5, -0.5, n_soldiers=4, mobility=mobility)
    needs = []
    for do_riders_stay in (True, False):
        order_relief(bench.state, bench.ground, 8.0, do_riders_stay=do_riders_stay)
        needs.append(bench.state.relief_per_day[0])
    assert needs[1] - needs[0] == (0.0 if is_relief else 4.0)
