"""What the figures of sweeps share: the outcome's scale, values in words, and the caption with the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sim.analysis.replication_noise import Noise
from sim.plots.drawing.colours_and_type import points
from sim.plots.drawing.labelled_figure import size_pt
from sim.plots.sweeps.factor_names import in_two_lines
from sim.results.number_format import rounded, unrounded
from sim.results.outcome_wording import Measure
from sim.results.outcome_wording import measure as measure_of

# A legend on one line between title and axes, where it covers nothing.
ABOVE: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "frameon": False, "borderaxespad": 0.2}
LEGEND_PT = 32.0
_SMALLEST_PT = 9.0  # of the names of rows


@dataclass(frozen=True)
class Scale:
    """How an outcome is shown on an axis: shares of runs in per cent, all else in its unit."""

    measure: Measure
    factor: float

    @property
    def title(self) -> str:
        """Return the outcome's title and unit."""
        return f"{self.measure.title} ({self.unit})" if self.unit else self.measure.title

    @property
    def mean_title(self) -> str:
        """Return the title of the outcome's mean, with its unit; a share of runs is not called a mean."""
        name = self.measure.title if self.measure.is_share else f"{self.measure.title}, mean"
        return f"{name} ({self.unit})" if self.unit else name

    @property
    def unit(self) -> str:
        """Return the outcome's unit."""
        return "% of runs" if self.measure.is_share else self.measure.unit

    @property
    def is_bounded(self) -> bool:
        """Return whether it is a share, between 0 and 1 in its own unit."""
        return self.measure.is_share or self.measure.is_fraction

    @property
    def change(self) -> str:
        """Return the unit of a difference of the outcome."""
        return "percentage points" if self.measure.is_share else self.measure.unit

    def show(self, value: float) -> str:
        """Return a value for readers."""
        return self.measure.show(float(value))


def scale_of(outcome: str) -> Scale:
    """Return the scale of an outcome; an outcome unknown to the simulator has its name as the title."""
    measure = measure_of(outcome)
    return Scale(measure, 100.0 if measure.is_share else 1.0)


def value_in_words(value: object) -> str:
    """Return a factor's value for readers."""
    if isinstance(value, bool | np.bool_):
        return "yes" if bool(value) else "no"
    if isinstance(value, int | float | np.integer | np.floating):
        return rounded(float(value), 4)
    return str(value)


def caption_of(noise: Noise, what: str, more: str = "") -> str:
    """Return the caption: points and replications, what the bars are, and the share of noise."""
    r = noise.n_replications
    replications = f"{r} replication{'s' * (r != 1)} per point"
    runs = f"{noise.n_points} design points, {replications} {_random_numbers(noise)}."
    share = "One replication per point has no interval and no share of noise." if r == 1 else noise.in_words()
    # A number and its per cent sign stay on one line.
    return " ".join(filter(None, (runs, what, share, more))).replace(" %", "\N{NO-BREAK SPACE}%")


def _random_numbers(noise: Noise) -> str:
    if noise.is_common:
        return "with common random numbers"
    if noise.points_per_block == 1:
        return "with their own random numbers"
    return f"with random numbers common to {noise.points_per_block} points"


def and_more(n_all: int, n_shown: int, what: str = "factors") -> str:
    """Return a sentence with the number of those not shown; empty when all are shown."""
    return (
        f"{n_all - n_shown} {what} with smaller effects are not shown; the table lists them." if n_all > n_shown else ""
    )


def plain_axis(ax: Axes, which: str) -> None:
    """Write the numbers of an axis without needless zeros and with a true minus sign."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda x, _: unrounded(x)))


def name_rows(ax: Axes, names: Sequence[str]) -> None:
    """Write the names of rows at y = 0, -1, -2, ... on one or two lines each, in a font that fits the rows."""
    texts = [in_two_lines(name) for name in names]
    n_lines = 1 + max((text.count("\n") for text in texts), default=0)
    room = 0.8 * size_pt(ax)[1] / (len(texts) + 0.2)
    ax.set_yticks(range(0, -len(texts), -1), texts)
    ax.tick_params(axis="y", labelsize=max(points(_SMALLEST_PT), min(points(13), room / (1.2 * n_lines))), length=0)
    ax.set_ylim(0.6 - len(texts), 0.6)
