"""A comparison on disk: a folder with every ensemble's own folder, tables over all of them, and a manifest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from sim.errors import InputError
from sim.results.manifest_file import (
    MADE_BY,
    MANIFEST_FILE,
    has_manifest_of,
    read_manifest,
    sha256,
    write_manifest,
)
from sim.results.result import OUTCOMES_FILE, Ensemble, Result
from sim.results.safe_files import check_real_folder
from sim.results.table_files import write_table


def write(folder: Path, ensembles: Sequence[Ensemble], label: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write ensembles, tables (by file name) and the manifest into an empty folder."""
    scenarios = []
    for i, ensemble in enumerate(ensembles):
        name = f"{i + 1:02d}-{_slug(ensemble.name)}"
        (folder / name).mkdir()
        ensemble.write(folder / name)
        scenarios.append({"name": ensemble.name, "folder": name})
    for file, table in tables.items():
        write_table(table, label, folder / file)
    write_table(all_outcomes(ensembles), label, folder / OUTCOMES_FILE)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    manifest = {
        "label": label,
        "made_by": MADE_BY["comparison"],
        "scenarios": scenarios,
        "sha256": {path.relative_to(folder).as_posix(): sha256(path) for path in files},
    }
    write_manifest(manifest, folder / MANIFEST_FILE)


def all_outcomes(ensembles: Sequence[Ensemble]) -> pd.DataFrame:
    """Return the outcomes of all runs, each with its scenario's name in the first column."""
    outcomes = pd.concat([one.outcomes.assign(scenario=one.name) for one in ensembles])
    return outcomes[["scenario", *outcomes.columns.drop("scenario")]]


def read(folder: Path) -> list[Ensemble]:
    """Read the ensembles of a comparison, the reference first; raises InputError when the folder holds none."""
    names = [one["folder"] for one in read_manifest(folder, "comparison")["scenarios"]]
    for name in names:
        check_real_folder(folder / name)
    return [Ensemble.load(folder / name) for name in names]


def load_run_or_ensemble(folder: str | Path) -> Result:
    """Read a saved result: an Ensemble when it holds more than one run; raises InputError as `Result.load`."""
    if has_manifest_of(Path(folder), "comparison"):
        raise InputError([f"{folder}: holds a comparison; name one of its scenarios, such as {folder}/01-..."])
    result = Result.load(folder)
    if "replication" not in result.series.dims:
        return result
    return Ensemble(result.series, result.events, result.outcomes, result.manifest)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "scenario"
