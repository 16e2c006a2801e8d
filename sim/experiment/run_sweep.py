"""The public function `sweep`: simulate every run of an experiment into a folder from which it can be resumed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.campaign.notebook_progress import in_notebook
from sim.campaign.replications import Progress
from sim.campaign.run_numbers import run_numbers
from sim.campaign.worker_processes import can_start_processes, check_main_is_guarded
from sim.errors import InputError, clip, no_such, whole_number
from sim.experiment.designs import design_of
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.experiment_schema import Design, Experiment
from sim.experiment.run_distribution import (
    BATCH_S,
    BatchResult,
    Run,
    cluster_at,
    local_cluster,
    run_in_process,
    run_on_cluster,
)
from sim.experiment.sweep_manifest import check_same_sweep, create_folder, remove_unused, restore_design
from sim.experiment.sweep_parts import SweepParts, open_parts
from sim.experiment.sweep_store import SweepStore, open_store
from sim.results.manifest_file import read_manifest
from sim.results.own_outcomes import OutcomeFunctions
from sim.results.safe_files import exists

if TYPE_CHECKING:  # Dask is slow to import
    from distributed import Client


@dataclass(frozen=True)
class SweepSummary:
    """The state of a sweep: its folder, the number of runs in all, and how many of them failed or are missing.

    Of this call alone: `n_simulated` runs, `seconds` of elapsed time, and `seconds_of_runs`, the computing time summed
    over the workers.
    """

    folder: Path
    n_runs: int
    n_failed: int
    n_missing: int
    n_simulated: int = 0
    seconds: float = 0.0
    seconds_of_runs: float = 0.0


def sweep(
    experiment: Experiment | str | Path,
    out: str | Path,
    workers: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    shard: tuple[int, int] | None = None,
    progress: Progress | None = None,
    outcomes: OutcomeFunctions | None = None,
) -> SweepSummary:
    """Simulate every run of an experiment into the folder `out`, and return a summary.

    The runs are distributed over local processes (default: one per core); `workers` = 1 runs them in this process;
    `scheduler` is the address of a Dask cluster. Finished runs are on disk within seconds: with `resume` an interrupted
    sweep is completed, to the same bytes. A shard (i, n) is every n-th run from the i-th on, see `join_shards`.
    `progress` is called with the number of runs that have finished since the last call. `outcomes` of your own are
    functions of one run's Result, by name; their code is part of what a resumed sweep must share.

    Raises InputError for a folder that exists, belongs to another experiment or version, or is in use, and for a shard
    or a number of workers that is out of range.
    """
    experiment = experiment if isinstance(experiment, Experiment) else load_experiment(experiment)
    experiment = experiment.with_functions(outcomes) if outcomes else experiment
    out, design = Path(out), design_of(experiment)
    numbers = numbers_of_runs(experiment, design, shard)
    workers = check_workers(workers, scheduler)
    if workers != 1 and scheduler is None:
        check_main_is_guarded()
    began = time.perf_counter()
    with ExitStack() as stack:
        # Before the folder is created: an address that does not answer leaves nothing behind.
        client = stack.enter_context(cluster_at(scheduler)) if scheduler is not None else None
        name = None if shard is None else f"{shard[0]}/{shard[1]}"
        store = stack.enter_context(_open_to_write(out, experiment, design, resume, name))
        if resume:
            restore_design(out, experiment, design)
            store.move_damaged_parts()
        missing = numbers[~np.isin(numbers, _finished_numbers(store, experiment))]
        seconds = 0.0
        with in_notebook(len(numbers), progress) as advance:
            if advance:
                advance(len(numbers) - len(missing))
            for result in _simulate(experiment, design, missing, workers, client):
                store.add(result.tables)
                if result.failures:
                    store.add_failures(result.failures)
                seconds += result.seconds
                if advance:
                    advance(len(result))
        summary = _finish_if_complete(store, experiment, design, numbers)
        elapsed = time.perf_counter() - began
        return replace(summary, n_simulated=len(missing) - summary.n_missing, seconds=elapsed, seconds_of_runs=seconds)


def join_shards(experiment: Experiment, out: Path, shards: Sequence[Path], resume: bool = False) -> SweepSummary:
    """Copy the runs of shards into a new folder or, with `resume`, an existing one; all shards make a whole sweep.

    Raises InputError for a shard of another experiment or version, or a damaged one, before anything is written.
    """
    design = design_of(experiment)
    with ExitStack() as stack:
        parts = [stack.enter_context(_open_shard(folder, experiment, design)) for folder in shards]
        store = stack.enter_context(_open_to_write(out, experiment, design, resume, None))
        for part in parts:
            for tables in part.tables_by_part():
                store.add(tables)
            if len(failures := part.failures()):
                store.add_failures(failures.to_dict("records"))
        return _finish_if_complete(store, experiment, design, numbers_of_runs(experiment, design, None))


@contextmanager
def _open_shard(folder: Path, experiment: Experiment, design: Design) -> Iterator[SweepParts]:
    """Open a shard for reading only: it may lie on a read-only medium, or belong to somebody else."""
    check_same_sweep(folder, experiment, design, read_manifest(folder, "sweep")["shard"])
    with open_parts(folder) as part:
        if part.damaged_parts():
            raise InputError(
                [f"{folder}: has damaged files; run sim sweep ... --resume --shard I/N on it, then join again"]
            )
        yield part


@contextmanager
def _open_to_write(
    out: Path, experiment: Experiment, design: Design, resume: bool, shard: str | None
) -> Iterator[SweepStore]:
    """Open the folder of a sweep, made if it is new; a new one in which nothing was saved goes when the block fails."""
    _create_or_check(out, experiment, design, resume, shard)
    try:
        with open_store(out) as store:
            yield store
    except BaseException:
        if not resume:
            remove_unused(out)
        raise


def _finish_if_complete(store: SweepStore, experiment: Experiment, design: Design, numbers: np.ndarray) -> SweepSummary:
    """Finish a folder in which no run is missing, and return the summary."""
    known = np.concatenate([_finished_numbers(store, experiment), _numbers_in(store.failures(), experiment)])
    n_missing = int((~np.isin(numbers, known)).sum())
    if n_missing == 0:
        store.finish(design)
    return SweepSummary(store.folder, len(numbers), len(store.failures()), n_missing)


def numbers_of_runs(experiment: Experiment, design: Design, shard: tuple[int, int] | None) -> np.ndarray:
    """Return the numbers of all runs, point x replications + replication, or those of a shard."""
    numbers = np.arange(design.n_points * experiment.replications)
    if shard is None:
        return numbers
    if not isinstance(shard, Sequence) or len(shard) != 2:
        raise InputError([f"shard: must be two numbers (i, n), is {clip(shard)}"])
    n = whole_number("shard", shard[1], 1, len(numbers))
    return numbers[whole_number("shard", shard[0], 1, n) - 1 :: n]


def check_workers(workers: int | None, scheduler: str | None, prefix: str = "") -> int | None:
    """Return the number of workers; raises InputError when it is out of range or given together with a cluster."""
    if workers is not None and scheduler is not None:
        raise InputError([f"{prefix}workers: the cluster at {prefix}scheduler has its own; give one of the two"])
    return run_numbers(workers=workers, prefix=prefix).workers


def _numbers_in(table: pd.DataFrame, experiment: Experiment) -> np.ndarray:
    return table["point"].to_numpy(np.int64) * experiment.replications + table["replication"].to_numpy(np.int64)


def _finished_numbers(store: SweepStore, experiment: Experiment) -> np.ndarray:
    return _numbers_in(store.finished_runs(), experiment)


def runs_of(experiment: Experiment, design: Design, numbers: np.ndarray) -> list[Run]:
    """Return the runs with these numbers: point x replications + replication."""
    points, replications = np.divmod(numbers, experiment.replications)
    values: list[Any] = design.values.loc[points].to_dict("records")
    random = design.random_numbers(points, replications, experiment.replications)
    return [Run(int(p), int(r), at, int(n)) for p, r, at, n in zip(points, replications, values, random, strict=True)]


def _create_or_check(out: Path, experiment: Experiment, design: Design, resume: bool, shard: str | None) -> None:
    if resume:
        if not exists(out):
            raise InputError([f"{no_such(out, 'folder')}; without --resume a new sweep is begun"])
        check_same_sweep(out, experiment, design, shard)
        return
    if exists(out):
        raise InputError([f"{out}: exists already; resume it with --resume, or use another folder"])
    create_folder(out, experiment, design, shard)


def _simulate(
    experiment: Experiment, design: Design, missing: np.ndarray, workers: int | None, client: Client | None
) -> Iterator[BatchResult]:
    with ExitStack() as stack:
        if workers != 1 and client is None and len(missing) and can_start_processes():
            client = stack.enter_context(local_cluster(experiment, workers))
        # A run that kills its process must not kill this one: where there are workers, they get every run.
        run_all = run_in_process if client is None else partial(run_on_cluster, client)
        # First two runs per worker, one by one: the first may compile, and the fastest sets the size of a batch.
        n_probes, each_s = 2 * (1 if client is None else max(1, len(client.nthreads()))), BATCH_S
        for result in run_all(experiment, ([run] for run in runs_of(experiment, design, missing[:n_probes]))):
            each_s = min(each_s, result.seconds)
            yield result
        n = max(1, round(BATCH_S / max(each_s, 1e-6)))
        starts = range(n_probes, len(missing), n)
        yield from run_all(experiment, (runs_of(experiment, design, missing[i : i + n]) for i in starts))
