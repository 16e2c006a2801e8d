"""The study: draw the assumed values, play every arm of every draw with the same dice, and judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.assumptions import MAX_DRAWS, assumed, draw
from sim.errors import InputError
from sim.label import label_line
from sim.patterns.arms import YEAR_BEFORE, arms, check_doctrines, scenarios_of
from sim.patterns.claims import claims
from sim.patterns.judging import Verdict, judge
from sim.patterns.measures import totals
from sim.replication import MAX_REPLICATIONS, Job, Progress, play_jobs

if TYPE_CHECKING:
    from sim.schema import Scenario

N_DRAWS, N_REPLICATIONS, DAYS = 40, 1, 180
MAX_DAYS = 3660


@dataclass(frozen=True)
class Study:
    """What the draws of a scenario show of the patterns.

    runs: one row a run (arm, draw, replication and totals); values: one row a draw, a column an assumed value.
    """

    scenario: Scenario
    seed: int
    n_draws: int
    n_replications: int
    days: int
    verdicts: list[Verdict]
    runs: pd.DataFrame
    values: pd.DataFrame

    @property
    def label(self) -> str:
        """The line that every picture and table carries."""
        return label_line(self.scenario.provenance)


def check_sizes(n_draws: int, n_replications: int, days: int) -> None:
    """Raise InputError for numbers that no study can have."""
    sizes = (("--draws", n_draws, MAX_DRAWS), ("--replications", n_replications, MAX_REPLICATIONS),
             ("--days", days, MAX_DAYS))  # fmt: skip
    faults = [f"{name}: must lie between 1 and {most}, is {n}" for name, n, most in sizes if not 1 <= n <= most]
    if not faults and n_draws * n_replications > MAX_REPLICATIONS:
        faults = [f"--draws times --replications must not exceed {MAX_REPLICATIONS}, is {n_draws * n_replications}"]
    if faults:
        raise InputError(faults)


def n_runs(scenario: Scenario, n_draws: int, n_replications: int) -> int:
    """Return how many runs a study is."""
    return (len(arms(scenario)) + 1) * n_draws * n_replications


def study(
    scenario: Scenario,
    year_before: Scenario,
    n_draws: int = N_DRAWS,
    n_replications: int = N_REPLICATIONS,
    seed: int = 1,
    days: int = DAYS,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """Play and judge; P1 on `year_before` over its own horizon, the others on `scenario` over `days`.

    Draw i has the same assumed values and replication r of it the same dice in every arm; no two draws share dice.
    """
    check_sizes(n_draws, n_replications, days)
    check_doctrines(scenario)
    drawn, years = draw(scenario, n_draws, seed), draw(year_before, n_draws, seed)
    cases = [scenarios_of(one, year, days) for one, year in zip(drawn, years, strict=True)]
    jobs = [
        ((i, arm, r), one, seed, i * n_replications + r)
        for i, case in enumerate(cases)
        for arm, one in case.items()
        for r in range(n_replications)
    ]
    runs = pd.DataFrame(_played(jobs, workers, progress)).sort_values(["arm", "draw", "replication"], ignore_index=True)
    values = _values([(YEAR_BEFORE, years), (scenario.name, drawn)])
    return Study(scenario, seed, n_draws, n_replications, days, judge(runs, claims()), runs, values)


def _played(
    jobs: list[tuple[tuple[int, str, int], Scenario, int, int]], workers: int | None, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    numbered: list[Job] = [(place, *job[1:]) for place, job in enumerate(jobs)]
    for place, record in play_jobs(numbered, workers):
        (i, arm, r), scenario, *_ = jobs[place]
        yield {"arm": arm, "draw": i, "replication": r, **totals(record, scenario)}
        if progress:
            progress(1)


def _values(groups: list[tuple[str, list[Scenario]]]) -> pd.DataFrame:
    rows = [
        {"scenario": name, "draw": i, "path": row.path, "value": row.value}
        for name, drawn in groups
        for i, one in enumerate(drawn)
        for row in assumed(one)
    ]
    return pd.DataFrame(rows, columns=["scenario", "draw", "path", "value"])
