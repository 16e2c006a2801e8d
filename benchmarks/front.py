"""The whole front of 1,200 km: seconds for a year, and the share of each phase."""

from __future__ import annotations

from typing import Any

import sim
from benchmarks.phases import clocked_run, shares
from benchmarks.scale import seconds
from benchmarks.timing import spread
from sim.campaign.mesa_model import Campaign


def measure(is_quick: bool) -> dict[str, Any]:
    """Time a year of the whole front."""
    days, runs = (20, 1) if is_quick else (365, 3)
    scenario = sim.load("whole-front", set={"time.horizon_days": days})
    seconds(sim.load("whole-front", set={"time.horizon_days": 1}), 0)  # loads the kernels
    took = spread(seconds(scenario, seed) for seed in range(1, runs + 1))
    by_phase, unit_ticks, _ = clocked_run(scenario, 1)
    return {
        "days": days, "rows": Campaign(scenario, 1).state.capacity, "seconds": took["median"], "spread_s": took,
        "unit_ticks_per_s": unit_ticks / took["median"], "phase_share": shares(by_phase),
    }  # fmt: skip
