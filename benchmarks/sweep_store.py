"""The folder of a large sweep: memory, time and bytes on disk for many runs of a year with ten daily series.

Run: python benchmarks/sweep_store.py [RUNS]. One run is simulated; its tables are used for all runs, which arrive in
batches of ten, as from workers. The measurement covers everything that a coordinator does except the engine.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from sim.campaign.replications import simulate
from sim.experiment import sweep_store
from sim.experiment.designs import design_of, scenario_at
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.saved_outputs import RUN_KEYS, concatenate, outputs_of
from sim.experiment.sweep_manifest import create_folder

TEXT = """
name: Large
question: How large is the folder of a large sweep?
base: baseline
set: {{time.tick_h: 6, time.horizon_days: 365}}
uncertainties: all
outcomes: [city_held, area_changed_km2, attacker_losses, defender_losses, loss_exchange_ratio]
series: [area_changed_km2, city_share_held, losses, soldiers, encirclement_fraction, pool_soldiers, line_soldiers,
         symbolic_share_held]
design: {{kind: latin_hypercube, n: {runs}, is_optimised: false}}
replications: 1
"""
_BATCH = 10


def main(n_runs: int) -> None:
    """Print the time, the memory and the disk space that the folder takes."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "large.yaml"
        file.write_text(TEXT.format(runs=n_runs))
        experiment = load_experiment(file)
        design = design_of(experiment)
        scenario = scenario_at(experiment, design.values.loc[0].to_dict())
        one = outputs_of(experiment, scenario.ground, 0, simulate(scenario, 1, 0))
        batch = concatenate([one] * _BATCH)
        folder = Path(scratch) / "sweep"
        create_folder(folder, experiment, design, None)
        began = time.perf_counter()
        with sweep_store.open_store(folder) as store:
            for first in range(0, n_runs, _BATCH):
                for table in batch.values():
                    n_rows = len(table) // _BATCH
                    table[RUN_KEYS[0]] = [first + i for i in range(_BATCH) for _ in range(n_rows)]
                    table[RUN_KEYS[0]] = table[RUN_KEYS[0]].astype("int32")
                store.add(batch)
            added = time.perf_counter()
            store.finish(design)
        ended = time.perf_counter()
        on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        n_files = sum(path.is_file() for path in folder.rglob("*"))
    print(f"{n_runs} runs: saved in {added - began:.0f} s, finished in {ended - added:.0f} s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    print(f"{on_disk / 1e6:.0f} MB in {n_files} files, {on_disk / n_runs:.0f} bytes per run")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
