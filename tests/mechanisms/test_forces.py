"""Dated transfers move the soldiers they name, and no others; training follows who comes, and enters close combat.

Covers sim.mechanisms.shared.quality, sim.mechanisms.shared.transferred_soldiers.
"""

import math

import numpy as np
import pytest

from sim.errors import InputError
from sim.mechanisms.direct_fire import DirectFireValues
from sim.mechanisms.forces import Forces, ForcesValues
from sim.mechanisms.shared.quality import breakpoint_of, with_quality
from sim.mechanisms.shared.transferred_soldiers import (
    ARRIVES,
    COUNTED_AWAY,
    COUNTED_BACK,
    LEAVES,
    STAYS,
    TAKEN_BACK,
    Move,
)
from sim.scenario.loader import load
from sim.world.integer_codes import ATTACKER, DEFENDER, DIVERSION_RETURNED, TRANSFER_SHORT
from tests.support.bench import Bench
from tests.support.toy_theatre import returning, simulated, toy, transfer

SIDES = (ATTACKER, DEFENDER)
VALUES = ForcesValues((), (1.0, 1.0), 1.0, 100.0, False)
FIGHT = DirectFireValues(0.17, 0.07, False, False, 2.0, 36.0, 0.6, 0.5)


def bench_with(*moves, **changes):
    """Return a bench with the mechanism, these moves, and some of its values changed."""
    return Bench(Forces(VALUES._replace(moves=moves, **changes)))


def move(effect, n, from_h=0.0, over_h=0.0, side=ATTACKER, quality=1.0):
    return Move(side, effect, n, from_h, over_h, quality)


def account(state, side):
    return state.soldiers(side) + state.away[side] + state.losses[side].sum() - state.arrived[side]


@pytest.mark.parametrize("side", SIDES)
def test_arrivals_are_spread_evenly_over_their_days(side):
    bench = bench_with(move(ARRIVES, 100, 24.0, 96.0, side))
    before, found = bench.state.soldiers(side), []
    for day in range(7):
        bench.act(day * 24.0)
        found.append(bench.state.soldiers(side) - before)
    assert found == [0, 0, 25, 50, 75, 100, 100]
    assert bench.state.arrived[side] == 100


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("effect", [ARRIVES, LEAVES, STAYS, TAKEN_BACK, COUNTED_AWAY, COUNTED_BACK])
def test_no_soldier_is_lost_or_made_by_any_transfer(side, effect):
    bench = bench_with(move(effect, 123, 30.0, 50.0, side), move(ARRIVES, 7, 24.0, 0.0, side))
    before = account(bench.state, side)
    for hour in range(120):
        bench.act(float(hour))
        assert account(bench.state, side) == before
    other = 1 - side
    assert bench.state.arrived[other] == bench.state.away[other] == 0


def test_a_diversion_that_happened_moves_the_counter_and_no_soldiers_in_the_sector():
    bench = bench_with(move(COUNTED_AWAY, 80, 0.0, 48.0), move(COUNTED_BACK, 30, 72.0))
    before = bench.state.soldiers(ATTACKER)
    for day, away in enumerate([0, 40, 80, 50]):
        bench.act(day * 24.0)
        assert bench.state.away[ATTACKER] == away
    assert bench.state.soldiers(ATTACKER) == before
    assert bench.events(DIVERSION_RETURNED) == [72.0]


def test_those_who_stay_are_taken_back_against_those_who_arrive():
    """On one morning 100 are due to arrive and 100 to be taken back: no soldiers move, in no queue."""
    bench = bench_with(move(STAYS, 100), move(TAKEN_BACK, 100, 24.0), move(ARRIVES, 100, 24.0))
    before = bench.state.soldiers(ATTACKER)
    bench.act(0.0)
    assert bench.state.soldiers(ATTACKER) == before + 100
    pool = bench.state.cursor.copy()
    bench.act(24.0)
    assert bench.state.soldiers(ATTACKER) == before + 100
    assert (bench.state.cursor == pool).all()
    assert bench.state.arrived[ATTACKER] == 100


def test_what_began_before_the_start_is_in_the_strengths_of_the_start():
    bench = bench_with(move(ARRIVES, 100, -48.0, 96.0), move(STAYS, 60, -48.0, 96.0))
    before = bench.state.soldiers(ATTACKER)
    bench.act(0.0)
    assert bench.state.soldiers(ATTACKER) == before + 30  # half of those who stay, none of those who had arrived
    bench.act(48.0)
    assert bench.state.soldiers(ATTACKER) == before + 110


def test_the_attackers_leave_the_pools_head_and_never_below_nothing():
    bench = bench_with(move(LEAVES, 10, 0.0), move(LEAVES, 10_000, 24.0))
    first = int(bench.state.pool[bench.state.cursor[0] % len(bench.state.pool)])
    before = bench.state.soldiers(ATTACKER)
    bench.act(0.0)
    assert bench.state.n_soldiers[first] == 0
    assert bench.state.soldiers(ATTACKER) == before - 10
    bench.act(24.0)
    assert bench.state.pool_soldiers[0] == 0
    assert bench.state.soldiers(ATTACKER) == 0
    assert bench.state.away[ATTACKER] == before
    assert bench.events(TRANSFER_SHORT) == [24.0]


@pytest.mark.parametrize(("is_resting", "where"), [(False, "stock"), (True, "resting")])
def test_the_defenders_who_arrive_rest_where_there_is_rotation(is_resting, where):
    bench = bench_with(move(ARRIVES, 50, 0.0, side=DEFENDER), is_resting=is_resting)
    before = getattr(bench.state, where)[DEFENDER].sum()
    bench.act(0.0)
    assert getattr(bench.state, where)[DEFENDER].sum() == before + 50


