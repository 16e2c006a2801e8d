"""The experiment file: which values vary, by which design, and which results of the runs are saved."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import Field, PrivateAttr, model_validator

from sim.campaign.run_numbers import MAX_REPLICATIONS
from sim.experiment.factors import Factor
from sim.quantity import Name, Params, Prose, Scalar, setting
from sim.results.own_outcomes import OutcomeFunctions, check_functions, code_of
from sim.scenario.schema import Scenario
from sim.world.keyed_draws import MAX_SEED

MAX_POINTS = 1_000_000
MAX_CELLS = 20_000_000  # points x factors: about 60 bytes each
MAX_RUNS = 10_000_000
_MAX_CHOSEN = 20  # trajectories among candidates: to choose more takes minutes
MAX_LEVELS = 1_000


class Span(Params):
    """The values of a factor: a range, listed values, or neither for the range in the value's own provenance."""

    range: Annotated[list[float], Field(min_length=2, max_length=2)] | None = setting(
        "list", "lowest and highest value; all values between are equally likely", default=None
    )
    values: list[Any] | None = setting("list", "the values to use, each with an equal share", default=None)
    label: str = setting("text", "what the slider on the page of sim explore is called; empty: its meaning", default="")

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if self.range is not None and self.values is not None:
            raise ValueError("values: cannot be combined with range")
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"range must run from low to high, is [{self.range[0]:g}, {self.range[1]:g}]")
        return self


class OneAtATime(Params):
    """The central point, and each factor alone moved to its levels."""

    kind: Literal["one_at_a_time"] = setting("text", "the kind of design")
    levels: int = setting(
        "1", "positions of each factor from end to end, besides the central one", default=2, ge=2, le=MAX_LEVELS
    )


class FullGrid(Params):
    """Every combination of the factors' levels."""

    kind: Literal["full_grid"] = setting("text", "the kind of design")
    levels: int | None = setting(
        "1", "levels of each factor that has a range; all listed values are used", default=None, ge=2, le=MAX_LEVELS
    )


class LatinHypercube(Params):
    """Each factor's range cut into n equal parts, one point in each part."""

    kind: Literal["latin_hypercube"] = setting("text", "the kind of design")
    n: int = setting("1", "points", ge=2, le=MAX_POINTS)
    strength: Literal[1, 2] = setting(
        "1", "2: every pair of factors is spread evenly too; n must then be the square of a prime", default=1
    )
    is_optimised: bool = setting(
        "flag",
        "whether a design of strength 1 is made more even by exchanges within columns; slow for many factors",
        default=True,
    )

    @model_validator(mode="after")
    def _has_points_for_its_strength(self) -> Self:
        if self.strength == 2 and (square := _prime_square(self.n)) != self.n:
            raise ValueError(f"n {self.n} is not the square of a prime, which strength 2 needs; the next is {square}")
        return self


class NearlyOrthogonal(Params):
    """A Latin hypercube whose columns are nearly uncorrelated."""

    kind: Literal["nearly_orthogonal"] = setting("text", "the kind of design")
    n: int = setting("1", "points; must be more than the number of factors", ge=3, le=MAX_POINTS)


class SobolSequence(Params):
    """The first n points of a scrambled Sobol sequence."""

    kind: Literal["sobol_sequence"] = setting("text", "the kind of design")
    n: int = setting("1", "points, a power of two", ge=2, le=MAX_POINTS)

    @model_validator(mode="after")
    def _is_a_power(self) -> Self:
        _require_power_of_two(self.n)
        return self


class Saltelli(Params):
    """The points from which Sobol indices are computed: n (k + 2) for k factors, n (2k + 2) with second order."""

    kind: Literal["saltelli"] = setting("text", "the kind of design")
    n: int = setting("1", "base points, a power of two", ge=2, le=MAX_POINTS)
    second_order: bool = setting("flag", "whether to compute indices of pairs of factors", default=False)

    @model_validator(mode="after")
    def _is_a_power(self) -> Self:
        _require_power_of_two(self.n)
        return self


class Morris(Params):
    """Trajectories on which each factor takes one step: k + 1 points each."""

    kind: Literal["morris"] = setting("text", "the kind of design")
    trajectories: int = setting("1", "number of trajectories", ge=2, le=10_000)
    levels: int = setting(
        "1", "levels of the grid on which the steps are taken, an even number", default=4, ge=2, le=100
    )
    candidates: int | None = setting(
        "1",
        "random trajectories from which those farthest apart are chosen; null: all trajectories are used",
        default=None,
        le=100,
    )

    @model_validator(mode="after")
    def _has_even_levels_and_enough_candidates(self) -> Self:
        if self.levels % 2:
            raise ValueError(f"levels {self.levels} is odd; steps need an even number, such as {self.levels + 1}")
        if self.candidates is not None and self.trajectories > _MAX_CHOSEN:
            raise ValueError(f"trajectories {self.trajectories}: at most {_MAX_CHOSEN} can be chosen among candidates")
        if self.candidates is not None and self.candidates <= self.trajectories:
            raise ValueError(f"candidates {self.candidates} must be more than trajectories, {self.trajectories}")
        return self


