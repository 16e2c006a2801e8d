"""Sobol indices: the share of an outcome's variance that a factor explains, alone and together with others."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy import stats

from sim.analysis.findings import Analysis, analysis, positions
from sim.analysis.input_checks import checked_outcome, require_structure
from sim.analysis.many_comparisons import LEVEL, by_chance
from sim.analysis.random_number_blocks import saltelli_block
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.results.confidence_intervals import CONFIDENCE

_WIDE = 0.05  # half of an interval; Sarrazin, Pianosi and Wagener, Environmental Modelling and Software 79, 2016
_MAX_SUM = 1.2
FEWEST_BASE_POINTS = 64
"""Fewest base points whose indices have intervals: with fewer these hold the truth too rarely."""


def sobol(results: SweepResults, outcome: str) -> Analysis:
    """Return first-order and total indices, and those of second order where the design has the points for them.

    Estimators of Saltelli et al., Computer Physics Communications 181, 2010, which are SALib's; with replications they
    are those of the expected outcome (see `_between_replications`). Intervals are over the base blocks; there are none
    with one replication, as its noise looks like an effect.
    When a factor has the same value in A and in A with its column of B, in every block, its indices are NaN and a note
    names it. Raises InputError for points that are not a Saltelli design.
    """
    table = checked_outcome(results, outcome)
    x, k = positions(results), len(results.factors)
    with_pairs = has_pairs(x)
    n_base = len(x) // (2 * k + 2 if with_pairs else k + 2)
    found = _indices(table.reshape(n_base, -1, table.shape[1]), k)
    is_moved = n_switched(results, n_base) > 0
    pairs = list(combinations(range(k), 2)) if with_pairs else []
    is_known = np.concatenate([is_moved, is_moved, [is_moved[j] and is_moved[i] for j, i in pairs]]).astype(bool)
    found[~is_known] = np.nan
    is_single = table.shape[1] == 1 and not results.is_function
    if is_single or n_base < FEWEST_BASE_POINTS:
        found[:, 1:] = np.nan  # of single runs, what noise adds to an index would be inside its interval
    rows = [
        (path, "", index, *found[at].tolist())
        for j, path in enumerate(results.paths)
        for index, at in (("S1", j), ("ST", k + j))
    ]
    rows += [(results.paths[j], results.paths[i], "S2", *found[2 * k + at].tolist()) for at, (j, i) in enumerate(pairs)]
    unswitched = [path for path, moved in zip(results.paths, is_moved, strict=True) if not moved]
    noise = noise_of(table, results.points_per_block)
    notes = _notes(found[: 2 * k], n_base, unswitched, is_single)
    if np.isfinite(found[:, 1]).any():  # an interval above zero: one of its two sides
        notes.append(by_chance(k, "factors", LEVEL / 2))
    return analysis(results, outcome, noise, ("sobol", "Sobol indices"), rows, notes)


def _indices(blocks: np.ndarray, k: int) -> np.ndarray:
    """Return S1 and ST of each factor, then S2 of each pair, as rows of value, low and high.

    `blocks` are the values of an outcome, base blocks x points of a block x replications.
    """
    y = blocks - blocks.mean(axis=(0, 1))
    a, b, ab = y[:, :1], y[:, -1:], y[:, 1 : k + 1]
    first = _between_replications(b, ab - a)
    parts = [first, 0.5 * _between_replications(a - ab, a - ab)]
    if y.shape[1] == 2 * k + 2:
        j, i = np.transpose(list(combinations(range(k), 2)))
        both = _between_replications(y[:, k + 1 : 2 * k + 1][:, j], ab[:, i]) - _between_replications(a, b)
        parts.append(both - first[:, j] - first[:, i])
    explained = np.concatenate(parts, axis=1)
    squares = 0.5 * (_between_replications(a, a) + _between_replications(b, b))
    middles = 0.5 * (a + b)

    def variance(squares: np.ndarray, middles: np.ndarray) -> np.ndarray:
        return (squares - _between_replications(middles, middles))[..., 0]

    return _quotients(
        explained.mean(axis=0), variance(squares.mean(axis=0), middles.mean(axis=0)),
        _left_out(explained), variance(_left_out(squares), _left_out(middles)),
    )  # fmt: skip


def _left_out(of_blocks: np.ndarray) -> np.ndarray:
    """Return the means of all blocks but one, for each of them."""
    return np.asarray((of_blocks.sum(axis=0) - of_blocks) / (len(of_blocks) - 1))


def _quotients(over: np.ndarray, under: np.ndarray, left_over: np.ndarray, left_under: np.ndarray) -> np.ndarray:
    """Return quotients as rows of value, low and high; `left_...` are both parts with each block left out.

    Fieller's interval (Journal of the Royal Statistical Society B 16, 1954), with variances and covariance by the
    jackknife. It has no ends, here NaN, when the lower part may be zero.
    """
    g = len(left_over)
    t2 = float(stats.t.ppf(0.5 + CONFIDENCE / 2, g - 1)) ** 2 * (g - 1)
    off, off_under = left_over - left_over.mean(axis=0), (left_under - left_under.mean())[:, None]
    a = under**2 - t2 * (off_under**2).mean()
    b = over * under - t2 * (off * off_under).mean(axis=0)
    c = over**2 - t2 * (off**2).mean(axis=0)
    value = over / under if under > 0.0 else np.full(len(over), np.nan)
    if under <= 0.0 or a <= 0.0:
        return np.column_stack([value, np.full((len(over), 2), np.nan)])
    root = np.sqrt(np.maximum(0.0, b**2 - a * c))
    return np.column_stack([value, (b - root) / a, (b + root) / a])


def _between_replications(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the product of two outcomes, averaged over all pairs of different replications (the last axis).

    Noise of different replications is independent, so the product's mean is that of the expected outcomes: without
    bias, a quadratic form T of one replication becomes (R T(mean) - mean of T(y_r)) / (R - 1). With one replication it
    is the plain product, noise included.
    """
    r = u.shape[-1]
    products = (u * v).sum(axis=-1)
    return products if r == 1 else (u.sum(axis=-1) * v.sum(axis=-1) - products) / (r * (r - 1))


