"""Cohesion falls beside a raid and under shells, never below its floor, and recovers; a pocket is given up."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.cohesion import Cohesion, CohesionValues
from sim.mechanisms.shared.front import watch_again
from sim.world.integer_codes import BREAKOUT, BROKE_OUT, DEFENDER
from tests.support.bench import Bench

PLACE = 3.5, 0.5
VALUES = CohesionValues(
    raid_fear=0.1, suppression_per_shell=0.003, floor=0.2, recovery_h=24.0, breakouts_per_day=0.1,
    p_lost_breaking_out=0.2,
)  # fmt: skip


def bench_with(**changes):
    """Return a bench with the mechanism, some of its values changed."""
    return Bench(Cohesion(VALUES._replace(**changes)))


def shaken(raids, **changes):
    """Return a bench after this many raids on a cell within one short tick, and the cell."""
    bench = bench_with(**changes)
    cell = bench.cell(*PLACE)
    bench.ground.raids[cell] = raids
    bench.act(dt_h=1e-9)
    return bench, cell


def test_a_raid_frightens_the_four_cells_beside_it_and_no_others():
    bench, cell = shaken(1, raid_fear=0.25, floor=0.0)
    beside = bench.ground.neighbours[cell]
    assert bench.ground.cohesion[beside] == pytest.approx([0.75] * 4)
    others = np.setdiff1d(np.arange(bench.ground.n_cells), beside)
    assert np.all(bench.ground.cohesion[others] == 1.0)


def test_several_raids_add_up_to_the_floor():
    bench, cell = shaken(3, raid_fear=0.25, floor=0.2)
    assert bench.ground.cohesion[bench.ground.neighbours[cell]] == pytest.approx([0.25] * 4)
    bench.ground.raids[cell] = 1
    bench.act(dt_h=1e-9)
    assert bench.ground.cohesion[bench.ground.neighbours[cell]] == pytest.approx([0.2] * 4)


def test_a_raid_is_felt_once():
    bench, cell = shaken(1, raid_fear=0.25)
    assert bench.ground.raids[cell] == 0


@pytest.mark.parametrize("dt", [0.25, 1.0, 6.0])
def test_cohesion_recovers_with_its_time_constant(dt):
    bench = bench_with(recovery_h=24.0)
    cells = bench.state.objective_cell[: bench.state.n_sections]
    bench.ground.cohesion[cells] = 0.4
    watch_again(bench.ground)
    for tick in range(round(12 / dt)):
        bench.act(tick * dt, dt)
    assert bench.ground.cohesion[cells] == pytest.approx(1.0 - 0.6 * math.exp(-0.5))


def test_without_fear_nothing_falls():
    bench, _ = shaken(5, raid_fear=0.0)
    assert np.all(bench.ground.cohesion == 1.0)


def test_shells_shake_the_section_that_they_fall_on_and_are_felt_once():
    bench = bench_with(suppression_per_shell=0.02, floor=0.1)
    near, far = bench.cell(*PLACE), bench.cell(-3.5, 0.5)
    bench.ground.shells[near], bench.ground.shells[far] = 10.0, 1000.0
    watch_again(bench.ground)
    bench.act(dt_h=1e-9)
    assert bench.ground.cohesion[[near, far]] == pytest.approx([0.8, 0.1])
    assert np.sum(bench.ground.cohesion < 1.0) == 2
    assert not bench.ground.shells.any()


def pocketed(n_soldiers, **changes):
    """Return a bench with one section in a pocket."""
    bench = bench_with(**{"breakouts_per_day": 2.0, "p_lost_breaking_out": 0.25} | changes)
    section = bench.section(*PLACE, n_soldiers=n_soldiers)
    bench.ground.is_connected[bench.cell(*PLACE)] = 0
    return bench, section


def test_a_pocket_is_given_up_at_its_rate_with_its_losses():
    n, soldiers, dt = 2_000, 20, 6.0
    bench, section = pocketed(soldiers)
    lost = []
    for seed in range(n):
        bench.state.n_soldiers[section] = soldiers
        before = bench.state.losses[DEFENDER, BREAKOUT], bench.state.stock[DEFENDER, 0]
        bench.act(dt_h=dt, seed=seed)
        fell = int(bench.state.losses[DEFENDER, BREAKOUT] - before[0])
        if bench.state.n_soldiers[section] == 0:
            assert bench.state.stock[DEFENDER, 0] - before[1] == soldiers - fell
            lost.append(fell)
        else:
            assert fell == 0
    assert len(bench.events(BROKE_OUT)) == len(lost)
    p = 1.0 - math.exp(-2.0 * dt / 24.0)
    z = stats.norm.isf(5e-4)
    assert abs(len(lost) / n - p) <= z * math.sqrt(p * (1.0 - p) / n)
    assert abs(np.mean(lost) - 5.0) <= z * math.sqrt(soldiers * 0.25 * 0.75 / len(lost))


@pytest.mark.parametrize("what", ["connected", "assaulted", "lost already"])
def test_only_a_quiet_section_in_a_pocket_leaves(what):
    bench, section = pocketed(20, breakouts_per_day=1e6)
    cell = bench.cell(*PLACE)
    bench.ground.is_connected[cell] = what == "connected"
    bench.ground.assault_force[cell] = 4 * (what == "assaulted")
    bench.ground.is_held_by_enemy[cell] = what == "lost already"
    bench.act()
    assert bench.state.n_soldiers[section] == 20
