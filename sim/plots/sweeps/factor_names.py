"""Names of factors for readers: the meaning of a scenario's value from the schema, and its unit."""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from sim.experiment.factors import BASE
from sim.quantity import Leaf, walk
from sim.scenario.reading.dotted_paths import keys
from sim.scenario.schema import Scenario

_NO_UNIT = ("", "1", "text", "flag", "list", "date", "id")
_UNITS = {"day": "days", "km2": "km²", "1": ""}


def factor_names(paths: Iterable[str]) -> dict[str, str]:
    """Return a name for each path: its meaning in the schema, else the last words of the path that make it unique."""
    paths = list(paths)
    return {path: _capitalised(_meaning(path) or _last_words(path, paths)) for path in paths}


def names_with_units(paths: Iterable[str], units: dict[str, str]) -> dict[str, str]:
    """Return the factors' names with their units in brackets."""
    names = factor_names(paths)
    words = {path: unit_in_words(units.get(path, "")) for path in names}
    return {path: f"{name} ({words[path]})" if words[path] else name for path, name in names.items()}


def unit_of(path: str) -> str:
    """Return the unit of the value at a path in words; empty for a dimensionless or an unknown value."""
    leaf = _leaf(path)
    return unit_in_words(leaf.unit) if leaf else ""


def unit_in_words(unit: str) -> str:
    """Return a unit of the schema for readers: `1/day` is "per day"; empty for a dimensionless value."""
    if unit in _NO_UNIT:
        return ""
    above, _, below = unit.partition("/")
    if unit == "km/h" or not below:
        return _UNITS.get(unit, unit)
    return f"{_UNITS.get(above, above)} per {below}".strip()


def in_lines(text: str, letters: int) -> str:
    """Return a text in lines of at most so many letters."""
    return "\n".join(textwrap.wrap(text, max(1, letters), break_long_words=False))


def in_two_lines(text: str, letters: int = 46) -> str:
    """Return a text on one line of at most so many letters, or else on two lines of similar length."""
    return in_lines(text, max(letters, len(text) // 2 + 8))


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def _meaning(path: str) -> str:
    """Return a value's meaning and what distinguishes it from other values with the same meaning, such as the side."""
    if path == BASE:
        return "base scenario"
    leaf = _leaf(path)
    if leaf is None or not leaf.meaning:
        return ""
    parts, own = _parts(leaf.path), keys(path)
    others = [other for other in map(_parts, _paths_by_meaning()[leaf.meaning]) if len(other) == len(parts)]
    marks = []
    for i, key in enumerate(own):
        differs = any(other[i] != parts[i] for other in others)
        if isinstance(key, int):
            marks.append(f"number {key + 1}")
        elif (differs or parts[i] == "*") and not re.search(rf"\b{key.replace('_', ' ')}\b", leaf.meaning):
            marks.append(key.replace("_", " "))
    return ", ".join([leaf.meaning, *marks])


def _last_words(path: str, paths: list[str]) -> str:
    """Return the last words of a path, and as many before them as distinguish it from the other paths."""
    parts = path.split(".")
    n = next(
        n
        for n in range(1, len(parts) + 1)
        if n == len(parts) or sum(other.split(".")[-n:] == parts[-n:] for other in paths) == 1
    )
    # A single word, a flag or a count says too little without the section that it belongs to.
    is_bare = "_" not in parts[-1] or parts[-1].startswith(("is_", "p_", "n_"))
    if is_bare and n == 1 and len(parts) > 1:
        n = 2
    return ", ".join(part.replace("_", " ") for part in reversed(parts[-n:]))


@cache
def _leaves() -> tuple[Leaf, ...]:
    return tuple(walk(Scenario))


@cache
def _paths_by_meaning() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for leaf in _leaves():
        found[leaf.meaning].append(leaf.path)
    return found


@cache
def _leaf(path: str) -> Leaf | None:
    """Return the schema's description of the value at a path; None for an unknown path."""
    own = keys(path)
    for leaf in _leaves():
        parts = _parts(leaf.path)
        if len(parts) == len(own) and all(map(_fits, parts, own)):
            return leaf
    return None


def _parts(path: str) -> list[str]:
    return path.replace("[]", ".[]").split(".")


def _fits(part: str, key: str | int) -> bool:
    return isinstance(key, int) if part == "[]" else part in ("*", key)
