"""What a report is about: a Result, an Ensemble or a Comparison, in memory or in a folder."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError
from sim.quantity import Provenance
from sim.results.comparison.comparison import Comparison
from sim.results.comparison.comparison_files import load_run_or_ensemble
from sim.results.manifest_file import has_manifest_of
from sim.results.outcome_tables import count
from sim.results.result import Result
from sim.scenario.provenance import rows_of

Source = Result | Comparison
_NEEDED = ("label", "scenario", "digest", "seed", "n_replications", "provenance", "versions")


def read(folder: Path) -> Source:
    """Return the result in a folder; raises InputError when there is none, or when it is truncated or altered."""
    if has_manifest_of(folder, "demonstration"):
        raise InputError([f"{folder}: holds a demonstration, not a result; sim run --out DIR saves one"])
    if has_manifest_of(folder, "sweep"):
        raise InputError([f"{folder}: holds a sweep; use sim explore or sim analyse"])
    return Comparison.load(folder) if has_manifest_of(folder, "comparison") else load_run_or_ensemble(folder)


def check(source: Source) -> None:
    """Raise InputError for a result of another version of the package, which lacks what a report needs."""
    for run in runs_of(source):
        missing = [key for key in _NEEDED if key not in run.manifest]
        if missing:
            raise InputError([f"{run.name}: the manifest has no {missing[0]}; it was written by another program"])
        try:
            provenance_of(run)
            _ = run.ground
        except (KeyError, TypeError, ValueError):
            version = run.manifest["versions"].get("pokrovsk-sim", "unknown")
            text = f"{run.name}: was written by another version of pokrovsk-sim ({version}); run it again"
            raise InputError([text]) from None


def runs_of(source: Source) -> list[Result]:
    """Return the results of a source, the reference first."""
    return [source] if isinstance(source, Result) else list(source.ensembles)


def pairs_of(source: Source) -> list[Comparison]:
    """Return a comparison for each variant; none for a single result."""
    return [] if isinstance(source, Result) else [source.pair(i) for i in range(len(source.variants))]


def provenance_of(run: Result) -> list[Provenance]:
    """Return where each value of a run came from."""
    return rows_of(run.manifest["provenance"])


def title_of(source: Source) -> str:
    """Return the name of a result, or which scenarios are compared with which."""
    reference, *variants = (run.name for run in runs_of(source))
    return f"{' and '.join(variants)} against {reference}" if variants else reference


def facts(source: Source) -> str:
    """Return in a sentence how many runs there are, with which random seed, and how many days each covers."""
    run = runs_of(source)[0]
    time, n = run.manifest["scenario"]["time"], len(run.outcomes)
    runs = count(n, "run") if len(runs_of(source)) == 1 else f"{count(n, 'run')} of each scenario, paired"
    return f"{runs}, seed {run.manifest['seed']}, {count(time['horizon_days'], 'day')} from {time['start_date']}."
