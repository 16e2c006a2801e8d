"""Aimed fire is Brown's stochastic square law, exactly, however the fight is cut into ticks."""

import math
from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.mechanisms.shared.duel import DuelDraws, DuelRules, duel
from sim.world.clock import Tick
from sim.world.keyed_draws import DIRECT_FIRE, Draws

N = 4_000
# Chance that a right model fails one test; the seeds are fixed.
ALPHA = 1e-3


@cache
def exact(x, y, rx=1.0, ry=1.0, x_breaks_at=0, y_breaks_at=0):
    """Return the distribution of x's survivors where y breaks, by the recursion over the next soldier to fall."""
    if y <= y_breaks_at:
        return {x: 1.0}
    if x <= x_breaks_at:
        return {}
    # The next to fall is y's with probability w: y is lost at rate ry x, x at rate rx y.
    w = ry * x / (ry * x + rx * y)
    survivors = {}
    branches = ((w, exact(x, y - 1, rx, ry, x_breaks_at, y_breaks_at)),
                (1.0 - w, exact(x - 1, y, rx, ry, x_breaks_at, y_breaks_at)))  # fmt: skip
    for weight, branch in branches:
        for left, p in branch.items():
            survivors[left] = survivors.get(left, 0.0) + weight * p
    return survivors


def moments(distribution):
    p = sum(distribution.values())
    mean = sum(left * q for left, q in distribution.items())
    return p, mean, sum(left**2 * q for left, q in distribution.items()) - mean**2


def fights(x, y, rx=0.1, ry=0.1, x_breaks_at=0.0, y_breaks_at=0.0, cuts=(1e9,), n=N):
    """Return (x, y) left in n fights, each fought in turns of the given hours, the last of them repeated."""
    left, rules = np.zeros((n, 2), int), DuelRules(rx, ry, x_breaks_at, y_breaks_at)
    for i in range(n):
        draws = Draws(11, i)
        a, b, hour, turn = x, y, 0.0, 0
        while a > x_breaks_at and b > y_breaks_at:
            hours = cuts[min(turn, len(cuts) - 1)]
            stream = draws.stream(DIRECT_FIRE, Tick(hour, hours))
            a, b, _, _ = duel(a, b, hours, rules, DuelDraws(stream, 5, 0))
            hour, turn = hour + hours, turn + 1
        left[i] = a, b
    return left


def test_the_recursion_gives_the_published_values():
    assert moments(exact(10, 10))[:2] == pytest.approx((0.5, 2.8576), abs=1e-4)
    assert moments(exact(10, 7))[:2] == pytest.approx((0.89524, 6.4000), abs=1e-4)
    small = [moments(exact(*force))[0] for force in ((2, 1), (3, 2), (4, 3))]
    assert small == pytest.approx([5 / 6, 31 / 40, 233 / 315])


@pytest.mark.parametrize(
    "fight",
    [
        {"x": 10, "y": 10},
        {"x": 10, "y": 7},
        {"x": 2, "y": 1},
        {"x": 8, "y": 12, "rx": 0.05, "ry": 0.2},
        {"x": 10, "y": 7, "x_breaks_at": 4, "y_breaks_at": 3},
        {"x": 12, "y": 8, "rx": 0.17, "ry": 0.028, "x_breaks_at": 5, "y_breaks_at": 4},
    ],
    ids=str,
)
def test_win_probability_and_survivors_are_browns(fight):
    fight = {"rx": 0.1, "ry": 0.1, "x_breaks_at": 0, "y_breaks_at": 0} | fight
    p, mean, variance = moments(exact(**fight))
    left = fights(**fight)
    won = left[:, 1] <= fight["y_breaks_at"]
    bound = stats.norm.isf(ALPHA / 2) / math.sqrt(N)
    assert abs(won.mean() - p) <= bound * math.sqrt(p * (1 - p))
    assert abs((left[:, 0] * won).mean() - mean) <= bound * math.sqrt(variance)


