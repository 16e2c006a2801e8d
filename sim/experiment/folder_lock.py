"""The lock of a sweep's folder: one process writes to it; what only reads it writes nothing, not even the lock."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sim.errors import InputError, reason_of
from sim.results.safe_files import exists, open_file, open_lock

LOCK_FILE = "lock"
_MOST_BYTES = 200  # of what a lock says about its owner


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock a folder for writing; raises InputError when another process uses it or it cannot be written.

    The operating system releases the lock when the process ends, however it ends.
    """
    try:
        file = open_lock(folder / LOCK_FILE)
    except OSError as error:
        raise InputError([f"{folder}: cannot be written: {reason_of(error)}"]) from error
    with file:
        _take(file, folder, is_shared=False)
        file.truncate(0)
        file.write(f"process {os.getpid()}".encode())
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


@contextlib.contextmanager
def share_folder(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to a folder while it is read; raises InputError when one is writing.

    Nothing is written: a folder without a lock file has no process that writes to it.
    """
    if not exists(folder / LOCK_FILE):
        yield
        return
    with open_file(folder, LOCK_FILE) as file:
        _take(file, folder, is_shared=True)
        yield


def _take(file: BinaryIO, folder: Path, is_shared: bool) -> None:
    try:
        import fcntl
    except ImportError:  # this system has no such locks
        return
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = file.read(_MOST_BYTES).decode(errors="replace").strip() or "another process"
        raise InputError([f"{folder}: {owner} is using it; wait until it ends, or use another folder"]) from None
    except OSError as error:  # a file system without locks
        if not is_shared:
            raise InputError([f"{folder}: cannot be locked: {reason_of(error)}"]) from None
