"""A year at full resolution: seconds a run, and the ratio with a pool ten times as large that stays at rest.

Run: python benchmarks/year.py [RUNS]. Runs of both sizes alternate, so that a busy machine slows both alike; what is
sent forward is the same fixed number a day, so that only the resting pool differs.
"""

from __future__ import annotations

import statistics
import sys
import time

import sim
from sim.model import Campaign

YEAR: dict[str, object] = {"time.horizon_days": 365}


def seconds(scenario: sim.Scenario, seed: int) -> float:
    """Time one run from the scenario to its record."""
    began = time.perf_counter()
    Campaign(scenario, seed).run()
    return time.perf_counter() - began


def main(runs: int) -> None:
    """Print the table."""
    plain = sim.load("baseline", set=YEAR)
    absolute = {**YEAR, "command.release": "absolute"}
    troops = plain.attacker.troops
    scenarios = {
        "baseline": plain,
        "fixed release": sim.load("baseline", set=absolute),
        "fixed release, pool x 10": sim.load("baseline", set={**absolute, "attacker.troops": 10 * troops}),
    }
    Campaign(plain, 0).run()  # compiles, or loads, the kernels
    taken: dict[str, list[float]] = {name: [] for name in scenarios}
    for seed in range(runs):
        for name, scenario in scenarios.items():
            taken[name].append(seconds(scenario, seed))
    for name, times in taken.items():
        print(f"{name:26s} median {statistics.median(times):.2f} s, least {min(times):.2f} s, {runs} runs of 365 days")
    ratios = [b / a for a, b in zip(taken["fixed release"], taken["fixed release, pool x 10"], strict=True)]
    print(
        f"ten times the pool: {statistics.median(ratios):.2f} times the time ({min(ratios):.2f} to {max(ratios):.2f})"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
