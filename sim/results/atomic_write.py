"""A folder, or a file, that is written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import InputError


@contextmanager
def whole_folder(folder: Path, is_replaceable: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """Yield a temporary folder that becomes `folder` when the block ends well and vanishes when it does not.

    Raises InputError at once when `folder` exists and may not be replaced, or cannot be made; and at the end when
    the block could not write.
    """
    if os.path.lexists(folder) and not (is_replaceable and is_replaceable(folder)):
        raise InputError([f"{folder}: exists already; name another folder, results are not overwritten"])
    missing = [parent for parent in folder.parents if not parent.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside the folder itself: a rename is one step on one file system only.
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            yield partial
            partial.chmod(0o755)
            _put_in_place(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise InputError([f"{folder}: cannot be written: {error.strerror or error}"]) from error
    finally:
        _remove_empty(missing)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path of the same suffix that becomes `path` when the block ends well, and vanishes if not.

    Raises InputError at once when `path` exists or its folder cannot be made or written to; and at the end when the
    block could not write.
    """
    if os.path.lexists(path):
        raise InputError([f"{path}: exists already; name another file, nothing is overwritten"])
    missing = [parent for parent in path.parents if not parent.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # In a folder of its own beside the file: what a writer leaves there besides goes with it.
        partial = Path(tempfile.mkdtemp(prefix=f".{path.stem}-", dir=path.parent))
        try:
            yield partial / path.name
            (partial / path.name).rename(path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise InputError([f"{path}: cannot be written: {error.strerror or error}"]) from error
    finally:
        _remove_empty(missing)


def _put_in_place(partial: Path, folder: Path) -> None:
    if not folder.exists():
        partial.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    folder.rename(old / folder.name)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
