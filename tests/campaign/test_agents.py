"""Orders at work in a campaign: replaced policies, the reserve's way to its axis, culmination, ceasefire, surge."""

import math

import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign
from sim.campaign.orders import Orders
from sim.campaign.policies import do_nothing, hold_the_line, named_policies
from sim.world.integer_codes import (
    CEASEFIRE_BEGAN,
    COUNTS,
    DEFENDER,
    FORCE_CULMINATED,
    N_ACTIVE,
    OFFENSIVE_RESUMED,
    RESERVE_ARRIVED,
    RESERVE_COMMITTED,
)
from tests.support.bookkeeping import faults
from tests.support.toy_theatre import simulated, toy

SENT = COUNTS.index("soldiers_sent_forward")
WEST, EAST = 0, 1
AT_ONCE = {"command.gap_trigger": 1e-3, "command.depth_trigger_km": 1e-3}  # any gap or break is one
NO_RELIEF = {"control.garrison_per_km": 0.0}
STRONG_ATTACK = {"attacker.troops": 2000, "defender.density_per_km": 6.0, "control.hold_h": 12.0, "time.tick_h": 2.0}


def hours(model, kind):
    """Return the hours of the events of a kind."""
    events = model.recorder.events
    return events["hour"][events["kind"] == kind].tolist()


class Sender:
    """A defender's policy of this file's own: all units of the reserve plug one axis on the first day."""

    def __init__(self, axis):
        self.axis, self.days = axis, []

    def __call__(self, observation):
        self.days.append(observation.day)
        return Orders(reserve_axis=self.axis)


def test_policies_given_to_the_campaign_replace_those_of_the_scenario():
    attacker, _ = named_policies(toy())
    sender = Sender(EAST)
    model = Campaign(toy(), 1, policies=(attacker, sender))
    assert [commander.policy for commander in model.commanders] == [attacker, sender]
    model.run()
    assert sender.days == list(range(8))
    assert hours(model, RESERVE_COMMITTED) == [0.0]
    assert hours(model, RESERVE_ARRIVED) == [48.0]
    assert faults(model) == []


@pytest.mark.parametrize("given", [True, False])
def test_when_both_do_nothing_no_soldiers_are_sent_and_no_ground_changes_hands(given):
    named = {f"command.{side}_policy": "do_nothing" for side in ("attacker", "defender")}
    scenario = toy(NO_RELIEF | AT_ONCE | ({} if given else named))
    model = Campaign(scenario, 1, policies=(do_nothing, do_nothing) if given else None)
    model.run()
    assert model.recorder.series["count"][:, SENT].tolist() == [0.0] * 9
    assert np.array_equal(model.ground.control, model.ground.initial_control)
    assert model.recorder.series["reserve_soldiers"].tolist() == [40.0] * 9
    assert hours(model, RESERVE_COMMITTED) == []


def test_orders_that_cannot_be_carried_out_stop_the_campaign():
    model = Campaign(toy(), 1, policies=(lambda seen: Orders((1.0, 2.0, 3.0), 10.0), do_nothing))
    with pytest.raises(ValueError, match="effort to 3 axes"):
        model.step()


def test_two_campaigns_of_one_scenario_do_not_share_what_a_commander_remembers():
    scenario = toy(STRONG_ATTACK | {"command.effort_gain": 3.0})
    first, second = (simulated(scenario).recorder.series["losses"] for _ in range(2))
    assert np.array_equal(first, second)


def test_the_adaptive_commander_follows_the_doctrine_when_the_gain_is_zero():
    changes = STRONG_ATTACK | {"command.effort_gain": 0.0}
    adaptive = simulated(toy(changes | {"command.attacker_policy": "adaptive"}))
    scripted = simulated(toy(changes | {"command.attacker_policy": "doctrine"}))
    for name, values in adaptive.recorder.series.items():
        assert np.array_equal(values, scripted.recorder.series[name]), name


class Watched:
    """A policy that passes another's orders on and remembers what was seen and ordered."""

    def __init__(self, policy):
        self.policy, self.seen = policy, []

    def __call__(self, observation):
        orders = self.policy(observation)
        self.seen.append((np.array(observation.area_taken_km2_by_axis), np.array(orders.effort)))
        return orders


