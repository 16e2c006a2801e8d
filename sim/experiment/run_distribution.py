"""How the runs of a sweep are spread: in this process, or over a Dask cluster, in batches of some seconds."""

from __future__ import annotations

import itertools
import logging
import os
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from sim.campaign.replications import compile_kernels, interrupts_held_back, simulate
from sim.errors import InputError
from sim.experiment.code_digest import code_digest
from sim.experiment.designs import scenario_at
from sim.experiment.experiment_schema import Experiment
from sim.experiment.saved_outputs import RUNS, Tables, kept_of, put_together
from sim.world.compiled_code import is_warm

if TYPE_CHECKING:
    from distributed import Client, Future

# A batch is so many seconds of runs: sending one costs some milliseconds.
BATCH_S = 3.0
_AHEAD = 3  # batches on their way to each worker, so that none waits
_TRIES_ALONE = 2
_PATIENCE_S = 30  # for a cluster without any worker
_SETTINGS = {
    "distributed.comm.timeouts.connect": "10s",
    "distributed.worker.daemon": True,
    # What a dying worker had is under suspicion at once, and played alone: see play_on.
    "distributed.scheduler.allowed-failures": 0,
    # Watching itself and giving memory back at each turn, a worker plays a sixth slower.
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "5s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
}


@dataclass(frozen=True)
class Run:
    """One run to play: the number of its point, the values there, and the number of its replication."""

    point: int
    replication: int
    values: Mapping[str, Any]


@dataclass
class Played:
    """What came of a batch: what is kept of finished runs, failed ones with traceback, their seconds, and where."""

    tables: Tables = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    worker: str = ""

    def __len__(self) -> int:
        return len(self.tables.get(RUNS, ())) + len(self.failures)


def play(experiment: Experiment, batch: list[Run], code: str | None = None) -> Played:
    """Play a batch; a run that fails is told with its traceback, and the others go on.

    Raises InputError when this process has other code than the one that asks for the batch.
    """
    began, played = time.perf_counter(), Played(worker=_address())
    if code not in (None, code_digest()):
        raise InputError(
            [f"{played.worker}: has other code than this process; install the same version on all workers"]
        )
    kept: list[Tables] = []
    for run in batch:
        try:
            scenario = scenario_at(experiment, run.values)
            record = simulate(scenario, experiment.seed, run.replication)
            kept.append(kept_of(experiment, scenario.ground, run.point, record))
        except Exception:
            played.failures.append(_failure(experiment, run, traceback.format_exc()))
    played.tables = put_together(kept)
    played.seconds = time.perf_counter() - began
    return played


def _address() -> str:
    try:
        from distributed import get_worker

        return str(get_worker().address)
    except (ImportError, ValueError):
        return ""


def play_here(experiment: Experiment, work: Iterable[list[Run]]) -> Iterator[Played]:
    """Play batches in this process, one after the other; a run that fails is tried once more."""
    for batch in work:
        played = play(experiment, batch)
        again = _failed(batch, played)
        played.failures = []
        yield played
        if again:
            yield play(experiment, again)


def play_on(client: Client, experiment: Experiment, work: Iterable[list[Run]]) -> Iterator[Played]:
    """Play batches on a cluster; a run that fails is tried once more, on another worker if there is one.

    When a worker dies, all that was on its way to it is under suspicion: those runs are played one by one at the end,
    so that a run that ends its worker is set aside and its neighbours are not. Raises InputError when the cluster is
    lost or stays without a worker.
    """
    from distributed.comm.core import CommClosedError

    try:
        yield from _play_on(client, experiment.without_points(), work)
    except (CancelledError, CommClosedError) as error:
        raise _lost(f"the scheduler is gone ({type(error).__name__})") from error


def _play_on(client: Client, experiment: Experiment, work: Iterable[list[Run]]) -> Iterator[Played]:
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    waiting, sent = iter(work), {}
    tried: set[tuple[int, int]] = set()
    suspects: list[Run] = []
    for batch in itertools.islice(waiting, _AHEAD * max(1, len(client.nthreads()))):
        sent[_submit(client, experiment, batch)] = batch
    while sent:
        for future in _finished(client, list(sent)):
            batch = sent.pop(future)
            for following in itertools.islice(waiting, 1):
                sent[_submit(client, experiment, following)] = following
            try:
                played = future.result()
            except KilledWorker:
                suspects += batch
                continue
            except (InputError, CancelledError, CommClosedError):
                raise
            except Exception as error:  # what a run does wrong is in `played`: this is the worker's own
                told = "its environment is not this one's, or lacks this package"
                raise InputError([f"a worker cannot play runs: {told} ({type(error).__name__})"]) from error
            again = [run for run in _failed(batch, played) if (run.point, run.replication) not in tried]
            for run in again:
                tried.add((run.point, run.replication))
                sent[_submit(client, experiment, [run], played.worker)] = [run]
            played.failures = [one for one in played.failures if not _is_among(one, again)]
            yield played
    for run in suspects:
        yield _play_alone(client, experiment, run)


def _finished(client: Client, futures: list[Future[Any]]) -> set[Future[Any]]:
    """Wait until some are finished, and return them."""
    from distributed import wait

    while True:
        try:
            return set(wait(futures, timeout=_PATIENCE_S, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            if not client.nthreads():
                raise _lost(f"no worker for {_PATIENCE_S} s") from None


def _lost(why: str) -> InputError:
    return InputError([f"the cluster is lost: {why}; what is done is kept, see --resume"])


def _play_alone(client: Client, experiment: Experiment, run: Run) -> Played:
    """Play one run with nothing beside it; whose worker dies twice ends its worker."""
    from distributed.scheduler import KilledWorker

    for _ in range(_TRIES_ALONE):
        try:
            (future,) = _finished(client, [_submit(client, experiment, [run])])
            return future.result()
        except KilledWorker:
            pass
    return Played(failures=[_failure(experiment, run, f"ended its worker, {_TRIES_ALONE} times of {_TRIES_ALONE}")])


def _submit(client: Client, experiment: Experiment, batch: list[Run], avoided: str = "") -> Future[Any]:
    others = [address for address in client.nthreads() if address != avoided] if avoided else []
    options = {"workers": others or None, "allow_other_workers": bool(others)}
    return client.submit(play, experiment, batch, code_digest(), pure=False, **options)


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
def local_cluster(experiment: Experiment, workers: int | None) -> Iterator[Client]:
    """Yield a client of a cluster of local processes, one a core or `workers`; they listen on the loopback only."""
    from distributed import Client, LocalCluster

    _set_up()
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


@contextmanager
def cluster_at(address: str) -> Iterator[Client]:
    """Yield a client of the scheduler at an address; raises InputError when nobody answers, or has no worker."""
    from distributed import Client

    _set_up()
    try:
        with warnings.catch_warnings(action="ignore"):  # of other versions: a worker of other code is refused
            client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError([f"--scheduler: nobody answers at {address}: {error}"]) from error
    with client:
        if not client.nthreads():
            raise InputError([f"--scheduler: {address} has no worker; start one with dask worker {address}"])
        yield client


def _set_up() -> None:
    import dask

    dask.config.set(_SETTINGS)
    for name in ("distributed", "distributed.client", "distributed.utils"):  # what is wrong is told by us, in a line
        logging.getLogger(name).setLevel(logging.CRITICAL)
