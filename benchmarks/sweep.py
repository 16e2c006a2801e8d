"""A sweep on all cores beside the same sweep in one process: efficiency, and what the engine costs.

Run: python benchmarks/sweep.py [POINTS] [WORKERS]. Both play the same runs, of 20 days; the starting of the cluster is
counted. Engine's cost: the share of the workers' time in which they play no run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sim.experiment.loading import load_experiment
from sim.experiment.sweep import Swept, sweep

TEXT = """
name: Benchmark
question: What does the engine cost?
base: baseline
set: {{time.horizon_days: 20, time.tick_h: 3}}
levers:
  drone_strikes.defender.n_crews: {{range: [20, 260]}}
  attacker.troops: {{range: [70000, 150000]}}
outcomes: [attacker_losses]
design: {{kind: latin_hypercube, n: {points}, is_optimised: false}}
replications: 1
"""


def main(points: int, workers: int) -> None:
    """Print the two sweeps and their ratio."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "benchmark.yaml"
        file.write_text(TEXT.format(points=points))
        experiment = load_experiment(file)
        sweep(experiment, Path(scratch) / "warm", workers=1, shard=(1, points))
        found: dict[int, tuple[Swept, float]] = {}
        for n in (1, workers):
            began = time.perf_counter()
            swept = sweep(experiment, Path(scratch) / str(n), workers=n)
            found[n] = swept, time.perf_counter() - began
            print(f"{n} processes: {points} runs in {found[n][1]:.1f} s")
        same = [(found[n][0].folder / "runs.parquet").read_bytes() for n in (1, workers)]
    (_, alone), (swept, together) = found[1], found[workers]
    print(f"efficiency: {alone / together / workers:.2f}")
    print(f"engine's cost: {1 - swept.seconds_of_runs / (workers * swept.seconds):.1%} of the workers' time")
    print(f"the same bytes: {same[0] == same[1]}")


if __name__ == "__main__":
    points, workers = [*sys.argv[1:], *("200", "2")[len(sys.argv) - 1 :]]
    main(int(points), int(workers))
