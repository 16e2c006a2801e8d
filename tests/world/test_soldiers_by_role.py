"""One ledger for both sides: where the soldiers are adds up to how many there are, at every tick."""

import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign, soldiers_ledger
from sim.scenario.loader import load
from sim.scenario.reading.file_lookup import shipped_names
from sim.world.integer_codes import ATTACKER, DEFENDER, SIDES
from sim.world.soldiers_by_role import AWAY, FORWARD, HOLDS_LINE, RESERVE, RESTING, ROLES, STOCK, count_soldiers
from tests.support.toy_theatre import toy


def counted(model):
    return count_soldiers(model.state, len(model.ground.axis_names))


def test_at_the_start_everybody_is_where_the_scenario_puts_them():
    model = Campaign(toy(), seed=1)
    by_role, by_axis = counted(model)
    line = model.ground.line_cells[: model.ground.line_count[1]]
    assert by_role[DEFENDER, HOLDS_LINE] == model.ground.target_soldiers[line].sum() == by_axis[DEFENDER].sum()
    assert by_role[DEFENDER, RESERVE] == model.inputs.defender.reserve
    assert by_role[ATTACKER].sum() == 600 + 80
    assert by_role[ATTACKER, AWAY] == 80
    assert by_role[ATTACKER, STOCK] == model.state.pool_soldiers[0] + model.state.stock[ATTACKER].sum()
    assert by_role[ATTACKER, RESTING] == by_role[DEFENDER, FORWARD] == 0


@pytest.mark.parametrize("name", [name for name in shipped_names() if "/" not in name])
def test_the_roles_add_up_to_the_ledger_at_every_tick(name):
    model = Campaign(load(name, set={"time.horizon_days": 6, "time.tick_h": 3}), seed=1)
    while model.running:
        model.step()
        ledger = soldiers_ledger(model)
        by_role, by_axis = counted(model)
        for side, row in enumerate(ledger[side] for side in SIDES):
            assert by_role[side].sum() - by_role[side, AWAY] == row["alive"]
            assert by_role[side, AWAY] == row["away"]
            assert row["initial"] + row["arrived"] == row["alive"] + row["lost"] + row["away"]
        assert by_role.min() >= 0
        assert np.array_equal(by_axis.sum(axis=1), by_role[:, [HOLDS_LINE, FORWARD]].sum(axis=1))
    last = model.recorder.series["soldiers_by_role"][model.recorder.n_recorded - 1]
    assert np.array_equal(last, by_role)
    assert np.array_equal(
        model.recorder.series["soldiers"][model.recorder.n_recorded - 1], last.sum(axis=1) - last[:, AWAY]
    )


def test_each_role_has_a_name():
    assert len(set(ROLES)) == len(ROLES) == AWAY + 1
