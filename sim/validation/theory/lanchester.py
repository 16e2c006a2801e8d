"""Lanchester's laws of attrition: strengths as real numbers, losses as differential equations.

Symbols: A, B strengths in soldiers, A0, B0 at the start; alpha, beta the rate at which one soldier of A (of B)
inflicts loss on the other side; p, q arrivals of A and B in soldiers per hour; t time in hours. Any other unit of
time works if all rates use it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import exprel

from sim.validation.theory.valid_inputs import Numbers, require_not_negative, require_positive, require_probability

Strengths = tuple[Numbers, Numbers]
"""The strengths of A and B: floats for one time, arrays for an array of times."""


def lanchester_square(a0: float, b0: float, alpha: float, beta: float, t: ArrayLike) -> Strengths:
    """Return (A, B) at time t under aimed fire, where losses grow with the number of soldiers who fire.

    A' = -beta B, B' = -alpha A, until one side is gone; alpha A^2 - beta B^2 is constant, and with k = sqrt(alpha
    beta), A = A0 cosh kt - sqrt(beta/alpha) B0 sinh kt. alpha, beta: losses per firer per hour.
    Source: Lanchester 1916, Aircraft in Warfare. Errors: ValueError for a negative or infinite number.
    """
    return lanchester_reinforced(a0, b0, alpha, beta, 0.0, 0.0, t)


def lanchester_linear(a0: float, b0: float, alpha: float, beta: float, t: ArrayLike) -> Strengths:
    """Return (A, B) at time t under area fire, where losses also grow with the number of soldiers who are shot at.

    A' = -beta A B, B' = -alpha A B, which ends at no finite time; with D = alpha A0 - beta B0, which is constant,
    A = A0 D / (alpha A0 - beta B0 e^(-Dt)). alpha, beta: losses per firer and per target, per hour.
    Source: Lanchester 1916, Aircraft in Warfare. Errors: ValueError for a negative or infinite number.
    """
    require_not_negative(a0=a0, b0=b0, alpha=alpha, beta=beta, t=t)
    hours = np.asarray(t, float)
    d = alpha * a0 - beta * b0
    # exprel(z) = (e^z - 1) / z keeps the formula exact near parity, where D is 0.
    a = a0 / (1.0 + beta * b0 * hours * exprel(-d * hours))
    b = b0 / (1.0 + alpha * a0 * hours * exprel(d * hours))
    return a[()], b[()]


def lanchester_reinforced(
    a0: float, b0: float, alpha: float, beta: float, p: float, q: float, t: ArrayLike
) -> Strengths:
    """Return (A, B) at time t under aimed fire with constant arrivals on both sides.

    A' = p - beta B, B' = q - alpha A, until one side is gone; the fight is then over, and later arrivals do not resume
    it. It is the square law about A* = q/alpha, B* = p/beta. alpha, beta: losses per firer per hour; p, q: soldiers per
    hour.
    Source: Engel 1954, A verification of Lanchester's law. Errors: ValueError for a negative or infinite number.
    """
    require_not_negative(t=t)
    end = lanchester_end(a0, b0, alpha, beta, p, q)
    hours = np.minimum(np.asarray(t, float), end)
    if alpha > 0.0 and beta > 0.0:
        a, b = _two_sided(a0, b0, alpha, beta, p, q, hours)
    else:
        a, b = _one_sided(a0, b0, beta, p, q, hours), _one_sided(b0, a0, alpha, q, p, hours)
    # A side that is gone has a strength of exactly 0, without a rounding error.
    is_over = hours >= end
    return np.where(is_over & (a <= b), 0.0, a)[()], np.where(is_over & (b <= a), 0.0, b)[()]


def lanchester_end(a0: float, b0: float, alpha: float, beta: float, p: float = 0.0, q: float = 0.0) -> float:
    """Return the hours of aimed fire until one side is gone; infinity if neither ever is.

    The first zero of A or B in `lanchester_reinforced`: with A = A* + C e^(kt) + D e^(-kt) and C < 0, A reaches 0
    when e^(kt) = (A* + sqrt(A*^2 - 4 C D)) / (-2 C). Without arrivals, T = ln((sqrt(alpha) A0 + sqrt(beta)
    B0) / |sqrt(alpha) A0 - sqrt(beta) B0|) / 2k. Source and errors: as there.
    """
    require_not_negative(a0=a0, b0=b0, alpha=alpha, beta=beta, p=p, q=q)
    if alpha == 0.0 or beta == 0.0:
        return min(_one_sided_end(a0, b0, beta, p, q), _one_sided_end(b0, a0, alpha, q, p))
    grows, decays = _modes(a0, b0, alpha, beta, p, q)
    if grows == 0.0:
        return math.inf
    # In units of A the sides differ in the shift and in the sign of the growing mode, which decides the losing side.
    shift = q / alpha if grows < 0.0 else p / math.sqrt(alpha * beta)
    root = math.sqrt(max(shift**2 + 4.0 * abs(grows) * decays, 0.0))
    return math.log(max((shift + root) / (2.0 * abs(grows)), 1.0)) / math.sqrt(alpha * beta)


def break_even_ratio(multiplier: float, a_breaks_at_loss: float = 1.0, b_breaks_at_loss: float = 1.0) -> float:
    """Return the initial force ratio A0/B0 at which both sides reach their breakpoints together under aimed fire.

    A0/B0 = sqrt(m (1 - (1 - g)^2) / (1 - (1 - f)^2)), from alpha (A0^2 - A^2) = beta (B0^2 - B^2); m = beta/alpha;
    f and g: the shares of A and B whose loss breaks them. In a fight to the end (f = g = 1), 3:1 balances a defender
    who is 9 times as effective. Source: Taylor 1983, Lanchester Models of Warfare. Errors: ValueError outside
    0 < f, g <= 1.
    """
    require_positive(multiplier=multiplier, a_breaks_at_loss=a_breaks_at_loss, b_breaks_at_loss=b_breaks_at_loss)
    require_probability(a_breaks_at_loss=a_breaks_at_loss, b_breaks_at_loss=b_breaks_at_loss)
    a_spent, b_spent = (1.0 - (1.0 - loss) ** 2 for loss in (a_breaks_at_loss, b_breaks_at_loss))
    return math.sqrt(multiplier * b_spent / a_spent)


def deitchman_end(x0: float, y0: float, a: float, b: float) -> tuple[float, float]:
    """Return (X, Y) at the end of a fight in which X's fire is spread over an area and Y's is aimed.

    X' = -a Y, Y' = -b X Y, until X is gone or, in the limit, Y is; a Y - b X^2 / 2 is constant, so X wins if
    b X0^2 > 2 a Y0. X, Y: soldiers; a: losses per firer per hour; b: losses per firer and per target, per hour.
    Source: Deitchman 1962, A Lanchester model of guerrilla warfare. Errors: ValueError for a negative or infinite
    number, and where neither of two forces inflicts losses.
    """
    require_not_negative(x0=x0, y0=y0, a=a, b=b)
    if x0 == 0.0 or y0 == 0.0:
        return float(x0), float(y0)
    if a == b == 0.0:
        raise ValueError("a and b are both 0: the fight has no end")
    # In units of Y's fire: X's surplus over parity; its sign decides which side wins.
    margin = b * x0**2 / 2.0 - a * y0
    if margin >= 0.0:
        return math.sqrt(2.0 * margin / b), 0.0
    return 0.0, -margin / a


def _modes(a0: float, b0: float, alpha: float, beta: float, p: float, q: float) -> tuple[float, float]:
    """Return C and D of A = A* + C e^(kt) + D e^(-kt), B = B* + sqrt(alpha/beta) (D e^(-kt) - C e^(kt))."""
    x, y = a0 - q / alpha, math.sqrt(beta / alpha) * (b0 - p / beta)
    return (x - y) / 2.0, (x + y) / 2.0


def _two_sided(
    a0: float, b0: float, alpha: float, beta: float, p: float, q: float, hours: NDArray[np.float64]
) -> Strengths:
    """Return (A, B) before the end where both sides inflict losses."""
    k = math.sqrt(alpha * beta)
    grows, decays = _modes(a0, b0, alpha, beta, p, q)
    # At C = 0 the fight has no end, and e^(kt) is unbounded.
    growing = grows * np.exp(k * hours) if grows else 0.0
    decaying = decays * np.exp(-k * hours)
    return q / alpha + decaying + growing, p / beta + math.sqrt(alpha / beta) * (decaying - growing)


def _one_sided(own: float, other: float, is_hit: float, p: float, q: float, hours: NDArray[np.float64]) -> Numbers:
    """Return own strength before the end where one side at most inflicts losses: the other grows by q."""
    return own + (p - is_hit * other) * hours - is_hit * q * hours**2 / 2.0


def _one_sided_end(own: float, other: float, is_hit: float, p: float, q: float) -> float:
    """Return when own + (p - is_hit other) t - is_hit q t^2 / 2 falls through 0; infinity if it never does."""
    slope, bend = p - is_hit * other, is_hit * q
    root = math.sqrt(slope**2 + 2.0 * bend * own)
    if slope > 0.0:
        return (slope + root) / bend if bend > 0.0 else math.inf
    if root > slope:
        return 2.0 * own / (root - slope)
    return math.inf if own > 0.0 else 0.0