def test_the_adaptive_commanders_effort_moves_to_the_axis_that_took_the_first_ground():
    scenario, moved = toy(STRONG_ATTACK | {"command.effort_gain": 3.0}), set()
    for seed in range(1, 7):
        attacker, defender = named_policies(scenario)
        watched = Watched(attacker)
        Campaign(scenario, seed, policies=(watched, defender)).run()
        areas, efforts = (np.array(column) for column in zip(*watched.seen, strict=True))
        assert efforts.sum(axis=1) == pytest.approx(1.0)
        first = int(np.argmax(areas[:, WEST] != areas[:, EAST]))
        assert np.all(efforts[:first] == 0.5)
        leader = int(areas[first].argmax())
        assert efforts[first, leader] > 0.5
        moved.add(leader)
    assert moved == {WEST, EAST}


def test_the_reserve_goes_to_the_axis_that_is_attacked():
    changes = STRONG_ATTACK | AT_ONCE | {"defender.reserve": 60, "reserves.packet": 20}
    for axis, effort in ((WEST, {"west": 1.0}), (EAST, {"east": 1.0})):
        model = Campaign(toy(changes | {"command.effort": {"frontal": effort}}), 1)
        sent = set()
        while model.running:
            model.step()
            sent |= {order.axis for order in model.commanders[DEFENDER].orders.reserves}
        assert len(hours(model, RESERVE_COMMITTED)) >= 1
        assert sent == {axis}
        assert faults(model) == []


def test_the_reserve_stands_behind_its_axis_at_its_hour_and_only_there():
    changes = {"reserves.prep_h": 6.0, "reserves.behind_km": 20.0, "time.horizon_days": 2, "off": ["depth"]}
    changes |= {"depth.road_loss_per_km": 0.0, "reinforcement.defender_replacements_per_day": 0.0}
    model = Campaign(toy(changes), 1, policies=(do_nothing, Sender(EAST)))
    model.ground.sector[:] = np.maximum(model.ground.axis, 0)  # as depth does
    while model.hour < 30.0:
        model.step()
        assert (model.state.unit_soldiers.sum(), model.state.stock[DEFENDER, EAST]) == (40, 0)
    model.step()
    assert hours_logged(model, RESERVE_ARRIVED) == [30.0]
    assert model.state.unit_soldiers.sum() == 0
    assert model.state.stock[DEFENDER, EAST] == 40
    assert faults(model) == []


def test_without_the_mechanism_the_reserve_stands_back_for_ever():
    scenario = toy(STRONG_ATTACK, off=["reserves"])
    plain, ordered = (
        Campaign(scenario, 1, policies=(named_policies(scenario)[0], policy)) for policy in (do_nothing, Sender(EAST))
    )
    for model in (plain, ordered):
        model.run()
        assert model.recorder.series["reserve_soldiers"].tolist() == [40.0] * 9
        assert hours(model, RESERVE_COMMITTED) == []
    assert np.array_equal(plain.state.losses, ordered.state.losses)


def hours_logged(model, kind):
    """Return the hours of today's events of a kind, which the record has not taken over yet."""
    events = model.state.events[: model.state.n_events[0]]
    return events["hour"][events["kind"] == kind].tolist()


def test_the_reserve_helps_the_axis_behind_which_it_stands():
    """In pairs of runs, the axis that received the reserve has more of its line left and has lost less ground."""
    hard_pressed = STRONG_ATTACK | {
        "defender.density_per_km": 12.0, "defender.reserve": 120, "reserves.prep_h": 6.0, "reserves.behind_km": 5.0,
        "reinforcement.defender_replacements_per_day": 0.0, "drone_strikes.attacker.p_casualty": 0.6,
        "artillery.shells_ratio": 8.0, "time.horizon_days": 7,
    }  # fmt: skip
    scenario = toy(hard_pressed)
    manned, lost = [], []
    for seed in range(1, 151):
        ends = []
        for axis in (WEST, EAST):
            model = Campaign(scenario, seed, policies=(named_policies(scenario)[0], Sender(axis)))
            model.ground.sector[:] = np.maximum(model.ground.axis, 0)  # as depth does
            model.run()
            ends.append(model.commanders[DEFENDER].observe())
        line = [np.array(end.line_soldiers_by_axis) for end in ends]
        area = [np.array(end.area_taken_km2_by_axis) for end in ends]
        manned.append((line[WEST] - line[EAST]) @ (1, -1))
        lost.append((area[EAST] - area[WEST]) @ (1, -1))
    for better in (np.array(manned), np.array(lost)):
        assert better.mean() >= 3.0 * better.std(ddof=1) / math.sqrt(len(better)) > 0.0


