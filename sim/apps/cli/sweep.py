"""`sim sweep`: run an experiment, resume it, share it between machines, or estimate it."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.apps.cli.options import AsJson, Workers, check_names, complete_experiment, next_line, print_json
from sim.errors import InputError, printable
from sim.results.safe_files import check_folder

if TYPE_CHECKING:
    from sim.experiment.experiment_schema import Experiment
    from sim.experiment.run_sweep import SweepSummary

_FOLDER = Path("results/sweeps")
_LONGEST_NAME = 60  # characters; with four bytes each they are a name that file systems allow


@dataclass(frozen=True)
class Machines:
    """The options that say where the runs of a sweep are computed."""

    workers: Workers = None
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on the Dask cluster with this scheduler.")
    ] = None
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="Run only every N-th run from the I-th, to share a sweep between N machines."),
    ] = None

    @property
    def part(self) -> tuple[int, int] | None:
        """The shard as two numbers (i, n), None for all runs; raises InputError for one that cannot be."""
        if self.shard is None:
            return None
        numbers = re.fullmatch(r"(\d{1,6})/(\d{1,6})", self.shard)
        if not numbers or not 1 <= int(numbers[1]) <= int(numbers[2]):
            raise InputError([f"--shard: must be I/N with I from 1 to N, such as 2/5, is {self.shard}"])
        return int(numbers[1]), int(numbers[2])


def sweep(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Experiment file, or the name of a shipped experiment (sim list experiments).",
            autocompletion=complete_experiment,
        ),
    ],
    machines: Machines,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the sweep.", show_default="results/sweeps/NAME")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Resume an unfinished sweep in its folder.")] = False,
    join: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Add the runs of this shard's folder to --out. Repeatable.")
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Print the expected time and size; save nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run an experiment; resume an interrupted one with --resume.

    Finished runs are on disk within seconds, so that a sweep survives an interrupt. The exit status is 1 if runs failed
    or are missing.

    Example: sim sweep two-levers --out results/two-levers
    """
    if estimate and (machines.scheduler is not None or resume or join):
        raise InputError(["--estimate: cannot be combined with --scheduler, --resume or --join"])
    if join and machines != Machines():
        raise InputError(["--join: cannot be combined with --workers, --scheduler or --shard"])
    check_names([file], is_experiment=True)
    for shard in join or []:
        check_folder(shard)
    from sim.experiment.experiment_loader import load_experiment
    from sim.experiment.run_sweep import check_workers

    check_workers(machines.workers, machines.scheduler, prefix="--")
    experiment = load_experiment(file)
    if estimate:
        _print_estimate(experiment, machines, as_json)
        return
    out = out or _FOLDER / folder_name(experiment.name)
    swept = _join(experiment, out, resume, join) if join else _run(experiment, machines, out, resume)
    print("\n".join([*_correlation(experiment), *_ending(swept, _what_next(experiment, machines))]), file=sys.stderr)
    if as_json:
        print_json({**vars(swept), "folder": str(swept.folder)})
    if swept.n_failed or swept.n_missing:
        raise typer.Exit(1)


def folder_name(name: str) -> str:
    """Return the folder's name of an experiment: its words; and some digits of its digest where words are lost."""
    words = re.sub(r"[\W_]+", "-", name.lower()).strip("-")
    if words.isascii() and 0 < len(words) <= _LONGEST_NAME:
        return words
    return f"{words[:_LONGEST_NAME]}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:6]}".strip("-")


def _run(experiment: Experiment, machines: Machines, out: Path, resume: bool) -> SweepSummary:
    from sim.apps.cli.progress import progress_of_runs
    from sim.experiment.designs import design_of
    from sim.experiment.run_sweep import sweep

    part = machines.part
    n_runs = design_of(experiment).n_points * experiment.replications
    with progress_of_runs(n_runs if part is None else len(range(part[0] - 1, n_runs, part[1]))) as progress:
        return sweep(experiment, out, machines.workers, machines.scheduler, resume, part, progress)


def _join(experiment: Experiment, out: Path, resume: bool, shards: list[Path]) -> SweepSummary:
    from sim.experiment.run_sweep import join_shards

    return join_shards(experiment, out, shards, resume)


def _correlation(experiment: Experiment) -> list[str]:
    from sim.experiment.designs import design_of

    largest = design_of(experiment).details["largest_correlation"]
    return [] if largest is None else [f"Largest correlation of two factors in the design: {largest:.3f}."]


def _what_next(experiment: Experiment, machines: Machines) -> tuple[str, ...]:
    """Return the commands that accept the folder of a finished sweep, or of a finished shard."""
    if machines.shard:
        return ("sim sweep ... --join {} with the other shards",)
    return ("sim analyse {}", *(("sim explore {}",) if experiment.design.kind == "full_grid" else ()))


def _ending(swept: SweepSummary, next_commands: tuple[str, ...]) -> list[str]:
    where = printable(str(swept.folder))
    lines = [f"{swept.n_runs - swept.n_missing - swept.n_failed} of {swept.n_runs} runs are in {where}."]
    if not swept.n_missing and not swept.n_failed:
        lines.append(next_line(swept.folder, *next_commands))
    if swept.n_missing:
        lines.append(f"Missing runs: {swept.n_missing}; --resume runs them.")
    if swept.n_failed:
        lines.append(f"Failed runs: {swept.n_failed}; see {where}/failures.parquet.")
    return lines


def _print_estimate(experiment: Experiment, machines: Machines, as_json: bool) -> None:
    """Print how long and how large a sweep would be; a few runs are made to measure it."""
    from sim.campaign.worker_processes import n_cores
    from sim.experiment.estimate import estimate

    n_workers = machines.workers or n_cores()
    found = {**estimate(experiment, n_workers, machines.part), "n_workers": float(n_workers)}
    if as_json:
        print_json(found)
        return
    seconds, megabytes = found["seconds"], found["bytes"] / 1e6
    time = f"{seconds / 60.0:.1f} minutes" if seconds >= 90.0 else f"{max(1.0, seconds):.0f} s"
    print(
        f"{found['n_runs']:,.0f} runs of about {found['seconds_per_run']:.2f} s each: about {time} with {n_workers} "
        f"workers, and about {megabytes:.1f} MB. Nothing was saved."
    )
