"""The digest of the code that runs a sweep: all runs of a sweep come from the same code, on every machine and day."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_COMPUTES_WITH = ("mesa", "numba", "numpy", "pandas", "pyarrow", "salib", "scipy")


@cache
def code_digest() -> str:
    """Return the SHA-256 of the package's Python files and of the versions of the libraries that it computes with."""
    folder = Path(__file__).parents[1]
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in _COMPUTES_WITH).encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
