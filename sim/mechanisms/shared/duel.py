"""A fight between two small forces as an exact jump process in continuous time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.keyed_draws import uniform, waiting_h


class DuelRules(NamedTuple):
    """Loss rates, the strengths at which a side breaks, and whether the fire on a side is spread over an area.

    A rate is per hour and soldier who shoots; for area fire, per hour, soldier who shoots and soldier under fire.
    """

    x_loss_rate: float
    y_loss_rate: float
    x_breaks_at: float
    y_breaks_at: float
    is_area_on_x: bool = False
    is_area_on_y: bool = False


class DuelDraws(NamedTuple):
    """The random numbers of a fight: a stream, the key within it, and the number of the next draw."""

    stream: np.ndarray
    key_id: int
    k: int


@kernel
def duel(x, y, hours, rules, draws):
    """Fight until a side breaks or the time is over; return (x, y, hours used, next k).

    Jumps: x -> x - 1 at rate x_loss_rate y, y -> y - 1 at rate y_loss_rate x (soldiers per hour) where fire is aimed.
    Where it is spread over an area, the rate is multiplied by the strength of those under fire, since the number of
    hits depends on how many stand there. Aimed on both sides it is the stochastic square law (Brown 1963), whose mean
    field is Lanchester's x' = -x_loss_rate y, y' = -y_loss_rate x; area on both, the linear law; one of each,
    Deitchman's mixed law (1962). A side breaks when its strength is at or below its threshold. Each jump takes two
    draws, counted from k; since waiting times have no memory, a fight may be cut anywhere.
    """
    t, k = 0.0, draws.k
    while x > rules.x_breaks_at and y > rules.y_breaks_at:
        rate_x = rules.x_loss_rate * y * (x if rules.is_area_on_x else 1)
        rate_y = rules.y_loss_rate * x * (y if rules.is_area_on_y else 1)
        t += waiting_h(draws.stream, draws.key_id, k, rate_x + rate_y)
        if t >= hours:
            return x, y, hours, k + 1
        if uniform(draws.stream, draws.key_id, k + 1) * (rate_x + rate_y) < rate_x:
            x -= 1
        else:
            y -= 1
        k += 2
    return x, y, t, k
