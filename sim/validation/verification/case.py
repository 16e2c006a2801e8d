"""What a case of the suite is: a tiny scenario, what is varied in it, what theory expects and what is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario

# The distance from 1 to the next number: what one rounding may take from a number near 1.
EPSILON = 2.0**-52


@dataclass(frozen=True)
class Probability:
    """Trials that succeed, each on its own, with probability p."""

    value: float


@dataclass(frozen=True)
class Mean:
    """Trials with this mean; their standard deviation where theory gives it, else the sample's is used."""

    value: float
    sd: float | None = None


@dataclass(frozen=True)
class Ratio:
    """Pairs (part, whole), one a replication, whose totals have this ratio; is_share: the part is some of the whole."""

    value: float
    is_share: bool = False


@dataclass(frozen=True)
class Exact:
    """A number without chance: every measured value meets it to the rounding of the arithmetic."""

    value: float
    rounding: float


Expectation = Probability | Mean | Ratio | Exact
Trials = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """One mechanism against one formula, over a sweep of one value.

    scenario: a file of scenarios/verification; path: what is varied in it, over points (None: they are hours at
    which one campaign is read); expected(scenario, point) and measure(campaign, point) return one entry for each of
    quantities; follows: paths, besides the varied one, that the formula reads off the scenario, so that they may be
    moved from outside; replications and quick: campaigns a point at full and at quick sampling; rate: a value of the
    scenario whose change by a tenth the full sampling is sure to notice. For the page: panel and curve; axis(scenario,
    point), the place on the x-axis; n_drawn of the quantities are shown, from the first; is_smooth: whether theory may
    be asked between the points.
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
    follows: tuple[str, ...]
    replications: int = 1
    quick: int = 1
    rate: str | None = None
    axis: Callable[[Scenario, Any], float] = lambda _, point: float(point)
    n_drawn: int = 1
    is_smooth: bool = True

    @property
    def file(self) -> str:
        """Return the shipped name of the case's scenario."""
        return f"verification/{self.scenario}"

    @property
    def n_comparisons(self) -> int:
        """How many numbers of the case are compared."""
        return len(self.points) * len(self.quantities)
