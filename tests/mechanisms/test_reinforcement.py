"""Soldiers arrive as a steady flow, rested teams come back made up to strength, quiet sections fill."""

import math
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.reinforcement import Reinforcement, ReinforcementValues
from sim.mechanisms.shared.groups import send_to_rest
from sim.mechanisms.shared.marches import marching_to, set_out
from sim.world.clock import ticks
from sim.world.integer_codes import N_ACTIVE, N_FORWARD, POOL, POOL_TAIL
from tests.support.bench import Bench

BOUND = stats.norm.isf(5e-4)
# No arrivals.
VALUES = ReinforcementValues(
    attacker_replacements_per_day=0.0, defender_replacements_per_day=0.0, fill_time_h=18.0
)  # fmt: skip
AT_ONCE = 0.01


class Rows(NamedTuple):
    """What `send_to_rest` uses."""

    state: np.ndarray
    timer_h: np.ndarray
    rest: np.ndarray
    cursor: np.ndarray


def bench_with(**changes):
    """Return a bench with the mechanism, some of its values changed."""
    return Bench(Reinforcement(VALUES._replace(**changes)))


@pytest.mark.parametrize("tick_h", [0.25, 1.0, 24.0])
@pytest.mark.parametrize("rate", [0.0, 0.3, 7.0, 80.0, 401.5])
def test_arrivals_are_the_whole_part_of_rate_times_time(tick_h, rate):
    bench = bench_with(attacker_replacements_per_day=rate, defender_replacements_per_day=rate)
    for tick in ticks(10 * 24.0, tick_h):
        bench.act(tick.start_h, tick.dt_h)
        if tick.end_h % 24.0 == 0.0:
            assert bench.state.arrived.tolist() == [math.floor(rate * tick.end_h / 24.0 + 1e-6)] * 2
    assert bench.state.soldiers(0) == 400 + bench.state.arrived[0]


def test_supply_scales_the_defenders_replacements():
    bench = bench_with(defender_replacements_per_day=40.0)
    bench.state.supply_level[:] = 0.5
    for tick in ticks(48.0, 1.0):
        bench.act(tick.start_h, tick.dt_h)
    assert bench.state.arrived[1] == 40


def test_a_rested_team_is_made_up_and_goes_to_the_end_of_the_pool():
    bench = bench_with()
    state = bench.state
    rows = bench.put("wait", 3.5, 0.5, n_soldiers=1)
    state.cursor[[N_ACTIVE, N_FORWARD]] = 0
    send_to_rest(rows[0], 5.0, Rows(state.state, state.timer_h, state.rest, state.cursor))
    state.stock[0, 0] = 2
    bench.act(4.0)
    assert state.state[rows[0]] != POOL
    bench.act(5.0)
    assert (state.state[rows[0]], state.n_soldiers[rows[0]], state.stock[0, 0]) == (POOL, 3, 0)
    assert state.pool[(state.cursor[POOL_TAIL] - 1) % len(state.pool)] == rows[0]


@pytest.mark.parametrize("level", [1.0, 0.4])
@pytest.mark.parametrize("dt", [1.0, 6.0])
def test_a_section_fills_with_its_time_constant_scaled_by_supply(level, dt):
    n_runs, target = 400, 20
    bench = bench_with()
    state, ground = bench.state, bench.ground
    state.supply_level[:] = level
    line = ground.line_cells[: ground.line_count[1]]
    sections = state.section_of_cell[line]
    ground.target_soldiers[line] = target
    moved = 0
    for seed in range(n_runs):
        state.n_soldiers[sections], state.stock[1, 0] = 0, 10_000
        bench.act(0.0, dt, seed=seed)
        moved += int(state.n_soldiers[sections].sum())
        assert state.stock[1, 0] == 10_000 - state.n_soldiers[sections].sum()
    n, p = n_runs * target * len(line), level * (1.0 - math.exp(-dt / 18.0))
    assert abs(moved / n - p) <= BOUND * math.sqrt(p * (1 - p) / n)


def test_a_section_above_its_target_gives_soldiers_up():
    bench = bench_with(fill_time_h=AT_ONCE)
    row = bench.section(3.5, 0.5, n_soldiers=30)
    target = bench.ground.target_soldiers[bench.cell(3.5, 0.5)]
    bench.act()
    assert bench.state.n_soldiers[row] == target
    assert bench.state.stock[1, 0] == 30 - target


