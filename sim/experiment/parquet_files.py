"""Parquet files that appear complete or not at all, synced to disk, with checksums; equal rows give equal bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import InputError, reason_of
from sim.results.parquet_tables import read_parquet
from sim.results.safe_files import create_file
from sim.results.stored_units import Notes, annotated

_NO_NOTES = Notes()


class TableWriter:
    """Writes a Parquet file piece by piece, in a `with` block; the file appears under its name when that ends well."""

    def __init__(self, path: Path, notes: Notes = _NO_NOTES) -> None:
        self.path: Path = path
        self.notes: Notes = notes
        self.partial: Path = path.with_name(f".{path.name}.partial")
        self.file: BinaryIO | None = None
        self.writer: pq.ParquetWriter | None = None

    def add(self, table: pd.DataFrame) -> None:
        """Append rows."""
        arrow = _as_arrow(table, self.notes)
        with _reporting_write_errors(self.path, self.path.parent):
            if self.writer is None:
                self.file = create_file(self.partial)
                self.writer = pq.ParquetWriter(self.file, arrow.schema, compression="zstd", write_page_checksum=True)
            self.writer.write_table(arrow.cast(self.writer.schema))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Rename the file to its final name, if any rows were written and the block did not fail."""
        if self.writer is None or self.file is None:
            return
        with _reporting_write_errors(self.path, self.path.parent):
            with self.file:
                self.writer.close()
                _sync_to_disk(self.file)
            if kind is None:
                self.partial.rename(self.path)


def write_table(table: pd.DataFrame, path: Path, folder: Path, notes: Notes = _NO_NOTES) -> None:
    """Write a table under a temporary name, sync it to disk, and rename it; `folder` is the sweep's, for errors."""
    partial = path.with_name(f".{path.name}.partial")
    with _reporting_write_errors(path, folder):
        with create_file(partial) as file:
            pq.write_table(_as_arrow(table, notes), file, compression="zstd", write_page_checksum=True)
            _sync_to_disk(file)
        partial.rename(path)


def read_table(root: Path, name: str) -> pd.DataFrame | None:
    """Return a table in a folder, None when it does not exist or cannot be read."""
    try:
        return read_parquet(root, name)
    except InputError:
        return None


def as_stored(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it is after writing and reading it."""
    return _as_arrow(table, _NO_NOTES).to_pandas()


def _as_arrow(table: pd.DataFrame, notes: Notes) -> pa.Table:
    return annotated(pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None), notes)


def _sync_to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _reporting_write_errors(path: Path, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        path.with_name(f".{path.name}.partial").unlink(missing_ok=True)
        raise InputError(
            [f"{folder}: cannot be written: {reason_of(error)}; finished runs are saved, resume with --resume"]
        ) from error
