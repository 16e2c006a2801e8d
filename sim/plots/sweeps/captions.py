"""What the pictures of sweeps share: short names of factors, the outcome's scale, and the caption with the dice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sim.analysis.cases_of_interest import measure_of_outcome
from sim.analysis.replication_noise import Noise
from sim.plots.drawing.colours_and_type import BLUE, GREEN, INK, VERMILLION
from sim.results.number_format import rounded, unrounded
from sim.results.outcome_wording import Measure

SEVERAL = (BLUE, VERMILLION, GREEN, "#A8497F", INK, "#9A6A00", "#2A7FB8")
SEVERAL_MARKERS = ("o", "^", "s", "D", "v", "P", "X")
SEVERAL_LINES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (7, 2, 1, 2, 1, 2)), (0, (9, 3)), (0, (3, 1, 1, 1)))
# A legend of one line between title and axes, where it covers nothing.
ABOVE: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "frameon": False, "borderaxespad": 0.2}
LEGEND_PT = 32.0
_LONGEST_NAME = 32


@dataclass(frozen=True)
class Scale:
    """How an outcome stands on an axis: shares of runs in per cent, all else in its unit."""

    measure: Measure
    factor: float

    @property
    def title(self) -> str:
        """Return the outcome's title and unit."""
        unit = "% of runs" if self.measure.is_share else self.measure.unit
        return f"{self.measure.title} ({unit})" if unit else self.measure.title

    @property
    def is_bounded(self) -> bool:
        """Tell whether it lies between none and all."""
        return self.measure.is_share or self.measure.is_fraction

    @property
    def change(self) -> str:
        """Return what a difference of it is measured in."""
        return "percentage points" if self.measure.is_share else self.measure.unit

    def show(self, value: float) -> str:
        """Return a value for reading."""
        return self.measure.show(float(value))


def scale_of(outcome: str) -> Scale:
    """Return the scale of an outcome; one that is none of the simulator's own has its name for a title."""
    measure = measure_of_outcome(outcome)
    return Scale(measure, 100.0 if measure.is_share else 1.0)


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Return for each path its last words, and as many before them as tell it from the others."""
    paths = list(paths)
    names = {}
    for path in paths:
        parts = path.split(".")
        n = next(
            n for n in range(1, len(parts) + 1)
            if n == len(parts) or sum(other.split(".")[-n:] == parts[-n:] for other in paths) == 1
        )  # fmt: skip
        # One word, or a flag's or a count's name, says too little without where it stands.
        is_bare = "_" not in parts[-1] or parts[-1].startswith(("is_", "p_", "n_"))
        if is_bare and n == 1 and len(parts) > 1:
            n = 2
        name = ", ".join(part.replace("_", " ") for part in reversed(parts[-n:]))
        names[path] = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 3] + "..."
    return names


def value_in_words(value: Any) -> str:
    """Return a factor's value for reading."""
    if isinstance(value, bool | np.bool_):
        return "yes" if bool(value) else "no"
    if isinstance(value, int | float | np.integer | np.floating):
        return rounded(float(value), 4)
    return str(value)


def caption_of(noise: Noise, what: str, more: str = "") -> str:
    """Return the caption: points and replications, what the bars are, and how much is dice."""
    r = noise.n_replications
    runs = f"{noise.n_points} points of the design, {r} replication{'' if r == 1 else 's'} of each with the same dice."
    dice = noise.in_words() if noise.is_known else "One replication a point: no interval of the dice, no share of them."
    # A number and its per cent stay on one line.
    return " ".join(filter(None, (runs, what, dice, more))).replace(" %", "\N{NO-BREAK SPACE}%")


def and_more(n_all: int, n_shown: int, what: str = "factors") -> str:
    """Return how many are not shown, in a sentence; empty when all are."""
    return f"{n_all - n_shown} more {what} with smaller effects are in the table." if n_all > n_shown else ""


def plain_axis(ax: Axes, which: str) -> None:
    """Write an axis's numbers without needless zeros and with a true minus."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda x, _: unrounded(x)))


def apart(centres: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return ascending centres moved until they are a gap apart and, if they fit, lie within the ends."""
    moved: list[float] = []
    for centre in centres:
        moved.append(max(centre, moved[-1] + gap if moved else low))
    top = high
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], top)
        top = moved[i] - gap
    return moved
