"""The manifest that every saved folder has: what it holds, how it was made, and the digests of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from sim.errors import InputError

MANIFEST_FILE = "manifest.json"
Content = Literal["result", "comparison", "sweep", "demonstration"]
MADE_BY: dict[Content, str] = {"comparison": "sim compare", "sweep": "sim sweep", "demonstration": "sim demo"}
"""The command that a manifest names under `made_by`; the manifest of a result names none."""


def write_manifest(manifest: Mapping[str, Any], path: Path) -> None:
    """Write a manifest as JSON."""
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_manifest(folder: Path, holds: Content) -> dict[str, Any]:
    """Return the manifest of a folder that should hold this; raises InputError when it does not."""
    if not has_manifest_of(folder, holds):
        raise not_a_manifest(folder, holds)
    return _manifest(folder)


def has_manifest_of(folder: Path, holds: Content) -> bool:
    """Return whether the manifest of a folder says that it holds this."""
    manifest = _manifest(folder)
    return bool(manifest) and manifest.get("made_by") == MADE_BY.get(holds)


def not_a_manifest(folder: Path, holds: Content) -> InputError:
    """Return the error for a manifest that is missing, cannot be read, or lacks what it must have."""
    if not folder.is_dir():
        return InputError([f"{folder}: no such folder"])
    return InputError([f"{folder / MANIFEST_FILE}: is missing, truncated or not the manifest of a {holds}"])


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _manifest(folder: Path) -> dict[str, Any]:
    """Return what the manifest of a folder holds; nothing when it is missing or cannot be read."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}
