"""The environment of the contenders that are not dependencies of the package: `.venv-peers`, from locks/peers.lock.

It is separate because mesa-frames 0.1.0a0 requires numpy 1.26; the package's own environment does not change.
"""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

from benchmarks.timing import ROOT

LOCK, FOLDER = ROOT / "locks" / "peers.lock", ROOT / ".venv-peers"
STAMP = FOLDER / ".made-from"


class NoEnvironment(Exception):
    """The environment could not be created; the message gives the reason."""


def python() -> Path:
    """Return the interpreter of the environment, which is created first if necessary.

    Raises NoEnvironment when its packages cannot be installed.
    """
    found = FOLDER / "bin" / "python"
    if not is_made():
        print("Creating .venv-peers with AgentPy and mesa-frames ...", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(FOLDER))
        _run(str(found), "-m", "pip", "install", "-qq", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))
        STAMP.write_text(_made_from(), "utf-8")
    return found


def is_made() -> bool:
    """Return whether the environment exists and matches the present lock file and Python version."""
    return STAMP.exists() and STAMP.read_text("utf-8") == _made_from()


def _made_from() -> str:
    return f"{zlib.crc32(LOCK.read_bytes())} {sys.version}"


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()] or [f"exit code {done.returncode}"]
        raise NoEnvironment(f"not installed: {lines[-1]}")
