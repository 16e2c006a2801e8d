"""The stochastic laws: published values, their symmetries and limits, and a comparison with the kernel of the model.

Covers sim.validation.theory.stochastic.
"""

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.mechanisms.shared.duel import DuelDraws, DuelRules, duel
from sim.validation.theory import (
    deitchman_end,
    deitchman_ends,
    lanchester_square,
    linear_ends,
    square_ends,
    stochastic_deitchman,
    stochastic_linear,
    stochastic_square,
)
from sim.world.clock import Tick
from sim.world.keyed_draws import DIRECT_FIRE, Draws

soldiers = st.integers(1, 25)
ratios = st.floats(0.05, 20.0)
shares = st.floats(0.0, 1.0)

N = 4_000
# Probability that a correct kernel fails one comparison; the seeds are fixed.
ALPHA = 1e-3


@cache
def by_recursion(x, y, ratio):
    """Return Brown's P(x, y) as a fraction, by Brown's equation."""
    if x == 0 or y == 0:
        return Fraction(y == 0)
    w = ratio * x / (ratio * x + y)
    return w * by_recursion(x, y - 1, ratio) + (1 - w) * by_recursion(x - 1, y, ratio)


def spread(ends):
    """Return the coefficient of variation of x's survivors."""
    left, p = np.arange(len(ends)), ends.sum(axis=1)
    return math.sqrt(left**2 @ p - (left @ p) ** 2) / (left @ p)


