"""Supply is max-flow over lines whose capacity falls where the enemy is near; stocks bridge what is missing.

Covers sim.mechanisms.shared.supply_lines.
"""

import numpy as np
import pytest

from sim.mechanisms.shared.supply_lines import line_capacity_t
from sim.mechanisms.supply import LEAST_LEVEL, AttackerDemand, Cut, Supply, SupplyValues, attackers_demand_t
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD
from sim.world.integer_codes import ATTACKER, CITY_CUT_OFF, CITY_RECONNECTED, DEFENDER, LINE_CLOSED, LINE_REOPENED
from tests.support.bench import GROUND, Bench, ground_of, line_of_communication

# No stocks, and nothing lost to interdiction.
VALUES = SupplyValues(
    demand_t_per_soldier_day=0.2, interdiction_max=0.0, interdiction_reach_km=3.0, stock_days=0.0, stock_days_max=10.0,
    throughput_factor=1.0, refill_factor=1.5, p_line_closed=0.0,
)  # fmt: skip
LINES = GROUND["lines_of_communication"]


def bench_with(lines=LINES, **changes):
    """Return a bench with the mechanism on a ground with these lines, some of its values changed."""
    return Bench(Supply(VALUES._replace(**changes)), ground_of(lines_of_communication=lines))


def demand_t(bench):
    """Return what each axis needs per day."""
    ground = bench.ground
    cells = ground.line_cells[: ground.line_count[1]]
    soldiers = np.bincount(ground.axis[cells], ground.target_soldiers[cells])
    return soldiers * VALUES.demand_t_per_soldier_day


def test_the_level_is_what_arrives_over_what_is_needed():
    bench = bench_with()
    bench.act()
    # 14 t reach the town, of which 6 t take each track, and 3 t come by the farm track: 9 t per axis.
    assert bench.state.supply_level[DEFENDER] == pytest.approx(np.minimum(1.0, 9.0 / demand_t(bench)))
    assert bench.state.supply_level[DEFENDER].max() < 1.0


def test_a_shared_road_is_shared_in_proportion():
    lines = [
        line_of_communication("road", "rear", "Town", [[0.0, 7.0], [0.0, 3.0]], 6.0),
        *LINES[1:3],
    ]
    bench = bench_with(lines)
    bench.act()
    assert bench.state.supply_level[DEFENDER] == pytest.approx(3.0 / demand_t(bench))


def test_stocks_bridge_a_lack_and_run_down():
    bench = bench_with(stock_days=3.0)
    need, stock = demand_t(bench), 3.0 * demand_t(bench)
    for day in range(30):
        bench.act(day * 24.0)
        level = np.minimum(1.0, (9.0 + stock / 3.0) / need)
        assert bench.state.supply_level[DEFENDER] == pytest.approx(level)
        stock = stock + 9.0 - need * level
        assert bench.state.stock_t[DEFENDER] == pytest.approx(stock, abs=1e-6)
    assert bench.state.supply_level[DEFENDER] == pytest.approx(9.0 / need, rel=0.05)


def test_stocks_grow_no_larger_than_they_may_and_no_faster_than_is_drawn():
    plenty = [line | {"throughput_t_per_day": 500.0} for line in LINES]
    bench = bench_with(plenty, stock_days_max=2.0, refill_factor=1.5)
    need = demand_t(bench)
    grown = []
    for day in range(6):
        bench.act(day * 24.0)
        grown.append(bench.state.stock_t[DEFENDER] / need)
    assert np.array(grown)[:, 0] == pytest.approx([0.5, 1.0, 1.5, 2.0, 2.0, 2.0], abs=1e-3)
    assert np.all(bench.state.supply_level[DEFENDER] == 1.0)


def capacity_t(path):
    """Return the capacity of a road of 10 t per day, of which the enemy takes up to 0.6 within 4 km."""
    g = ground_of()
    cells = g.cells_along(path)
    return line_capacity_t(
        np.array([10.0]), 0.6, 4.0, np.inf, ATTACKER_HELD, cells, np.array([0, len(cells)]), np.zeros(len(cells)),
        np.array([False]), g.control, g.neighbours, g.x_km, g.y_km,
    )[0]  # fmt: skip


