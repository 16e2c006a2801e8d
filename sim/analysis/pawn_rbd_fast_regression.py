"""PAWN, RBD-FAST and rank regression: analyses of any even sample of the ranges, without a special design."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim.analysis.findings import Analysis, analysis, plus_minus, positions, salib_problem
from sim.analysis.input_checks import checked_outcome, require_points
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.results.confidence_intervals import CONFIDENCE

# Not 6 or 9: by a rounding error SALib then puts slices beyond the end of the range.
_SLICES, _MIN_PER_SLICE = (10, 8, 7, 5, 4, 3, 2), 8
_RESAMPLES, _DUMMIES = 30, 200
_HARMONICS = 10
_LOW_R2 = 0.7
_Z = stats.norm.ppf(0.5 + CONFIDENCE / 2)

DUMMY = "(dummy)"


def pawn(results: SweepResults, outcome: str) -> Analysis:
    """Return PAWN's median Kolmogorov-Smirnov distance for each factor, and that of dummies without any effect.

    Pianosi and Wagener, Environmental Modelling and Software 108, 2018, by SALib. The distance is never negative, so a
    factor without any effect is above zero: the row `(dummy)`, index `threshold`, is the value below which 95 % of the
    dummies are. Intervals: normal, from resampled points. Raises InputError for fewer than 16 points.
    """
    require_points(results, _SLICES[-1] * _MIN_PER_SLICE, "PAWN")
    n_slices = next(n for n in _SLICES if n * _MIN_PER_SLICE <= results.n_points)
    table = checked_outcome(results, outcome)
    y, x = table.mean(axis=1), positions(results)
    rng = np.random.default_rng(results.seed)
    medians = _pawn(x, y, n_slices)
    drawn = rng.integers(len(y), size=(_RESAMPLES, len(y)))
    spread = np.std([_pawn(x[rows], y[rows], n_slices) for rows in drawn], axis=0, ddof=1)
    dummies = _pawn(rng.random((len(y), _DUMMIES)), y, n_slices)
    rows = [
        (path, "", "median", value, max(0.0, low), min(1.0, high))
        for path, ends in zip(results.paths, zip(medians, _Z * spread, strict=True), strict=True)
        for value, low, high in [plus_minus(*ends)]
    ]
    threshold = float(np.quantile(dummies, CONFIDENCE))
    rows.append((DUMMY, "", "threshold", threshold, np.nan, np.nan))
    notes = [f"{n_slices} slices. A factor below {threshold:.2f} is indistinguishable from a dummy without any effect "
             f"(95 % of dummies are below). Of {len(results.paths)} factors without any effect about "
             f"{(1 - CONFIDENCE) * len(results.paths):.2g} would be above it by chance."]  # fmt: skip
    return analysis(results, outcome, noise_of(table), ("pawn", "PAWN"), rows, notes)


def _pawn(x: np.ndarray, y: np.ndarray, n_slices: int) -> np.ndarray:
    from SALib.analyze import pawn as salib  # slow to import; other analyses start without it

    problem = {"num_vars": x.shape[1], "names": [str(j) for j in range(x.shape[1])], "bounds": [[0, 1]] * x.shape[1]}
    return np.asarray(salib.analyze(problem, x, y, S=n_slices)["median"], float)


def rbd_fast(results: SweepResults, outcome: str) -> Analysis:
    """Return first-order indices by RBD-FAST, corrected for bias.

    Tarantola, Gatelli and Mara, Reliability Engineering and System Safety 91, 2006; Tissot and Prieur, same 107, 2012;
    by SALib, whose intervals rest on resamples of half the points and are therefore rather wide. Raises InputError for
    fewer than 60 points.
    """
    from SALib.analyze import rbd_fast as salib  # slow to import; other analyses start without it

    require_points(results, 6 * _HARMONICS, "RBD-FAST")
    table = checked_outcome(results, outcome)
    found = salib.analyze(
        salib_problem(results), positions(results), table.mean(axis=1), M=_HARMONICS, seed=results.seed
    )
    rows = [(path, "", "S1", *plus_minus(found["S1"][j], found["S1_conf"][j])) for j, path in enumerate(results.paths)]
    total = float(np.sum(found["S1"]))
    notes = [f"First-order indices sum to {total:.2f}. The intervals rest on half of the points and are wide."]
    return analysis(results, outcome, noise_of(table), ("rbd_fast", "RBD-FAST, first order"), rows, notes)


def rank_regression(results: SweepResults, outcome: str) -> Analysis:
    """Return standardised rank regression coefficients with their Student-t intervals, and R2 of the ranks.

    Saltelli and Sobol, Reliability Engineering and System Safety 50, 1995. Positive: the outcome rises with the
    factor. Categories of more than two values have no order and are left out. R2 is the share of the ranks' variance
    that all coefficients explain together; where it is low, the outcome is not monotone and they mislead. Raises
    InputError when no factor has an order, or for too few points.
    """
    moving = [path for path in results.paths if results.unit[path].nunique() > 1]
    ordered = [path for path in moving if is_ordered(results, path)]
    if not ordered:
        raise InputError(
            [f"{outcome}: rank regression needs a factor with an order and more than one value; there is none"]
        )
    require_points(results, len(ordered) + 3, "rank regression")
    table = checked_outcome(results, outcome)
    x = _standard_ranks(results.unit[ordered].to_numpy(float))
    y = _standard_ranks(table.mean(axis=1)[:, None])[:, 0]
    coefficients, errors, r2 = least_squares(x, y, 1)
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, len(y) - len(ordered) - 1) * errors
    rows = [(path, "", "SRRC", *plus_minus(coefficients[j], half[j])) for j, path in enumerate(ordered)]
    rows.append(("(all)", "", "R2", r2, np.nan, np.nan))
    left_out = [path for path in moving if path not in ordered]
    fixed = [path for path in results.paths if path not in moving]
    notes = [
        f"R2 of the ranks is {r2:.2f}."
        + (
            " Below 0.7 much of the outcome is not monotone, interaction or noise: interpret with care."
            if r2 < _LOW_R2
            else ""
        ),
        f"Left out because they have no order: {', '.join(left_out)}." if left_out else "",
        f"Left out because they are the same at every point: {', '.join(fixed)}." if fixed else "",
    ]
    return analysis(results, outcome, noise_of(table), ("rank_regression", "Rank regression"), rows, notes)


def is_ordered(results: SweepResults, path: str) -> bool:
    """Return whether the values of a factor have an order: all do but categories of more than two values."""
    (factor,) = [factor for factor in results.factors if factor.path == path]
    return factor.kind != "category" or results.values[path].nunique() <= 2


def least_squares(x: np.ndarray, y: np.ndarray, n_more: int = 0) -> tuple[np.ndarray, np.ndarray, float]:
    """Return coefficients, their standard errors and R2; `n_more` counts parameters fitted before (a mean)."""
    coefficients, *_ = np.linalg.lstsq(x, y, rcond=None)
    residuals = y - x @ coefficients
    df = len(y) - x.shape[1] - n_more
    covariance = np.linalg.pinv(x.T @ x) * float(residuals @ residuals) / df
    return (
        coefficients,
        np.sqrt(np.diag(covariance)),
        1.0 - float(residuals @ residuals) / float(((y - y.mean()) ** 2).sum()),
    )


def _standard_ranks(columns: np.ndarray) -> np.ndarray:
    ranks = stats.rankdata(columns, axis=0)
    return np.asarray((ranks - ranks.mean(axis=0)) / ranks.std(axis=0))
