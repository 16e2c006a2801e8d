"""Lanchester's laws: published values, their constants, the differential equations themselves, and limits.

Covers sim.validation.theory.valid_inputs, sim.validation.theory.lanchester.
"""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from sim.validation.theory import (
    break_even_ratio,
    deitchman_end,
    lanchester_end,
    lanchester_linear,
    lanchester_reinforced,
    lanchester_square,
)

strengths = st.floats(1.0, 500.0)
rates = st.floats(0.001, 0.5)
area_rates = st.floats(1e-5, 1e-2)
arrivals = st.floats(0.0, 20.0)
hours = st.floats(0.0, 50.0)
# Each example integrates an equation, which takes about ten milliseconds.
few = settings(max_examples=25)


def integrate(slopes, start, t):
    """Return the strengths at t by numerical integration, and the hour at which a side reached 0, if one did."""

    def gone(_, strength):
        return min(strength)

    gone.terminal, gone.direction = True, -1
    path = solve_ivp(lambda _, s: slopes(*s), (0.0, t), start, "DOP853", events=gone, rtol=1e-10, atol=1e-10)
    return path.y[:, -1], path.t_events[0]


class TestSquare:
    def test_published_values(self):
        assert lanchester_square(100, 70, 0.05, 0.05, 5) == pytest.approx((85.4584, 46.9377), abs=5e-5)
        assert lanchester_end(100, 70, 0.05, 0.05) == pytest.approx(17.3460, abs=5e-5)
        assert lanchester_square(100, 70, 0.05, 0.05, 17.3461) == (pytest.approx(71.4143, abs=5e-5), 0.0)

    def test_after_the_end_the_loser_stays_at_0_and_the_winner_loses_no_more(self):
        a, b = lanchester_square(70, 100, 0.05, 0.05, np.array([17.34, 18.0, 1e6]))
        assert (a[0] > 0.0, *a[1:]) == (True, 0.0, 0.0)
        assert b[1] == b[2] == pytest.approx(71.4143, abs=5e-5)

    @given(a0=strengths, b0=strengths, alpha=rates, beta=rates, t=hours)
    def test_alpha_a2_less_beta_b2_is_constant(self, a0, b0, alpha, beta, t):
        a, b = lanchester_square(a0, b0, alpha, beta, t)
        scale = alpha * a0**2 + beta * b0**2
        assert alpha * a**2 - beta * b**2 == pytest.approx(alpha * a0**2 - beta * b0**2, abs=1e-6 * scale)

    @given(a0=strengths, b0=strengths, alpha=rates, beta=rates, t=hours)
    def test_sides_may_be_swapped(self, a0, b0, alpha, beta, t):
        a, b = lanchester_square(a0, b0, alpha, beta, t)
        assert lanchester_square(b0, a0, beta, alpha, t) == pytest.approx((b, a), abs=1e-6 * (a0 + b0))

    @given(a0=strengths, b0=strengths, alpha=rates, beta=rates)
    def test_no_strength_grows_or_falls_below_0(self, a0, b0, alpha, beta):
        paths = lanchester_square(a0, b0, alpha, beta, np.linspace(0.0, 60.0, 50))
        for path in paths:
            assert np.all(path >= 0.0)
            assert np.all(np.diff(path) <= 1e-6 * (a0 + b0))

    @given(a0=strengths, b0=strengths, alpha=rates, beta=rates, factor=st.floats(1.05, 3.0))
    def test_more_of_a_leaves_more_of_a_and_less_of_b(self, a0, b0, alpha, beta, factor):
        a, b = lanchester_square(a0, b0, alpha, beta, 5.0)
        for more in (
            lanchester_square(a0 * factor, b0, alpha, beta, 5.0),
            lanchester_square(a0, b0, alpha * factor, beta, 5.0),
        ):
            assert more[0] >= a - 1e-6 * (a0 + b0)
            assert more[1] <= b + 1e-6 * (a0 + b0)

    def test_at_parity_the_fight_never_ends(self):
        assert lanchester_end(100, 100, 0.04, 0.04) == math.inf
        assert lanchester_square(100, 100, 0.04, 0.04, 50) == pytest.approx((100 * math.exp(-2),) * 2)
        assert lanchester_square(100, 100, 0.04, 0.04, 1e9) == (0.0, 0.0)

    @pytest.mark.parametrize("t", [0.0, 3.0, 1e6])
    def test_a_side_that_does_not_fire_inflicts_no_losses(self, t):
        assert lanchester_square(100, 50, 0.0, 0.1, t) == (max(100.0 - 5.0 * t, 0.0), 50.0)
        assert lanchester_square(100, 50, 0.1, 0.0, t) == (100.0, max(50.0 - 10.0 * t, 0.0))
        assert lanchester_square(100, 50, 0.0, 0.0, t) == (100.0, 50.0)
        assert lanchester_square(100, 0, 0.1, 0.1, t) == (100.0, 0.0)

    def test_a_very_small_rate_is_close_to_a_rate_of_0(self):
        assert lanchester_square(100, 50, 1e-9, 0.1, 3.0) == pytest.approx((85.0, 50.0), abs=1e-5)
        assert lanchester_end(100, 50, 1e-9, 0.1) == pytest.approx(20.0, abs=1e-5)


