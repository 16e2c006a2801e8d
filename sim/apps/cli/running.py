"""What `sim run` and `sim demo` do once the command line has been read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sim.apps.cli import demo
from sim.apps.cli.progress import progress_of
from sim.campaign.replications import MAX_REPLICATIONS, Progress, replicate_all
from sim.campaign.replications import run as run_once
from sim.errors import InputError, RunError
from sim.results.atomic_write import whole_folder
from sim.results.comparison import comparison_files
from sim.results.comparison.comparability import check_scenarios
from sim.results.comparison.comparison import Comparison, compare
from sim.world.compiled_code import is_warm
from sim.world.keyed_draws import MAX_SEED

if TYPE_CHECKING:
    from sim.results.result import Result
    from sim.scenario.schema import Scenario
    from sim.validation.patterns.pattern_study import Sizes, Study

_MAX_WORKERS = 256


def check_numbers(seed: int, replications: int, workers: int | None, draws: int = 1) -> None:
    """Raise InputError for numbers that no run can have; replications are those of each draw."""
    faults = []
    if not 0 <= seed <= MAX_SEED:
        faults.append(f"--seed: must lie between 0 and {MAX_SEED}, is {seed}")
    if not 1 <= replications <= MAX_REPLICATIONS:
        reason = ": all replications are held in memory" if replications > 0 else ""
        faults.append(f"--replications: must lie between 1 and {MAX_REPLICATIONS}, is {replications}{reason}")
    if draws < 1:
        faults.append(f"--draws: must be at least 1, is {draws}")
    elif not faults and replications * draws > MAX_REPLICATIONS:
        total = f"{draws} draws of {replications} replications are {draws * replications} runs of a scenario"
        faults.append(f"--draws: {total}; at most {MAX_REPLICATIONS} are held in memory")
    if workers is not None and not 1 <= workers <= _MAX_WORKERS:
        faults.append(f"--workers: must lie between 1 and {_MAX_WORKERS}, is {workers}")
    if faults:
        raise InputError(faults)


def play(scenario: Scenario, seed: int, replications: int, workers: int | None, out: Path | None) -> Result:
    """Play a scenario, one replication as a Result or more as an Ensemble, and save it when a folder is given."""
    with whole_folder(out) if out else nullcontext() as partial:
        with playing(replications) as progress:
            if replications == 1:
                result: Result = run_once(scenario, seed)
            else:
                result = replicate_all([scenario], replications, seed, workers, progress)[0]
        if partial:
            result.write(partial)
    return result


def play_comparison(
    scenarios: list[Scenario], replications: int, seed: int, draws: int | None, workers: int | None, out: Path | None
) -> Comparison:
    """Play scenarios with the same dice, and save the comparison when a folder is given."""
    check_scenarios(scenarios)
    with whole_folder(out) if out else nullcontext() as partial:
        with playing(len(scenarios) * replications * (draws or 1)) as progress:
            ensembles = replicate_all(scenarios, replications, seed, workers, progress, draws)
        comparison = compare(*ensembles)
        if partial:
            comparison_files.write(comparison, partial)
    return comparison


def play_demo(seed: int, replications: int, workers: int | None, out: Path) -> Comparison:
    """Play the demonstration and write its folder, in place of an earlier demonstration's."""
    with whole_folder(out, demo.is_earlier_demo) as partial:
        with playing(2 * replications) as progress:
            comparison = demo.play(replications, seed, workers, progress)
        _say("drawing")
        demo.write(comparison, partial)
    return comparison


def play_patterns(
    scenario: Scenario, year_before: Scenario, sizes: Sizes, seed: int, workers: int | None, out: Path | None
) -> Study:
    """Judge the patterns of the article on a scenario, and save tables and picture when a folder is given."""
    from sim.validation.patterns.pattern_report import write
    from sim.validation.patterns.pattern_study import check, n_runs, study

    check(scenario, sizes)
    with whole_folder(out) if out else nullcontext() as partial:
        with playing(n_runs(scenario, sizes)) as progress:
            found = study(scenario, year_before, sizes, seed, workers, progress)
        if partial:
            write(found, partial)
    return found


@contextmanager
def playing(n_runs: int) -> Iterator[Progress]:
    """Yield what is told 1 for each run that ends; what goes wrong in a run becomes one line."""
    if not is_warm():
        _say("compiling the kernels, about 20 s, only the first time")
    with progress_of(n_runs) as progress:
        try:
            yield progress
        except InputError:
            raise
        except Exception as error:
            raise RunError(error) from error


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
