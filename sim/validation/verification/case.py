"""A case of the suite: a small scenario, the value varied in it, the result that theory expects and the measurement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario

# The distance from 1 to the next floating-point number: the largest rounding error of a number near 1.
EPSILON = 2.0**-52


@dataclass(frozen=True)
class Probability:
    """Independent trials that succeed with probability p."""

    value: float


@dataclass(frozen=True)
class Mean:
    """Trials with this mean; sd: their standard deviation, where theory gives it; else that of the sample is used."""

    value: float
    sd: float | None = None


@dataclass(frozen=True)
class Ratio:
    """Pairs (part, whole), one per replication, whose totals have this ratio; is_share: the whole contains the part."""

    value: float
    is_share: bool = False


@dataclass(frozen=True)
class Exact:
    """A number without random variation: every measured value equals it to the rounding error of the arithmetic."""

    value: float
    rounding: float


Expectation = Probability | Mean | Ratio | Exact
Trials = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A comparison of one mechanism with one formula, over a sweep of one value.

    scenario: a file of scenarios/verification; path: the value varied in it, over points (None: the points are hours
    of one campaign); expected(scenario, point) and measure(campaign, point) return one entry for each of quantities;
    inputs: paths, besides the varied one, that the formula uses, so that --set may change them; replications and
    quick: campaigns per point at full and at quick sampling; rate: a value of the scenario of which full sampling
    detects a change by a tenth. For the figure: panel and curve; axis(scenario, point), the place on the x-axis; the
    first n_drawn quantities are shown; is_smooth: whether theory is defined between the points.
    """

    name: str
    mechanisms: tuple[str, ...]
    panel: str
    curve: str
    source: str
    scenario: str
    path: str | None
    points: tuple[Any, ...]
    quantities: tuple[str, ...]
    expected: Callable[[Scenario, Any], dict[str, Expectation]]
    measure: Callable[[Campaign, Any], Trials]
    inputs: tuple[str, ...]
    replications: int = 1
    quick: int = 1
    rate: str | None = None
    axis: Callable[[Scenario, Any], float] = lambda _, point: float(point)
    n_drawn: int = 1
    is_smooth: bool = True

    @property
    def file(self) -> str:
        """The shipped name of the case's scenario."""
        return f"verification/{self.scenario}"

    @property
    def n_comparisons(self) -> int:
        """The number of comparisons in the case."""
        return len(self.points) * len(self.quantities)
