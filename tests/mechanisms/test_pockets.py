"""Empty cells of a pocket are taken over at their rate, from the edge inwards; nothing else is."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.pockets import LATEST, Pockets, PocketsValues
from sim.mechanisms.shared.front import redraw_front
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD
from sim.world.integer_codes import CELLS_MOPPED_UP, CITY_LOST, MOPPED_UP
from sim.world.keyed_draws import Draws
from tests.support.bench import AROUND_A_POCKET, Bench, ground_of
from tests.support.toy_theatre import AROUND_A_POCKET as ROUND_THE_TOYS_POCKET
from tests.support.toy_theatre import simulated, toy

FEW_H, AT_ONCE = 24.0, 1e-6


def pocket(mop_up_h=FEW_H, n_soldiers=0):
    """Return a bench with a pocket of four cells and the cells, each with so many soldiers."""
    bench = Bench(Pockets(PocketsValues(mop_up_h)), ground_of(attacker_ground=AROUND_A_POCKET))
    cells = np.flatnonzero((bench.ground.is_connected == 0) & (bench.ground.control == DEFENDER_HELD))
    assert len(cells) == 4
    bench.state.n_soldiers[bench.state.section_of_cell[cells]] = n_soldiers
    bench.mechanism.begin(bench.state, bench.ground)
    return bench, cells


def deep_pocket(radius, mop_up_h):
    """Return a bench whose only ground of the defender is a disc of empty cells, and how many these are."""
    ground = ground_of(
        x_range_km=[-20.0, 20.0], y_range_km=[-20.0, 20.0], settlements=[], features=[], belts=[],
        lines_of_communication=[],
        attacker_ground=[[-20.0, -20.0], [20.0, -20.0], [20.0, 20.0], [-20.0, 20.0]],
        axes=[{"name": "all", "path": [[0.0, -9.0], [0.0, 9.0]], "half_width_km": None, "source": "test"}],
    )  # fmt: skip
    disc = np.hypot(ground.x_km, ground.y_km) <= radius
    ground.control[disc] = ground.initial_control[disc] = DEFENDER_HELD
    bench = Bench(Pockets(PocketsValues(mop_up_h)), ground)
    redraw_front(bench.state, ground, 0.0)
    bench.state.n_soldiers[: bench.state.n_sections] = 0
    bench.mechanism.begin(bench.state, ground)
    return bench, int(disc.sum())


def test_empty_cells_change_hands_at_their_rate():
    n, hours, left = 500, 12, 0
    for seed in range(n):
        bench, cells = pocket()
        bench.draws = Draws(seed)
        for hour in range(0, hours, 3):
            bench.act(hour, 3.0)
        left += np.sum(bench.ground.control[cells] == DEFENDER_HELD)
    p = math.exp(-hours / FEW_H)
    assert abs(left / (4 * n) - p) <= stats.norm.isf(5e-4) * math.sqrt(p * (1 - p) / (4 * n))


def test_each_is_reported_at_its_hour_counted_and_part_of_the_attackers_ground():
    bench, cells = pocket()
    for hour in range(100):
        bench.act(hour)
    hours = bench.events(MOPPED_UP)
    assert len(hours) == bench.state.count[CELLS_MOPPED_UP] == 4
    assert max(hours) <= LATEST * FEW_H
    assert np.all(bench.ground.control[cells] == ATTACKER_HELD)
    assert not np.isin(cells, bench.ground.line_cells[: bench.ground.line_count[1]]).any()


def test_connected_ground_is_never_taken_over():
    bench, cells = pocket(AT_ONCE)
    bench.state.n_soldiers[: bench.state.n_sections] = 0
    for hour in range(5):
        bench.act(hour)
    changed = np.flatnonzero(bench.ground.control != bench.ground.initial_control)
    assert changed.tolist() == cells.tolist()


@pytest.mark.parametrize("what", ["manned", "fought for", "won already"])
def test_a_cell_where_somebody_stands_or_fights_is_left(what):
    bench, cells = pocket(AT_ONCE, n_soldiers=1 if what == "manned" else 0)
    bench.ground.assault_force[cells] = 4 * (what == "fought for")
    bench.ground.is_held_by_enemy[cells] = what == "won already"
    for hour in range(5):
        bench.act(hour)
    assert np.all(bench.ground.control[cells] == DEFENDER_HELD)
    assert np.all(np.isinf(bench.ground.empty_since_h))


def test_the_clock_starts_again_when_somebody_was_there():
    bench, cells = pocket(n_soldiers=0)
    sections = bench.state.section_of_cell[cells]
    for hour in range(0, 300, 1):
        bench.state.n_soldiers[sections] = hour % 2
        bench.act(hour)
    assert np.all(bench.ground.control[cells] == DEFENDER_HELD)
    assert np.nanmax(bench.ground.empty_since_h[cells]) >= 298.0


def test_a_disc_closes_in_about_as_many_layers_as_its_radius():
    radius, mop_up_h, days = 6.0, 10.0, []
    for seed in range(20):
        bench, n_cells = deep_pocket(radius, mop_up_h)
        bench.draws, hour = Draws(seed), 0.0
        while bench.state.count[CELLS_MOPPED_UP] < n_cells:
            bench.act(hour)
            hour += 1.0
        days.append(hour / mop_up_h)
    layers = math.sqrt(n_cells / math.pi)
    # Waiting times differ: fast ways in run ahead, so a layer takes less than the mean.
    assert 0.4 * layers < np.mean(days) < 1.2 * layers


def test_an_empty_city_that_is_cut_off_is_lost_when_its_cells_are():
    bench, _ = deep_pocket(3.0, 5.0)
    bench.ground.is_city[:] = bench.ground.control == DEFENDER_HELD
    bench.ground._city_cells = np.flatnonzero(bench.ground.is_city)
    n, hour = bench.ground.is_city.sum(), 0
    while not bench.events(CITY_LOST):
        assert bench.state.count[CELLS_MOPPED_UP] <= n / 2
        bench.act(hour)
        hour += 1
    assert bench.state.count[CELLS_MOPPED_UP] > n / 2
    assert hour < 5.0 * LATEST * 4


@pytest.mark.parametrize("seed", [1, 2])
def test_in_no_campaign_is_a_cell_left_empty_for_long(seed):
    changes = {"ground.attacker_ground": ROUND_THE_TOYS_POCKET, "pockets.mop_up_h": 12.0, "control.hold_h": 6.0}
    changes |= {"cohesion.breakouts_per_day": 3.0}
    model = simulated(toy(changes), seed, days=1)
    for _ in range(24 * 6):
        model.step()
        age_h = model.hour - model.ground.empty_since_h.min()
        assert age_h <= LATEST * 12.0 + model.tick.dt_h
    assert model.state.count[CELLS_MOPPED_UP] > 0
