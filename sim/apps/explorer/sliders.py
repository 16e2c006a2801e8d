"""The sliders: the values at which they stop, the place of each point, and which point is the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.apps.report.provenance_section import origin_of
from sim.errors import InputError
from sim.quantity import Provenance
from sim.results.number_format import fixed, rounded
from sim.scenario.provenance import first_of, show_value
from sim.world.integer_codes import SIDES

MAX_LEVERS = 8
_FIGURES = 4
_FLAGS = {False: "no", True: "yes"}


@dataclass(frozen=True)
class Lever:
    """One factor as a slider, which stops at each value of the design.

    `places` are the places of the stops on the slider, from 0 at the lowest value to 1 at the highest; categories lie
    at even distances. `at_points` is the number of the stop of each point, from 0.
    """

    path: str
    meaning: str
    unit: str
    stops: tuple[Any, ...]
    places: np.ndarray
    at_points: np.ndarray
    central: Any

    @property
    def shown(self) -> list[str]:
        """The stops as texts."""
        return [show(stop) for stop in self.stops]


def levers_of(factors: Sequence[Mapping[str, Any]], values: pd.DataFrame) -> list[Lever]:
    """Return a slider for each factor.

    Raises InputError for more of them than a page can have, and for a design that lacks a combination of their stops.
    """
    if len(factors) > MAX_LEVERS:
        raise InputError(
            [f"{len(factors)} values are varied; a page has a slider for each, and at most {MAX_LEVERS}; "
             "write an experiment with fewer levers"]
        )  # fmt: skip
    levers = [_lever(factor, values[factor["path"]].tolist()) for factor in factors]
    n_combinations = math.prod(len(lever.stops) for lever in levers)
    n_found = len({*zip(*(lever.at_points.tolist() for lever in levers), strict=True)})
    if not n_found == len(values) == n_combinations:
        counts = " x ".join(str(len(lever.stops)) for lever in levers)
        raise InputError(
            [f"the design is not a grid: {fixed(len(values))} points at {fixed(n_found)} of the {counts} combinations "
             "of values; sliders need each combination once: sweep with design: {kind: full_grid}"]
        )  # fmt: skip
    return levers


def _lever(factor: Mapping[str, Any], of_points: list[Any]) -> Lever:
    is_even = factor["kind"] in ("category", "flag")
    present = set(of_points)
    stops = tuple(value for value in factor["values"] if value in present) if is_even else tuple(sorted(present))
    number_of = {stop: number for number, stop in enumerate(stops)}
    places = np.linspace(0.0, 1.0, len(stops)) if is_even else _share_of_way(np.asarray(stops, float), stops)
    at_points = np.array([number_of[value] for value in of_points])
    return Lever(
        factor["path"], _meaning(factor), factor["unit"], stops, places, at_points, factor["central"]
    )  # fmt: skip


def _share_of_way(values: np.ndarray, stops: Sequence[Any]) -> np.ndarray:
    low, high = float(stops[0]), float(stops[-1])
    share: np.ndarray = (values - low) / ((high - low) or 1.0)
    return share


def _meaning(factor: Mapping[str, Any]) -> str:
    """Return the label of a factor, or its meaning with its side, which only the path names."""
    if label := str(factor.get("label", "")):
        return label
    meaning = str(factor["meaning"]) or str(factor["path"])
    sides = [side for side in SIDES if side in factor["path"].split(".") and side not in meaning]
    return f"{meaning} ({sides[0]})" if sides else meaning


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
        distance += 0.0 if place is None else (lever.places[lever.at_points] - place) ** 2
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
    return float(_share_of_way(np.array([value], float), lever.stops)[0])
