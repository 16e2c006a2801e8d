"""The two numba decorators of the package, and the cache of its compiled code."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba


def _cache_dir() -> Path:
    """Folder of compiled kernels, named after a digest of the sources that hold kernels.

    numba looks only at the file of a kernel when it asks whether its cache is stale, not at the files of
    the kernels it calls, and wheels carry constant file times: the digest prevents that an old build is run.
    """
    texts = [path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob("*.py"))]
    # numba separates the kernels of each place and each Python within a folder: so does the name.
    place = f"{Path(__file__).parents[1]} {sys.version}".encode()
    digest = hashlib.sha256(place + b"".join(text for text in texts if b"kernel\ndef" in text)).hexdigest()[:16]
    default = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    for base in (Path(os.environ.get("NUMBA_CACHE_DIR") or default), Path(tempfile.gettempdir())):
        folder = base / "pokrovsk-sim" / digest
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="pokrovsk-sim-"))


numba.config.CACHE_DIR = str(_cache_dir())  # type: ignore[attr-defined]

# Serial and without fast-math: the same scenario and seed must give the same bytes everywhere.
# No signatures either: lazily typed kernels refuse to write to read-only arrays, which tests rely on.
# A kernel makes no arrays, so references need not be counted: counting took an eighth of a year's time. What is called
# from a kernel is inlined: a call would pass seven numbers per array.
_OPTIONS: dict[str, bool | str] = {"cache": True, "error_model": "numpy"}
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
kernel: Decorator = numba.njit(**_OPTIONS, _nrt=False, forceinline=True)  # type: ignore[call-overload]
"""Compile a function that allocates nothing."""
allocating_kernel: Decorator = numba.njit(**_OPTIONS)  # type: ignore[call-overload]
"""Compile a function that makes arrays of its own."""


_all_compiled = Path(numba.config.CACHE_DIR) / "all-compiled"  # type: ignore[attr-defined]


def is_warm() -> bool:
    """Return whether all kernels were compiled by an earlier run (else the next one compiles some)."""
    return _all_compiled.exists()


def mark_warm() -> None:
    """Remember that every kernel has been compiled."""
    if not is_warm():
        _all_compiled.touch()
