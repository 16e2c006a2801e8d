"""The monthly table of runs: one row per month and sector, with columns named after what is published of a war.

It is computed from the daily series and the events when a run has ended, so that it costs nothing within a run. A
sector is an axis of advance; the sector "all" is the whole map. What the series do not give by axis (losses, strength,
what is sent forward) has a value for "all" only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from sim.results.control_history import control_of, day_of_change
from sim.results.penetration import deepest_penetration_km
from sim.world.clock import H_PER_DAY
from sim.world.encirclement_fraction import COMPASS_POINTS
from sim.world.ground import Ground

ALL = "all"
"""The sector that is the whole map."""
_M_PER_KM = 1000.0
Columns = dict[str, np.ndarray]
"""Columns of one run: month x sector, the sector `ALL` first."""


def monthly_table(series: xr.Dataset, events: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Return one row per month and sector of a run, or per replication, month and sector of several.

    A month is one of the calendar; `days` says how many of its days were run. `docs/glossary.md` defines the columns.
    """
    if "replication" not in series.dims:
        return _of_run(series, events, ground)
    tables = []
    for number in series["replication"].to_numpy().tolist():
        run = series.sel(replication=number)
        table = _of_run(run, events[events["replication"] == number], ground)
        table.insert(0, "replication", number)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


class _Months:
    """The months of a run: the rows of the daily series before each begins and at its end."""

    def __init__(self, time: np.ndarray) -> None:
        of_day = time[:-1].astype("datetime64[M]")  # row d is the end of the day that began at time[d - 1]
        self.names, first, n_days = np.unique(of_day, return_index=True, return_counts=True)
        self.before, self.end, self.days = first, first + n_days, n_days

    def change(self, values: np.ndarray) -> np.ndarray:
        """Return by how much a running value changes in each month."""
        return values[self.end] - values[self.before]

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Return the mean over the days of each month."""
        rows = zip(self.before, self.end, strict=True)
        return np.array([values[a + 1 : b + 1].mean(axis=0) for a, b in rows])

    def highest(self, values: np.ndarray) -> np.ndarray:
        """Return the highest value of each month's days."""
        rows = zip(self.before, self.end, strict=True)
        return np.array([values[a + 1 : b + 1].max(axis=0) for a, b in rows])

    def of_row(self, row: np.ndarray) -> np.ndarray:
        """Return the month of a row of the daily series."""
        return np.searchsorted(self.end, np.maximum(row, 1))


