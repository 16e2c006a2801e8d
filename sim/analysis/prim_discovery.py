"""PRIM: the box of factor values in which cases of interest are dense."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.cases_of_interest import cases_of, nearby_limits
from sim.analysis.factor_box import Box, codes_of, columns_of, coverage_and_density
from sim.analysis.findings import Analysis, analysis
from sim.analysis.input_checks import checked_outcome, require_points
from sim.analysis.prim_limits import limits_table, over_halves
from sim.analysis.prim_peeling import Columns, peel, prune
from sim.analysis.prim_validation import HeldOut, held_out
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.quantity import Scalar


@dataclass(frozen=True)
class _Found:
    steps: list[Box]
    masses: np.ndarray
    held_out: HeldOut
    place: int

    @property
    def box(self) -> Box:
        return self.steps[self.place]


def prim(
    results: SweepResults,
    outcome: str,
    above: float | None = None,
    below: float | None = None,
    box: int | None = None,
) -> Analysis:
    """Return the box that PRIM finds, with its coverage and density on held-out points.

    Patient rule induction (Friedman and Fisher, Statistics and Computing 9, 1999) as scenario discovery uses it
    (Bryant and Lempert, Technological Forecasting and Social Change 77, 2010): peel off 5 % of the points, step by step
    (`peel`), and at each step free the factors whose limits chance may explain (`prune`). The step has the largest
    harmonic mean of coverage and density in cross-validation (Kwakkel and Cunningham, Technological Forecasting and
    Social Change 111, 2016); when its density there is not above that of all points, the box is the whole space. `box`
    picks another step of the detail `trajectory`. Detail `box`: limits by factor, in how many of 20 random halves the
    factor is limited again, and the middle 80 % of its limits there. Detail `thresholds`: the boxes when the limit of
    the cases makes a third fewer and a third more cases. Raises InputError when there are too few cases, and for a step
    that does not exist.
    """
    require_points(results, 40, "PRIM")
    table = checked_outcome(results, outcome)
    cases = cases_of(results, outcome, above, below)
    named = columns_of(results.values, {factor.path: factor.kind for factor in results.factors})
    columns, names = codes_of(named)
    found = _discovered(columns, cases.is_case, results.seed, box)
    chosen, place = found.box, found.place
    halves = over_halves(found.masses[place], columns, cases.is_case, results.seed)
    limits = limits_table(chosen, columns, names, cases.is_case, halves)
    inside = chosen.contains(columns)
    fitted = coverage_and_density(inside, cases.is_case)
    rows = [
        ("(box)", "", "coverage", *found.held_out.coverage(place)),
        ("(box)", "", "density", *found.held_out.density(place)),
        ("(box)", "", "fitted_coverage", fitted[0], np.nan, np.nan),
        ("(box)", "", "fitted_density", fitted[1], np.nan, np.nan),
        ("(box)", "", "mass", float(inside.mean()), np.nan, np.nan),
        *(
            (str(row["factor"]), "", index, float(row[index]), np.nan, np.nan)
            for row in limits.to_dict("records")
            for index in ("quasi_p", "reproduced")
        ),
    ]
    steps = _trajectory(found, columns, cases.is_case)
    points = pd.DataFrame({"is_case": cases.is_case, "is_inside": inside}, index=results.unit.index)
    details = {"trajectory": steps.assign(is_chosen=steps.index == place), "box": limits, "points": points,
               "thresholds": _thresholds(results, outcome, (above, below), (columns, names)),
               "cases": pd.DataFrame({"cases": [cases.words]})}  # fmt: skip
    notes = [f"Cases: {cases.words}, {int(cases.is_case.sum())} of {len(inside)} points.", _in_words(found, box)]
    return analysis(
        results,
        outcome,
        noise_of(table, results.points_per_block),
        ("prim", "Scenario discovery (PRIM)"),
        rows,
        notes,
        details,
    )


def _discovered(columns: Columns, is_case: np.ndarray, seed: int, place: int | None) -> _Found:
    """Return the pruned boxes of the trajectory with their counts on held-out points, and the chosen step."""
    boxes, masses = peel(columns, is_case)
    if place is not None and not 0 <= place < len(boxes):
        raise InputError([f"box: must be a step from 0 to {len(boxes) - 1}, is {place}"])
    steps = [prune(one, columns, is_case) for one in boxes]
    counts = held_out(columns, is_case, masses, seed)
    if place is None:
        best = counts.best()
        place = best if steps[best].limits else 0
    return _Found(steps, masses, counts, place)


def _in_words(found: _Found, asked: int | None) -> str:
    if not found.box.limits and asked is None:
        return "No box: on held-out points none has a higher density of cases than all points, by more than chance."
    return (
        "Coverage and density are those on held-out points (twenty-fold cross-validation, three times), with 95 % "
        "intervals; the fitted ones, on the points that made the box, are too high. So is the evidence of quasi-p."
    )


def _trajectory(found: _Found, columns: Columns, is_case: np.ndarray) -> pd.DataFrame:
    rows = []
    for place, box in enumerate(found.steps):
        inside = box.contains(columns)
        coverage, density = coverage_and_density(inside, is_case)
        rows.append({"coverage": found.held_out.coverage(place)[0], "density": found.held_out.density(place)[0],
                     "fitted_coverage": coverage, "fitted_density": density, "mass": float(inside.mean()),
                     "n_restricted": len(box.limits)})  # fmt: skip
    return pd.DataFrame(rows).rename_axis("box")


def _thresholds(
    results: SweepResults, outcome: str, limits: tuple[float | None, float | None],
    coded: tuple[Columns, dict[str, list[Scalar]]],
) -> pd.DataFrame:  # fmt: skip
    """Return the boxes for a third fewer and a third more cases: one row per limited factor, or one without a factor.

    Only those limits that leave enough cases and enough other points; none when the cases lie between two limits.
    """
    columns, names = coded
    tables = []
    for above, below in nearby_limits(results, outcome, *limits):
        try:
            cases = cases_of(results, outcome, above, below)
        except InputError:
            continue
        found = _discovered(columns, cases.is_case, results.seed, None)
        own = limits_table(found.box, columns, names, cases.is_case, [])
        own = own[["factor", "low", "high", "categories"]] if len(own) else pd.DataFrame([{"factor": ""}])
        tables.append(own.assign(cases=cases.words, n_cases=int(cases.is_case.sum()),
                                 coverage=found.held_out.coverage(found.place)[0],
                                 density=found.held_out.density(found.place)[0]))  # fmt: skip
    columns_of_table = ["cases", "n_cases", "factor", "low", "high", "categories", "coverage", "density"]
    return pd.concat(tables, ignore_index=True).reindex(columns=columns_of_table) if tables else pd.DataFrame(
        columns=columns_of_table)  # fmt: skip
