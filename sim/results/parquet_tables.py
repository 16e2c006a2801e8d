"""Parquet tables read from folders that may be damaged or edited: whole, with the columns that readers need, or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api import types

from sim.errors import InputError, clip
from sim.results.safe_files import open_file

Filters = Sequence[tuple[str, str, Any]]
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, pa.ArrowException, RecursionError)


def read_parquet(
    root: Path, name: str, numbers: Collection[str] = (), columns: list[str] | None = None,
    filters: Filters | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Read a table below a folder, its checksums verified.

    Raises InputError naming the file when it is missing, a link, damaged, or lacks a column of `numbers` (numbers or
    flags, with a value in every row).
    """
    with open_file(root, name) as file:
        return parse_parquet(file, root / name, numbers, columns, filters)


def parse_parquet(
    file: BinaryIO | BytesIO, path: Path, numbers: Collection[str] = (), columns: list[str] | None = None,
    filters: Filters | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Read a table from an open file, called `path` in messages; otherwise as `read_parquet`."""
    try:
        table = pq.read_table(
            file, columns=columns, filters=list(filters) if filters else None, page_checksum_verification=True
        )
        found = table.to_pandas()
    except _UNREADABLE as error:
        raise InputError([f"{path}: is truncated or altered: {clip(_first_line(error), 120)}"]) from None
    check_numbers(found, {name: 0 for name in numbers}, path)
    return found


def check_numbers(table: pd.DataFrame, least: Mapping[str, float | None], path: Path) -> None:
    """Raise InputError when a table lacks one of these columns, or it holds anything but numbers or flags.

    With a least value, every row must have a number that is not below it.
    """
    for name, low in least.items():
        if name not in table.columns:
            raise InputError([f"{path}: has no column {clip(name)}"])
        column = table[name]
        is_number = column.ndim == 1 and (types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype))
        if not is_number or not (low is None or bool((column >= low).all())):
            at_least = "" if low is None else f", none below {low:g}, in every row"
            raise InputError([f"{path}: column {clip(name)}: must hold numbers{at_least}"])


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
