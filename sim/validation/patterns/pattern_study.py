"""The study: draw the assumed values, play every arm of every draw with the same dice, and judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from sim.campaign.replications import MAX_REPLICATIONS, Job, Progress, play_jobs
from sim.errors import InputError
from sim.scenario.parameter_sampling import MAX_DRAWS, assumed, draw
from sim.scenario.teaching_label import label_line
from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_measures import Lanes, totals
from sim.validation.patterns.scenario_variants import YEAR_BEFORE, arms, check_doctrines, scenarios_of
from sim.validation.patterns.verdicts import Verdict, judge

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

MAX_DAYS = 3660


class Sizes(NamedTuple):
    """How large a study is: draws, replications of each, days of all arms but the year before."""

    n_draws: int = 40
    n_replications: int = 1
    days: int = 180


DEFAULT = Sizes()


@dataclass(frozen=True)
class Study:
    """What the draws of a scenario show of the patterns.

    runs: one row a run (arm, draw, replication and totals); values: one row a draw, a column an assumed value.
    """

    scenario: Scenario
    seed: int
    sizes: Sizes
    verdicts: list[Verdict]
    runs: pd.DataFrame
    values: pd.DataFrame

    @property
    def label(self) -> str:
        """The line that every picture and table carries."""
        return label_line(self.scenario.provenance)

    @property
    def n_draws(self) -> int:
        """How many draws there are."""
        return self.sizes.n_draws

    @property
    def n_replications(self) -> int:
        """How many replications each draw has."""
        return self.sizes.n_replications

    @property
    def n_values(self) -> int:
        """How many assumed values of the scenario were drawn."""
        return len(assumed(self.scenario))

    @property
    def days_of_p1(self) -> int:
        """How many days the year before was played."""
        return int(self.runs.loc[self.runs.arm == YEAR_BEFORE, "days_played"].iloc[0])

    @property
    def n_at_edge(self) -> int:
        """In how many runs a lane gave out before the end."""
        return int((self.runs.days < self.runs.days_played).sum())


def check(scenario: Scenario, sizes: Sizes) -> None:
    """Raise InputError for numbers that no study can have, and for a scenario that lacks what claims compare."""
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
    """Return how many runs a study is."""
    return (len(arms(scenario)) + 1) * sizes.n_draws * sizes.n_replications


def study(
    scenario: Scenario,
    year_before: Scenario,
    sizes: Sizes = DEFAULT,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """Play and judge; P1 on `year_before` over its own horizon, the others on `scenario` over `sizes.days`.

    Draw i has the same assumed values and replication r of it the same dice in every arm; no two draws share dice.
    """
    check(scenario, sizes)
    n_draws, n_replications, days = sizes
    drawn, years = draw(scenario, n_draws, seed), draw(year_before, n_draws, seed)
    cases = [scenarios_of(one, year, days) for one, year in zip(drawn, years, strict=True)]
    jobs = [
        ((i, arm, r), one, seed, i * n_replications + r)
        for i, case in enumerate(cases)
        for arm, one in case.items()
        for r in range(n_replications)
    ]
    runs = pd.DataFrame(_played(jobs, workers, progress))
    runs = runs.sort_values(["arm", "draw", "replication"], ignore_index=True)
    values = _values([(YEAR_BEFORE, years), (scenario.name, drawn)])
    return Study(scenario, seed, sizes, judge(runs, claims()), runs, values)


def _played(
    jobs: list[tuple[tuple[int, str, int], Scenario, int, int]], workers: int | None, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    numbered: list[Job] = [(place, *job[1:]) for place, job in enumerate(jobs)]
    # Draws and arms change values, never the map: it is measured once for each of the two scenarios.
    lanes = {
        is_p1: Lanes.of(next(job[1] for job in jobs if (job[0][1] == YEAR_BEFORE) is is_p1)) for is_p1 in (False, True)
    }
    for place, record in play_jobs(numbered, workers):
        (i, arm, r), scenario, *_ = jobs[place]
        yield {"arm": arm, "draw": i, "replication": r, **totals(record, scenario, lanes[arm == YEAR_BEFORE])}
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
