"""One factor at a time: the effect of each factor alone, from the central values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.analysis.findings import Analysis, analysis, positions
from sim.analysis.input_checks import checked_outcome, require_structure
from sim.analysis.many_comparisons import adjusted_in_words, with_p_values
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.results.confidence_intervals import FEWEST_OF_ANY
from sim.results.outcome_summaries import difference_over, interval_over, p_value_over

NONE_JUDGED = f"No change has an interval, so none is judged: {FEWEST_OF_ANY} replications per point or more give them."
LARGEST = (
    "Sorted by size, the largest changes of many are on average too large, the more so with few replications: measure "
    "them again with another seed."
)


def one_at_a_time(results: SweepResults, outcome: str) -> Analysis:
    """Return the change of the outcome from the central point to each factor's lowest and highest value.

    Index `at_low` and `at_high`, with intervals of the paired differences (common random numbers) and with the p-values
    of the same pairs, adjusted for the number of these changes; `swing` is the largest change without its sign. The
    detail `steps` has every point: factor, position, factor_value, and mean and change with the ends of their
    intervals. Raises InputError for points of another design.
    """
    table = checked_outcome(results, outcome)
    steps = _steps(results, table, outcome)
    rows, p_values = [], []
    for path in results.paths:
        own = steps[steps["factor"] == path]
        require_structure(len(own) > 1, f"one-at-a-time: {path} has no step of its own")
        for index, place in (("at_low", 0), ("at_high", -1)):
            step = own.iloc[place]
            rows.append((path, "", index, step["change"], step["change_low"], step["change_high"]))
            p_values.append(step["p_value"])
        largest = float(own["change"].abs().max())
        rows.append((path, "", "swing", largest, np.nan, np.nan))
        p_values.append(np.nan)
    noise, method = noise_of(table, results.points_per_block), ("one_at_a_time", "One at a time")
    found = with_p_values(analysis(results, outcome, noise, method, rows, (), {"steps": steps}), p_values)
    notes = [
        "Each factor moves alone, the others stay at their central values: interactions do not show.",
        adjusted_in_words(found, "changes"),
        _none_judged(found.table["p_value"], table.shape[1]),
        LARGEST if table.shape[1] > 1 and noise.share != 0.0 else "",
    ]
    return replace(found, notes=(*filter(None, notes), *found.notes))


def _none_judged(p_values: pd.Series, n_replications: int) -> str:
    """Return why no change is judged; empty where some are."""
    if p_values.notna().any():
        return ""
    return NONE_JUDGED if n_replications < FEWEST_OF_ANY else "Each change is the same in all pairs: none needs a test."


def central_point(x: np.ndarray) -> int:
    """Return the row of the point from which all others are one step away; raises InputError when there is none."""
    for row in range(len(x)):
        if (np.abs(x - x[row]) > 1e-9).sum(axis=1).max() <= 1:
            return row
    require_structure(False, "one-at-a-time steps from one central point")
    return -1


def _steps(results: SweepResults, table: np.ndarray, outcome: str) -> pd.DataFrame:
    """Return every point as a step of the factor in which it differs; the central point is a step of each factor."""
    x = positions(results)
    centre = central_point(x)
    moved = np.abs(x - x[centre]) > 1e-9
    found = []
    for j, path in enumerate(results.paths):
        rows = [centre, *np.flatnonzero(moved[:, j])]
        for row in sorted(rows, key=lambda row: x[row, j]):
            here, there = table[centre], table[row]
            change = difference_over(here, there, there - here, outcome)
            ends = {"mean": interval_over(there, outcome), "change": change}
            # A point is not compared with itself, and a change without an interval is not judged.
            is_judged = row != centre and np.isfinite(change[1])
            found.append(
                {"factor": path, "position": x[row, j], "factor_value": results.values[path].iloc[row],
                 "is_central": row == centre,
                 **{name + end: value for name, interval in ends.items()
                    for end, value in zip(("", "_low", "_high"), interval, strict=True)},
                 "p_value": p_value_over(here, there, outcome) if is_judged else np.nan}
            )  # fmt: skip
    # One column holds values of several kinds.
    return pd.DataFrame(found).astype({"factor_value": object})
