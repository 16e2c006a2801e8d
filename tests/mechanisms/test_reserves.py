"""Reserves on arrays filled by hand: journeys, plugs, exploitation, counter-attacks, refits.

Covers sim.campaign.reserve_orders, sim.campaign.sector_indicators.
"""

import math

import numpy as np
import pytest

from sim.campaign.orders import ReserveOrder
from sim.campaign.reserve_orders import send_units, soldiers_sent
from sim.campaign.sector_indicators import gap_share, intruders, note_taken_ground, penetration_km
from sim.mechanisms.reserves import Reserves, ReservesValues
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD
from sim.world.integer_codes import (
    ATTACKER,
    BEHIND_SECTOR,
    CELLS_RETAKEN,
    COUNTERATTACK,
    DEFENDER,
    EXPLOIT,
    GO_BACK,
    ON_THE_ROAD,
    ON_THE_WAY,
    PLUG,
    REFITTING,
    RESERVE_ARRIVED,
    RESERVE_ATTACKED,
    STANDING_BACK,
    STRIKE_BACK,
)
from tests.support.bench import Bench
from tests.support.toy_theatre import toy

VALUES = ReservesValues(
    behind_km=20.0, fresh_days=10.0, ca_ratio=1.5, ca_exposed_km=3.0, ca_hazard_per_km=0.0, ca_per_week=2.0,
    refit_at=0.4, refit_days=10.0, road_loss_per_km=0.0, attacker_loss_per_defender_h=0.1,
    defender_loss_per_attacker_h=0.1, breakpoint_attacker=1.0, breakpoint_defender=1.0, ceasefire_h=math.inf,
)  # fmt: skip
WEST, EAST = 0, 1


def bench_with(side=DEFENDER, n_units=1, **changes):
    """Return a bench with units of 100 soldiers of a side, and the sectors of the axes apart."""
    bench = Bench(Reserves(VALUES._replace(**changes)))
    bench.state.form_units(side, 100 * n_units, 100)
    bench.ground.sector[:] = np.maximum(bench.ground.axis, 0)
    return bench


def send(bench, mode, axis=EAST, arrives_h=7.0, km=20.0, unit=0):
    """Put a unit on the road."""
    s = bench.state
    s.unit_status[unit], s.unit_mode[unit], s.unit_axis[unit] = ON_THE_WAY, mode, axis
    s.unit_arrives_h[unit], s.unit_km[unit] = arrives_h, km


def lose(bench, x_km, y_km, holders=4, taken_h=0.0):
    """Let the attacker have a cell with a garrison; return the cell and the garrison's rows."""
    cell = bench.cell(x_km, y_km)
    bench.ground.control[cell], bench.ground.taken_h[cell] = ATTACKER_HELD, taken_h
    bench.section(x_km, y_km, n_soldiers=0)
    return cell, bench.put("garrison", x_km, y_km, holders) if holders else ()


def stand_behind(bench, axis=EAST, unit=0):
    s = bench.state
    s.unit_status[unit], s.unit_mode[unit], s.unit_axis[unit] = BEHIND_SECTOR, STRIKE_BACK, axis


def test_a_unit_that_plugs_joins_the_stock_of_its_sector_at_its_hour():
    bench = bench_with()
    state, before = bench.state, bench.state.soldiers(DEFENDER)
    send(bench, PLUG)
    bench.act(6.0)
    assert (state.unit_soldiers[0], state.stock[DEFENDER].tolist()) == (100, [0, 0])
    bench.act(7.0)
    assert (state.unit_soldiers[0], state.stock[DEFENDER].tolist()) == (0, [0, 100])
    assert state.unit_status[0] == REFITTING
    assert bench.events(RESERVE_ARRIVED) == [7.0]
    assert state.soldiers(DEFENDER) == before


def test_where_one_stock_serves_all_a_plug_joins_it():
    bench = bench_with()
    bench.ground.sector[:] = 0
    send(bench, PLUG)
    bench.act(7.0)
    assert bench.state.stock[DEFENDER].tolist() == [100, 0]


def test_the_road_costs_the_same_share_on_either_side():
    for side in (ATTACKER, DEFENDER):
        bench = bench_with(side, n_units=30, road_loss_per_km=0.01)
        for unit in range(30):
            send(bench, GO_BACK, unit=unit)
        bench.act(8.0)
        n, p = 3000, 1.0 - math.exp(-0.2)
        lost = bench.state.losses[side, ON_THE_ROAD]
        assert abs(lost - n * p) <= 4.0 * math.sqrt(n * p * (1.0 - p))
        assert bench.state.reserve_soldiers(side) == n - lost
        assert np.all(bench.state.unit_status[:30] == STANDING_BACK)


