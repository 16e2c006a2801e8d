"""Columns declared in a class body are allocated with their shape, type and first value."""

import pydoc

import numpy as np
import pytest

from sim.world.columns import allocate_columns, column, columns_of
from sim.world.ground import Ground
from sim.world.state import State
from tests.support.bench import ground_of, state_on


class Herd:
    weight_kg: np.ndarray = column("cow", np.float64, "kg", "weight")
    pair: np.ndarray = column(("cow", 2), np.int32, "cow", "the cows beside it", -1)


def test_each_object_gets_arrays_of_its_own():
    one, other = Herd(), Herd()
    for herd, n in ((one, 3), (other, 5)):
        allocate_columns(herd, {"cow": n})
    assert one.weight_kg.tolist() == [0.0, 0.0, 0.0]
    assert other.pair.shape == (5, 2)
    assert other.pair.dtype == np.int32
    assert np.all(other.pair == -1)
    one.weight_kg[0] = 600.0
    assert other.weight_kg[0] == 0.0


def test_a_dimension_without_a_size_is_an_error():
    with pytest.raises(KeyError, match="cow"):
        allocate_columns(Herd(), {})


@pytest.mark.parametrize("holder", [State, Ground])
def test_every_array_of_state_and_ground_is_declared_with_its_type(holder):
    """No array is added past the table, so that tests and docs know them all."""
    ground = ground_of()
    made = ground if holder is Ground else state_on(ground)
    declared = columns_of(holder)
    arrays = {name: value for name, value in vars(made).items() if isinstance(value, np.ndarray)}
    assert {name for name in arrays if not name.startswith("_")} == set(declared)
    assert {name: arrays[name].dtype for name in declared} == {name: np.dtype(c.dtype) for name, c in declared.items()}


@pytest.mark.parametrize("holder", [State, Ground])
def test_every_column_says_its_unit_and_meaning(holder):
    for name, declared in columns_of(holder).items():
        assert declared.unit, name
        assert declared.meaning, name


@pytest.mark.parametrize("holder", [State, Ground])
def test_help_describes_every_column_with_its_unit(holder):
    words = " ".join(pydoc.plain(pydoc.render_doc(holder)).replace("|", " ").split())
    for name, one in columns_of(holder).items():
        assert f"{np.dtype(one.dtype).name}) [{one.unit}]: {one.meaning}" in words, name
    assert words.index("Columns (dimensions; type) [unit]: ") < words.index("Methods defined here")
