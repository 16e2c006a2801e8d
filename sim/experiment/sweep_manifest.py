"""What a sweep's folder says of itself, so that nothing foreign goes into it, and who is at work in it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from sim.errors import InputError
from sim.experiment.code_digest import code_digest
from sim.experiment.designs import Design
from sim.experiment.experiment_schema import Experiment
from sim.experiment.parquet_files import as_read, table_at, write_table
from sim.results.atomic_write import whole_folder
from sim.results.result import MANIFEST_FILE, write_manifest
from sim.scenario.provenance import records
from sim.scenario.teaching_label import label_line

MADE_BY = "sim sweep"
DESIGN_FILE, LOCK_FILE, PARTS = "design.parquet", "lock", "parts"


def create(folder: Path, experiment: Experiment, design: Design, shard: str | None) -> None:
    """Make a sweep's folder, with its manifest and design; raises InputError when it exists or cannot be made."""
    first = next(iter(experiment.scenarios.values()))
    with whole_folder(folder) as partial:
        (partial / PARTS).mkdir()
        write_table(_table_of(design), partial / DESIGN_FILE, folder)
        manifest = {
            "label": label_line(first.provenance),
            "made_by": MADE_BY,
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


def _table_of(design: Design) -> pd.DataFrame:
    return pd.concat([design.points.add_prefix("u."), design.values], axis=1).reset_index()


def check(folder: Path, experiment: Experiment, design: Design, shard: str | None) -> None:
    """Raise InputError when a folder is no sweep's, or that of another experiment, version, design or shard.

    A table of the design that was lost or damaged is written anew.
    """
    manifest = manifest_of(folder)
    for what, key, now in (
        ("another experiment, or its file has been changed since", "digest", experiment.digest),
        ("another version of pokrovsk-sim", "version", version("pokrovsk-sim")),
        ("other code of pokrovsk-sim or of what it computes with", "code", code_digest()),
        ("another shard", "shard", shard),
    ):
        if manifest.get(key) != now:
            told = f"{folder}: was begun with {what} ({key} {manifest.get(key)}, now {now}); name another folder"
            raise InputError([told])
    kept = table_at(folder / DESIGN_FILE)
    if kept is None:
        write_table(_table_of(design), folder / DESIGN_FILE, folder)
    elif not kept.equals(as_read(_table_of(design))):
        raise InputError([f"{folder}: {DESIGN_FILE} has other points than the experiment; name another folder"])


def manifest_of(folder: Path) -> Mapping[str, Any]:
    """Return the manifest of a sweep's folder; raises InputError when there is none."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
        if manifest["made_by"] == MADE_BY:
            return dict(manifest)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise InputError([f"{folder}: is no folder of a sweep"])


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold a sweep's folder against other processes; raises InputError when one of them has it or it is not writable.

    The lock is the system's own and goes with its process, however that ends.
    """
    try:
        file = (folder / LOCK_FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise InputError([f"{folder}: cannot be written: {error.strerror}"]) from error
    with file:
        _lock(file, folder)
        try:
            yield
        finally:
            file.truncate(0)


def _lock(file: TextIO, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # no such locks on this system: a sweep there is on its own
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "another process"
        raise InputError([f"{folder}: {holder} is at work in it; wait for it, or name another folder"]) from None
    file.truncate(0)
    file.write(f"process {os.getpid()}")
    file.flush()
