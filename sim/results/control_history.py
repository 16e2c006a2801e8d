"""Who held each cell on each day of a run, reconstructed from the start and the events."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
import xarray as xr

from sim.world.clock import day_of
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD

BECOMES = {"cell_taken": ATTACKER_HELD, "mopped_up": ATTACKER_HELD, "cell_retaken": DEFENDER_HELD}
"""Who holds a cell after an event, by its kind."""


class OfOneRun(Protocol):
    """The series and events of one run: a `Result`."""

    @property
    def series(self) -> xr.Dataset:
        """The daily series."""

    @property
    def events(self) -> pd.DataFrame:
        """The events."""


def control_by_day(result: OfOneRun) -> np.ndarray:
    """Return who holds each cell of one run at the start and at the end of each day.

    int8 (day, y, x), as `initial_control`: 1 where the attacker does; the last day is the series `control`.
    """
    return control_of(result.series, result.events)


def control_of(series: xr.Dataset, all_events: pd.DataFrame) -> np.ndarray:
    """Return the same as `control_by_day`, of the series and the events of one run."""
    events = all_events[all_events["kind"].isin(list(BECOMES))].sort_values("hour", kind="stable")
    day = day_of_change(events, all_events)
    row, column = (np.searchsorted(series[name].to_numpy(), events[f"{name}_km"].to_numpy()) for name in ("y", "x"))
    becomes = events["kind"].map(BECOMES).to_numpy(np.int8)
    start = series["initial_control"].to_numpy()
    control = np.repeat(start[None], series.sizes["time"], axis=0)
    # In the order of time: a cell may be taken, retaken and taken again.
    for i in range(len(events)):
        control[day[i] :, row[i], column[i]] = becomes[i]
    return control


def day_of_change(events: pd.DataFrame, all_events: pd.DataFrame) -> np.ndarray:
    """Return the day at whose end each event stands in the series; cells may be given by `cell` or by x_km and y_km.

    A unit of the reserve attacks at the hour at which a day begins, and retakes a cell on that day; what else comes at
    that hour ends the day before.
    """
    place = ["hour", *([name for name in ("cell", "x_km", "y_km") if name in events])]
    attacks = all_events.loc[all_events["kind"] == "reserve_attacked", place]
    is_there = pd.MultiIndex.from_frame(events[place]).isin(pd.MultiIndex.from_frame(attacks))
    return day_of(events["hour"].to_numpy()) + (is_there & (events["kind"] == "cell_retaken").to_numpy())