def n_switched(results: SweepResults, n_base: int) -> np.ndarray:
    """Return, for each factor, the number of blocks in which its value differs between A and A with its column of B."""
    values = results.values.to_numpy(object).reshape(n_base, -1, len(results.factors))
    return np.array([(values[:, 0, j] != values[:, 1 + j, j]).sum() for j in range(values.shape[2])])


def has_pairs(x: np.ndarray) -> bool:
    """Return whether a Saltelli design has the points for second-order indices; raises InputError for other points."""
    k, size = x.shape[1], saltelli_block(x)
    require_structure(size is not None, f"a Saltelli design, in blocks of {k + 2} or {2 * k + 2} points")
    return size == 2 * k + 2


def _notes(found: np.ndarray, n_base: int, unswitched: list[str], is_single: bool) -> list[str]:
    if np.isnan(found).all():
        return [f"{n_base} base points. Noise explains how the points differ: there are no indices."]
    total = float(np.nansum(found[: len(found) // 2, 0]))
    widest = float(np.nanmax(found[:, 2] - found[:, 1], initial=0.0)) / 2
    rest = "interaction or noise" if is_single else "interaction"
    if total > _MAX_SUM:
        rest = ", well above 1: there are too few base points"
    else:
        rest = "" if unswitched or total > 1.0 else f": the rest up to 1 is {rest}"
    notes = [f"{n_base} base points. First-order indices sum to {total:.2f}{rest}."]
    if unswitched:
        names = ", ".join(unswitched)
        notes.append(f"Unknown, as no two points differ only in this factor: {names}. More base points are needed.")
    if np.isnan(found[:, 1]).all():
        notes.append(f"No intervals: {_why_none(n_base, is_single)}.")
    elif widest > _WIDE:
        notes.append(f"The widest interval is plus or minus {widest:.2f}: more base points would reduce it to 0.05.")
    return notes


def _why_none(n_base: int, is_single: bool) -> str:
    if is_single:
        return "with one replication per point, noise looks like an effect"
    if n_base < FEWEST_BASE_POINTS:
        return f"fewer than {FEWEST_BASE_POINTS} base points"
    return "noise alone may explain how the points differ"
