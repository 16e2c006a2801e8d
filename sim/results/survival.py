"""How long the city is held, when runs end before it is lost: survival times that are censored at the last day."""

from __future__ import annotations

import math

import numpy as np


def delay_of_first_lost(reference: np.ndarray, variant: np.ndarray) -> tuple[int, float]:
    """Return how many of the first cities lost both have, and by how many days the variant's are lost later on average.

    The values are the days on which the city is lost, NaN where it never is. With m losses in the scenario that has
    fewer, the mean day of the first m in the variant less that of the first m in the reference: the horizontal distance
    between the Kaplan-Meier curves, averaged over the heights that both reach before the last day. Where a change moves
    every loss by so many days it is that number, however many of them it moves beyond the last day; a mean over runs or
    pairs with a loss leaves these out and is too small. NaN where one has no loss.
    """
    days = [np.sort(one[np.isfinite(one)]) for one in (reference, variant)]
    n_first = min(map(len, days))
    if n_first == 0:
        return 0, math.nan
    before, after = (float(one[:n_first].mean()) for one in days)
    return n_first, after - before