@pytest.mark.parametrize("cuts", [(1.0,), (0.3,), (2.0, 0.1, 0.7)], ids=str)
def test_a_fight_may_be_cut_into_ticks_anywhere(cuts):
    p, mean, variance = moments(exact(10, 7))
    left = fights(10, 7, cuts=cuts)
    bound = stats.norm.isf(ALPHA / 2) / math.sqrt(N)
    assert abs((left[:, 1] == 0).mean() - p) <= bound * math.sqrt(p * (1 - p))
    assert abs(left[:, 0].mean() - mean) <= bound * math.sqrt(variance)
    whole = fights(10, 7)
    # Same distribution over the outcomes, not only the same mean: chi-squared on who is left, cells of 5 and more.
    kinds = (left[:, 0] - left[:, 1], whole[:, 0] - whole[:, 1])
    table = np.stack([np.bincount(kind + 7, minlength=18) for kind in kinds])
    assert stats.chi2_contingency(table[:, table.sum(axis=0) >= 10]).pvalue > ALPHA


def test_forces_at_an_hour_follow_lanchesters_square_law_in_the_mean():
    """100 against 70 at 0.05 per hour: after 5 h the mean field has 85.4584 and 46.9377 left."""
    n, rules = 1_000, DuelRules(0.05, 0.05, 0.0, 0.0)
    streams = [Draws(3, i).stream(DIRECT_FIRE, Tick(0.0, 5.0)) for i in range(n)]
    left = np.array([duel(100, 70, 5.0, rules, DuelDraws(stream, 1, 0))[:2] for stream in streams])
    error = stats.norm.isf(ALPHA / 2) * left.std(axis=0, ddof=1) / math.sqrt(n)
    # While neither side is near its end the mean of the jump process is the mean field exactly (rates are linear).
    assert np.all(np.abs(left.mean(axis=0) - (85.4584, 46.9377)) <= error)


@pytest.fixture
def draws():
    return DuelDraws(Draws(1).stream(DIRECT_FIRE, Tick(0.0, 1.0)), 1, 0)


def test_no_soldier_falls_when_no_side_shoots(draws):
    assert duel(9, 6, 5.0, DuelRules(0.0, 0.0, 0.0, 0.0), draws)[:3] == (9, 6, 5.0)


def test_only_the_side_that_is_shot_at_loses(draws):
    assert duel(9, 6, 1e9, DuelRules(0.0, 5.0, 0.0, 0.0), draws)[:2] == (9, 0)
    assert duel(9, 6, 1e9, DuelRules(5.0, 0.0, 0.0, 0.0), draws)[:2] == (0, 6)


@pytest.mark.parametrize(
    ("x", "y", "x_breaks_at", "y_breaks_at"), [(0, 6, 0, 0), (9, 0, 0, 0), (4, 6, 4, 0), (9, 3, 0, 3)]
)
def test_a_side_at_its_breakpoint_does_not_fight(draws, x, y, x_breaks_at, y_breaks_at):
    assert duel(x, y, 5.0, DuelRules(1.0, 1.0, x_breaks_at, y_breaks_at), draws)[:3] == (x, y, 0.0)


def test_a_fight_ends_at_the_first_soldier_below_the_breakpoint():
    left = fights(10, 8, x_breaks_at=0.4 * 10, y_breaks_at=0.5 * 8, n=300)
    assert set(left[left[:, 1] > 4][:, 0]) == {4}
    assert set(left[left[:, 0] > 4][:, 1]) == {4}


def test_each_jump_takes_two_draws_and_the_one_cut_short_one(draws):
    rules = DuelRules(0.1, 0.1, 0.0, 0.0)
    x, y, hours, k = duel(10, 7, 1e9, rules, draws._replace(k=100))
    assert k == 100 + 2 * (10 - x + 7 - y)
    assert 0.0 < hours < 1e9
    x, y, hours, k = duel(10, 7, 2.0, rules, draws._replace(k=100))
    assert k == 101 + 2 * (10 - x + 7 - y)
    assert hours == 2.0
