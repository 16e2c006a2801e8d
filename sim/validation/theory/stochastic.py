"""Stochastic attrition: soldiers fall one at a time, in random order.

Symbols: x, y soldiers of the two sides; w(x, y) the probability that the next to fall is y's. A side breaks when
its strength is at or below its threshold (0: it fights to the last); the other has then won. The distribution of the
ends is an array of shape (x + 1, y + 1): the probability that i of x and j of y are left when a side breaks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import nbdtr

from sim.validation.theory.valid_inputs import (
    require_count,
    require_not_negative,
    require_positive,
    require_probability,
)

Distribution = NDArray[np.float64]
Counts = NDArray[np.int_]


def stochastic_square(
    x: int, y: int, ratio: float, x_breaks_at: float = 0.0, y_breaks_at: float = 0.0
) -> tuple[float, float]:
    """Return x's probability to win under aimed fire and its mean survivors over all fights, won and lost.

    P(x, y) = w P(x, y - 1) + (1 - w) P(x - 1, y) with w = r x / (r x + y); ratio r: the hourly losses inflicted by one
    soldier of x over those inflicted by one of y; thresholds in soldiers. Source: Brown 1963, Theory of combat: the
    probability of winning. Errors: ValueError unless x, y are whole, ratio is above 0 and at most one side is broken at
    the start.
    """
    return _summary(square_ends(x, y, ratio, x_breaks_at, y_breaks_at), y_breaks_at)


def square_ends(x: int, y: int, ratio: float, x_breaks_at: float = 0.0, y_breaks_at: float = 0.0) -> Distribution:
    """Return the joint distribution of the survivors under aimed fire.

    w = r x / (r x + y). Symbols, source and errors: as `stochastic_square`.
    """
    require_positive(ratio=ratio)
    return _ends(x, y, lambda i, j: ratio * i / (ratio * i + j), x_breaks_at, y_breaks_at)


def stochastic_linear(x: int, y: int, p: float) -> tuple[float, float]:
    """Return x's probability to win under area fire and its mean survivors over all fights, won and lost.

    P = sum over i < x of C(y + i - 1, i) p^y (1 - p)^i; p: probability that the next to fall is y's, which under
    area fire does not depend on the strengths. The mean is the sum over k < x of P(at most k of x fall before y's
    last). Source: Brown 1963, Theory of combat: the probability of winning. Errors: ValueError unless x, y are whole
    and not both 0, and p is a probability.
    """
    require_probability(p=p)
    _require_fight(x, y, 0.0, 0.0)
    if x == 0 or y == 0:
        return float(x > 0), float(x)
    at_most = nbdtr(np.arange(x), y, p)
    return float(at_most[-1]), float(at_most.sum())


def linear_ends(x: int, y: int, p: float, x_breaks_at: float = 0.0, y_breaks_at: float = 0.0) -> Distribution:
    """Return the joint distribution of the survivors under area fire.

    w = p. Symbols, source and errors: as `stochastic_linear`; thresholds in soldiers.
    """
    require_probability(p=p)
    return _ends(x, y, lambda i, j: np.full(len(i), p), x_breaks_at, y_breaks_at)


def stochastic_deitchman(x: int, y: int, a: float, b: float) -> tuple[float, float]:
    """Return x's probability to win, and its mean survivors, where x's fire is spread over an area and y's is aimed.

    x falls at rate a y, y at rate b x y, so that w = b x / (b x + a); a: losses per firer per hour; b: losses per
    firer and per target, per hour; the mean is over all fights, won and lost. Source: the jump process of Deitchman
    1962, A Lanchester model of guerrilla warfare. Errors: ValueError unless x, y are whole and a, b are above 0.
    """
    return _summary(deitchman_ends(x, y, a, b), 0.0)


def deitchman_ends(
    x: int, y: int, a: float, b: float, x_breaks_at: float = 0.0, y_breaks_at: float = 0.0
) -> Distribution:
    """Return the joint distribution of the survivors where x's fire is spread over an area and y's is aimed.

    w = b x / (b x + a). Symbols, source and errors: as `stochastic_deitchman`; thresholds in soldiers.
    """
    require_positive(a=a, b=b)
    return _ends(x, y, lambda i, j: b * i / (b * i + a), x_breaks_at, y_breaks_at)


def _ends(
    x: int, y: int, p_y_falls: Callable[[Counts, Counts], Distribution], x_breaks_at: float, y_breaks_at: float
) -> Distribution:
    """Return the distribution of the ends, loss by loss: all (i, j) with the same i + j are one step."""
    _require_fight(x, y, x_breaks_at, y_breaks_at)
    x, y, x_low, y_low = int(x), int(y), int(x_breaks_at), int(y_breaks_at)
    p = np.zeros((x + 1, y + 1))
    p[x, y] = 1.0
    for left in range(x + y, x_low + y_low + 1, -1):
        i = np.arange(max(x_low + 1, left - y), min(x, left - y_low - 1) + 1)
        j = left - i
        here, w = p[i, j], p_y_falls(i, j)
        p[i, j] = 0.0
        p[i, j - 1] += here * w
        p[i - 1, j] += here * (1.0 - w)
    return p


def _summary(ends: Distribution, y_breaks_at: float) -> tuple[float, float]:
    """Return the probability that y broke, and the mean of x's survivors."""
    p_win = ends[:, : int(y_breaks_at) + 1].sum()
    return min(float(p_win), 1.0), float(np.arange(len(ends)) @ ends.sum(axis=1))


def _require_fight(x: int, y: int, x_breaks_at: float, y_breaks_at: float) -> None:
    """Raise ValueError for strengths that are not whole, and where both sides are broken before the fight begins."""
    require_count(x=x, y=y)
    require_not_negative(x_breaks_at=x_breaks_at, y_breaks_at=y_breaks_at)
    if x <= x_breaks_at and y <= y_breaks_at:
        raise ValueError(f"both sides are broken at the start: x is {x}, y is {y}")
