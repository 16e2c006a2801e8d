"""The slowest phase compared with the limit set by memory, and with a plain numpy version of it.

The limit is the time to read each array of the rows once from memory; enough copies are read in turn to exceed any
cache. It is compared with the slowest phase twice: for the year, where most rows rest and are not visited, and with
40,000 teams in the field and every mechanism on.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import numpy as np

from benchmarks.numpy_strikes import strikes
from benchmarks.phases import clocked_run
from benchmarks.scale import IN_THE_FIELD, all_in_the_field
from benchmarks.timing import spread
from sim.campaign.mesa_model import Campaign
from sim.campaign.phases import PHASES
from sim.campaign.replications import release_memory
from sim.mechanisms.drone_strikes import DroneStrikes
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.world.state import State

BEYOND_ANY_CACHE = 512 * 2**20
NUMPY_PHASE = "drone_strikes"


def row_arrays(state: State) -> list[np.ndarray]:
    """Return the arrays that have one element per row."""
    return [a for a in vars(state).values() if isinstance(a, np.ndarray) and len(a) == state.capacity]


def stream_s(arrays: list[np.ndarray]) -> tuple[float, int]:
    """Return the median time in seconds to read all arrays once from memory, and their bytes."""
    n_bytes = sum(a.nbytes for a in arrays)
    words = np.zeros(max(BEYOND_ANY_CACHE, 4 * n_bytes) // 8, np.uint64)
    words[:] = 1  # memory pages that were never written share one page of zeros
    a_copy = n_bytes // 8
    times = []
    for first in range(0, len(words) - a_copy + 1, a_copy):
        began = time.perf_counter()
        np.bitwise_or.reduce(words[first : first + a_copy])
        times.append(time.perf_counter() - began)
    return float(np.median(times)), n_bytes


def numpy_beside_kernels(n_rows: int, n_ticks: int) -> dict[str, Any]:
    """Run both versions of the drone phase on the same arrays; return their ratio and the number of drone requests."""
    scenario, rng = all_in_the_field(n_rows, 1), np.random.default_rng(1)
    model = Campaign(scenario, 1, collect="nothing")
    taken: dict[str, list[float]] = {"kernels": [], "numpy": []}
    state, n_calls = model.state, 0
    restored = ("n_soldiers", "crew_free_at_h")

    def both(*arguments: Any) -> None:
        nonlocal n_calls
        before = {name: getattr(state, name).copy() for name in restored}
        began = time.perf_counter()
        n_calls += strikes(scenario, state, model.ground, model.tick, rng)
        taken["numpy"].append(time.perf_counter() - began)
        for name, values in before.items():
            getattr(state, name)[:] = values
        began = time.perf_counter()
        phase(*arguments)
        taken["kernels"].append(time.perf_counter() - began)

    place = next(i for i, phase in enumerate(model.phases) if isinstance(phase, DroneStrikes))
    phase = model.phases[place]
    model.phases[place] = both  # type: ignore[call-overload]
    for _ in range(n_ticks):
        model.step()
    release_memory(model)
    ratios = [a / b for a, b in zip(taken["numpy"], taken["kernels"], strict=True)]
    return {"phase": NUMPY_PHASE, "ratio": spread(ratios), "calls_numpy": n_calls}


def slowest(scenario: Scenario, n_ticks: int, runs: int) -> tuple[str, list[float]]:
    """Return the phase that takes the most time in a scenario's first ticks, and its seconds per tick in each run."""
    per_run = [Counter(clocked_run(scenario, seed, n_ticks)[0]) for seed in range(runs)]
    total = sum(per_run, Counter())
    name = max((name for name in total if name in PHASES), key=lambda name: total[name])
    return name, [seconds[name] / n_ticks for seconds in per_run]


def beside_stream(scenario: Scenario, n_ticks: int, runs: int) -> dict[str, Any]:
    """Return the times of the slowest phase and of the memory stream, and their ratio."""
    name, per_tick = slowest(scenario, n_ticks, runs)
    model = Campaign(scenario, 0, collect="nothing")
    stream, n_bytes = stream_s(row_arrays(model.state))
    release_memory(model)
    return {
        "phase": name, "ratio": spread(s / stream for s in per_tick)["median"],
        "phase_us_a_tick": spread(1e6 * s for s in per_tick), "stream_us_a_tick": 1e6 * stream,
        "state_bytes": n_bytes, "gib_per_s": n_bytes / stream / 2**30,
    }  # fmt: skip


def measure(is_quick: bool) -> dict[str, Any]:
    """Time the slowest phase in the year and with all teams in the field, the memory stream, and numpy."""
    n_ticks, runs = (4, 1) if is_quick else (12, 3)
    clocked_run(load("baseline", set={"time.horizon_days": 10}), 0)  # loads the kernels
    days = 10 if is_quick else 365
    return {
        **beside_stream(load("baseline", set={"time.horizon_days": days}), days * 24, runs),
        "in_the_field": beside_stream(all_in_the_field(IN_THE_FIELD, 1), n_ticks, runs),
        "numpy": numpy_beside_kernels(IN_THE_FIELD // (10 if is_quick else 1), n_ticks),
    }
