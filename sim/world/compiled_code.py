"""The two numba decorators of the package, and the cache of its compiled code."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba
from numba.core import caching

from sim.errors import InputError
from sim.world.cache_folder import WARM, cache_folder

if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
    raise InputError(["NUMBA_DISABLE_JIT: must not be set; the model runs only as compiled code"])


def _digest() -> str:
    """Return a digest of the sources that hold kernels.

    numba looks only at the file of a kernel when it asks whether its cache is stale, not at the files of
    the kernels it calls, and wheels carry constant file times: the digest prevents that an old build is run.
    """
    texts = [path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob("*.py"))]
    # numba separates the kernels of each place and each Python within a folder: so does the name.
    place = f"{Path(__file__).parents[1]} {sys.version}".encode()
    return hashlib.sha256(place + b"".join(text for text in texts if b"kernel\ndef" in text)).hexdigest()[:16]


_folder = cache_folder(_digest())


class _Locator(caching.UserProvidedCacheLocator):
    """Our folder instead of numba's, which belongs to the kernels of others; made when something is saved."""

    def __init__(self, py_func: Any, py_file: str) -> None:
        super().__init__(py_func, py_file)  # type: ignore[no-untyped-call]
        self._cache_path = str(_folder / self.get_suitable_cache_subpath(py_file))  # type: ignore[no-untyped-call]

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Locator | None:
        return cls(py_func, py_file) if os.path.exists(py_file) else None  # not what was typed at a prompt


class _Files(caching.CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012


class _Cache(caching.FunctionCache):
    """numba's cache of a kernel, without which a run goes on: with a full disk or damaged files it compiles."""

    _impl_class = _Files

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the stored code, or None when there is none that can be read."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except Exception:  # a damaged file can raise anything
            with suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Store code if there is room."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except OSError as error:
            self.disable()  # type: ignore[no-untyped-call]
            if multiprocessing.parent_process() is None:  # workers would repeat it
                warnings.warn(
                    f"compiled code cannot be stored in {_folder} ({error.strerror}): each process compiles again",
                    RuntimeWarning,
                    stacklevel=2,
                )


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


# Serial and without fast-math: the same scenario and seed must give the same bytes everywhere.
# No signatures either: lazily typed kernels refuse to write to read-only arrays, which tests rely on.
def _decorator(**options: bool) -> Decorator:
    compiled = numba.njit(**options, error_model="numpy")  # type: ignore[call-overload]

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        dispatcher = compiled(function)
        if _folder:
            with suppress(RuntimeError):  # the code of a function typed at a prompt is not stored
                dispatcher._cache = _Cache(function)  # type: ignore[no-untyped-call]
        return dispatcher

    return decorate


# A kernel makes no arrays, so references need not be counted: counting took an eighth of a year's time. What is called
# from a kernel is inlined: a call would pass seven numbers per array.
kernel: Decorator = _decorator(_nrt=False, forceinline=True)
"""Compile a function that allocates nothing."""
allocating_kernel: Decorator = _decorator()
"""Compile a function that makes arrays of its own."""


def stored_in() -> Path | None:
    """Return the folder of the compiled code; None where it cannot be stored."""
    return _folder


def is_warm(off: Iterable[str] = ()) -> bool:
    """Return whether the kernels of all mechanisms but those that are off were compiled by an earlier run."""
    names = {WARM, _mark(off)}
    # False too where the user has changed meanwhile.
    return _folder is not None and any(os.path.exists(_folder / name) for name in names)


def mark_warm(off: Iterable[str] = ()) -> None:
    """Remember that every kernel, but those of mechanisms that are off, has been compiled, if the folder allows it."""
    if _folder and not is_warm(off):
        with suppress(OSError):
            (_folder / _mark(off)).touch()


def _mark(off: Iterable[str]) -> str:
    return "-without-".join([WARM, *sorted(off)])
