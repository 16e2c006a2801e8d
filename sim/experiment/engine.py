"""How the runs of a sweep are spread: in this process, or over a Dask cluster, in batches of some seconds."""

from __future__ import annotations

import itertools
import os
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.experiment.designs import scenario_at
from sim.experiment.schema import Experiment
from sim.kernels import is_warm
from sim.replication import compile_kernels, interrupts_held_back, simulate

if TYPE_CHECKING:
    from distributed import Client, Future

# A batch is so many seconds of runs: sending one costs some milliseconds.
BATCH_S = 3.0
_AHEAD = 3  # batches on their way to each worker, so that none waits
_TRIES_ALONE = 2


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
            played.failures.append(_failure(experiment, run, traceback.format_exc()))
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
    """Play batches on a cluster; a run that fails is tried once more, on another worker if there is one.

    When a worker dies, all that was on its way to it is under suspicion: those runs are played one by one at the end,
    so that a run that ends its worker is set aside and its neighbours are not.
    """
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    waiting, sent, queue = iter(work), {}, as_completed()
    tried: set[tuple[int, int]] = set()
    suspects: list[Run] = []

    def send(batch: list[Run], avoided: str = "") -> None:
        future = _submit(client, experiment, batch, avoided)
        sent[future] = batch
        queue.add(future)

    for batch in itertools.islice(waiting, _AHEAD * max(1, len(client.nthreads()))):
        send(batch)
    for future in queue:
        batch = sent.pop(future)
        for following in itertools.islice(waiting, 1):
            send(following)
        try:
            played = future.result()
        except KilledWorker:
            suspects += batch
            continue
        again = [run for run in _failed(batch, played) if (run.point, run.replication) not in tried]
        for run in again:
            tried.add((run.point, run.replication))
            send([run], played.worker)
        played.failures = [one for one in played.failures if not _is_among(one, again)]
        yield played
    for run in suspects:
        yield _play_alone(client, experiment, run)


def _play_alone(client: Client, experiment: Experiment, run: Run) -> Played:
    """Play one run with nothing beside it; whose worker dies twice ends its worker."""
    from distributed.scheduler import KilledWorker

    for _ in range(_TRIES_ALONE):
        try:
            return _submit(client, experiment, [run]).result()
        except KilledWorker as error:
            told = f"ended its worker: {error}"
    return Played(failures=[_failure(experiment, run, told)])


def _submit(client: Client, experiment: Experiment, batch: list[Run], avoided: str = "") -> Future[Any]:
    others = [address for address in client.nthreads() if address != avoided] if avoided else []
    return client.submit(play, experiment, batch, pure=False, workers=others or None, allow_other_workers=bool(others))


def _failed(batch: list[Run], played: Played) -> list[Run]:
    return [run for run in batch if any(_is_among(one, [run]) for one in played.failures)]


def _is_among(failure: Mapping[str, Any], runs: list[Run]) -> bool:
    return (failure["point"], failure["replication"]) in {(run.point, run.replication) for run in runs}


def _failure(experiment: Experiment, run: Run, told: str) -> dict[str, Any]:
    return {
        "point": run.point, "replication": run.replication, "seed": experiment.seed,
        "values": repr(dict(run.values)), "traceback": told,
    }  # fmt: skip


@contextmanager
def cluster(experiment: Experiment, workers: int | None, address: str | None) -> Iterator[Client]:
    """Yield a client of the scheduler at an address, or of a cluster of local processes, one a core or `workers`.

    Local processes listen on the loopback only. Raises InputError when nobody answers at the address.
    """
    import dask
    from distributed import Client, LocalCluster

    dask.config.set(
        {
            "distributed.comm.timeouts.connect": "10s",
            "distributed.worker.daemon": True,
            # What a dying worker had is under suspicion at once, and played alone: see play_on.
            "distributed.scheduler.allowed-failures": 0,
        }
    )
    if address is None:
        if not is_warm():
            compile_kernels(next(iter(experiment.scenarios.values())))
        resource_tracker.ensure_running()  # started later, it would let interrupts through again
        with interrupts_held_back():
            held: AbstractContextManager[Any] = LocalCluster(
                n_workers=workers or os.cpu_count(), threads_per_worker=1, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False}, silence_logs=50,
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
