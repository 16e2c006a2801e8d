"""Designs: at which points of the unit cube an experiment is played, one axis a factor.

Every design is made of positions from 0 to 1, so that whole numbers, categories and flags are factors in all of them.
It is a function of the design, the factors and the seed only; factors stand in the order of their paths, so that
the order in a file is of no consequence.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from sim.experiment.experiment_schema import (
    MAX_POINTS,
    Csv,
    DesignParams,
    Experiment,
    FullGrid,
    LatinHypercube,
    Morris,
    NearlyOrthogonal,
    OneAtATime,
    Saltelli,
    SobolSequence,
)
from sim.experiment.factors import BASE, Factor
from sim.experiment.near_orthogonal_hypercube import largest_correlation, nearly_orthogonal
from sim.scenario.parameter_sampling import set_values
from sim.scenario.schema import Scenario

# Coordinates that are exchanged, and pairs of points whose distance counts: what takes about half a minute.
_MOST_EXCHANGED, _MOST_PAIRS = 300_000, 2_000_000_000
# Of columns with each other, times points: a second for each of up to 40 passes.
_MOST_PRODUCTS = 300_000_000


@dataclass(frozen=True)
class Design:
    """The points of an experiment.

    `points`: positions in the unit cube, index `point`, one column a factor's path; `values`: the values there, of the
    same shape; `details`: the kind, its sizes, `n_points` and `largest_correlation` of two columns of positions (None
    where there are no two that vary).
    """

    points: pd.DataFrame
    values: pd.DataFrame
    details: dict[str, Any]

    @property
    def n_points(self) -> int:
        """Return how many points there are."""
        return len(self.points)


def design_of(experiment: Experiment) -> Design:
    """Return the points of an experiment; made once, as that may take half a minute."""
    if experiment._design is None:
        experiment._design = _made(experiment)
    return experiment._design


def _made(experiment: Experiment) -> Design:
    factors, params = experiment.factors, experiment.design
    paths = [factor.path for factor in factors]
    own = experiment.own_points
    if isinstance(params, Csv):
        rows = [[factor.position_of(point[factor.path]) for factor in factors] for point in own]
        unit = np.array(rows, float).reshape(len(own), len(factors))
        columns = [[point[path] for point in own] for path in paths]
    else:
        unit = _MAKERS[type(params)](params, factors, experiment.seed)
        columns = [factor.values_at(unit[:, j]) for j, factor in enumerate(factors)]
    index = pd.RangeIndex(len(unit), name="point")
    values = pd.DataFrame(dict(zip(paths, columns, strict=True)), index=index)
    details = {
        **params.model_dump(mode="json"),
        "n_points": len(unit),
        "largest_correlation": largest_correlation(unit),
    }
    return Design(pd.DataFrame(unit, index=index, columns=paths), values, details)


def scenario_at(experiment: Experiment, point: Mapping[str, Any]) -> Scenario:
    """Return the scenario of one point: a row of `Design.values`.

    Raises InputError, which names what does not fit, when the values of the point break a rule between them.
    """
    values = {factor.path: _restored(point[factor.path], factor) for factor in experiment.factors}
    first = next(iter(experiment.scenarios))
    base = experiment.scenarios[values.pop(BASE, first)]
    return set_values(base, values, f"experiment {experiment.name}")


def _restored(value: Any, factor: Factor) -> Any:
    """Return a value as the scenario holds it: a row of a table makes floats of whole numbers and of flags."""
    types: dict[str, type] = {"real": float, "whole": int, "category": str, "flag": bool}
    return types[factor.kind](value)


def problems(params: DesignParams, factors: Sequence[Factor]) -> Iterator[tuple[str, str]]:
    """Yield the key of a design and what is wrong with it, for each thing that does not suit the factors."""
    k = len(factors)
    ranges = [factor.path for factor in factors if not factor.values]
    if isinstance(params, FullGrid) and params.levels is None and ranges:
        yield "levels", f"is missing: {ranges[0]} has a range, not values"
    elif isinstance(params, NearlyOrthogonal) and params.n <= k:
        yield "n", f"must be more than the {k} factors, is {params.n}"
    elif isinstance(params, NearlyOrthogonal) and params.n * k**2 > _MOST_PRODUCTS:
        yield (
            "n",
            f"{params.n} points of {k} factors take too long; take a latin_hypercube of so many",
        )
    elif isinstance(params, LatinHypercube) and params.strength == 2 and k > (root := math.isqrt(params.n)) + 1:
        yield "strength", f"2 with {params.n} points takes at most {root + 1} factors, there are {k}"
    elif isinstance(params, LatinHypercube) and _takes_long(params, k):
        yield "n", f"{params.n} points of {k} factors are too many to be optimised; set is_optimised: false"
    elif isinstance(params, Morris) and (passed_over := list(_never_reached(params.levels, factors))):
        factor = passed_over[0]
        text = f"{params.levels} never reach some of the {len(factor.values)} values of {factor.path}"
        yield "levels", f"{text}; take {2 * len(factor.values)}, or another multiple of twice their number"
    elif (count := n_points(params, factors)) > MAX_POINTS:
        yield "kind", f"makes {count} points of {k} factors; at most {MAX_POINTS} are allowed"


def n_points(params: DesignParams, factors: Sequence[Factor]) -> int:
    """Return how many points a design makes, without making them; 0 for the user's own, which are counted as read."""
    k = len(factors)
    if isinstance(params, OneAtATime):
        return 1 + sum(len(_steps(factor, params.levels)) for factor in factors)
    if isinstance(params, FullGrid):
        return math.prod(len(factor.levels(params.levels or 1)) for factor in factors)
    if isinstance(params, Saltelli):
        return params.n * ((2 * k + 2) if params.second_order else (k + 2))
    if isinstance(params, Morris):
        return params.trajectories * (k + 1)
    return 0 if isinstance(params, Csv) else params.n


