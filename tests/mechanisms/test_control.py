"""A won cell is held, counter-attacked, and taken or lost; the groups left garrison it, rest or go back.

Covers sim.mechanisms.shared.garrisons, sim.mechanisms.shared.held_cells and sim.mechanisms.shared.front.
"""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.control import Control, ControlValues
from sim.mechanisms.shared.front import redraw_front
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, FRONT
from sim.world.integer_codes import (
    CELL_RETAKEN,
    CELL_TAKEN,
    CITY_ENCIRCLED,
    CITY_LOST,
    CITY_RETAKEN,
    COUNTERATTACKS,
    ENCIRCLEMENT_LIFTED,
    FLAG_PLANTED,
    FLAGS,
    N_ACTIVE,
    N_FORWARD,
    STATES,
    SYMBOLIC_FLAGS,
)
from tests.support.bench import Bench, ground_of

PLACE = 3.5, 0.5
# No counter-attacks.
QUIET = ControlValues(
    hold_h=30.0,
    hold_min=3,
    garrison_per_km=15.0,
    endurance_h=12.0,
    rider_stay=1.0,
    flag_h=2.0,
    counterattack_per_day=0.0,
    garrison_counterattack_per_day=0.0,
    counterattack_share=0.4,
    attacker_loss_per_defender_h=0.17,
    defender_loss_per_attacker_h=0.07,
    breakpoint_attacker=0.6,
    breakpoint_defender=0.5,
    rest_h=36.0,
)
OVERWHELMING = QUIET._replace(
    counterattack_per_day=1e6,
    garrison_counterattack_per_day=1e6,
    counterattack_share=1.0,
    defender_loss_per_attacker_h=0.0,
)


def won(values=QUIET, ground=None, n_soldiers=8, **columns):
    """Return a bench on which a group has held a cell since hour 0, the cell, and the group's rows."""
    bench = Bench(Control(values), ground, troops=800)
    rows = bench.put("hold", *PLACE, n_soldiers=n_soldiers, timer_h=0.0, **columns)
    cell = bench.cell(*PLACE)
    bench.section(*PLACE, n_soldiers=0)
    bench.ground.is_held_by_enemy[cell], bench.ground.held_since_h[cell] = 1, 0.0
    return bench, cell, rows


def state_of(bench, rows):
    return {STATES[state] for state in bench.state.state[rows]}


@pytest.mark.parametrize(("end_h", "taken"), [(29.0, False), (30.0, True)])
def test_a_held_cell_changes_hands_at_the_end_of_the_hold_time(end_h, taken):
    bench, cell, rows = won(QUIET._replace(hold_h=30.0))
    bench.act(end_h - 1.0)
    assert (bench.ground.control[cell] == ATTACKER_HELD) == taken
    assert bench.ground.is_held_by_enemy[cell] == (not taken)
    assert bench.events(CELL_TAKEN) == ([30.0] if taken else [])
    assert state_of(bench, rows) == ({"garrison"} if taken else {"hold"})


def test_too_few_holders_take_nothing():
    bench, cell, _ = won(QUIET._replace(hold_h=10.0, hold_min=5), n_soldiers=4)
    bench.act(20.0)
    assert bench.ground.control[cell] == DEFENDER_HELD
    assert bench.ground.is_held_by_enemy[cell] == 0


def test_a_cell_whose_holders_are_gone_reverts():
    bench, cell, rows = won()
    bench.state.n_soldiers[rows] = 0
    bench.act()
    assert bench.ground.is_held_by_enemy[cell] == 0
    assert bench.ground.control[cell] == DEFENDER_HELD


def test_the_front_moves_with_the_cell_and_the_section_behind_becomes_front():
    bench, _, _ = won(QUIET._replace(hold_h=1.0))
    behind = bench.cell(3.5, 1.5)
    assert bench.ground.line[behind] != FRONT
    bench.act(2.0)
    assert bench.ground.line[behind] == FRONT
    assert bench.ground.front_version[0] == 1


