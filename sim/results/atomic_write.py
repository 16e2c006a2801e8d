"""A folder, or a file, that is written whole or not at all, and never in place of something else.

Everything is written beside its place and then put there in one step that refuses what exists: renaming a folder
replaces an empty folder at most, and a hard link to a file replaces nothing. So two programs that write to one place
at the same time both keep their work: the later one finds it taken and goes beside it.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from sim.errors import InputError, SavedElsewhere, reason_of

_MOST_NAMES = 1000
_CHARACTERS_OF_NAME = 40  # of a hidden folder's name: with its random ending it stays within the file system's limit
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def whole_folder(folder: Path, is_replaceable: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """Yield a temporary folder that becomes `folder` when the block ends well and vanishes when it does not.

    Raises InputError at once when `folder` exists and may not be replaced, or cannot be made; and at the end when
    the block could not write. Raises SavedElsewhere when something else has taken the place meanwhile: the finished
    folder is then beside it, as NAME-2 or the next number.
    """
    if _exists(folder) and not _may_be_replaced(folder, is_replaceable):
        raise InputError([f"{folder}: exists already; name another folder, results are not overwritten"])
    with _beside(folder) as hidden:
        (hidden / folder.name).mkdir()
        yield hidden / folder.name
        _place(hidden / folder.name, folder, is_replaceable)


@contextmanager
def whole_file(path: Path, is_replaceable: bool = False) -> Iterator[Path]:
    """Yield a temporary path of the same suffix that becomes `path` when the block ends well, and vanishes if not.

    Raises InputError at once when `path` exists and may not be replaced, or its folder cannot be made or written to;
    and at the end when the block could not write. Raises SavedElsewhere as `whole_folder` does.
    """
    if _exists(path) and not is_replaceable:
        raise InputError([f"{path}: exists already; name another file, nothing is overwritten"])
    with _beside(path) as hidden:
        yield hidden / path.name
        if is_replaceable:
            (hidden / path.name).replace(path)
        else:
            _place(hidden / path.name, path, None)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back interrupts and terminations until the block has ended: a second Ctrl-C does not stop cleaning up."""
    held: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        held.append(number)

    previous: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():  # only there do handlers run, and can be set
        for number in (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)):
            if callable(signal.getsignal(number)):
                previous[number] = signal.signal(number, hold)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(held):
            signal.raise_signal(number)


def _exists(path: Path) -> bool:
    """Return whether there is anything of this name; raises InputError for a name that cannot be written to."""
    if path.name == "..":
        raise InputError([f"{path}: is no name for something new"])
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    return True


def _may_be_replaced(folder: Path, is_replaceable: Callable[[Path], bool] | None) -> bool:
    try:
        return is_replaceable is not None and is_replaceable(folder)
    except OSError:  # a folder that cannot be looked into is not ours
        return False


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a hidden folder beside a path: a rename is one step on one file system only.

    It is removed at the end with all that a writer left in it, and with the folders that were made for the path.
    """
    made: list[Path] = []
    hidden: Path | None = None
    try:
        with uninterrupted():
            _make_folders(path.parent, made)
            hidden = Path(tempfile.mkdtemp(prefix=f".{path.name[:_CHARACTERS_OF_NAME]}-", dir=path.parent))
        yield hidden
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with uninterrupted():
            if hidden is not None:
                shutil.rmtree(hidden, ignore_errors=True)
            for folder in reversed(made):
                with suppress(OSError):  # it holds the finished work, or something of another program
                    folder.rmdir()


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it, and add each that was missing to `made`."""
    missing = []
    while not folder.is_dir() and folder != folder.parent:
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        with suppress(FileExistsError):  # another program was quicker; a file of that name fails at the next step
            one.mkdir()
            made.append(one)


def _place(new: Path, path: Path, is_replaceable: Callable[[Path], bool] | None) -> None:
    """Put finished work in its place, or beside what has taken that place meanwhile; raises SavedElsewhere then."""
    with uninterrupted():
        old = _set_aside(path, new.with_name(f"{new.name[:_CHARACTERS_OF_NAME]}.old"), is_replaceable)
        try:
            place = _put(new, path)
        except OSError:
            if old is not None:
                _put(old, path)
            raise
    if place != path:
        raise SavedElsewhere(path, place)


def _set_aside(path: Path, aside: Path, is_replaceable: Callable[[Path], bool] | None) -> Path | None:
    """Move what may be replaced out of the way; it is judged after the move, when nothing can change it any more."""
    if is_replaceable is None or not os.path.lexists(path):
        return None
    path.rename(aside)
    if _may_be_replaced(aside, is_replaceable):
        return aside
    _put(aside, path)
    return None


def _put(new: Path, path: Path) -> Path:
    """Move finished work to the first free name, and return it; raises OSError when it cannot be moved at all."""
    for place in _names(path):
        if not os.path.lexists(place):
            try:
                if new.is_dir():
                    new.rename(place)
                else:
                    _link(new, place)
                return place
            except OSError:
                if not os.path.lexists(place):
                    raise
    raise FileExistsError(errno.EEXIST, f"it exists, as do {_MOST_NAMES} names beside it")


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, _MOST_NAMES + 1):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _link(new: Path, place: Path) -> None:
    try:
        os.link(new, place)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: the name is claimed by an empty file, which is then replaced
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        new.replace(place)


def _unwritable(path: Path, error: OSError | ValueError) -> InputError:
    return InputError([f"{path}: cannot be written: {reason_of(error)}"])
