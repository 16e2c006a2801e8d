"""Values by dotted path in nested maps, lists and sections."""

import pytest

from sim.scenario.reading.dotted_paths import get, keys, put


def test_a_path_is_split_into_keys_and_places():
    assert keys("a.b[2].c") == ["a", "b", 2, "c"]


def test_a_value_is_found_and_set():
    data = {"a": {"b": [1, {"c": 2}]}}
    assert get(data, "a.b[1].c") == 2
    put(data, "a.b[1].c", 5)
    assert data == {"a": {"b": [1, {"c": 5}]}}


@pytest.mark.parametrize("path", ["x", "a.x", "a.b[7]", "a.b.c"])
def test_a_path_that_is_not_there_is_an_error_that_names_it(path):
    with pytest.raises(KeyError, match=path.replace("[", r"\[").replace("]", r"\]")):
        get({"a": {"b": [1]}}, path)
    with pytest.raises(KeyError):
        put({"a": {"b": [1]}}, path, 3)
