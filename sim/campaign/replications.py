"""Running a scenario: one replication in this process, many over several; the same seed gives the same bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import TypeVar

import mesa

from sim.campaign.mesa_model import Campaign
from sim.campaign.notebook_progress import in_notebook
from sim.campaign.phases import PHASES, Build, added
from sim.campaign.run_numbers import run_numbers
from sim.campaign.scenario_argument import scenario_of
from sim.campaign.worker_processes import interrupts_held_back, n_cores, new_pool, over_processes
from sim.errors import whole_number
from sim.results.own_outcomes import OutcomeFunctions, check_functions, with_functions
from sim.results.record import Record
from sim.results.result import Ensemble, Result
from sim.results.result_from_records import from_record, from_records
from sim.scenario.parameter_sampling import draw
from sim.scenario.schema import Scenario
from sim.world.compiled_code import is_warm, mark_warm
from sim.world.keyed_draws import MAX_SEED

Progress = Callable[[int], None]
J = TypeVar("J")
R = TypeVar("R")

_FEW_JOBS = 4  # are done before worker processes are ready


def simulate(
    scenario: Scenario, seed: int, replication: int, mechanisms: Mapping[str, Build] = PHASES, check: bool = False
) -> Record:
    """Run one replication to its horizon and return its record."""
    model = Campaign(scenario, seed, replication, None, mechanisms, "nothing", check)
    try:
        record = model.run().finish(replication)
        mark_warm(scenario.off)
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


def run(
    scenario: Scenario | str | Path, seed: int = 1, replication: int = 0, outcomes: OutcomeFunctions | None = None
) -> Result:
    """Run one replication of a scenario, given as such, by name or by file.

    `outcomes` of your own are functions of the Result, by name. Raises InputError for wrong input.
    """
    scenario, seed = scenario_of(scenario, {}), run_numbers(seed).seed
    replication = whole_number("replication", replication, 0, MAX_SEED)
    check_functions(outcomes or {}, scenario)
    began = time.perf_counter()
    record = simulate(scenario, seed, replication)
    return with_functions(from_record(record, scenario, seed, time.perf_counter() - began), outcomes or {})


def replicate(
    scenario: Scenario | str | Path,
    replications: int = 30,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
    mechanisms: Mapping[str, Build] | None = None,
    check: bool = False,
    outcomes: OutcomeFunctions | None = None,
) -> Ensemble:
    """Run replications 0 to replications - 1 of a scenario; `progress` is called with 1 for each that ends.

    Two scenarios replicated with the same seed are paired: replication i of both uses the same random numbers. With
    `mechanisms` of your own among those of the model (see `Campaign`) all runs take place in this process, and label
    and manifest name them; `check` watches that they change what they declare and that soldiers add up. `outcomes`
    of your own are functions of one run's Result, by name. Raises InputError for wrong input, before anything runs, and
    for what the check finds.
    """
    scenario = scenario_of(scenario, {})
    check_functions(outcomes or {}, scenario)
    if mechanisms is None and not check:
        return with_functions(replicate_all([scenario], replications, seed, workers, progress)[0], outcomes or {})
    seed, replications, *_ = run_numbers(seed, replications, workers)
    own = PHASES if mechanisms is None else mechanisms
    began, records = time.perf_counter(), []
    for replication in range(replications):
        records.append(simulate(scenario, seed, replication, own, check))
        if progress:
            progress(1)
    ensemble = from_records(records, scenario, seed, time.perf_counter() - began, own=added(own))
    return with_functions(ensemble, outcomes or {})


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
    seed, replications, workers, draws = run_numbers(seed, replications, workers, draws)
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


def compile_kernels(scenario: Scenario) -> None:
    """Compile the model's kernels over all cores, so that the next run starts at once; those on disk are used."""
    with new_pool(n_cores()) as pool:
        if pool is not None:
            _compile_over(pool, scenario)


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
    workers = run_numbers(workers=workers).workers
    if len(jobs) < _FEW_JOBS:
        return map(work, jobs)
    prepare = partial(_compile_over, scenario=scenario) if scenario and not is_warm() else None
    return over_processes(work, jobs, min(workers or n_cores(), len(jobs)), prepare)


def _compile_over(pool: ProcessPoolExecutor, scenario: Scenario) -> None:
    with interrupts_held_back():
        compiling: list[Future[None]] = [pool.submit(_compile, scenario, name) for name in PHASES]
    wait(compiling)
    if not any(compiled.exception() for compiled in compiling):
        mark_warm()


def _compile(scenario: Scenario, mechanism: str) -> None:
    """Run a day of one mechanism alone: its kernels are compiled, and every process finds them on disk."""
    off = [name for name in PHASES if name != mechanism]
    time = scenario.time.model_copy(update={"horizon_days": 1})
    simulate(scenario.model_copy(update={"off": off, "time": time}), seed=0, replication=0)
