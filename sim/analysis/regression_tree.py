"""CART: a regression tree that splits the points by thresholds of one factor at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.analysis.factor_box import Box, Limits, columns_of
from sim.analysis.findings import Analysis, analysis
from sim.analysis.input_checks import checked_outcome, require_points
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.results.number_format import rounded

_MAX_DEPTH, _MIN_SHARE, _MIN_POINTS, _MIN_GAIN = 4, 0.03, 5, 0.01
_FOLDS = 10

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Leaf:
    """A part of factor space, `box`, and the points in it."""

    box: Box
    rows: np.ndarray


@dataclass(frozen=True)
class _Split:
    path: str
    low: Limits
    high: Limits
    gain: float


def cart(results: SweepResults, outcome: str) -> Analysis:
    """Return a regression tree of the points' means: each factor's share of the variance, and the leaves.

    Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984: each split reduces the sum of
    squares most; the values of a category are sorted by their means, which finds the best split of all. The depth is
    the smallest whose error in ten-fold cross-validation is within one standard error of the best; a split removes
    at least 1 % of the variance. Index `importance` is the share of the variance that a factor's splits remove, `R2`
    the share of the variance of new points that a tree of this depth explains, by cross-validation. Detail `leaves`:
    where, n_points and mean, without an interval: the points chose the leaves, so that Student's interval would hold
    the mean of new points too rarely. A tree of half of the points, whose other half would give honest intervals (Athey
    and Imbens, PNAS 113, 2016), finds fewer splits. Raises InputError for fewer than 40 points.
    """
    require_points(results, 40, "CART")
    table = checked_outcome(results, outcome)
    y = table.mean(axis=1)
    columns = columns_of(results.values, {factor.path: factor.kind for factor in results.factors})
    depth, r2_by_depth = _depth(columns, y, results.seed)
    leaves, gains = grow(columns, y, depth)
    # The tree may be shallower than allowed: its R2 is that of trees of the depth that it has.
    r2 = r2_by_depth[next(d for d in range(depth + 1) if len(grow(columns, y, d)[0]) == len(leaves))]
    total = float(((y - y.mean()) ** 2).sum())
    rows = [(path, "", "importance", gains.get(path, 0.0) / total, np.nan, np.nan) for path in results.paths]
    rows.append(("(all)", "", "R2", r2, np.nan, np.nan))
    size = "One leaf: no split reduces the variance enough" if len(leaves) == 1 else f"{len(leaves)} leaves"
    notes = [
        f"{size}; R2 for new points is {max(0.0, r2):.2f} (ten-fold cross-validation). Each split is of one factor and "
        "must reduce the variance by itself: factors that act only together may not be found. The means of the leaves "
        "are those of the points that chose them: somewhat too far apart, and without an interval."
    ]
    noise = noise_of(table, results.points_per_block)
    return analysis(results, outcome, noise, ("cart", "Regression tree (CART)"), rows, notes,
                    {"leaves": _leaves(leaves, y)})  # fmt: skip


def grow(columns: Columns, y: np.ndarray, max_depth: int) -> tuple[list[Leaf], dict[str, float]]:
    """Return the leaves of a tree of at most `max_depth`, and the sum of squares that each factor's splits remove."""
    min_points = max(_MIN_POINTS, int(_MIN_SHARE * len(y)))
    min_gain = _MIN_GAIN * float(((y - y.mean()) ** 2).sum())
    leaves, gains = [Leaf(Box(), np.arange(len(y)))], dict[str, float]()
    for _ in range(max_depth):
        grown: list[Leaf] = []
        for leaf in leaves:
            split = _best_split(leaf, columns, y, min_points)
            if split is None or split.gain < min_gain:
                grown.append(leaf)
                continue
            gains[split.path] = gains.get(split.path, 0.0) + split.gain
            grown += [_part(leaf, split.path, limits, columns) for limits in (split.low, split.high)]
        leaves = grown
    return leaves, gains


def _part(leaf: Leaf, path: str, limits: Limits, columns: Columns) -> Leaf:
    rows = leaf.rows[limits.contains(columns[path][leaf.rows])]
    old = leaf.box.limits.get(path, Limits())
    if limits.categories is None:
        limits = replace(limits, low=max(old.low, limits.low), high=min(old.high, limits.high))
    return Leaf(leaf.box.within(path, limits), rows)


