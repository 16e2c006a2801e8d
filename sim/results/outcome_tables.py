"""Outcomes as tables for reading and as documents for other programs; each carries the label."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.results.confidence_intervals import FEWEST, FEWEST_OF_ANY
from sim.results.outcome_summaries import summarise
from sim.results.outcome_wording import Measure
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Result
from sim.scenario.parameter_sampling import N_HYPERCUBES
from sim.scenario.teaching_label import FEW_DRAWS, few_in_words

CENTRAL = (
    "95 % intervals, each by itself: of random variation only, not of uncertainty about the assumed values. Of shares: "
    "Wilson, Newcombe; of counts and fractions: quasi-score; of other means and of differences: Student t, wider where "
    f"values are skewed (Hall). None where none holds: below {FEWEST} runs ({FEWEST_OF_ANY} for other means and for "
    "differences but those of fractions), or where all runs but one are equal."
)
DRAWN = (
    "95 % intervals over five independent Latin hypercubes of the assumed values (Student t, 4 degrees of freedom; of "
    "a share: Wilson, Newcombe at the effective number of runs), each by itself: of random variation and of "
    "uncertainty about these values within their ranges, not of uncertainty about the model."
)
ONE_HYPERCUBE = (
    f"No intervals: they compare {N_HYPERCUBES} independent Latin hypercubes of the assumed values, and these samples "
    f"are a single one. Ask for {FEW_DRAWS} samples or more."
)
ONE_RUN = "One run, no interval: another random seed gives other numbers."


def intervals_of(result: Result) -> str:
    """Return in words what the intervals of a result are of, with a warning when they rest on few runs."""
    if result.draws is None:
        return CENTRAL + few_in_words(len(result.outcomes), "runs")
    return DRAWN if result.manifest.get("n_hypercubes", 1) > 1 else ONE_HYPERCUBE


def shown(table: pd.DataFrame, is_whole: bool) -> list[dict[Any, Any]]:
    """Return the rows of the main outcomes, or all."""
    rows = table.to_dict("records")
    return [row for row in rows if is_whole or measure_of(row["outcome"]).is_main]


def result_document(result: Result) -> dict[str, Any]:
    """Return what `sim run --json` prints."""
    return {
        "label": result.label,
        "scenario": result.name,
        "seed": result.manifest["seed"],
        "n_replications": len(result.outcomes),
        "intervals": intervals_of(result),
        "outcomes": [record(row) for row in summarise(result).to_dict("records")],
    }


def finite(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row for JSON, which knows neither NaN nor infinity."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}


def record(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row of outcomes for JSON, with its unit."""
    measure = measure_of(row["outcome"])
    return {**finite(row), "unit": "dimensionless" if measure.is_share else measure.unit}


def cells(
    measure: Measure, value: float, low: float, high: float, *, sign: bool = False, why_none: str = ""
) -> tuple[str, str]:
    """Return a value and its interval as text, or why there is none."""
    interval = why_none if math.isnan(low) else f"{measure.show(low, sign)} to {measure.show(high, sign)}"
    return measure.show(value, sign), interval


def count(n: int, noun: str) -> str:
    """Return a number with its noun, as 3 pairs."""
    return f"{n} {noun}{'' if n == 1 else 's'}"
