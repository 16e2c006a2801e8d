"""Assaults begin when those waiting are enough, and follow the stochastic square law to a breakpoint."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.direct_fire import DirectFire, DirectFireValues
from sim.world.integer_codes import ASSAULT_BROKEN, ASSAULTS, ENTRIES, STATES
from tests.support.bench import GROUND, Bench, ground_of

ALPHA = 1e-3
BOUND = stats.norm.isf(ALPHA / 2)
PLACE = 3.5, 0.5

VALUES = DirectFireValues(
    attacker_loss_per_defender_h=0.17,
    defender_loss_per_attacker_h=0.07,
    is_attacker_area_fire=False,
    is_defender_area_fire=False,
    assault_ratio=2.0,
    wait_max_h=36.0,
    breakpoint_attacker=0.6,
    breakpoint_defender=0.5,
)
TO_THE_END = VALUES._replace(
    breakpoint_attacker=1.0,
    breakpoint_defender=1.0,
    attacker_loss_per_defender_h=0.1,
    defender_loss_per_attacker_h=0.1,
    assault_ratio=0.0,
)


def bench_of(values, fortification=1.0):
    """Return a bench on which the open ground gives the defender this fortification."""
    ground = ground_of(fortification=GROUND["fortification"] | {"open": fortification})
    return Bench(DirectFire(values), ground)


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
    ("x", "y", "p", "mean", "fortification"),
    [
        (10, 10, 0.5, 2.8576, 1.0),
        (10, 7, 0.89524, 6.4000, 1.0),
        # A fortification of 2 is as if attackers shot half as well: the recursion gives these.
        (12, 6, 0.88207, 7.44467, 2.0),
    ],
)
@pytest.mark.parametrize("n_ticks", [1, 60])
def test_the_chance_to_win_and_the_survivors_are_browns(x, y, p, mean, fortification, n_ticks):
    bench = bench_of(TO_THE_END, fortification)
    bench.put("wait", *PLACE, n_soldiers=12)
    n = 1_500
    dt = 1e5 if n_ticks == 1 else 3.0
    left = [fight(bench, x, y, seed, n_ticks, dt) for seed in range(n)]
    won = np.array([state == "hold" for _, _, state in left])
    survivors = np.array([a for a, _, _ in left]) * won
    assert abs(won.mean() - p) <= BOUND * math.sqrt(p * (1 - p) / n)
    assert abs(survivors.mean() - mean) <= BOUND * survivors.std(ddof=1) / math.sqrt(n)
    assert {state for _, _, state in left} == {"hold", "withdraw"}


def test_losses_are_counted_once_and_winners_lose_no_soldiers():
    bench = bench_of(TO_THE_END)
    bench.put("wait", *PLACE, n_soldiers=12)
    for seed in range(50):
        bench.state.losses[:] = 0
        bench.state.stock[1, 0] = 0
        x, y, _ = fight(bench, 12, 8, seed)
        assert bench.state.losses[0].sum() == 12 - x
        assert bench.state.losses[1].sum() == 8 - y - bench.state.stock[1, 0]


def test_a_side_breaks_at_its_breakpoint():
    bench = bench_of(TO_THE_END._replace(breakpoint_attacker=0.5, breakpoint_defender=0.25))
    bench.put("wait", *PLACE, n_soldiers=12)
    bench.ground.target_soldiers[bench.cell(*PLACE)] = 8
    for seed in range(100):
        bench.state.stock[1, 0] = 0
        x, y, state = fight(bench, 12, 8, seed)
        if state == "withdraw":
            assert x == 6
            assert y > 6
        else:
            assert x > 6
            assert (y, bench.state.stock[1, 0]) == (0, 6)  # those left of the section leave the cell


def waiting(y, *groups, values=VALUES, **columns):
    """Return a bench on which groups wait before a section of y soldiers, and the rows of each group."""
    bench = Bench(DirectFire(values))
    bench.section(*PLACE, n_soldiers=y)
    rows = [bench.put("wait", *PLACE, n_soldiers=n, **columns) for n in groups]
    return bench, rows


def test_too_few_go_on_waiting():
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
    bench, rows = waiting(40, 4, timer_h=0.0, values=VALUES._replace(attacker_loss_per_defender_h=0.0))
    bench.act(hour)
    assert STATES[bench.state.state[rows[0][0]]] == expected


def test_those_who_arrive_at_a_fight_join_it():
    bench, _ = waiting(8, 8, 8, values=VALUES._replace(attacker_loss_per_defender_h=0.0))
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
    values = VALUES._replace(defender_loss_per_attacker_h=0.0, attacker_loss_per_defender_h=5.0)
    bench, rows = waiting(6, 12, values=values)
    bench.act(3.0)
    assert len(bench.events(ASSAULT_BROKEN)) == 1
    assert 3.0 < bench.events(ASSAULT_BROKEN)[0] < 4.0
    assert np.all(bench.state.remaining_km[rows[0]] == bench.ground.stage_km)
    assert bench.ground.assault_force[bench.cell(*PLACE)] == 0


def test_groups_on_their_own_ground_do_not_fight():
    bench, rows = waiting(4, 16)
    bench.ground.control[bench.cell(*PLACE)] = 1
    bench.act()
    assert STATES[bench.state.state[rows[0][0]]] == "wait"
    assert bench.state.losses.sum() == 0