@pytest.mark.parametrize(
    ("y", "share"), [(0.5, 1 - 0.6 * (1 - 1 / 4)), (2.5, 1 - 0.6 * (1 - 3 / 4)), (3.5, 1.0), (6.5, 1.0)]
)
def test_a_road_carries_less_the_nearer_the_enemy(y, share):
    assert capacity_t([[-5.5, y], [5.5, y]]) == pytest.approx(10.0 * share)


def test_a_road_is_as_good_as_its_worst_cell_and_none_through_the_enemy():
    assert capacity_t([[0.5, 6.5], [0.5, 2.5]]) == pytest.approx(10.0 * (1 - 0.6 * (1 - 3 / 4)))
    assert capacity_t([[0.5, 6.5], [0.5, -0.5]]) == 0.0


def test_supply_is_settled_once_a_day():
    bench = bench_with()
    bench.act()
    before = bench.state.stock_t[DEFENDER].copy(), bench.state.supply_level[DEFENDER].copy()
    bench.state.supply_level[DEFENDER, :] = 0.123
    for hour in range(1, 24):
        bench.act(float(hour))
    assert np.all(bench.state.supply_level[DEFENDER] == 0.123)
    bench.act(24.0)
    assert np.array_equal(bench.state.supply_level[DEFENDER], before[1])


def test_the_city_is_cut_off_when_its_road_is_and_reconnected_when_it_is_free():
    lines = [
        line_of_communication("road", "rear", "Town", [[0.5, 7.0], [0.5, 3.0]], 6.0),
        *LINES[1:3],
    ]
    bench = bench_with(lines)
    cut = bench.cell(0.5, 5.5)
    bench.act()
    assert bench.state.throughput_t[0] == 6.0
    for day, side in ((1, ATTACKER_HELD), (2, DEFENDER_HELD)):
        bench.ground.control[cut] = side
        bench.ground.front_version[0] += 1
        bench.act(day * 24.0)
        assert (bench.state.throughput_t[0] > 0.0) == (side == DEFENDER_HELD)
    assert bench.events(CITY_CUT_OFF) == [24.0]
    assert bench.events(CITY_RECONNECTED) == [48.0]


def test_an_axis_cut_off_with_empty_stocks_still_has_a_little():
    bench = bench_with()
    bench.ground.control[:] = ATTACKER_HELD
    bench.ground.front_version[0] += 1
    bench.act()
    assert np.all(bench.state.supply_level[DEFENDER] > 0.0)
    assert np.all(bench.state.supply_level[DEFENDER] < 0.2)


def test_without_lines_supply_has_no_effect():
    bench = bench_with([])
    bench.act()
    assert np.all(bench.state.supply_level[DEFENDER] == 1.0)


@pytest.mark.parametrize(
    "lines",
    [
        [line_of_communication("road", "rear", "Town", [[0.0, 7.0], [0.0, 3.0]], 6.0)],
        [line_of_communication("track", "rear", "west", [[-3.0, -2.0], [-3.0, 1.0]], 6.0)],
    ],
    ids=["no axis fed", "begins on the enemy's ground"],
)
def test_an_odd_network_gives_levels_between_none_and_all(lines):
    bench = bench_with(lines)
    bench.act()
    assert np.all(bench.state.supply_level[DEFENDER] > 0.0)
    assert np.all(bench.state.supply_level[DEFENDER] <= 1.0)


@pytest.mark.parametrize(("enemy_y", "is_cut"), [((0.5, 1.5, 2.5), False), ((2.5,), True), ((6.5,), True)])
def test_a_track_ends_where_its_line_was_pushed_to_and_is_cut_by_an_enemy_behind_it(enemy_y, is_cut):
    lines = [line_of_communication("track", "rear", "west", [[-5.5, 7.0], [-5.5, 0.5]], 6.0)]
    bench = bench_with(lines)
    for y in enemy_y:
        bench.ground.control[bench.cell(-5.5, y)] = ATTACKER_HELD
    bench.ground.front_version[0] += 1
    bench.act()
    axis = bench.ground.axis_names.index("west")
    assert (bench.state.supply_level[DEFENDER, axis] <= LEAST_LEVEL) == is_cut


