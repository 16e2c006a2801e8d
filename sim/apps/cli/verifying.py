"""What `sim verify` does once the command line has been read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.apps.cli.running import playing
from sim.errors import InputError
from sim.results.atomic_write import whole_folder
from sim.validation.verification import suite, team_size_resolution, tick_convergence, verification_report

DEFAULT_FOLDER = Path("results/verify")
STUDIES = ("convergence", "resolution")


def verify(
    names: list[str], options: tuple[str, ...], seed: int, is_quick: bool, workers: int | None, out: Path | None
) -> verification_report.Report:
    """Play what is named (everything, without names) and write its page; an earlier default folder is replaced.

    The studies of ticks and of team sizes belong to the full suite: they are left out of a quick one and of one
    whose cases are moved, unless they are named.
    """
    studies = [name for name in STUDIES if name in names or not (names or is_quick or options)]
    if options and studies:
        raise InputError([f"--set: moves cases; {studies[0]} is a study of the baseline as it is"])
    others = [name for name in names if name not in STUDIES]
    cases = suite.choose(others) if others or not names else []
    n_runs = len(suite.jobs_of(cases, options, seed, is_quick))
    n_runs += tick_convergence.n_runs() * ("convergence" in studies) + team_size_resolution.n_runs() * (
        "resolution" in studies
    )
    with whole_folder(out or DEFAULT_FOLDER, None if out else verification_report.is_earlier_report) as partial:
        with playing(n_runs) as progress:
            found = verification_report.Report(
                rows=suite.check(cases, options, seed, is_quick, workers, progress),
                options=options,
                sampling="quick" if is_quick else "full",
                seed=seed,
                convergence=tick_convergence.study_ticks(seed, workers, progress) if "convergence" in studies else [],
                resolution=team_size_resolution.compare_team_sizes(suite.ERROR, seed, workers, progress)
                if "resolution" in studies
                else pd.DataFrame(),
            )
        verification_report.write(found, partial)
    return found
