"""PAWN, RBD-FAST and rank regression: analyses of any even sample of the ranges, without a special design."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy import optimize, stats

from sim.analysis.findings import Analysis, analysis, plus_minus, positions, salib_problem
from sim.analysis.input_checks import checked_outcome, require_points
from sim.analysis.many_comparisons import LEVEL, adjusted_in_words, with_p_values
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.results.confidence_intervals import CONFIDENCE

_LEAST_SLICES, _MOST_SLICES, _MIN_PER_SLICE = 2, 10, 8
_DUMMIES = 200
_HARMONICS = 10
_MOST_R2 = 1.0 - 1e-6  # beyond it scipy's noncentral F distribution has no values
_LOW_R2 = 0.7

DUMMY = "(dummy)"


def pawn(results: SweepResults, outcome: str) -> Analysis:
    """Return PAWN's median Kolmogorov-Smirnov distance for each factor, and that of dummies without any effect.

    Pianosi and Wagener, Environmental Modelling and Software 108, 2018. The distance is never negative, so a
    factor without any effect is above zero: the row `(dummy)`, index `threshold`, is the value below which 95 % of the
    dummies are. There is no interval: the distance of a finite sample is too large by an amount that resampled points
    have as well (Puy, Lo Piano and Saltelli, Environmental Modelling and Software 127, 2020). Raises InputError for
    fewer than 16 points.
    """
    require_points(results, _LEAST_SLICES * _MIN_PER_SLICE, "PAWN")
    n_slices = min(_MOST_SLICES, results.n_points // _MIN_PER_SLICE)
    table = checked_outcome(results, outcome)
    y, x = table.mean(axis=1), positions(results)
    rng = np.random.default_rng(results.seed)
    medians = _pawn(x, y, n_slices)
    dummies = _pawn(rng.random((len(y), _DUMMIES)), y, n_slices)
    rows = [
        (path, "", "median", value, np.nan, np.nan) for path, value in zip(results.paths, medians.tolist(), strict=True)
    ]
    threshold = float(np.quantile(dummies, CONFIDENCE))
    rows.append((DUMMY, "", "threshold", threshold, np.nan, np.nan))
    notes = [f"{n_slices} slices. A factor below {threshold:.2f} is indistinguishable from a dummy without any effect "
             f"(95 % of dummies are below). Of {len(results.paths)} factors without any effect about "
             f"{LEVEL * len(results.paths):.2g} would be above it by chance. The distances have no interval, and in a "
             "small sample all of them are too large: compare them with the dummy."]  # fmt: skip
    return analysis(results, outcome, noise_of(table, results.points_per_block), ("pawn", "PAWN"), rows, notes)


def _pawn(x: np.ndarray, y: np.ndarray, n_slices: int) -> np.ndarray:
    """Return for each column of x the median of the distances between the outcomes in its slices and all outcomes.

    Equal to SALib's, which takes a hundred times as long for the dummies.
    """
    order = np.argsort(y, kind="stable")
    x, is_last_of_equals = x[order], np.append(np.diff(y[order]) > 0.0, True)
    everywhere = (np.arange(1, len(y) + 1) / len(y))[is_last_of_equals, None]
    edges = np.quantile(x, np.linspace(0.0, 1.0, n_slices + 1), axis=0)
    distances = []
    for low, high in pairwise(edges):
        n_below = np.cumsum((x >= low) & (x < high), axis=0)
        with np.errstate(invalid="ignore"):  # an empty slice, of a factor with few values, has no distance
            here = n_below[is_last_of_equals] / n_below[-1]
        distances.append(np.abs(here - everywhere).max(axis=0))
    return np.asarray(np.nanmedian(distances, axis=0))


def rbd_fast(results: SweepResults, outcome: str) -> Analysis:
    """Return first-order indices by RBD-FAST, corrected for bias, with their intervals and adjusted p-values.

    Tarantola, Gatelli and Mara, Reliability Engineering and System Safety 91, 2006; Tissot and Prieur, same 107, 2012;
    by SALib. The uncorrected index is R2 of a regression on sines and cosines of the factor's order: interval and
    p-value are those of R2, see `r2_interval`. Raises InputError for fewer than 60 points.
    """
    from SALib.analyze import rbd_fast as salib  # slow to import; other analyses start without it

    require_points(results, 6 * _HARMONICS, "RBD-FAST")
    table = checked_outcome(results, outcome)
    # SALib's own intervals, of resamples of half the points, are too wide; it insists on two resamples.
    found = salib.analyze(
        salib_problem(results), positions(results), table.mean(axis=1), M=_HARMONICS, num_resamples=2,
        seed=results.seed,
    )  # fmt: skip
    first = np.array(found["S1"], float)
    n, n_terms = results.n_points, 2 * _HARMONICS
    r2 = 1.0 - (1.0 - first) * (1.0 - n_terms / n)
    rows = [(path, "", "S1", first[j], *r2_interval(r2[j], n, n_terms)) for j, path in enumerate(results.paths)]
    p_values = stats.f.sf(_f_ratio(r2, n, n_terms), n_terms, n - n_terms - 1)
    indices = analysis(
        results, outcome, noise_of(table, results.points_per_block), ("rbd_fast", "RBD-FAST, first order"), rows
    )
    indices = with_p_values(indices, p_values)
    notes = (f"First-order indices sum to {first.sum():.2f}.", adjusted_in_words(indices, "factors"))
    return replace(indices, notes=(*notes, *indices.notes))


def r2_interval(r2: float, n: int, n_terms: int) -> tuple[float, float]:
    """Return the 95 % interval of the share of variance that regression on `n_terms` fixed terms explains.

    F = (R2 / k) / ((1 - R2) / (n - k - 1)) has a noncentral F distribution with noncentrality n S / (1 - S) for a true
    share S; the ends are the S for which F is its 97.5 % and its 2.5 % quantile (Steiger and Fouladi 1997, in What if
    there were no significance tests?, Erlbaum).
    """
    f, df = _f_ratio(np.array(r2), n, n_terms), n - n_terms - 1

    def surplus(share: float, chance: float) -> float:
        # scipy gives NaN for some chances below 1e-90.
        return float(np.nan_to_num(stats.ncf.cdf(f, n_terms, df, n * share / (1.0 - share)))) - chance

    def share_at(chance: float) -> float:
        if surplus(0.0, chance) <= 0.0:
            return 0.0
        is_within = surplus(_MOST_R2, chance) < 0.0
        return float(optimize.brentq(surplus, 0.0, _MOST_R2, chance)) if is_within else _MOST_R2

    return share_at(0.5 + CONFIDENCE / 2), share_at(0.5 - CONFIDENCE / 2)


def _f_ratio(r2: np.ndarray, n: int, n_terms: int) -> np.ndarray:
    least = np.maximum(1.0 - r2, 1.0 - _MOST_R2)
    return (1.0 - least) / n_terms / (least / (n - n_terms - 1))


def rank_regression(results: SweepResults, outcome: str) -> Analysis:
    """Return standardised rank regression coefficients with Student-t intervals and adjusted p-values, and their R2.

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
    df = len(y) - len(ordered) - 1
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, df) * errors
    rows = [(path, "", "SRRC", *plus_minus(coefficients[j], half[j])) for j, path in enumerate(ordered)]
    p_values = 2.0 * stats.t.sf(np.abs(coefficients) / np.maximum(errors, np.finfo(float).tiny), df)
    rows.append(("(all)", "", "R2", r2, np.nan, np.nan))
    left_out = [path for path in moving if path not in ordered]
    fixed = [path for path in results.paths if path not in moving]
    found = analysis(
        results, outcome, noise_of(table, results.points_per_block), ("rank_regression", "Rank regression"), rows
    )
    found = with_p_values(found, [*p_values, np.nan])
    notes = [
        f"R2 of the ranks is {r2:.2f}."
        + (
            " Below 0.7 much of the outcome is not monotone, interaction or noise: interpret with care."
            if r2 < _LOW_R2
            else ""
        ),
        adjusted_in_words(found, "factors"),
        f"Left out because they have no order: {', '.join(left_out)}." if left_out else "",
        f"Left out because they are the same at every point: {', '.join(fixed)}." if fixed else "",
    ]
    return replace(found, notes=(*filter(None, notes), *found.notes))


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
