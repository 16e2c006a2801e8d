"""PRIM: the box of factor values in which the cases of interest crowd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.analysis.boxes import Box, Limits, columns_of, coverage_and_density, quasi_p
from sim.analysis.cases import cases_of
from sim.analysis.findings import Analysis, analysis
from sim.analysis.guard import checked, least_points
from sim.analysis.noise import noise_of
from sim.intervals import share_interval

if TYPE_CHECKING:
    from sim.analysis.sweep_results import SweepResults

_PEEL, _LEAST_MASS, _LEAST_POINTS = 0.05, 0.05, 5
_BY_CHANCE = 0.05
_HALVES = 20

_COLUMNS = ("factor", "low", "high", "lowest", "highest", "categories", "all_categories", "quasi_p", "reproduced")

Columns = Mapping[str, np.ndarray]


def prim(
    results: SweepResults,
    outcome: str,
    above: float | None = None,
    below: float | None = None,
    box: int | None = None,
) -> Analysis:
    """Return the box that PRIM finds, with coverage, density and each restriction's quasi-p-value.

    Patient rule induction (Friedman and Fisher, Statistics and Computing 9, 1999) as scenario discovery uses it
    (Bryant and Lempert, Technological Forecasting and Social Change 77, 2010): peel off, step by step, the 5 % whose
    loss raises the density most for what is lost; then paste back what raises it. `box` picks a step of the detail
    `trajectory`; without it, the step with the largest harmonic mean of coverage and density, less the restrictions
    that chance may explain (quasi-p above 0.05). Detail `box`: limits by factor. `reproduced` is the share of 20
    random halves of the points in which the factor is restricted again. Raises InputError when there are too few
    cases.
    """
    least_points(results, 40, "PRIM")
    table = checked(results, outcome)
    cases = cases_of(results, outcome, above, below)
    columns = columns_of(results.values, {factor.path: factor.kind for factor in results.factors})
    trajectory = peel(columns, cases.is_case)
    steps = _trajectory(trajectory, columns, cases.is_case)
    place = _best(steps) if box is None else box
    found = paste(trajectory[place], columns, cases.is_case)
    if box is None:
        found = _pruned(found, columns, cases.is_case)
    inside = found.holds(columns)
    limits = _limits(found, columns, cases.is_case, results.seed)
    rows = [
        ("(box)", "", "coverage", *share_interval(inside[cases.is_case])),
        ("(box)", "", "density", *share_interval(cases.is_case[inside])),
        ("(box)", "", "mass", float(inside.mean()), np.nan, np.nan),
        *(
            (str(row["factor"]), "", index, float(row[index]), np.nan, np.nan)
            for row in limits.to_dict("records")
            for index in ("quasi_p", "reproduced")
        ),
    ]
    notes = [
        f"Cases: {cases.words}, {int(cases.is_case.sum())} of {len(inside)} points. The box was made on the same "
        "points, so its density is somewhat flattered; Wilson's intervals do not hold that."
    ]
    points = pd.DataFrame({"is_case": cases.is_case, "is_inside": inside}, index=results.unit.index)
    details = {"trajectory": steps.assign(is_chosen=steps.index == place), "box": limits, "points": points,
               "cases": pd.DataFrame({"cases": [cases.words]})}  # fmt: skip
    return analysis(results, outcome, noise_of(table), ("prim", "Scenario discovery (PRIM)"), rows, notes, details)


def peel(columns: Columns, is_case: np.ndarray) -> list[Box]:
    """Return the boxes of the peeling trajectory, the whole space first.

    Each step takes the peel with the largest gain in density for the share of the box that it costs, the form of the
    criterion that is fair to categories and whole numbers, whose peels differ in size. It ends when a box would hold
    less than 5 % of the points, or no peel gains.
    """
    boxes, inside = [Box()], np.ones(len(is_case), bool)
    least = max(_LEAST_POINTS, _LEAST_MASS * len(is_case))
    while True:
        n, density = int(inside.sum()), float(is_case[inside].mean())
        best, gain = None, 0.0
        for path, limits in _peels(boxes[-1], columns, inside):
            # The box is the old one but for this factor's limits.
            kept = inside & limits.holds(columns[path])
            m = int(np.count_nonzero(kept))
            if m < least or m == n:
                continue
            own = (float(np.count_nonzero(is_case & kept)) / m - density) * n / (n - m)
            if own > gain:
                best, gain = (path, limits, kept), own
        if best is None:
            return boxes
        boxes.append(boxes[-1].within(best[0], best[1]))
        inside = best[2]


def _peels(box: Box, columns: Columns, inside: np.ndarray) -> Iterator[tuple[str, Limits]]:
    """Yield for each factor what its limits would be after a peel from below and from above, or without a category."""
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
    """Return the limit that takes the lowest 5 % off, all equal values together, halfway to the next value."""
    n = max(1, int(_PEEL * len(ordered)))
    place = int(np.searchsorted(ordered, ordered[n - 1], side="right"))
    return -np.inf if place == len(ordered) else float((ordered[place - 1] + ordered[place]) / 2)


def paste(box: Box, columns: Columns, is_case: np.ndarray) -> Box:
    """Return the box widened, by 5 % of its points at a time, as long as that raises its density."""
    while True:
        inside = box.holds(columns)
        best, density = None, float(is_case[inside].mean())
        for wider in _widened(box, columns, inside):
            own = float(is_case[wider.holds(columns)].mean())
            if own > density:
                best, density = wider, own
        if best is None:
            return box
        box = best


def _widened(box: Box, columns: Columns, inside: np.ndarray) -> Iterator[Box]:
    n = max(1, int(_PEEL * inside.sum()))
    for path, limits in box.limits.items():
        column = columns[path]
        beside = column[box.without(path).holds(columns)]
        if limits.categories is not None:
            yield from (box.within(path, Limits(categories=limits.categories | {one}))
                        for one in sorted(set(beside) - limits.categories, key=str))  # fmt: skip
            continue
        if (beside < limits.low).any():
            yield box.within(path, Limits(-_next(-beside[beside < limits.low], n), limits.high))
        if (beside > limits.high).any():
            yield box.within(path, Limits(limits.low, _next(beside[beside > limits.high], n)))


def _next(values: np.ndarray, n: int) -> float:
    """Return the limit that lets the n lowest values in, and their equals."""
    ordered = np.sort(values)
    last = ordered[min(n, len(ordered)) - 1]
    above = ordered[ordered > last]
    return float((last + above[0]) / 2) if len(above) else np.inf


def _trajectory(boxes: list[Box], columns: Columns, is_case: np.ndarray) -> pd.DataFrame:
    found = []
    for box in boxes:
        inside = box.holds(columns)
        coverage, density = coverage_and_density(inside, is_case)
        found.append({"coverage": coverage, "density": density, "mass": float(inside.mean()),
                      "n_restricted": len(box.limits)})  # fmt: skip
    return pd.DataFrame(found).rename_axis("box")


def _best(steps: pd.DataFrame) -> int:
    return int(np.argmax(2 * steps["coverage"] * steps["density"] / (steps["coverage"] + steps["density"])))


def _pruned(box: Box, columns: Columns, is_case: np.ndarray) -> Box:
    """Return the box without the restrictions that chance may explain, the weakest taken off first."""
    while box.limits:
        weakest = max(box.limits, key=lambda path: quasi_p(box, path, columns, is_case))
        if quasi_p(box, weakest, columns, is_case) <= _BY_CHANCE:
            break
        box = box.without(weakest)
    return box


def _limits(box: Box, columns: Columns, is_case: np.ndarray, seed: int) -> pd.DataFrame:
    reproduced = _reproduced(columns, is_case, seed) if box.limits else {}
    found = [
        {**_in_numbers(limits, columns[path]), "factor": path,
         "quasi_p": quasi_p(box, path, columns, is_case), "reproduced": reproduced.get(path, 0.0)}
        for path, limits in box.limits.items()
    ]  # fmt: skip
    return pd.DataFrame(found, columns=list(_COLUMNS)).sort_values("quasi_p", kind="stable", ignore_index=True)


def _in_numbers(limits: Limits, column: np.ndarray) -> dict[str, Any]:
    """Return limits beside the whole range, of numbers or of categories."""
    if limits.categories is not None:
        there, kept = sorted(set(map(str, column))), sorted(map(str, limits.categories))
        return {"categories": ", ".join(kept), "all_categories": ", ".join(there)}
    lowest, highest = float(column.min()), float(column.max())
    ends = {"low": max(limits.low, lowest), "high": min(limits.high, highest)}
    return {**ends, "lowest": lowest, "highest": highest, "categories": "", "all_categories": ""}


def _reproduced(columns: Columns, is_case: np.ndarray, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    counts = dict.fromkeys(columns, 0)
    for _ in range(_HALVES):
        half = rng.permutation(len(is_case))[: len(is_case) // 2]
        own, own_cases = {path: column[half] for path, column in columns.items()}, is_case[half]
        if not own_cases.any():
            continue
        boxes = peel(own, own_cases)
        found = _pruned(boxes[_best(_trajectory(boxes, own, own_cases))], own, own_cases)
        for path in found.limits:
            counts[path] += 1
    return {path: count / _HALVES for path, count in counts.items()}
