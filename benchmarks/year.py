"""A year at full resolution: seconds, unit-ticks per second, time by phase, memory, and the cost of a resting pool.

To run it alone: python -m benchmarks.year [quick]. Runs that are compared alternate, so that other load on the machine
affects them equally.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from benchmarks.timing import fresh, peak_mib, resident_mib, spread

_began = time.perf_counter()
import sim  # noqa: E402
from benchmarks.phases import clocked_run, shares  # noqa: E402
from sim.campaign.mesa_model import Campaign  # noqa: E402
from sim.campaign.replications import simulate  # noqa: E402

IMPORT_S = time.perf_counter() - _began


def measure(is_quick: bool) -> dict[str, Any]:
    """Time the year in a new process."""
    found: dict[str, Any] = fresh("benchmarks.year", *(["quick"] if is_quick else []))
    return found


def seconds(scenario: sim.Scenario, seed: int) -> float:
    """Time one run from the scenario to its record."""
    began = time.perf_counter()
    simulate(scenario, seed, 0)
    return time.perf_counter() - began


def resting_pool(days: int, runs: int) -> dict[str, float]:
    """Return the factor by which ten times the pool lengthens a run in which as many soldiers are sent forward."""
    fixed: dict[str, object] = {"time.horizon_days": days, "command.release": "absolute"}
    plain = sim.load("baseline", set=fixed)
    large = sim.load("baseline", set={**fixed, "attacker.troops": 10 * plain.attacker.troops})
    # Building the pool, which happens once, is not timed.
    models = [[Campaign(one, seed, collect="nothing") for one in (plain, large)] for seed in range(runs)]
    ratios = []
    for pair in models:
        took = []
        for model in pair:
            began = time.perf_counter()
            model.run()
            took.append(time.perf_counter() - began)
        ratios.append(took[1] / took[0])
    return spread(ratios)


def growth_kib(runs: int) -> float:
    """Return the growth of this process's memory per short run, after a few initial runs."""
    scenario = sim.load("baseline", set={"time.horizon_days": 1})
    for _ in range(10):
        simulate(scenario, 1, 0)
    before = resident_mib()
    for _ in range(runs):
        simulate(scenario, 1, 0)
    return (resident_mib() - before) * 1024 / runs


def main(is_quick: bool) -> dict[str, Any]:
    """Return all measurements of the year."""
    days, runs = (60, 2) if is_quick else (365, 7)
    scenario = sim.load("baseline", set={"time.horizon_days": days})
    first = seconds(scenario, 0)
    times = [seconds(scenario, seed) for seed in range(1, runs + 1)]
    peak = peak_mib()
    by_phase, unit_ticks, elapsed = clocked_run(scenario, 1)
    rows = Campaign(scenario, 1).state.capacity
    took = spread(times)
    return {
        "days": days, "rows": rows, "seconds": took["median"], "spread_s": took,
        "unit_ticks": unit_ticks, "unit_ticks_per_s": unit_ticks / took["median"],
        "rows_x_ticks_per_s": rows * days * 24 / took["median"], "peak_mib": peak,
        "import_s": IMPORT_S, "first_in_process_s": first, "phase_share": shares(by_phase),
        "recording_share": by_phase["record"] / elapsed, "seconds_with_clocks": elapsed,
        "ten_times_the_pool": resting_pool(days, 2 if is_quick else 3),
        "growth_kib_a_run": growth_kib(20 if is_quick else 1000),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:] == ["quick"])))
