"""The folder of a sweep: what is finished is on disk at once, and is never lost, mixed up or counted twice.

A part is a folder with the tables of some runs. It comes into being by one rename, so that it is there with all its
tables or not at all. While a sweep goes on there are raw parts, in the order in which the runs came back; at the end
there are final parts, cut by points, which are the same bytes whatever happened before.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from sim.experiment.designs import Design
from sim.experiment.parquet_files import UNREADABLE, GrowingTable, table_at, write_table
from sim.experiment.saved_outputs import DAILY, KEYS, MAP, RUNS, Tables, put_together
from sim.experiment.sweep_manifest import PARTS, hold, manifest_of
from sim.results.atomic_write import whole_folder

RUNS_FILE, FAILURES_FILE, DAMAGED = "runs.parquet", "failures.parquet", "damaged"
# What tells the rows of a table apart: a run that is in two parts is in each table twice.
_TOLD_BY = {RUNS: KEYS, DAILY: [*KEYS, "day"], MAP: [*KEYS, "day", "cell"]}
# Batches come every few seconds: so many small parts are joined into one.
_MOST_SMALL_PARTS, _FEW_RUNS = 64, 100
# A final part is of so many runs, which with a year of ten series are some megabytes.
_RUNS_A_PART = 1_000


class Store:
    """One sweep's folder, held by one process at a time; see `opened`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        experiment = manifest_of(folder)["experiment"]
        asked = ((RUNS, True), (DAILY, experiment["series"]), (MAP, experiment["keeps_map"]))
        self._names = [name for name, is_kept in asked if is_kept]
        self._n_replications = int(experiment["replications"])
        self._n_raw = 1 + max((int(path.name.rpartition("-")[2]) for path in self._parts("raw")), default=-1)
        self._small: list[Path] = []

    def _parts(self, kind: str = "*") -> list[Path]:
        return sorted((self.folder / PARTS).glob(f"{kind}-[0-9]*[0-9]"))

    def add(self, tables: Tables) -> None:
        """Put finished runs on disk; they are there when this returns."""
        if not tables:
            return
        part = self._write_raw(tables)
        if len(tables[RUNS]) < _FEW_RUNS:
            self._small.append(part)
        if len(self._small) > _MOST_SMALL_PARTS:
            self._join(self._small)
            self._small = []

    def _join(self, parts: list[Path]) -> None:
        """Write parts as one; the old ones go last, so that nothing is missing at any moment."""
        self._write_raw(put_together([self._read(part) for part in parts]))
        for part in parts:
            _remove(part)

    def _write_raw(self, tables: Tables) -> Path:
        part = self.folder / PARTS / f"raw-{self._n_raw:06d}"
        self._n_raw += 1
        with whole_folder(part) as partial:
            for name, table in tables.items():
                write_table(table, partial / f"{name}.parquet", self.folder)
        return part

    def damaged(self) -> list[Path]:
        """Return the parts that cannot be read."""
        found = []
        for part in self._parts():
            try:
                self._read(part)
            except UNREADABLE:
                found.append(part)
        return found

    def set_damaged_aside(self) -> None:
        """Move parts that cannot be read into a folder of their own: their runs are missing again."""
        for part in self.damaged():
            aside = self.folder / DAMAGED
            aside.mkdir(exist_ok=True)
            part.rename(aside / f"{part.name}-{len(list(aside.iterdir()))}")

    def done(self) -> pd.DataFrame:
        """Return point and replication of all finished runs, in this order."""
        tables = [pd.read_parquet(part / f"{RUNS}.parquet", columns=KEYS) for part in self._parts()]
        runs = pd.concat(tables) if tables else pd.DataFrame(columns=KEYS, dtype=np.int64)
        return runs.drop_duplicates().sort_values(KEYS, ignore_index=True)

    def parts(self) -> Iterator[Tables]:
        """Yield the tables of every part; a run may be in two of them."""
        yield from map(self._read, self._parts())

    def _read(self, part: Path, first: int | None = None, last: int | None = None) -> Tables:
        """Read a part, or its rows of some points; checksums of all that is read are compared."""
        wanted = None if first is None else [("point", ">=", first), ("point", "<=", last)]
        return {
            name: pq.read_table(part / f"{name}.parquet", filters=wanted, page_checksum_verification=True).to_pandas()
            for name in self._names
        }

    def add_failures(self, failures: Sequence[Mapping[Any, Any]]) -> None:
        """Set failed runs aside, beside those that are there."""
        known = self.failures()
        table = pd.concat([known, pd.DataFrame(failures)]) if len(known) else pd.DataFrame(failures)
        self._write_failures(table.drop_duplicates(KEYS, keep="last").sort_values(KEYS))

    def _write_failures(self, table: pd.DataFrame) -> None:
        path = self.folder / FAILURES_FILE
        if len(table):
            write_table(table, path, self.folder)
        else:
            path.unlink(missing_ok=True)

    def failures(self) -> pd.DataFrame:
        """Return the runs that failed: point, replication, seed, values and traceback; none if it cannot be read.

        Those runs are then played, and fail, again.
        """
        found = table_at(self.folder / FAILURES_FILE)
        return pd.DataFrame(columns=KEYS) if found is None else found

    def finish(self, design: Design) -> None:
        """Cut all runs into final parts, and write one table of all runs with the values of their points.

        What is in memory at any moment is one final part.
        """
        done = self.done()
        points_a_part = max(1, _RUNS_A_PART // self._n_replications)
        runs = GrowingTable(self.folder / RUNS_FILE)
        for i, first in enumerate(range(0, design.n_points, points_a_part)):
            last = min(first + points_a_part, design.n_points) - 1
            n_done = int(done["point"].between(first, last).sum())
            if n_done:
                tables = self._final_part(i, first, last, n_done)
                runs.add(_with_values(tables[RUNS], design))
        runs.close()
        for part in self._parts("raw"):
            _remove(part)
        failures = self.failures()
        if len(failures):  # a run that failed once may have been played well since
            self._write_failures(failures[~_are_among(failures, done)])

    def _final_part(self, i: int, first: int, last: int, n_done: int) -> Tables:
        """Write a final part unless it is there already with all its runs, and return its tables."""
        final = self.folder / PARTS / f"part-{i:06d}"
        if final.exists() and len((tables := self._read(final))[RUNS]) == n_done:
            return tables
        found = put_together([self._read(part, first, last) for part in self._parts() if _holds(part, first, last)])
        tables = {
            name: table.drop_duplicates(_TOLD_BY[name]).sort_values(_TOLD_BY[name], ignore_index=True)
            for name, table in found.items()
        }
        # All is in the raw part before the old final one goes.
        raw = self._write_raw(tables)
        if final.exists():
            _remove(final)
        raw.rename(final)
        return tables


def _with_values(runs: pd.DataFrame, design: Design) -> pd.DataFrame:
    values = design.values.loc[runs["point"]].reset_index(drop=True)
    return pd.concat([runs[KEYS], values, runs.drop(columns=KEYS)], axis=1)


def _are_among(table: pd.DataFrame, runs: pd.DataFrame) -> np.ndarray:
    return pd.MultiIndex.from_frame(table[KEYS]).isin(pd.MultiIndex.from_frame(runs[KEYS]))


def _holds(part: Path, first: int, last: int) -> bool:
    """Tell from its statistics whether a part may have runs of these points."""
    file = pq.ParquetFile(part / f"{RUNS}.parquet").metadata
    groups = [file.row_group(i).column(0).statistics for i in range(file.num_row_groups)]
    return any(group.min <= last and group.max >= first for group in groups)


def _remove(part: Path) -> None:
    """Remove a part in one step: half of one is none."""
    gone = part.with_name(f".{part.name}.partial")
    part.rename(gone)
    shutil.rmtree(gone)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """Hold a sweep's folder, as `hold` does, and clear away what its last holder was in the middle of writing."""
    with hold(folder):
        for left in (folder / PARTS).glob(".*-[0-9]*"):
            shutil.rmtree(left)
        for left in folder.glob(".*.parquet.partial"):
            left.unlink()
        yield Store(folder)
