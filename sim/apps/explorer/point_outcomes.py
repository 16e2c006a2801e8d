"""Statistics of each outcome over the runs of each point, and its paired difference from the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.analysis.sweep_results import SweepResults
from sim.apps.explorer.number_packing import base64_of, on_scale, scaled
from sim.errors import InputError
from sim.results.number_format import fixed
from sim.results.outcome_summaries import difference_over, interval_over
from sim.results.outcome_wording import Measure
from sim.results.outcome_wording import measure as measure_of

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
_KINDS_OF_PAIRS = ("share_higher", "share_lower")
COUNTED = ("n", "n_pairs", *_KINDS_OF_PAIRS, "direction")
STATS = (
    "n", "mean", "low", "high", *QUANTILES, "n_pairs", "difference", "difference_low", "difference_high",
    *_KINDS_OF_PAIRS, "direction",
)  # fmt: skip
"""`direction`: 1 or -1 where the interval of the difference lies above or below zero, 0 where it contains zero."""
Scale = dict[str, Any]
MAX_DOTS = 60
_PERCENT = 100.0
_OFTEN = 0.5


def measures_of(results: SweepResults, reference: int) -> tuple[list[dict[str, Any]], str, str, int]:
    """Return a description of each outcome, two packed arrays, statistics (int32) and dots (uint8), and a number.

    The number is that of the outcome that the page asks for first, see `_asked_first`.

    Statistics: outcome x STATS x point, in units of the last decimal shown. Dots: outcome x point x replication, the
    place of each run on the scale of the outcome; of MAX_DOTS replications at most.
    """
    described, stats, dots, moved = [], [], [], []
    names = [name for name in results.outcomes if measure_of(name).is_summarised]
    if not names:
        raise InputError([f"{', '.join(results.outcomes)}: has no mean; the explorer needs days_city_held or another"])
    for name in names:
        table, measure = results.by_replication(name), measure_of(name)
        table = np.where(np.isfinite(table), table, np.nan)
        found = statistics(table, reference, name)
        scales = _scale(measure, table), _difference_scale(measure, found)
        stats += [_scaled(stat, found[stat], measure) for stat in STATS]
        ends = (scales[0]["low"], scales[0]["high"]) if scales[0] else (0.0, 1.0)
        dots.append(on_scale(table[:, :MAX_DOTS] * _factor(measure), *ends))
        described.append(_described(name, measure, *scales))
        moved.append(float(np.mean(np.abs(np.nan_to_num(found["direction"])) * (found["n"] > 0))))
    return described, base64_of(np.stack(stats)), base64_of(np.stack(dots)), _asked_first(moved)


def _asked_first(moved: Sequence[float]) -> int:
    """Return the first outcome that clearly differs from the reference at half of the points, else the best at that.

    `moved` is the share of such points. To predict what is the same at every setting teaches nothing.
    """
    often = [place for place, share in enumerate(moved) if share >= _OFTEN]
    return often[0] if often else int(np.argmax(moved))


def statistics(table: np.ndarray, reference: int, outcome: str) -> dict[str, np.ndarray]:
    """Return STATS of an outcome, each an array over points; `table` has its values (points x replications, NaN: none).

    A share of the runs has no quantiles. Intervals are 95 %; quantiles are interpolated between the runs.
    """
    rows = [_of_point(values, table[reference], outcome) for values in table]
    return {stat: np.array([row[stat] for row in rows], float) for stat in STATS}


def _of_point(values: np.ndarray, reference: np.ndarray, outcome: str) -> dict[str, float]:
    row: dict[str, float] = dict.fromkeys(STATS, np.nan)
    here = values[np.isfinite(values)]
    both = np.isfinite(values) & np.isfinite(reference)
    row["n"], row["n_pairs"] = len(here), int(both.sum())
    if len(here):
        row["mean"], row["low"], row["high"] = interval_over(here, outcome)
        if not measure_of(outcome).is_share:
            row |= dict(zip(QUANTILES, np.quantile(here, list(QUANTILES.values())).tolist(), strict=True))
    if both.any():
        first, second = reference[both], values[both]
        found = difference_over(first, second, second - first, outcome)
        row["difference"], row["difference_low"], row["difference_high"] = found
        row["share_higher"], row["share_lower"] = float(np.mean(second > first)), float(np.mean(second < first))
        row["direction"] = float(found[1] > 0.0) - float(found[2] < 0.0)
    return row


def _factor(measure: Measure) -> float:
    return _PERCENT if measure.is_share else 1.0


def _scaled(stat: str, values: np.ndarray, measure: Measure) -> np.ndarray:
    if stat in COUNTED:
        return scaled(values, 0, _PERCENT if stat in _KINDS_OF_PAIRS else 1.0)
    return scaled(values, measure.decimals, _factor(measure))


def _described(name: str, measure: Measure, scale: Scale | None, difference_scale: Scale | None) -> dict[str, Any]:
    return {
        "name": name, "title": measure.title, "unit": measure.unit, "decimals": measure.decimals,
        "is_share": measure.is_share, "scale": scale, "difference_scale": difference_scale,
        "least": None if measure.can_be_negative else 0.0, "most": _most(measure),
    }  # fmt: skip


def _most(measure: Measure) -> float | None:
    return _PERCENT if measure.is_share else 1.0 if measure.is_fraction else None


def _scale(measure: Measure, table: np.ndarray) -> Scale | None:
    """Return the scale of an outcome over all points; None where no run has a value."""
    if measure.is_share:
        return scale_of(0.0, _PERCENT)
    values = table[np.isfinite(table)]
    return scale_of(float(values.min()), float(values.max())) if len(values) else None


def _difference_scale(measure: Measure, found: dict[str, np.ndarray]) -> Scale | None:
    """Return the scale of the paired differences of an outcome; None where there is no pair."""
    ends = np.concatenate([found[stat] for stat in ("difference", "difference_low", "difference_high")])
    ends = np.abs(ends[np.isfinite(ends)]) * _factor(measure)
    if not len(ends):
        return None
    widest = float(ends.max()) or 1.0
    return scale_of(-widest, widest)


def scale_of(low: float, high: float) -> Scale:
    """Return a scale with round ticks that includes both values."""
    if low == high:
        low, high = low - 1.0, high + 1.0
    ticks = np.asarray(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high))
    decimals = next(n for n in range(10) if n == 9 or np.allclose(ticks, np.round(ticks, n), rtol=0, atol=1e-9))
    shown = [fixed(float(tick), decimals) for tick in ticks]
    return {"low": float(ticks[0]), "high": float(ticks[-1]), "ticks": ticks.tolist(), "shown": shown}
