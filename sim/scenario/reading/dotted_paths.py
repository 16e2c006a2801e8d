"""Values of a scenario by dotted path: `a.b[2].c`."""

from __future__ import annotations

import re
from typing import Any


def keys(path: str) -> list[Any]:
    """Split a path into its keys; an item of a list is a number."""
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]


def get(data: Any, path: str) -> Any:
    """Return the value at a path of maps, lists and sections; raises KeyError for a path that is not there."""
    for key in keys(path):
        data = _child(data, key, path)
    return data


def put(data: Any, path: str, value: Any) -> None:
    """Set the value at a path of maps and lists; raises KeyError for a path that is not there."""
    *parents, last = keys(path)
    for key in parents:
        data = _child(data, key, path)
    _child(data, last, path)
    data[last] = value


def _child(data: Any, key: Any, path: str) -> Any:
    try:
        return data[key] if isinstance(data, (dict, list)) else getattr(data, key)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise KeyError(path) from None
