"""The folder of a sweep: finished runs are on disk at once, and are never lost, mixed up or counted twice.

A part is a folder with the tables of some runs. It is created by one rename, so that it exists with all its tables or
not at all. While a sweep is running there are raw parts, in the order in which runs finish; at the end there are final
parts, split by points, whose bytes do not depend on the order in which runs finished.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiment.experiment_schema import Design
from sim.experiment.folder_lock import lock_folder
from sim.experiment.parquet_files import TableWriter, write_table
from sim.experiment.saved_outputs import RUN_KEYS, RUNS, Tables, concatenate
from sim.experiment.sweep_manifest import DESIGN_FILE, PARTS
from sim.experiment.sweep_parts import FAILURES_FILE, ROW_KEYS, SweepParts
from sim.results.atomic_write import whole_folder
from sim.results.safe_files import check_real_folder, exists, subfolders

RUNS_FILE, DAMAGED = "runs.parquet", "damaged"
_LEFTOVER = r"\.(raw|part)-[0-9]+(-.*|\.partial)"
# Batches arrive every few seconds: when there are more small parts than this, they are merged into one.
_MAX_SMALL_PARTS, _FEW_RUNS = 64, 100
# The number of runs in a final part; a year of ten series of so many runs takes a few megabytes.
_RUNS_PER_PART = 1_000


class SweepStore(SweepParts):
    """The folder of one sweep, open for writing in one process at a time; see `open_store`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._n_raw = 1 + max((int(path.name.rpartition("-")[2]) for path in self._part_folders("raw")), default=-1)
        self._small: list[Path] = []

    def add(self, tables: Tables) -> None:
        """Save finished runs; they are on disk when this returns."""
        if not tables:
            return
        part = self._write_raw(tables)
        if len(tables[RUNS]) < _FEW_RUNS:
            self._small.append(part)
        if len(self._small) > _MAX_SMALL_PARTS:
            self._merge(self._small)
            self._small = []

    def _merge(self, parts: list[Path]) -> None:
        """Merge parts into one; the old ones are removed last, so that no run is missing at any moment."""
        self._write_raw(concatenate([self._read(part) for part in parts]))
        for part in parts:
            _remove(part)

    def _write_raw(self, tables: Tables) -> Path:
        part = self.folder / PARTS / f"raw-{self._n_raw:06d}"
        self._n_raw += 1
        with whole_folder(part) as partial:
            for name, table in tables.items():
                write_table(table, partial / f"{name}.parquet", self.folder, self._notes)
        return part

    def move_damaged_parts(self) -> None:
        """Move parts that cannot be read into a separate folder: their runs count as missing again."""
        target = self.folder / DAMAGED
        for part in self.damaged_parts():
            target.mkdir(exist_ok=True)
            check_real_folder(target)
            part.rename(next(path for i in itertools.count() if not exists(path := target / f"{part.name}-{i}")))

    def add_failures(self, failures: Sequence[Mapping[Any, Any]]) -> None:
        """Add failed runs to the table of failures."""
        known = self.failures()
        table = pd.concat([known, pd.DataFrame(failures)]) if len(known) else pd.DataFrame(failures)
        self._write_failures(table.drop_duplicates(RUN_KEYS, keep="last").sort_values(RUN_KEYS))

    def _write_failures(self, table: pd.DataFrame) -> None:
        path = self.folder / FAILURES_FILE
        if len(table):
            write_table(table, path, self.folder, self._notes)
        else:
            path.unlink(missing_ok=True)

    def finish(self, design: Design) -> None:
        """Rewrite all runs as final parts, and write one table of all runs with the values of their points.

        Only one final part is in memory at a time.
        """
        finished = self.finished_runs()
        points_per_part = max(1, _RUNS_PER_PART // self._n_replications)
        with TableWriter(self.folder / RUNS_FILE, self._notes) as runs:
            for i, first in enumerate(range(0, design.n_points, points_per_part)):
                last = min(first + points_per_part, design.n_points) - 1
                n_finished = int(finished["point"].between(first, last).sum())
                if n_finished:
                    tables = self._final_part(i, first, last, n_finished)
                    runs.add(self._with_values(tables[RUNS], design))
        for part in self._part_folders("raw"):
            _remove(part)
        failures = self.failures()
        if len(failures):  # a run that failed once may have succeeded since
            self._write_failures(failures[~_are_among(failures, finished)])

    def _final_part(self, i: int, first: int, last: int, n_finished: int) -> Tables:
        """Write a final part unless it exists already with all its runs, and return its tables."""
        final = self.folder / PARTS / f"part-{i:06d}"
        if final.exists() and len((tables := self._read(final))[RUNS]) == n_finished:
            return tables
        found = concatenate(
            [self._read(part, first, last) for part in self._part_folders() if self._may_contain(part, first, last)]
        )
        tables = {
            name: table.drop_duplicates(ROW_KEYS[name]).sort_values(ROW_KEYS[name], ignore_index=True)
            for name, table in found.items()
        }
        # All rows are in the raw part before the old final part is removed.
        raw = self._write_raw(tables)
        if final.exists():
            _remove(final)
        raw.rename(final)
        return tables

    def _with_values(self, runs: pd.DataFrame, design: Design) -> pd.DataFrame:
        random_numbers = design.random_numbers(runs["point"], runs["replication"], self._n_replications)
        values = design.values.loc[runs["point"]].reset_index(drop=True)
        keys = runs[RUN_KEYS].assign(random_numbers=random_numbers)
        return pd.concat([keys, values, runs.drop(columns=RUN_KEYS)], axis=1)


def _are_among(table: pd.DataFrame, runs: pd.DataFrame) -> np.ndarray:
    return pd.MultiIndex.from_frame(table[RUN_KEYS]).isin(pd.MultiIndex.from_frame(runs[RUN_KEYS]))


def _remove(part: Path) -> None:
    """Remove a part: renamed first, so that a half-removed part never counts as one."""
    renamed = part.with_name(f".{part.name}.partial")
    part.rename(renamed)
    shutil.rmtree(renamed)


@contextlib.contextmanager
def open_store(folder: Path) -> Iterator[SweepStore]:
    """Lock a sweep's folder, and remove files that an interrupted process left half written.

    Raises InputError when another process has it locked, or it cannot be written.
    """
    with lock_folder(folder):
        _remove_leftovers(folder)
        yield SweepStore(folder)


def _remove_leftovers(folder: Path) -> None:
    """Remove what an interrupted process of ours left half written; a link of such a name is not ours, and stays."""
    for leftover in subfolders(folder / PARTS, _LEFTOVER, links_are_refused=False):
        shutil.rmtree(leftover)
    for name in (RUNS_FILE, FAILURES_FILE, DESIGN_FILE):
        leftover = folder / f".{name}.partial"
        if leftover.is_file() or leftover.is_symlink():
            leftover.unlink()