CUT = Cut(name="rear to Town", kind="road", from_day=2, until_day=5)


@pytest.mark.parametrize("name", ["rear to Town", "all"])
def test_a_dated_cut_closes_the_lines_meant_from_its_first_day_until_its_last(name):
    bench = bench_with(cuts=[CUT.model_copy(update={"name": name})])
    throughput = []
    for day in range(7):
        bench.act(day * 24.0)
        throughput.append(bench.state.throughput_t[0])
    assert throughput == [14.0, 14.0, 0.0, 0.0, 0.0, 14.0, 14.0]
    assert bench.events(LINE_CLOSED) == [48.0]
    assert bench.events(LINE_REOPENED) == [120.0]
    assert bench.events(CITY_CUT_OFF) == [48.0]


def test_a_cut_of_the_tracks_leaves_the_road_open():
    bench = bench_with(cuts=[Cut(name="all", kind="track", from_day=0, until_day=5)])
    bench.act()
    assert bench.state.throughput_t[0] == 14.0


def test_strikes_close_a_line_for_a_day_as_often_as_they_should():
    bench = bench_with(p_line_closed=0.3)
    n = 1_000
    is_open = []
    for day in range(n):
        bench.act(day * 24.0)
        is_open.append(bench.state.throughput_t[0] > 0.0)
    assert abs(np.mean(is_open) - 0.7) <= 3.29 * np.sqrt(0.7 * 0.3 / n)
    assert bench.events(LINE_CLOSED) == []


def test_strikes_close_the_same_lines_when_another_line_is_cut():
    plain = bench_with(p_line_closed=0.5)
    cut = bench_with(p_line_closed=0.5, cuts=[CUT.model_copy(update={"until_day": 90})])
    for day in range(60):
        plain.act(day * 24.0)
        cut.act(day * 24.0)
        assert np.all(cut.state.supply_level[DEFENDER] <= plain.state.supply_level[DEFENDER])
        if day < 2:
            assert np.array_equal(cut.state.supply_level[DEFENDER], plain.state.supply_level[DEFENDER])


def test_what_could_reach_each_settlement_is_known_before_the_first_days_cuts():
    bench = bench_with(cuts=[CUT.model_copy(update={"from_day": 0})])
    assert bench.state.throughput_t.tolist() == [14.0]
    bench.act()
    assert bench.state.throughput_t.tolist() == [0.0]
    assert bench.events(CITY_CUT_OFF) == []


def road_of(side, path, throughput_t=100.0, end="west"):
    """Return a track of a side that supplies an axis."""
    return line_of_communication("track", "rear", end, path, throughput_t) | {"side": side}


DEMAND = AttackerDemand(
    t_per_soldier_day=0.5, t_per_soldier_sent=0.25, t_per_shell=0.05, shells_per_day=100.0, share_on_objectives=0.4,
    lift_km=4.0,
)  # fmt: skip
FROM_THE_SOUTH = road_of("attacker", [[-3.5, -2.5], [-3.5, 5.5]])


def test_without_lift_the_attackers_lines_change_nothing():
    bench, plain = bench_with([*LINES, FROM_THE_SOUTH]), bench_with()
    for one in (bench, plain):
        one.act()
    assert np.all(bench.state.supply_level[ATTACKER] == 1.0)
    assert np.array_equal(bench.state.supply_level, plain.state.supply_level)
    assert bench.state.throughput_t.tolist() == plain.state.throughput_t.tolist()


