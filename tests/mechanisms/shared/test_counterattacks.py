"""Counter-attacks: how many are needed, which cell is a neck, which is chosen."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.mechanisms.shared.counterattacks import (
    Cells,
    Unit,
    attacks_before,
    choose_cell,
    is_attackable,
    is_neck,
    soldiers_needed,
)
from sim.mechanisms.shared.teams_in_cell import Ledger, Rows
from sim.world.ground import ATTACKER_HELD
from sim.world.integer_codes import RESERVE_ATTACKED, RESERVE_COMMITTED
from tests.support.bench import Bench

EAST = 1


@pytest.fixture
def field():
    """A bench without a mechanism, with the columns as the kernels take them."""
    bench = Bench(SimpleNamespace(begin=lambda *_: None))
    s, g = bench.state, bench.ground
    g.taken_h[g.control == ATTACKER_HELD] = -np.inf
    bench.cells = Cells(
        g.axis, g.control, g.neighbours, g.is_connected, g.fortification, g.target_soldiers, g.taken_h,
        s.section_of_cell, g.front_version, np.zeros(g.n_cells, np.int8), np.zeros(g.n_cells, np.int32),
    )  # fmt: skip
    bench.rows = Rows(
        s.active, s.forward, s.cursor, np.zeros(len(s.active), np.int32), s.state, s.n_soldiers, s.objective_cell,
        s.group_id, s.timer_h, s.remaining_km, s.mobility,
    )  # fmt: skip
    return bench


def lose(bench, *places, taken_h=0.0):
    """Let the attacker take cells; return them."""
    cells = [bench.cell(*place) for place in places]
    bench.ground.control[cells], bench.ground.taken_h[cells] = ATTACKER_HELD, taken_h
    return cells


@pytest.mark.parametrize("fortification", [1.0, 4.0])
def test_as_many_go_as_the_ratio_says_whatever_the_position(field, fortification):
    # A position is paid for in losses, not in soldiers sent: late attacks are the dearer ones.
    (cell,) = lose(field, (3.5, 0.5))
    field.ground.fortification[cell], field.ground.target_soldiers[:] = fortification, 0
    assert [soldiers_needed(cell, 1.5, holders, field.cells) for holders in (20, 7)] == [30, 11]


def test_no_fewer_go_than_leave_no_gap_and_never_none(field):
    (cell,) = lose(field, (3.5, 0.5))
    field.ground.target_soldiers[:] = 0
    assert soldiers_needed(cell, 1.5, 0, field.cells) == 1
    field.ground.target_soldiers[field.cell(3.5, 1.5)] = 9
    assert soldiers_needed(cell, 1.5, 0, field.cells) == 3


def test_only_fresh_ground_of_the_axis_beside_connected_ground_can_be_attacked(field):
    (cell,) = lose(field, (3.5, 0.5), taken_h=10.0)
    assert is_attackable(cell, EAST, 10.0, field.cells)
    assert not is_attackable(cell, EAST, 10.1, field.cells)
    assert not is_attackable(cell, 0, 10.0, field.cells)
    assert not is_attackable(field.cell(3.5, 1.5), EAST, 10.0, field.cells)
    field.ground.is_connected[:] = 0
    assert not is_attackable(cell, EAST, 10.0, field.cells)


def test_a_neck_is_a_cell_through_which_the_others_reach_older_ground(field):
    mouth, middle, tip = lose(field, (3.5, 0.5), (3.5, 1.5), (3.5, 2.5))
    assert [is_neck(cell, -1.0, field.cells) for cell in (mouth, middle, tip)] == [True, True, False]
    lose(field, (4.5, 0.5), (4.5, 1.5))  # a second way round the mouth
    assert [is_neck(cell, -1.0, field.cells) for cell in (mouth, middle, tip)] == [False, True, False]


def test_the_best_cell_that_the_unit_can_afford_is_chosen(field):
    """Scores: the tip 3 sides less 0.1 x 10 holders is 2, the middle and the mouth 2 sides and 0.5 as a neck."""
    mouth, middle, tip = lose(field, (3.5, 0.5), (3.5, 1.5), (3.5, 2.5))
    field.ground.fortification[:], field.ground.target_soldiers[:] = 1.0, 0
    field.put("garrison", 3.5, 2.5, 10)
    lanes = np.array([mouth, middle, tip], np.int32)
    assert choose_cell(Unit(EAST, 100, 1.5), -1.0, lanes, field.rows, field.cells) == (mouth, 1)
    field.ground.taken_h[[mouth, middle]] = -5.0
    assert choose_cell(Unit(EAST, 100, 1.5), -1.0, lanes, field.rows, field.cells) == (tip, 15)
    assert choose_cell(Unit(EAST, 14, 1.5), -1.0, lanes, field.rows, field.cells) == (-1, 0)


def test_each_attack_on_a_cell_in_one_morning_has_its_own_number(field):
    # The number sets which random numbers an attack has: two units that attack in turn have different ones.
    state = field.state
    ledger = Ledger(state.losses, state.count, state.stock, state.events, state.n_events)
    numbers = []
    for kind, hour, cell in ((RESERVE_ATTACKED, 24.0, 7), (RESERVE_ATTACKED, 24.0, 8), (RESERVE_COMMITTED, 24.0, 7),
                             (RESERVE_ATTACKED, 24.0, 7), (RESERVE_ATTACKED, 48.0, 7)):  # fmt: skip
        numbers.append(attacks_before(cell, hour, ledger))
        state.log(kind, hour, cell)
    assert numbers == [0, 0, 1, 1, 0]
    assert attacks_before(7, 24.0, ledger) == 2
