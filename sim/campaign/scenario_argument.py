"""The scenario of a campaign as its caller gives it: a loaded one, a file or a name, with values changed by path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import InputError, clip, suggestion
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import set_values
from sim.scenario.schema import Scenario


def scenario_of(scenario: Scenario | str | Path, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario, loaded if it is a name or a file, with the changes by path.

    Raises InputError for what is none of them, for an unknown path, and for values that do not fit.
    """
    if isinstance(scenario, str | Path):
        return load(scenario, set=changes)
    if not isinstance(scenario, Scenario):
        raise InputError(
            [f"scenario: must be a name, a file or a loaded scenario, is {clip(scenario)}; mesa.batch_run takes loaded "
             "scenarios in a list"]
        )  # fmt: skip
    if not changes:
        return scenario
    try:
        return set_values(scenario, changes, "an argument of Campaign")
    except KeyError as error:
        path = str(error.args[0])
        near = suggestion(path, (row.path for row in scenario.provenance))
        raise InputError([f"{clip(path)}: {scenario.name} has no such value{near}"]) from None
