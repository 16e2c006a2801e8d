"""A student's prediction: written down before the runs, and compared with their answer afterwards."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from matplotlib.axes import Axes

from sim.apps.notebook.answers import Answer, with_ends
from sim.apps.notebook.prediction_figure import draw_prediction
from sim.errors import InputError, clip, is_finite_number
from sim.results.number_format import rounded

_COLUMNS = ("written_utc", "question", "unit", "low", "likely", "high")


@dataclass(frozen=True)
class Prediction:
    """Three numbers for one question: the most likely value, and the ends of the range that would be no surprise."""

    question: str
    unit: str
    low: float
    likely: float
    high: float

    def __str__(self) -> str:
        """Return the three numbers with their unit."""
        return with_ends(self.likely, self.low, self.high, self.unit)

    def verdict(self, answer: Answer) -> str:
        """Return prediction and answer in words; raises InputError when their units differ."""
        if answer.unit != self.unit:
            raise InputError(
                [f"the prediction is in {self.unit}, the answer in {answer.unit}: they cannot be compared"]
            )
        of = f"95 % interval of the {answer.of}" if math.isfinite(answer.low) else answer.no_interval
        lines = [f"You predicted {self}.", f"{answer.what}: {answer}; {of}.", self._judged(answer)]
        return "\n".join([*lines, "Whether the model agrees with you or not says nothing yet about the world."])

    def against(self, answer: Answer, ax: Axes | None = None) -> Axes:
        """Print the verdict, and draw prediction and answer on one axis; raises InputError when their units differ."""
        verdict = self.verdict(answer)
        print(verdict)
        return draw_prediction(self.question, (self.low, self.likely, self.high), answer, verdict, ax)

    def _judged(self, answer: Answer) -> str:
        low, high = (answer.low, answer.high) if math.isfinite(answer.low) else (answer.value, answer.value)
        if not math.isfinite(low):
            return "No run has a value, so nothing can be said."
        point = "mean" if len(answer.runs) > 1 else "result of the run"
        what = "interval" if math.isfinite(answer.low) else point
        if self.low <= low and high <= self.high:
            width = (self.high - self.low) / (high - low) if high > low else math.inf
            much = f", and is {rounded(width)} times as wide" if width < math.inf else ""
            return f"Your range contains the {'whole ' * (high > low)}{what}{much}."
        if high < self.low or self.high < low:
            return f"Your range missed: the {what} lies {'below' if high < self.low else 'above'} it."
        return "Your range and the interval overlap in part."


def predict(
    question: str, unit: str, low: float, likely: float, high: float, file: str | Path | None = None
) -> Prediction:
    """Return a prediction; with a file, add it to the table there, whose earlier rows stay.

    Raises InputError for what is not a number, for numbers out of order, and for a file that cannot be written.
    """
    numbers = {"low": low, "likely": likely, "high": high}
    for name, value in numbers.items():
        if not is_finite_number(value):
            raise InputError([f"{name} must be a number, such as {name}=20, is {clip(value)}"])
    if not low <= likely <= high:
        raise InputError([f"must be low <= likely <= high, is {rounded(low)}, {rounded(likely)}, {rounded(high)}"])
    prediction = Prediction(question, unit, float(low), float(likely), float(high))
    if file is not None:
        _save(prediction, Path(file))
    return prediction


def _save(prediction: Prediction, file: Path) -> None:
    """Add a row to the table, so that a prediction stays whatever is written after it."""
    row = (datetime.now(UTC).isoformat(timespec="seconds"), *vars(prediction).values())
    try:
        is_new = not file.exists()
        with file.open("a", encoding="utf-8", newline="") as table:
            csv.writer(table, lineterminator="\n").writerows([_COLUMNS, row] if is_new else [row])
    except OSError as error:
        raise InputError([f"{file}: cannot be written: {error.strerror}"]) from error
