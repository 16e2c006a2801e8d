"""A response surface over two factors: a full quadratic, fitted by least squares."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from sim.analysis.findings import THESE_NUMBERS_ONLY, Analysis, analysis, plus_minus, positions
from sim.analysis.input_checks import checked_outcome, require_points
from sim.analysis.pawn_rbd_fast_regression import is_ordered, least_squares
from sim.analysis.replication_noise import FEWEST_CLUSTERS, Noise, noise_df, noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.results.confidence_intervals import CONFIDENCE

TERMS = ("mean", "a", "b", "a2", "b2", "ab")


def surface(results: SweepResults, outcome: str) -> Analysis:
    """Return the coefficients of a full quadratic of two factors, its R2, and a test of its lack of fit.

    Factors run from -1 to 1 over their ranges: `linear` is half the change over the range, `quadratic` the curvature,
    `twist` (with_factor) the interaction. Index `lack_of_fit` is the p value of the hypothesis that the points' means
    scatter about the surface by noise alone, from an F test against the noise within points (Box and Draper, Empirical
    Model-Building, 1987); NaN with one replication. Where all points have the same random numbers, only replications
    are independent: with five or more, intervals are Student t over the coefficients of each. Raises InputError unless
    there are two ordered factors with three levels each.
    """
    if len(results.factors) != 2 or not all(is_ordered(results, path) for path in results.paths):
        raise InputError(["a response surface needs exactly two factors whose values have an order"])
    require_points(results, len(TERMS) + 1, "a response surface")
    table = checked_outcome(results, outcome)
    basis, y = quadratic(positions(results)), table.mean(axis=1)
    if np.linalg.matrix_rank(basis) < len(TERMS):
        raise InputError(["a response surface needs three levels of each factor, not all on one line"])
    coefficients, errors, r2 = least_squares(basis, y)
    noise = noise_of(table, results.points_per_block)
    is_clustered = noise.is_common and noise.n_replications >= FEWEST_CLUSTERS
    df = len(y) - len(TERMS)
    if is_clustered:
        df, errors = noise.n_replications - 1, stats.sem(np.linalg.pinv(basis) @ table, axis=1)
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, df) * errors
    a, b = results.paths
    names = [("(all)", "", "mean"), (a, "", "linear"), (b, "", "linear"), (a, "", "quadratic"), (b, "", "quadratic"),
             (a, b, "twist")]  # fmt: skip
    rows = [(*name, *plus_minus(*ends)) for name, *ends in zip(names, coefficients, half, strict=True)]
    p = _lack_of_fit(basis, table, noise)
    rows += [("(all)", "", "R2", r2, math.nan, math.nan), ("(all)", "", "lack_of_fit", p, math.nan, math.nan)]
    notes = [f"R2 is {r2:.2f}. " + _fit_in_words(p)]
    if noise.is_common and not is_clustered:
        notes.append(THESE_NUMBERS_ONLY)
    return analysis(results, outcome, noise, ("surface", "Response surface"), rows, notes)


def quadratic(x: np.ndarray) -> np.ndarray:
    """Return the terms of the surface at positions in the unit square, points x 6."""
    a, b = 2.0 * x.T - 1.0
    return np.column_stack([np.ones_like(a), a, b, a * a, b * b, a * b])


def _lack_of_fit(basis: np.ndarray, table: np.ndarray, noise: Noise) -> float:
    """Return p of an F test; where all points share random numbers, with the noise's own degrees of freedom."""
    n, r = table.shape
    if r < (3 if noise.is_common else 2):
        return math.nan
    noise_alone = table - table.mean(axis=1, keepdims=True)
    residuals, df, df_noise = _beside(basis, table.mean(axis=1)), float(n - len(TERMS)), float(n * (r - 1))
    if noise.is_common:
        noise_alone = _beside(basis, noise_alone)
        df_noise = df * (r - 1)
    pure = float((noise_alone**2).sum()) / df_noise
    if pure <= 1e-24 * float(np.abs(table).max()) ** 2:
        return math.nan
    ratio = r * float(residuals @ residuals) / df / pure
    if noise.is_common:
        df_noise = noise_df(noise_alone, df)
        df = df_noise / (r - 1)
    return float(stats.f.sf(ratio, df, df_noise))


def _beside(basis: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return what the surface does not explain."""
    return columns - basis @ (np.linalg.pinv(basis) @ columns)


def _fit_in_words(p: float) -> str:
    if math.isnan(p):
        return "Lack of fit cannot be tested: no noise, or too few replications."
    if p < 1 - CONFIDENCE:
        return f"The points are farther from the surface than noise explains (p = {p:.2g}): it has another shape."
    return f"Noise explains how far the points are from the surface (p = {p:.2g})."
