from typing import NamedTuple

import numpy as np

from sim.world.compiled_code import kernel
from sim.world.value_records import record_of


class Values(NamedTuple):
    rate_h: float
    n_crews: int
    is_on: bool
    by_mobility: np.ndarray


VALUES = Values(0.1, 7, True, np.array([1.5, 2.5]))


@kernel
def read(record):
    values = record[0]
    return values.rate_h * values.n_crews + values.by_mobility[1] if values.is_on else 0.0


def test_a_record_has_the_values_under_their_names_with_their_types():
    record = record_of(VALUES)
    assert record.shape == (1,)
    assert record.dtype.names == Values._fields
    assert [record.dtype[name].base for name in Values._fields] == [np.float64, np.int64, np.bool_, np.float64]
    assert record[0]["rate_h"] == 0.1
    assert record[0]["by_mobility"].tolist() == [1.5, 2.5]


def test_a_kernel_reads_a_record_as_it_would_read_the_tuple():
    assert read(record_of(VALUES)) == 0.1 * 7 + 2.5
    assert read(record_of(VALUES._replace(is_on=False))) == 0.0


def test_a_record_does_not_follow_the_array_that_it_was_made_from():
    values = VALUES._replace(by_mobility=VALUES.by_mobility.copy())
    record = record_of(values)
    values.by_mobility[1] = 99.0
    assert record[0]["by_mobility"].tolist() == [1.5, 2.5]
