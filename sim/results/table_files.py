"""Tables as CSV files that pandas, R and spreadsheets read without options; the label is the last column of each row.

A column stays with its numbers when the file is sent alone, sorted or cut; a line of text above the header
would be taken for the header.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InputError

LABEL_COLUMN = "label"


def as_csv(table: pd.DataFrame, label: str) -> str:
    """Return a table as the text of a CSV file, with the label in each row."""
    return table.assign(**{LABEL_COLUMN: label}).to_csv(index=False, lineterminator="\n")


def write_table(table: pd.DataFrame, label: str, path: Path) -> None:
    """Write a table as CSV with the label in each row."""
    path.write_text(as_csv(table, label), "utf-8", newline="\n")


def read_table(text: str, path: Path) -> pd.DataFrame:
    """Read the text of a table to the last bit; pandas' own reader rounds in some of its versions.

    Raises InputError, with the path, for a table of an earlier version: it has its label in a line above the header.
    """
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    if not rows or LABEL_COLUMN not in rows[0]:
        raise InputError([f"{path}: has no column {LABEL_COLUMN}: another version of pokrovsk-sim wrote it; run again"])
    names = [name for name in rows[0] if name != LABEL_COLUMN]
    return pd.DataFrame({name: _values([row[name] for row in rows]) for name in names})


def _values(texts: list[str]) -> np.ndarray:
    if set(texts) <= {"True", "False"}:
        return np.array([text == "True" for text in texts])
    try:
        return np.array([int(text) for text in texts], np.int64)
    except ValueError:
        return np.array([float(text or "nan") for text in texts])
