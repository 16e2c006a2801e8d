"""A sweep: every run of an experiment, into a folder that survives whatever stops it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.errors import InputError
from sim.experiment import store
from sim.experiment.designs import Design, design_of
from sim.experiment.engine import Played, Run, batches, cluster, play, play_here, play_on
from sim.experiment.loading import load_experiment
from sim.experiment.schema import Experiment
from sim.replication import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROBES = 6  # runs by which an estimate is made


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
    n_played: int
    seconds: float
    seconds_of_runs: float


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
    together. Raises InputError for a folder that exists, belongs to another experiment or is in use.
    """
    experiment = experiment if isinstance(experiment, Experiment) else load_experiment(experiment)
    out, design = Path(out), design_of(experiment)
    told = None if shard is None else f"{shard[0]}/{shard[1]}"
    _make(out, experiment, design, resume, told)
    began = time.perf_counter()
    with store.opened(out) as held:
        runs = runs_of(experiment, design, shard)
        todo = _missing(runs, held)
        if progress:
            progress(len(runs) - len(todo))
        seconds = 0.0
        for played in _played(experiment, todo, workers, scheduler):
            held.add(played.rows)
            if played.failures:
                held.add_failures(played.failures)
            seconds += played.seconds
            if progress:
                progress(len(played))
        left = len(_missing(runs, held))
        if left == 0:
            held.finish(design)
        return Swept(out, len(runs), len(held.failures()), left, len(todo) - left, time.perf_counter() - began, seconds)


def join(experiment: Experiment, out: Path, shards: Sequence[Path]) -> Swept:
    """Put the runs of shards into a new folder, which is finished when all runs are there."""
    design = design_of(experiment)
    for folder in shards:
        store.check(folder, experiment, str(store.manifest_of(folder).get("shard")))
    _make(out, experiment, design, resume=False, shard=None)
    with store.opened(out) as held:
        for folder in shards:
            with store.opened(folder) as part:
                held.add(part.runs().to_dict("records"))
                if len(part.failures()):
                    held.add_failures(part.failures().to_dict("records"))
        runs = runs_of(experiment, design, None)
        left = len(_missing(runs, held))
        if left == 0:
            held.finish(design)
        return Swept(out, len(runs), len(held.failures()), left, 0, 0.0, 0.0)


def runs_of(experiment: Experiment, design: Design, shard: tuple[int, int] | None) -> list[Run]:
    """Return the runs of an experiment, point after point, or those of a shard."""
    points: Iterable[Any] = zip(design.values.index, design.values.to_dict("records"), strict=True)
    runs = [Run(int(point), r, values) for point, values in points for r in range(experiment.replications)]
    return runs if shard is None else runs[shard[0] - 1 :: shard[1]]


def estimate(experiment: Experiment, workers: int) -> dict[str, float]:
    """Play a few runs spread over the design, and say how long all would take on so many workers, and how large.

    Keys: n_runs, seconds_a_run, seconds (on the workers, at best), bytes (on disk, about).
    """
    design = design_of(experiment)
    runs = runs_of(experiment, design, None)
    probes = runs[:: max(1, len(runs) // _PROBES)][:_PROBES]
    play(experiment, probes[:1])  # compiles, or loads, the kernels
    began = time.perf_counter()
    play(experiment, probes)
    each = (time.perf_counter() - began) / len(probes)
    n_columns = 2 + len(experiment.outcomes) + len(experiment.factors)
    return {
        "n_runs": float(len(runs)), "seconds_a_run": each, "seconds": each * len(runs) / workers,
        "bytes": 8.0 * (len(runs) * (n_columns + 2 + len(experiment.outcomes)) + 2 * design.points.size),
    }  # fmt: skip


def _make(out: Path, experiment: Experiment, design: Design, resume: bool, shard: str | None) -> None:
    if resume and out.exists():
        store.check(out, experiment, shard)
        return
    if out.exists():
        told = f"{out}: exists already; --resume goes on with it, or name another folder: results are not overwritten"
        raise InputError([told])
    store.create(out, experiment, design, shard)


def _missing(runs: list[Run], held: store.Store) -> list[Run]:
    tables = [table[store.KEYS] for table in (held.runs(), held.failures()) if len(table)]
    done = set(pd.concat(tables).itertuples(index=False, name=None)) if tables else set()
    return [run for run in runs if (run.point, run.replication) not in done]


def _played(experiment: Experiment, todo: list[Run], workers: int | None, scheduler: str | None) -> Iterator[Played]:
    if not todo:
        return
    # Two runs here: the first may compile, the second says how many make a batch.
    for run in todo[:2]:
        first = play(experiment, [run])
        yield first
    work = batches(todo[2:], first.seconds)
    if not work:
        return
    if scheduler is None and (workers == 1 or len(work) == 1):
        yield from play_here(experiment, work)
        return
    with cluster(experiment, workers, scheduler) as client:
        yield from play_on(client, experiment, work)
