"""Area fire: the loss grows with the size of a group and with the shells, by an exponential hazard."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.artillery import Artillery, ArtilleryValues
from sim.world.integer_codes import CAUSES
from sim.world.map_values import TERRAINS
from tests.support.bench import GROUND, Bench, all_of, ground_of

ALPHA = 1e-3
BOUND = stats.norm.isf(ALPHA / 2)
SHELLS = CAUSES.index("artillery")

VALUES = ArtilleryValues(
    shells_per_day=240.0,
    shells_ratio=0.0,
    shells_per_aim_point_h=1e9,
    lethal_area_km2=1e-3,
    lethal_area_dug_in_km2=6e-5,
    area_per_aim_point_km2=0.05,
    area_per_soldier_km2=0.0,
    p_own_observer=0.3,
    share_on_objectives=0.5,
    group_size=4,
    p_integration=1.0,
)


def loss_share(size, values=VALUES, ground=None, n_groups=1, tracked_h=1.0, n_runs=2_000, level=1.0):
    """Return the share of the tracked soldiers that an hour's shells hit, and how many soldiers were shelled."""
    bench = Bench(Artillery(values._replace(group_size=size)), ground, team_size=size)
    state = bench.state
    state.supply_level[:] = level
    rows = np.concatenate([bench.put("wait", 3.5, 0.5, n_soldiers=size) for _ in range(n_groups)])
    for at in range(n_groups):
        bench.track((0.0, tracked_h), at=at)
    lost = 0
    for seed in range(n_runs):
        state.n_soldiers[rows] = size
        bench.act(seed=seed)
        lost += int(size * n_groups - state.n_soldiers[rows].sum())
    assert lost == state.losses.sum() == state.losses[0, SHELLS]
    return lost / (size * n_groups * n_runs), size * n_groups * n_runs


def agrees(share, expected, n):
    return abs(share - expected) <= BOUND * math.sqrt(expected * (1 - expected) / n)


def test_a_soldiers_hazard_is_shells_times_lethal_area_over_the_area_shelled():
    share, n = loss_share(10)
    assert agrees(share, 1.0 - math.exp(-10 * 1e-3 / 0.05), n)


@pytest.mark.parametrize(("p_integration", "p_known"), [(0.0, 0.25), (0.6, 0.7), (1.0, 1.0)])
def test_guns_know_of_a_group_from_the_drones_or_from_their_own_observers(p_integration, p_known):
    """A group that the guns do not know of is not shelled; their shells then fall on no group."""
    share, n = loss_share(10, VALUES._replace(p_integration=p_integration, p_own_observer=0.25))
    expected = p_known * (1.0 - math.exp(-10 * 1e-3 / 0.05))
    # All of a group is known or not: its losses in one run hang together.
    spread = math.sqrt(
        expected * (1.0 - expected) / n + p_known * (1.0 - p_known) * (expected / p_known) ** 2 / (n / 10)
    )
    assert abs(share - expected) <= BOUND * spread


def test_shells_are_shared_by_the_groups_that_are_tracked():
    share, n = loss_share(10, n_groups=5, n_runs=600)
    assert agrees(share, 1.0 - math.exp(-2 * 1e-3 / 0.05), n)


def test_a_group_tracked_for_part_of_the_tick_receives_the_same_number_of_shells():
    # All shells of the tick fall on what is tracked: half the time, twice the rate.
    share, n = loss_share(10, tracked_h=0.5)
    assert agrees(share, 1.0 - math.exp(-10 * 1e-3 / 0.05), n)


def test_one_aim_point_receives_no_more_shells_than_its_limit():
    share, n = loss_share(10, VALUES._replace(shells_per_aim_point_h=4.0))
    assert agrees(share, 1.0 - math.exp(-4 * 1e-3 / 0.05), n)


def test_losses_are_linear_in_the_force_as_in_lanchesters_linear_law():
    """With equal shells per aim point, twice the soldiers on it lose twice as many: rate proportional to A x B."""
    small, n_small = loss_share(10)
    large, n_large = loss_share(20)
    expected = 1.0 - math.exp(-10 * 1e-3 / 0.05)
    assert agrees(small, expected, n_small)
    assert agrees(large, expected, n_large)


def test_a_group_that_spreads_out_is_harder_to_hit():
    share, n = loss_share(10, VALUES._replace(area_per_soldier_km2=0.01))
    assert agrees(share, 1.0 - math.exp(-10 * 1e-3 / 0.15), n)


def test_low_supply_means_fewer_shells():
    share, n = loss_share(10, level=0.5)
    assert agrees(share, 1.0 - math.exp(-5 * 1e-3 / 0.05), n)


COVER = {"open": 1.0, "urban": 0.5, "tree_line": 0.25, "water": 0.75}


