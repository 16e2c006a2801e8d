"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import InputError
from sim.whole_folder import remove_empty


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary file that becomes `path` when the block ends well and vanishes when it does not.

    Raises InputError at once when `path` exists or cannot be made; and at the end when the block could not write, or
    when somebody else made `path` meanwhile.
    """
    _refuse_existing(path)
    missing = [parent for parent in path.parents if not parent.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Beside the file itself: a rename is one step on one file system only.
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        os.close(handle)
        partial = Path(name)
        try:
            yield partial
            partial.chmod(0o644)
            _refuse_existing(path)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise InputError([f"{path}: cannot be written: {error.strerror or error}"]) from error
    finally:
        remove_empty(missing)


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise InputError([f"{path}: exists already; name another file, it is not overwritten"])
