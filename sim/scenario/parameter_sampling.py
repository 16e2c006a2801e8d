"""Parameter uncertainty, sampled: every assumed value over its range, by replicated Latin hypercubes.

A value is drawn when it is *estimated* or *invented for teaching* and has a range. What the article reports and what
the scenario sets stay as they are: the first is given, the second is what the scenario asks.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.errors import InputError, whole_number
from sim.quantity import Provenance
from sim.scenario.reading.dotted_paths import get, put
from sim.scenario.reading.error_wording import describe
from sim.scenario.schema import Scenario
from sim.scenario.teaching_label import FEW_DRAWS
from sim.world.keyed_draws import MAX_SEED, uniforms

MAX_DRAWS = 10_000
N_HYPERCUBES = 5
"""How many independent Latin hypercubes the draws are divided into: an interval rests on 4 degrees of freedom."""
_ASSUMED = ("estimated", "invented_for_teaching")
# The place of the number of a mechanism in the key of a draw: no mechanism has this one.
_STREAM = MAX_SEED


def assumed(scenario: Scenario) -> list[Provenance]:
    """Return the rows of the uncertain values: assumed, with a range."""
    return [row for row in scenario.provenance if row.kind in _ASSUMED and row.range is not None]


def n_hypercubes(n_draws: int) -> int:
    """Return how many Latin hypercubes so many draws are divided into: one where each would have a single point."""
    return N_HYPERCUBES if n_draws >= FEW_DRAWS else 1


def hypercubes(n_draws: int, n_cubes: int) -> np.ndarray:
    """Return the number of the hypercube of each draw: consecutive draws, in numbers that differ by one at most."""
    return np.sort(np.arange(n_draws) % n_cubes)


def draw(scenario: Scenario, n: int, seed: int = 1) -> list[Scenario]:
    """Return n scenarios, each with every assumed value drawn over its range, its central value as the median.

    Independent Latin hypercubes (McKay, Beckman and Conover, Technometrics 21, 1979; replicated: Owen, Journal of the
    Royal Statistical Society B 54, 1992), see `hypercubes`: each distribution is cut into as many equally likely parts
    as a hypercube has draws, and each part holds the value of one. The points of one hypercube are not independent, for
    they are spread evenly: the spread between hypercubes says how far a mean may be off (Stein, Technometrics 29,
    1987). Half of the draws lie below the central value and half above it, evenly in each half; where it stands at an
    end of its range they lie evenly over all of it. Many ranges reach further up than down: drawn evenly they would
    move the middle of nearly every value to one side.
    `attacker.group_size` is drawn among the multiples of `resolution.team_size` in its range and stays as it is when
    there is none. Shares that belong together (mobility_share, effort) are drawn one by one: the model uses them
    relative to their sum.

    A value's column depends on n, the seed and the value's path only: another scenario, with a value more or one set,
    has the same column for every other, so that draw i of both is a pair. Raises InputError when n is out of bounds
    or a drawn scenario breaks a rule of `sim.scenario.consistency`.
    """
    n = whole_number("draws", n, 1, MAX_DRAWS)
    values = scenario.model_dump(mode="json")
    columns = {row.path: _column(scenario, row, get(values, row.path), n, seed) for row in assumed(scenario)}

    def drawn(i: int) -> Scenario:
        def mark(row: Provenance, value: Any) -> Provenance:
            return replace(row, value=value, where=f"draw {i + 1} of {n}, seed {seed}", replaces=row)

        return revalued(scenario, {path: column[i] for path, column in columns.items()}, mark)

    return [drawn(i) for i in range(n)]


def drawn_values(scenario: Scenario, drawn: list[Scenario]) -> dict[str, list[Any]]:
    """Return, for each assumed value of a scenario, its values in the draws, by path."""
    values = [one.model_dump(mode="json") for one in drawn]
    return {row.path: [get(one, row.path) for one in values] for row in assumed(scenario)}


def positions(path: str, n: int, seed: int) -> np.ndarray:
    """Return n numbers in (0, 1), in the order that belongs to a path and a seed.

    Of the m numbers of each hypercube (`hypercubes`), one lies in each m-th of the interval.
    """
    stream = np.array([seed, 0, _STREAM, zlib.crc32(path.encode())], np.uint64)
    order, inside, cube = uniforms(stream, np.arange(n), 0), uniforms(stream, np.arange(n), 1), _cubes_of(n)
    at = np.empty(n)
    for one in range(cube[-1] + 1):
        of_one = cube == one
        place = np.argsort(np.argsort(order[of_one], kind="stable"))
        at[of_one] = (place + inside[of_one]) / len(place)
    return at


def _cubes_of(n_draws: int) -> np.ndarray:
    return hypercubes(n_draws, n_hypercubes(n_draws))


def _column(scenario: Scenario, row: Provenance, present: Any, n: int, seed: int) -> list[Any]:
    assert row.range is not None
    low, high = row.range
    step = whole_step(scenario, row.path) if isinstance(present, int) else None
    return spread_over(positions(row.path, n, seed), low, present, high, step)


def whole_step(scenario: Scenario, path: str) -> int:
    """Return the number of which a whole value is a multiple: groups are made of whole teams."""
    return scenario.resolution.team_size if path == "attacker.group_size" else 1


def multiples(low: float, high: float, step: int) -> range:
    """Return the whole multiples of a step from low to high."""
    return range(math.ceil(low / step) * step, math.floor(high) + 1, step)


def spread_over(at: np.ndarray, low: float, central: Any, high: float, step: int | None) -> list[Any]:
    """Return the values at positions from 0 to 1 of a range, its central value as the median.

    step: None for real numbers, else that of whole ones, which are bins of equal width with the middle of the central
    one as the median; where the range has none, the central value.
    """
    if step is None:
        return quantiles(at, low, central, high).tolist()
    whole = multiples(low, high, step) or [central]
    return [whole[min(int(p), len(whole) - 1)] for p in quantiles(at, 0.0, middle_of(whole, central), len(whole))]


def middle_of(whole: Sequence[int], central: Any) -> float:
    """Return the middle of the central value's bin among bins of width 1; of all bins where it is at an end or none."""
    is_at_end = central in (whole[0], whole[-1])
    return whole.index(central) + 0.5 if central in whole and not is_at_end else len(whole) / 2.0


def quantiles(at: np.ndarray, low: float, median: float, high: float) -> np.ndarray:
    """Return the quantiles of a distribution even from low to the median and from there to high, half in each.

    Where the median lies at an end, or outside, it is even from low to high.
    """
    if not low < median < high:
        median = (low + high) / 2.0
    below, above = low + 2.0 * at * (median - low), median + (2.0 * at - 1.0) * (high - median)
    # The sum need not meet the end to the last bit.
    return np.where(at < 0.5, below, np.where(at < 1.0, above, high)).clip(low, high)


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
        put(data, path, value)
    try:
        changed = type(scenario).model_validate_json(json.dumps(data))
    except ValidationError as error:
        # The first of what does not fit is enough: one change often breaks several rules at once.
        fault = error.errors(include_url=False)[0]
        words = [scenario.name, ".".join(map(str, fault["loc"])), describe(fault, fault["input"]).split("; ")[0]]
        raise InputError([": ".join(filter(None, words))]) from None
    changed._provenance = tuple(
        mark(row, values[row.path]) if row.path in values else row for row in scenario.provenance
    )
    return changed
