"""How long a sweep would take and how much it would save, from a few of its runs."""

from __future__ import annotations

import io
import itertools
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.stats import qmc

from sim.campaign.worker_processes import n_cores
from sim.errors import RunError
from sim.experiment.designs import design_of
from sim.experiment.experiment_schema import Experiment
from sim.experiment.run_distribution import BatchResult, run_batch
from sim.experiment.run_sweep import numbers_of_runs, runs_of
from sim.experiment.saved_outputs import Tables, concatenate

# Test runs go on until they have taken so long, but are at least and at most so many.
_ENOUGH_S, _FEWEST, _MOST = 2.0, 4, 12
_START_S = 5.0  # until worker processes have started, imported the package and loaded its kernels
_SAVING_SHARE = 0.1  # of the time of the runs: tables are written as runs finish, and once more at the end
_BYTES_OF_MANIFEST = 150_000


def estimate(experiment: Experiment, workers: int, shard: tuple[int, int] | None = None) -> dict[str, float]:
    """Simulate a few runs spread over the design, and estimate time and size of the whole sweep.

    Keys: n_runs, seconds_per_run, seconds (of so many workers, of which each needs a core), bytes (on disk). Raises
    RunError when one of the runs fails.
    """
    design = design_of(experiment)
    numbers = numbers_of_runs(experiment, design, shard)
    n_runs = len(numbers)
    # Far apart in the design: the first of them is a point in the middle, the next halve the gaps.
    probes = runs_of(experiment, design, numbers[_spread(n_runs, min(_MOST, n_runs))])
    run_batch(experiment, probes[:1])  # compiles, or loads, the kernels
    results: list[BatchResult] = []
    began = time.perf_counter()
    for done, probe in enumerate(probes):
        if done >= _FEWEST and time.perf_counter() - began > _ENOUGH_S:
            break
        results.append(run_batch(experiment, [probe]))
    failures = list(itertools.chain.from_iterable(result.failures for result in results))
    if failures:
        reason = failures[0]["traceback"].strip().splitlines()[-1]
        raise RunError(f"{len(failures)} of {len(results)} test runs failed: {reason}")
    each_s = sum(result.seconds for result in results) / len(results)
    at_once = min(workers, n_cores(), n_runs)
    seconds = each_s * n_runs / at_once * (1.0 + _SAVING_SHARE) + (_START_S if workers > 1 else 0.0)
    return {
        "n_runs": float(n_runs), "seconds_per_run": each_s, "seconds": seconds,
        "bytes": _bytes_of([result.tables for result in results], experiment, n_runs)
        + 16.0 * design.points.size + _BYTES_OF_MANIFEST,
    }  # fmt: skip


def _spread(n: int, wanted: int) -> np.ndarray:
    """Return so many different numbers below n, any first few of which lie far apart: a Van der Corput sequence."""
    # Its first element is 0; after twice the most that is wanted, every number below the most has come.
    places = qmc.Halton(1, scramble=False).random(1 + 2 * _MOST)[1:, 0]
    return pd.unique((places * n).astype(int))[:wanted]


def _bytes_of(tables: list[Tables], experiment: Experiment, n_runs: int) -> float:
    """Return the size of the tables of all runs as they are stored, compressed, with a row of the table of all runs."""
    some, few = (
        sum(_stored(table) for table in concatenate(part).values()) for part in (tables, tables[: len(tables) // 2])
    )
    # What each run more adds: the headers of a file count once.
    each = (some - few) / (len(tables) - len(tables) // 2) if len(tables) > 1 else float(some)
    return (each + 8.0 * (2 + len(experiment.factors) + len(experiment.outcomes)) / 2) * n_runs


def _stored(table: pd.DataFrame) -> int:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, compression="zstd")
    return len(buffer.getvalue())
