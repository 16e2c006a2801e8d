"""The table of a comparison: paired differences with intervals, and which of them are clear."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np

from sim.results.confidence_intervals import CONFIDENCE
from sim.results.outcome_summaries import (
    difference_of,
    interval_of,
    no_interval_of_difference,
    outcome_names,
    p_value_of,
    units_of,
    values_of,
)
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Ensemble
from sim.results.significance_and_power import holm, smallest_detectable
from sim.scenario.outcome_names import is_asked


def paired_rows(reference: Ensemble, variant: Ensemble, until_day: int) -> list[dict[str, Any]]:
    """Return one row per outcome, as `Comparison.table` has them; both ensembles have the outcomes of `until_day`.

    What the question of either scenario asks about is judged by its own interval. All other outcomes are looked at
    together, so their p-values are adjusted by Holm's method, which holds whatever their dependence is.
    """
    asks = {*_asks_of(reference), *_asks_of(variant)}
    rows = [_row(reference, variant, name, asks) for name in outcome_names(reference)]
    others = np.array([math.nan if row["is_asked"] else row["p_value"] for row in rows])
    n_others = int(np.isfinite(others).sum())
    for row, adjusted in zip(rows, holm(others).tolist(), strict=True):
        differences = values_of(variant, row["outcome"]) - values_of(reference, row["outcome"])
        n_judged = 1 if row["is_asked"] else max(1, n_others)
        has_interval = math.isfinite(row["difference_low"])
        row["detectable"] = (
            smallest_detectable(
                units_of(reference, differences), n_judged, is_by_student=_is_by_student(reference, row)
            )
            if has_interval
            else math.nan
        )
        excludes_zero = bool(row["difference_low"] > 0.0 or row["difference_high"] < 0.0)
        row["p_adjusted"] = adjusted
        row["is_clear"] = excludes_zero and (row["is_asked"] or adjusted < 1.0 - CONFIDENCE)
        row["until_day"] = until_day
    return rows


def _is_by_student(reference: Ensemble, row: dict[str, Any]) -> bool:
    """Return whether a row's interval is Student's where differences are normal, and not one for skewed values."""
    measure = measure_of(row["outcome"])
    return reference.hypercubes is not None or measure.is_share or measure.is_fraction


def _asks_of(ensemble: Ensemble) -> list[str]:
    """Return what is asked about before the runs: what the question names, and all outcomes of the user's own."""
    manifest = ensemble.manifest
    return [
        *manifest["scenario"].get("asks", ()), *manifest["scenario"].get("own_outcomes", ()),
        *manifest.get("own_outcomes", ()),
    ]  # fmt: skip


def _row(reference: Ensemble, variant: Ensemble, name: str, asks: Collection[str]) -> dict[str, Any]:
    a, b = values_of(reference, name), values_of(variant, name)
    row: dict[str, Any] = {"scenario": variant.name, "outcome": name, "is_asked": is_asked(name, asks)}
    difference = difference_of(reference, a, b, name)
    intervals = interval_of(reference, a, name), interval_of(variant, b, name), difference
    for what, values in zip(("reference", "variant", "difference"), intervals, strict=True):
        row |= dict(zip((what, f"{what}_low", f"{what}_high"), values, strict=True))
    both = np.isfinite(a) & np.isfinite(b)
    row["n_pairs"] = int(both.sum())
    row["share_higher"] = float(np.mean(b[both] > a[both])) if both.any() else math.nan
    row["share_lower"] = float(np.mean(b[both] < a[both])) if both.any() else math.nan
    row["p_value"] = p_value_of(reference, a, b, name)
    row["no_interval"] = no_interval_of_difference(reference, a, b, name)
    return row
