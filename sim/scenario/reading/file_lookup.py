"""Which file a name means, and which files a scenario may extend."""

import os
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, clip, no_such, suggestion
from sim.scenario.reading import shipped_folders
from sim.scenario.reading.yaml_nodes import Node

_LONGEST_NAME = 1000
EXPERIMENTS = "experiments"


@dataclass(frozen=True)
class ScenarioFile:
    """A file, resolved, and how messages and provenance call it."""

    path: Path
    shown: str


def find(path_or_name: str | Path, is_experiment: bool = False) -> ScenarioFile:
    """Return the file that a user means: a path, or the bare name of a shipped scenario or experiment."""
    what = "experiment" if is_experiment else "scenario"
    name = str(path_or_name)
    path = Path(name)
    if not name or "\0" in name or len(name) > _LONGEST_NAME:
        raise InputError([f"{clip(name) or 'an empty name'}: is not a file name"])
    if not path.suffix and not path.is_absolute():
        shipped = shipped_folders.scenarios_dir() / (EXPERIMENTS if is_experiment else "") / f"{name}.yaml"
        if os.path.isfile(shipped):  # False, and no error, for a name that is too long
            return _named(shipped.resolve(), name)
    if not os.path.exists(path):
        known = shipped_experiments() if is_experiment else shipped_names()
        near = suggestion(path.stem, known, f"sim list {what}s")
        raise InputError([no_such(name, f"file or shipped {what}", near)])
    return _named(_resolved(path, name), name)


def shipped_names() -> list[str]:
    """Return the names of scenarios that `load` and the command line accept without a path."""
    root = shipped_folders.scenarios_dir()
    names = (path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.yaml"))
    return sorted(name for name in names if not name.startswith(f"{EXPERIMENTS}/"))


def shipped_experiments() -> list[str]:
    """Return the names of experiments that `load_experiment` and the command line accept without a path."""
    return sorted(path.stem for path in (shipped_folders.scenarios_dir() / EXPERIMENTS).glob("*.yaml"))


def find_parent(extends: Node, child: ScenarioFile, first: ScenarioFile, key: str = "extends") -> ScenarioFile:
    """Return the file that `extends`, or another key, names, beside its file or in the shipped scenarios.

    Symlinks and `..` are followed before it is judged whether the file lies in the folder of the user's own
    file or in the shipped scenarios; else it is refused: a scenario from elsewhere reads no other files.
    """
    name = extends.value
    if not isinstance(name, str) or not name or "\0" in name or len(name) > _LONGEST_NAME:
        raise InputError([f"{extends.mark}: {key}: must be the name of one file"])
    root = shipped_folders.scenarios_dir().resolve()
    allowed = (root, first.path.parent)
    candidates = [_resolved(folder / name, name) for folder in (child.path.parent, root)]
    existing = [path for path in candidates if os.path.exists(path)]
    if not any(path.is_relative_to(folder) for path in existing[:1] or candidates for folder in allowed):
        raise InputError([f"{extends.mark}: {key}: {clip(name)} is outside the scenario folders"])
    if existing and existing[0].is_dir():
        raise InputError([f"{extends.mark}: {key}: {clip(name)} is a folder, not a file"])
    if existing:
        return _named(existing[0], _beside(existing[0], first) or name)
    known = [path.relative_to(root).as_posix() for path in root.rglob("*.yaml")]
    known += [path.name for path in child.path.parent.glob("*.yaml")]
    near = suggestion(name, known, "sim list scenarios")
    raise InputError([f"{extends.mark}: {key}: {no_such(clip(name), near=near)}"])


def _beside(path: Path, first: ScenarioFile) -> str | None:
    """Call a file in the user's folder the way the user calls that folder."""
    folder = first.path.parent
    return str(Path(first.shown).parent / path.relative_to(folder)) if path.is_relative_to(folder) else None


def _resolved(path: Path, name: str) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise InputError([f"{clip(name)}: cannot be followed (a loop of links?)"]) from None


def _named(path: Path, name: str) -> ScenarioFile:
    """Call a shipped file by its place in scenarios/, so that provenance is the same on every machine."""
    root = shipped_folders.scenarios_dir().resolve()
    shown = f"scenarios/{path.relative_to(root).as_posix()}" if path.is_relative_to(root) else name
    return ScenarioFile(path, shown)
