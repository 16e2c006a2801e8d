"""What a report is made from: a Result, an Ensemble or a Comparison, in memory or in a folder."""

from __future__ import annotations

import json
from pathlib import Path

from sim.errors import InputError
from sim.quantity import Provenance
from sim.results.comparison.comparison import Comparison
from sim.results.comparison.comparison_files import is_comparison
from sim.results.result import MANIFEST_FILE, Result, load_any
from sim.results.result_ground import ground_of
from sim.scenario.provenance import rows_of

Source = Result | Comparison
_NEEDED = ("label", "scenario", "digest", "seed", "n_replications", "provenance", "versions")


def read(folder: Path) -> Source:
    """Return what a folder holds; raises InputError when it is no result, or one that is truncated or altered."""
    if not folder.is_dir():
        raise InputError([f"{folder}: there is no such folder"])
    if _made_by(folder) == "sim demo":
        raise InputError([f"{folder}: holds a demonstration, not a result; sim run --out DIR keeps one"])
    return Comparison.load(folder) if is_comparison(folder) else load_any(folder)


def check(source: Source) -> None:
    """Raise InputError when another version of the package, with other fields, wrote what a report needs."""
    for run in runs_of(source):
        missing = [key for key in _NEEDED if key not in run.manifest]
        if missing:
            raise InputError([f"{MANIFEST_FILE}: has no {missing[0]}: it is truncated or no manifest of a result"])
        try:
            provenance_of(run)
            ground_of(run)
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
    """Return the name of a result, or who is compared with whom."""
    reference, *variants = (run.name for run in runs_of(source))
    return f"{' and '.join(variants)} against {reference}" if variants else reference


def _made_by(folder: Path) -> str:
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(manifest.get("made_by", "")) if isinstance(manifest, dict) else ""
