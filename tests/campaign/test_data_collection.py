"""What Mesa's data collector holds: a row per step of the main series, and on request of commanders and formations."""

import numpy as np
import pytest

from sim.campaign.agents import Commander, Formation
from sim.campaign.mesa_model import Campaign
from sim.results.record import SERIES
from sim.world.integer_codes import ATTACKER, COUNTS, DEFENDER, SIDES
from tests.support.toy_theatre import toy


@pytest.fixture(scope="module")
def model():
    """A finished campaign of four days in steps of six hours, with everything collected."""
    model = Campaign(toy({"time.horizon_days": 4, "time.tick_h": 6.0}), seed=1, collect="agents")
    model.run()
    return model


def test_there_is_a_row_after_each_step_and_that_at_a_days_end_is_the_recorded_one(model):
    frame, series = model.datacollector.get_model_vars_dataframe(), model.recorder.series
    assert frame["hour"].tolist() == [6.0 * n for n in range(1, 17)]
    assert set(frame) >= {name for name, (dims, _) in SERIES.items() if not dims}
    at_end = frame[3::4]
    for name in ("pool_soldiers", "area_changed_km2", "city_share_held"):
        assert at_end[name].tolist() == series[name][1:].tolist()
    assert at_end["attacker_losses"].tolist() == series["losses"][1:, ATTACKER].tolist()
    assert at_end["defender_losses"].tolist() == series["losses"][1:, DEFENDER].tolist()
    assert at_end["flags_planted"].tolist() == series["count"][1:, COUNTS.index("flags_planted")].tolist()


def test_within_a_day_the_row_holds_what_is_true_in_that_hour():
    model = Campaign(toy({"time.horizon_days": 2}), seed=1)
    for _ in range(30):
        model.step()
        row = model.datacollector.get_model_vars_dataframe().iloc[-1]
        assert row["attacker_losses"] == model.state.losses[ATTACKER].sum()
        assert row["pool_soldiers"] == model.state.pool_soldiers[0]
    assert model.recorder.n_recorded == 2


def test_collecting_changes_no_result():
    plain, all_collected = (
        Campaign(toy({"time.horizon_days": 3}), seed=2, collect=collect).run().finish(0)
        for collect in ("nothing", "agents")
    )
    assert all(np.array_equal(values, all_collected.series[name]) for name, values in plain.series.items())
    assert np.array_equal(plain.events, all_collected.events)


def test_commanders_report_their_orders(model):
    frame = model.datacollector.get_agenttype_vars_dataframe(Commander)
    assert len(frame) == 2 * 16
    last = frame[-2:].to_dict("records")
    assert [row["side"] for row in last] == list(SIDES)
    orders = model.commanders[ATTACKER].orders
    assert last[ATTACKER]["effort"] == tuple(orders.effort)
    assert last[ATTACKER]["release_per_day"] == orders.release_per_day > 0
    assert last[ATTACKER]["has_culminated"] == model.commanders[ATTACKER].has_culminated
    assert frame["has_culminated"].dtype == bool


def test_formations_report_their_soldiers_by_side_and_axis(model):
    frame = model.datacollector.get_agenttype_vars_dataframe(Formation)
    assert len(frame) == 4 * 16
    last = frame[-4:].to_dict("records")
    assert [(row["side"], row["axis"]) for row in last] == [
        (side, axis) for side in SIDES for axis in model.ground.axis_names
    ]
    assert [row["n_soldiers"] for row in last] == [formation.n_soldiers for formation in model.formations]


def test_nothing_is_collected_when_nothing_is_asked_for():
    model = Campaign(toy({"time.horizon_days": 1}), seed=1, collect="nothing")
    model.run()
    assert model.datacollector.model_vars == {}
    assert model.recorder.n_recorded == 2
