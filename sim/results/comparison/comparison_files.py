"""A comparison on disk: a folder with every ensemble's own folder, tables over all of them, and a manifest."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.errors import InputError
from sim.results.result import MANIFEST_FILE, OUTCOMES_FILE, Ensemble, sha256, write_manifest, write_outcomes

if TYPE_CHECKING:
    from sim.results.comparison.comparison import Comparison

MADE_BY = "sim compare"
TABLES = {"comparison.csv": "table", "flips.csv": "flips", "partings.csv": "partings", "variance.csv": "variance"}


def write(comparison: Comparison, folder: Path) -> None:
    """Write ensembles, tables and manifest into an empty folder."""
    scenarios = []
    for i, ensemble in enumerate(comparison.ensembles):
        name = f"{i + 1:02d}-{_slug(ensemble.name)}"
        (folder / name).mkdir()
        ensemble.write(folder / name)
        scenarios.append({"name": ensemble.name, "folder": name})
    for file, table in TABLES.items():
        write_outcomes(getattr(comparison, table), comparison.label, folder / file)
    write_outcomes(all_outcomes(comparison), comparison.label, folder / OUTCOMES_FILE)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    manifest = {
        "label": comparison.label,
        "made_by": MADE_BY,
        "scenarios": scenarios,
        "sha256": {path.relative_to(folder).as_posix(): sha256(path) for path in files},
    }
    write_manifest(manifest, folder / MANIFEST_FILE)


def all_outcomes(comparison: Comparison) -> pd.DataFrame:
    """Return the outcomes of all runs, each with its scenario's name in the first column."""
    outcomes = pd.concat([one.outcomes.assign(scenario=one.name) for one in comparison.ensembles])
    return outcomes[["scenario", *outcomes.columns.drop("scenario")]]


def is_comparison(folder: Path) -> bool:
    """Tell whether a folder's manifest says that it is a comparison's."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("made_by") == MADE_BY


def read(folder: Path) -> list[Ensemble]:
    """Read the ensembles of a comparison, the reference first; raises InputError for what is no comparison."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
        names = [str(one["folder"]) for one in manifest["scenarios"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError([f"{folder / MANIFEST_FILE}: is missing, truncated or no manifest of a comparison"]) from error
    return [Ensemble.load(folder / name) for name in names]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "scenario"
