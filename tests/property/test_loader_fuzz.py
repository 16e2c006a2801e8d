"""Whatever a file holds, loading it gives a scenario or an InputError with printable lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from tests.support.small_schema import THEATRE, Small, load_small, write

WORDS = """
name extends changes attacker troops p_hit effort north places assume range why fact source unit
speed_km_h foot attacker.troops attacker.effort start
"""
KEYS = st.sampled_from([*WORDS.split(), ""])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["theatre.yaml", "fpv_hit_rate", "km", "2025-06-24", "approximate_places"])
)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))
TOKENS = ": - [ ] { } , &a *a !! | > ' # ? --- 1 % attacker a"
PIECES = st.lists(
    st.sampled_from(
        [*TOKENS.split(), '"', "\\", " ", "\n", "\t", "- ", ": ", "extends: theatre.yaml\n", "changes:\n  "]
    )
).map("".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def survives(folder, data=None, **options):
    path = write(folder)
    if data is not None:
        path = folder / "fuzz.yaml"
        path.write_bytes(data)
    lines = ["nothing"]
    try:
        assert isinstance(load_small(path, **options), Small)
    except InputError as error:
        lines = error.lines
    assert lines
    assert all(line and line.isprintable() for line in lines)


def flow(tree):
    """Write a tree as YAML flow text, as untidy as a person might."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return str(tree)


@given(st.binary(max_size=200))
def test_any_bytes(folder, data):
    survives(folder, data)


@given(st.text(max_size=200) | PIECES)
def test_any_text(folder, text):
    survives(folder, text.encode("utf-8", "surrogatepass"))


@given(TREES)
def test_any_tree(folder, tree):
    survives(folder, flow(tree).encode("utf-8", "surrogatepass"))


@given(st.dictionaries(KEYS, TREES, max_size=3))
def test_any_changes(folder, changes):
    text = f"extends: theatre.yaml\nchanges: {flow(changes)}\n"
    survives(folder, text.encode("utf-8", "surrogatepass"))


@given(st.dictionaries(KEYS | st.text(max_size=8), TREES, max_size=3))
def test_any_python_values(folder, changes):
    survives(folder, set=changes)


@given(st.integers(0, len(THEATRE) - 1), st.integers(0, 10), st.text(max_size=5) | PIECES)
def test_any_slip_of_the_hand(folder, at, n_removed, typed):
    text = THEATRE[:at] + typed + THEATRE[at + n_removed :]
    survives(folder, text.encode("utf-8", "surrogatepass"))
