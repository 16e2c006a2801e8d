"""Cohesion falls beside a raid, never below its floor, and recovers exponentially at any length of tick."""

import math

import numpy as np
import pytest
from single_phase import Bench

PLACE = 3.5, 0.5


def shaken(raids, **changes):
    bench = Bench("cohesion", {f"cohesion.{name}": value for name, value in changes.items()})
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
    bench = Bench("cohesion", {"cohesion.recovery_h": 24.0})
    cells = bench.state.objective_cell[: bench.state.n_sections]
    bench.ground.cohesion[cells] = 0.4
    for tick in range(round(12 / dt)):
        bench.act(tick * dt, dt)
    assert bench.ground.cohesion[cells] == pytest.approx(1.0 - 0.6 * math.exp(-0.5))


def test_without_fear_nothing_falls():
    bench, _ = shaken(5, raid_fear=0.0)
    assert np.all(bench.ground.cohesion == 1.0)