def test_the_attackers_demand_is_for_soldiers_forward_sent_and_shells_by_axis():
    bench = bench_with([FROM_THE_SOUTH], attacker=DEMAND)
    bench.put("garrison", -3.5, -0.5, n_soldiers=8)
    bench.put("advance", 3.5, 0.5, n_soldiers=4)
    bench.state.release_per_day[0], bench.state.effort[:] = 40.0, (0.75, 0.25)
    bench.state.n_objectives[:] = 3, 1
    needed = attackers_demand_t(DEMAND, bench.state, bench.ground)
    # Half of the front's cells lie on each axis.
    shells = 0.05 * 100.0 * (0.4 * np.array([0.75, 0.25]) + 0.6 * 0.5)
    assert needed == pytest.approx(0.5 * np.array([8, 4]) + 0.25 * np.array([30.0, 10.0]) + shells)


@pytest.mark.parametrize(("rows_taken", "length_km"), [(0, 2.0), (3, 5.0), (5, 7.0)])
def test_the_attackers_track_carries_less_the_farther_its_front_has_moved(rows_taken, length_km):
    bench = bench_with([FROM_THE_SOUTH | {"throughput_t_per_day": 0.5}], attacker=DEMAND)
    for y in range(rows_taken):
        bench.ground.control[bench.ground.y_km == y + 0.5] = ATTACKER_HELD
    bench.ground.front_version[0] += 1
    bench.put("garrison", -3.5, -0.5, n_soldiers=8)
    bench.act()
    needed = attackers_demand_t(DEMAND, bench.state, bench.ground)[0]
    expected = 0.5 * np.exp(-length_km / DEMAND.lift_km) / needed
    assert bench.state.supply_level[ATTACKER, 0] == pytest.approx(max(LEAST_LEVEL, expected), abs=2e-3)
    assert bench.state.supply_level[ATTACKER, 1] == 1.0  # no line leads to it


def test_the_attackers_track_is_interdicted_by_the_defenders_ground_and_goes_round_a_pocket():
    g, cells = ground_of(), ground_of().cells_along([[-3.5, -2.5], [-3.5, 5.5]])
    g.control[g.y_km < 4.0] = ATTACKER_HELD
    g.control[cells[4]] = DEFENDER_HELD  # a pocket
    first, is_track = np.array([0, len(cells)]), np.array([True])
    ways = [(ATTACKER_HELD, 0.0), (DEFENDER_HELD, 10.0 * (1.0 - 0.6 * (1 - 1 / 4)))]
    for enemy_held, carried in ways:
        found = line_capacity_t(
            np.array([10.0]), 0.6, 4.0, np.inf, enemy_held, cells, first, np.zeros(len(cells)), is_track, g.control,
            g.neighbours, g.x_km, g.y_km,
        )  # fmt: skip
        assert found[0] == pytest.approx(carried)


def test_the_defenders_demand_of_today_is_that_of_the_line_and_of_the_stock_behind_it():
    bench = bench_with([road_of("defender", [[-3.5, 6.5], [-3.5, 0.5]], 0.8)], attacker=DEMAND)
    state, line = bench.state, bench.ground.line_cells[: bench.ground.line_count[1]]
    sections = state.section_of_cell[line]
    state.n_soldiers[sections] //= 2
    total = state.n_soldiers[sections].sum()
    west = state.n_soldiers[sections][bench.ground.axis[line] == 0].sum()
    state.stock[DEFENDER, 0] = total  # one common stock doubles what each axis needs
    bench.act()
    needed = 2.0 * west * VALUES.demand_t_per_soldier_day
    assert bench.state.supply_level[DEFENDER, 0] == pytest.approx(0.8 / needed, abs=2e-3)


def test_a_cut_is_of_one_sides_lines():
    lines = [road_of("defender", [[-3.5, 6.5], [-3.5, 0.5]], 1.0), FROM_THE_SOUTH | {"throughput_t_per_day": 1.0}]
    cuts = [Cut(name="all", kind="track", side="attacker", from_day=0, until_day=5)]
    bench = bench_with(lines, attacker=DEMAND, cuts=cuts)
    bench.put("garrison", -3.5, -0.5, n_soldiers=8)
    bench.act()
    assert bench.state.supply_level[ATTACKER, 0] == LEAST_LEVEL
    assert bench.state.supply_level[DEFENDER, 0] > LEAST_LEVEL