def _never_reached(levels: int, factors: Sequence[Factor]) -> Iterator[Factor]:
    """Yield the factors of which some listed value is on none of Morris's levels."""
    for factor in factors:
        reached = {factor.value_at(i / (levels - 1)) for i in range(levels)}
        if factor.values and len(reached) < len(factor.values):
            yield factor


def _takes_long(params: LatinHypercube, k: int) -> bool:
    is_optimised = params.is_optimised and params.strength == 1
    return is_optimised and (params.n * k > _MOST_EXCHANGED or params.n**2 * k > _MOST_PAIRS)


def _steps(factor: Factor, levels: int) -> list[float]:
    """Return the positions of a factor's levels at which its value is not the central one."""
    central = factor.value_at(factor.centre)
    return [place for place in factor.levels(levels) if factor.value_at(place) != central]


def _one_at_a_time(params: OneAtATime, factors: Sequence[Factor], seed: int) -> np.ndarray:
    centre = [factor.centre for factor in factors]
    rows = [centre]
    for j, factor in enumerate(factors):
        rows += [[*centre[:j], place, *centre[j + 1 :]] for place in _steps(factor, params.levels)]
    return np.array(rows)


def _full_grid(params: FullGrid, factors: Sequence[Factor], seed: int) -> np.ndarray:
    return np.array(list(itertools.product(*(factor.levels(params.levels or 1) for factor in factors))))


def _latin_hypercube(params: LatinHypercube, factors: Sequence[Factor], seed: int) -> np.ndarray:
    # Exchanges within a column would undo strength 2.
    optimization = "random-cd" if params.is_optimised and params.strength == 1 else None
    sampler = qmc.LatinHypercube(len(factors), strength=params.strength, optimization=optimization, seed=_rng(seed))
    return sampler.random(params.n)


def _nearly_orthogonal(params: NearlyOrthogonal, factors: Sequence[Factor], seed: int) -> np.ndarray:
    return nearly_orthogonal(params.n, len(factors), _rng(seed))


def _sobol_sequence(params: SobolSequence, factors: Sequence[Factor], seed: int) -> np.ndarray:
    return qmc.Sobol(len(factors), scramble=True, seed=_rng(seed)).random(params.n)


def _saltelli(params: Saltelli, factors: Sequence[Factor], seed: int) -> np.ndarray:
    from SALib.sample import sobol  # slow to import

    return sobol.sample(_problem(factors), params.n, calc_second_order=params.second_order, seed=_rng(seed))


def _morris(params: Morris, factors: Sequence[Factor], seed: int) -> np.ndarray:
    from SALib.sample import morris  # slow to import

    n, kept = (params.trajectories, None) if params.candidates is None else (params.candidates, params.trajectories)
    return morris.sample(
        _problem(factors), n, num_levels=params.levels, optimal_trajectories=kept, seed=_rng(seed)
    ).clip(0.0, 1.0)


def _problem(factors: Sequence[Factor]) -> dict[str, Any]:
    paths = [factor.path for factor in factors]
    return {"num_vars": len(paths), "names": paths, "bounds": [[0.0, 1.0]] * len(paths)}


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


_MAKERS: dict[type, Callable[[Any, Sequence[Factor], int], np.ndarray]] = {
    OneAtATime: _one_at_a_time,
    FullGrid: _full_grid,
    LatinHypercube: _latin_hypercube,
    NearlyOrthogonal: _nearly_orthogonal,
    SobolSequence: _sobol_sequence,
    Saltelli: _saltelli,
    Morris: _morris,
}
