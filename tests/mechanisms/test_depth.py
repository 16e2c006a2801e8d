"""A line of the soldiers there are: rotation, flow between sectors, digging, prepared lines, withdrawal.

Covers sim.mechanisms.shared.sectors, sim.mechanisms.shared.positions, sim.mechanisms.shared.withdrawal and
sim.mechanisms.shared.marches.
"""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.depth import Depth, DepthValues, Line, forward_by_density
from sim.mechanisms.shared.marches import marching_to, set_out
from sim.mechanisms.shared.sectors import Sectors, apportion, flows, wanted
from sim.world.clock import ticks
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, FRONT, REAR, URBAN
from sim.world.integer_codes import ON_THE_ROAD
from tests.support.bench import Bench, ground_of

# No soldier rotates, moves, digs or builds; all are forward, or a quarter, however dense that is.
NEVER = 1e5
DENSE = Line(density_per_km=1e6, urban_multiplier=1.0, depth_share=1.0, in_line_share=1.0, hold_back=0.0)
QUARTER = DENSE._replace(in_line_share=0.25)
STILL = DepthValues(
    line=DENSE, rotation_days=NEVER, flow_days=NEVER, share_by_length=1.0, gap_weight=0.5, move_prep_h=0.0,
    road_km_per_night=24.0, road_loss_per_km=0.0, dig_days=NEVER, dug0=0.3, dug0_city=0.7, build_days_per_line=NEVER,
    withdraw_h=12.0, p_lost_withdraw=0.0, unopposed_h_per_km=8.0,
)  # fmt: skip
BELT = {"name": "belt", "path": [[-6.0, 4.5], [6.0, 4.5]], "width_km": 1.0, "source": "test"}


def bench_with(ground=None, resting_each=0, **changes):
    """Return a bench with the mechanism, some of its values changed, and soldiers at rest for each one forward."""
    mechanism = Depth(STILL._replace(**changes))
    bench = Bench(mechanism, ground_of(**(ground or {})))
    bench.state.resting[1] = resting_each * forward(bench)
    mechanism.begin(bench.state, bench.ground)
    return bench


def forward(bench):
    """Return the defender's soldiers in line, in stock and on the march."""
    state = bench.state
    return int(state.n_soldiers[: state.n_sections].sum() + state.stock[1].sum() + state.n_marching[0])


def sectors(soldiers, length, gaps, pressure, weight=None):
    """Return sectors from lists."""
    weight = [1.0] * len(length) if weight is None else weight
    return Sectors(*(np.array(column, float) for column in (soldiers, length, gaps, pressure, weight)))


def test_what_a_sector_wants_follows_its_length_its_pressure_and_its_gaps():
    s = sectors([300, 100], length=[30, 10], gaps=[0, 2], pressure=[9, 1])
    assert wanted(s, 1.0, 0.5).tolist() == [300, 100]
    assert wanted(s, 0.0, 0.0) == pytest.approx([360, 40])
    assert wanted(s, 0.0, 1.0) == pytest.approx([0, 400])
    assert wanted(s, 0.4, 0.5) == pytest.approx([400 * (0.6 * 0.45 + 0.4 * 0.75), 400 * (0.6 * 0.55 + 0.4 * 0.25)])
    quiet = sectors([300, 100], length=[30, 10], gaps=[0, 0], pressure=[0, 0])
    assert wanted(quiet, 0.0, 0.5) == pytest.approx([300, 100])


def test_a_sector_of_more_weight_wants_more():
    s = sectors([100, 100], length=[1, 1], gaps=[0, 0], pressure=[1, 1], weight=[3, 1])
    assert wanted(s, 0.0, 0.5) == pytest.approx([150, 50])