@pytest.mark.parametrize(("start_h", "planted"), [(0.5, []), (1.0, [2.0])])
def test_a_flag_is_planted_once_after_its_time(start_h, planted):
    bench, _, _ = won(QUIET._replace(flag_h=2.0))
    bench.act(start_h, 1.0)
    assert bench.events(FLAG_PLANTED) == planted
    bench.act(start_h + 1.0, 1.0)
    assert len(bench.events(FLAG_PLANTED)) == 1


@pytest.mark.parametrize("x_km", [3.5, -3.5])
def test_a_flag_on_a_symbolic_objective_is_counted_and_takes_no_ground(x_km):
    place = {
        "name": "sign",
        "path": [[x_km - 0.4, 0.5], [x_km + 0.4, 0.5]],
        "width_km": 0.5,
        "source": "test",
    }
    bench, cell, _ = won(ground=ground_of(symbolic_objectives=[place]))
    bench.act(2.0)
    assert bench.state.count[FLAGS] == 1
    assert bench.state.count[SYMBOLIC_FLAGS] == (x_km == 3.5)
    assert bench.ground.control[cell] == DEFENDER_HELD


@pytest.mark.parametrize(("mobility", "leaves"), [(0, False), (1, True), (2, True), (3, False)])
def test_riders_leave_after_their_endurance(mobility, leaves):
    bench, _, rows = won(QUIET._replace(endurance_h=5.0), mobility=mobility)
    bench.act(3.0)
    assert state_of(bench, rows) == {"hold"}
    bench.act(4.0)
    assert state_of(bench, rows) == ({"withdraw"} if leaves else {"hold"})


def test_a_full_garrison_sends_the_others_back():
    bench, cell, _ = won(QUIET._replace(garrison_per_km=8.0))
    bench.state.cursor[[N_ACTIVE, N_FORWARD]] = 0
    bench.ground.control[cell], bench.ground.is_held_by_enemy[cell] = ATTACKER_HELD, 0
    groups = [bench.put("wait", *PLACE, n_soldiers=4) for _ in range(4)]
    bench.act()
    assert [state_of(bench, rows) for rows in groups] == [{"garrison"}, {"garrison"}, {"withdraw"}, {"withdraw"}]


def test_teams_behind_the_front_rest():
    bench = Bench(Control(QUIET))
    rows = bench.put("wait", 3.5, -1.5)
    bench.act(10.0)
    assert state_of(bench, rows) == {"rest"}
    assert bench.state.timer_h[rows[0]] == 11.0 + QUIET.rest_h


def test_counterattacks_come_as_often_as_the_rate_says():
    rate, n, dt = 6.0, 3_000, 1.0
    bench, cell, rows = won(QUIET._replace(counterattack_per_day=rate, hold_h=1e6))
    strength = bench.state.n_soldiers.copy()
    for seed in range(n):
        bench.state.n_soldiers[:] = strength
        bench.state.state[rows] = STATES.index("hold")
        bench.ground.is_held_by_enemy[cell] = 1
        bench.act(0.0, dt, seed=seed)
    p = 1.0 - math.exp(-rate * dt / 24.0)
    bound = stats.norm.isf(5e-4) * math.sqrt(p * (1 - p) * n)
    assert abs(bench.state.count[COUNTERATTACKS] - p * n) <= bound


def test_supply_scales_the_counterattacks():
    bench, _, _ = won(QUIET._replace(counterattack_per_day=24.0, hold_h=1e6))
    bench.state.supply_level[:] = 0.0
    for seed in range(50):
        bench.act(seed=seed)
    assert bench.state.count[COUNTERATTACKS] == 0


def test_holders_thrown_out_leave_the_cell_to_the_counterattack():
    bench, cell, rows = won(OVERWHELMING)
    beside = [int(bench.state.section_of_cell[c]) for c in bench.ground.neighbours[cell]]
    sent = bench.state.n_soldiers[beside].sum()
    bench.act()
    assert state_of(bench, rows) == {"withdraw"}
    assert bench.ground.is_held_by_enemy[cell] == 0
    assert bench.state.n_soldiers[bench.section(*PLACE)] == sent
    assert bench.state.losses[0].sum() == 8 - bench.state.n_soldiers[rows].sum() > 0