class TestReinforced:
    def test_published_values(self):
        assert lanchester_reinforced(100, 80, 0.05, 0.05, 0, 2, 5) == pytest.approx((81.6758, 67.3563), abs=5e-5)

    def test_iwo_jima(self):
        """Engel 1954: three landings and a defender without reinforcement, day by day to the 28th."""
        us, japan = 0.0, 21_500.0
        for landed_per_day, days in ((54_000, 1), (0, 1), (6_000, 1), (0, 2), (13_000, 1), (0, 22)):
            us, japan = lanchester_reinforced(us, japan, 0.0106, 0.0544, landed_per_day, 0.0, days)
        assert (round(us), round(japan)) == (53_042, 4_656)

    @few
    @given(a0=strengths, b0=strengths, alpha=rates, beta=rates, p=arrivals, q=arrivals, t=st.floats(0.1, 20.0))
    def test_the_solution_satisfies_its_equations(self, a0, b0, alpha, beta, p, q, t):
        end = lanchester_end(a0, b0, alpha, beta, p, q)
        assume(abs(end - t) > 1e-3)
        left, ends = integrate(lambda a, b: (p - beta * b, q - alpha * a), (a0, b0), t)
        assert lanchester_reinforced(a0, b0, alpha, beta, p, q, t) == pytest.approx(left, rel=1e-5, abs=1e-5)
        assert list(ends) == (pytest.approx([end], rel=1e-5) if end < t else [])

    @few
    @given(a0=strengths, b0=strengths, beta=rates, p=arrivals, q=arrivals, t=st.floats(0.1, 20.0))
    def test_the_solution_satisfies_its_equations_where_one_side_inflicts_no_losses(self, a0, b0, beta, p, q, t):
        end = lanchester_end(a0, b0, 0.0, beta, p, q)
        assume(abs(end - t) > 1e-3)
        (a, b), ends = integrate(lambda a, b: (p - beta * b, q), (a0, b0), t)
        assert lanchester_reinforced(a0, b0, 0.0, beta, p, q, t) == pytest.approx((a, b), rel=1e-5, abs=1e-5)
        assert lanchester_reinforced(b0, a0, beta, 0.0, q, p, t) == pytest.approx((b, a), rel=1e-5, abs=1e-5)
        assert list(ends) == (pytest.approx([end], rel=1e-5) if end < t else [])

    @given(a0=strengths, b0=strengths, alpha=rates, beta=rates, t=hours)
    def test_without_arrivals_the_result_is_the_square_law(self, a0, b0, alpha, beta, t):
        plain = lanchester_square(a0, b0, alpha, beta, t)
        assert lanchester_reinforced(a0, b0, alpha, beta, 1e-9, 1e-9, t) == pytest.approx(plain, abs=1e-4 * (a0 + b0))

    def test_arrivals_that_balance_the_losses_leave_both_strengths_constant(self):
        assert lanchester_end(40, 60, 0.05, 0.1, 6.0, 2.0) == math.inf
        assert lanchester_reinforced(40, 60, 0.05, 0.1, 6.0, 2.0, 1e4) == pytest.approx((40.0, 60.0))

    def test_a_side_without_soldiers_is_gone_unless_more_arrive_than_fall(self):
        assert lanchester_reinforced(0, 20, 0.1, 0.1, 1.0, 5.0, 3.0) == (0.0, 20.0)
        assert lanchester_reinforced(0, 20, 0.1, 0.1, 3.0, 0.0, 3.0)[0] > 0.0
        assert lanchester_end(0, 20, 0.1, 0.0) == 0.0


class TestLinear:
    def test_published_values(self):
        assert lanchester_linear(100, 70, 0.001, 0.001, 5) == pytest.approx((75.4709, 45.4709), abs=5e-5)

    @given(a0=strengths, b0=strengths, alpha=area_rates, beta=area_rates, t=hours)
    def test_alpha_a_less_beta_b_is_constant(self, a0, b0, alpha, beta, t):
        a, b = lanchester_linear(a0, b0, alpha, beta, t)
        scale = alpha * a0 + beta * b0
        assert alpha * a - beta * b == pytest.approx(alpha * a0 - beta * b0, abs=1e-9 * scale)

    @few
    @given(a0=strengths, b0=strengths, alpha=area_rates, beta=area_rates, t=st.floats(0.1, 50.0))
    def test_the_solution_satisfies_its_equations(self, a0, b0, alpha, beta, t):
        left, _ = integrate(lambda a, b: (-beta * a * b, -alpha * a * b), (a0, b0), t)
        assert lanchester_linear(a0, b0, alpha, beta, t) == pytest.approx(left, rel=1e-6, abs=1e-6)

    def test_limits(self):
        assert lanchester_linear(100, 70, 0.001, 0.001, 0.0) == (100.0, 70.0)
        assert lanchester_linear(100, 70, 0.001, 0.001, 1e6) == pytest.approx((30.0, 0.0))
        assert lanchester_linear(70, 100, 0.001, 0.001, 1e6) == pytest.approx((0.0, 30.0))
        assert lanchester_linear(100, 100, 0.001, 0.001, 10.0) == pytest.approx((50.0, 50.0))
        assert lanchester_linear(100, 70, 0.0, 0.001, 10.0) == pytest.approx((100 * math.exp(-0.7), 70.0))
        assert lanchester_linear(0, 0, 0.001, 0.001, 10.0) == (0.0, 0.0)


