"""Tables as CSV files under a comment line with the label."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd


def write_table(table: pd.DataFrame, label: str, path: Path) -> None:
    """Write a table as CSV under a comment line with the label."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {label}\n")
        table.to_csv(file, index=False, lineterminator="\n")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table as it was written, to the last bit; pandas' own reader rounds in some of its versions."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return pd.DataFrame({name: _values([row[name] for row in rows]) for name in rows[0]})


def _values(texts: list[str]) -> np.ndarray:
    if set(texts) <= {"True", "False"}:
        return np.array([text == "True" for text in texts])
    try:
        return np.array([int(text) for text in texts], np.int64)
    except ValueError:
        return np.array([float(text or "nan") for text in texts])