def _best_split(leaf: Leaf, columns: Columns, y: np.ndarray, min_points: int) -> _Split | None:
    own = y[leaf.rows]
    best: _Split | None = None
    for path, column in columns.items():
        values = column[leaf.rows]
        split_of = _split_categories if column.dtype == object else _split_numbers
        split = split_of(path, values, own, min_points)
        if split is not None and (best is None or split.gain > best.gain):
            best = split
    return best


def _split_numbers(path: str, values: np.ndarray, y: np.ndarray, min_points: int) -> _Split | None:
    limit, gain = _best_threshold(values, y, min_points)
    if gain <= 0.0:
        return None
    # A value equal to the limit belongs to the lower part; the upper part starts at the next larger number.
    return _Split(path, Limits(high=limit), Limits(low=float(np.nextafter(limit, np.inf))), gain)


def _split_categories(path: str, values: np.ndarray, y: np.ndarray, min_points: int) -> _Split | None:
    names = sorted(set(values), key=lambda one: (float(y[values == one].mean()), str(one)))
    places = {name: place for place, name in enumerate(names)}
    limit, gain = _best_threshold(np.array([places[value] for value in values], float), y, min_points)
    if gain <= 0.0:
        return None
    below = frozenset(name for name, place in places.items() if place <= limit)
    return _Split(path, Limits(categories=below), Limits(categories=frozenset(names) - below), gain)


def _best_threshold(values: np.ndarray, y: np.ndarray, min_points: int) -> tuple[float, float]:
    """Return the threshold that reduces the sum of squares most, halfway between two values, and by how much."""
    order = np.argsort(values, kind="stable")
    x, centred = values[order], y[order] - y.mean()
    n_low = np.arange(1, len(x))
    below = np.cumsum(centred)[:-1]
    gains = below**2 / n_low + below**2 / (len(x) - n_low)
    is_allowed = (x[1:] > x[:-1]) & (n_low >= min_points) & (len(x) - n_low >= min_points)
    if not is_allowed.any():
        return 0.0, 0.0
    place = int(np.argmax(np.where(is_allowed, gains, -1.0)))
    gain = float(gains[place])
    # A gain of the size of rounding errors counts as none.
    return float((x[place] + x[place + 1]) / 2), gain if gain > 1e-12 * float(centred @ centred) else 0.0


def _depth(columns: Columns, y: np.ndarray, seed: int) -> tuple[int, np.ndarray]:
    """Return the depth found by cross-validation, and the share of the variance of new points per depth."""
    fold = np.random.default_rng(seed).permutation(len(y)) % _FOLDS
    squares = np.empty((_MAX_DEPTH + 1, len(y)))
    for k in range(_FOLDS):
        known, new = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        for depth in range(_MAX_DEPTH + 1):
            leaves, _ = grow({path: column[known] for path, column in columns.items()}, y[known], depth)
            squares[depth, new] = (y[new] - _predict(leaves, y[known], columns, new)) ** 2
    means = squares.mean(axis=1)
    best = int(np.argmin(means))
    enough = means[best] + squares[best].std(ddof=1) / np.sqrt(len(y))
    depth = int(np.flatnonzero(means <= enough)[0])
    return depth, 1.0 - means / means[0]


def _predict(leaves: list[Leaf], y: np.ndarray, columns: Columns, rows: np.ndarray) -> np.ndarray:
    found = np.full(len(rows), y.mean())
    for leaf in leaves:
        found[leaf.box.contains({path: column[rows] for path, column in columns.items()})] = y[leaf.rows].mean()
    return found


def _leaves(leaves: list[Leaf], y: np.ndarray) -> pd.DataFrame:
    found = []
    for leaf in leaves:
        found.append({"where": box_in_words(leaf.box), "n_points": len(leaf.rows), "mean": float(y[leaf.rows].mean())})
    return pd.DataFrame(found).sort_values("mean", ascending=False, ignore_index=True)


def box_in_words(box: Box) -> str:
    """Return the limits of a box in words."""
    return " and ".join(_limits_in_words(path, limits) for path, limits in box.limits.items()) or "anywhere"


def _limits_in_words(path: str, limits: Limits) -> str:
    if limits.categories is not None:
        return f"{path} is {' or '.join(sorted(map(str, limits.categories)))}"
    low, high = (rounded(limit, 4) for limit in (limits.low, limits.high))
    if np.isinf(limits.low):
        return f"{path} up to {high}"
    return f"{path} above {low}" + ("" if np.isinf(limits.high) else f" up to {high}")