@pytest.mark.parametrize("terrain", TERRAINS)
def test_cover_scales_the_lethal_area(terrain):
    share, n = loss_share(10, ground=ground_of(**all_of(terrain), terrain_cover=COVER))
    assert agrees(share, 1.0 - math.exp(-10 * 1e-3 * COVER[terrain] / 0.05), n)


def test_sections_under_shells_have_their_fortification_and_no_cover_besides():
    lost = []
    for cover in (1.0, 0.01):
        ground = ground_of(**all_of("tree_line"), terrain_cover=COVER | {"tree_line": cover})
        bench = Bench(Artillery(VALUES._replace(shells_ratio=5000.0)), ground)
        bench.act()
        lost.append(bench.state.losses.tolist())
    assert lost[0] == lost[1]
    assert lost[0][1][SHELLS] > 0


def test_a_group_that_is_not_tracked_is_not_shelled():
    bench = Bench(Artillery(VALUES))
    rows = bench.put("wait", 3.5, 0.5)
    bench.act()
    assert bench.state.n_soldiers[rows[0]] == 4


@pytest.mark.parametrize("share_on_objectives", [0.0, 0.5, 1.0])
def test_the_attackers_shells_fall_on_objectives_and_on_the_front(share_on_objectives):
    values = VALUES._replace(shells_ratio=2.0, share_on_objectives=share_on_objectives, lethal_area_dug_in_km2=2e-3)
    bench = Bench(Artillery(values))
    state, ground = bench.state, bench.ground
    state.n_soldiers[: state.n_sections] *= 5
    objective = bench.cell(3.5, 0.5)
    state.objectives[1, 0], state.n_objectives[1] = objective, 1
    front = ground.line_cells[: ground.line_count[0]]
    others = state.section_of_cell[front[front != objective]]
    aimed_at = state.section_of_cell[objective]
    strength, n_runs = state.n_soldiers.copy(), 1_000
    lost = np.zeros(len(strength))
    for seed in range(n_runs):
        state.n_soldiers[:] = strength
        bench.act(seed=seed)
        lost += strength - state.n_soldiers
    per_shell = 2e-3 / 0.05 / GROUND["fortification"]["open"]
    on_each = 20.0 * (1 - share_on_objectives) / len(front) * per_shell
    n = int(strength[others].sum()) * n_runs
    assert agrees(lost[others].sum() / n, 1.0 - math.exp(-on_each), n)
    on_objective = on_each + 20.0 * share_on_objectives * per_shell
    n = int(strength[aimed_at]) * n_runs
    assert agrees(lost[aimed_at] / n, 1.0 - math.exp(-on_objective), n)
    fell = ground.shells / n_runs  # cohesion, which would empty the tally each tick, does not act
    assert fell.sum() == pytest.approx(20.0)
    assert fell[objective] == pytest.approx(20.0 * (share_on_objectives + (1 - share_on_objectives) / len(front)))
    behind = np.setdiff1d(np.arange(state.n_sections), state.section_of_cell[front])
    assert np.all(lost[behind] == 0)


def test_a_fortified_section_loses_less():
    bench = Bench(Artillery(VALUES._replace(shells_ratio=50.0, lethal_area_dug_in_km2=1e-3)))
    state, ground = bench.state, bench.ground
    front = ground.line_cells[: ground.line_count[0]]
    ground.fortification[front[::2]], ground.fortification[front[1::2]] = 1.0, 4.0
    lost = np.zeros(2)
    for seed in range(300):
        state.n_soldiers[: state.n_sections] = 10
        bench.act(seed=seed)
        left = state.n_soldiers[state.section_of_cell[front]]
        lost += [60 - left[::2].sum(), 60 - left[1::2].sum()]
    hazard = 500.0 * (1 - VALUES.share_on_objectives) / 12 * 1e-3 / 0.05
    expected = np.array([1 - math.exp(-hazard), 1 - math.exp(-hazard / 4)])
    n = 300 * 60
    assert np.all(np.abs(lost / n - expected) <= BOUND * np.sqrt(expected * (1 - expected) / n))


def test_one_group_more_does_not_change_the_random_numbers_of_the_others():
    """With a cap on the shells per aim point, a group's losses do not depend on which others are tracked."""
    lost = []
    for n_others in (0, 3):
        bench = Bench(Artillery(VALUES._replace(shells_per_aim_point_h=2.0, shells_per_day=1e6)))
        others = [bench.put("wait", -3.5, 0.5, group_id=900 + i) for i in range(n_others)]
        rows = bench.put("wait", 3.5, 0.5, group_id=77)
        for at in range(n_others + 1):
            bench.track((0.0, 0.3), (0.5, 1.0), at=at)
        history = []
        for seed in range(200):
            for group in (*others, rows):
                bench.state.n_soldiers[group] = 4
            bench.act(seed=seed)
            history.append(int(bench.state.n_soldiers[rows[0]]))
        lost.append(history)
    assert lost[0] == lost[1]
    assert min(lost[0]) < 4
