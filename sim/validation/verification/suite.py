"""The suite: all cases, run point by point and judged together."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import Progress, release_memory, spread
from sim.errors import InputError
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import set_values
from sim.scenario.reading.dotted_paths import get
from sim.scenario.reading.extends_and_changes import parse_options
from sim.scenario.schema import Scenario
from sim.validation.verification import team_size_resolution
from sim.validation.verification.case import Case
from sim.validation.verification.case_names import check_names, scenario_name
from sim.validation.verification.cases import (
    artillery,
    cohesion,
    control,
    depth,
    detection,
    direct_fire,
    drone_crews,
    drone_hits,
    drone_reach,
    forces,
    grounds,
    holding,
    lift,
    movement_and_calendar,
    objectives,
    orders,
    pockets,
    reserves,
    riders_and_gaps,
    strength_over_time,
    supply_level,
    supply_network,
    unit_attacks,
)
from sim.validation.verification.settable_values import require_covered
from sim.validation.verification.tolerance_bounds import FAMILY_ERROR, judge

_MODULES = (
    direct_fire, strength_over_time, artillery, detection, drone_crews, drone_hits, supply_network, supply_level,
    movement_and_calendar, cohesion, control, pockets, grounds, drone_reach, holding, riders_and_gaps, orders,
    objectives, forces, reserves, unit_attacks, depth, lift,
)  # fmt: skip
CASES: dict[str, Case] = {case.name: case for module in _MODULES for case in module.CASES}
N_COMPARISONS = sum(case.n_comparisons for case in CASES.values()) + team_size_resolution.N_COMPARISONS
ERROR = FAMILY_ERROR / N_COMPARISONS
_GRID = 41


@dataclass(frozen=True)
class Row:
    """One comparison: a quantity of a case at a point, the expected and the simulated value.

    x: place on the panel; kind: probability, mean, ratio or exact, which determines the formula of the bound.
    """

    case: str
    source: str
    quantity: str
    point: str
    x: float
    expected: float
    simulated: float
    n: int
    bound: float
    kind: str

    @property
    def is_ok(self) -> bool:
        """Whether the model lies within the bound."""
        return abs(self.simulated - self.expected) <= self.bound

    def document(self) -> dict[str, Any]:
        """Return the row for JSON, which has no NaN."""
        simulated = None if math.isnan(self.simulated) else self.simulated
        return {**asdict(self), "simulated": simulated, "verdict": "ok" if self.is_ok else "FAILS"}


@dataclass(frozen=True)
class Job:
    """One point of a case, as it is sent to a worker process."""

    case: str
    point: int
    options: tuple[str, ...]
    seed: int
    is_quick: bool


def choose(names: list[str]) -> list[Case]:
    """Return the cases with these names, or that run these scenarios; all cases if there are no names.

    Raises InputError for a name that is neither.
    """
    check_names(names)
    chosen: dict[str, Case] = {}
    for name in names:
        chosen |= {n: case for n, case in CASES.items() if n == name or case.scenario == scenario_name(name)}
    return [case for case in CASES.values() if case.name in chosen or not names]


def points_of(case: Case, options: tuple[str, ...]) -> list[tuple[Any, Scenario]]:
    """Return the points of a case and their scenarios; a value that the options set is not varied.

    Raises InputError when an option is invalid or changes a value that the formula does not use, and when a point's
    scenario is inconsistent.
    """
    base = _base(case.file, options)
    if options:
        varied = () if case.path is None else (case.path,)
        require_covered(case.name, (*varied, *case.inputs), _base(case.file, ()), base)
    if case.path is None:
        return [(point, base) for point in case.points]
    if any(option.partition("=")[0] == case.path for option in options):
        return [(get(base, case.path), base)]
    try:
        return [(point, _varied(case, base, point)) for point in case.points]
    except InputError as error:
        raise InputError([f"{case.name}: {case.path}: {line}" for line in error.lines]) from None


def theory_line(case: Case, options: tuple[str, ...], quantity: str) -> tuple[list[float], list[float]]:
    """Return x and the expected values, on a grid between a case's points or, where theory has none, at the points.

    Both lists are empty for points that have no order.
    """
    points = points_of(case, options)
    if any(isinstance(point, list) for point, _ in points):
        return [], []
    try:
        line = [_expected(case, s, value, quantity) for value, s in _between(case, points)]
    except InputError:  # the scenario cannot have a value between two points
        line = [_expected(case, s, value, quantity) for value, s in points]
    return [x for x, _ in line], [y for _, y in line]


def _between(case: Case, points: list[tuple[Any, Scenario]]) -> list[tuple[Any, Scenario]]:
    values, scenario = [point for point, _ in points], points[0][1]
    if not case.is_smooth:
        return points
    grid: list[Any] = np.linspace(min(values), max(values), _GRID).tolist()
    if case.path is None:
        return [(value, scenario) for value in grid]
    if all(isinstance(value, int) for value in values):
        grid = sorted({round(value) for value in grid})
    return [(value, _varied(case, scenario, value)) for value in grid]


def _varied(case: Case, scenario: Scenario, value: Any) -> Scenario:
    assert case.path is not None
    return set_values(scenario, {case.path: value}, f"sim verify, {case.name}")


def _expected(case: Case, scenario: Scenario, point: Any, quantity: str) -> tuple[float, float]:
    return case.axis(scenario, point), case.expected(scenario, point)[quantity].value


def jobs_of(cases: list[Case], options: tuple[str, ...], seed: int, is_quick: bool) -> list[Job]:
    """Return a job for each point of the cases."""
    return [Job(case.name, i, options, seed, is_quick) for case in cases for i in range(len(points_of(case, options)))]


def check(cases: list[Case], options: tuple[str, ...] = (), seed: int = 1, is_quick: bool = False,
          workers: int | None = 1, progress: Progress | None = None) -> list[Row]:  # fmt: skip
    """Run and judge the cases, in their order; raise InputError where theory does not cover a change."""
    found: dict[Job, list[Row]] = {}
    jobs = jobs_of(cases, options, seed, is_quick)
    for job, rows in spread(check_point, jobs, workers, load("baseline")):
        found[job] = rows
        if progress:
            progress(1)
    return [row for job in jobs for row in found[job]]


def check_point(job: Job) -> tuple[Job, list[Row]]:
    """Run and judge one point of a case; raise InputError where theory does not cover the options."""
    case = CASES[job.case]
    point, scenario = points_of(case, job.options)[job.point]
    replications = case.quick if job.is_quick else case.replications
    try:
        return job, compare(case, point, scenario, scenario, job.seed, replications)
    except ValueError as error:
        # Without options the model is at fault, not the input.
        line = f"{case.name}: {error}"
        raise (InputError([line]) if job.options else RuntimeError(line)) from error


def compare(case: Case, point: Any, scenario: Scenario, simulated: Scenario, seed: int, replications: int) -> list[Row]:
    """Judge the model, run with the scenario `simulated`, by what theory expects of a scenario at a point of a case.

    Raises ValueError where theory does not cover the scenario, or the model cannot be measured.
    """
    expected, x = case.expected(scenario, point), case.axis(scenario, point)
    trials = _measure(case, simulated, point, seed, replications)
    rows = []
    for quantity in case.quantities:
        e = expected[quantity]
        j = judge(e, trials[quantity], ERROR)
        rows.append(
            Row(case.name, case.source, quantity, _show(point), x, e.value, j.simulated, j.n, j.bound,
                type(e).__name__.lower())
        )  # fmt: skip
    return rows


def _measure(case: Case, scenario: Scenario, point: Any, seed: int, replications: int) -> dict[str, np.ndarray]:
    found: list[Any] = []
    for replication in range(replications):
        model = Campaign(scenario, seed, replication, collect="nothing")
        try:
            found.append(case.measure(model, point))
        finally:
            release_memory(model)
    return {quantity: np.concatenate([trials[quantity] for trials in found]) for quantity in case.quantities}


@cache
def _base(scenario: str, options: tuple[str, ...]) -> Scenario:
    return load(scenario, set=parse_options(list(options)))


def _show(point: Any) -> str:
    if isinstance(point, list):
        return ", ".join(item["name"] if isinstance(item, dict) else item.name for item in point) or "none"
    return f"{point:g}"
