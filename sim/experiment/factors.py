"""A factor: one value that an experiment varies, and the mapping from positions (0 to 1) to its values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from sim.quantity import Scalar
from sim.scenario.parameter_sampling import middle_of, multiples, spread_over

FactorKind = Literal["real", "whole", "category", "flag"]
Role = Literal["uncertainty", "lever", "base"]
BASE = "scenario"
"""The path of the factor that chooses among several base scenarios."""
_MIDDLE = 0.5


@dataclass(frozen=True)
class Factor:
    """One varied value: `path` in the scenario, and either a range from low to high or a list of values.

    Without a median all values of a range are equally likely; with a median half of the positions are below it and half
    above, evenly within each half. Whole numbers of a range are the multiples of `step`, in bins of equal width. The
    values of a list have equal shares. `central` is the base scenario's own value, and `label` what a
    slider is called, if not by its meaning.
    """

    path: str
    kind: FactorKind
    low: float | None = None
    high: float | None = None
    values: tuple[Scalar, ...] = ()
    median: float | None = None
    step: int = 1
    central: Scalar | None = None
    role: Role = "uncertainty"
    unit: str = ""
    meaning: str = ""
    label: str = ""

    def value_at(self, u: float) -> Scalar:
        """Return the value at a position from 0 to 1; 0 and 1 give the ends of a range."""
        return self.values_at(np.array([u]))[0]

    def values_at(self, at: np.ndarray) -> list[Scalar]:
        """Return the values at several positions."""
        if self.values:
            places = np.minimum((at * len(self.values)).astype(int), len(self.values) - 1)
            return [self.values[place] for place in places]
        low, high = self.ends
        step = self.step if self.kind == "whole" else None
        # Without a median, or with one of the ends as the median, all values are equally likely.
        return spread_over(at, low, low if self.median is None else self.median, high, step)

    def position_of(self, value: Scalar | None) -> float:
        """Return the position of a value, for a listed one the middle of its share; raises ValueError for others."""
        if self.values:
            if value not in self.places:
                raise ValueError(f"{value} is not in the list of {len(self.values)} values")
            return (self.places[value] + _MIDDLE) / len(self.values)
        low, high = self.ends
        if value is None or isinstance(value, str) or not low <= value <= high:
            raise ValueError(f"{value} is outside [{low:g}, {high:g}]")
        if self.kind != "whole":
            return self._share_below(float(value), low, self.median, high)
        whole = multiples(low, high, self.step)
        if value not in whole:
            raise ValueError(f"{value} is not in steps of {self.step}")
        place = whole.index(int(value)) + _MIDDLE
        middle = None if self.median is None else middle_of(whole, self.median)
        return self._share_below(place, 0.0, middle, float(len(whole)))

    @property
    def centre(self) -> float:
        """Return the position of the base scenario's own value, or 0.5 when that is not a value of the factor."""
        try:
            return self.position_of(self.central)
        except ValueError:
            return _MIDDLE

    @property
    def n_values(self) -> int | None:
        """Return the number of different values; None for real numbers of a range."""
        if self.values:
            return len(self.values)
        return len(multiples(*self.ends, self.step)) if self.kind == "whole" else None

    def levels(self, n: int) -> list[float]:
        """Return the positions of n evenly spaced levels from end to end, or of every listed value."""
        if self.values:
            return [(place + _MIDDLE) / len(self.values) for place in range(len(self.values))]
        places = np.linspace(0.0, 1.0, n).tolist()
        first_of = {self.value_at(place): place for place in reversed(places)}
        return [first_of[value] for value in sorted(first_of)]

    @cached_property
    def places(self) -> dict[Scalar | None, int]:
        """The place of each listed value; a search in the list would be quadratic for a column of values."""
        return {value: place for place, value in enumerate(self.values)}

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value of a range."""
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    @staticmethod
    def _share_below(value: float, low: float, median: float | None, high: float) -> float:
        if median is None or not low < median < high:
            return (value - low) / (high - low)
        if value < median:
            return _MIDDLE * (value - low) / (median - low)
        return _MIDDLE + _MIDDLE * (value - median) / (high - median)