def test_a_taken_cell_can_be_retaken():
    bench, cell, rows = won(QUIET._replace(hold_h=1.0))
    bench.act(2.0)
    assert bench.ground.control[cell] == ATTACKER_HELD
    again, _, _ = won(OVERWHELMING)
    again.ground.control[cell], again.ground.is_held_by_enemy[cell] = ATTACKER_HELD, 0
    again.state.state[rows] = STATES.index("garrison")
    again.act(5.0)
    assert again.ground.control[cell] == DEFENDER_HELD
    assert again.events(CELL_RETAKEN) == [6.0]
    assert state_of(again, rows) == {"withdraw"}


def test_ground_held_from_the_start_is_not_counterattacked():
    bench, _, _ = won(OVERWHELMING)
    bench.state.cursor[[N_ACTIVE, N_FORWARD]] = 0
    rows = bench.put("garrison", 3.5, -0.5)
    bench.ground.is_held_by_enemy[:] = 0
    bench.act()
    assert state_of(bench, rows) == {"garrison"}
    assert bench.state.losses.sum() == 0


def give(bench, cells, side):
    """Hand cells over, and let the mechanism find the new front at hour 9."""
    bench.ground.control[cells] = side
    redraw_front(bench.state, bench.ground, 9.0)


def test_encircled_and_lost_are_different_events():
    bench, _, _ = won()
    city = np.flatnonzero(bench.ground.is_city)
    beside = bench.ground.neighbours[city].ravel()
    ring = np.setdiff1d(beside[beside >= 0], city)
    give(bench, ring, ATTACKER_HELD)
    assert bench.events(CITY_ENCIRCLED) == [9.0]
    assert bench.events(CITY_LOST) == []
    give(bench, ring, DEFENDER_HELD)
    assert bench.events(ENCIRCLEMENT_LIFTED) == [9.0]
    give(bench, city[: len(city) // 2], ATTACKER_HELD)
    assert bench.events(CITY_LOST) == []
    give(bench, city, ATTACKER_HELD)
    assert bench.events(CITY_LOST) == [9.0]
    give(bench, city, DEFENDER_HELD)
    assert bench.events(CITY_RETAKEN) == [9.0]


@pytest.mark.parametrize(("rider_stay", "taken"), [(1.0, True), (0.4, True), (0.3, False), (0.0, False)])
def test_only_those_who_dismount_take_over_a_cell(rider_stay, taken):
    """Of eight riders 0.4 are 3.2 holders, 0.3 are 2.4; hold_min is 3. On foot all eight count."""
    for mobility, is_enough in ((1, taken), (2, taken), (0, True), (3, True)):
        bench, cell, _ = won(QUIET._replace(hold_h=10.0, rider_stay=rider_stay), mobility=mobility)
        bench.act(9.0)
        assert (bench.ground.control[cell] == ATTACKER_HELD) == is_enough


def test_riders_plant_flags_where_they_take_nothing():
    bench, cell, _ = won(QUIET._replace(rider_stay=0.0, flag_h=2.0, hold_h=3.0), mobility=1)
    for hour in range(4):
        bench.act(float(hour))
    assert (bench.state.count[FLAGS], bench.ground.control[cell]) == (1, DEFENDER_HELD)


@pytest.mark.parametrize(("mobility", "rider_stay", "stays"), [(0, 0.3, True), (1, 0.3, False), (1, 1.0, True),
                                                               (2, 0.9, False), (3, 0.0, True)])  # fmt: skip
def test_riders_join_no_garrison_unless_all_stay(mobility, rider_stay, stays):
    bench = Bench(Control(QUIET._replace(rider_stay=rider_stay)))
    rows = bench.put("wait", 3.5, -0.5, mobility=mobility)
    bench.act()
    assert state_of(bench, rows) == ({"garrison"} if stays else {"withdraw"})


@pytest.mark.parametrize(("rider_stay", "mobility", "leaves"), [(0.3, 1, True), (1.0, 1, False), (0.3, 0, False)])
def test_endurance_ends_a_riders_wait_before_an_objective(rider_stay, mobility, leaves):
    bench = Bench(Control(QUIET._replace(endurance_h=5.0, rider_stay=rider_stay)))
    rows = bench.put("wait", *PLACE, mobility=mobility, timer_h=1.0)
    bench.act(4.0)
    assert state_of(bench, rows) == {"wait"}
    bench.act(5.0)
    assert state_of(bench, rows) == ({"withdraw"} if leaves else {"wait"})
    assert bench.state.remaining_km[rows[0]] == (bench.ground.stage_km if leaves else 0.0)


def ahead_of_the_front(*held, is_exploited=True):
    """Return a bench on which groups hold cells in the column behind a front cell, and the rows of each group."""
    bench = Bench(Control(QUIET), troops=800)
    bench.ground.is_exploited[[bench.cell(3.5, y_km) for y_km in (1.5, 2.5, 3.5)]] = is_exploited
    groups = {}
    for y_km in held:
        cell = bench.cell(3.5, y_km)
        groups[y_km] = bench.put("hold", 3.5, y_km, timer_h=0.0)
        bench.section(3.5, y_km, n_soldiers=0)
        bench.ground.is_held_by_enemy[cell], bench.ground.held_since_h[cell] = 1, 0.0
    return bench, groups


def held_in(bench, *ys_km):
    return [int(bench.ground.is_held_by_enemy[bench.cell(3.5, y_km)]) for y_km in ys_km]


def test_cells_held_in_a_row_ahead_of_the_front_stay_held_while_the_front_is_drawn_again():
    bench, _ = ahead_of_the_front(0.5, 1.5, 2.5, 3.5)
    bench.act()
    give(bench, [bench.cell(-3.5, 0.5)], ATTACKER_HELD)
    assert held_in(bench, 0.5, 1.5, 2.5, 3.5) == [1, 1, 1, 1]
    without, _ = ahead_of_the_front(0.5, 1.5, 2.5, 3.5, is_exploited=False)
    without.act()
    give(without, [without.cell(-3.5, 0.5)], ATTACKER_HELD)
    assert held_in(without, 0.5, 1.5, 2.5, 3.5) == [1, 0, 0, 0]


def test_who_is_cut_off_withdraws():
    bench, groups = ahead_of_the_front(0.5, 2.5, 3.5)
    bench.act()
    assert held_in(bench, 0.5, 2.5, 3.5) == [1, 0, 0]
    assert [state_of(bench, rows) for rows in groups.values()] == [{"hold"}, {"withdraw"}, {"withdraw"}]


def test_an_assault_ahead_of_the_front_ends_with_the_way_to_it():
    for held, state in (((0.5,), "assault"), ((), "withdraw")):
        bench, _ = ahead_of_the_front(*held)
        rows = bench.put("assault", 3.5, 1.5)
        bench.ground.assault_force[bench.cell(3.5, 1.5)] = 4
        bench.act()
        assert state_of(bench, rows) == {state}
        assert bench.ground.assault_force[bench.cell(3.5, 1.5)] == (4 if held else 0)


def test_a_row_of_held_cells_changes_hands_together_and_the_front_goes_round_it():
    bench, _ = ahead_of_the_front(0.5, 1.5, 2.5)
    bench.act(29.0)
    cells = [bench.cell(3.5, y_km) for y_km in (0.5, 1.5, 2.5)]
    assert bench.ground.control[cells].tolist() == [ATTACKER_HELD] * 3
    assert bench.ground.line[[bench.cell(2.5, 2.5), bench.cell(4.5, 2.5), bench.cell(3.5, 3.5)]].tolist() == [FRONT] * 3
