"""Outcomes of a user's own: expressions in a scenario, and functions of a result in Python."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from numbers import Real
from types import CodeType, FunctionType
from typing import Any, TypeVar

import numpy as np

from sim.errors import InputError, clip
from sim.results.outcome_wording import OUTCOMES, is_yes_or_no
from sim.results.result import Ensemble, Result
from sim.results.series_names import series_by_name, series_names
from sim.scenario.outcome_expression import COLUMNS_OF_RUNS, evaluate, parse
from sim.scenario.schema import Scenario
from sim.world.map_values import GroundParams

R = TypeVar("R", bound=Result)
OutcomeFunctions = Mapping[str, Callable[[Result], float]]
"""By the name of the outcome: a function from one run to a number, or to True or False."""


def own_outcomes_of(own: Mapping[str, str], series: Mapping[str, np.ndarray], ground: GroundParams) -> dict[str, Any]:
    """Return the own outcomes of one run, given its daily series from the start to the last day."""
    columns = series_by_name(series, ground) if own else {}
    return {name: evaluate(parse(text), columns) for name, text in own.items()}


def check_own_outcomes(scenario: Scenario) -> None:
    """Raise InputError unless each own outcome has a name of its own and a value on this ground and horizon."""
    if not scenario.own_outcomes:
        return
    days = np.zeros(scenario.time.horizon_days + 1)
    columns = dict.fromkeys(series_names(scenario.ground), days)
    lines = {row.path: row.where for row in scenario.provenance}
    faults = []
    for name, text in scenario.own_outcomes.items():
        path = f"own_outcomes.{name}"
        where = f"{lines[path]}: {path}" if lines.get(path) else path
        try:
            _check_name(name)
            _check_kind(name, evaluate(parse(text), columns))
        except InputError as error:
            faults.append(f"{where}: {error}")
    if faults:
        raise InputError(faults)


def check_functions(functions: OutcomeFunctions, scenario: Scenario) -> None:
    """Raise InputError for a name that an outcome of the model or of the scenario has, and for what is no function."""
    if not isinstance(functions, Mapping):
        raise InputError([f"outcomes: must be names with functions of a Result, is {clip(functions)}"])
    for name, function in functions.items():
        if not isinstance(name, str) or not name.strip():
            raise InputError([f"outcomes: a name must be text that is not blank, is {clip(name)}"])
        if name in scenario.own_outcomes:
            raise InputError([f"outcomes: {name} is an outcome of the scenario already; give it another name"])
        if not isinstance(function, FunctionType):
            raise InputError([f"outcomes: {name} must be a function of a Result, is {clip(function)}"])
        with _naming(name):
            _check_name(name)


def with_all_own_outcomes(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return scenarios that share all their own outcomes; raises InputError for two expressions under one name."""
    together: dict[str, str] = {}
    for scenario in scenarios:
        for name, text in scenario.own_outcomes.items():
            if together.setdefault(name, text) != text:
                raise InputError([f"{scenario.name}: own_outcomes.{name} is another expression in a scenario before"])
    return [scenario.model_copy(update={"own_outcomes": together}) for scenario in scenarios]


def with_functions(result: R, functions: OutcomeFunctions) -> R:
    """Return the result with a column for each function; raises InputError when one does not return a number."""
    if not functions:
        return result
    numbers = result.outcomes["replication"] if isinstance(result, Ensemble) else ()
    runs: list[Result] = [result.run(n) for n in numbers] if isinstance(result, Ensemble) else [result]
    own = {name: [value_of(name, function, run) for run in runs] for name, function in functions.items()}
    manifest = {**result.manifest, "own_outcomes": list(functions)}
    return replace(result, outcomes=result.outcomes.assign(**own), manifest=manifest)


def value_of(name: str, function: Callable[[Result], float], run: Result) -> float | bool:
    """Return what a function says of one run; raises InputError when that is not a number."""
    try:
        value = function(run)
    except Exception as error:
        error.add_note(f"in the outcome {name}")
        raise
    if hasattr(value, "item") and np.size(value) == 1:  # a number of NumPy or xarray
        value = value.item()
    if not isinstance(value, Real):
        raise InputError([f"outcomes: {name} must return a number, returns {clip(repr(value))}"])
    with _naming(name):
        _check_name(name)  # of ensembles that were run already, nothing was checked before
        _check_kind(name, value)
    return value if isinstance(value, bool) else float(value)


def code_of(function: Callable[..., Any]) -> str:
    """Return a digest of a function: its compiled code and the plain values that it holds.

    It is the same in every process of one version of Python. A held value counts as its digits or text; what has no
    lasting text, such as an object, does not count.
    """
    held = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    held += [cell.cell_contents for cell in function.__closure__ or ()]
    values = [repr(value) for value in held if isinstance(value, (bool, int, float, str, bytes))]
    return hashlib.sha256("".join([*_parts(function.__code__), *values]).encode()).hexdigest()


def _parts(code: CodeType) -> Iterator[str]:
    yield code.co_code.hex() + repr(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):  # shown with its place in memory, which differs between processes
            yield from _parts(constant)
        else:  # a set is in another order in each process
            yield repr(sorted(map(repr, constant)) if isinstance(constant, frozenset) else constant)


def _check_kind(name: str, value: Real | float) -> None:
    if isinstance(value, bool) != is_yes_or_no(name):
        raise InputError(
            ["is true or false; such an outcome is shown as a share of runs and has a name that begins with is_"
             if isinstance(value, bool) else
             "is a number; only an outcome that is true or false has a name that begins with is_"]
        )  # fmt: skip


def _check_name(name: str) -> None:
    if name in COLUMNS_OF_RUNS:
        raise InputError(["is a column of the tables of runs; give yours another name"])
    if name.partition(".")[0] in OUTCOMES:
        raise InputError(["is an outcome of the model; give yours another name"])


@contextmanager
def _naming(name: str) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise InputError([f"outcomes: {name} {error}"]) from None
