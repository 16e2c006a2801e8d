"""Ignorance sampled: every assumed value drawn over its range by a Latin hypercube. The dice are left alone.

A value is drawn when it is *estimated* or *invented for teaching* and has a range. What the article reports and what
the scenario sets stay as they are: the first is given, the second is what the scenario asks.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from sim.draws import MAX_SEED, uniforms
from sim.errors import InputError
from sim.quantity import Provenance

if TYPE_CHECKING:
    from sim.schema import Scenario

MAX_DRAWS = 10_000
_ASSUMED = ("estimated", "invented_for_teaching")
# The place of a mechanism's number in the key of a draw: no mechanism has this one.
_STREAM = MAX_SEED


def assumed(scenario: Scenario) -> list[Provenance]:
    """Return the rows of the values that nobody knows: assumed, with a range."""
    return [row for row in scenario.provenance if row.kind in _ASSUMED and row.range is not None]


def draw(scenario: Scenario, n: int, seed: int = 1) -> list[Scenario]:
    """Return n scenarios, each with every assumed value drawn over its range, its central value as the median.

    A Latin hypercube (McKay, Beckman and Conover, Technometrics 21, 1979): each distribution is cut into n equally
    likely parts, and each part holds the value of one draw. Half of the draws lie below the central value and half
    above it, evenly in each half; where it stands at an end of its range they lie evenly over all of it. Many ranges
    reach further up than down: drawn evenly they would move the middle of nearly every value to one side.
    `attacker.group_size` is drawn among the multiples of `resolution.team_size` in its range and stays as it is when
    there is none. Shares that belong together (mobility_share, effort) are drawn one by one: the model uses them
    relative to their sum.

    A value's column depends on n, the seed and the value's path only: another scenario, with a value more or one set,
    has the same column for every other, so that draw i of both is a pair. Raises InputError when n is out of bounds
    or a drawn scenario breaks a rule of `sim.consistency`.
    """
    if not 1 <= n <= MAX_DRAWS:
        raise InputError([f"draws: must lie between 1 and {MAX_DRAWS}, is {n}"])
    values = scenario.model_dump(mode="json")
    columns = {row.path: _column(scenario, row, _get(values, row.path), n, seed) for row in assumed(scenario)}

    def drawn(i: int) -> Scenario:
        def mark(row: Provenance, value: Any) -> Provenance:
            return replace(row, value=value, where=f"draw {i + 1} of {n}, seed {seed}", replaces=row)

        return revalued(scenario, {path: column[i] for path, column in columns.items()}, mark)

    return [drawn(i) for i in range(n)]


def drawn_values(scenario: Scenario, drawn: list[Scenario]) -> dict[str, list[Any]]:
    """Return, for each assumed value of a scenario, its values in the draws, by path."""
    values = [one.model_dump(mode="json") for one in drawn]
    return {row.path: [_get(one, row.path) for one in values] for row in assumed(scenario)}


def positions(path: str, n: int, seed: int) -> np.ndarray:
    """Return n numbers in (0, 1), one in each n-th of it, in the order that belongs to a path and a seed."""
    stream = np.array([seed, 0, _STREAM, zlib.crc32(path.encode())], np.uint64)
    place = np.argsort(np.argsort(uniforms(stream, np.arange(n), 0), kind="stable"))
    return (place + uniforms(stream, np.arange(n), 1)) / n


def _column(scenario: Scenario, row: Provenance, present: Any, n: int, seed: int) -> list[Any]:
    assert row.range is not None
    low, high = row.range
    at = positions(row.path, n, seed)
    if not isinstance(present, int):
        return quantiles(at, low, present, high).tolist()
    step = scenario.resolution.team_size if row.path == "attacker.group_size" else 1
    whole = range(math.ceil(low / step) * step, math.floor(high) + 1, step) or [present]
    # The whole numbers as bins of equal width, the central one's middle as the median.
    middle = (whole.index(present) + 0.5) if present in whole else len(whole) / 2.0
    is_at_end = present in (whole[0], whole[-1])
    place = quantiles(at, 0.0, len(whole) / 2.0 if is_at_end else middle, float(len(whole)))
    return [whole[min(int(p), len(whole) - 1)] for p in place]


def quantiles(at: np.ndarray, low: float, median: float, high: float) -> np.ndarray:
    """Return the quantiles of a distribution even from low to the median and from there to high, half in each.

    Where the median lies at an end, or outside, it is even from low to high.
    """
    if not low < median < high:
        median = (low + high) / 2.0
    below, above = low + 2.0 * at * (median - low), median + (2.0 * at - 1.0) * (high - median)
    return np.where(at < 0.5, below, above).clip(low, high)


def set_values(scenario: Scenario, values: Mapping[str, Any], who: str) -> Scenario:
    """Return the scenario with some values set, and its provenance saying who set them."""

    def mark(row: Provenance, value: Any) -> Provenance:
        kind = row.kind if row.kind == "setting" else "set_by_scenario"
        return replace(row, value=value, kind=kind, range=None, who=who, why="", where=who, replaces=row)

    return revalued(scenario, values, mark)


def revalued(scenario: Scenario, values: Mapping[str, Any], mark: Callable[[Provenance, Any], Provenance]) -> Scenario:
    """Return the scenario with other values at some paths; `mark` writes each one's new row of provenance.

    Raises InputError when the values do not fit the schema or together, KeyError for a path that is not there.
    """
    data = scenario.model_dump(mode="json")
    for path, value in values.items():
        *parents, last = _keys(path)
        section = _walk(data, parents)
        if isinstance(section, dict) and last not in section:
            raise KeyError(path)
        section[last] = value
    try:
        changed = type(scenario).model_validate_json(json.dumps(data))
    except ValidationError as error:
        # The first of what does not fit is enough: one change often breaks several rules at once.
        first = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ").split("; ")[0]
        raise InputError([f"{scenario.name}: {first}"]) from None
    changed._provenance = tuple(
        mark(row, values[row.path]) if row.path in values else row for row in scenario.provenance
    )
    return changed


def _keys(path: str) -> list[Any]:
    """Split `a.b[2].c` into its keys."""
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]


def _walk(data: Any, keys: list[Any]) -> Any:
    for key in keys:
        data = data[key]
    return data


def _get(data: Any, path: str) -> Any:
    return _walk(data, _keys(path))
