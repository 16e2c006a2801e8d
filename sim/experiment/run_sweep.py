"""A sweep: every run of an experiment, into a folder that survives whatever stops it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.apps.cli.progress import in_notebook
from sim.campaign.replications import Progress
from sim.errors import InputError, RunError
from sim.experiment.designs import Design, design_of
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.experiment_schema import Experiment
from sim.experiment.run_distribution import BATCH_S, Played, Run, cluster_at, local_cluster, play, play_here, play_on
from sim.experiment.sweep_manifest import check, create, manifest_of
from sim.experiment.sweep_store import Store, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from distributed import Client

MAX_WORKERS = 256
_PROBES = 6  # runs by which an estimate is made
_BESIDE = 300_000  # bytes of manifest and of the tables' headers


@dataclass(frozen=True)
class Swept:
    """What a sweep left: its folder, how many runs there are in all and how many of them failed or are still missing.

    `seconds_of_runs` is the time that the runs took, summed over workers, and `seconds` what passed meanwhile; both are
    of this call alone.
    """

    folder: Path
    n_runs: int
    n_failed: int
    n_missing: int
    n_played: int = 0
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
) -> Swept:
    """Play every run of an experiment into the folder `out`, and return what came of it.

    The runs are spread over local processes, one a core; `workers` = 1 plays them in this process; `scheduler` is the
    address of a Dask cluster. What is finished is on disk within seconds: with `resume` a folder that was left is
    completed to the same bytes. A shard (i, n) plays every n-th run, beginning with the i-th; `join` puts shards
    together. Raises InputError for a folder that exists, belongs to another experiment or is in use, and for a shard or
    a number of workers that there cannot be.
    """
    experiment = experiment if isinstance(experiment, Experiment) else load_experiment(experiment)
    out, design = Path(out), design_of(experiment)
    numbers = _numbers(experiment, design, shard)
    check_workers(workers, scheduler)
    began = time.perf_counter()
    with ExitStack() as stack:
        # Before the folder is made: an address at which nobody answers leaves nothing behind.
        client = stack.enter_context(cluster_at(scheduler)) if scheduler is not None else None
        _make(out, experiment, design, resume, None if shard is None else f"{shard[0]}/{shard[1]}")
        held = stack.enter_context(opened(out))
        if resume:
            held.set_damaged_aside()
        missing = numbers[~np.isin(numbers, _done(held, experiment))]
        seconds = 0.0
        with in_notebook(len(numbers), progress) as tell:
            if tell:
                tell(len(numbers) - len(missing))
            for played in _played(experiment, design, missing, workers, client):
                held.add(played.tables)
                if played.failures:
                    held.add_failures(played.failures)
                seconds += played.seconds
                if tell:
                    tell(len(played))
        swept = _ended(held, experiment, design, numbers)
        elapsed = time.perf_counter() - began
        return replace(swept, n_played=len(missing) - swept.n_missing, seconds=elapsed, seconds_of_runs=seconds)


def join(experiment: Experiment, out: Path, shards: Sequence[Path], resume: bool = False) -> Swept:
    """Put the runs of shards into a new folder, or one that is there already; it is finished when all runs are there.

    Raises InputError for a shard of another experiment, or one that is damaged, before anything is made.
    """
    design = design_of(experiment)
    for folder in shards:
        check(folder, experiment, design, manifest_of(folder).get("shard"))
        with opened(folder) as part:
            if part.damaged():
                raise InputError([f"{folder}: a part of it is damaged; go on with it by --resume --shard, then join"])
    _make(out, experiment, design, resume, shard=None)
    with opened(out) as held:
        for folder in shards:
            with opened(folder) as part:
                for tables in part.parts():
                    held.add(tables)
                if len(part.failures()):
                    held.add_failures(part.failures().to_dict("records"))
        return _ended(held, experiment, design, _numbers(experiment, design, None))


def _ended(held: Store, experiment: Experiment, design: Design, numbers: np.ndarray) -> Swept:
    """Finish a folder in which no run is missing, and say what is there."""
    known = np.concatenate([_done(held, experiment), _numbers_in(held.failures(), experiment)])
    left = int((~np.isin(numbers, known)).sum())
    if left == 0:
        held.finish(design)
    return Swept(held.folder, len(numbers), len(held.failures()), left)


def _numbers(experiment: Experiment, design: Design, shard: tuple[int, int] | None) -> np.ndarray:
    """Return the numbers of all runs, point x replications + replication, or those of a shard."""
    numbers = np.arange(design.n_points * experiment.replications)
    if shard is None:
        return numbers
    if not 1 <= shard[0] <= shard[1] <= len(numbers):
        told = f"{shard[0]}/{shard[1]}"
        raise InputError([f"--shard: must be I/N with I from 1 to N, and N at most {len(numbers)} runs, is {told}"])
    return numbers[shard[0] - 1 :: shard[1]]


def check_workers(workers: int | None, scheduler: str | None) -> None:
    """Raise InputError for a number of workers that there cannot be, or that a cluster has already."""
    if workers is not None and not 1 <= workers <= MAX_WORKERS:
        raise InputError([f"--workers: must lie between 1 and {MAX_WORKERS}, is {workers}"])
    if workers is not None and scheduler is not None:
        raise InputError(["--workers: the cluster at --scheduler has workers of its own; give one of the two"])


def _numbers_in(table: pd.DataFrame, experiment: Experiment) -> np.ndarray:
    return table["point"].to_numpy(np.int64) * experiment.replications + table["replication"].to_numpy(np.int64)


def _done(held: Store, experiment: Experiment) -> np.ndarray:
    return _numbers_in(held.done(), experiment)


def runs_of(experiment: Experiment, design: Design, numbers: np.ndarray) -> list[Run]:
    """Return the runs of some numbers."""
    points, replications = np.divmod(numbers, experiment.replications)
    values: list[Any] = design.values.loc[points].to_dict("records")
    return [Run(int(p), int(r), at) for p, r, at in zip(points, replications, values, strict=True)]


def estimate(experiment: Experiment, workers: int, shard: tuple[int, int] | None = None) -> dict[str, float]:
    """Play a few runs spread over the design, and say how long all would take on so many workers, and how large.

    Keys: n_runs, seconds_a_run, seconds (on the workers, at best), bytes (on disk, if nothing could be compressed).
    Raises RunError when a run fails.
    """
    design = design_of(experiment)
    numbers = _numbers(experiment, design, shard)
    n_runs = len(numbers)
    probes = runs_of(experiment, design, numbers[:: max(1, n_runs // _PROBES)][:_PROBES])
    play(experiment, probes[:1])  # compiles, or loads, the kernels
    played = play(experiment, probes)
    if played.failures:
        reason = played.failures[0]["traceback"].strip().splitlines()[-1]
        raise RunError(f"{len(played.failures)} of {len(probes)} runs that were tried fail: {reason}")
    each_s = played.seconds / len(probes)
    kept = sum(float(table.memory_usage(index=False).sum()) for table in played.tables.values()) / len(probes)
    in_all = 8.0 * (2 + len(experiment.factors) + len(experiment.outcomes))  # a row of runs.parquet
    return {
        "n_runs": float(n_runs), "seconds_a_run": each_s, "seconds": each_s * n_runs / workers,
        "bytes": (kept + in_all) * n_runs + 16.0 * design.points.size + _BESIDE,
    }  # fmt: skip


def _make(out: Path, experiment: Experiment, design: Design, resume: bool, shard: str | None) -> None:
    if resume and out.exists():
        check(out, experiment, design, shard)
        return
    if out.exists():
        told = f"{out}: exists already; --resume goes on with it, or name another folder: results are not overwritten"
        raise InputError([told])
    create(out, experiment, design, shard)


def _played(
    experiment: Experiment, design: Design, missing: np.ndarray, workers: int | None, client: Client | None
) -> Iterator[Played]:
    with ExitStack() as stack:
        if workers != 1 and client is None and len(missing):
            client = stack.enter_context(local_cluster(experiment, workers))
        # A run that ends its process must not end this one: where there are workers, every run is theirs.
        player = play_here if client is None else partial(play_on, client)
        # Two runs for each worker, one by one: the first may compile, the fastest says how many make a batch.
        n_probes, each_s = 2 * (1 if client is None else max(1, len(client.nthreads()))), BATCH_S
        for played in player(experiment, ([run] for run in runs_of(experiment, design, missing[:n_probes]))):
            each_s = min(each_s, played.seconds)
            yield played
        n = max(1, round(BATCH_S / max(each_s, 1e-6)))
        starts = range(n_probes, len(missing), n)
        yield from player(experiment, (runs_of(experiment, design, missing[i : i + n]) for i in starts))
