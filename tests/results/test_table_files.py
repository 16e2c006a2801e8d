"""A table comes back from its file to the last bit, and every program reads it without options."""

import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.results.table_files import read_table, write_table

LABEL = 'a label, with commas: 3 values; and "quotes"'
TABLE = pd.DataFrame(
    {"n": [1, 2], "x": [0.1 + 0.2, math.nan], "is_held": [True, False], "y": [1e-300, -np.nextafter(1.0, 2.0)]}
)


@pytest.fixture
def path(tmp_path):
    write_table(TABLE, LABEL, tmp_path / "t.csv")
    return tmp_path / "t.csv"


def test_a_table_comes_back_as_it_was_written(path):
    pd.testing.assert_frame_equal(read_table(path.read_text("utf-8"), path), TABLE, check_exact=True)


def test_a_plain_reader_finds_the_columns_and_the_label_in_each_row(path):
    found = pd.read_csv(path)
    assert list(found) == [*TABLE, "label"]
    assert (found["label"] == LABEL).all()
    pd.testing.assert_frame_equal(found[list(TABLE)], TABLE)
    header, *rows = csv.reader(path.read_text("utf-8").splitlines())
    assert header == [*TABLE, "label"]
    assert [len(row) for row in rows] == [5, 5]


@pytest.mark.parametrize("text", ["# a label, with commas\nn,x\n1,2.5\n", "n,x\n1,2.5\n", ""])
def test_a_table_without_its_label_is_refused_in_one_line(text):
    with pytest.raises(InputError, match=r"old.csv: has no column label: another version of pokrovsk-sim wrote it"):
        read_table(text, Path("old.csv"))
