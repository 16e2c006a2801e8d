"""The values of a mechanism as one record: compiled code takes it in a tenth of the time of a named tuple."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


def record_of(values: NamedTuple) -> np.ndarray:
    """Return the numbers and arrays of numbers of a named tuple as the one record of an array, under their names.

    In a kernel `values[0].name` is what `values.name` was. Numbers keep their type: float, int or bool.
    """
    items = values._asdict()
    fields = [(name, np.asarray(value).dtype, np.shape(value)) for name, value in items.items()]
    record = np.zeros(1, np.dtype(fields, align=True))
    for name, value in items.items():
        record[name] = value
    return record
