"""Trajectories of Morris's design, on which a factor of few values takes each of them equally often."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from sim.experiment.experiment_schema import Morris
from sim.experiment.factors import Factor
from sim.quantity import Scalar
from sim.scenario.parameter_sampling import multiples

FEW_VALUES = 10
"""A whole number of a range with more values than these is moved on the levels of the grid, like a real number."""


def trajectories(params: Morris, factors: Sequence[Factor], seed: int) -> np.ndarray:
    """Return the positions of the points, trajectories x (k + 1) of them, points x factors.

    By SALib, on a grid of `params.levels` levels (Morris, Technometrics 33, 1991). On a grid, values of a flag, a list
    or a whole number of few values would be taken unequally often, or never, and some steps would change nothing. Such
    a factor keeps the order and the directions of the steps, but steps between two of its own values.
    """
    from SALib.sample import morris  # slow to import; other designs start without it

    rng = np.random.default_rng(seed)
    n, chosen = (params.trajectories, None) if params.candidates is None else (params.candidates, params.trajectories)
    paths = [factor.path for factor in factors]
    problem = {"num_vars": len(paths), "names": paths, "bounds": [[0.0, 1.0]] * len(paths)}
    unit = morris.sample(problem, n, num_levels=params.levels, optimal_trajectories=chosen, seed=rng).clip(0.0, 1.0)
    for j, factor in enumerate(factors):
        places = _places(factor)
        if len(places) > 1:
            is_upper = unit[:, j].reshape(params.trajectories, -1) > 0.5
            pairs = places[_in_turns(_steps(factor, len(places)), params.trajectories, rng)]
            unit[:, j] = np.where(is_upper, pairs[:, 1:], pairs[:, :1]).ravel()
    return unit


def _places(factor: Factor) -> np.ndarray:
    """Return the positions of a factor's values, numbers in their order; none for a range of many values."""
    values: Sequence[Scalar] = factor.values
    if factor.kind == "whole" and not values and (factor.n_values or 0) <= FEW_VALUES:
        values = multiples(*factor.ends, factor.step)
    # Names of categories have no order; they stay in that of the list.
    order = values if factor.kind == "category" else sorted(values)
    return np.array([factor.position_of(value) for value in order])


def _steps(factor: Factor, n: int) -> np.ndarray:
    """Return the steps between n values, steps x 2 places; each value is at equally many of them.

    Numbers move by half of the values, as on a grid: from the lower half of 2 n levels, two for each value, to the
    upper. Categories have no order: every one of them is compared with every other.
    """
    if factor.kind == "category":
        return np.array(list(combinations(range(n), 2)))
    lower = np.arange(n)
    return np.column_stack([lower, lower + n]) // 2


def _in_turns(steps: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return so many of the steps in random order; each comes again only after all others came."""
    turns = [rng.permutation(steps) for _ in range(-(-count // len(steps)))]
    return np.concatenate(turns)[:count]
