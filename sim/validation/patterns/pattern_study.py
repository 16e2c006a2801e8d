"""The study: draw parameter samples, run every scenario variant of a sample with common random numbers, and judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from sim.campaign.replications import Job, Progress, run_jobs
from sim.campaign.run_numbers import MAX_REPLICATIONS
from sim.errors import InputError
from sim.scenario.parameter_sampling import MAX_DRAWS, assumed, draw
from sim.scenario.schema import Scenario
from sim.scenario.teaching_label import label_line
from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_measures import Lanes, totals
from sim.validation.patterns.scenario_variants import YEAR_BEFORE, check_doctrines, scenarios_of, variants
from sim.validation.patterns.verdicts import Verdict, judge

MAX_DAYS = 3660


class Sizes(NamedTuple):
    """The size of a study: parameter samples, replications of each, days of all variants except the year before."""

    n_draws: int = 40
    n_replications: int = 1
    days: int = 180


DEFAULT = Sizes()


@dataclass(frozen=True)
class Study:
    """The verdicts on the patterns over the parameter samples of a scenario.

    runs: one row per run, with the columns variant, draw (the sample), replication and the totals;
    values: one row per sample and assumed value.
    """

    scenario: Scenario
    seed: int
    sizes: Sizes
    verdicts: list[Verdict]
    runs: pd.DataFrame
    values: pd.DataFrame

    @property
    def label(self) -> str:
        """The label line of every figure and table."""
        return label_line(self.scenario.provenance)

    @property
    def n_draws(self) -> int:
        """The number of parameter samples."""
        return self.sizes.n_draws

    @property
    def n_replications(self) -> int:
        """The number of replications of each sample."""
        return self.sizes.n_replications

    @property
    def n_values(self) -> int:
        """The number of assumed values of the scenario that were sampled."""
        return len(assumed(self.scenario))

    @property
    def days_of_p1(self) -> int:
        """The simulated days of the year before."""
        return int(self.runs.loc[self.runs.variant == YEAR_BEFORE, "days_played"].iloc[0])

    @property
    def n_at_edge(self) -> int:
        """The number of runs in which the attacker had taken nearly all of a lane before the end."""
        return int((self.runs.days < self.runs.days_played).sum())


def check(scenario: Scenario, sizes: Sizes) -> None:
    """Raise InputError for invalid sizes, and for a scenario without a doctrine that a claim compares."""
    faults = [
        f"--{name.removeprefix('n_')}: must lie between 1 and {most}, is {n}"
        for name, n, most in zip(Sizes._fields, sizes, (MAX_DRAWS, MAX_REPLICATIONS, MAX_DAYS), strict=True)
        if not 1 <= n <= most
    ]
    n = sizes.n_draws * sizes.n_replications
    if not faults and n > MAX_REPLICATIONS:
        faults = [f"--draws: times --replications must not exceed {MAX_REPLICATIONS}, is {n}"]
    if faults:
        raise InputError(faults)
    check_doctrines(scenario)


def n_runs(scenario: Scenario, sizes: Sizes) -> int:
    """Return the number of runs of a study."""
    return (len(variants(scenario)) + 1) * sizes.n_draws * sizes.n_replications


def study(
    scenario: Scenario,
    year_before: Scenario,
    sizes: Sizes = DEFAULT,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """Run and judge the patterns: P1 on `year_before` over its own horizon, the others on `scenario` over `sizes.days`.

    In every variant, sample i has the same assumed values and its replication r the same random numbers; two samples
    never share random numbers. Raises InputError as `check` does.
    """
    check(scenario, sizes)
    n_draws, n_replications, days = sizes
    drawn, years = draw(scenario, n_draws, seed), draw(year_before, n_draws, seed)
    cases = [scenarios_of(one, year, days) for one, year in zip(drawn, years, strict=True)]
    jobs = [
        ((i, variant, r), one, seed, i * n_replications + r)
        for i, case in enumerate(cases)
        for variant, one in case.items()
        for r in range(n_replications)
    ]
    runs = pd.DataFrame(_totals_of(jobs, workers, progress))
    runs = runs.sort_values(["variant", "draw", "replication"], ignore_index=True)
    values = _values([(YEAR_BEFORE, years), (scenario.name, drawn)])
    return Study(scenario, seed, sizes, judge(runs, claims()), runs, values)


def _totals_of(
    jobs: list[tuple[tuple[int, str, int], Scenario, int, int]], workers: int | None, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    """Run the jobs ((sample, variant, replication), scenario, seed, random numbers) and yield a row for each."""
    numbered: list[Job] = [(place, *job[1:]) for place, job in enumerate(jobs)]
    # Samples and variants change values, never the map: it is measured once for each of the two scenarios.
    lanes = {
        is_p1: Lanes.of(next(job[1] for job in jobs if (job[0][1] == YEAR_BEFORE) is is_p1)) for is_p1 in (False, True)
    }
    for place, record in run_jobs(numbered, workers):
        (i, variant, r), scenario, *_ = jobs[place]
        found = totals(record, scenario, lanes[variant == YEAR_BEFORE])
        yield {"variant": variant, "draw": i, "replication": r, **found}
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
