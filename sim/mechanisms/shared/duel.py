"""A fight between two small forces as an exact jump process in continuous time."""

from __future__ import annotations

from sim.world.compiled_code import kernel
from sim.world.keyed_draws import uniform, waiting_h


@kernel
def duel(
    x, y, x_loss_rate, y_loss_rate, x_breaks_at, y_breaks_at, hours, stream, key_id, k, is_area_on_x=False,
    is_area_on_y=False,
):  # fmt: skip
    """Fight until a side breaks or the time is over; return (x, y, hours used, next k).

    Jumps: x -> x - 1 at rate x_loss_rate y, y -> y - 1 at rate y_loss_rate x (soldiers per hour) where fire is aimed;
    where it is spread over an area, so that who hits depends on how many stand there, times the strength of those under
    fire. Aimed on both sides it is the stochastic square law (Brown 1963), whose mean field is Lanchester's x' =
    -x_loss_rate y, y' = -y_loss_rate x; area on both, the linear law; one of each, Deitchman's mixed law (1962).
    A side breaks when its strength is at or below its threshold. Each jump takes two draws of `stream`, keyed by
    key_id and counted from k; since waiting times have no memory, a fight may be cut anywhere.
    """
    t = 0.0
    while x > x_breaks_at and y > y_breaks_at:
        rate_x = x_loss_rate * y * (x if is_area_on_x else 1)
        rate_y = y_loss_rate * x * (y if is_area_on_y else 1)
        t += waiting_h(stream, key_id, k, rate_x + rate_y)
        if t >= hours:
            return x, y, hours, k + 1
        if uniform(stream, key_id, k + 1) * (rate_x + rate_y) < rate_x:
            x -= 1
        else:
            y -= 1
        k += 2
    return x, y, t, k
