"""The sliders: the values at which they stop, the place of each point, and which point is the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.apps.report.provenance_section import origin_of
from sim.errors import InputError
from sim.quantity import Provenance
from sim.results.number_format import fixed, rounded
from sim.scenario.provenance import first_of, show_value
from sim.world.integer_codes import SIDES

MAX_LEVERS, MAX_STOPS = 8, 25
_FIGURES = 4
_FLAGS = {False: "no", True: "yes"}


@dataclass(frozen=True)
class Lever:
    """One factor as a slider: the values at which it stops, which are values of the design.

    `places` are the places of the stops from 0 to 1 between the lowest and the highest value of the design, and
    `of_points` those of the values of all points: distances between settings are measured in them. Categories lie at
    even distances.
    """

    path: str
    meaning: str
    unit: str
    stops: tuple[Any, ...]
    places: np.ndarray
    of_points: np.ndarray
    shown_of_points: tuple[str, ...]
    central: Any

    @property
    def shown(self) -> list[str]:
        """The stops as texts."""
        return [show(stop) for stop in self.stops]


def levers_of(factors: Sequence[Mapping[str, Any]], values: pd.DataFrame) -> list[Lever]:
    """Return a slider for each factor; raises InputError for more of them than a page can have."""
    if len(factors) > MAX_LEVERS:
        raise InputError(
            [f"{len(factors)} values are varied; a page has a slider for each, and at most {MAX_LEVERS}; "
             "write an experiment with fewer levers"]
        )  # fmt: skip
    return [_lever(factor, values[factor["path"]].tolist()) for factor in factors]


def _lever(factor: Mapping[str, Any], of_points: list[Any]) -> Lever:
    listed = factor["values"] if factor["kind"] in ("category", "flag") else []
    distinct = [value for value in listed if value in of_points] or sorted(set(of_points))
    chosen = np.unique(np.linspace(0, len(distinct) - 1, min(len(distinct), MAX_STOPS)).round().astype(int))
    stops = tuple(distinct[i] for i in chosen)
    return Lever(
        factor["path"], _meaning(factor), factor["unit"], stops, _places(stops, distinct, factor["kind"]),
        _places(of_points, distinct, factor["kind"]), tuple(show(value) for value in of_points), factor["central"],
    )  # fmt: skip


def with_stops_at(levers: Sequence[Lever], point: int, values: pd.DataFrame) -> list[Lever]:
    """Return the levers with the values of a point among their stops, so that the sliders can be set to it."""
    return [_with_stop(lever, values[lever.path].iloc[point], float(lever.of_points[point])) for lever in levers]


def _with_stop(lever: Lever, value: Any, place: float) -> Lever:
    if np.any(lever.places == place):
        return lever
    at = int(np.searchsorted(lever.places, place))
    plain = value.item() if isinstance(value, np.generic) else value
    stops = (*lever.stops[:at], plain, *lever.stops[at:])
    return replace(lever, stops=stops, places=np.insert(lever.places, at, place))


def _meaning(factor: Mapping[str, Any]) -> str:
    """Return the meaning of a factor with its side, which only the path names; a class does not see the path."""
    meaning = str(factor["meaning"]) or str(factor["path"])
    sides = [side for side in SIDES if side in factor["path"].split(".") and side not in meaning]
    return f"{meaning} ({sides[0]})" if sides else meaning


def _places(values: Sequence[Any], distinct: Sequence[Any], kind: str) -> np.ndarray:
    if kind in ("category", "flag"):
        return np.array([distinct.index(value) for value in values], float) / max(1, len(distinct) - 1)
    low, high = float(distinct[0]), float(distinct[-1])
    return (np.asarray(values, float) - low) / ((high - low) or 1.0)


def show(value: Any) -> str:
    """Return the value of a lever as a text: whole numbers as they are, others with four significant figures."""
    if isinstance(value, bool):
        return _FLAGS[value]
    if isinstance(value, int):
        return fixed(value)
    if isinstance(value, float):
        return rounded(value, _FIGURES)
    return show_value(value)


def origin_in_sweep(lever: Lever, row: Provenance) -> list[tuple[str, str]]:
    """Return where the value of a lever comes from, and after its range whether the sweep goes beyond it."""
    texts = origin_of(row)
    span, ends = first_of(row, lambda one: one.range), (lever.stops[0], lever.stops[-1])
    if not span or isinstance(ends[0], (str, bool)) or (span[0] <= ends[0] and ends[1] <= span[1]):
        return texts
    after = [heading for heading, _ in texts].index("Range") + 1
    beyond = f"beyond the range {'of its source' if row.who else 'assumed for it'}"
    return [*texts[:after], ("In this sweep", f"{lever.shown[0]} to {lever.shown[-1]}: {beyond}"), *texts[after:]]


def nearest(levers: Sequence[Lever], target: Mapping[str, Any], has_runs: np.ndarray) -> int:
    """Return the row of the point with runs that is nearest to these values (by path); the first of several."""
    distance = np.zeros(len(has_runs))
    for lever in levers:
        place = _place_of(lever, target[lever.path])
        distance += 0.0 if place is None else (lever.of_points - place) ** 2
    return int(np.where(has_runs, distance, np.inf).argmin())


def reference_of(levers: Sequence[Lever], points: Sequence[int], has_runs: np.ndarray, wanted: int | None) -> int:
    """Return the row of the reference: the wanted point, or the nearest to the values of the base scenario.

    Raises InputError for a point that does not exist or has no run.
    """
    if wanted is None:
        return nearest(levers, {lever.path: lever.central for lever in levers}, has_runs)
    if wanted not in points:
        raise InputError([f"--reference: there is no point {wanted}; points are {min(points)} to {max(points)}"])
    row = list(points).index(wanted)
    if not has_runs[row]:
        raise InputError([f"--reference: all runs of point {wanted} failed; name another point"])
    return row


def _place_of(lever: Lever, value: Any) -> float | None:
    """Return the place of a value; None for one that is not among the categories, or a text among numbers."""
    if isinstance(lever.stops[0], (str, bool)):
        found = [float(place) for stop, place in zip(lever.stops, lever.places, strict=True) if stop == value]
        return found[0] if found else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    low, high = float(lever.stops[0]), float(lever.stops[-1])
    return (float(value) - low) / ((high - low) or 1.0)
