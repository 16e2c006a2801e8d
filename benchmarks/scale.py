"""How time and memory grow: rows from 10^3 to 10^6, days from 30 to 1,460, and all units in the field at once.

To run the largest size alone: python -m benchmarks.scale rows 1000000. Runs of different sizes alternate, so that other
load on the machine affects all sizes equally.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

import numpy as np

import sim
from benchmarks.phases import clocked_run
from benchmarks.timing import exponent, fresh, peak_mib, spread
from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import release_memory
from sim.world.state import State

ROWS, DAYS = (1_000, 10_000, 100_000, 1_000_000), (30, 90, 365, 1_460)
ROWS_DAYS = 10
IN_THE_FIELD, GROUP = 40_000, 8


def with_rows(n_rows: int, days: int) -> sim.Scenario:
    """Return the baseline with the given number of rows in the pool; the share that goes forward stays the same."""
    return sim.load("baseline", set={"attacker.troops": 4 * n_rows, "time.horizon_days": days})


def all_in_the_field(n_rows: int, days: int) -> sim.Scenario:
    """Return the baseline with all rows moving forward at the start, and every mechanism on."""
    return sim.load(
        "baseline",
        set={
            "attacker.troops": 4 * n_rows, "attacker.group_size": GROUP, "attacker.forward_groups": 4 * n_rows // GROUP,
            "attacker.forward_km": 15, "control.garrison_per_km": 0, "time.horizon_days": days,
        },
    )  # fmt: skip


def seconds(scenario: sim.Scenario, seed: int) -> float:
    """Time the ticks of one run."""
    model = Campaign(scenario, seed, collect="nothing")
    began = time.perf_counter()
    model.run()
    elapsed = time.perf_counter() - began
    release_memory(model)
    return elapsed


def grown(scenarios: dict[int, sim.Scenario], runs: int) -> tuple[dict[int, float], float, float]:
    """Return median seconds by size, the exponent of all sizes, and that of the two largest."""
    taken: dict[int, list[float]] = {size: [] for size in scenarios}
    for seed in range(runs):
        for size, scenario in scenarios.items():
            taken[size].append(seconds(scenario, seed))
    times = {size: statistics.median(values) for size, values in taken.items()}
    return times, exponent(list(times), list(times.values())), exponent(list(times)[-2:], list(times.values())[-2:])


def bytes_per_row(state: State) -> float:
    """Return the bytes per row of the arrays that have one element per row, or per team in a queue."""
    arrays = [value for value in vars(state).values() if isinstance(value, np.ndarray)]
    n_teams = state.capacity - state.n_sections
    return sum(a.nbytes for a in arrays if len(a) in (state.capacity, n_teams)) / state.capacity


def million(n_rows: int) -> dict[str, float]:
    """Simulate a day with a large number of rows; return the memory that it took."""
    model = Campaign(with_rows(n_rows, 1), 1)
    model.run()
    return {"rows": model.state.capacity, "peak_mib": peak_mib(), "bytes_per_row": bytes_per_row(model.state)}


def measure(is_quick: bool) -> dict[str, Any]:
    """Time all sizes."""
    runs = 1 if is_quick else 3
    rows, days = (ROWS[:3], DAYS[:2]) if is_quick else (ROWS, DAYS)
    seconds(with_rows(rows[0], 1), 0)  # loads the kernels
    by_rows = grown({n: with_rows(n, ROWS_DAYS) for n in rows}, runs)
    by_days = grown({n: sim.load("baseline", set={"time.horizon_days": n}) for n in days}, runs)
    busy = all_in_the_field(IN_THE_FIELD, 1)
    found = [clocked_run(busy, seed) for seed in range(runs)]
    return {
        "rows_seconds": by_rows[0], "rows_exponent": by_rows[1], "rows_exponent_of_the_largest": by_rows[2],
        "rows_days": ROWS_DAYS,
        "days_seconds": by_days[0], "days_exponent": by_days[1], "days_exponent_of_the_largest": by_days[2],
        "in_the_field": {
            "rows": IN_THE_FIELD, "unit_ticks_per_s": spread(units / elapsed for _, units, elapsed in found),
        },
        "largest": fresh("benchmarks.scale", "rows", rows[-1]),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(million(int(sys.argv[2]))))
