"""Which code plays the runs: a sweep is of one code, on however many machines and over however many days."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import sim

_COMPUTES_WITH = ("mesa", "numba", "numpy", "pandas", "pyarrow", "salib", "scipy")


@cache
def code_digest() -> str:
    """Return the SHA-256 of the package's Python files and of the versions of what it computes with."""
    folder = Path(sim.__file__).parent
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in _COMPUTES_WITH).encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
