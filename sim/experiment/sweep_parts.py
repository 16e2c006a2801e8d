"""The parts of a sweep's folder, for reading only: a shard that is joined is read through this, and never changed.

A part is a folder with the tables of some runs. While a sweep is running there are raw parts, in the order in which
runs finish; at the end there are final parts, split by points.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from sim.errors import InputError
from sim.experiment.folder_lock import share_folder
from sim.experiment.parquet_files import read_table
from sim.experiment.saved_outputs import DAILY, MAP, RUN_KEYS, RUNS, Tables
from sim.experiment.sweep_manifest import PARTS
from sim.results.manifest_file import read_manifest
from sim.results.parquet_tables import read_parquet
from sim.results.safe_files import open_file, subfolders
from sim.results.stored_units import Notes

FAILURES_FILE = "failures.parquet"
ROW_KEYS = {RUNS: RUN_KEYS, DAILY: [*RUN_KEYS, "day"], MAP: [*RUN_KEYS, "day", "cell"]}
"""The columns that identify a row of each table: a run that is in two parts is in each table twice."""


class SweepParts:
    """The saved runs of one sweep, or of a shard of one."""

    def __init__(self, folder: Path) -> None:
        self.folder: Path = folder
        manifest = read_manifest(folder, "sweep")
        experiment = manifest["experiment"]
        tables = ((RUNS, True), (DAILY, experiment["series"]), (MAP, experiment["save_map"]))
        self._names: list[str] = [name for name, is_saved in tables if is_saved]
        self._n_points: int = manifest["design"]["n_points"]
        self._n_replications: int = experiment["replications"]
        units = {factor["path"]: factor["unit"] for factor in manifest["factors"]}
        self._notes: Notes = Notes(manifest["label"], units)

    def _part_folders(self, kind: str = "raw|part") -> list[Path]:
        return subfolders(self.folder / PARTS, rf"({kind})-[0-9]{{1,9}}")

    def damaged_parts(self) -> list[Path]:
        """Return the parts that cannot be read, or that hold runs of another experiment."""
        found = []
        for part in self._part_folders():
            try:
                self._read(part)
            except InputError:
                found.append(part)
        return found

    def finished_runs(self) -> pd.DataFrame:
        """Return point and replication of all finished runs, sorted."""
        tables = [
            read_parquet(self.folder, self._name(part, RUNS), RUN_KEYS, RUN_KEYS) for part in self._part_folders()
        ]
        runs = pd.concat(tables) if tables else pd.DataFrame(columns=RUN_KEYS, dtype=np.int64)
        return runs.drop_duplicates().sort_values(RUN_KEYS, ignore_index=True)

    def tables_by_part(self) -> Iterator[Tables]:
        """Yield the tables of each part; a run may be in two parts."""
        yield from map(self._read, self._part_folders())

    def failures(self) -> pd.DataFrame:
        """Return the failed runs: point, replication, seed, values and traceback.

        When the table cannot be read there are none: those runs are then tried again.
        """
        found = read_table(self.folder, FAILURES_FILE)
        is_whole = found is not None and {*RUN_KEYS, "traceback"} <= set(found) and self._has_its_runs(found)
        return found if found is not None and is_whole else pd.DataFrame(columns=RUN_KEYS)

    def _read(self, part: Path, first: int | None = None, last: int | None = None) -> Tables:
        """Read a part, or its rows for a range of points; raises InputError when it is damaged."""
        wanted = None if first is None else [("point", ">=", first), ("point", "<=", last)]
        tables = {
            name: read_parquet(self.folder, self._name(part, name), ROW_KEYS[name], filters=wanted)
            for name in self._names
        }
        for name, table in tables.items():
            if not self._has_its_runs(table):
                raise InputError([f"{part / name}.parquet: holds runs that the experiment does not have"])
        return tables

    def _has_its_runs(self, table: pd.DataFrame) -> bool:
        point, replication = table["point"], table["replication"]
        return bool((point < self._n_points).all() and (replication < self._n_replications).all())

    def _may_contain(self, part: Path, first: int, last: int) -> bool:
        """Return, from its file's statistics, whether a part may have runs of these points."""
        with open_file(self.folder, self._name(part, RUNS)) as file:
            table = pq.ParquetFile(file).metadata
            groups = [table.row_group(i).column(0).statistics for i in range(table.num_row_groups)]
        return any(group is None or (group.min <= last and group.max >= first) for group in groups)

    def _name(self, part: Path, table: str) -> str:
        return f"{PARTS}/{part.name}/{table}.parquet"


@contextlib.contextmanager
def open_parts(folder: Path) -> Iterator[SweepParts]:
    """Open a sweep's folder for reading, while no process writes to it; raises InputError when one does."""
    with share_folder(folder):
        yield SweepParts(folder)
