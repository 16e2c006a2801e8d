"""Calls and servers: the share of calls that a finite number of servers cannot serve at once.

Symbols: a the offered load, calls per hour times mean hours of service (erlang, dimensionless); c the number of
servers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.validation.theory.valid_inputs import Numbers, require_count, require_not_negative


def erlang_b(load: ArrayLike, servers: int) -> Numbers:
    """Return the share of calls that find every server busy and are lost.

    B_0 = 1, B_k = a B_(k-1) / (k + a B_(k-1)), for Poisson calls and any distribution of service times with the given
    mean. Source: Erlang 1917, Solution of some problems in the theory of probabilities of significance in automatic
    telephone exchanges. Errors: ValueError for a negative or infinite load, or servers that are not a whole number.
    """
    require_not_negative(load=load)
    require_count(servers=servers)
    a = np.asarray(load, float)
    blocked = np.ones_like(a)
    for k in range(1, int(servers) + 1):
        blocked = a * blocked / (k + a * blocked)
    return blocked[()]


def erlang_c(load: ArrayLike, servers: int) -> Numbers:
    """Return the share of calls that have to wait, where calls wait instead of being lost.

    C = c B / (c - a (1 - B)) with B = erlang_b(a, c), for exponential service times; 1 at a >= c, where the queue
    grows without limit. Source and errors: as `erlang_b`.
    """
    blocked = erlang_b(load, servers)
    a = np.asarray(load, float)
    is_stable = a < servers
    # The denominator is at least c B; the load is replaced where it is not used, to avoid a division by zero.
    waits = servers * blocked / (servers - np.where(is_stable, a, 0.0) * (1.0 - blocked) + ~is_stable)
    return np.where(is_stable, waits, 1.0)[()]