class TestDeitchman:
    def test_published_values(self):
        assert deitchman_end(100, 40, 0.05, 0.0005) == (pytest.approx(44.721, abs=5e-4), 0.0)
        assert deitchman_end(100, 50, 0.05, 0.0005) == pytest.approx((0.0, 0.0))

    @given(x0=strengths, y0=strengths, a=rates, b=area_rates)
    def test_a_y_less_half_b_x2_is_constant_and_one_side_is_gone(self, x0, y0, a, b):
        x, y = deitchman_end(x0, y0, a, b)
        assert a * y - b * x**2 / 2 == pytest.approx(a * y0 - b * x0**2 / 2, abs=1e-9 * (a * y0 + b * x0**2))
        assert min(x, y) == 0.0
        assert 0.0 <= x <= x0 * (1 + 1e-12)
        assert 0.0 <= y <= y0 * (1 + 1e-12)

    @few
    @given(x0=st.floats(10.0, 200.0), y0=st.floats(10.0, 200.0), a=st.floats(0.02, 0.2), b=st.floats(1e-3, 1e-2))
    def test_the_result_is_where_its_equations_end(self, x0, y0, a, b):
        parity = b * x0**2 / (2 * a * y0)
        assume(not 0.9 < parity < 1.1)
        left, _ = integrate(lambda x, y: (-a * y, -b * x * y), (x0, y0), 1e4)
        assert deitchman_end(x0, y0, a, b) == pytest.approx(left, abs=1e-4)

    def test_limits(self):
        assert deitchman_end(100, 40, 0.0, 0.001) == pytest.approx((100.0, 0.0))
        assert deitchman_end(100, 40, 0.05, 0.0) == (0.0, 40.0)
        assert deitchman_end(0, 40, 0.05, 0.001) == (0.0, 40.0)
        assert deitchman_end(100, 0, 0.0, 0.0) == (100.0, 0.0)


class TestBreakEven:
    def test_three_to_one_balances_a_defender_nine_times_as_effective(self):
        assert break_even_ratio(9.0) == 3.0
        assert break_even_ratio(1.0) == 1.0

    @given(m=st.floats(0.1, 20.0), f=st.floats(0.05, 0.95), g=st.floats(0.05, 0.95))
    def test_both_reach_their_breakpoints_together(self, m, f, g):
        b0, alpha = 10.0, 0.01
        a0 = b0 * break_even_ratio(m, f, g)
        end = min(lanchester_end(a0, b0, alpha, m * alpha), 10.0 / (alpha * math.sqrt(m)))
        a_breaks = brentq(lambda t: lanchester_square(a0, b0, alpha, m * alpha, t)[0] - (1 - f) * a0, 0.0, end)
        assert lanchester_square(a0, b0, alpha, m * alpha, a_breaks)[1] == pytest.approx((1 - g) * b0, rel=1e-6)

    def test_a_side_that_breaks_sooner_needs_more_soldiers(self):
        assert break_even_ratio(9.0, 0.3, 0.5) > break_even_ratio(9.0, 0.5, 0.5) == pytest.approx(3.0)


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize("position", range(7))
def test_invalid_numbers_raise_an_error(position, bad):
    arguments = [100.0, 70.0, 0.05, 0.05, 1.0, 1.0, 5.0]
    arguments[position] = bad
    with pytest.raises(ValueError, match="must be a finite number"):
        lanchester_reinforced(*arguments)
    plain = arguments[:4] + arguments[6:]
    if position in (0, 1, 2, 3, 6):
        for law in (lanchester_square, lanchester_linear):
            with pytest.raises(ValueError, match="must be a finite number"):
                law(*plain)
    if position < 4:
        with pytest.raises(ValueError, match="must be a finite number"):
            deitchman_end(*arguments[:4])


def test_a_fight_that_cannot_end_raises_an_error():
    with pytest.raises(ValueError, match="has no end"):
        deitchman_end(10, 10, 0.0, 0.0)


@pytest.mark.parametrize("arguments", [(0.0,), (9.0, 0.0), (9.0, 1.0, 1.1)])
def test_a_breakpoint_must_be_a_share_above_0(arguments):
    with pytest.raises(ValueError, match=r"loss|multiplier"):
        break_even_ratio(*arguments)
