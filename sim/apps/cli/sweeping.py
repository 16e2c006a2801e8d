"""What `sim sweep` does once the command line has been read: numbers checked, progress shown, the end told."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from sim.apps.cli.running import playing
from sim.errors import InputError, printable
from sim.experiment.designs import design_of
from sim.experiment.experiment_schema import Experiment
from sim.experiment.run_sweep import Swept, estimate, join, sweep

_FOLDER = Path("results/sweeps")


def play_sweep(
    experiment: Experiment,
    out: Path | None,
    workers: int | None,
    scheduler: str | None,
    resume: bool,
    shard: str | None,
    shards: list[Path],
) -> Swept:
    """Play or join a sweep and say on the error stream what came of it."""
    out = out or _FOLDER / (re.sub(r"[^a-z0-9]+", "-", experiment.name.lower()).strip("-") or "sweep")
    if shards:
        if workers is not None or scheduler is not None or shard is not None:
            raise InputError(["--join: plays nothing, so it takes no --workers, --scheduler or --shard"])
        swept = join(experiment, out, shards, resume)
    else:
        part = _shard(shard)
        n_runs = design_of(experiment).n_points * experiment.replications
        with playing(n_runs if part is None else len(range(part[0] - 1, n_runs, part[1]))) as progress:
            swept = sweep(experiment, out, workers, scheduler, resume, part, progress)
    print("\n".join([*_correlation(experiment), *_ending(swept)]), file=sys.stderr)
    return swept


def _shard(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    numbers = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if not numbers or not 1 <= int(numbers[1]) <= int(numbers[2]):
        raise InputError([f"--shard: must be I/N with I from 1 to N, such as 2/5, is {text}"])
    return int(numbers[1]), int(numbers[2])


def _correlation(experiment: Experiment) -> list[str]:
    largest = design_of(experiment).details["largest_correlation"]
    return [] if largest is None else [f"Largest correlation of two factors in the design: {largest:.3f}."]


def _ending(swept: Swept) -> list[str]:
    where = printable(str(swept.folder))
    lines = [f"{swept.n_runs - swept.n_missing - swept.n_failed} of {swept.n_runs} runs are in {where}."]
    if swept.n_missing:
        lines.append(f"{swept.n_missing} runs are missing.")
    if swept.n_failed:
        lines.append(f"{swept.n_failed} runs failed: see {where}/failures.parquet.")
    return lines


def print_estimate(experiment: Experiment, workers: int | None, shard: str | None, as_json: bool) -> None:
    """Print how long and how large a sweep would be; a few runs are played for it."""
    n_workers = workers or os.cpu_count() or 1
    found = {**estimate(experiment, n_workers, _shard(shard)), "n_workers": float(n_workers)}
    if as_json:
        print(json.dumps(found, indent=2))
        return
    seconds, megabytes = found["seconds"], found["bytes"] / 1e6
    time = f"{seconds / 60.0:.1f} minutes" if seconds >= 90.0 else f"{max(1.0, seconds):.0f} s"
    print(
        f"{found['n_runs']:,.0f} runs of about {found['seconds_a_run']:.2f} s: about {time} with {n_workers} workers, "
        f"and some {megabytes:.1f} MB before compression. Nothing was written."
    )
