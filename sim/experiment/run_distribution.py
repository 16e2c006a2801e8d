"""How the runs of a sweep are distributed: in this process or over a Dask cluster, in batches of a few seconds.

Dask is slow to import: functions import it when they need it, so that runs in this process start without it.
"""

from __future__ import annotations

import itertools
import logging
import sys
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sim.campaign.replications import compile_kernels, simulate
from sim.campaign.worker_processes import interrupts_held_back, n_cores
from sim.errors import InputError
from sim.experiment.code_digest import code_digest
from sim.experiment.designs import scenario_at
from sim.experiment.experiment_schema import Experiment
from sim.experiment.saved_outputs import RUNS, Tables, concatenate, outputs_of
from sim.quantity import Scalar
from sim.world.compiled_code import is_warm

if TYPE_CHECKING:  # Dask is slow to import
    from distributed import Client, Future

# A batch is a few seconds of runs: sending one costs some milliseconds.
BATCH_S = 3.0
_BATCHES_PER_WORKER = 3  # sent ahead, so that no worker waits
_TRIES_ALONE = 2
_CONNECT_S = 10
_PATIENCE_S = 30  # how long a cluster may be without any worker
_SETTINGS = {
    "distributed.comm.timeouts.connect": "10s",
    "distributed.worker.daemon": True,
    # The batches of a worker that dies come back at once, to be run one by one: see run_on_cluster.
    "distributed.scheduler.allowed-failures": 0,
    # What processes answer without a certificate: nothing.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Profiling and returning memory at each step would make a worker a sixth slower.
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "5s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
}


@dataclass(frozen=True)
class Run:
    """One run to simulate: the number of its point, the factors' values there, and the number of its replication.

    `random_numbers` is the number that fixes its random numbers together with the seed.
    """

    point: int
    replication: int
    values: Mapping[str, Scalar]
    random_numbers: int


@dataclass
class BatchResult:
    """The result of a batch: tables of finished runs, failures with tracebacks, computing time [s] and the worker."""

    tables: Tables = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    worker: str = ""

    def __len__(self) -> int:
        return len(self.tables.get(RUNS, ())) + len(self.failures)


def run_batch(experiment: Experiment, batch: list[Run], code: str | None = None) -> BatchResult:
    """Simulate a batch of runs; a run that fails is returned with its traceback, and the others continue.

    Raises InputError when this process has other code than the process that sent the batch.
    """
    began, result = time.perf_counter(), BatchResult(worker=_address())
    if code not in (None, code_digest()):
        raise InputError(
            [f"{result.worker}: has other code than this process; install the same version on all workers"]
        )
    tables: list[Tables] = []
    for run in batch:
        try:
            scenario = scenario_at(experiment, run.values)
            record = simulate(scenario, experiment.seed, run.random_numbers)
            tables.append(outputs_of(experiment, scenario, (run.point, run.replication), record))
        except Exception:
            result.failures.append(_failure(experiment, run, traceback.format_exc()))
    result.tables = concatenate(tables)
    result.seconds = time.perf_counter() - began
    return result


def _address() -> str:
    if "distributed" not in sys.modules:
        return ""
    from distributed import get_worker

    try:
        return str(get_worker().address)
    except ValueError:  # this process is no worker
        return ""


def run_in_process(experiment: Experiment, batches: Iterable[list[Run]]) -> Iterator[BatchResult]:
    """Simulate batches in this process, one after the other; a run that fails is tried once more."""
    for batch in batches:
        result = run_batch(experiment, batch)
        retried = _failed_runs(batch, result)
        result.failures = []
        yield result
        if retried:
            yield run_batch(experiment, retried)


def run_on_cluster(client: Client, experiment: Experiment, batches: Iterable[list[Run]]) -> Iterator[BatchResult]:
    """Simulate batches on a cluster; a run that fails is tried once more, on another worker if there is one.

    When a worker dies, any run in its batches may be the cause: those runs are run one by one at the end, so that only
    the run that kills its worker is recorded as failed. Raises InputError when the connection to the cluster is lost,
    or when the cluster stays without a worker.
    """
    from distributed.comm.core import CommClosedError

    try:
        yield from _distribute(client, experiment.without_points(), batches)
    except (CancelledError, CommClosedError) as error:
        raise _lost(f"the scheduler is gone ({type(error).__name__})") from error


