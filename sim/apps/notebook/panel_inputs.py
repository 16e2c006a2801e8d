"""The inputs of a panel: which values of a scenario can be changed, how far, and where each comes from."""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from sim.errors import InputError, clip, suggestion
from sim.experiment.factor_lookup import kind_of, options_of
from sim.experiment.factors import FactorKind
from sim.quantity import Provenance, value_type
from sim.results.number_format import unrounded
from sim.scenario.parameter_sampling import multiples, set_values, whole_step
from sim.scenario.provenance import first_of, show_value
from sim.scenario.reading.dotted_paths import keys
from sim.scenario.schema import Scenario

# The subject of the article; every other value can be added by its path.
FIRST_SHOWN = (
    "attacker.troops", "attacker.group_size", "command.doctrine", "drone_strikes.defender.n_crews",
    "drone_strikes.defender.p_integration", "defender.density_per_km",
)  # fmt: skip
# Runs of another length or resolution cannot be paired with those of the reference.
_FIXED = ("time.", "resolution.")


@dataclass(frozen=True)
class Input:
    """One value that can be changed: from low to high in steps, or one of its options; `provenance` has its source."""

    path: str
    value: Any
    kind: FactorKind
    low: float
    high: float
    step: int
    options: tuple[Any, ...]
    provenance: Provenance

    @property
    def badge(self) -> str:
        """Where the value comes from, in one to three words."""
        return self.provenance.kind.replace("_", " ")

    @property
    def ends(self) -> str:
        """The ends of the input, and whether they are not those of its range; empty for options."""
        if self.options:
            return ""
        span, ends = first_of(self.provenance, lambda one: one.range), (self.low, self.high)
        text = " to ".join(map(unrounded, ends))
        return text if span and ends == tuple(map(float, span)) else f"{text}, ends chosen here"

    @property
    def description(self) -> str:
        """Meaning, source, range and dispute of the value in words."""
        row = self.provenance
        span = first_of(row, lambda one: one.range)
        parts = [
            row.meaning,
            f"{self.badge}: {row.who or row.why or row.where}",
            f"range {show_value(span[0])} to {show_value(span[1])}" if span else "",
            f"disputed: {row.disputed_by}" if row.disputed_by else "",
        ]
        return "; ".join(part for part in parts if part)


def paths_of(scenario: Scenario) -> list[str]:
    """Return the paths of all values of a scenario that can be changed in a panel."""
    return [row.path for row in scenario.provenance if _can_change(scenario, row)]


def first_shown(scenario: Scenario) -> list[str]:
    """Return the paths that a panel shows first: those of `FIRST_SHOWN` that change something in this scenario."""
    rows = {row.path: row for row in scenario.provenance}
    return [path for path in FIRST_SHOWN if path in rows and _can_change(scenario, rows[path])]


def inputs_of(scenario: Scenario, paths: Sequence[str]) -> list[Input]:
    """Return the inputs at these paths; raises InputError for a path that is unknown or cannot be changed here."""
    rows = {row.path: row for row in scenario.provenance}
    faults = []
    for path in paths:
        if path not in rows:
            faults.append(f"{scenario.name} has no such path: {clip(path)}{suggestion(str(path), rows)}")
        elif (mechanism := _section(path)) in scenario.off:
            faults.append(f"{path}: changes nothing, because {mechanism} is off in {scenario.name}")
        elif not _can_change(scenario, rows[path]):
            faults.append(
                f"{path}: cannot be changed here, as a list, a text or a value of time; use sim.load(…, set=…)"
            )
    if faults:
        raise InputError(faults)
    return [_input(scenario, rows[path]) for path in dict.fromkeys(paths)]


def changed(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """Return the scenario with other values and a short name for figures; raises InputError where they do not fit."""
    return set_values(scenario, {**values, "name": "Changed inputs"}, "this panel")


def _can_change(scenario: Scenario, row: Provenance) -> bool:
    if row.path.startswith(_FIXED) or _section(row.path) in scenario.off:
        return False
    if options := _options(scenario, row):
        return len(options) > 1
    return isinstance(row.value, int | float) and operator.lt(*_span(row))


def _section(path: str) -> str:
    return path.partition(".")[0]


def _options(scenario: Scenario, row: Provenance) -> tuple[Any, ...]:
    # A doctrine is one of those with an effort in the scenario: the schema does not know them.
    return tuple(scenario.command.effort) if row.path == "command.doctrine" else options_of(row.path)


def _input(scenario: Scenario, row: Provenance) -> Input:
    kind = kind_of(row.path)
    assert kind is not None
    options = _options(scenario, row)
    step = whole_step(scenario, row.path) if kind == "whole" else 1
    low, high = (0.0, 0.0) if options else _span(row)
    if step > 1 and not options:
        stops = multiples(low, high, step)
        stops = stops if len(stops) > 1 else multiples(step, 2 * row.value, step)
        low, high = float(stops[0]), float(stops[-1])
    return Input(row.path, row.value, kind, low, high, step, options, row)


def _span(row: Provenance) -> tuple[float, float]:
    """Return the ends for a number: those of its range, else half and double the value where the schema allows it."""
    span, value = first_of(row, lambda one: one.range), float(row.value)
    if span:
        return min(span[0], value), max(span[1], value)
    ends = sorted((value / 2, 2 * value if value else 1.0))
    low, high = (
        next((end for end in several if _is_valid(row, end)), value) for several in ((ends[0],), (ends[1], 1.0))
    )
    return min(low, value), max(high, value)


def _is_valid(row: Provenance, end: float) -> bool:
    adapter = TypeAdapter(value_type(Scenario, keys(row.path)), config=ConfigDict(strict=True, allow_inf_nan=False))
    try:
        adapter.validate_json(json.dumps(round(end) if isinstance(row.value, int) else end))
    except ValidationError:
        return False
    return True
