"""Supply is max-flow over lines whose capacity falls where the enemy is near; stocks bridge what is missing."""

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from sim.mechanisms.supply import LEAST_LEVEL, line_capacity_t
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD
from sim.world.integer_codes import CITY_CUT_OFF, CITY_RECONNECTED, LINE_CLOSED, LINE_REOPENED
from sim.world.max_flow import Network, max_flow
from tests.support.single_phase import Bench
from tests.support.toy_theatre import GROUND, copied, line, played, toy

# A published small network.
LINES = ["sP", "sK", "PK", "PF", "KF"]
CAPACITY_T = np.array([6.0, 4.0, 3.0, 4.0, 5.0])


def flow(lines, capacity_t, source="s", sink="F", most_t=np.inf, two_way=True):
    """Return the max-flow over lines written as the letters of their two ends."""
    network = Network([ends[0] for ends in lines], [ends[1] for ends in lines], [two_way] * len(lines))
    return network.max_flow_t(np.asarray(capacity_t, float), source, [sink], most_t)


def test_max_flow_of_the_published_network_with_and_without_a_node():
    assert flow(LINES, CAPACITY_T) == 9.0
    assert flow(LINES, np.where(["P" in ends for ends in LINES], 0.0, CAPACITY_T)) == 4.0


def test_a_sink_takes_no_more_than_it_can():
    assert flow(LINES, CAPACITY_T, most_t=2.5) == 2.5


def test_several_sinks_share_what_comes():
    network = Network(["s", "s"], ["a", "b"], [True, True])
    assert network.max_flow_t(np.array([5.0, 3.0]), "s", ["a", "b"], np.array([2.0, 9.0])) == 5.0
    # The same network asked again about one of them: the other draws nothing.
    assert network.max_flow_t(np.array([5.0, 3.0]), "s", ["a"], 9.0) == 5.0


def test_a_one_way_line_carries_nothing_back():
    assert flow(["Fs"], [5.0], two_way=True) == 5.0
    assert flow(["Fs"], [5.0], two_way=False) == 0.0


def test_parallel_lines_add_up():
    assert flow(["sF", "sF", "Fs"], [1.0, 2.0, 4.0]) == 7.0


def connected(lines, p):
    """Return the probability that s reaches F when each line stands with probability p, by enumeration."""
    total = 0.0
    for up in itertools.product((0.0, 1.0), repeat=len(lines)):
        weight = np.prod([p if is_up else 1.0 - p for is_up in up])
        total += weight * (flow(lines, up) > 0.0)
    return total


def test_two_routes_of_three_links_and_the_bridge_connect_as_often_as_their_formulas_say():
    assert connected(["sa", "ab", "bF", "sc", "cd", "dF"], 0.9) == pytest.approx(0.926559)
    for p in (0.5, 0.9):
        assert connected(LINES, p) == pytest.approx(2 * p**2 + 2 * p**3 - 5 * p**4 + 2 * p**5)
    assert connected(LINES, 0.9) == pytest.approx(0.97848)


NO_STOCKS = {
    "supply.stock_days": 0.0,
    "supply.interdiction_max": 0.0,
    "supply.demand_t_per_soldier_day": 0.2,
}


def demand_t(bench):
    """Return what each axis needs in a day."""
    ground = bench.ground
    cells = ground.line_cells[: ground.line_count[1]]
    soldiers = np.bincount(ground.axis[cells], ground.target_soldiers[cells])
    return soldiers * bench.scenario.supply.demand_t_per_soldier_day


def test_the_level_is_what_arrives_over_what_is_needed():
    bench = Bench("supply", NO_STOCKS)
    bench.act()
    # 14 t reach the town, of which 6 t go on by each track, and 3 t come by the farm track: 9 t an axis.
    assert bench.state.supply_level == pytest.approx(np.minimum(1.0, 9.0 / demand_t(bench)))
    assert bench.state.supply_level.max() < 1.0


def test_a_shared_road_is_shared_in_proportion():
    lines = [
        line("road", "rear", "Town", [[0.0, 7.0], [0.0, 3.0]], 6.0),
        *copied(GROUND["lines_of_communication"][1:3]),
    ]
    bench = Bench("supply", NO_STOCKS | {"ground.lines_of_communication": lines})
    bench.act()
    assert bench.state.supply_level == pytest.approx(3.0 / demand_t(bench))


def test_stocks_bridge_a_lack_and_run_down():
    bench = Bench("supply", NO_STOCKS | {"supply.stock_days": 3.0, "supply.stock_days_max": 10.0})
    need, stock = demand_t(bench), 3.0 * demand_t(bench)
    for day in range(30):
        bench.act(day * 24.0)
        level = np.minimum(1.0, (9.0 + stock / 3.0) / need)
        assert bench.state.supply_level == pytest.approx(level)
        stock = stock + 9.0 - need * level
        assert bench.state.stock_t == pytest.approx(stock, abs=1e-6)
    assert bench.state.supply_level == pytest.approx(9.0 / need, rel=0.05)


