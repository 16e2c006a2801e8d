"""A sweep with one and with two worker processes: speed-up, overhead of the engine, bytes on disk.

Both simulate the same runs at classroom resolution (3-hour ticks); the start of the workers is included. The engine's
share is the share of the workers' time in which they simulate no run. For other numbers of runs and days:
python -m benchmarks.sweep 2000 30.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sim.apps.cli.demo import CLASSROOM
from sim.campaign.worker_processes import n_cores
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import sweep

WORKERS = 2
TEXT = """
name: Benchmark
question: What does the engine cost?
base: baseline
set: {{time.horizon_days: {days}, time.tick_h: {tick_h}}}
levers:
  drone_strikes.defender.n_crews: {{range: [20, 260]}}
  attacker.troops: {{range: [70000, 150000]}}
outcomes: [attacker_losses, area_changed_km2]
design: {{kind: latin_hypercube, n: {runs}, is_optimised: false}}
replications: 1
"""


def measure(is_quick: bool) -> dict[str, Any]:
    """Run the sweep with one and with two workers."""
    return measured(40 if is_quick else 1_000, 90)


def measured(runs: int, days: int) -> dict[str, Any]:
    """Run a sweep of the given size with one worker, and then with two."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "benchmark.yaml"
        file.write_text(TEXT.format(runs=runs, days=days, tick_h=CLASSROOM["time.tick_h"]))
        experiment = load_experiment(file)
        sweep(experiment, Path(scratch) / "warm", workers=1, shard=(1, runs))
        took, swept = {}, {}
        for n in (1, WORKERS):
            began = time.perf_counter()
            swept[n] = sweep(experiment, Path(scratch) / str(n), workers=n)
            took[n] = time.perf_counter() - began
        tables = [(swept[n].folder / "runs.parquet").read_bytes() for n in (1, WORKERS)]
        on_disk = sum(path.stat().st_size for path in swept[WORKERS].folder.rglob("*") if path.is_file())
    together = swept[WORKERS]
    return {
        "runs": runs, "days": days, "n_cores": n_cores(), "runs_per_s_1_worker": runs / took[1],
        "runs_per_s_2_workers": runs / took[WORKERS], "speedup_2_workers": took[1] / took[WORKERS],
        "engine_share": 1.0 - together.seconds_of_runs / (WORKERS * together.seconds),
        "bytes_a_run": on_disk / runs, "same_bytes": tables[0] == tables[1],
    }  # fmt: skip


if __name__ == "__main__":
    for name, value in measured(*map(int, sys.argv[1:3])).items():
        print(f"{name:24s} {value:.4g}" if isinstance(value, float) else f"{name:24s} {value}")
