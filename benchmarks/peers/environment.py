"""The environment of those peers that are no dependency of the package: `.venv-peers`, from locks/peers.lock.

It stands apart because mesa-frames 0.1.0a0 asks for numpy 1.26; the package's own environment stays as its lock says.
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
    """Why there is none."""


def python() -> Path:
    """Return the environment's interpreter, making the environment first if need be.

    Raises NoEnvironment when its packages cannot be installed.
    """
    found = FOLDER / "bin" / "python"
    if not is_made():
        print("Making .venv-peers with AgentPy and mesa-frames ...", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(FOLDER))
        _run(str(found), "-m", "pip", "install", "-qq", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))
        STAMP.write_text(_made_from(), "utf-8")
    return found


def is_made() -> bool:
    """Tell whether the environment is there, of the lock as it is and of this Python."""
    return STAMP.exists() and STAMP.read_text("utf-8") == _made_from()


def _made_from() -> str:
    return f"{zlib.crc32(LOCK.read_bytes())} {sys.version}"


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()] or [f"exit code {done.returncode}"]
        raise NoEnvironment(f"not installed: {lines[-1]}")
