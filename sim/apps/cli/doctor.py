"""`sim doctor`: look at the installation and the machine, and say what is wrong and what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module, metadata
from pathlib import Path

import typer

from sim.apps.cli.options import AsJson, print_json
from sim.errors import printable

PACKAGE = "pokrovsk-sim"
_SCRIPTS = {"Cyrillic": "Ж", "Greek": "Ω", "Chinese": "城", "Arabic": "م", "Hebrew": "א", "Devanagari": "क"}
_REINSTALL = "install the package again: pip install --upgrade --force-reinstall, or make venv in a checkout"


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and what to do: `remedy` is empty where nothing is wrong.

    `is_ok` is false only where something does not work; a remedy of a sound finding is advice.
    """

    subject: str
    found: str
    remedy: str = ""
    is_ok: bool = True


def doctor(as_json: AsJson = False) -> None:
    """Check the installation, and say what is wrong and what to do.

    Looks at versions, compiled code, cores, fonts and folders. The exit status is 1 if something does not work.

    Example: sim doctor --json
    """
    found = [_examine(subject, check) for subject, check in _CHECKS.items()]
    n_wrong = sum(not one.is_ok for one in found)
    if as_json:
        print_json({"ok": not n_wrong, "findings": [asdict(one) for one in found]})
    else:
        for one in found:
            print(f"{'ok   ' if one.is_ok else 'WRONG'}  {one.subject:13}  {printable(one.found)}")
            if one.remedy:
                print(f"{'':22}{printable(one.remedy)}")
        print("Everything works." if not n_wrong else f"{n_wrong} of {len(found)} checks found something wrong.")
    if n_wrong:
        raise typer.Exit(1)


def _examine(subject: str, check: Callable[[str], Finding]) -> Finding:
    """Return what a check finds; a broken installation can fail in any way, and that is a finding too."""
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always", RuntimeWarning)
            found = check(subject)
    except Exception as error:
        return Finding(subject, f"{type(error).__name__}: {error}", _REINSTALL, is_ok=False)
    said = "; ".join(str(one.message) for one in heard if one.category is RuntimeWarning)
    return Finding(subject, f"{found.found} ({said})", found.remedy, found.is_ok) if said else found


def _python(subject: str) -> Finding:
    return Finding(subject, f"{platform.python_version()}, {sys.executable}, on {platform.platform()}")


def _package(subject: str) -> Finding:
    place = Path(import_module("sim").__file__ or "").parent
    try:
        return Finding(subject, f"{PACKAGE} {metadata.version(PACKAGE)}, {place}")
    except metadata.PackageNotFoundError:
        return Finding(subject, f"{place} is not installed", "pip install the folder above it", is_ok=False)


def _libraries(subject: str) -> Finding:
    """Compare the version of each library with what the package asks for."""
    from packaging.requirements import Requirement

    found, wrong = [], []
    for line in metadata.requires(PACKAGE) or []:
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{wanted.name} is missing")
            continue
        found.append(f"{wanted.name} {version}")
        if not wanted.specifier.contains(version, prereleases=True):
            wrong.append(f"{wanted.name} {version} is installed, {wanted.specifier} is needed")
    return Finding(subject, ", ".join(wrong or found), _REINSTALL if wrong else "", is_ok=not wrong)


def _compiled_code(subject: str) -> Finding:
    """Import the kernels, and look where their compiled code is stored."""
    from sim.world import compiled_code

    folder, is_warm = compiled_code.stored_in(), compiled_code.is_warm()
    if folder is None:
        return Finding(subject, "is not stored", "set NUMBA_CACHE_DIR to a folder of your own with room for 16 MB")
    state = "is complete" if is_warm else "is not complete"
    return Finding(subject, f"{state}, in {folder}", "" if is_warm else "the first run compiles for half a minute")


def _cores(subject: str) -> Finding:
    from sim.campaign.worker_processes import n_cores

    n, n_all = n_cores(), os.cpu_count() or 1
    remedy = "only some of the cores may be used by this process (taskset, Slurm or a container)" if n < n_all else ""
    return Finding(subject, f"{n} of {n_all} usable: as many worker processes are used", remedy)


def _fonts(subject: str) -> Finding:
    from matplotlib.font_manager import FontProperties, fontManager, get_font

    from sim.plots.drawing.colours_and_type import fonts

    found = [get_font(fontManager.findfont(FontProperties(family))) for family in fonts()]
    missing = [name for name, letter in _SCRIPTS.items() if not any(ord(letter) in f.get_charmap() for f in found)]
    drawn = ", ".join(name for name in _SCRIPTS if name not in missing)
    remedy = f"no letters of {', '.join(missing)}: names in them are drawn as boxes; install Noto fonts for them"
    return Finding(subject, f"{', '.join(fonts())}; they draw Latin, {drawn}", remedy if missing else "")


def _folders(subject: str) -> Finding:
    """Write a file into the current folder, where results are saved, and into the temporary one."""
    wrong, remedy = [], "change to a folder of your own, with room"
    try:
        current = Path.cwd()
    except OSError as error:
        return Finding(subject, f"the current folder: {error.strerror}", remedy, is_ok=False)
    for name, place in (("the current folder", current), ("the temporary folder", Path(tempfile.gettempdir()))):
        try:
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            wrong.append(f"{name} {place}: {error.strerror}")
    free_mb = shutil.disk_usage(current).free / 1e6
    if free_mb < 100:
        wrong.append(f"the current folder has only {free_mb:.0f} MB left")
    found = "; ".join(wrong) or f"{current} can be written to, {free_mb / 1e3:,.0f} GB free"
    return Finding(subject, found, remedy if wrong else "", is_ok=not wrong)


def _film(subject: str) -> Finding:
    path = shutil.which("ffmpeg")
    return Finding(subject, path or "there is no ffmpeg", "" if path else "only .mp4 needs it; .html and .gif do not")


_CHECKS: dict[str, Callable[[str], Finding]] = {
    "Python": _python,
    "package": _package,
    "libraries": _libraries,
    "compiled code": _compiled_code,
    "cores": _cores,
    "fonts": _fonts,
    "folders": _folders,
    "films": _film,
}