@pytest.mark.parametrize(("mode", "purpose"), [(PLUG, 0), (EXPLOIT, 1)])
def test_attackers_of_a_unit_join_the_pool_and_are_due_on_their_axis(mode, purpose):
    bench = bench_with(ATTACKER)
    pool, before = bench.state.pool_soldiers[0], bench.state.soldiers(ATTACKER)
    send(bench, mode)
    bench.act(7.0)
    assert bench.state.pool_soldiers[0] == pool + 100
    assert bench.state.reserve_due[purpose].tolist() == [0, 100]
    assert bench.state.reserve_due.sum() == 100
    assert bench.state.soldiers(ATTACKER) == before


def test_a_counterattack_takes_a_fresh_cell_back_and_its_soldiers_hold_it():
    bench = bench_with()
    state, ground = bench.state, bench.ground
    cell, rows = lose(bench, 3.5, 0.5)
    ground.fortification[cell] = 1.0
    stand_behind(bench)
    before = state.soldiers(DEFENDER)
    bench.act(24.0)
    section = state.section_of_cell[cell]
    assert ground.control[cell] == DEFENDER_HELD
    assert state.n_soldiers[rows].sum() == 0  # fought to the last
    assert state.n_soldiers[section] + state.unit_soldiers[0] + state.losses[DEFENDER, COUNTERATTACK] == 100
    assert (state.count[CELLS_RETAKEN], bench.events(RESERVE_ATTACKED)) == (1, [24.0])
    assert ground.line[cell] > 0
    assert state.soldiers(DEFENDER) == before - state.losses[DEFENDER, COUNTERATTACK]
    assert state.unit_attack_h[0] == 24.0 + 84.0


@pytest.mark.parametrize("why", ["old", "other axis", "too many", "too soon", "not ordered", "never", "ceasefire"])
def test_no_counterattack(why):
    values = {"never": {"ca_per_week": 0.0}, "ceasefire": {"ceasefire_h": 24.0}}.get(why, {})
    bench = bench_with(**values)
    lose(bench, 3.5, 0.5, holders=200 if why == "too many" else 4, taken_h=-300.0 if why == "old" else 0.0)
    if why != "not ordered":
        stand_behind(bench, axis=WEST if why == "other axis" else EAST)
    if why == "too soon":
        bench.state.unit_attack_h[0] = 25.0
    bench.act(24.0)
    assert bench.events(RESERVE_ATTACKED) == []
    assert bench.state.unit_soldiers[0] == 100


def test_a_position_costs_more_than_a_hole():
    """The lever: the same garrison is dearer to throw out when it is dug in."""
    lost = []
    for fortification in (1.0, 2.5):
        total = 0
        for seed in range(60):
            bench = bench_with(breakpoint_defender=0.9)
            cell, _ = lose(bench, 3.5, 0.5, holders=12)
            bench.ground.fortification[cell] = fortification
            bench.ground.target_soldiers[:] = 0
            stand_behind(bench)
            bench.act(24.0, seed=seed)
            total += bench.state.losses[DEFENDER, COUNTERATTACK]
        lost.append(total)
    assert lost[1] > 1.2 * lost[0]


def test_a_cell_retaken_early_costs_less_than_one_retaken_late():
    """At the theatre's own values: a position of a day, and one dug in for weeks."""
    per_cell = []
    for fortification in (1.6, 3.5):
        lost = retaken = 0
        for seed in range(150):
            bench = bench_with()
            cell, _ = lose(bench, 3.5, 0.5, holders=12)
            bench.ground.fortification[cell] = fortification
            stand_behind(bench)
            bench.act(24.0, seed=seed)
            lost += bench.state.losses[DEFENDER, COUNTERATTACK]
            retaken += bench.state.count[CELLS_RETAKEN]
        per_cell.append(lost / retaken)
    assert per_cell[0] < 0.5 * per_cell[1]


@pytest.mark.parametrize(("holders", "target", "sent"), [(12, 8, 18), (1, 20, 5), (0, 0, 1)])
def test_as_many_attack_as_beat_the_holders_and_leave_no_gap(holders, target, sent):
    bench = bench_with()
    lose(bench, 3.5, 0.5, holders=holders)
    bench.ground.target_soldiers[:] = target
    stand_behind(bench)
    bench.act(24.0)
    events = bench.state.events[: bench.state.n_events[0]]
    assert events[events["kind"] == RESERVE_ATTACKED]["value"].tolist() == [sent]


def test_the_cell_with_most_own_sides_is_attacked_first():
    bench = bench_with(ca_ratio=5.0)
    for y in (0.5, 1.5, 2.5):
        cell, _ = lose(bench, 3.5, y)
        bench.ground.fortification[cell] = 1.0
    stand_behind(bench)
    bench.act(24.0)
    taken_back = [y for y in (0.5, 1.5, 2.5) if bench.ground.control[bench.cell(3.5, y)] == DEFENDER_HELD]
    # The tip has three own sides, the cells behind it two, and half a point as necks.
    assert taken_back == [2.5]