def test_stocks_grow_no_larger_than_they_may_and_no_faster_than_is_drawn():
    plenty = [{**item, "throughput_t_per_day": 500.0} for item in copied(GROUND["lines_of_communication"])]
    changes = {"ground.lines_of_communication": plenty, "supply.stock_days_max": 2.0, "supply.refill_factor": 1.5}
    bench = Bench("supply", NO_STOCKS | changes)
    need = demand_t(bench)
    grown = []
    for day in range(6):
        bench.act(day * 24.0)
        grown.append(bench.state.stock_t / need)
    assert np.array(grown)[:, 0] == pytest.approx([0.5, 1.0, 1.5, 2.0, 2.0, 2.0], abs=1e-3)
    assert np.all(bench.state.supply_level == 1.0)


def capacity(bench, path):
    cells, g, p = bench.ground.cells_along(path), bench.ground, bench.scenario.supply
    return line_capacity_t(
        np.array([10.0]), p.interdiction_max, p.interdiction_reach_km, cells, np.array([0, len(cells)]),
        np.array([False]), g.control, g.neighbours, g.x_km, g.y_km,
    )[0]  # fmt: skip


@pytest.mark.parametrize(
    ("y", "kept"), [(0.5, 1 - 0.6 * (1 - 1 / 4)), (2.5, 1 - 0.6 * (1 - 3 / 4)), (3.5, 1.0), (6.5, 1.0)]
)
def test_a_road_carries_less_the_nearer_the_enemy(y, kept):
    bench = Bench("supply", {"supply.interdiction_max": 0.6, "supply.interdiction_reach_km": 4.0})
    assert capacity(bench, [[-5.5, y], [5.5, y]]) == pytest.approx(10.0 * kept)


def test_a_road_is_as_good_as_its_worst_cell_and_none_through_the_enemy():
    bench = Bench("supply", {"supply.interdiction_max": 0.6, "supply.interdiction_reach_km": 4.0})
    assert capacity(bench, [[0.5, 6.5], [0.5, 2.5]]) == pytest.approx(10.0 * (1 - 0.6 * (1 - 3 / 4)))
    assert capacity(bench, [[0.5, 6.5], [0.5, -0.5]]) == 0.0


def test_supply_is_settled_once_a_day():
    bench = Bench("supply", NO_STOCKS)
    bench.act()
    before = bench.state.stock_t.copy(), bench.state.supply_level.copy()
    bench.state.supply_level[:] = 0.123
    for hour in range(1, 24):
        bench.act(float(hour))
    assert np.all(bench.state.supply_level == 0.123)
    bench.act(24.0)
    assert np.array_equal(bench.state.supply_level, before[1])


def test_the_city_is_cut_off_when_its_road_is_and_reconnected_when_it_is_free():
    lines = [
        line("road", "rear", "Town", [[0.5, 7.0], [0.5, 3.0]], 6.0),
        *copied(GROUND["lines_of_communication"][1:3]),
    ]
    bench = Bench("supply", NO_STOCKS | {"ground.lines_of_communication": lines})
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


def test_an_axis_cut_off_with_empty_stocks_keeps_a_little():
    bench = Bench("supply", NO_STOCKS)
    bench.ground.control[:] = ATTACKER_HELD
    bench.act()
    assert np.all(bench.state.supply_level > 0.0)
    assert np.all(bench.state.supply_level < 0.2)


def test_without_lines_supply_plays_no_part():
    bench = Bench("supply", {"ground.lines_of_communication": []})
    bench.act()
    assert np.all(bench.state.supply_level == 1.0)


@pytest.mark.parametrize(
    "lines",
    [
        [line("road", "rear", "Town", [[0.0, 7.0], [0.0, 3.0]], 6.0)],
        [line("track", "rear", "west", [[-3.0, -2.0], [-3.0, 1.0]], 6.0)],
    ],
    ids=["no axis fed", "begins on the enemy's ground"],
)
def test_an_odd_network_gives_levels_between_none_and_all(lines):
    bench = Bench("supply", NO_STOCKS | {"ground.lines_of_communication": lines})
    bench.act()
    assert np.all(bench.state.supply_level > 0.0)
    assert np.all(bench.state.supply_level <= 1.0)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([line("track", "Town", "west", [[0.0, 3.0], [-3.0, 1.0]], 6.0)], "none starts at 'rear'"),
        ([line("road", "rear", "west", [[50.0, 70.0], [60.0, 80.0]], 6.0)], "'rear to west' has no point on the map"),
        ([line("road", "rear", "Nowhere", [[0.0, 7.0], [0.0, 3.0]], 6.0)], "joins 'Nowhere'"),
    ],
)
def test_a_network_that_makes_no_sense_is_refused(lines, problem):
    with pytest.raises(ValueError, match=problem):
        Bench("supply", {"ground.lines_of_communication": lines})