class Csv(Params):
    """The user's own points: a CSV table with one column of values per factor."""

    kind: Literal["csv"] = setting("text", "the kind of design")
    file: str = setting("text", "the table, in the folder of the experiment file or below")


DESIGNS: dict[str, type[Params]] = {
    "one_at_a_time": OneAtATime,
    "full_grid": FullGrid,
    "latin_hypercube": LatinHypercube,
    "nearly_orthogonal": NearlyOrthogonal,
    "sobol_sequence": SobolSequence,
    "saltelli": Saltelli,
    "morris": Morris,
    "csv": Csv,
}
DesignParams = OneAtATime | FullGrid | LatinHypercube | NearlyOrthogonal | SobolSequence | Saltelli | Morris | Csv


@dataclass(frozen=True)
class Design:
    """The points of an experiment.

    `points`: positions in the unit cube, index `point`, one column per factor, named by its path. `values`: the values
    at these positions, in the same shape. `details`: the kind, its sizes, `n_points`, `points_per_block` (so many
    consecutive points have the same random numbers) and `largest_correlation`, that of two columns of positions (None
    when fewer than two columns vary).
    """

    points: pd.DataFrame
    values: pd.DataFrame
    details: dict[str, Any]

    @property
    def n_points(self) -> int:
        """Return the number of points."""
        return len(self.points)

    def random_numbers(self, points: Any, replications: Any, n_replications: int) -> Any:
        """Return the replication as which `sim.run` repeats a run: its block x n_replications + its replication."""
        return points // self.details["points_per_block"] * n_replications + replications


class Experiment(Params):
    """One complete experiment: base scenarios, which of their values vary and how, and what is saved of the runs.

    An experiment from `load_experiment` also has its base scenarios and factors.
    """

    name: Name = setting("text", "name of the experiment")
    question: Prose = setting("text", "the question that the experiment answers")
    debrief: list[str] = setting("list", "questions to discuss after the runs", default=[])
    base: Annotated[list[str], Field(min_length=1)] = setting(
        "list", "base scenario, by name or file; several base scenarios are a factor too"
    )
    set: dict[str, Any] = setting("1", "values set in every run: dotted path, then value", default={})
    uncertainties: dict[str, Span] = setting(
        "", "uncertain values: dotted paths with a range or values; all: every assumed value with a range", default={}
    )
    levers: dict[str, Span] = setting(
        "", "values that someone could choose: dotted paths with a range or values", default={}
    )
    outcomes: Annotated[list[str], Field(min_length=1)] = setting("list", "measures of effectiveness to save")
    series: list[str] = setting("list", "daily series to save of every run", default=[])
    save_map: bool = setting("flag", "whether to save which cells changed hands in every run", default=False)
    design: Annotated[DesignParams, Field(discriminator="kind")] = setting("", "the points at which the scenario runs")
    replications: int = setting("1", "runs per point, each with other random numbers", ge=1, le=MAX_REPLICATIONS)
    seed: int = setting("1", "random seed of the points and of the runs", default=1, ge=0, le=MAX_SEED)

    _scenarios: dict[str, Scenario] = PrivateAttr(default={})
    _factors: tuple[Factor, ...] = PrivateAttr(default=())
    _own_points: tuple[dict[str, Scalar], ...] = PrivateAttr(default=())
    _design: Design | None = PrivateAttr(default=None)
    _functions: OutcomeFunctions = PrivateAttr(default={})

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """The base scenarios by their names in the file, with the values that the file sets."""
        return self._scenarios

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors, sorted by path: their order in the file has no effect."""
        return self._factors

    @property
    def own_points(self) -> tuple[dict[str, Scalar], ...]:
        """The points of a CSV design: each factor's value, by path."""
        return self._own_points

    @property
    def functions(self) -> OutcomeFunctions:
        """The outcomes that are functions of a result, by name."""
        return self._functions

    def with_functions(self, functions: OutcomeFunctions) -> Self:
        """Return the experiment with outcomes of one's own besides those of its file."""
        for scenario in self.scenarios.values():
            check_functions(functions, scenario)
        own = self.model_copy(update={"outcomes": [*self.outcomes, *functions]})
        own._functions = dict(functions)
        return own

    def without_points(self) -> Self:
        """Return the experiment without its tables of points, which may be large; a run does not need them."""
        light = self.model_copy()
        light._own_points, light._design = (), None
        return light

    @property
    def digest(self) -> str:
        """SHA-256 of all inputs of the runs: the file, its scenarios' values, its factors and its own points."""
        parts = {
            "experiment": self.model_dump(mode="json"),
            "scenarios": {name: scenario.digest for name, scenario in self.scenarios.items()},
            "factors": [asdict(factor) for factor in self.factors],
            "points": self.own_points,
        } | ({"functions": {name: code_of(one) for name, one in self.functions.items()}} if self.functions else {})
        return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _require_power_of_two(n: int) -> None:
    if n & (n - 1):
        raise ValueError(f"n {n} is not a power of two; the next is {1 << n.bit_length()}")


def _prime_square(least: int) -> int:
    """Return the smallest square of a prime that is at least this number."""
    root = max(2, math.isqrt(least - 1) + 1)
    while any(root % divisor == 0 for divisor in range(2, math.isqrt(root) + 1)):
        root += 1
    return root * root
