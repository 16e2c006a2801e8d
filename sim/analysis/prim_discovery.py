"""PRIM: the box of factor values in which cases of interest are dense."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.cases_of_interest import cases_of
from sim.analysis.factor_box import Box, Limits, columns_of, coverage_and_density, quasi_p
from sim.analysis.findings import Analysis, analysis
from sim.analysis.input_checks import checked_outcome, require_points
from sim.analysis.prim_peeling import Columns, paste, peel
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.results.confidence_intervals import share_interval

_SIGNIFICANT = 0.05
_HALVES = 20

_COLUMNS = ("factor", "low", "high", "lowest", "highest", "categories", "all_categories", "quasi_p", "reproduced")


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
    loss raises the density most per point lost; then paste back what raises it. `box` picks a step of the detail
    `trajectory`; by default it is the step with the largest harmonic mean of coverage and density, without the
    restrictions that chance alone may explain (quasi-p above 0.05). Detail `box`: limits by factor. `reproduced` is the
    share of 20 random halves of the points in which the factor is restricted again. Raises InputError when there are
    too few cases, and for a step that does not exist.
    """
    require_points(results, 40, "PRIM")
    table = checked_outcome(results, outcome)
    cases = cases_of(results, outcome, above, below)
    columns = columns_of(results.values, {factor.path: factor.kind for factor in results.factors})
    trajectory = peel(columns, cases.is_case)
    steps = _trajectory(trajectory, columns, cases.is_case)
    if box is not None and not 0 <= box < len(trajectory):
        raise InputError([f"box: must be a step from 0 to {len(trajectory) - 1}, is {box}"])
    place = _best(steps) if box is None else box
    found = paste(trajectory[place], columns, cases.is_case)
    if box is None:
        found = _pruned(found, columns, cases.is_case)
    inside = found.contains(columns)
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
        f"Cases: {cases.words}, {int(cases.is_case.sum())} of {len(inside)} points. The box was fitted to the same "
        "points, so its density is somewhat optimistic; Wilson's intervals do not account for that."
    ]
    points = pd.DataFrame({"is_case": cases.is_case, "is_inside": inside}, index=results.unit.index)
    details = {"trajectory": steps.assign(is_chosen=steps.index == place), "box": limits, "points": points,
               "cases": pd.DataFrame({"cases": [cases.words]})}  # fmt: skip
    return analysis(results, outcome, noise_of(table), ("prim", "Scenario discovery (PRIM)"), rows, notes, details)


def _trajectory(boxes: list[Box], columns: Columns, is_case: np.ndarray) -> pd.DataFrame:
    found = []
    for box in boxes:
        inside = box.contains(columns)
        coverage, density = coverage_and_density(inside, is_case)
        found.append({"coverage": coverage, "density": density, "mass": float(inside.mean()),
                      "n_restricted": len(box.limits)})  # fmt: skip
    return pd.DataFrame(found).rename_axis("box")


def _best(steps: pd.DataFrame) -> int:
    return int(np.argmax(2 * steps["coverage"] * steps["density"] / (steps["coverage"] + steps["density"])))


def _pruned(box: Box, columns: Columns, is_case: np.ndarray) -> Box:
    """Return the box without the restrictions that chance alone may explain, removed from the weakest on."""
    while box.limits:
        weakest = max(box.limits, key=lambda path: quasi_p(box, path, columns, is_case))
        if quasi_p(box, weakest, columns, is_case) <= _SIGNIFICANT:
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
    """Return limits and the whole range, of numbers or of categories."""
    if limits.categories is not None:
        inside, every = sorted(map(str, limits.categories)), sorted(set(map(str, column)))
        return {"categories": ", ".join(inside), "all_categories": ", ".join(every)}
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
