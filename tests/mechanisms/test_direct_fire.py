"""Assaults begin when those waiting are enough, and follow the stochastic square law to a breakpoint.

Covers sim.mechanisms.shared.exploitation.
"""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.direct_fire import DirectFire, DirectFireValues
from sim.mechanisms.shared.exploitation import ExploitationValues
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


# On foot 3 km/h: a cell of one km takes 20 minutes.
GO_ON = ExploitationValues(
    p_exploit=1.0, exploit_km=3.0, hold_min=3, rider_stay=0.3, speed_km_h=np.full(4, 3.0), bad_weather_speed_factor=0.5
)


def broken_open(values=GO_ON, empty=((3.5, 1.5), (3.5, 2.5), (3.5, 3.5)), hours=(0.1, 0.2), ground=None, **columns):
    """Return a bench on which groups came to a cell won at hour 0 and held by four; the cells behind it are empty."""
    bench = Bench(DirectFire(VALUES, values), ground)
    cell = bench.cell(*PLACE)
    for place in (PLACE, *empty):
        bench.section(*place, n_soldiers=0)
    bench.section(3.5, 1.5, n_soldiers=0 if (3.5, 1.5) in empty else 4)
    bench.ground.is_held_by_enemy[cell] = 1
    bench.put("hold", *PLACE, timer_h=-5.0)
    return bench, [bench.put("hold", *PLACE, timer_h=hour, **columns) for hour in hours]


def place_of(bench, rows):
    """Return what a group does, and how many cells beyond the won one."""
    ground, row = bench.ground, rows[0]
    ahead = ground.y_km[bench.state.objective_cell[row]] - ground.y_km[bench.cell(*PLACE)]
    return STATES[bench.state.state[row]], float(ahead)


def test_groups_go_on_one_cell_each_and_win_what_is_empty():
    bench, (first, second) = broken_open()
    bench.act()
    assert place_of(bench, first) == ("hold", 1.0)
    assert place_of(bench, second) == ("hold", 2.0)
    cells = [bench.cell(3.5, y) for y in (1.5, 2.5)]
    assert bench.ground.is_held_by_enemy[cells].tolist() == [1, 1]
    assert bench.ground.held_since_h[cells] == pytest.approx([0.1 + 1 / 3, 0.2 + 2 / 3])
    assert (bench.state.count[ASSAULTS], bench.state.count[ENTRIES]) == (2, 2)
    assert bench.state.losses.sum() == 0


def test_who_does_not_arrive_within_the_tick_is_on_its_way_at_its_speed():
    bench, (late,) = broken_open(hours=(0.8,))
    bench.act()
    assert place_of(bench, late) == ("advance", 1.0)
    assert bench.state.remaining_km[late] == pytest.approx([1.0 - 0.2 * 3.0])
    bench, (late,) = broken_open(hours=(0.8,))
    bench.ground.weather_factor[0] = 0.3
    bench.act()
    assert bench.state.remaining_km[late] == pytest.approx([1.0 - 0.2 * 1.5])


@pytest.mark.parametrize(
    ("values", "empty", "what"),
    [
        (GO_ON._replace(p_exploit=0.0), ((3.5, 1.5),), "no soldier wants to"),
        (GO_ON._replace(exploit_km=1.0), ((3.5, 1.5),), "the next cell is two km ahead"),
        (GO_ON._replace(hold_min=5), ((3.5, 1.5),), "four do not hold the cell"),
        (GO_ON, (), "a section stands there"),
    ],
)
def test_groups_stay(values, empty, what):
    bench, groups = broken_open(values, empty)
    if what == "four do not hold the cell":
        groups = groups[:1]
    bench.act()
    assert place_of(bench, groups[0]) == ("hold", 0.0)


def test_riders_before_a_group_count_as_the_share_who_dismount():
    """Eight riders are 2.4 holders: the third group stays; of the same on foot two would go on."""
    for mobility, ahead in ((1, [0.0, 0.0]), (0, [1.0, 2.0])):
        bench, groups = broken_open(mobility=mobility)
        bench.state.mobility[bench.state.active[0]] = mobility
        bench.act()
        assert [place_of(bench, rows)[1] for rows in groups] == ahead


def test_a_goal_off_to_the_side_draws_groups_sideways_and_never_back():
    axes = [axis | {"path": [[0.0, 0.5], [9.5, 0.5]], "half_width_km": 9.0} for axis in GROUND["axes"]]
    bench, (group, _) = broken_open(empty=((4.5, 0.5), (2.5, 0.5)), ground=ground_of(axes=axes))
    bench.act()
    assert bench.state.objective_cell[group[0]] == bench.cell(4.5, 0.5)


def test_as_many_go_on_as_the_probability_says():
    n_groups, p = 60, 0.3
    bench, groups = broken_open(GO_ON._replace(p_exploit=p, exploit_km=2.0), hours=np.linspace(0.01, 0.2, n_groups))
    bench.act()
    n = sum(place_of(bench, rows)[1] > 0.0 for rows in groups)
    assert stats.binomtest(n, n_groups, p).pvalue > ALPHA


@pytest.mark.parametrize("dt", [0.05, 0.25, 1.0])
def test_who_is_where_does_not_depend_on_the_tick(dt):
    """Three quarters of an hour after two groups came: one holds the next cell, the other is on its way beyond."""
    bench, (first, second) = broken_open(hours=(0.0, 0.0))
    values = GO_ON.speed_km_h
    for tick in range(round(1.0 / dt)):
        bench.act(tick * dt, dt)
        # What movement does: it moves those on their way, and lets them hold or wait where they arrive.
        state = bench.state
        for rows in (first, second):
            if STATES[state.state[rows[0]]] == "advance":
                left = state.remaining_km[rows[0]]
                state.remaining_km[rows] = left - values[0] * dt
                if left <= values[0] * dt:
                    is_won = bench.ground.is_held_by_enemy[state.objective_cell[rows[0]]]
                    state.state[rows] = STATES.index("hold" if is_won else "wait")
                    state.timer_h[rows], state.remaining_km[rows] = (tick + 1) * dt + left / values[0], 0.0
    assert [place_of(bench, rows)[1] for rows in (first, second)] == [1.0, 2.0]
    assert bench.ground.held_since_h[bench.cell(3.5, 1.5)] == pytest.approx(1 / 3)
    assert bench.ground.held_since_h[bench.cell(3.5, 2.5)] == pytest.approx(2 / 3)