@pytest.mark.parametrize("column", ["assault_force", "is_held_by_enemy"])
def test_a_section_under_assault_is_not_filled(column):
    bench = bench_with(fill_time_h=AT_ONCE)
    row, cell = bench.section(3.5, 0.5, n_soldiers=0), bench.cell(3.5, 0.5)
    bench.state.stock[1, 0] = 100
    getattr(bench.ground, column)[cell] = 1
    bench.act()
    assert bench.state.n_soldiers[row] == 0
    getattr(bench.ground, column)[cell] = 0
    bench.act()
    assert bench.state.n_soldiers[row] > 0


def test_sections_take_no_more_than_there_are():
    bench = bench_with(fill_time_h=AT_ONCE)
    bench.state.n_soldiers[: bench.state.n_sections] = 0
    bench.state.stock[1, 0] = 7
    bench.act()
    assert bench.state.n_soldiers[: bench.state.n_sections].sum() == 7
    assert bench.state.stock[1, 0] == 0


def test_when_soldiers_are_short_no_flank_is_favoured():
    bench = bench_with(fill_time_h=AT_ONCE)
    state, ground = bench.state, bench.ground
    line = ground.line_cells[: ground.line_count[1]]
    sections, served = state.section_of_cell[line], np.zeros(ground.line_count[1])
    ground.target_soldiers[line] = 10
    for seed in range(2_400):
        state.n_soldiers[sections], state.stock[1, 0] = 0, 10
        bench.act(seed=seed)
        served += state.n_soldiers[sections] == 10
    # Each run fills one section, the one that comes first.
    assert served.sum() == 2_400
    assert stats.chisquare(served).pvalue > 1e-3


def empty_line(bench, target):
    """Leave every section of the line empty, with the same target; return sections and axes of the line."""
    state, ground = bench.state, bench.ground
    line = ground.line_cells[: ground.line_count[1]]
    state.n_soldiers[: state.n_sections], ground.target_soldiers[line] = 0, target
    return state.section_of_cell[line], ground.axis[line]


def test_a_section_draws_on_the_stock_of_its_sector_and_on_no_other():
    bench = bench_with(fill_time_h=AT_ONCE)
    sections, axes = empty_line(bench, target=2)
    bench.ground.sector[:] = np.maximum(bench.ground.axis, 0)
    need = 2 * int(np.sum(axes == 1))
    bench.state.stock[1, 1] = need + 5
    bench.act()
    assert bench.state.n_soldiers[sections[axes == 1]].sum() == need
    assert bench.state.n_soldiers[sections[axes == 0]].sum() == 0
    assert bench.state.stock[1].tolist() == [0, 5]


def test_a_surplus_goes_to_the_stock_of_the_sector():
    bench = bench_with(fill_time_h=AT_ONCE)
    empty_line(bench, target=0)
    bench.ground.sector[:] = np.maximum(bench.ground.axis, 0)
    bench.section(3.5, 0.5, n_soldiers=9)
    bench.act()
    at = bench.ground.axis[bench.cell(3.5, 0.5)]
    assert (bench.state.stock[1, at], bench.state.stock[1].sum()) == (9, 9)


def test_a_march_arrives_at_its_hour_in_the_stock_of_its_sector():
    bench = bench_with()
    state = bench.state
    before = state.soldiers(1)
    set_out(state, 1, 1, 40, 7.0)
    set_out(state, 1, 0, 3, 99.0)
    bench.act(6.0)
    assert (state.stock[1].sum(), marching_to(state, 1).tolist()) == (0, [3, 40])
    bench.act(7.0)
    assert (state.stock[1, 1], marching_to(state, 1).tolist(), state.n_marching[0]) == (40, [3, 0], 3)
    assert state.soldiers(1) == before + 43


def test_no_soldiers_reach_a_pocket():
    bench = bench_with()
    state, ground = bench.state, bench.ground
    cell = ground.line_cells[0]
    section = state.section_of_cell[cell]
    ground.target_soldiers[:], state.n_soldiers[: state.n_sections], state.stock[1, 0] = 0, 0, 50
    ground.target_soldiers[cell] = 20
    ground.is_connected[cell] = 0
    bench.act(0.0, 24.0)
    assert state.n_soldiers[section] == 0
    ground.is_connected[cell] = 1
    bench.act(24.0, 24.0)
    assert state.n_soldiers[section] > 0
