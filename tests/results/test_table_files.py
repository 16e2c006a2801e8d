"""A table comes back from its file to the last bit, under the label."""

import math

import numpy as np
import pandas as pd

from sim.results.table_files import read_table, write_table


def test_a_table_comes_back_as_it_was_written(tmp_path):
    table = pd.DataFrame(
        {"n": [1, 2], "x": [0.1 + 0.2, math.nan], "is_held": [True, False], "y": [1e-300, -np.nextafter(1.0, 2.0)]}
    )
    write_table(table, "a label", tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text("utf-8").startswith("# a label\n")
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), table, check_exact=True)
