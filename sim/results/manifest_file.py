"""The manifest that every saved folder has: what it holds, how it was made, and the digests of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from sim.errors import InputError, clip
from sim.results.manifest_schema import MOST_LEVELS, SCHEMAS
from sim.results.safe_files import check_folder, read_bytes

MANIFEST_FILE = "manifest.json"
Content = Literal["result", "comparison", "sweep", "demonstration"]
MADE_BY: dict[Content, str] = {"comparison": "sim compare", "sweep": "sim sweep", "demonstration": "sim demo"}
"""The command that a manifest names under `made_by`; the manifest of a result names none."""
_MOST_BYTES = 50_000_000


def write_manifest(manifest: Mapping[str, Any], path: Path) -> None:
    """Write a manifest as JSON."""
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_manifest(folder: Path, holds: Content) -> dict[str, Any]:
    """Return the manifest of a folder that should hold this, with every value of the type that readers need.

    Raises InputError when it is missing, truncated, of other content or altered.
    """
    manifest = _parsed(folder, holds)
    if not _is_of(manifest, holds):
        raise _not_a_manifest(folder, holds)
    try:
        SCHEMAS[holds].model_validate(manifest)
    except ValidationError as error:
        raise InputError([f"{folder / MANIFEST_FILE}: {_fault(error)}"]) from None
    return manifest


def has_manifest_of(folder: Path, holds: Content) -> bool:
    """Return whether the manifest of a folder says that it holds this."""
    try:
        return _is_of(_parsed(folder, holds), holds)
    except InputError:
        return False


def _not_a_manifest(folder: Path, holds: Content) -> InputError:
    return InputError([f"{folder / MANIFEST_FILE}: is truncated, or is not the manifest of a {holds}"])


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checked_bytes(folder: Path, name: str, digests: Mapping[str, str]) -> bytes:
    """Return the bytes of a file; raises InputError when it is missing, a link, or not of the manifest's digest."""
    found = read_bytes(folder, name)
    if hashlib.sha256(found).hexdigest() != digests.get(name):
        raise InputError([f"{folder / name}: is truncated or altered: its SHA-256 is not the manifest's"])
    return found


def _parsed(folder: Path, holds: Content) -> Any:
    check_folder(folder)
    try:
        manifest = json.loads(read_bytes(folder, MANIFEST_FILE, _MOST_BYTES))
    except (RecursionError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise _not_a_manifest(folder, holds) from None
    if _levels(manifest) > MOST_LEVELS:
        raise InputError([f"{folder / MANIFEST_FILE}: is nested in more than {MOST_LEVELS} levels"])
    return manifest


def _is_of(manifest: Any, holds: Content) -> bool:
    return isinstance(manifest, dict) and bool(manifest) and manifest.get("made_by") == MADE_BY.get(holds)


def _levels(document: Any) -> int:
    """Return how deep a document is nested, at most one more than is allowed."""
    levels, parts = 0, [document]
    while levels <= MOST_LEVELS:
        parts = [part for part in parts if isinstance(part, (dict, list))]
        if not parts:
            break
        levels += 1
        parts = [inner for part in parts for inner in (part.values() if isinstance(part, dict) else part)]
    return levels


def _fault(error: ValidationError) -> str:
    """Return the first thing that is wrong, by its path in the manifest."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = clip(".".join(map(str, first["loc"])), 80)
    what = "is missing" if first["type"] == "missing" else first["msg"][:1].lower() + first["msg"][1:]
    return f"{where}: {what}; it was edited, or another version of pokrovsk-sim wrote it"
