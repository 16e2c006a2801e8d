"""Routes that may be cut: whether any supply still gets through, and how much at most."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from sim.validation.theory.valid_inputs import Numbers, require_count, require_not_negative, require_probability


def m_routes(p: ArrayLike, k: int, m: int) -> Numbers:
    """Return the probability that at least one of m routes of k links is open throughout; routes share no link.

    P = 1 - (1 - p^k)^m, p: probability that a link is open, independently of the others. Source: Barlow and Proschan
    1975, Statistical Theory of Reliability and Life Testing. Errors: ValueError unless p is a probability and k and m
    are whole.
    """
    require_probability(p=p)
    require_count(k=k, m=m)
    return (1.0 - (1.0 - np.asarray(p, float) ** k) ** m)[()]


def bridge(p: ArrayLike) -> Numbers:
    """Return the probability that two routes of two links, with a fifth link between their midpoints, still connect.

    P = 2 p^2 + 2 p^3 - 5 p^4 + 2 p^5, p: probability that a link is open, independently of the others. Source: Barlow
    and Proschan 1975, Statistical Theory of Reliability and Life Testing. Errors: ValueError unless p is a probability.
    """
    require_probability(p=p)
    q = np.asarray(p, float)
    return (q**2 * (2.0 + q * (2.0 + q * (2.0 * q - 5.0))))[()]


def smallest_cut(throughput: Mapping[tuple[str, str], float], source: str, sink: str) -> float:
    """Return the smallest throughput whose removal separates the sink from the source; it equals the largest flow.

    F = min over S of the sum of c(u, v), u in S, v not in S; S: sets of nodes with the source and without the sink.
    All sets are tried, so the network should have about fifteen nodes at most. throughput: {(from, to): c} in any unit
    of flow. Source: Ford and Fulkerson 1956, Maximal flow through a network. Errors: ValueError for a negative or
    infinite c, or where source and sink are the same.
    """
    require_not_negative(**{f"throughput from {u} to {v}": c for (u, v), c in throughput.items()})
    if source == sink:
        raise ValueError(f"source and sink are the same: {source}")
    between = sorted({node for line in throughput for node in line} - {source, sink})
    sides = ({source, *chosen} for n in range(len(between) + 1) for chosen in combinations(between, n))
    return min(float(sum(c for (u, v), c in throughput.items() if u in side and v not in side)) for side in sides)
