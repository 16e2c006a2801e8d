"""Keyed random numbers: each is a function of what asks for it, for which purpose, and when.

A draw depends on (seed, replication, mechanism, time, id, k) and on nothing else. One unit more, or one mechanism off,
leaves all other random numbers unchanged, and two scenarios with the same seed are compared unit by unit (common
random numbers). The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
SC11, 2011): a counter-based bijection, here with key = (seed, replication) and counter = (id, time, mechanism, k).
Distributions are drawn by inversion only: one uniform, one value, monotone in the uniform.
"""

from __future__ import annotations

import math

import numpy as np

from sim.errors import whole_number
from sim.world.clock import Tick
from sim.world.compiled_code import allocating_kernel, kernel

# One number per mechanism, written down so that adding a mechanism never renumbers another's draws.
CALENDAR, REINFORCEMENT, COMMAND, MOVEMENT, DETECTION = 1, 2, 3, 4, 5
DRONE_STRIKES, ARTILLERY, DIRECT_FIRE, COHESION, SUPPLY, CONTROL = 6, 7, 8, 9, 10, 11
DEPTH, POCKETS, RESERVES, FORCES, LIFT = 12, 13, 14, 15, 16
N_MECHANISMS = 17

MAX_SEED = 2**32 - 1

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


@kernel
def philox4x32(c0, c1, c2, c3, k0, k1):
    """Return the four 32-bit words of Philox4x32-10 for a counter and a key of 32-bit words (as uint64)."""
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@kernel
def uniform(stream, key_id, k):
    """Return the uniform in (0, 1), exclusive, of `stream` (see `Draws.stream`) for an id and its k-th use."""
    w0, w1, _, _ = philox4x32(np.uint64(key_id), stream[3], stream[2], np.uint64(k), stream[0], stream[1])
    # 52 bits and a half: never 0 nor 1, so that logarithms and inverse distributions stay finite.
    return (float(w0 >> np.uint64(6)) * 67108864.0 + float(w1 >> np.uint64(6)) + 0.5) / 4503599627370496.0


@kernel
def exponential(u, rate):
    """Return the waiting time -ln(u) / rate; infinite when the rate is 0."""
    return -math.log(u) / rate if rate > 0.0 else math.inf


@kernel
def waiting_h(stream, key_id, k, rate_per_h):
    """Return the hours to the next event at a rate; what never happens costs no draw."""
    return exponential(uniform(stream, key_id, k), rate_per_h) if rate_per_h > 0.0 else math.inf


@kernel
def comes_within(hours, stream, key_id, k, rate_per_h):
    """Return whether `waiting_h` is less than some hours; as -ln u >= 1 - u, rare events seldom cost a logarithm."""
    if rate_per_h <= 0.0:
        return False
    u = uniform(stream, key_id, k)
    # What rounding could turn is left to the logarithm.
    return (1.0 - u) * (1.0 - 1e-9) < rate_per_h * hours and exponential(u, rate_per_h) < hours


@kernel
def waiting_h_within(hours, stream, key_id, k, rate_per_h):
    """Return `waiting_h` if it is less than some hours, else infinity; rare events seldom cost a logarithm."""
    if rate_per_h <= 0.0:
        return math.inf
    u = uniform(stream, key_id, k)
    return exponential(u, rate_per_h) if (1.0 - u) * (1.0 - 1e-9) < rate_per_h * hours else math.inf


@kernel
def happens(p, stream, key_id, k):
    """Return whether an event of probability p happens; what is certain costs no draw."""
    return p >= 1.0 or (p > 0.0 and uniform(stream, key_id, k) < p)


@kernel
def poisson(u, mean):
    """Return the smallest n with P(N <= n) >= u for N ~ Poisson(mean)."""
    if mean <= 0.0:
        return 0
    # Below this n lies less than 1e-16 of the mass; starting here prevents an underflow of exp(-mean).
    n = max(0, int(mean - 9.0 * math.sqrt(mean) - 9.0))
    p = math.exp(n * math.log(mean) - mean - math.lgamma(n + 1.0)) if n > 0 else math.exp(-mean)
    total = p
    while total < u and (p > 0.0 or n < mean):
        n += 1
        p *= mean / n
        total += p
    return n


@kernel
def binomial(u, n, p):
    """Return the smallest m with P(M <= m) >= u for M ~ Binomial(n, p)."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    # (1 - p)^n >= 1 - n p: when few are lost, it seldom takes a logarithm to see that it is none.
    if u < 1.0 - n * p - 1e-9:
        return 0
    # As in `poisson`; with the spread of the mean alone, n (1 - p) small against n p would start where terms underflow.
    mean = n * p
    m = max(0, int(mean - 9.0 * math.sqrt(mean * (1.0 - p)) - 9.0))
    if m == 0:
        term = math.exp(n * math.log1p(-p))
    else:
        log_choose = math.lgamma(n + 1.0) - math.lgamma(m + 1.0) - math.lgamma(n - m + 1.0)
        term = math.exp(log_choose + m * math.log(p) + (n - m) * math.log1p(-p))
    total = term
    odds = p / (1.0 - p)
    while total < u and m < n:
        m += 1
        term *= odds * (n - m + 1) / m
        total += term
    return m


@allocating_kernel
def uniforms(stream, ids, k):
    """Return the uniforms of an array of ids, each at its k-th use."""
    u = np.empty(len(ids))
    for i in range(len(ids)):
        u[i] = uniform(stream, ids[i], k)
    return u


class Draws:
    """The keys of one replication: hands each mechanism its stream for a tick.

    Raises InputError when the seed or the replication is no whole number or does not fit 32 bits.
    """

    def __init__(self, seed: int, replication: int = 0) -> None:
        self.seed: int = whole_number("seed", seed, 0, MAX_SEED)
        self.replication: int = whole_number("replication", replication, 0, MAX_SEED)
        self._streams = np.zeros((N_MECHANISMS, 4), np.uint64)
        self._streams[:, 0], self._streams[:, 1] = seed, replication
        self._streams[:, 2] = np.arange(N_MECHANISMS)
        self._times = self._streams[:, 3]
        self._lifelong = self._streams.copy()
        self._lifelong[:, 3] = MAX_SEED
        # Rows made once: indexing an array takes longer than a list.
        self._rows, self._lifelong_rows = list(self._streams), list(self._lifelong)
        self._tick: Tick | None = None

    def stream(self, mechanism: int, tick: Tick) -> np.ndarray:
        """Return (seed, replication, mechanism, time in s): what `uniform` needs beside an id and k.

        The time, not the tick's index, is the key: a tick split by a dated event leaves later draws as they were.
        The array is the same at each tick.
        """
        if tick is not self._tick:
            self._tick = tick
            self._times.fill(tick.time_s)
        return self._rows[mechanism]

    def lifelong(self, mechanism: int) -> np.ndarray:
        """Return the stream of draws that are numbered by occurrence (the n-th fight of a cell) and not keyed by time.

        What comes later in one run than in the other then still has the same random numbers.
        """
        return self._lifelong_rows[mechanism]