class TestSquare:
    @pytest.mark.parametrize(
        ("x", "y", "p", "mean"),
        [(10, 10, 0.5, 2.8576), (10, 7, 0.89524, 6.4000), (100, 70, 0.99997, 70.635)],
    )
    def test_published_values(self, x, y, p, mean):
        win, survivors = stochastic_square(x, y, 1.0)
        assert win == pytest.approx(p, abs=5e-6)
        assert survivors == pytest.approx(mean, abs=5e-5 if mean < 10 else 5e-4)

    @pytest.mark.parametrize(("x", "y", "p"), [(2, 1, 5 / 6), (3, 2, 31 / 40), (4, 3, 233 / 315)])
    def test_published_fractions(self, x, y, p):
        assert stochastic_square(x, y, 1.0)[0] == pytest.approx(p, rel=1e-14)

    def test_three_to_one_against_a_multiplier_of_nine(self):
        assert stochastic_square(30, 10, 1 / 9)[0] == pytest.approx(0.4699, abs=5e-5)
        assert stochastic_square(30, 10, 1 / 9, 30 * 0.7, 10 * 0.5)[0] == pytest.approx(0.2493, abs=5e-5)

    def test_ten_against_seven_have_fewer_survivors_than_the_mean_field_predicts(self):
        assert stochastic_square(10, 7, 1.0)[1] < lanchester_square(10, 7, 1.0, 1.0, 1e3)[0]

    @pytest.mark.parametrize(("n", "variation"), [(10, 0.46), (40, 0.21), (80, 0.135)])
    def test_random_variation_averages_out_in_large_forces(self, n, variation):
        assert spread(square_ends(n, n * 7 // 10, 1.0)) == pytest.approx(variation, abs=0.005 if n < 80 else 0.0005)

    @given(x=st.integers(0, 12), y=st.integers(1, 12), ratio=st.fractions(Fraction(1, 9), 9, max_denominator=20))
    def test_the_result_satisfies_browns_equation(self, x, y, ratio):
        assert stochastic_square(x, y, float(ratio))[0] == pytest.approx(float(by_recursion(x, y, ratio)), rel=1e-10)

    @given(x=soldiers, y=soldiers, ratio=ratios, f=shares, g=shares)
    def test_one_side_wins(self, x, y, ratio, f, g):
        x_breaks_at, y_breaks_at = f * (x - 1), g * (y - 1)
        ends = square_ends(x, y, ratio, x_breaks_at, y_breaks_at)
        assert ends.sum() == pytest.approx(1.0)
        assert np.all(ends >= 0.0)
        p = stochastic_square(x, y, ratio, x_breaks_at, y_breaks_at)[0]
        q = stochastic_square(y, x, 1.0 / ratio, y_breaks_at, x_breaks_at)[0]
        assert p + q == pytest.approx(1.0)
        i, j = np.nonzero(ends)
        assert np.all((i == int(x_breaks_at)) ^ (j == int(y_breaks_at)))

    @given(x=soldiers, y=soldiers, ratio=ratios)
    def test_more_soldiers_or_better_ones_win_more(self, x, y, ratio):
        p, mean = stochastic_square(x, y, ratio)
        for more in (stochastic_square(x + 1, y, ratio), stochastic_square(x, y, ratio * 1.5)):
            assert more[0] >= p - 1e-12
            assert more[1] >= mean - 1e-9
        assert stochastic_square(x, y + 1, ratio)[0] <= p + 1e-12

    @given(x=soldiers, y=soldiers, ratio=ratios, f=shares)
    def test_a_side_that_breaks_sooner_wins_less(self, x, y, ratio, f):
        assert stochastic_square(x, y, ratio, f * (x - 1))[0] <= stochastic_square(x, y, ratio)[0] + 1e-12
        assert stochastic_square(x, y, ratio, 0.0, f * (y - 1))[0] >= stochastic_square(x, y, ratio)[0] - 1e-12

    def test_large_forces_follow_the_mean_field(self):
        mean = stochastic_square(1_000, 700, 1.0)[1]
        assert mean == pytest.approx(lanchester_square(1_000, 700, 1.0, 1.0, 1e3)[0], rel=2e-3)

    def test_limits(self):
        assert stochastic_square(5, 0, 1.0) == (1.0, 5.0)
        assert stochastic_square(0, 5, 1.0) == (0.0, 0.0)
        assert stochastic_square(10, 7, 1e12) == pytest.approx((1.0, 10.0))
        assert stochastic_square(10, 7, 1.0, 10.0, 0.0) == (0.0, 10.0)
        assert stochastic_square(10, 7, 1.0, 0.0, 9.0) == (1.0, 10.0)


class TestLinear:
    def test_published_values(self):
        assert stochastic_linear(10, 7, 0.5) == (pytest.approx(0.772751, abs=5e-7), pytest.approx(3.5402, abs=5e-5))

    @given(x=soldiers, y=soldiers, p=st.floats(0.001, 1.0))
    def test_the_result_equals_the_sum(self, x, y, p):
        terms = [math.comb(y + i - 1, i) * p**y * (1 - p) ** i for i in range(x)]
        mean = sum((x - i) * term for i, term in enumerate(terms))
        assert stochastic_linear(x, y, p) == pytest.approx((sum(terms), mean), rel=1e-9)

    @given(x=soldiers, y=soldiers, p=shares)
    def test_the_sum_equals_the_fight_computed_loss_by_loss(self, x, y, p):
        ends = linear_ends(x, y, p)
        fought = ends[:, 0].sum(), np.arange(x + 1) @ ends.sum(axis=1)
        assert ends.sum() == pytest.approx(1.0)
        assert stochastic_linear(x, y, p) == pytest.approx(fought, rel=1e-9, abs=1e-12)

    @given(x=soldiers, y=soldiers, p=shares)
    def test_one_side_wins(self, x, y, p):
        assert stochastic_linear(x, y, p)[0] + stochastic_linear(y, x, 1 - p)[0] == pytest.approx(1.0)

    @given(x=soldiers, y=soldiers, p=st.floats(0.0, 0.9))
    def test_more_soldiers_or_better_ones_win_more(self, x, y, p):
        win, mean = stochastic_linear(x, y, p)
        for more in (stochastic_linear(x + 1, y, p), stochastic_linear(x, y, p + 0.1)):
            assert more[0] >= win - 1e-12
            assert more[1] >= mean - 1e-9

    def test_limits(self):
        assert stochastic_linear(5, 0, 0.5) == (1.0, 5.0)
        assert stochastic_linear(0, 5, 0.5) == (0.0, 0.0)
        assert stochastic_linear(10, 7, 1.0) == (1.0, 10.0)
        assert stochastic_linear(10, 7, 0.0) == (0.0, 0.0)


class TestDeitchman:
    def test_published_values(self):
        assert stochastic_deitchman(100, 40, 0.05, 0.0005)[0] == pytest.approx(0.88935, abs=5e-6)

    def test_large_forces_follow_the_mean_field(self):
        """With ten times as many soldiers and a tenth of the rate per target, the same shares are left."""
        mean = stochastic_deitchman(1_000, 400, 0.05, 0.00005)[1]
        assert mean == pytest.approx(deitchman_end(1_000, 400, 0.05, 0.00005)[0], rel=0.02)

    @given(x=soldiers, y=soldiers, a=st.floats(0.01, 1.0), b=st.floats(0.001, 0.1))
    def test_only_the_ratio_of_the_rates_matters_and_one_side_wins(self, x, y, a, b):
        ends = deitchman_ends(x, y, a, b)
        assert ends.sum() == pytest.approx(1.0)
        assert ends == pytest.approx(deitchman_ends(x, y, 7 * a, 7 * b))
        p, mean = stochastic_deitchman(x, y, a, b)
        assert stochastic_deitchman(x, y, a, b * 1.5)[0] >= p - 1e-12
        assert 0.0 <= mean <= x

    def test_of_two_last_soldiers_x_falls_first_with_probability_a_over_a_plus_b(self):
        assert stochastic_deitchman(1, 1, 0.3, 0.1)[0] == pytest.approx(0.25)


@pytest.mark.parametrize(
    "call",
    [
        lambda: stochastic_square(-1, 7, 1.0),
        lambda: stochastic_square(10.5, 7, 1.0),
        lambda: stochastic_square(10, math.nan, 1.0),
        lambda: stochastic_square(10, 7, 0.0),
        lambda: stochastic_square(10, 7, 1.0, -1.0),
        lambda: stochastic_square(0, 0, 1.0),
        lambda: stochastic_square(10, 7, 1.0, 10.0, 7.0),
        lambda: stochastic_linear(10, 7, 1.5),
        lambda: stochastic_linear(10, -7, 0.5),
        lambda: stochastic_linear(0, 0, 0.5),
        lambda: linear_ends(10, 7, math.nan),
        lambda: stochastic_deitchman(10, 7, 0.0, 0.1),
        lambda: stochastic_deitchman(10, 7, 0.1, math.inf),
    ],
)
def test_invalid_arguments_raise_an_error(call):
    with pytest.raises(ValueError, match=r"must|both sides are broken"):
        call()


@pytest.mark.parametrize(
    "fight",
    [
        {"x": 24, "y": 15, "x_loss_rate": 0.17, "y_loss_rate": 0.07},
        {"x": 18, "y": 12, "x_loss_rate": 0.17, "y_loss_rate": 0.07, "x_breaks_at": 7.0, "y_breaks_at": 6.0},
    ],
    ids=["to the end", "to the breakpoints"],
)
def test_the_duel_in_the_model_follows_the_stochastic_square_law(fight):
    """Bounds: the two-sided 1 - ALPHA normal interval of N fights, with the standard deviation of the law."""
    fight = {"x_breaks_at": 0.0, "y_breaks_at": 0.0} | fight
    law = {name: fight[name] for name in ("x", "y", "x_breaks_at", "y_breaks_at")}
    law["ratio"] = fight["y_loss_rate"] / fight["x_loss_rate"]
    p, mean = stochastic_square(**law)
    of_x = square_ends(**law).sum(axis=1)
    deviation = math.sqrt(np.arange(len(of_x)) ** 2 @ of_x - mean**2)
    x, y, rules = fight.pop("x"), fight.pop("y"), DuelRules(**fight)
    streams = [Draws(23, i).stream(DIRECT_FIRE, Tick(0.0, 1e9)) for i in range(N)]
    left = np.array([duel(x, y, 1e9, rules, DuelDraws(stream, 5, 0))[:2] for stream in streams])
    z = stats.norm.isf(ALPHA / 2) / math.sqrt(N)
    assert abs((left[:, 1] <= rules.y_breaks_at).mean() - p) <= z * math.sqrt(p * (1 - p))
    assert abs(left[:, 0].mean() - mean) <= z * deviation
