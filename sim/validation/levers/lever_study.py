"""The study of the levers: run every variant of the predictions once, with common random numbers, and judge."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.campaign.replications import Progress, replicate_all
from sim.campaign.run_numbers import MAX_REPLICATIONS
from sim.errors import InputError
from sim.results.result import Ensemble
from sim.scenario.teaching_label import label_line
from sim.validation.levers.lever_measures import Measured
from sim.validation.levers.predictions import Prediction
from sim.validation.levers.variant import BASELINE, Variant

MAX_DAYS = 3660


class Sizes(NamedTuple):
    """The size of a study: pairs of runs, and the most days of a run."""

    pairs: int = 30
    days: int = MAX_DAYS


DEFAULT = Sizes()


@dataclass(frozen=True)
class Verdict:
    """What was measured of a prediction, over how many runs of each variant and days."""

    prediction: Prediction
    measured: Measured
    n_runs: int
    days: int

    @property
    def word(self) -> str:
        """The verdict, on the sign first and then on the size.

        "no effect": exactly the value of a dead lever; "not clear": the interval contains that value, or there is no
        interval; "wrong sign"; "outside": the size lies outside its window, whose sign is right; "as predicted"; "no
        value": nothing could be measured.
        """
        value, low, high = self.measured[:3]
        predicted, dead = self.prediction, self.prediction.no_effect
        if math.isnan(value):
            return "no value"
        if dead is not None:
            if value == dead and not low < high:
                return "no effect"
            if not (low > dead or high < dead):
                return "not clear"
            if (low > dead and predicted.high <= dead) or (high < dead and predicted.low >= dead):
                return "wrong sign"
        return "as predicted" if predicted.low <= value <= predicted.high else "outside"


@dataclass(frozen=True)
class LeverStudy:
    """The verdicts on the predictions."""

    verdicts: list[Verdict]
    sizes: Sizes
    seed: int
    label: str


class _Group(NamedTuple):
    """Runs that are made together: one horizon and number of replications."""

    days: int
    n_runs: int


def check(sizes: Sizes) -> None:
    """Raise InputError for invalid sizes."""
    limits = (("--pairs", sizes.pairs, MAX_REPLICATIONS), ("--days", sizes.days, MAX_DAYS))
    faults = [f"{name}: must lie between 1 and {most}, is {n}" for name, n, most in limits if not 1 <= n <= most]
    if faults:
        raise InputError(faults)


def groups(predicted: Sequence[Prediction], sizes: Sizes) -> dict[_Group, list[Variant]]:
    """Return the variants that are run, each once, by horizon and number of replications."""
    found: dict[_Group, list[Variant]] = {}
    for one in predicted:
        known = found.setdefault(_group_of(one, sizes), [])
        known += [variant for variant in one.variants if variant not in known]
    return found


def _group_of(predicted: Prediction, sizes: Sizes) -> _Group:
    return _Group(min(predicted.days, sizes.days), min(sizes.pairs, predicted.most_runs or sizes.pairs))


def n_runs(predicted: Sequence[Prediction], sizes: Sizes) -> int:
    """Return the number of runs of a study."""
    return sum(group.n_runs * len(variants) for group, variants in groups(predicted, sizes).items())


def study(
    predicted: Sequence[Prediction],
    sizes: Sizes = DEFAULT,
    seed: int = 1,
    changes: Mapping[str, Any] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> LeverStudy:
    """Run the variants of the predictions, all with the same random numbers and `changes`, and judge each prediction.

    Raises InputError as `check` does, and for a scenario that cannot be read.
    """
    check(sizes)
    changes = changes or {}
    by_group = groups(predicted, sizes)
    scenarios = {
        group: [variant.load(changes, group.days) for variant in variants] for group, variants in by_group.items()
    }
    verdicts: dict[int, Verdict] = {}
    for group, variants in by_group.items():
        ensembles = replicate_all(scenarios[group], group.n_runs, seed, workers, progress)
        verdicts |= _judged(predicted, dict(zip((one.name for one in variants), ensembles, strict=True)), group, sizes)
    label = label_line(BASELINE.load(changes, 1).provenance)
    return LeverStudy([verdicts[i] for i in range(len(predicted))], sizes, seed, label)


def _judged(
    predicted: Sequence[Prediction], ensembles: Mapping[str, Ensemble], group: _Group, sizes: Sizes
) -> dict[int, Verdict]:
    return {
        i: Verdict(one, one.measure([ensembles[variant.name] for variant in one.variants]), group.n_runs, group.days)
        for i, one in enumerate(predicted)
        if _group_of(one, sizes) == group
    }