def test_an_attacker_whose_pool_is_spent_stops_and_goes_on_when_it_has_recovered():
    changes = {
        "command.culmination_share": 0.3, "command.resume_share": 0.5, "command.release_share_per_day": 1.0,
        "reinforcement.rest_h": 60.0, "reinforcement.attacker_replacements_per_day": 60.0, "time.horizon_days": 16,
    }  # fmt: skip
    model = Campaign(toy(changes | NO_RELIEF, off=["lift"]), 1)  # a tired axis releases no soldiers either
    stopped = False
    while model.running:
        is_morning, pool, sent = model.hour % 24.0 == 0.0, model.state.pool_soldiers[0], model.state.count[SENT]
        model.step()
        if is_morning:
            stopped = pool < (0.5 if stopped else 0.3) * 600
        assert model.commanders[0].has_culminated == stopped
        assert (model.state.release_per_day[0] == 0.0) == stopped
        assert not stopped or model.state.count[SENT] == sent
    halts, restarts = hours(model, FORCE_CULMINATED), hours(model, OFFENSIVE_RESUMED)
    assert len(halts) >= 2
    assert len(restarts) >= 1
    turns = sorted([(hour, "halt") for hour in halts] + [(hour, "restart") for hour in restarts])
    assert {turn for _, turn in turns[::2]} == {"halt"}
    assert {turn for _, turn in turns[1::2]} == {"restart"}
    assert all(hour % 24.0 == 0.0 for hour, _ in turns)
    assert faults(model) == []


def test_garrisons_are_relieved_while_the_offensive_stands_still():
    changes = {"command.culmination_share": 1.0, "command.resume_share": 1.0, "control.garrison_per_km": 15.0}
    model = simulated(toy(changes))
    assert hours(model, FORCE_CULMINATED) == [0.0]
    assert model.recorder.series["count"][-1, SENT] > 0
    assert np.array_equal(model.ground.control, model.ground.initial_control)


CEASEFIRE_DAY, CEASEFIRE_H = 2.31, 2.31 * 24.0


@pytest.mark.parametrize("tick_h", [0.25, 1.0, 6.0])
def test_from_the_hour_of_the_ceasefire_no_soldiers_are_lost_and_no_ground_changes_hands(tick_h):
    changes = STRONG_ATTACK | {"calendar.ceasefire_day": CEASEFIRE_DAY, "time.tick_h": tick_h, "time.horizon_days": 5}
    model = Campaign(toy(changes | {"control.counterattack_per_day": 6.0}), 1)
    while model.hour < CEASEFIRE_H:
        model.step()
    assert model.hour == CEASEFIRE_H
    assert model.tick.end_h == CEASEFIRE_H
    state, ground = model.state, model.ground
    frozen = [state.losses, state.count, state.remaining_km, state.objective_cell, state.effort]
    frozen += [ground.control, ground.is_held_by_enemy, ground.entries, ground.pressure]
    then, arrived, n_active = [array.copy() for array in frozen], state.arrived.copy(), state.cursor[N_ACTIVE]
    assert state.losses.sum() > 0
    while model.running:
        model.step()
        assert [np.array_equal(array, before) for array, before in zip(frozen, then, strict=True)] == [True] * 9
        assert faults(model) == []
    assert hours(model, CEASEFIRE_BEGAN) == [CEASEFIRE_H]
    assert np.all(state.arrived > arrived)
    assert state.cursor[N_ACTIVE] == n_active
    assert np.all(model.recorder.series["losses"][3:] == model.recorder.series["losses"][3])


def test_until_the_ceasefire_everything_is_as_without_one():
    plain, talks = (Campaign(toy({"calendar.ceasefire_day": day}), seed=4) for day in (None, CEASEFIRE_DAY))
    for model in (plain, talks):
        while model.hour < 55.0:
            model.step()
    assert np.array_equal(plain.state.losses, talks.state.losses)
    assert np.array_equal(plain.state.remaining_km, talks.state.remaining_km)


