"""Outcomes as they stood on an earlier day, so that scenarios whose fighting ends on different days can be compared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.results.outcome_measures import Layout, outcomes_of
from sim.results.own_outcomes import own_outcomes_of
from sim.results.record import ADDED_SERIES, SERIES
from sim.results.result import Ensemble, Result
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import CITY_LOST, COUNTS, EVENT, EVENT_KINDS


def last_day(result: Result) -> int:
    """Return the day on which the fighting ends: the horizon, or the last whole day before a ceasefire."""
    scenario = result.manifest["scenario"]
    ceasefire = None if "calendar" in scenario["off"] else scenario["calendar"]["ceasefire_day"]
    horizon = int(scenario["time"]["horizon_days"])
    return horizon if ceasefire is None else max(1, min(horizon, math.floor(ceasefire)))


def at_common_end(reference: Ensemble, variant: Ensemble) -> tuple[Ensemble, Ensemble]:
    """Return both with their outcomes on the day on which the fighting of the first of them ends."""
    ends = last_day(reference), last_day(variant)
    if ends[0] == ends[1]:
        return reference, variant
    return outcomes_on_day(reference, min(ends)), outcomes_on_day(variant, min(ends))


def outcomes_on_day(ensemble: Ensemble, day: int) -> Ensemble:
    """Return the ensemble with its outcomes as they stood at the end of a day, from its daily series and events.

    An own outcome whose expression names a later day has no value; those that are Python functions stay as they are.
    """
    layout, runs = Layout.of(ensemble.ground), []
    for number in ensemble.outcomes["replication"].tolist():
        run = ensemble.run(number)
        series = {name: _values(run, name)[: day + 1] for name in SERIES if _is_saved(run, name)}
        runs.append(outcomes_of(series, _losses_of_the_city(run.events, day), layout) | _own(ensemble, series))
    columns = pd.DataFrame(runs, index=ensemble.outcomes.index)
    return replace(ensemble, outcomes=ensemble.outcomes.assign(**{str(name): columns[name] for name in columns}))


def _is_saved(run: Result, name: str) -> bool:
    return name not in ADDED_SERIES or name in run.series


def _values(run: Result, name: str) -> np.ndarray:
    if name == "count":
        none = np.zeros(run.series.sizes["time"])  # of a count that an earlier version did not have
        return np.stack([run.series[what].to_numpy() if what in run.series else none for what in COUNTS], axis=1)
    if name not in run.series:  # the file format has no dimension of length zero
        return np.zeros((run.series.sizes["time"], 0))
    return run.series[name].to_numpy()


def _losses_of_the_city(events: pd.DataFrame, day: int) -> np.ndarray:
    hours = events.loc[(events["kind"] == EVENT_KINDS[CITY_LOST]) & (events["hour"] <= day * H_PER_DAY), "hour"]
    found = np.zeros(len(hours), EVENT)
    found["hour"], found["kind"] = hours, CITY_LOST
    return found


def _own(ensemble: Ensemble, series: Mapping[str, np.ndarray]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in ensemble.manifest["scenario"].get("own_outcomes", {}).items():
        try:
            found |= own_outcomes_of({name: text}, series, ensemble.ground.params)
        except InputError:  # it names a day after the common end
            found[name] = math.nan
    return found
