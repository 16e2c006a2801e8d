"""A scenario variant of a prediction: a shipped scenario, with some values set and others multiplied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.loader import load
from sim.scenario.parameter_sampling import set_values
from sim.scenario.reading.dotted_paths import get
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Variant:
    """A shipped scenario by name, the values that are set in it, factors on its own values, and a title."""

    scenario: str = "baseline"
    changes: Mapping[str, Any] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    title: str = ""

    @property
    def name(self) -> str:
        """The name of the variant: its title, or its scenario and what was changed."""
        if self.title:
            return self.title
        words = [f"{path} = {value}" for path, value in self.changes.items()]
        return ", ".join([self.scenario, *words, *(f"{path} x {by:g}" for path, by in self.factors.items())])

    def load(self, changes: Mapping[str, Any], days: int) -> Scenario:
        """Return the scenario with the changes of all variants, its own, and a horizon of at most so many days."""
        scenario = load(self.scenario, set={**changes, **self.changes})
        values = scenario.model_dump(mode="json")
        factored = {path: get(values, path) * factor for path, factor in self.factors.items()}
        horizon = min(days, scenario.time.horizon_days) if "time.horizon_days" in changes else days
        found = set_values(scenario, {**factored, "time.horizon_days": horizon}, "sim levers")
        return found.model_copy(update={"name": self.name})


BASELINE = Variant()
