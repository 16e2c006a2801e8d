"""Running a scenario: one replication in this process, many over several; the same seed gives the same bytes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed, wait
from contextlib import contextmanager
from typing import TypeVar

import mesa

from sim.campaign.mesa_model import Campaign
from sim.campaign.notebook_progress import in_notebook
from sim.campaign.phases import PHASES, Build, added
from sim.results.record import Record
from sim.results.result import Ensemble, Result
from sim.results.result_from_records import from_record, from_records
from sim.scenario.parameter_sampling import draw
from sim.scenario.schema import Scenario
from sim.world.compiled_code import is_warm, mark_warm

Progress = Callable[[int], None]
J = TypeVar("J")
R = TypeVar("R")

MAX_REPLICATIONS = 10_000
MAX_WORKERS = 256
_FEW_JOBS = 4  # are done before worker processes are ready


def simulate(scenario: Scenario, seed: int, replication: int, mechanisms: Mapping[str, Build] = PHASES) -> Record:
    """Run one replication to its horizon and return its record."""
    model = Campaign(scenario, seed, replication, None, mechanisms, "nothing")
    try:
        record = model.run().finish(replication)
        if not scenario.off:
            mark_warm()
        return record
    finally:
        release_memory(model)


def release_memory(model: Campaign) -> None:
    """Release a campaign and all that it holds.

    Mesa 3.3 holds every model in a table, which later versions do not have; in all of them model and agents
    refer to each other, so that the arrays of many short runs would pile up until Python looks for such circles.
    """
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
    model.__dict__.clear()


def run(scenario: Scenario, seed: int = 1, replication: int = 0) -> Result:
    """Run one replication of a scenario."""
    began = time.perf_counter()
    return from_record(simulate(scenario, seed, replication), scenario, seed, time.perf_counter() - began)


def replicate(
    scenario: Scenario,
    replications: int = 30,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
    mechanisms: Mapping[str, Build] | None = None,
) -> Ensemble:
    """Run replications 0 to replications - 1 of a scenario; `progress` is called with 1 for each that ends.

    Two scenarios replicated with the same seed are paired: replication i of both uses the same random numbers. With
    `mechanisms` of your own among those of the model (see `Campaign`) all runs take place in this process, and label
    and manifest name them. Raises ValueError for fewer than one replication or too many.
    """
    if mechanisms is None:
        return replicate_all([scenario], replications, seed, workers, progress)[0]
    _check_number(replications, 1)
    began = time.perf_counter()
    records = []
    for replication in range(replications):
        records.append(simulate(scenario, seed, replication, mechanisms))
        if progress:
            progress(1)
    return from_records(records, scenario, seed, time.perf_counter() - began, own=added(mechanisms))


def replicate_all(
    scenarios: Sequence[Scenario],
    replications: int,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
    draws: int | None = None,
) -> list[Ensemble]:
    """Run several scenarios with the same seeds over one set of worker processes; return their ensembles in order.

    With a number of draws, the assumed values are sampled that many times over their ranges, and each sample is
    replicated with random numbers of its own: run r of draw d is replication d x replications + r.
    """
    _check_number(replications, 1 if draws is None else draws)
    began = time.perf_counter()
    drawn = [[scenario] if draws is None else draw(scenario, draws, seed) for scenario in scenarios]
    jobs = [
        (i, one, seed, d * replications + r)
        for i, several in enumerate(drawn)
        for d, one in enumerate(several)
        for r in range(replications)
    ]
    records: list[list[Record]] = [[] for _ in scenarios]
    with in_notebook(len(jobs), progress) as report:
        for i, record in run_jobs(jobs, workers):
            records[i].append(record)
            if report:
                report(1)
    elapsed = time.perf_counter() - began
    return [
        from_records(of_one, scenario, seed, elapsed, several if draws is not None else None)
        for of_one, scenario, several in zip(records, scenarios, drawn, strict=True)
    ]


def _check_number(replications: int, n_draws: int) -> None:
    if not isinstance(replications, int):
        raise ValueError(f"replications must be a whole number, is {replications!r}")
    if not 1 <= replications * n_draws <= MAX_REPLICATIONS or replications < 1:
        raise ValueError(
            f"replications must be 1 to {MAX_REPLICATIONS:,} (of all draws together), is {replications * n_draws:,}: "
            "an ensemble is held in memory whole"
        )


def compile_kernels(scenario: Scenario) -> None:
    """Compile the model's kernels over all cores, so that the next run starts at once; those on disk are used."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        for compiled in _submit_compilation(pool, scenario):
            compiled.result()
    mark_warm()


Job = tuple[int, Scenario, int, int]


def _run_one(job: Job) -> tuple[int, Record]:
    i, scenario, seed, replication = job
    return i, simulate(scenario, seed, replication)


def run_jobs(jobs: list[Job], workers: int | None = None) -> Iterator[tuple[int, Record]]:
    """Run jobs (number, scenario, seed, replication); yield each job's number and record as it ends.

    Without `workers` there is one process per core.
    """
    return spread(_run_one, jobs, workers, jobs[0][1] if jobs else None)


def spread(work: Callable[[J], R], jobs: list[J], workers: int | None, scenario: Scenario | None = None) -> Iterator[R]:
    """Yield work(job) of all jobs as they end, over processes (default: one per core).

    With a scenario, its kernels are compiled over all processes before the first job begins.
    """
    workers = min(workers or os.cpu_count() or 1, len(jobs))
    if workers < 2 or len(jobs) < _FEW_JOBS:
        yield from map(work, jobs)
        return
    before = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            if scenario and not is_warm():
                with interrupts_held_back():
                    compiling = _submit_compilation(pool, scenario)
                wait(compiling)
                mark_warm()
            with interrupts_held_back():
                futures = [pool.submit(work, job) for job in jobs]
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in set(multiprocessing.active_children()) - before:
                worker.terminate()
            raise


def _submit_compilation(pool: ProcessPoolExecutor, scenario: Scenario) -> list[Future[None]]:
    return [pool.submit(_compile, scenario, name) for name in PHASES]


def _compile(scenario: Scenario, mechanism: str) -> None:
    """Run a day of one mechanism alone: its kernels are compiled, and every process finds them on disk."""
    off = [name for name in PHASES if name != mechanism]
    time = scenario.time.model_copy(update={"horizon_days": 1})
    simulate(scenario.model_copy(update={"off": off, "time": time}), seed=0, replication=0)


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, so that it reaches only this process."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
