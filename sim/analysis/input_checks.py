"""What is refused before an analysis: missing or infinite values, missing points, and outcomes that are constant."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError

_SHOWN = 5
_INSTEAD = {
    "day_city_lost": "it has no value in runs in which the city is never lost; analyse days_city_held instead",
    "held_share": "it has no value in runs without a flag; analyse flags_planted instead",
}


def checked_outcome(results: SweepResults, outcome: str) -> np.ndarray:
    """Return an outcome as points x replications; all values are present and finite, and not all means are equal.

    SALib 1.6 returns zeros for all indices, silently, when one value is NaN. Raises InputError that names the outcome,
    the number of points at fault and the first of them.
    """
    if outcome not in results.outcomes:
        raise InputError([f"{outcome}: is not an outcome of this sweep; it has {', '.join(results.outcomes)}"])
    _check_points(results)
    table = results.by_replication(outcome)
    _check_finite(results, outcome, table)
    means = table.mean(axis=1)
    if np.ptp(means) <= 1e-12 * float(np.abs(means).max()):
        raise InputError(
            [f"{outcome}: is {means[0]:.6g} at every point, so no factor has any effect; "
             "widen the ranges or analyse another outcome"]
        )  # fmt: skip
    return table


def _check_points(results: SweepResults) -> None:
    runs, unit = results.runs, results.unit
    wanted = results.design.get("n_points", len(unit))
    if len(unit) != wanted:
        raise InputError(
            [f"the design has {wanted} points, but only {len(unit)} are here; resume the sweep with --resume"]
        )
    if unit.index.has_duplicates or not np.isfinite(unit.to_numpy(float)).all():
        raise InputError(["the design has duplicate points, or positions that are not numbers"])
    if runs.duplicated(["point", "replication"]).any():
        raise InputError(["the runs have the same point and replication more than once"])
    unknown = sorted(set(runs["point"]) - set(unit.index))
    if unknown:
        raise InputError([f"{len(unknown)} points of the runs are not in the design: {_first(unknown)}"])
    per_point = runs.groupby("point").size().reindex(unit.index, fill_value=0)
    short = per_point.index[per_point < results.n_replications]
    if len(short) and results.shard:
        raise InputError([f"this is shard {results.shard}: join the shards with sim sweep ... --join first"])
    if len(short):
        raise InputError(
            [f"{len(short)} of {len(unit)} points lack runs (failed or not done yet): {_first(short)}; "
             "an analysis needs all of them: resume with sim sweep ... --resume, or see failures.parquet for the cause"]
        )  # fmt: skip


def _check_finite(results: SweepResults, outcome: str, table: np.ndarray) -> None:
    bad = ~np.isfinite(table)
    if not bad.any():
        return
    points = results.unit.index[bad.any(axis=1)]
    what = "no value (NaN)" if np.isnan(table[bad]).any() else "an infinite value"
    family = outcome.partition(".")[0]
    raise InputError(
        [f"{outcome}: {what} in {int(bad.sum())} of {table.size} runs, at {len(points)} of {len(table)} points, "
         f"namely {_first(points)}: {_INSTEAD.get(family, 'analyse an outcome that every run has')}"]
    )  # fmt: skip


def _first(points: Iterable[Any]) -> str:
    points = list(points)
    return ", ".join(map(str, points[:_SHOWN])) + (", ..." if len(points) > _SHOWN else "")


def require_structure(is_met: bool, what: str) -> None:
    """Raise InputError when the points do not have the structure that a method needs."""
    if not is_met:
        raise InputError([f"the points are not {what}: some are missing or in another order"])


def require_points(results: SweepResults, n: int, method: str) -> None:
    """Raise InputError when there are fewer points than a method needs."""
    if results.n_points < n:
        raise InputError([f"{method} needs at least {math.ceil(n)} points here; the design has {results.n_points}"])