def test_a_ceasefire_from_the_start_leaves_both_sides_where_they_are():
    model = simulated(toy({"calendar.ceasefire_day": 0.0} | AT_ONCE))
    assert hours(model, CEASEFIRE_BEGAN) == [0.0]
    assert model.state.losses.sum() == model.state.count.sum() == 0
    assert hours(model, RESERVE_COMMITTED) == []


def test_a_ceasefire_beyond_the_horizon_changes_nothing():
    plain, late = (simulated(toy({"calendar.ceasefire_day": day})) for day in (None, 8.0))
    assert hours(late, CEASEFIRE_BEGAN) == []
    assert plain.clock == late.clock
    assert np.array_equal(plain.state.losses, late.state.losses)


def test_without_the_calendar_nothing_dated_happens():
    plain, talks = (simulated(toy({"calendar.ceasefire_day": day}, off=["calendar"])) for day in (None, 2.0))
    assert hours(talks, CEASEFIRE_BEGAN) == []
    assert np.array_equal(plain.state.losses, talks.state.losses)


def test_a_reserve_on_its_way_arrives_during_a_ceasefire():
    changes = {"calendar.ceasefire_day": 1.0, "reserves.prep_h": 36.0}
    model = Campaign(toy(changes), 1, policies=(do_nothing, Sender(WEST)))
    model.run()
    assert hours(model, RESERVE_ARRIVED) == [60.0]


@pytest.mark.parametrize("off", [["lift"], []])
def test_a_rush_before_talks_sends_more_forward_and_takes_the_line_further_where_lift_sets_no_price(off):
    """The question of the talks: both runs stop on the same day, one of them rushes before it.

    With lift the axes are worn by the rush: more are sent, and the ground that they take is not clearly more. The
    routes carry what the rush orders: where they do not, it changes nothing.
    """
    talks = STRONG_ATTACK | {"calendar.ceasefire_day": 6.0, "command.release_share_per_day": 0.05}
    talks |= {"lift.total_per_km_day": 40.0, "lift.axis_per_km_day": 40.0, "lift.groups_per_axis_day": 60.0}
    rush = {"command.surge_day": 2, "command.surge_days": 4, "command.surge_factor": 4.0}
    sent, taken = [], []
    for seed in range(1, 11):
        plain, rushed = (
            simulated(toy(talks | more), seed).recorder.series for more in ({"off": off}, rush | {"off": off})
        )
        assert np.array_equal(plain["losses"][:3], rushed["losses"][:3])
        sent.append(rushed["count"][-1, SENT] - plain["count"][-1, SENT])
        taken.append(rushed["area_changed_km2"][-1] - plain["area_changed_km2"][-1])
    for differences in (np.array(sent), np.array(taken))[: 1 + ("lift" in off)]:
        assert differences.mean() >= 3.0 * differences.std(ddof=1) / math.sqrt(len(differences)) > 0.0


def test_a_surge_multiplies_what_is_sent_on_its_days():
    changes = {"attacker.troops": 8000, "command.release": "absolute", "command.release_soldiers_per_day": 300.0}
    surge = {"command.surge_day": 2, "command.surge_days": 2, "command.surge_factor": 3.0}
    runs = [simulated(toy(changes | NO_RELIEF | more, off=["lift"]), days=4) for more in ({}, surge)]
    plain, rushed = (np.diff(model.recorder.series["count"][:5, SENT]) for model in runs)
    assert np.array_equal(plain[:2], rushed[:2])
    # Groups a day are Poisson with these means; three standard deviations of the sum of two days.
    mean = 2 * 3.0 * 300.0 / 4
    assert abs(rushed[2:].sum() / 4 - mean) <= 3.0 * math.sqrt(mean)


def test_the_defenders_policy_sees_what_stands_on_each_axis():
    model = simulated(toy(STRONG_ATTACK), days=3)
    seen, series = model.commanders[DEFENDER].observe(), model.recorder.series
    line = model.ground.line_cells[: model.ground.line_count[1]]
    assert seen.line_soldiers == model.state.n_soldiers[model.state.section_of_cell[line]].sum()
    assert seen.target_soldiers == model.ground.target_soldiers[line].sum()
    assert sum(seen.area_taken_km2_by_axis) == series["area_changed_km2"][3]
    assert all(order.axis in (WEST, EAST) for order in hold_the_line(model.inputs)(seen).reserves)
