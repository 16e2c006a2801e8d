"""Parquet files that appear whole, forced to the disk and with checksums; the same rows are the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import InputError

UNREADABLE = (OSError, ValueError, KeyError, pa.ArrowException)


class GrowingTable:
    """A Parquet file that is written piece by piece and is there when it is closed."""

    def __init__(self, path: Path) -> None:
        self.path, self.partial = path, path.with_name(f".{path.name}.partial")
        self.writer: pq.ParquetWriter | None = None

    def add(self, table: pd.DataFrame) -> None:
        """Write some rows more."""
        arrow = _as_arrow(table)
        with _told_when_full(self.path, self.path.parent):
            if self.writer is None:
                self.writer = pq.ParquetWriter(self.partial, arrow.schema, compression="zstd", write_page_checksum=True)
            self.writer.write_table(arrow.cast(self.writer.schema))

    def close(self) -> None:
        """Put the file in its place, if there is any row."""
        if self.writer is None:
            return
        with _told_when_full(self.path, self.path.parent):
            self.writer.close()
            _to_disk(self.partial)
            self.partial.rename(self.path)


def write_table(table: pd.DataFrame, path: Path, folder: Path) -> None:
    """Write a table of a sweep's folder under a temporary name, wait for the disk, and rename it."""
    partial = path.with_name(f".{path.name}.partial")
    with _told_when_full(path, folder):
        pq.write_table(_as_arrow(table), partial, compression="zstd", write_page_checksum=True)
        _to_disk(partial)
        partial.rename(path)


def table_at(path: Path) -> pd.DataFrame | None:
    """Return a table, None when it is not there or cannot be read."""
    try:
        return pd.read_parquet(path)
    except UNREADABLE:
        return None


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it is after it was written and read."""
    return _as_arrow(table).to_pandas()


def _as_arrow(table: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _told_when_full(path: Path, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        path.with_name(f".{path.name}.partial").unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise InputError([f"{folder}: cannot be written: {reason}; what is done is kept, see --resume"]) from error
