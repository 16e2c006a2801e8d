"""A response surface over two factors: a full quadratic, fitted by least squares."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from sim.analysis.findings import Analysis, analysis, plus_minus, positions
from sim.analysis.input_checks import checked_outcome, require_points
from sim.analysis.pawn_rbd_fast_regression import is_ordered, least_squares
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.results.confidence_intervals import CONFIDENCE

TERMS = ("mean", "a", "b", "a2", "b2", "ab")


def surface(results: SweepResults, outcome: str) -> Analysis:
    """Return the coefficients of a full quadratic of two factors, its R2, and a test of its lack of fit.

    Factors run from -1 to 1 over their ranges: `linear` is half the change over the range, `quadratic` the curvature,
    `twist` (with_factor) the interaction. Index `lack_of_fit` is the p value of the hypothesis that the points' means
    scatter about the surface by noise alone, from an F test against the noise within points (Box and Draper, Empirical
    Model-Building, 1987); NaN with one replication. Raises InputError unless there are two ordered factors with three
    levels each.
    """
    if len(results.factors) != 2 or not all(is_ordered(results, path) for path in results.paths):
        raise InputError(["a response surface needs exactly two factors whose values have an order"])
    require_points(results, len(TERMS) + 1, "a response surface")
    table = checked_outcome(results, outcome)
    basis, y = quadratic(positions(results)), table.mean(axis=1)
    if np.linalg.matrix_rank(basis) < len(TERMS):
        raise InputError(["a response surface needs three levels of each factor, not all on one line"])
    coefficients, errors, r2 = least_squares(basis, y)
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, len(y) - len(TERMS)) * errors
    a, b = results.paths
    names = [("(all)", "", "mean"), (a, "", "linear"), (b, "", "linear"), (a, "", "quadratic"), (b, "", "quadratic"),
             (a, b, "twist")]  # fmt: skip
    rows = [(*name, *plus_minus(*ends)) for name, *ends in zip(names, coefficients, half, strict=True)]
    p = _lack_of_fit(y - basis @ coefficients, table)
    rows += [("(all)", "", "R2", r2, math.nan, math.nan), ("(all)", "", "lack_of_fit", p, math.nan, math.nan)]
    notes = [f"R2 is {r2:.2f}. " + _fit_in_words(p)]
    return analysis(results, outcome, noise_of(table), ("surface", "Response surface"), rows, notes)


def quadratic(x: np.ndarray) -> np.ndarray:
    """Return the terms of the surface at positions in the unit square, points x 6."""
    a, b = 2.0 * x.T - 1.0
    return np.column_stack([np.ones_like(a), a, b, a * a, b * b, a * b])


def _lack_of_fit(residuals: np.ndarray, table: np.ndarray) -> float:
    n, r = table.shape
    if r < 2:
        return math.nan
    noise = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    df, df_noise = n - len(TERMS), (n - 1) * (r - 1)
    pure = float((noise**2).sum()) / df_noise
    if pure <= 1e-24 * float(np.abs(table).max()) ** 2:
        return math.nan
    return float(stats.f.sf(r * float(residuals @ residuals) / df / pure, df, df_noise))


def _fit_in_words(p: float) -> str:
    if math.isnan(p):
        return "Without noise between replications, lack of fit cannot be tested."
    if p < 1 - CONFIDENCE:
        return f"The points are farther from the surface than noise explains (p = {p:.2g}): it has another shape."
    return f"Noise explains how far the points are from the surface (p = {p:.2g})."
