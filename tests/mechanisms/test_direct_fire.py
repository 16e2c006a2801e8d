"""Assaults begin when those waiting are enough, and follow the stochastic square law to a breakpoint."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.world.integer_codes import ASSAULT_BROKEN, ASSAULTS, ENTRIES, STATES
from tests.support.single_phase import Bench

ALPHA = 1e-3
BOUND = stats.norm.isf(ALPHA / 2)
PLACE = 3.5, 0.5

TO_THE_END = {
    "direct_fire.breakpoint_attacker": 1.0,
    "direct_fire.breakpoint_defender": 1.0,
    "direct_fire.attacker_loss_per_defender_h": 0.1,
    "direct_fire.defender_loss_per_attacker_h": 0.1,
    "direct_fire.assault_ratio": 0.0,
    "ground.fortification.open": 1.0,
}


def fight(bench, x, y, seed, n_ticks=1, dt=1e5):
    """Let x attackers and y defenders fight in one cell from the start; return who is left."""
    state, ground, cell = bench.state, bench.ground, bench.cell(*PLACE)
    rows = state.active[: math.ceil(x / 4)]
    state.n_soldiers[rows] = 4
    state.n_soldiers[rows[-1]] = x - 4 * (len(rows) - 1)
    state.state[rows], state.timer_h[rows] = STATES.index("wait"), 0.0
    section = bench.section(*PLACE, n_soldiers=y)
    ground.assault_force[cell], ground.is_held_by_enemy[cell], ground.fight_draws[cell] = 0, 0, 0
    for tick in range(n_ticks):
        bench.act(tick * dt, dt, seed=seed)
    return int(state.n_soldiers[rows].sum()), int(state.n_soldiers[section]), STATES[state.state[rows[0]]]


@pytest.mark.parametrize(
    ("x", "y", "p", "mean", "changes"),
    [
        (10, 10, 0.5, 2.8576, {}),
        (10, 7, 0.89524, 6.4000, {}),
        # A fortification of 2 is as if attackers shot half as well: the recursion gives these.
        (12, 6, 0.88207, 7.44467, {"ground.fortification.open": 2.0}),
    ],
)
@pytest.mark.parametrize("n_ticks", [1, 60])
def test_the_chance_to_win_and_those_left_are_browns(x, y, p, mean, changes, n_ticks):
    bench = Bench("direct_fire", TO_THE_END | changes)
    bench.put("wait", *PLACE, n_soldiers=12)
    n = 1_500
    dt = 1e5 if n_ticks == 1 else 3.0
    left = [fight(bench, x, y, seed, n_ticks, dt) for seed in range(n)]
    won = np.array([state == "hold" for _, _, state in left])
    survivors = np.array([a for a, _, _ in left]) * won
    assert abs(won.mean() - p) <= BOUND * math.sqrt(p * (1 - p) / n)
    assert abs(survivors.mean() - mean) <= BOUND * survivors.std(ddof=1) / math.sqrt(n)
    assert {state for _, _, state in left} == {"hold", "withdraw"}


def test_losses_are_counted_once_and_winners_keep_their_soldiers():
    bench = Bench("direct_fire", TO_THE_END)
    bench.put("wait", *PLACE, n_soldiers=12)
    for seed in range(50):
        bench.state.losses[:] = 0
        bench.state.unassigned[1] = 0
        x, y, _ = fight(bench, 12, 8, seed)
        assert bench.state.losses[0].sum() == 12 - x
        assert bench.state.losses[1].sum() == 8 - y - bench.state.unassigned[1]


def test_a_side_breaks_at_its_breakpoint():
    changes = TO_THE_END | {"direct_fire.breakpoint_attacker": 0.5, "direct_fire.breakpoint_defender": 0.25}
    bench = Bench("direct_fire", changes)
    bench.put("wait", *PLACE, n_soldiers=12)
    bench.ground.target_soldiers[bench.cell(*PLACE)] = 8
    for seed in range(100):
        bench.state.unassigned[1] = 0
        x, y, state = fight(bench, 12, 8, seed)
        if state == "withdraw":
            assert x == 6
            assert y > 6
        else:
            assert x > 6
            assert (y, bench.state.unassigned[1]) == (0, 6)  # those left of the section leave the cell


def waiting(y, *groups, changes=None, **columns):
    bench = Bench("direct_fire", {"direct_fire.assault_ratio": 2.0, "direct_fire.wait_max_h": 36.0} | (changes or {}))
    bench.section(*PLACE, n_soldiers=y)
    rows = [bench.put("wait", *PLACE, n_soldiers=n, **columns) for n in groups]
    return bench, rows


def test_too_few_wait():
    bench, rows = waiting(8, 8, 4)
    bench.act()
    assert {STATES[bench.state.state[row[0]]] for row in rows} == {"wait"}
    assert bench.state.count[ASSAULTS] == 0


def test_enough_enter_together_as_one_assault_of_several_groups():
    bench, rows = waiting(8, 8, 4, 4)
    bench.act(dt_h=1e-6)
    assert {STATES[bench.state.state[row[0]]] for row in rows} == {"assault"}
    cell = bench.cell(*PLACE)
    assert (bench.state.count[ASSAULTS], bench.state.count[ENTRIES], bench.ground.entries[cell]) == (1, 3, 3)
    assert bench.ground.assault_force[cell] == 16


def test_a_shaken_section_looks_weaker():
    bench, rows = waiting(8, 8, 4)
    bench.ground.cohesion[bench.cell(*PLACE)] = 0.7
    bench.act(dt_h=1e-6)
    assert {STATES[bench.state.state[row[0]]] for row in rows} == {"assault"}


@pytest.mark.parametrize(("hour", "expected"), [(35.0, "wait"), (35.5, "assault")])
def test_after_the_longest_wait_they_enter_at_any_ratio(hour, expected):
    bench, rows = waiting(40, 4, timer_h=0.0, changes={"direct_fire.attacker_loss_per_defender_h": 0.0})
    bench.act(hour)
    assert STATES[bench.state.state[rows[0][0]]] == expected


def test_those_who_arrive_at_a_fight_join_it():
    bench, _ = waiting(8, 8, 8, changes={"direct_fire.attacker_loss_per_defender_h": 0.0})
    bench.act(dt_h=1e-6)
    late = bench.put("wait", *PLACE)
    bench.act(1.0, 1e-6)
    assert STATES[bench.state.state[late[0]]] == "assault"
    assert bench.ground.assault_force[bench.cell(*PLACE)] == 20


def test_an_empty_cell_is_won_at_once():
    bench, rows = waiting(0, 4)
    bench.act(5.0)
    cell = bench.cell(*PLACE)
    assert STATES[bench.state.state[rows[0][0]]] == "hold"
    assert (bench.ground.is_held_by_enemy[cell], bench.ground.held_since_h[cell]) == (1, 5.0)
    assert bench.state.losses.sum() == 0


def test_those_who_reach_a_won_cell_hold_it_too():
    bench, _ = waiting(0, 4)
    bench.act(5.0)
    late = bench.put("wait", *PLACE)
    bench.act(6.0)
    assert STATES[bench.state.state[late[0]]] == "hold"


def test_a_broken_assault_is_an_event_and_withdraws_to_the_staging_area():
    changes = {"direct_fire.defender_loss_per_attacker_h": 0.0, "direct_fire.attacker_loss_per_defender_h": 5.0}
    bench, rows = waiting(6, 12, changes=changes)
    bench.act(3.0)
    assert len(bench.events(ASSAULT_BROKEN)) == 1
    assert 3.0 < bench.events(ASSAULT_BROKEN)[0] < 4.0
    assert np.all(bench.state.remaining_km[rows[0]] == bench.ground.stage_km)
    assert bench.ground.assault_force[bench.cell(*PLACE)] == 0


def test_nobody_fights_on_ground_of_his_own():
    bench, rows = waiting(4, 16)
    bench.ground.control[bench.cell(*PLACE)] = 1
    bench.act()
    assert STATES[bench.state.state[rows[0][0]]] == "wait"
    assert bench.state.losses.sum() == 0
