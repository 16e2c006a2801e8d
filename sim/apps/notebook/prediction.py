"""The classroom: a student's prediction, written down before the run, and what the runs said."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.errors import InputError, clip
from sim.results.confidence_intervals import mean_interval
from sim.results.outcome_summaries import interval_of, outcome_names, units_of, values_of
from sim.results.outcome_wording import measure as measure_of
from sim.scenario.teaching_label import LABEL, what_varies

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.comparison.comparison import Comparison
    from sim.results.result import Ensemble

PERCENT, POINTS = "%", "points"
"""Units of a share of runs, and of a difference between two of them, in predictions and answers."""

_COLUMNS = ("written_utc", "question", "unit", "low", "likely", "high")


@dataclass(frozen=True)
class Answer:
    """What runs say: a value with the ends of its 95 % interval, and what each run says; all in `unit`.

    `what` names the quantity, `of` says what it is the mean of, `label` and `spread` stand under the picture.
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
        ends = f" ({shown(self.low)} to {shown(self.high)})" if math.isfinite(self.low) else ""
        return f"{shown(self.value)} {self.unit}{ends}" if math.isfinite(self.value) else "no value"

    @classmethod
    def of_values(cls, what: str, unit: str, values: np.ndarray, of: str, label: str = LABEL) -> Answer:
        """Return the mean of values that do not hang together, with Student's interval."""
        runs = np.asarray(values, float)
        return cls(what, unit, *mean_interval(runs), runs, of, label)


@dataclass(frozen=True)
class Prediction:
    """Three numbers for one question: the most likely, and between which two it would be no surprise."""

    question: str
    unit: str
    low: float
    likely: float
    high: float

    def __str__(self) -> str:
        """Return the three numbers with their unit."""
        return f"{shown(self.likely)} {self.unit} ({shown(self.low)} to {shown(self.high)})"

    def verdict(self, answer: Answer) -> str:
        """Return prediction and answer in words; raises InputError when their units differ."""
        if answer.unit != self.unit:
            raise InputError(
                [f"the prediction is in {self.unit}, the answer in {answer.unit}: they cannot be compared"]
            )
        of = f"95 % interval of the {answer.of}" if math.isfinite(answer.low) else "one run"
        lines = [f"You predicted {self}.", f"{answer.what}: {answer}; {of}.", self._judged(answer)]
        return "\n".join([*lines, "The model agreeing with you, or not, says nothing yet about the world."])

    def against(self, answer: Answer, ax: Axes | None = None) -> Axes:
        """Print the verdict and draw prediction and answer on one axis; raises InputError as `verdict`."""
        from sim.apps.notebook.prediction_figure import foretold

        print(self.verdict(answer))
        return foretold(self, answer, ax)

    def _judged(self, answer: Answer) -> str:
        low, high = (answer.low, answer.high) if math.isfinite(answer.low) else (answer.value, answer.value)
        if not math.isfinite(low):
            return "No run has a value, so that nothing can be said."
        if self.low <= low and high <= self.high:
            width = (self.high - self.low) / (high - low) if high > low else math.inf
            much = f", and is {shown(width)} times as wide" if width < math.inf else ""
            return f"Your range holds the whole interval{much}."
        if high < self.low or self.high < low:
            return f"Your range missed: the runs lie {'below' if high < self.low else 'above'} it."
        return "Your range and the interval overlap in part."


def predict(
    question: str, unit: str, low: float, likely: float, high: float, file: str | Path | None = None
) -> Prediction:
    """Return a prediction; with a file, add it to that table, where earlier ones stay.

    Raises InputError for what is no number, for numbers out of order, and for a file that cannot be written.
    """
    numbers = {"low": low, "likely": likely, "high": high}
    for name, value in numbers.items():
        is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value):
            raise InputError([f"{name} must be a number, such as {name}=20, is {clip(value)}"])
    if not low <= likely <= high:
        raise InputError([f"must be low <= likely <= high, is {shown(low)}, {shown(likely)}, {shown(high)}"])
    prediction = Prediction(question, unit, float(low), float(likely), float(high))
    if file is not None:
        _keep(prediction, Path(file))
    return prediction


def answer(source: Ensemble | Comparison, outcome: str) -> Answer:
    """Return what an ensemble's runs say of an outcome, or the paired difference of a comparison's first variant.

    A share of runs is told in per cent. Raises InputError for an outcome that there is not.
    """
    from sim.results.comparison.comparison import Comparison

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
    n = int(np.isfinite(units_of(first, runs)).sum())
    units = "draws" if first.draws is not None else "pairs" if is_pairs else "runs"
    of = f"{'share' if measure.is_share and not is_pairs else 'mean'} of {n} {units}"
    return Answer(what, unit, value, low, high, scale * runs, of, source.label, what_varies([first.manifest]))


def table(source: Ensemble | Comparison, *outcomes: str) -> pd.DataFrame:
    """Return outcomes for reading, one a row, with 95 % intervals: of a comparison each scenario and each difference.

    Raises InputError for an outcome that there is not.
    """
    from sim.results.comparison.comparison import Comparison

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


def _keep(prediction: Prediction, file: Path) -> None:
    """Add a line to the table: a prediction that was written down stays, whatever is written after it."""
    row = (datetime.now(UTC).isoformat(timespec="seconds"), *vars(prediction).values())
    try:
        is_new = not file.exists()
        with file.open("a", encoding="utf-8", newline="") as table:
            csv.writer(table, lineterminator="\n").writerows([_COLUMNS, row] if is_new else [row])
    except OSError as error:
        raise InputError([f"{file}: cannot be written: {error.strerror}"]) from error


def shown(value: float) -> str:
    """Show a number as a student writes it: whole from a hundred on, three figures below."""
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return ("0" if text in ("-0", "0") else text).replace("-", "\N{MINUS SIGN}")
