"""Running scenarios to compare them pair by pair."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sim.campaign.replications import Progress, replicate_all
from sim.campaign.run_numbers import MAX_REPLICATIONS, run_numbers
from sim.campaign.scenario_argument import scenario_of
from sim.errors import InputError, clip, whole_number
from sim.results.comparison.comparability import check_ensembles, check_scenarios
from sim.results.comparison.comparison import Comparison
from sim.results.own_outcomes import OutcomeFunctions, check_functions, with_all_own_outcomes, with_functions
from sim.results.result import Ensemble
from sim.scenario.schema import Scenario

DRAWS = 30
"""How many samples of the assumed values a comparison takes by default."""


def compare(
    *what: Ensemble | Scenario | str | Path,
    replications: int | None = None,
    seed: int = 1,
    assumptions: Literal["central", "drawn"] = "central",
    draws: int = DRAWS,
    workers: int | None = None,
    progress: Progress | None = None,
    outcomes: OutcomeFunctions | None = None,
) -> Comparison:
    """Compare scenarios (or names of shipped ones, or files) with the first, or ensembles that were run already.

    assumptions: "central" holds every assumed value at its central one, and replications (30) differ by random
    variation alone; "drawn" samples all of them `draws` times over their ranges, with `replications` (2) runs of each
    sample. `outcomes` of your own are functions of one run's Result, by name; those that a scenario states are outcomes
    of all that it is compared with. Raises InputError when they differ in seed policy, horizon or measures, or when a
    scenario cannot be read.
    """
    if assumptions not in ("central", "drawn"):
        raise InputError([f"assumptions: must be central or drawn, is {clip(assumptions)!r}"])
    ensembles = [one for one in what if isinstance(one, Ensemble)]
    if len(ensembles) < len(what):
        if ensembles:
            raise InputError(["compare either scenarios or ensembles that were run already, not both at once"])
        n_draws = whole_number("draws", draws, 1, MAX_REPLICATIONS) if assumptions == "drawn" else None
        if replications is None:
            replications = default_replications(assumptions)
        run_numbers(seed, replications, workers, n_draws)
        scenarios = [scenario_of(one, {}) for one in what if not isinstance(one, Ensemble)]
        check_scenarios(scenarios)
        scenarios = with_all_own_outcomes(scenarios)
        for scenario in scenarios:
            check_functions(outcomes or {}, scenario)
        ensembles = replicate_all(scenarios, replications, seed, workers, progress, n_draws)
    ensembles = [with_functions(ensemble, outcomes or {}) for ensemble in ensembles]
    check_ensembles(ensembles)
    return Comparison(tuple(ensembles))


def default_replications(assumptions: str) -> int:
    """Return how many runs a scenario, or each sample of its assumed values, has by default."""
    return 2 if assumptions == "drawn" else 30
