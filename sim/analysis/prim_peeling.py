"""The two steps of PRIM: peeling makes a box smaller, pruning frees the factors whose limits chance may explain."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import bdtrc

from sim.analysis.factor_box import Box, Limits

_PEEL, _MIN_MASS, _MIN_POINTS = 0.05, 0.05, 5
_SIGNIFICANT = 0.05

Columns = Mapping[str, np.ndarray]


def peel(columns: Columns, is_case: np.ndarray) -> tuple[list[Box], np.ndarray]:
    """Return the boxes of the peeling trajectory, the whole space first, and the share of the points in each.

    Columns are floats for numbers and whole numbers for the codes of categories. Each step looks, within the box, for
    the cut of one factor whose two sides differ most in their share of cases (in standard errors), and takes 5 % of the
    points off the end of its poorer side, or the poorer category. Peeling ends when a box would have less than 5 % of
    the points, or when all or none of its points are cases.
    """
    numbers = [path for path, column in columns.items() if column.dtype.kind == "f"]
    values = np.array([columns[path] for path in numbers], float).reshape(len(numbers), len(is_case))
    options = [(path, code) for path, column in columns.items() if path not in numbers for code in np.unique(column)]
    members = np.array([columns[path] == code for path, code in options], bool).reshape(len(options), len(is_case))
    order = np.argsort(values, axis=1, kind="stable")
    inside, boxes, masses = np.ones(len(is_case), bool), [Box()], [1.0]
    least = max(_MIN_POINTS, _MIN_MASS * len(is_case))
    while 0.0 < is_case[inside].mean() < 1.0:
        share = float(is_case[inside].mean())
        ends = _ends(values, order, is_case, share)
        removals = [*ends, _categories(members[:, inside], is_case[inside], share)]
        scores = np.concatenate([score for score, _ in removals])
        n_gone = np.concatenate([gone for _, gone in removals])
        scores[(inside.sum() - n_gone < least) | (n_gone == 0)] = 0.0
        place = int(np.argmax(scores)) if len(scores) else -1
        if place < 0 or scores[place] <= 0.0:
            break
        if place >= 2 * len(numbers):
            path, code = options[place - 2 * len(numbers)]
            left = frozenset(np.unique(columns[path][inside]).tolist()) - {code}
            boxes.append(boxes[-1].within(path, Limits(categories=left)))
            inside = inside & ~members[place - 2 * len(numbers)]
        else:
            row, n = place % len(numbers), int(n_gone[place])
            path, own = numbers[row], values[row, order[row]]
            old = boxes[-1].limits.get(path, Limits())
            if place < len(numbers):
                limits, gone = Limits(float(own[n - 1] + own[n]) / 2, old.high), order[row, :n]
            else:
                limits, gone = Limits(old.low, float(own[-n - 1] + own[-n]) / 2), order[row, -n:]
            boxes.append(boxes[-1].within(path, limits))
            inside = inside.copy()
            inside[gone] = False
        order = order[inside[order]].reshape(len(numbers), int(inside.sum()))
        masses.append(float(inside.mean()))
    return boxes, np.array(masses)


def _ends(
    values: np.ndarray, order: np.ndarray, is_case: np.ndarray, share: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return for the lower and the upper ends of numbers how much poorer they are, and how many points a peel takes.

    `order` has the points inside, sorted by each number. Equal values are on the same side of a cut, and leave
    together; a cut has 5 points and 5 % of the points on both sides.
    """
    m = order.shape[1]
    own, cases = np.take_along_axis(values, order, axis=1), is_case[order]
    n_low = np.arange(1, m)
    deviations = _in_standard_errors(np.cumsum(cases, axis=1)[:, :-1], n_low, m, share)
    edge = max(_MIN_POINTS, int(_MIN_MASS * m))
    is_cut = (own[:, :-1] < own[:, 1:]) & (n_low >= edge) & (m - n_low >= edge)
    deviations = np.where(is_cut, deviations, 0.0)
    n = max(1, int(_PEEL * m))
    lower = (own <= own[:, n - 1 : n]).sum(axis=1)
    upper = (own >= own[:, m - n : m - n + 1]).sum(axis=1)
    return [(-deviations.min(axis=1, initial=0.0), lower), (deviations.max(axis=1, initial=0.0), upper)]


def _categories(members: np.ndarray, is_case: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return for each category how much poorer in cases it is than the others, and its number of points."""
    n = members.sum(axis=1)
    deviations = _in_standard_errors((members & is_case).sum(axis=1), n, len(is_case), share)
    return -deviations, n


def _in_standard_errors(n_cases: np.ndarray, n: np.ndarray, n_all: int, share: float) -> np.ndarray:
    """Return how far the number of cases among n of all points is above its expectation; 0 for none and for all."""
    errors = np.sqrt(share * (1.0 - share) * n * (n_all - n) / n_all)
    return np.divide(n_cases - share * n, errors, out=np.zeros(np.shape(n_cases)), where=errors > 0.0)


def prune(box: Box, columns: Columns, is_case: np.ndarray) -> Box:
    """Return the box without the restrictions that chance alone may explain, removed from the weakest on.

    Chance may explain a restriction whose quasi-p-value (`quasi_p_values`) is above 0.05.
    """
    while box.limits:
        found = quasi_p_values(box, columns, is_case)
        weakest = max(found, key=lambda path: found[path])
        if found[weakest] <= _SIGNIFICANT:
            break
        box = box.without(weakest)
    return box


def quasi_p_values(box: Box, columns: Columns, is_case: np.ndarray) -> dict[str, float]:
    """Return by factor the probability that the box is this dense by chance, without any effect of its restriction.

    Bryant and Lempert, Technological Forecasting and Social Change 77, 2010: p = P(X >= c), X binomial with n points
    and probability q, where n is the number of points in the box, c the number of cases among them, and q the share of
    cases in the box without this restriction. The points chose the box, so that p is too small.
    """
    outside = np.array([~limits.contains(columns[path]) for path, limits in box.limits.items()])
    n_outside = outside.sum(axis=0)
    inside = n_outside == 0
    wide = (n_outside - outside) == 0
    shares = (wide & is_case).sum(axis=1) / np.maximum(1, wide.sum(axis=1))
    n, c = int(inside.sum()), int(is_case[inside].sum())
    chances = bdtrc(c - 1, n, shares) if c else np.ones(len(shares))
    return dict(zip(box.limits, map(float, chances), strict=True))
