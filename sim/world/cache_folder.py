"""Where compiled code is stored: its files can run anything, so only a folder that others cannot change will do."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

WARM = "all-compiled"
"""The file that marks a folder in which all kernels are."""
_FROM_PARENT = "POKROVSK_SIM_CACHE"
_NEEDED_BYTES = 16 * 2**20  # all kernels take 15 MB
_ROOT = 0
# In a container that knows only the user's own number, folders of root appear under this one.
_UNKNOWN = 65534


def cache_folder(digest: str) -> Path | None:
    """Return a folder for compiled code of this digest, or None where there is none: then each process compiles.

    NUMBA_CACHE_DIR comes first, then the user's cache. Where neither serves, a warning says why, and the folder is in
    the temporary folder: one of this user, else a new one that worker processes share and that is removed at the end.
    """
    faults = []
    for base in _bases():
        try:
            return _made(base, digest)
        except OSError as error:
            faults.append(f"{base}: {error.strerror or error}")
    inherited = os.environ.get(_FROM_PARENT)
    if inherited is not None and (not inherited or _is_safe(Path(inherited))):
        return Path(inherited) if inherited else None
    private = _private_folder()
    os.environ[_FROM_PARENT] = str(private or "")
    where = f"is in {private} until this process ends" if private else "is not stored: each process compiles"
    warnings.warn(f"compiled code {where} ({'; '.join(faults)})", RuntimeWarning, stacklevel=3)
    return private


def _bases() -> Iterator[Path]:
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(chosen) / "pokrovsk-sim"
    else:
        home = os.path.expanduser("~")  # stays "~" for a user without one
        cache = os.environ.get("XDG_CACHE_HOME") or (os.path.join(home, ".cache") if os.path.isabs(home) else None)
        if cache:
            yield Path(cache) / "pokrovsk-sim"
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    with suppress(OSError):  # where no temporary folder can be written to
        yield Path(tempfile.gettempdir()) / f"pokrovsk-sim{user}"


def _made(base: Path, digest: str) -> Path:
    """Return the folder of a digest in `base`, made if need be; raises OSError when it is unsafe or has no room."""
    base.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = base.parent.resolve() / base.name / digest
    _check_above(folder.parent)
    for level in (folder.parent, folder):
        level.mkdir(mode=0o700, exist_ok=True)
        _check(level)
    if not (folder / WARM).exists():
        _check_room(folder)
    return folder


def _check_room(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as room:
        room.write(bytes(_NEEDED_BYTES))


def _check_above(folder: Path) -> None:
    for above in folder.parents:
        _check(above, may_be_sticky=True)


def _check(folder: Path, may_be_sticky: bool = False) -> None:
    """Raise PermissionError for a link, and for what another user owns or can write to.

    In a folder with the sticky bit, such as /tmp, others can neither rename nor remove what is ours.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise PermissionError(f"{folder} is no folder")
    if not hasattr(os, "getuid"):
        return  # Windows: the folders of a user are private
    own = os.getuid()
    if found.st_uid not in ({own, _ROOT, _UNKNOWN} if may_be_sticky else {own, _ROOT}):
        raise PermissionError(f"{folder} belongs to another user")
    # A group that has the number of its user is the user's own, as many systems set it up.
    is_own_group = found.st_gid == os.getgid() == own
    writable = found.st_mode & (stat.S_IWOTH if is_own_group else stat.S_IWOTH | stat.S_IWGRP)
    if writable and not (may_be_sticky and found.st_mode & stat.S_ISVTX):
        raise PermissionError(f"{folder} can be written to by others")


def _is_safe(folder: Path) -> bool:
    try:
        _check_above(folder.resolve())
        _check(folder)
    except OSError:
        return False
    return True


def _private_folder() -> Path | None:
    """Return a new folder with room, removed when this process ends, or None where there is none."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="pokrovsk-sim-")).resolve()
    except OSError:
        return None
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # a forked process has a copy of this function
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    try:
        _check_above(folder)
        _check_room(folder)
    except OSError:
        return None
    return folder
