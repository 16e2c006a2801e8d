"""What runs say about one outcome: a mean, a share of runs or a paired difference, each with its 95 % interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import InputError, clip
from sim.results.comparison.comparison import Comparison
from sim.results.confidence_intervals import mean_by_draw, mean_interval
from sim.results.number_format import rounded, with_unit
from sim.results.outcome_summaries import interval_of, outcome_names, values_of
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Ensemble
from sim.scenario.teaching_label import LABEL, what_varies

PERCENT, POINTS = "%", "percentage points"
"""Units of a share of runs, and of a difference between two shares, in predictions and answers."""


@dataclass(frozen=True)
class Answer:
    """What runs say: a value with the ends of its 95 % interval, and the value of each run; all in `unit`.

    `what` names the quantity, `of` says what the value is (the mean or the share of how many runs), `label` and
    `spread` stand under the picture.
    """

    what: str
    unit: str
    value: float
    low: float
    high: float
    runs: np.ndarray
    of: str
    label: str = LABEL
    spread: str = ""

    def __str__(self) -> str:
        """Return the value with its unit and its interval."""
        return with_ends(self.value, self.low, self.high, self.unit)

    @property
    def no_interval(self) -> str:
        """What a value without an interval is, in words."""
        return "one run" if np.isfinite(self.runs).sum() < 2 else f"{self.of}, no interval"

    @classmethod
    def of_values(cls, what: str, unit: str, values: np.ndarray, of: str, label: str = LABEL) -> Answer:
        """Return the mean of independent values, with its interval."""
        runs = np.asarray(values, float)
        return cls(what, unit, *mean_interval(runs), runs, of, label)


def with_ends(value: float, low: float, high: float, unit: str) -> str:
    """Return a value with its unit, and the ends of its range in brackets where there are any."""
    ends = f" ({rounded(low)} to {rounded(high)})" if math.isfinite(low) else ""
    return f"{with_unit(rounded(value), unit)}{ends}" if math.isfinite(value) else "no value"


def answer(source: Ensemble | Comparison, outcome: str) -> Answer:
    """Return the mean of an outcome over the runs of an ensemble, or the paired difference of the first variant.

    A share of runs is in per cent. Raises InputError for an unknown outcome.
    """
    is_pairs = isinstance(source, Comparison)
    first = source.reference if isinstance(source, Comparison) else source
    known = outcome_names(first)
    if outcome not in known:
        raise InputError([f"there is no outcome {clip(outcome)}; there are {', '.join(known)}"])
    measure, scale = measure_of(outcome), 100.0 if measure_of(outcome).is_share else 1.0
    unit = (POINTS if is_pairs else PERCENT) if measure.is_share else measure.unit
    if isinstance(source, Comparison):
        row = source.table.query("outcome == @outcome").iloc[0]
        interval = (row["difference"], row["difference_low"], row["difference_high"])
        runs, what = source.differences(outcome), f"{measure.title}, {row['scenario']} minus {first.name}"
    else:
        runs = values_of(first, outcome)
        interval, what = interval_of(first, runs, outcome), f"{measure.title}, {first.name}"
    value, low, high = (scale * float(end) for end in interval)
    n = int(np.isfinite(runs if first.draws is None else mean_by_draw(runs, first.draws)).sum())
    units = "parameter samples" if first.draws is not None else "pairs" if is_pairs else "runs"
    of = f"{'share' if measure.is_share and not is_pairs else 'mean'} of {n} {units}"
    return Answer(what, unit, value, low, high, scale * runs, of, source.label, what_varies([first.manifest]))


def table(source: Ensemble | Comparison, *outcomes: str) -> pd.DataFrame:
    """Return one row per outcome, for reading, with 95 % intervals: of each scenario and of each paired difference.

    Raises InputError for an unknown outcome.
    """
    columns: dict[str, Ensemble | Comparison] = {}
    if isinstance(source, Comparison):
        columns[source.reference.name] = source.reference
        for i, variant in enumerate(source.variants):
            columns |= {variant.name: variant, f"{variant.name} minus {source.reference.name}": source.pair(i)}
    else:
        columns[source.name] = source
    rows = [{"outcome": measure_of(name).title} | {column: str(answer(one, name)) for column, one in columns.items()}
            for name in outcomes]  # fmt: skip
    return pd.DataFrame(rows).set_index("outcome").rename_axis(None)