def _of_run(series: xr.Dataset, events: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    months = _Months(series["time"].to_numpy())
    n_sectors = 1 + len(ground.axis_names)
    columns: Columns = {}
    for part in (_ground_columns, _city_columns, _fight_columns, _strength_columns):
        columns |= part(series, events, ground, months)
    table = {
        "month": np.repeat(np.datetime_as_string(months.names), n_sectors),
        "days": np.repeat(months.days, n_sectors),
        "sector": np.tile([ALL, *ground.axis_names], len(months.names)),
    }
    return pd.DataFrame(table | {name: values.ravel() for name, values in columns.items()})


def _values(series: xr.Dataset, name: str, index: Mapping[str, str] | None = None) -> np.ndarray:
    """Return a daily series; NaN where the result of an earlier version does not have it."""
    if name not in series:
        return np.full(series.sizes["time"], np.nan)
    return series[name].sel(index or {}).to_numpy().astype(float)


def _by_axis(series: xr.Dataset, name: str, n_axes: int, index: Mapping[str, str] | None = None) -> np.ndarray:
    values = _values(series, name, index)
    return values if values.ndim > 1 else np.repeat(values[:, None], n_axes, axis=1)


def _sectors(of_all: np.ndarray, by_axis: np.ndarray | int) -> np.ndarray:
    """Return month x sector; a number of axes in place of their values: they have none."""
    if isinstance(by_axis, int):
        by_axis = np.full((len(of_all), by_axis), np.nan)
    return np.column_stack([of_all, by_axis])


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a / b; NaN where b is not positive."""
    return np.divide(a, b, out=np.full(np.shape(a), np.nan), where=b > 0)


def _ground_columns(series: xr.Dataset, events: pd.DataFrame, ground: Ground, months: _Months) -> Columns:
    n_axes = len(ground.axis_names)
    moved = _by_axis(series, "flot_displacement_km", n_axes)
    area = moved * np.maximum(ground.front_km_by_axis, 1e-9)
    depth = deepest_penetration_km(control_of(series, events).reshape(len(moved), -1), ground)
    taken, retaken = (_cells(events, kind, ground, months) for kind in ("cell_taken", "cell_retaken"))
    advance = _sectors(months.change(_values(series, "advance_km")), months.change(moved))
    return {
        "area_changed_km2": _sectors(months.change(_values(series, "area_changed_km2")), months.change(area)),
        "advance_m_per_day": _M_PER_KM * advance / months.days[:, None],
        "deepest_penetration_km": _sectors(months.highest(depth.max(axis=1, initial=0.0)), months.highest(depth)),
        "cells_taken": taken,
        "cells_retaken": retaken,
        "retaken_share": _ratio(retaken, taken),
    }


def _cells(events: pd.DataFrame, kind: str, ground: Ground, months: _Months) -> np.ndarray:
    """Return how many cells changed hands in a way, by month and sector; `cell_taken` is without cells mopped up."""
    found = events[events["kind"] == kind]
    axis = ground.axis[ground.cell_at(found["x_km"].to_numpy(), found["y_km"].to_numpy())]
    month = months.of_row(day_of_change(found, events))
    n = np.zeros((len(months.names), 1 + len(ground.axis_names)))
    np.add.at(n, (month, np.zeros_like(month)), 1)
    np.add.at(n, (month[axis >= 0], 1 + axis[axis >= 0]), 1)
    return n


def _city_columns(series: xr.Dataset, events: pd.DataFrame, ground: Ground, months: _Months) -> Columns:
    n_axes = len(ground.axis_names)
    contested = _values(series, "city_share_contested")
    lost_h = events.loc[events["kind"] == "city_lost", "hour"].to_numpy()
    days = {
        "day_city_entered": np.flatnonzero(contested > 0.0),
        "day_city_contested": np.flatnonzero(contested > 0.5),
        "day_city_lost": lost_h / H_PER_DAY,
    }
    columns = {}
    for name, found in days.items():
        of_all = np.full(len(months.names), np.nan)
        if len(found):
            of_all[months.of_row(np.ceil(found[:1]))] = found[0]
        columns[name] = _sectors(of_all, n_axes)
    columns["city_share_held"] = _sectors(_values(series, "city_share_held")[months.end], n_axes)
    for bearing in COMPASS_POINTS:
        distance = _values(series, "front_to_city_km", {"bearing": bearing})
        columns[f"front_to_city_km.{bearing}"] = _sectors(distance[months.end], n_axes)
    return columns


def _fight_columns(series: xr.Dataset, events: pd.DataFrame, ground: Ground, months: _Months) -> Columns:
    n_axes, days = len(ground.axis_names), months.days[:, None]
    assaults = _sectors(
        months.change(_values(series, "assaults")), months.change(_by_axis(series, "assaults_by_axis", n_axes))
    )
    area = months.change(_values(series, "area_changed_km2"))
    losses, by_drones = {}, {}
    causes = [cause for cause in series["cause"].to_numpy().tolist() if cause.startswith("drone")]
    for side in ("attacker", "defender"):
        losses[side] = months.change(_values(series, "losses", {"side": side}))
        by_cause = series["losses_by_cause"].sel(side=side, cause=causes).sum("cause").to_numpy()
        by_drones[side] = _ratio(months.change(by_cause), losses[side])
    return {
        "assaults_per_day": assaults / days,
        "attacker_losses": _sectors(losses["attacker"], n_axes),
        "defender_losses": _sectors(losses["defender"], n_axes),
        "attacker_losses_per_km2": _sectors(_ratio(losses["attacker"], area), n_axes),
        "drone_share_of_attacker_losses": _sectors(by_drones["attacker"], n_axes),
        "drone_share_of_defender_losses": _sectors(by_drones["defender"], n_axes),
    }


def _strength_columns(series: xr.Dataset, events: pd.DataFrame, ground: Ground, months: _Months) -> Columns:
    n_axes = len(ground.axis_names)
    sent = months.change(_values(series, "soldiers_sent_forward")) / months.days
    columns = {"soldiers_sent_per_day": _sectors(sent, n_axes)}
    for name, level in (("supply_level", "defender_supply_level"), ("attacker_supply_level", "attacker_supply_level")):
        mean = months.mean(_by_axis(series, name, n_axes))
        columns[level] = _sectors(mean.mean(axis=1), mean)
    for side in ("attacker", "defender"):
        columns[f"{side}_soldiers"] = _sectors(_values(series, "soldiers", {"side": side})[months.end], n_axes)
        in_field = _by_axis(series, "soldiers_by_axis", n_axes, {"side": side})[months.end]
        columns[f"{side}_soldiers_in_field"] = _sectors(in_field.sum(axis=1), in_field)
    return columns
