"""How the runs of a sweep are spread: in this process, or over a Dask cluster, in batches of some seconds."""

from __future__ import annotations

import itertools
import os
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.experiment.designs import scenario_at
from sim.experiment.schema import Experiment
from sim.kernels import is_warm
from sim.replication import compile_kernels, simulate

if TYPE_CHECKING:
    from distributed import Client

# A batch is so many seconds of runs: sending one costs some milliseconds.
BATCH_S = 3.0
_AHEAD = 3  # batches on their way to each worker, so that none waits


@dataclass(frozen=True)
class Run:
    """One run to play: the number of its point, the values there, and the number of its replication."""

    point: int
    replication: int
    values: Mapping[str, Any]


@dataclass
class Played:
    """What came of a batch: rows of finished runs, failed ones with their traceback, their seconds, and where."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    worker: str = ""

    def __len__(self) -> int:
        return len(self.rows) + len(self.failures)


def play(experiment: Experiment, batch: list[Run]) -> Played:
    """Play a batch; a run that fails is told with its traceback, and the others go on."""
    began, played = time.perf_counter(), Played(worker=_address())
    for run in batch:
        key = {"point": run.point, "replication": run.replication}
        try:
            record = simulate(scenario_at(experiment, run.values), experiment.seed, run.replication)
            played.rows.append(key | {name: record.outcomes[name] for name in experiment.outcomes})
        except Exception:
            told = {"seed": experiment.seed, "values": repr(dict(run.values)), "traceback": traceback.format_exc()}
            played.failures.append(key | told)
    played.seconds = time.perf_counter() - began
    return played


def _address() -> str:
    try:
        from distributed import get_worker

        return str(get_worker().address)
    except (ImportError, ValueError):
        return ""


def batches(runs: list[Run], seconds_a_run: float) -> list[list[Run]]:
    """Cut runs into batches of some seconds; how does not matter to what comes out."""
    n = max(1, round(BATCH_S / max(seconds_a_run, 1e-6)))
    return [runs[i : i + n] for i in range(0, len(runs), n)]


def play_here(experiment: Experiment, work: list[list[Run]]) -> Iterator[Played]:
    """Play batches in this process, one after the other."""
    for batch in work:
        yield play(experiment, batch)


def play_on(client: Client, experiment: Experiment, work: list[list[Run]]) -> Iterator[Played]:
    """Play batches on a cluster; what failed is tried once more, on another worker if there is one."""
    from distributed import as_completed

    shared = client.scatter(experiment, broadcast=True, hash=False)
    waiting = iter(work)
    n_ahead = _AHEAD * max(1, len(client.nthreads()))
    sent = {client.submit(play, shared, batch, pure=False): batch for batch in itertools.islice(waiting, n_ahead)}
    queue = as_completed(list(sent))
    for future in queue:
        batch, played = sent.pop(future), future.result()
        for following in itertools.islice(waiting, 1):
            later = client.submit(play, shared, following, pure=False)
            sent[later] = following
            queue.add(later)
        if played.failures:
            played = _again(client, shared, batch, played)
        yield played


def _again(client: Client, shared: Any, batch: list[Run], played: Played) -> Played:
    failed = {(one["point"], one["replication"]) for one in played.failures}
    runs = [run for run in batch if (run.point, run.replication) in failed]
    others = [address for address in client.nthreads() if address != played.worker]
    future = client.submit(play, shared, runs, pure=False, workers=others or None, allow_other_workers=True)
    retried: Played = future.result()
    return Played(played.rows + retried.rows, retried.failures, played.seconds + retried.seconds, retried.worker)


@contextmanager
def cluster(experiment: Experiment, workers: int | None, address: str | None) -> Iterator[Client]:
    """Yield a client of the scheduler at an address, or of a cluster of local processes, one a core or `workers`.

    Local processes listen on the loopback only. Raises InputError when nobody answers at the address.
    """
    import dask
    from distributed import Client, LocalCluster

    dask.config.set({"distributed.comm.timeouts.connect": "10s", "distributed.worker.daemon": True})
    if address is None:
        if not is_warm():
            compile_kernels(next(iter(experiment.scenarios.values())))
        held: AbstractContextManager[Any] = LocalCluster(
            n_workers=workers or os.cpu_count(), threads_per_worker=1, host="127.0.0.1", dashboard_address=None,
            silence_logs=50,
        )  # fmt: skip
        with held as local, Client(local) as client:
            yield client
        return
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError([f"--scheduler: nobody answers at {address}: {error}"]) from error
    with client:
        if not client.nthreads():
            raise InputError([f"--scheduler: {address} has no worker; start one with dask worker {address}"])
        yield client
