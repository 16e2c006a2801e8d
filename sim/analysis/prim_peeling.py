"""The two steps of PRIM: peeling makes a box smaller, pasting makes it wider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.analysis.factor_box import Box, Limits

_PEEL, _MIN_MASS, _MIN_POINTS = 0.05, 0.05, 5

Columns = Mapping[str, np.ndarray]


def peel(columns: Columns, is_case: np.ndarray) -> list[Box]:
    """Return the boxes of the peeling trajectory, the whole space first.

    Each step takes the peel with the largest gain in density per share of the box that it removes; this form of the
    criterion is fair to categories and whole numbers, whose peels differ in size. Peeling ends when a box would have
    less than 5 % of the points, or when no peel raises the density.
    """
    boxes, inside = [Box()], np.ones(len(is_case), bool)
    least = max(_MIN_POINTS, _MIN_MASS * len(is_case))
    while True:
        n, density = int(inside.sum()), float(is_case[inside].mean())
        best, gain = None, 0.0
        for path, limits in _peels(boxes[-1], columns, inside):
            # The box is the old one except for this factor's limits.
            remaining = inside & limits.contains(columns[path])
            m = int(np.count_nonzero(remaining))
            if m < least or m == n:
                continue
            own = (float(np.count_nonzero(is_case & remaining)) / m - density) * n / (n - m)
            if own > gain:
                best, gain = (path, limits, remaining), own
        if best is None:
            return boxes
        boxes.append(boxes[-1].within(best[0], best[1]))
        inside = best[2]


def _peels(box: Box, columns: Columns, inside: np.ndarray) -> Iterator[tuple[str, Limits]]:
    """Yield for each factor its limits after a peel from below and from above, or without one of its categories."""
    for path, column in columns.items():
        values, limits = column[inside], box.limits.get(path, Limits())
        if column.dtype == object:
            there = frozenset(values)
            yield from ((path, Limits(categories=there - {one})) for one in sorted(there, key=str) if len(there) > 1)
            continue
        ordered = np.sort(values)
        yield path, Limits(max(limits.low, _after_peel(ordered)), limits.high)
        yield path, Limits(limits.low, min(limits.high, -_after_peel(-ordered[::-1])))


def _after_peel(ordered: np.ndarray) -> float:
    """Return the limit that removes the lowest 5 %, equal values together, halfway to the next value."""
    n = max(1, int(_PEEL * len(ordered)))
    place = int(np.searchsorted(ordered, ordered[n - 1], side="right"))
    return -np.inf if place == len(ordered) else float((ordered[place - 1] + ordered[place]) / 2)


def paste(box: Box, columns: Columns, is_case: np.ndarray) -> Box:
    """Return the box widened, by 5 % of its points at a time, as long as that raises its density."""
    while True:
        inside = box.contains(columns)
        best, density = None, float(is_case[inside].mean())
        for wider in _widened(box, columns, inside):
            own = float(is_case[wider.contains(columns)].mean())
            if own > density:
                best, density = wider, own
        if best is None:
            return box
        box = best


def _widened(box: Box, columns: Columns, inside: np.ndarray) -> Iterator[Box]:
    n = max(1, int(_PEEL * inside.sum()))
    for path, limits in box.limits.items():
        column = columns[path]
        beside = column[box.without(path).contains(columns)]
        if limits.categories is not None:
            yield from (box.within(path, Limits(categories=limits.categories | {one}))
                        for one in sorted(set(beside) - limits.categories, key=str))  # fmt: skip
            continue
        if (beside < limits.low).any():
            yield box.within(path, Limits(-_next(-beside[beside < limits.low], n), limits.high))
        if (beside > limits.high).any():
            yield box.within(path, Limits(limits.low, _next(beside[beside > limits.high], n)))


def _next(values: np.ndarray, n: int) -> float:
    """Return the limit that admits the n lowest values and all values equal to them."""
    ordered = np.sort(values)
    last = ordered[min(n, len(ordered)) - 1]
    above = ordered[ordered > last]
    return float((last + above[0]) / 2) if len(above) else np.inf
