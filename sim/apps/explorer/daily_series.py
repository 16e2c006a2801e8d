"""Daily series of each point as medians and bands over its runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.sweep_results import SweepResults
from sim.apps.explorer.number_packing import scaled, size_of
from sim.apps.explorer.point_outcomes import scale_of
from sim.errors import InputError
from sim.plots.time_series import QUANTILES, TITLES, is_share
from sim.results.outcome_wording import OUTCOMES
from sim.results.record import SERIES

_MOST_IN_TWO_BYTES = 65_000
_POINTS_AT_ONCE = 50
_PERCENT = 100.0
# Decimals of series that are neither outcomes nor whole numbers.
_FRACTIONS = {"supply_level": 2, "attacker_supply_level": 2, "readiness": 2}


@dataclass(frozen=True)
class DailySeries:
    """Bands of the daily series: points x series x QUANTILES x days, NaN where no run has a value."""

    names: tuple[str, ...]
    bands: np.ndarray

    def described(self) -> list[dict[str, Any]]:
        """Return what the page needs to decode and draw each series: title, unit, decimals, offset, size, scale."""
        return [self._described(i, name) for i, name in enumerate(self.names)]

    def _described(self, i: int, name: str) -> dict[str, Any]:
        title, unit = title_and_unit(name)
        decimals, values = decimals_of(name), self._in_unit(i)
        known = values[np.isfinite(values)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        offset = int(scaled([low], decimals)[0])
        # Two bytes per number where they can hold the highest number and the code for no value.
        n_bytes = 2 if (high - low) * 10.0**decimals < _MOST_IN_TWO_BYTES else 4
        return {
            "name": name, "title": title, "unit": unit, "decimals": decimals, "offset": offset,
            "n_bytes": n_bytes, "missing": 2 ** (8 * n_bytes) - 1, "scale": scale_of(min(low, 0.0), high),
        }  # fmt: skip

    def _in_unit(self, i: int) -> np.ndarray:
        return self.bands[:, i] * (_PERCENT if is_share(self.names[i]) else 1.0)

    def packed(self, days: np.ndarray) -> list[np.ndarray]:
        """Return the bands of each series on some days, in units of the last decimal shown, minus its offset."""
        return [self._packed(i, one, days) for i, one in enumerate(self.described())]

    def _packed(self, i: int, described: dict[str, Any], days: np.ndarray) -> np.ndarray:
        whole = _rounded(self._in_unit(i)[..., days], described["decimals"]) - described["offset"]
        return np.where(np.isfinite(whole), whole, described["missing"]).astype(f"uint{8 * described['n_bytes']}")

    def size(self, days: np.ndarray) -> int:
        """Return the size of the bands on these days in the page [characters]."""
        n_numbers = self.bands[:, 0, :, 0].size * len(days)
        return sum(size_of(one["n_bytes"] * n_numbers) for one in self.described())


def _rounded(values: np.ndarray, decimals: int) -> np.ndarray:
    """Return values in units of a decimal, rounded as formatting rounds: by the exact binary value, ties to even."""
    product = values * 10.0**decimals
    whole = np.rint(product)
    if decimals > 0:
        # A product that looks like a tie may not be one: rounding the number itself is exact.
        ties = np.isfinite(product) & (np.abs(product - np.floor(product) - 0.5) < 1e-6)
        whole[ties] = scaled(values[ties].tolist(), decimals)
    return whole


def title_and_unit(name: str) -> tuple[str, str]:
    """Return the title and the unit of a daily series; a series by side or axis has the side or axis in its title."""
    family, _, member = name.partition(".")
    meaning = SERIES[family][1] if family in SERIES else f"{family.replace('_', ' ')} since the start"
    title, unit = TITLES.get(family, (meaning, ""))
    title = title[0].upper() + title[1:].removesuffix(", by axis of advance")
    if member:
        title = f"{title}, {member.replace('.', ', ').replace('_', ' ')}"
    return title, "%" if is_share(name) else unit or "soldiers" * title.startswith("Soldiers")


def decimals_of(name: str) -> int:
    """Return the number of decimals of a daily series: that of the outcome of the same name, if there is one."""
    family = name.partition(".")[0]
    return OUTCOMES[family].decimals if family in OUTCOMES else _FRACTIONS.get(family, 0)


def daily_series_of(results: SweepResults, names: tuple[str, ...], n_days: int) -> DailySeries:
    """Return the bands of all points from the saved series of their runs, which have a value on each of the days."""
    bands = np.full((results.n_points, len(names), len(QUANTILES), n_days), np.nan)
    rows = {point: row for row, point in enumerate(results.unit.index.tolist())}
    for points in chunks(list(rows)):
        tables = by_point(results.series(points).sort_values(["point", "replication", "day"]))
        for point, runs in tables.items():
            if len(runs) != runs["replication"].nunique() * n_days:
                raise InputError([f"{results.name}: the daily series have other days than the scenario; run it again"])
            values = runs[list(names)].to_numpy(float).reshape(-1, n_days, len(names))
            bands[rows[point]] = _bands(values.transpose(0, 2, 1)).transpose(1, 0, 2)
    return DailySeries(names, bands)


def _bands(values: np.ndarray) -> np.ndarray:
    """Return QUANTILES x series x days of runs x series x days; NaN where no run has a value."""
    if np.isfinite(values).all():
        return np.quantile(values, QUANTILES, axis=0)
    has_value = np.isfinite(values).any(axis=0)
    found = np.full((len(QUANTILES), *has_value.shape), np.nan)
    found[:, has_value] = np.nanquantile(values[:, has_value], QUANTILES, axis=0)
    return found


def by_point(table: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Return the rows of each point that has any."""
    return dict(
        zip(table["point"].unique().tolist(), (part for _, part in table.groupby("point", sort=False)), strict=True)
    )


def chunks(points: list[int]) -> Iterator[list[int]]:
    """Yield some points at a time: the saved tables of a large sweep do not fit into memory."""
    for i in range(0, len(points), _POINTS_AT_ONCE):
        yield points[i : i + _POINTS_AT_ONCE]
