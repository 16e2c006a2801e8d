"""Whether the tables of a saved result fit to each other and to its manifest, as those that were written did."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr
from pandas.api import types

from sim.errors import InputError, clip
from sim.results.record import ADDED_SERIES, SERIES
from sim.world.integer_codes import COUNTS

N_COUNTS_AT_FIRST = 12  # those that results of earlier versions have

_MAPS = {"control": ("y", "x"), "initial_control": ("y", "x")}
_EVENTS = {
    "hour": types.is_numeric_dtype,
    "time": types.is_datetime64_any_dtype,
    "kind": types.is_string_dtype,
    "x_km": types.is_numeric_dtype,
    "y_km": types.is_numeric_dtype,
    "value": types.is_numeric_dtype,
}


def check_result(
    series: xr.Dataset, events: pd.DataFrame, outcomes: pd.DataFrame, manifest: Mapping[str, Any], folder: Path
) -> None:
    """Raise InputError, on one line, when tables lack something or have other runs and days than the manifest says."""
    for found in (*_series_faults(series, manifest), *_event_faults(events), *_run_faults(series, events, outcomes)):
        raise InputError(
            [f"{folder}: {found}; its files do not fit together, or another version of pokrovsk-sim wrote them"]
        )
    if len(outcomes) != manifest["n_replications"]:
        raise InputError(
            [f"{folder}: its manifest says {manifest['n_replications']} runs, outcomes are of {len(outcomes)}"]
        )


def _series_faults(series: xr.Dataset, manifest: Mapping[str, Any]) -> list[str]:
    runs = ("replication",) if "replication" in series.dims else ()
    wanted = {name: (*runs, "time", *dims) for name, (dims, _) in SERIES.items() if name != "count"}
    wanted |= dict.fromkeys(COUNTS, (*runs, "time"))
    wanted |= {"control": (*runs, *_MAPS["control"]), "initial_control": _MAPS["initial_control"]}
    wanted |= {dim: (dim,) for dim in ("time", "side", "cause", "axis", "x", "y", *runs)}
    if "settlement" not in series.dims:  # without roads there is no settlement
        del wanted["throughput_t"]
    for name in {*ADDED_SERIES, *COUNTS[N_COUNTS_AT_FIRST:]} - {str(found) for found in series.variables}:
        del wanted[name]  # an earlier version wrote them
    faults = [f"series has no {name}" for name in wanted if name not in series.variables]
    faults += [
        f"series {name} has other dimensions"
        for name, dims in wanted.items()
        if name in series.variables and series[name].dims != dims
    ]
    faults += [
        f"series {name} does not hold numbers"
        for name in wanted
        if name in series.data_vars and series[name].dtype.kind not in "biuf"
    ]
    if not faults and not types.is_datetime64_any_dtype(series["time"].dtype):
        faults.append("series time does not hold dates")
    if not faults and series.sizes["time"] > manifest["scenario"]["time"]["horizon_days"] + 1:
        faults.append("series cover more days than the scenario has")
    return faults + [f"series has no {dim}" for dim, size in series.sizes.items() if size == 0]


def _event_faults(events: pd.DataFrame) -> list[str]:
    faults = [f"events have no column {name}" for name in _EVENTS if name not in events]
    if not faults and len(events):
        faults = [
            f"events: column {name} is of another type" for name, fits in _EVENTS.items() if not fits(events[name])
        ]
    return faults


def _run_faults(series: xr.Dataset, events: pd.DataFrame, outcomes: pd.DataFrame) -> list[str]:
    """Return where tables have other runs than the series."""
    texts = [
        f"outcomes: column {clip(name)} does not hold numbers" for name in outcomes if outcomes[name].dtype == object
    ]
    if "replication" not in series.dims:
        return texts
    numbers = series["replication"].to_numpy().tolist()
    if "replication" not in outcomes or outcomes["replication"].tolist() != numbers:
        texts.append("outcomes have other runs than the series")
    if "replication" not in events or not events["replication"].isin(numbers).all():
        texts.append("events have other runs than the series")
    return texts
