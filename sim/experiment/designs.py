"""Designs: the points of the unit cube at which an experiment runs, one axis per factor.

Every design consists of positions from 0 to 1, so whole numbers, categories and flags can be factors of any design.
It depends only on the kind of design, the factors and the seed. Factors are sorted by path: their order in the file has
no effect.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from sim.analysis.random_number_blocks import points_per_block
from sim.experiment.experiment_schema import (
    MAX_CELLS,
    MAX_POINTS,
    Csv,
    Design,
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
from sim.experiment.morris_trajectories import trajectories
from sim.experiment.near_orthogonal_hypercube import largest_correlation, nearly_orthogonal
from sim.quantity import Scalar
from sim.scenario.parameter_sampling import set_values
from sim.scenario.schema import Scenario

# Exchanged coordinates, and pairs of points whose distance is computed: so many take about half a minute.
_MAX_EXCHANGED, _MAX_PAIRS = 100_000, 500_000_000
# Strength 2 is made with as many columns as the root of n plus one, however few of them are factors.
_MAX_OF_STRENGTH_2 = 12_769
# Pairs of candidates, times pairs of points of two trajectories, times factors.
_MAX_DISTANCES = 50_000_000_000
# Products of pairs of columns, times points: a second for each of up to 40 passes.
_MAX_PRODUCTS = 300_000_000


def design_of(experiment: Experiment) -> Design:
    """Return the points of an experiment; computed once, as that may take half a minute."""
    if experiment._design is None:
        experiment._design = _make_design(experiment)
    return experiment._design


def _make_design(experiment: Experiment) -> Design:
    factors, params = experiment.factors, experiment.design
    paths = [factor.path for factor in factors]
    own = experiment.own_points
    if isinstance(params, Csv):
        positions = [[factor.position_of(point[factor.path]) for point in own] for factor in factors]
        unit = np.array(positions, float).reshape(len(factors), len(own)).T.copy()
        columns = (pd.Series([point[path] for point in own]) for path in paths)
    else:
        unit = _MAKERS[type(params)](params, factors, experiment.seed)
        columns = (pd.Series(factor.values_at(unit[:, j])) for j, factor in enumerate(factors))
    index = pd.RangeIndex(len(unit), name="point")
    # One column after the other: a list of Python numbers takes five times the room of the column.
    values = pd.DataFrame(dict(zip(paths, columns, strict=True))).set_axis(index)
    details = {
        **params.model_dump(mode="json"),
        "n_points": len(unit),
        "points_per_block": points_per_block(params.kind, unit),
        "largest_correlation": largest_correlation(unit),
    }
    return Design(pd.DataFrame(unit, index=index, columns=paths), values, details)


def scenario_at(experiment: Experiment, point: Mapping[str, Scalar]) -> Scenario:
    """Return the scenario of one point: a row of `Design.values`.

    Raises InputError, which names the rule, when the values of the point break a rule between values.
    """
    values = {factor.path: _as_scenario_value(point[factor.path], factor) for factor in experiment.factors}
    first = next(iter(experiment.scenarios))
    base = experiment.scenarios[str(values.pop(BASE, first))]
    return set_values(base, values, f"experiment {experiment.name}")


def _as_scenario_value(value: Scalar, factor: Factor) -> Scalar:
    """Return a value with its type in the scenario: a row of a table turns whole numbers and flags into floats."""
    types: dict[str, type] = {"real": float, "whole": int, "category": str, "flag": bool}
    return types[factor.kind](value)


def design_faults(params: DesignParams, factors: Sequence[Factor]) -> Iterator[tuple[str, str]]:
    """Yield the first key of a design whose value does not suit the factors, and what is wrong with it."""
    k = len(factors)
    ranges = [factor.path for factor in factors if not factor.values]
    if isinstance(params, FullGrid) and params.levels is None and ranges:
        yield "levels", f"is missing: {ranges[0]} has a range, not values"
    elif isinstance(params, NearlyOrthogonal) and params.n <= k:
        yield "n", f"must be more than the {k} factors, is {params.n}"
    elif isinstance(params, NearlyOrthogonal) and params.n * k**2 > _MAX_PRODUCTS:
        yield (
            "n",
            f"{params.n} points of {k} factors take too long; use a latin_hypercube for so many",
        )
    elif isinstance(params, LatinHypercube) and params.strength == 2 and params.n > _MAX_OF_STRENGTH_2:
        text = f"{params.n:,} points of strength 2 take too long and too much memory; at most {_MAX_OF_STRENGTH_2:,}"
        yield "n", f"{text} are allowed, or use a nearly_orthogonal design"
    elif isinstance(params, LatinHypercube) and params.strength == 2 and k > (root := math.isqrt(params.n)) + 1:
        yield "strength", f"2 with {params.n} points takes at most {root + 1} factors, there are {k}"
    elif isinstance(params, LatinHypercube) and _takes_long(params, k):
        yield "n", f"{params.n} points of {k} factors are too many to be optimised; set is_optimised: false"
    elif isinstance(params, Morris) and (params.candidates or 0) ** 2 * k**3 > _MAX_DISTANCES:
        yield "candidates", f"{params.candidates} trajectories of {k} factors take too long to choose from; use fewer"
    elif (count := n_points(params, factors)) > MAX_POINTS:
        yield "kind", f"makes {_shown(count)} points of {k} factors; at most {MAX_POINTS:,} are allowed"
    elif count * k > MAX_CELLS:
        text = f"makes {count:,} points of {k} factors, {count * k:,} values; at most {MAX_CELLS:,} values are allowed"
        yield "kind", f"{text}, which is {MAX_CELLS // k:,} points of {k} factors"


def n_points(params: DesignParams, factors: Sequence[Factor]) -> int:
    """Return the number of points of a design without computing them; 0 for a CSV design, counted when it is read."""
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


def _shown(count: int) -> str:
    """Return a number of points, which for a grid of many factors may have hundreds of digits."""
    return f"{count:,}" if count < 10**15 else "more than 10^15"


def _takes_long(params: LatinHypercube, k: int) -> bool:
    is_optimised = params.is_optimised and params.strength == 1
    return is_optimised and (params.n * k > _MAX_EXCHANGED or params.n**2 * k > _MAX_PAIRS)


def _steps(factor: Factor, levels: int) -> list[float]:
    """Return the positions of a factor's levels whose value is not the central one."""
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
    from SALib.sample import sobol  # slow to import; other designs start without it

    return sobol.sample(_problem(factors), params.n, calc_second_order=params.second_order, seed=_rng(seed))


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
    Morris: trajectories,
}