@pytest.mark.parametrize(("enemy_y", "is_cut"), [((0.5, 1.5, 2.5), False), ((2.5,), True), ((6.5,), True)])
def test_a_track_ends_where_its_line_was_pushed_to_and_is_cut_by_an_enemy_behind_it(enemy_y, is_cut):
    lines = [line("track", "rear", "west", [[-5.5, 7.0], [-5.5, 0.5]], 6.0)]
    bench = Bench("supply", NO_STOCKS | {"ground.lines_of_communication": lines, "supply.interdiction_max": 0.0})
    for y in enemy_y:
        bench.ground.control[bench.cell(-5.5, y)] = ATTACKER_HELD
    bench.act()
    axis = bench.ground.axis_names.index("west")
    assert (bench.state.supply_level[axis] <= LEAST_LEVEL) == is_cut


CUT = {"name": "rear to Town", "kind": "road", "from_day": 2, "until_day": 5}


@pytest.mark.parametrize("name", ["rear to Town", "all"])
def test_a_dated_cut_closes_the_lines_meant_from_its_first_day_until_its_last(name):
    bench = Bench("supply", NO_STOCKS | {"supply.cuts": [CUT | {"name": name}]})
    throughput = []
    for day in range(7):
        bench.act(day * 24.0)
        throughput.append(bench.state.throughput_t[0])
    assert throughput == [14.0, 14.0, 0.0, 0.0, 0.0, 14.0, 14.0]
    assert bench.events(LINE_CLOSED) == [48.0]
    assert bench.events(LINE_REOPENED) == [120.0]
    assert bench.events(CITY_CUT_OFF) == [48.0]


def test_a_cut_of_the_tracks_leaves_the_road_open():
    bench = Bench("supply", NO_STOCKS | {"supply.cuts": [CUT | {"name": "all", "kind": "track", "from_day": 0}]})
    bench.act()
    assert bench.state.throughput_t[0] == 14.0


def test_strikes_close_a_line_for_a_day_as_often_as_they_should():
    bench = Bench("supply", NO_STOCKS | {"supply.p_line_closed": 0.3})
    n = 1_000
    is_open = []
    for day in range(n):
        bench.act(day * 24.0)
        is_open.append(bench.state.throughput_t[0] > 0.0)
    assert abs(np.mean(is_open) - 0.7) <= 3.29 * np.sqrt(0.7 * 0.3 / n)
    assert bench.events(LINE_CLOSED) == []


def test_a_closed_line_keeps_its_luck_when_another_is_cut():
    plain = Bench("supply", NO_STOCKS | {"supply.p_line_closed": 0.5})
    cut = Bench("supply", NO_STOCKS | {"supply.p_line_closed": 0.5, "supply.cuts": [CUT | {"until_day": 90}]})
    for day in range(60):
        plain.act(day * 24.0)
        cut.act(day * 24.0)
        assert np.all(cut.state.supply_level <= plain.state.supply_level)
        if day < 2:
            assert np.array_equal(cut.state.supply_level, plain.state.supply_level)


def test_what_could_reach_each_settlement_is_known_at_the_start():
    """The first day changes no road: its evening has the start's throughput, and a cut of day 0 comes after it."""
    cut_road = {"name": "all", "kind": "road", "from_day": 0, "until_day": 9}
    whole, cut = (played(toy({"supply.cuts": cuts}), days=1) for cuts in ([], [cut_road]))
    assert whole.recorder.series["throughput_t"][:2].tolist() == [[14.0], [14.0]]
    assert cut.recorder.series["throughput_t"][:2].tolist() == [[14.0], [0.0]]


def test_max_flow_is_scipys_on_any_network():
    rng = np.random.default_rng(1)
    for n in range(2, 12):
        for _ in range(20):
            capacity = rng.integers(0, 50, (n, n)) * (rng.random((n, n)) < 0.4)
            np.fill_diagonal(capacity, 0)
            expected = maximum_flow(csr_array(capacity.astype(np.int32)), 0, n - 1).flow_value
            left = capacity.copy()
            assert max_flow(left, 0, n - 1) == expected
            # What was sent arrives: all but the ends pass on what they get, and no arc carries more than it can.
            sent = capacity - left
            assert (left >= 0).all()
            assert (sent.sum(axis=1)[1:-1] == 0).all()
            assert sent.sum(axis=1)[0] == expected