def test_a_share_of_the_surplus_goes_to_those_who_want_more_and_never_more_than_the_stock():
    sent = flows(np.array([300.0, 50.0, 50.0]), np.array([200.0, 120.0, 80.0]), 0.5, np.array([100, 0, 0]))
    assert sent.tolist() == [[0, 35, 15], [0, 0, 0], [0, 0, 0]]
    sent = flows(np.array([300.0, 50.0, 50.0]), np.array([200.0, 120.0, 80.0]), 0.5, np.array([10, 0, 0]))
    assert sent.tolist() == [[0, 7, 3], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("n", [0, 1, 7, 1000])
def test_soldiers_are_split_whole_and_complete(n):
    parts = apportion(n, np.array([0.5, 0.2, 0.0, 0.3]))
    assert parts.sum() == n
    assert parts.min() >= 0
    assert np.all(np.abs(parts - n * np.array([0.5, 0.2, 0.0, 0.3])) <= 1.0)
    assert apportion(n, np.zeros(3)).tolist() == [n, 0, 0]


def test_surplus_flows_to_the_other_sector_with_its_time_constant():
    bench = bench_with(flow_days=3.0)
    state, ground = bench.state, bench.ground
    state.n_soldiers[: state.n_sections] = 0
    state.stock[1] = 90_000, 10_000
    front = ground.axis[ground.line_cells[: ground.line_count[0]]]
    want = 100_000 * np.bincount(front, minlength=2) / len(front)
    for day in range(1, 11):
        bench.act(24.0 * (day - 1), 24.0)
        there = state.stock[1, 0]
        assert there == pytest.approx(want[0] + (90_000 - want[0]) * math.exp(-day / 3.0), abs=2 * day)
    assert state.stock[1].sum() + state.n_marching[0] == 100_000


def test_a_march_takes_its_preparation_and_its_road_and_loses_some():
    bench = bench_with(flow_days=0.01, move_prep_h=5.0, road_km_per_night=12.0, road_loss_per_km=0.02)
    state = bench.state
    state.n_soldiers[: state.n_sections] = 0
    state.stock[1] = 100_000, 0
    bench.act(0.0, 24.0)
    lost, sent = int(state.losses[1, ON_THE_ROAD]), 100_000 - int(state.stock[1, 0])
    km = 6.0  # between the middles of the two lanes
    p = 1.0 - math.exp(-0.02 * km)
    assert abs(lost - sent * p) <= stats.norm.isf(5e-4) * math.sqrt(sent * p * (1 - p))
    assert marching_to(state, 1).tolist() == [0, sent - lost]
    assert state.march_arrives_h[0] == pytest.approx(5.0 + km / 12.0 * 24.0)


def test_losses_are_made_good_from_rest_so_that_the_share_forward_stays():
    bench = bench_with(resting_each=3, rotation_days=10.0, line=QUARTER)
    state = bench.state
    state.stock[1, 0] += 60  # so that there is somebody to lose
    for day in range(30):
        lost = min(2, int(state.stock[1, 0]))
        state.stock[1, 0] -= lost
        state.losses[1, 0] += lost
        bench.act(24.0 * day, 24.0)
    assert abs(forward(bench) - 0.25 * (forward(bench) + state.resting[1])) <= 6


def test_after_an_arrival_the_share_forward_comes_back_with_the_time_constant_of_rotation():
    bench = bench_with(resting_each=3, rotation_days=10.0, line=QUARTER)
    before = forward(bench)
    bench.state.resting[1] += 100_000
    for day in range(20):
        bench.act(24.0 * day, 24.0)
    gained = 0.25 * 100_000 * (1.0 - math.exp(-20 / 10.0))
    assert forward(bench) - before == pytest.approx(gained, abs=2)
    assert bench.state.stock[1].min() >= 0


def test_too_many_forward_go_to_rest_from_the_stocks_only():
    bench = bench_with(resting_each=3, rotation_days=0.01, line=QUARTER)
    state = bench.state
    resting = int(state.resting[1])
    in_line = state.n_soldiers[: state.n_sections].sum()
    state.stock[1] += 500
    for day in range(3):
        bench.act(24.0 * day, 24.0)
    assert state.n_soldiers[: state.n_sections].sum() == in_line
    assert state.stock[1].sum() < 500
    assert state.resting[1] > resting


def test_the_density_wants_its_soldiers_on_the_front_and_behind_it_and_more_in_a_city():
    ground = ground_of()
    cells = ground.line_cells[: ground.line_count[1]]
    front, second = cells[ground.line[cells] == FRONT], cells[ground.line[cells] != FRONT]
    ground.terrain[cells] = 0
    ground.terrain[[front[0], second[0]]] = URBAN
    line = Line(density_per_km=7.0, urban_multiplier=3.0, depth_share=0.5, in_line_share=1.0, hold_back=0.2)
    weights = (len(front) + 2) + 0.5 * (len(second) + 2)
    assert forward_by_density(ground, line) == pytest.approx(7.0 * ground.km_per_front_cell * weights / 0.8)


@pytest.mark.parametrize("wanted_more", [40, -40])
def test_where_there_are_soldiers_enough_the_density_sets_how_many_are_forward(wanted_more):
    per_km = forward_by_density(ground_of(), DENSE) / DENSE.density_per_km
    start = forward(bench_with())
    line = DENSE._replace(density_per_km=(start + wanted_more + 60) / per_km, in_line_share=0.9)
    bench = bench_with(resting_each=3, rotation_days=0.01, line=line)
    bench.state.stock[1] += 30
    for day in range(3):
        bench.act(24.0 * day, 24.0)
    assert forward(bench) == pytest.approx(start + wanted_more + 60, abs=1)


def test_those_who_come_from_rest_go_to_the_sectors_in_proportion_to_their_soldiers():
    bench = bench_with(rotation_days=0.01, line=QUARTER)
    state = bench.state
    state.n_soldiers[: state.n_sections] = 0
    state.stock[1] = 300, 100
    state.resting[1] = 2_000
    bench.act(0.0, 24.0)
    assert state.stock[1].tolist() == [450, 150]
    assert state.resting[1] == 1_800


def test_a_manned_position_is_dug_in_and_an_empty_one_is_not():
    bench = bench_with(dig_days=7.0, dug0=0.2)
    ground, state = bench.ground, bench.state
    cells = ground.line_cells[: ground.line_count[0]][:2]
    ground.dug[cells] = 0.2
    state.n_soldiers[state.section_of_cell[cells]] = 5, 0
    for day in range(1, 15):
        bench.act(24.0 * (day - 1), 24.0)
        assert ground.dug[cells[0]] == pytest.approx(1.0 - 0.8 * math.exp(-day / 7.0))
    assert ground.dug[cells[1]] == 0.2
    full = ground.fortification_full[cells]
    assert ground.fortification[cells] == pytest.approx(1.0 + (full - 1.0) * ground.dug[cells])


def test_ground_that_changes_hands_is_new_ground():
    bench = bench_with(dug0=0.2, dug0_city=0.6)
    ground = bench.ground
    front = ground.line_cells[: ground.line_count[0]]
    assert np.all(ground.dug[front] == 1.0)
    ground.control[front[0]] = ATTACKER_HELD
    ground.terrain[front[1]], ground.control[front[1]] = 1, ATTACKER_HELD
    ground.front_version[0] += 1
    bench.act(1.0, 1.0)
    assert ground.dug[front[:3]].tolist() == [0.2, 0.6, 1.0]
    assert ground.fortification[front[0]] == pytest.approx(1.0 + 0.2 * (ground.fortification_full[front[0]] - 1.0))


def test_engineers_finish_the_line_next_to_the_front_first():
    belts = [BELT | {"name": "far", "path": [[-6.0, 6.5], [6.0, 6.5]], "ready": 0.9}, BELT | {"ready": 0.5}]
    bench = bench_with({"belts": belts, "settlements": []}, build_days_per_line=10.0)
    ground = bench.ground
    assert ground.dug[ground.belt == 1] == pytest.approx(0.5)
    for day in range(5):
        bench.act(24.0 * day, 24.0)
    assert ground.belt_ready.tolist() == pytest.approx([0.9, 1.0])
    assert ground.fortification[ground.belt == 1] == pytest.approx(ground.fortification_full[ground.belt == 1])
    bench.act(120.0, 24.0)
    assert ground.belt_ready.tolist() == pytest.approx([1.0, 1.0])


def test_sections_leave_ground_that_is_given_up_and_the_attacker_walks_in():
    bench = bench_with({"belts": [BELT]}, p_lost_withdraw=0.1, withdraw_h=6.0, unopposed_h_per_km=4.0)
    state, ground = bench.state, bench.ground
    before = state.soldiers(1)
    given = np.flatnonzero((ground.axis == 0) & (ground.control == DEFENDER_HELD) & (ground.y_km < 4.0))
    state.n_soldiers[state.section_of_cell[given[:3]]] = 400
    before = state.soldiers(1)
    ground.ceded_h[given] = 0.0
    for tick in ticks(20 * 24.0, 1.0):
        bench.act(tick.start_h, tick.dt_h)
    assert np.all(ground.control[given] == ATTACKER_HELD)
    assert np.all(np.isinf(ground.ceded_h))
    assert np.all(ground.line[given] == REAR)
    lost = int(state.losses[1, ON_THE_ROAD])
    assert lost == pytest.approx(120, abs=40)
    assert state.soldiers(1) == before - lost
    others = (ground.axis == 1) & (ground.initial_control == DEFENDER_HELD)
    assert np.all(ground.control[others] == DEFENDER_HELD)


def test_a_section_in_a_fight_does_not_leave():
    bench = bench_with(withdraw_h=0.01)
    ground, state = bench.ground, bench.state
    cell = ground.line_cells[0]
    ground.ceded_h[cell], ground.assault_force[cell] = 0.0, 4
    before = state.n_soldiers[state.section_of_cell[cell]]
    bench.act(0.0, 24.0)
    assert state.n_soldiers[state.section_of_cell[cell]] == before > 0
    ground.assault_force[cell] = 0
    bench.act(24.0, 24.0)
    assert state.n_soldiers[state.section_of_cell[cell]] == 0


def test_a_full_table_lets_soldiers_join_the_last_march_to_their_sector():
    bench = bench_with()
    state = bench.state
    for i in range(len(state.march_soldiers)):
        set_out(state, 1, i % 2, 1, float(i))
    set_out(state, 1, 1, 5, 3.0)
    assert state.march_soldiers.max() == 6
    assert marching_to(state, 1).sum() == len(state.march_soldiers) + 5 == state.n_marching[0]
