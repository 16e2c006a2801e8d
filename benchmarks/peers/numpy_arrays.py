"""The toy job in plain numpy: a simple reference, and the speed of arrays alone."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.peers.toy import N_TICKS, SOLDIERS, Job, Outcome, is_in_radius, p_lost


def run(job: Job) -> Outcome:
    """Run the job: move all teams, compute all distances to shooters, draw all losses."""
    rng, p = np.random.default_rng(job.seed + 1), p_lost()
    distance, n_soldiers = job.distance_km.copy(), np.full(job.n_teams, SOLDIERS)
    began = time.perf_counter()
    for _ in range(N_TICKS):
        alive = np.flatnonzero(n_soldiers)
        distance[alive] = np.maximum(0, distance[alive] - 1)
        dx = job.column[alive, None] - job.shooter_column
        under_fire = alive[is_in_radius(dx, distance[alive, None]).any(axis=1)]
        n_soldiers[under_fire] = rng.binomial(n_soldiers[under_fire], 1.0 - p)
    return Outcome(time.perf_counter() - began, n_soldiers.tolist())