def _distribute(client: Client, experiment: Experiment, batches: Iterable[list[Run]]) -> Iterator[BatchResult]:
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    waiting, sent = iter(batches), {}
    retried: set[tuple[int, int]] = set()
    suspects: list[Run] = []
    for batch in itertools.islice(waiting, _BATCHES_PER_WORKER * max(1, len(client.nthreads()))):
        sent[_submit(client, experiment, batch)] = batch
    while sent:
        for future in _finished(client, list(sent)):
            batch = sent.pop(future)
            for following in itertools.islice(waiting, 1):
                sent[_submit(client, experiment, following)] = following
            try:
                result = future.result()
            except KilledWorker:
                suspects += batch
                continue
            except (InputError, CancelledError, CommClosedError):
                raise
            except Exception as error:  # not an error of a run, which would be in `failures`, but of the worker
                cause = "its environment differs from this one, or lacks this package"
                raise InputError([f"a worker cannot simulate runs: {cause} ({type(error).__name__})"]) from error
            again = [run for run in _failed_runs(batch, result) if (run.point, run.replication) not in retried]
            for run in again:
                retried.add((run.point, run.replication))
                sent[_submit(client, experiment, [run], result.worker)] = [run]
            result.failures = [one for one in result.failures if not _is_among(one, again)]
            yield result
    for run in suspects:
        yield _run_alone(client, experiment, run)


def _finished(client: Client, futures: list[Future[Any]]) -> set[Future[Any]]:
    """Wait until some futures are finished, and return them."""
    from distributed import wait

    while True:
        try:
            return set(wait(futures, timeout=_PATIENCE_S, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            if not client.nthreads():
                raise _lost(f"no worker for {_PATIENCE_S} s") from None


def _lost(why: str) -> InputError:
    return InputError([f"the cluster is lost: {why}; finished runs are saved, resume with --resume"])


def _run_alone(client: Client, experiment: Experiment, run: Run) -> BatchResult:
    """Simulate one run while no other is on the cluster; when its worker dies twice, the run has failed."""
    from distributed.scheduler import KilledWorker

    for _ in range(_TRIES_ALONE):
        try:
            (future,) = _finished(client, [_submit(client, experiment, [run])])
            return future.result()
        except KilledWorker:
            pass
    reason = f"its worker process died in {_TRIES_ALONE} of {_TRIES_ALONE} tries"
    return BatchResult(failures=[_failure(experiment, run, reason)])


def _submit(client: Client, experiment: Experiment, batch: list[Run], avoided: str = "") -> Future[Any]:
    others = [address for address in client.nthreads() if address != avoided] if avoided else []
    options = {"workers": others or None, "allow_other_workers": bool(others)}
    return client.submit(run_batch, experiment, batch, code_digest(), pure=False, **options)


def _failed_runs(batch: list[Run], result: BatchResult) -> list[Run]:
    return [run for run in batch if any(_is_among(one, [run]) for one in result.failures)]


def _is_among(failure: Mapping[str, Any], runs: list[Run]) -> bool:
    return (failure["point"], failure["replication"]) in {(run.point, run.replication) for run in runs}


def _failure(experiment: Experiment, run: Run, reason: str) -> dict[str, Any]:
    return {
        "point": run.point, "replication": run.replication, "random_numbers": run.random_numbers,
        "seed": experiment.seed, "values": repr(dict(run.values)), "traceback": reason,
    }  # fmt: skip


@contextmanager
def local_cluster(experiment: Experiment, workers: int | None) -> Iterator[Client]:
    """Yield a client of a cluster of `workers` local processes (default: one per core), on the loopback only."""
    import dask
    from distributed import Client, LocalCluster, Security

    _configure_dask()
    if not is_warm():
        compile_kernels(next(iter(experiment.scenarios.values())))
    resource_tracker.ensure_running()  # started later, it would not inherit that interrupts are held back
    # Otherwise Dask trusts a folder of a known name in /tmp, which others can make first: it imports modules from it,
    # and empties files that its links lead to.
    scratch = TemporaryDirectory(prefix="pokrovsk-sim-", ignore_cleanup_errors=True)
    with dask.config.set({"temporary-directory": scratch.name}), interrupts_held_back():
        cluster: AbstractContextManager[Any] = LocalCluster(
            n_workers=workers or n_cores(), threads_per_worker=1, host="127.0.0.1",
            dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False}, silence_logs=50,
            # Other users of this computer reach the loopback too: only who has this certificate is answered.
            security=Security.temporary(),
        )  # fmt: skip
    with scratch, cluster as local, Client(local) as client:
        yield client


@contextmanager
def cluster_at(address: str) -> Iterator[Client]:
    """Yield a client of the scheduler at an address; raises InputError when it does not answer, or has no worker."""
    from distributed import Client

    _configure_dask()
    try:
        with warnings.catch_warnings(action="ignore"):  # about versions: a worker with other code is refused anyway
            client = Client(address, timeout=_CONNECT_S)
    except Exception as error:  # of the network, of an address or a certificate that Dask cannot use
        raise InputError([f"scheduler: no scheduler answers at {address}: {error}"]) from error
    with client:
        if not client.nthreads():
            raise InputError([f"scheduler: {address} has no worker; start one with dask worker {address}"])
        yield client


def _configure_dask() -> None:
    import dask

    dask.config.set(_SETTINGS)
    for name in ("distributed", "distributed.client", "distributed.utils"):  # we report errors ourselves, on one line
        logging.getLogger(name).setLevel(logging.CRITICAL)
