"""Morris screening: which of many factors matter at all, from a few steps of each."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from sim.analysis.findings import Analysis, analysis, positions
from sim.analysis.input_checks import checked_outcome, require_structure
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import FactorRecord, SweepResults
from sim.quantity import Scalar
from sim.results.confidence_intervals import CONFIDENCE, Interval, mean_interval
from sim.results.number_format import fixed

# An effect that three factors must bring about together shows in one of four steps: in none of 8 in 10 % of sweeps.
FEWEST_TRAJECTORIES = 10
_UPPER = (1 + CONFIDENCE) / 2
# Of a normal variable without mean effect: the mean of its size, and the variance of that relative to its square.
_MEAN_SIZE, _RELATIVE_VARIANCE = math.sqrt(2.0 / math.pi), math.pi / 2.0 - 1.0


def morris(results: SweepResults, outcome: str) -> Analysis:
    """Return mu, mu* and sigma of each factor's elementary effects, and the mu* that noise alone would give it.

    Morris, Technometrics 33, 1991; mu* of Campolongo, Cariboni and Saltelli, Environmental Modelling and Software 22,
    2007. An effect is the change of the outcome in one step, divided by the share of the range of the factor's values
    that the step covers. Raises InputError for points that are not Morris trajectories.
    """
    table = checked_outcome(results, outcome)
    jumps, shares = steps(results, table)
    has_moved = shares != 0.0
    effects = np.divide(jumps.mean(axis=2), shares, out=np.full(shares.shape, math.nan), where=has_moved)
    rows = []
    n_above = 0
    for j, path in enumerate(results.paths):
        moved = has_moved[:, j]
        own = effects[moved, j]
        mu_star, low, high = _mean_interval(np.abs(own))
        sigma = float(own.std(ddof=1)) if len(own) > 1 else math.nan
        rows += [
            (path, "", "mu", *_mean_interval(own)),
            (path, "", "mu_star", mu_star, float(np.maximum(0.0, low)), high),
            (path, "", "sigma", sigma, math.nan, math.nan),
        ]
        if table.shape[1] > 1:
            floor = noise_floor(jumps[moved, j], shares[moved, j])
            n_above += mu_star > floor[2]
            rows.append((path, "", "noise_floor", *floor))
    notes = (*_notes(len(effects)), _noise_note(len(results.paths), n_above, table.shape[1]))
    noise = noise_of(table, results.points_per_block)
    return analysis(results, outcome, noise, ("morris", "Morris screening"), rows, notes)


def steps(results: SweepResults, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each trajectory's step of each factor: the outcome's change in it, and the share of the range it covers.

    The changes are trajectories x factors x replications; the shares have a sign and are 0 where the step changes no
    value. Categories have no distances: from one to another is a whole range, forward in the list's order. Raises
    InputError when the points are not trajectories of k + 1 points, each a step of another factor.
    """
    x = positions(results)
    n, k = x.shape
    what = f"Morris trajectories of {k + 1} points each"
    require_structure(n % (k + 1) == 0 and n >= 2 * (k + 1), what)
    moved = np.abs(np.diff(x.reshape(-1, k + 1, k), axis=1)) > 1e-9
    require_structure(bool((moved.sum(axis=2) == 1).all() and (moved.sum(axis=1) == 1).all()), what)
    at = moved.argmax(axis=1)  # trajectories x factors: which step is the factor's
    jumps = np.diff(table.reshape(-1, k + 1, table.shape[1]), axis=1)
    scaled = np.column_stack([_scaled(factor, results.values[factor.path].tolist()) for factor in results.factors])
    shares = np.diff(scaled.reshape(-1, k + 1, k), axis=1)
    shares = np.take_along_axis(shares, at[:, None, :], axis=1)[:, 0]
    is_category = np.array([factor.kind == "category" for factor in results.factors])
    return np.take_along_axis(jumps, at[:, :, None], axis=1), np.where(is_category, np.sign(shares), shares)


def _scaled(factor: FactorRecord, values: list[Scalar]) -> np.ndarray:
    """Return a factor's values as shares of the range of its values; categories as places in the list."""
    if factor.kind == "category":
        return np.array([factor.values.index(value) for value in values], float)
    ends = np.array(factor.values or (factor.low, factor.high), float)
    low, high = ends.min(), ends.max()
    if factor.kind == "whole" and not factor.values:
        low, high = math.ceil(low / factor.step) * factor.step, math.floor(high / factor.step) * factor.step
    return (np.array(values, float) - low) / (high - low)


def _mean_interval(effects: np.ndarray) -> Interval:
    mean, low, high = mean_interval(effects)
    return (mean, low, high) if len(effects) >= FEWEST_TRAJECTORIES else (mean, math.nan, math.nan)


def noise_floor(jumps: np.ndarray, shares: np.ndarray) -> tuple[float, float, float]:
    """Return the mu* expected of a factor without effect, and the ends between which it is in 95 % of sweeps.

    `jumps` are the outcome's changes in the steps of one factor, steps x replications. Their variance over the
    replications, which share no random numbers, is the noise of a change; the points of a step may share them. Where
    the changes are normal, the mean size of an effect is sqrt(2 / pi) times its standard deviation; the ends take the
    ratio of this to its estimate as lognormal. There are two or more replications; NaN without steps.
    """
    n, r = jumps.shape
    if not n:
        return math.nan, math.nan, math.nan
    sd = math.sqrt(float(jumps.var(axis=1, ddof=1).mean()) / r)
    per_range = 1.0 / np.abs(shares)
    floor = _MEAN_SIZE * sd * float(per_range.mean())
    of_means = _RELATIVE_VARIANCE * float((per_range**2).sum() / per_range.sum() ** 2)
    spread = stats.norm.ppf(_UPPER) * math.sqrt(of_means + 1.0 / (2 * n * (r - 1)))
    return floor, floor * math.exp(-spread), floor * math.exp(spread)


def _notes(n: int) -> tuple[str, str]:
    effects = (
        f"{n} trajectories. Effects are of the whole range of a factor's values. A sigma that is large compared with "
        "mu* means that the effect is nonlinear, depends on other factors, or is hidden by noise."
    )
    if n < FEWEST_TRAJECTORIES:
        return effects, f"No intervals: fewer than {FEWEST_TRAJECTORIES} trajectories."
    return effects, (
        "Intervals are over the trajectories; none where all effects but one are equal, and none of sigma, because no "
        "method was found that covers it."
    )


def _noise_note(k: int, n_above: int, r: int) -> str:
    if r < 2:
        return "The noise floor, the mu* that noise alone gives a factor without effect, is unknown: one replication."
    return (
        "noise_floor is the mu* that noise alone gives a factor without effect, and the ends between which 95 % of "
        f"such factors are. {n_above} of {k} factors are above; of {k} without effect about "
        f"{fixed((1 - _UPPER) * k, 1)} would be."
    )