def test_a_unit_that_lost_its_share_is_refitted_from_those_who_rest():
    bench = bench_with(refit_days=4.0)
    state = bench.state
    send(bench, PLUG, arrives_h=0.0)
    state.resting[DEFENDER] = 90
    before = state.soldiers(DEFENDER)
    seen = []
    for day in range(6):
        bench.act(24.0 * day)
        seen.append((int(state.unit_soldiers[0]), int(state.unit_status[0])))
    assert [n for n, _ in seen] == [25, 50, 75, 90, 90, 90]
    assert [status for _, status in seen] == [REFITTING] * 4 + [STANDING_BACK] * 2
    assert state.resting[DEFENDER] == 0
    assert state.soldiers(DEFENDER) == before


def test_a_unit_of_the_attacker_is_refitted_from_the_pool():
    bench = bench_with(ATTACKER, refit_days=4.0)
    state = bench.state
    send(bench, PLUG, arrives_h=0.0)
    before, in_pool = state.soldiers(ATTACKER), int(state.pool_soldiers[0])
    for day in range(6):
        bench.act(24.0 * day)
    assert state.unit_soldiers[0] == 100
    assert state.unit_status[0] == STANDING_BACK
    assert state.pool_soldiers[0] == in_pool  # the unit's soldiers joined it, and as many left it
    assert state.soldiers(ATTACKER) == before


def test_without_soldiers_at_rest_a_unit_stays_in_refit():
    bench = bench_with(refit_days=1.0)
    send(bench, PLUG, arrives_h=0.0)
    for day in range(4):
        bench.act(24.0 * day)
    assert bench.state.unit_status[0] == REFITTING


def orders_on(bench, *orders, hour=0.0, side=DEFENDER):
    changes = {"reserves.prep_h": 12.0, "reserves.behind_km": 20.0, "depth.road_km_per_night": 20.0}
    send_units(bench.state, side, orders, hour, toy(changes))


def test_packets_of_an_order_arrive_one_after_the_other():
    bench = bench_with(n_units=3)
    orders_on(bench, ReserveOrder(EAST, "plug", 2), hour=24.0)
    assert bench.state.unit_arrives_h[:2].tolist() == [24.0 + 36.0, 24.0 + 36.0 * 1.25]
    assert bench.state.unit_status[:3].tolist() == [ON_THE_WAY, ON_THE_WAY, STANDING_BACK]
    assert soldiers_sent(bench.state, DEFENDER) == (0, 200)
    assert soldiers_sent(bench.state, ATTACKER) == (0, 0)


def test_an_order_for_more_units_than_there_are_takes_those_there_are():
    bench = bench_with(n_units=2)
    orders_on(bench, ReserveOrder(WEST, "plug", 1), ReserveOrder(EAST, "plug", 64))
    assert bench.state.unit_axis[:3].tolist() == [WEST, EAST, -1]


def test_a_unit_behind_its_sector_plugs_it_at_once_or_goes_back():
    bench = bench_with(n_units=2)
    stand_behind(bench, unit=0)
    stand_behind(bench, axis=WEST, unit=1)
    orders_on(bench, ReserveOrder(EAST, "plug"), ReserveOrder(WEST, "back", 9), hour=48.0)
    assert bench.state.unit_arrives_h[:2].tolist() == [48.0, 84.0]
    assert bench.state.unit_km[:2].tolist() == [0.0, 20.0]
    bench.act(48.0)
    assert bench.state.stock[DEFENDER].tolist() == [0, 100]
    bench.act(84.0)
    assert bench.state.unit_status[1] == STANDING_BACK


def test_what_a_morning_shows_of_each_axis():
    bench = bench_with()
    state, ground = bench.state, bench.ground
    front = ground.line_cells[: ground.line_count[0]]
    east = front[ground.axis[front] == EAST]
    assert gap_share(state, ground, DEFENDER, 8.0) == (0.0, 0.0)
    state.n_soldiers[state.section_of_cell[east[:2]]] = 0
    assert gap_share(state, ground, DEFENDER, 8.0) == (0.0, 2 / len(east))
    for y in (0.5, 1.5):
        ground.control[bench.cell(3.5, y)] = ATTACKER_HELD
    note_taken_ground(ground, 48.0)
    bench.put("garrison", 3.5, 1.5, 8)
    bench.put("withdraw", 3.5, 0.5, 4)
    assert penetration_km(ground, 48.0, 10.0) == (0.0, 2.0)
    assert intruders(state, ground, 48.0, 10.0) == (0, 8)
    assert penetration_km(ground, 48.0 + 240.1, 10.0) == (0.0, 0.0)
    ground.control[bench.cell(3.5, 1.5)] = DEFENDER_HELD
    note_taken_ground(ground, 72.0)
    assert penetration_km(ground, 72.0, 10.0) == (0.0, 1.0)


def test_the_attackers_gaps_are_its_thin_garrisons():
    bench = bench_with()
    shares = gap_share(bench.state, bench.ground, ATTACKER, 8.0)
    assert shares == (1.0, 1.0)  # no soldier stands on its side of the front
    assert gap_share(bench.state, bench.ground, ATTACKER, 0.0) == (0.0, 0.0)
