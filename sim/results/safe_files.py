"""Files in folders that somebody else may have made: regular files are opened, links and devices are refused.

The folder that the user names may be a link: that is the user's choice. What lies in it may not: a link in a folder
that came by mail could lead any reading, emptying or deleting to the user's own files, and a pipe would wait for ever.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO, cast

from sim.errors import InputError, no_such, reason_of

# Zero where a system lacks them. Without waiting: opening a pipe without a writer would wait for ever.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_READING = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATING = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_LOCKING = os.O_RDWR | os.O_CREAT | _NO_LINK | getattr(os, "O_NONBLOCK", 0)


def exists(path: Path) -> bool:
    """Return whether there is anything of this name, even a dangling link; raises InputError when it cannot be said."""
    return _mode(path) is not None


def check_folder(folder: Path) -> None:
    """Raise InputError unless a path that a user names is a folder, or a link to one."""
    try:
        is_there = stat.S_ISDIR(os.stat(folder).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        is_there = False
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from None
    if not is_there:
        raise InputError([no_such(folder, "folder")])


def open_file(root: Path, name: str) -> BinaryIO:
    """Open a regular file below a folder for reading; raises InputError when it is missing, a link or a device."""
    path = root / name
    for above in reversed(Path(name).parents):
        if above.name and _mode(root / above) is not None:
            check_real_folder(root / above)
    mode = _mode(path)
    if mode is None:
        raise InputError([no_such(path)])
    if not stat.S_ISREG(mode):
        raise _not_a_file(path)
    try:
        number = os.open(path, _READING)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    return _regular(number, path)


def read_bytes(root: Path, name: str, most: int | None = None) -> bytes:
    """Return the bytes of a regular file below a folder; raises InputError as `open_file`, or for more than `most`."""
    with open_file(root, name) as file:
        try:
            found = file.read() if most is None else file.read(most + 1)
        except OSError as error:
            raise _unreadable(root / name, error) from None
    if most is not None and len(found) > most:
        raise InputError([f"{root / name}: is larger than {most / 1e6:.0f} MB; it is not one of this program's"])
    return found


def create_file(path: Path) -> BinaryIO:
    """Open a new file for writing, in the place of any file or link of its name; raises OSError."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, _CREATING, 0o666), "w+b")


def open_lock(path: Path) -> BinaryIO:
    """Open a lock file for reading and writing, made if it is missing; raises OSError when that is not possible.

    Raises InputError for a link, and for a second name (a hard link) of a file that may be elsewhere.
    """
    if path.is_symlink():
        raise _not_a_file(path)
    file = _regular(os.open(path, _LOCKING, 0o666), path, "r+b")
    if os.fstat(file.fileno()).st_nlink > 1:
        file.close()
        raise _not_a_file(path)
    return file


def subfolders(folder: Path, pattern: str, links_are_refused: bool = True) -> list[Path]:
    """Return the folders in a folder whose whole names match, sorted; none when there is no such folder.

    Raises InputError for a link in place of the folder, and for a link or a file of such a name, or leaves those out.
    """
    if _mode(folder) is None:
        return []
    check_real_folder(folder)
    try:
        found = sorted(path for path in folder.iterdir() if re.fullmatch(pattern, path.name))
    except OSError as error:
        raise _unreadable(folder, error) from None
    if not links_are_refused:
        return [path for path in found if path.is_dir() and not path.is_symlink()]
    for path in found:
        check_real_folder(path)
    return found


def check_real_folder(folder: Path) -> None:
    """Raise InputError unless this is a folder, and no link to one."""
    mode = _mode(folder)
    if mode is None or not stat.S_ISDIR(mode):
        raise InputError([f"{folder}: is a link or a file where a folder should be; it is not followed"])


def _mode(path: Path) -> int | None:
    """Return the mode of what has this name, links not followed; None when there is nothing."""
    try:
        return os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _regular(number: int, path: Path, mode: str = "rb") -> BinaryIO:
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise _not_a_file(path)
    return cast(BinaryIO, os.fdopen(number, mode))


def _not_a_file(path: Path) -> InputError:
    return InputError([f"{path}: is a link, a pipe or a folder where a file should be; it is not followed"])


def _unreadable(path: Path, error: OSError | ValueError) -> InputError:
    return InputError([f"{path}: cannot be read: {reason_of(error)}"])