def test_training_is_the_mean_of_all():
    bench = bench_with(move(ARRIVES, 100, 0.0, quality=0.4), season_days=1e9)
    n = bench.state.soldiers(ATTACKER)
    bench.act(0.0)
    assert bench.state.quality[ATTACKER] == pytest.approx((n + 0.4 * 100) / (n + 100))
    assert bench.state.quality[DEFENDER] == 1.0


def test_replacements_are_mixed_in_the_next_morning():
    bench = bench_with(recruit_quality=(0.5, 1.0), season_days=1e9)
    n = bench.state.soldiers(ATTACKER)
    bench.act(0.0)
    bench.state.form_teams(40)
    bench.state.arrived[ATTACKER] += 40
    bench.act(24.0)
    assert bench.state.quality[ATTACKER] == pytest.approx((n + 0.5 * 40) / (n + 40), abs=1e-6)


def test_training_returns_in_time_out_of_contact_and_does_not_pass_the_most():
    bench = bench_with(quality_max=1.0, season_days=50.0)
    bench.state.quality[:] = 0.6, 1.3
    for day in range(50):
        bench.act(day * 24.0)
    assert bench.state.quality[ATTACKER] == pytest.approx(1.0 - 0.4 * math.exp(-1.0))
    assert bench.state.quality[DEFENDER] == 1.3


def test_training_multiplies_rates_and_breakpoints_and_one_changes_nothing():
    state = Bench(Forces(VALUES)).state
    assert with_quality(FIGHT, state) is FIGHT
    state.quality[:] = 0.5, 1.2
    new = with_quality(FIGHT, state)
    assert new.attacker_loss_per_defender_h == pytest.approx(0.17 * 1.2)
    assert new.defender_loss_per_attacker_h == pytest.approx(0.07 * 0.5)
    assert new.breakpoint_attacker == pytest.approx(0.3)
    assert new.breakpoint_defender == pytest.approx(0.6)
    assert new.assault_ratio == FIGHT.assault_ratio


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.9, 1.0])
def test_a_breakpoint_stays_within_its_bounds(share):
    assert breakpoint_of(share, 1.0) == share
    assert min(share, 0.2) <= breakpoint_of(share, 0.01) <= share <= breakpoint_of(share, 9.0) <= max(share, 0.9)


def test_without_shares_free_it_makes_no_difference_whether_the_diversion_happened():
    none = {"forces.share_free": {"attacker": 0.0, "defender": 0.0}, "forces.recruit_quality.attacker": 0.6}
    stays = {"forces.diversion": {"attacker": "stays", "defender": "stays"}}
    sent = [*returning(3.0), transfer("brigades", "leave", 100, 1.0, side="defender", is_diversion=True)]
    away, there = (simulated(toy(none | more | {"forces.transfers": sent})).recorder.finish(0) for more in ({}, stays))
    differ = {name for name in away.series if not np.array_equal(away.series[name], there.series[name], equal_nan=True)}
    assert differ == {"soldiers_by_role"}  # only who is away, which is counted


def test_dated_replacements_take_the_place_of_steady_ones():
    dated = {"forces.replacements": {"attacker": [[0, 0], [4, 80]], "defender": []}, "forces.transfers": []}
    steady, changed = simulated(toy({"forces.transfers": []})), simulated(toy(dated))
    assert steady.state.arrived[ATTACKER] == 20 * 8
    assert changed.state.arrived[ATTACKER] == 80 * 4 / 2 + 80 * 4
    assert steady.state.arrived[DEFENDER] > 0


@pytest.mark.parametrize("path", ["attacker.diversion.russian", "attacker.diversion"])
def test_the_old_key_says_what_it_is_now(path):
    with pytest.raises(InputError, match=r"attacker\.diversion: is now forces\.transfers"):
        load("baseline", set={path: 1})


def test_a_doctrine_may_change_on_a_day():
    effort = {"first": {"west": 1.0, "east": 0.0}, "second": {"west": 0.25, "east": 0.75}}
    dated = {"command.doctrine_from": [{"day": 2, "doctrine": "second"}], "command.effort": effort}
    # Lift would spread the effort again by what each axis has room for.
    steady = {"command.doctrine": "first", "command.effort_gain": 0.0, "off": ["lift"]}
    model = simulated(toy(dated | steady), days=2)
    assert model.state.effort.tolist() == [1.0, 0.0]
    model.step()
    assert model.state.effort.tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    ("changes", "days", "says"),
    [("second", [2, 1], "must have days that rise"), ("third", [2], "command.doctrine_from 'third' is not one of")],
)
def test_a_doctrine_that_does_not_fit_is_refused(changes, days, says):
    effort = {"first": {"west": 1.0}, "second": {"west": 1.0}}
    dated = {"command.doctrine_from": [{"day": day, "doctrine": changes} for day in days], "command.effort": effort}
    with pytest.raises(ValueError, match=says):
        toy(dated | {"command.doctrine": "first"})


@pytest.mark.parametrize(
    ("schedule", "says"), [([[3, 1], [3, 2]], "days that rise"), ([[0, -1]], "no rate below 0"), ([[1]], "at least 2")]
)
def test_replacements_that_make_no_sense_are_refused(schedule, says):
    with pytest.raises(ValueError, match=says):
        toy({"forces.replacements.attacker": schedule})
