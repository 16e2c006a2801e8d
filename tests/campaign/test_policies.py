"""Policies alone: what they order for what they see, without a campaign around them.

Covers sim.campaign.policies, sim.campaign.orders.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.campaign.mesa_model import Campaign
from sim.campaign.orders import Observation, Orders, ReserveOrder, check
from sim.campaign.policies import (
    Adaptive,
    do_nothing,
    doctrine,
    hold_the_line,
    mobile_reserve,
    named_policies,
)
from sim.errors import InputError
from sim.world.integer_codes import ATTACKER, DEFENDER, MAX_UNITS
from tests.support.toy_theatre import toy

EFFORT = {"command.effort": {"frontal": {"west": 3.0, "east": 1.0}}}


def seen(day=0, taken=(0.0, 0.0), line=(100, 100), target=(100, 100), pool=400, reserve=40):
    """Return what a commander sees on a day."""
    return Observation(day, pool, False, reserve, line, target, taken)


def efforts(policy, days):
    """Return the effort of each day, given the ground taken by each morning."""
    return [policy(seen(day, taken)).effort for day, taken in enumerate(days)]


def test_before_ground_is_taken_the_adaptive_attacker_follows_the_doctrine():
    assert efforts(Adaptive(toy(EFFORT)), [(0.0, 0.0)] * 3) == [(0.75, 0.25)] * 3


def test_effort_moves_to_the_axis_that_took_ground():
    adaptive = Adaptive(toy(EFFORT | {"command.effort_gain": 2.0}))
    before, after = efforts(adaptive, [(0.0, 0.0), (0.0, 5.0)])
    assert before == (0.75, 0.25)
    assert after == (0.5, 0.5)  # 3 : 1 x (1 + 2)


def test_recent_ground_counts_more_and_old_ground_is_forgotten():
    changes = EFFORT | {"command.effort_gain": 1.0, "command.adaptation_days": 2.0}
    *_, last = efforts(Adaptive(toy(changes)), [(0.0, 0.0), (4.0, 0.0), (4.0, 0.0), (4.0, 3.0)])
    west, east = 4.0 * math.exp(-2 / 2.0), 3.0
    weights = 3.0 * (1.0 + west / (west + east)), 1.0 + east / (west + east)
    assert last == pytest.approx(tuple(weight / sum(weights) for weight in weights))


def test_ground_that_was_taken_before_the_first_look_is_not_new():
    assert efforts(Adaptive(toy(EFFORT)), [(0.0, 7.0), (0.0, 7.0)]) == [(0.75, 0.25)] * 2


def test_ground_given_back_takes_no_effort_away():
    gained = [(0.0, 0.0), (4.0, 2.0)]
    assert efforts(Adaptive(toy(EFFORT)), [*gained, (1.0, 2.0)])[-1] == pytest.approx(
        efforts(Adaptive(toy(EFFORT)), [*gained, (4.0, 2.0)])[-1]
    )


TAKEN = st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), min_size=1, max_size=12)


@given(days=TAKEN, gain=st.floats(0, 10), memory=st.floats(0.5, 60))
def test_effort_always_sums_to_one_and_favours_whoever_took_more_than_the_doctrine_gave(days, gain, memory):
    policy = Adaptive(toy(EFFORT | {"command.effort_gain": gain, "command.adaptation_days": memory}))
    for effort in efforts(policy, days):
        assert sum(effort) == pytest.approx(1.0)
        assert min(effort) >= 0.0


@given(days=TAKEN)
def test_without_gain_the_adaptive_attacker_is_the_doctrine_to_the_last_bit(days):
    scenario = toy({"command.effort": {"frontal": {"west": 0.37, "east": 0.59}}, "command.effort_gain": 0.0})
    assert efforts(Adaptive(scenario), days) == efforts(doctrine(scenario), days)


@pytest.mark.parametrize("policy", ["doctrine", "adaptive"])
@pytest.mark.parametrize(("release", "usual"), [("share_of_pool", 0.1 * 400), ("absolute", 90.0)])
def test_a_surge_multiplies_the_release_on_its_days_and_on_no_other(policy, release, usual):
    changes = {
        "command.attacker_policy": policy, "command.release": release, "command.release_share_per_day": 0.1,
        "command.release_soldiers_per_day": 90.0, "command.surge_day": 3, "command.surge_days": 2,
        "command.surge_factor": 2.5,
    }  # fmt: skip
    attacker, _ = named_policies(toy(changes))
    ordered = [attacker(seen(day)).release_per_day for day in range(7)]
    assert ordered == [usual, usual, usual, 2.5 * usual, 2.5 * usual, usual, usual]


def test_a_surge_of_no_days_is_none():
    attacker, _ = named_policies(toy({"command.surge_factor": 9.0}))
    assert len({attacker(seen(day)).release_per_day for day in range(5)}) == 1


def pressed(gaps=(0.0, 0.0), depth=(0.0, 0.0), intruders=(0, 0), sent=(0, 0), units=10):
    """Return what a commander sees of two axes with units of 150 soldiers in reserve."""
    return replace(
        seen(reserve=150 * units), reserve_units=units, reserve_sent_by_axis=sent, gap_share_by_axis=gaps,
        penetration_km_by_axis=depth, intruders_by_axis=intruders,
    )  # fmt: skip


TRIGGERS = {"command.gap_trigger": 0.1, "command.depth_trigger_km": 2.0, "command.commit_ratio": 1.5}


def units(axis, n, mode="plug"):
    return ReserveOrder(axis, mode, n)


@pytest.mark.parametrize(
    ("what", "orders"),
    [
        ({}, ()),
        ({"gaps": (0.09, 0.0)}, ()),
        ({"gaps": (0.1, 0.0)}, (units(0, 1),)),
        ({"depth": (0.0, 1.9)}, ()),
        ({"depth": (0.0, 2.0)}, (units(1, 1, "counterattack"),)),
        ({"gaps": (0.06, 0.0), "depth": (1.0, 0.0)}, (units(0, 1),)),
        ({"gaps": (0.04, 0.0), "depth": (1.4, 0.0)}, (units(0, 1, "counterattack"),)),
        ({"gaps": (0.1, 0.2)}, (units(1, 1), units(0, 1))),
        ({"gaps": (0.1, 0.2), "units": 1}, (units(1, 1),)),
        ({"gaps": (0.1, 0.0), "units": 0}, ()),
        ({"depth": (3.0, 0.0), "intruders": (301, 0)}, (units(0, 4, "counterattack"),)),
        ({"depth": (3.0, 0.0), "intruders": (301, 0), "sent": (300, 0)}, (units(0, 2, "counterattack"),)),
        ({"depth": (3.0, 0.0), "intruders": (200, 0), "sent": (300, 0)}, ()),
        ({"gaps": (0.5, 0.0), "sent": (150, 0)}, ()),
        ({"sent": (150, 0)}, (units(0, MAX_UNITS, "back"),)),
    ],
)
def test_packets_go_to_gaps_and_breaks_until_enough_are_sent(what, orders):
    assert hold_the_line(toy(TRIGGERS))(pressed(**what)).reserves == orders


@pytest.mark.parametrize(("policy", "share"), [(hold_the_line, 0.2), (mobile_reserve, 0.31)])
def test_what_plugged_an_axis_lately_counts_as_sent(policy, share):
    ordered = policy(toy(TRIGGERS | {"reserves.fresh_days": 3.0}))
    sent = [ordered(replace(pressed(gaps=(share, 0.0)), day=day)).reserves for day in range(5)]
    assert sent == [(units(0, 1),), (), (), (units(0, 1),), ()]


@pytest.mark.parametrize(
    ("what", "orders"),
    [
        ({}, ()),
        ({"gaps": (0.2, 0.0)}, ()),
        ({"gaps": (0.31, 0.0)}, (units(0, 1),)),
        ({"depth": (1.0, 0.0), "intruders": (120, 0)}, (units(0, 2, "counterattack"),)),
        ({"depth": (1.0, 2.0), "units": 1}, (units(1, 1, "counterattack"),)),
        ({"gaps": (0.31, 0.0), "depth": (2.0, 1.0)}, (units(0, 1), units(1, 1, "counterattack"))),
        ({"depth": (1.0, 0.0), "sent": (150, 0)}, ()),
        ({"depth": (0.0, 1.0), "sent": (150, 150)}, (units(0, MAX_UNITS, "back"),)),
    ],
)
def test_the_mobile_reserve_counterattacks_breaks_plugs_large_gaps_and_goes_back(what, orders):
    policy = mobile_reserve(toy(TRIGGERS))
    assert sorted(policy(pressed(**what)).reserves, key=lambda one: one.axis) == sorted(
        orders, key=lambda one: one.axis
    )


@pytest.mark.parametrize("policy", ["doctrine", "adaptive"])
@pytest.mark.parametrize(
    ("what", "orders"),
    [
        ({"depth": (1.9, 0.0)}, ()),
        ({"depth": (2.0, 0.0)}, (units(0, 1, "exploit"),)),
        ({"depth": (2.0, 3.0)}, (units(1, 1, "exploit"),)),
        ({"depth": (2.0, 3.0), "units": 0}, ()),
    ],
)
def test_the_attacker_exploits_the_deepest_break(policy, what, orders):
    attacker, _ = named_policies(toy(TRIGGERS | {"command.attacker_policy": policy}))
    assert attacker(pressed(**what)).reserves == orders
    assert attacker(replace(pressed(**what), has_culminated=True)).reserves == ()


def test_an_order_for_one_axis_sends_all_units_to_plug_it():
    assert Orders(reserve_axis=1).to_units == (ReserveOrder(1, "plug", MAX_UNITS),)
    assert Orders(reserves=[units(0, 2)]).to_units == (units(0, 2),)
    assert Orders().to_units == ()


def test_doing_nothing_is_no_orders():
    assert do_nothing(seen(line=(0, 0), taken=(5.0, 5.0))) == Orders((), 0.0, None)
    assert named_policies(toy({"command.attacker_policy": "do_nothing", "command.defender_policy": "do_nothing"})) == (
        do_nothing,
        do_nothing,
    )


def test_a_scenarios_policies_start_without_a_memory():
    scenario = toy()
    first, second = named_policies(scenario)[0], named_policies(scenario)[0]
    efforts(first, [(0.0, 0.0), (9.0, 0.0)])
    assert first(seen(2, (9.0, 0.0))).effort != second(seen(2, (9.0, 0.0))).effort == (0.5, 0.5)


@pytest.mark.parametrize(
    ("orders", "says"),
    [
        (Orders(effort=(1.0,)), "gives effort to 1 axes; the ground has 2"),
        (Orders(effort=(1.0, -0.1)), "effort must be a tuple of numbers from 0 up, is (1.0, -0.1)"),
        (Orders(effort=(math.nan, 1.0)), "effort must be a tuple of numbers from 0 up, is (nan, 1.0)"),
        (Orders(effort=("1", 1.0)), "effort must be a tuple of numbers from 0 up, is ('1', 1.0)"),
        (Orders(effort=None), "effort must be a tuple of numbers from 0 up, is None"),
        (Orders(effort=np.array([0.5, 0.5])), "effort must be a tuple of numbers from 0 up, is array([0.5, 0.5])"),
        (
            Orders(effort=(0.5, 0.5), release_per_day=-1.0),
            "release_per_day must be a number from 0 to 1e+12, is -1.0",
        ),
        (Orders(release_per_day=math.inf), "release_per_day must be a number from 0 to 1e+12, is inf"),
        (Orders(release_per_day=1e13), "release_per_day must be a number from 0 to 1e+12, is 10000000000000.0"),
        (
            Orders(release_per_day=10**5000),
            "release_per_day must be a number from 0 to 1e+12, is a number with too many digits",
        ),
        (Orders(release_per_day=None), "release_per_day must be a number from 0 to 1e+12, is None"),
        (Orders(release_per_day=True), "release_per_day must be a number from 0 to 1e+12, is True"),
        (Orders(reserve_axis=2), "reserve_axis: must lie between 0 and 1, is 2"),
        (Orders(reserve_axis=-1), "reserve_axis: must lie between 0 and 1, is -1"),
        (Orders(reserve_axis=0.5), "reserve_axis: must be a whole number, is '0.5'"),
        (Orders(reserves=3), "reserves must be a tuple of ReserveOrder(...), is 3"),
        (Orders(reserves=("plug",)), "reserves must be a tuple of ReserveOrder(...), holds plug"),
        (Orders(reserves=(ReserveOrder(2, "plug"),)), "reserves: axis: must lie between 0 and 1, is 2"),
        (Orders(reserves=(ReserveOrder(0, "plug", -1),)), "reserves: n_units: must lie between 0 and 64, is -1"),
        (
            Orders(reserves=(ReserveOrder(0, "plugs"),)),
            "reserves: mode must be one of plug, counterattack, exploit, back, is plugs; did you mean plug?",
        ),
        (None, "must return Orders(...), returned None"),
        ((0.5, 0.5), "must return Orders(...), returned (0.5, 0.5)"),
    ],
)
def test_orders_that_cannot_be_carried_out_are_refused_in_one_line(orders, says):
    with pytest.raises(InputError) as caught:
        check(orders, 2, "the attacker's policy mine")
    assert str(caught.value) in (f"the attacker's policy mine: {says}", f"the attacker's policy mine {says}")


@pytest.mark.parametrize(("side", "mode"), [(ATTACKER, "counterattack"), (DEFENDER, "exploit")])
def test_units_are_not_sent_for_what_only_the_other_side_does(side, mode):
    with pytest.raises(InputError, match=rf"mine: reserves: mode must be one of .*, is {mode}"):
        check(Orders(reserves=(ReserveOrder(0, mode),)), 2, "mine", side)


def test_orders_that_can_be_carried_out_pass():
    for orders in (
        Orders(), Orders((0.0, 3.0), 1e6), Orders(reserve_axis=1), Orders([np.float32(1), 0], np.int64(3), np.int8(1)),
        Orders(reserves=(ReserveOrder(0, "back", 64),)),
    ):  # fmt: skip
        check(orders, 2, "mine")


def no_argument():
    return Orders()


@pytest.mark.parametrize(
    ("policies", "says"),
    [
        (do_nothing, "policies: must be a pair, the attacker's and the defender's, is <function do_nothing"),
        ((do_nothing,), "policies: must be a pair"),
        ("do_nothing", "policies: must be a pair, the attacker's and the defender's, is do_nothing"),
        ((do_nothing, "hold_the_line"), "policies: the defender's must be a function from Observation to Orders, is "
         "hold_the_line; the policies by name are set by command.defender_policy"),
        ((None, do_nothing), "policies: the attacker's must be a function from Observation to Orders, is None"),
        ((no_argument, do_nothing), "policies: the attacker's, no_argument, must take one argument"),
        ((do_nothing, hold_the_line), "policies: the defender's, hold_the_line, makes a policy; hand over hold_the"),
    ],
)  # fmt: skip
def test_what_is_no_pair_of_policies_is_refused_in_one_line(policies, says):
    with pytest.raises(InputError) as caught:
        Campaign(toy(), policies=policies)
    (line,) = caught.value.lines
    assert line.startswith(says)


@pytest.mark.parametrize(
    ("policies", "says"),
    [
        (
            (lambda observation: None, do_nothing),
            "the attacker's policy <lambda>: must return Orders(...), returned None",
        ),
        (
            (do_nothing, lambda observation: do_nothing),
            "the defender's policy <lambda>: must return Orders(...), returned <function",
        ),
    ],
)
def test_a_policy_that_returns_no_orders_is_named(policies, says):
    model = Campaign(toy({"command.defender_policy": "do_nothing"}), policies=policies)
    with pytest.raises(InputError) as caught:
        model.step()
    assert str(caught.value).startswith(says)
