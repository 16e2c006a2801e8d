"""The folder of a sweep: what is finished is on disk at once, and is never lost, mixed up or counted twice."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import InputError
from sim.experiment.designs import Design
from sim.experiment.schema import Experiment
from sim.label import label_line
from sim.result import MANIFEST_FILE, write_manifest
from sim.whole_folder import whole_folder

MADE_BY = "sim sweep"
RUNS_FILE, DESIGN_FILE, FAILURES_FILE, LOCK_FILE, PARTS = (
    "runs.parquet", "design.parquet", "failures.parquet", "lock", "parts",
)  # fmt: skip
KEYS = ["point", "replication"]
# Parts come every few seconds: so many of them are joined into one.
_MOST_PARTS = 64
_ROWS_A_PART, _ROWS_A_GROUP = 5_000, 100_000


class Store:
    """One sweep's folder, held by one process at a time; see `opened`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts = folder / PARTS
        self._n_parts = 1 + max((_number(path) for path in self._paths()), default=-1)

    def _paths(self) -> list[Path]:
        return sorted(self._parts.glob("part-*.parquet"))

    def add(self, rows: Sequence[Mapping[Any, Any]]) -> None:
        """Put finished runs on disk; they are there when this returns."""
        if rows:
            self._write_part(pd.DataFrame(rows))
        if len(self._paths()) > _MOST_PARTS:
            self._join()

    def add_failures(self, failures: Sequence[Mapping[Any, Any]]) -> None:
        """Set failed runs aside, beside those that are there."""
        known = self.failures()
        table = pd.concat([known, pd.DataFrame(failures)]) if len(known) else pd.DataFrame(failures)
        _write(table.drop_duplicates(KEYS, keep="last").sort_values(KEYS), self.folder / FAILURES_FILE)

    def failures(self) -> pd.DataFrame:
        """Return the runs that failed: point, replication, seed, values and traceback."""
        path = self.folder / FAILURES_FILE
        return pd.read_parquet(path) if path.exists() else pd.DataFrame(columns=[*KEYS])

    def runs(self) -> pd.DataFrame:
        """Return all finished runs in the order of points and replications; a damaged part is set aside."""
        tables = [table for path in self._paths() if (table := self._read(path)) is not None]
        if not tables:
            return pd.DataFrame(columns=KEYS)
        runs = pd.concat(tables, ignore_index=True)
        # A part that was joined into another, and not removed yet, has the same runs.
        return runs.drop_duplicates(KEYS).sort_values(KEYS, ignore_index=True)

    def _read(self, path: Path) -> pd.DataFrame | None:
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError, pa.ArrowException):
            path.rename(path.with_suffix(".damaged"))
            return None

    def _join(self) -> None:
        """Write all parts as few; the old ones go last, so that nothing is missing at any moment."""
        old = self._paths()
        runs = self.runs()
        for first in range(0, len(runs), _ROWS_A_PART):
            self._write_part(runs.iloc[first : first + _ROWS_A_PART])
        for path in old:
            path.unlink(missing_ok=True)

    def _write_part(self, table: pd.DataFrame) -> None:
        _write(table, self._parts / f"part-{self._n_parts:06d}.parquet")
        self._n_parts += 1

    def finish(self, design: Design) -> Path:
        """Join the parts and write all runs with the values of their points as one table, and return its path."""
        self._join()
        runs = self.runs()
        values = design.values.loc[runs["point"]].reset_index(drop=True)
        table = pd.concat([runs[KEYS], values, runs.drop(columns=KEYS)], axis=1)
        _write(table, self.folder / RUNS_FILE)
        return self.folder / RUNS_FILE


def create(folder: Path, experiment: Experiment, design: Design, shard: str | None) -> None:
    """Make a sweep's folder, with its manifest and design; raises InputError when it exists or cannot be made."""
    first = next(iter(experiment.scenarios.values()))
    with whole_folder(folder) as partial:
        (partial / PARTS).mkdir()
        units = design.points.add_prefix("u.")
        _write(pd.concat([units, design.values], axis=1).reset_index(), partial / DESIGN_FILE)
        manifest = {
            "label": label_line(first.provenance),
            "made_by": MADE_BY,
            "digest": experiment.digest,
            "version": version("pokrovsk-sim"),
            "shard": shard,
            "experiment": experiment.model_dump(mode="json"),
            "design": design.details,
            "factors": [asdict(factor) for factor in experiment.factors],
        }
        write_manifest(manifest, partial / MANIFEST_FILE)


def check(folder: Path, experiment: Experiment, shard: str | None) -> None:
    """Raise InputError when a folder is no sweep's, or that of another experiment, version or shard."""
    manifest = manifest_of(folder)
    for what, key, now in (
        ("another experiment, or its file has been changed since", "digest", experiment.digest),
        ("another version of pokrovsk-sim", "version", version("pokrovsk-sim")),
        ("another shard", "shard", shard),
    ):
        if manifest.get(key) != now:
            told = f"{folder}: was begun with {what} ({key} {manifest.get(key)}, now {now}); name another folder"
            raise InputError([told])


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
def opened(folder: Path) -> Iterator[Store]:
    """Hold a sweep's folder against other processes; raises InputError when one of them has it or it is not writable.

    The lock is the system's own and goes with its process, however that ends.
    """
    try:
        file = (folder / LOCK_FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise InputError([f"{folder}: cannot be written: {error.strerror}"]) from error
    with file:
        _lock(file, folder)
        for left in folder.rglob(".*.partial"):
            left.unlink()
        yield Store(folder)


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


def _write(table: pd.DataFrame, path: Path) -> None:
    """Write a table under a temporary name, wait for the disk, and rename it; the same rows are the same bytes."""
    partial = path.with_name(f".{path.name}.partial")
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    try:
        with partial.open("wb") as file:
            pq.write_table(arrow, file, compression="zstd", row_group_size=_ROWS_A_GROUP)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise InputError([f"{path.parent}: cannot be written: {reason}; what is done is kept, see --resume"]) from error


def _number(path: Path) -> int:
    return int(path.stem.removeprefix("part-"))
