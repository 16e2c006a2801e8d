"""The manifest of a sweep's folder, which other sweeps may not use."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from sim.errors import InputError, SavedElsewhere
from sim.experiment.code_digest import code_digest
from sim.experiment.experiment_schema import Design, Experiment
from sim.experiment.folder_lock import LOCK_FILE
from sim.experiment.parquet_files import as_stored, read_table, write_table
from sim.results.atomic_write import uninterrupted, whole_folder
from sim.results.manifest_file import MADE_BY, MANIFEST_FILE, read_manifest, write_manifest
from sim.results.stored_units import Notes
from sim.scenario.provenance import records
from sim.scenario.teaching_label import label_line

DESIGN_FILE, PARTS = "design.parquet", "parts"
_DIGITS_SHOWN = 12


def create_folder(folder: Path, experiment: Experiment, design: Design, shard: str | None) -> None:
    """Create a sweep's folder with its manifest and design; raises InputError when it exists or cannot be created."""
    try:
        _create(folder, experiment, design, shard)
    except SavedElsewhere as error:  # another process began a sweep there meanwhile: nothing has run in ours
        shutil.rmtree(error.path)
        raise InputError([f"{folder}: was made by something else meanwhile; use another folder"]) from None


def _create(folder: Path, experiment: Experiment, design: Design, shard: str | None) -> None:
    with whole_folder(folder) as partial:
        (partial / PARTS).mkdir()
        write_table(_design_table(design), partial / DESIGN_FILE, folder, _notes(experiment))
        manifest = {
            "label": _notes(experiment).label,
            "made_by": MADE_BY["sweep"],
            "digest": experiment.digest,
            "version": version("pokrovsk-sim"),
            "code": code_digest(),
            "shard": shard,
            "experiment": experiment.model_dump(mode="json"),
            "design": design.details,
            "factors": [asdict(factor) for factor in experiment.factors],
            "scenarios": {
                name: {"scenario": one.model_dump(mode="json"), "provenance": records(one.provenance)}
                for name, one in experiment.scenarios.items()
            },
        }
        write_manifest(manifest, partial / MANIFEST_FILE)


def _notes(experiment: Experiment) -> Notes:
    first = next(iter(experiment.scenarios.values()))
    return Notes(label_line(first.provenance), {factor.path: factor.unit for factor in experiment.factors})


def _design_table(design: Design) -> pd.DataFrame:
    return pd.concat([design.points.add_prefix("u."), design.values], axis=1).reset_index()


def remove_unused(folder: Path) -> None:
    """Remove a sweep's folder in which no run is saved: a start that failed does not stand in the way of the next."""
    ours = {MANIFEST_FILE, DESIGN_FILE, LOCK_FILE, PARTS}
    with uninterrupted(), suppress(OSError):
        if {path.name for path in folder.iterdir()} <= ours and not any((folder / PARTS).iterdir()):
            shutil.rmtree(folder)


def check_same_sweep(folder: Path, experiment: Experiment, design: Design, shard: str | None) -> None:
    """Raise InputError when a folder is not that of this experiment, shard and code; nothing is written."""
    manifest = read_manifest(folder, "sweep")
    now = version("pokrovsk-sim")
    if (manifest["version"], manifest["code"]) != (now, code_digest()):
        raise InputError(
            [f"{folder}: was begun with another version of the simulator or of its libraries "
             f"({_code_in_words(manifest['version'], manifest['code'])}; "
             f"now {_code_in_words(now, code_digest())}), and runs of two versions cannot be mixed; "
             "finish it with that version, or run the experiment again in another folder"]
        )  # fmt: skip
    if manifest["digest"] != experiment.digest:
        raise InputError(
            [f"{folder}: belongs to another experiment, or the experiment file or its scenarios have changed since it "
             "was begun; undo the change, or use another folder"]
        )  # fmt: skip
    if manifest["shard"] != shard:
        raise InputError(
            [f"{folder}: holds {_shard_in_words(manifest.get('shard'))}, not {_shard_in_words(shard)}; "
             "give the same --shard as at first, or use another folder"]
        )  # fmt: skip
    stored = read_table(folder, DESIGN_FILE)
    if stored is not None and not stored.equals(as_stored(_design_table(design))):
        raise InputError([f"{folder}: {DESIGN_FILE} has other points than the experiment; use another folder"])


def restore_design(folder: Path, experiment: Experiment, design: Design) -> None:
    """Write the table of points again when it is lost or damaged."""
    if read_table(folder, DESIGN_FILE) is None:
        write_table(_design_table(design), folder / DESIGN_FILE, folder, _notes(experiment))


def _code_in_words(version: str, code: str) -> str:
    return f"pokrovsk-sim {version}, code {code[:_DIGITS_SHOWN]}"


def _shard_in_words(shard: str | None) -> str:
    return "the whole sweep" if shard is None else f"shard {shard}"
