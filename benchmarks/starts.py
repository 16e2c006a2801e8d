"""The time to a first result: import, the first run of all (which compiles the kernels), and any later process.

Each run is the command `sim run` for a year, from the shell to the saved result, with its own cache of kernels.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.timing import ROOT, spread


def command(out: Path, days: int) -> list[str]:
    """Return the command that simulates one run and saves it in a folder."""
    return [
        sys.executable, "-m", "sim", "run", "baseline", "--replications", "1", "--set", f"time.horizon_days={days}",
        "--out", str(out),
    ]  # fmt: skip


def took_s(commands: list[list[str]], cache: Path) -> float:
    """Run commands at the same time with one cache of kernels; return the seconds until all have succeeded."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    began = time.perf_counter()
    running = [
        subprocess.Popen(one, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for one in commands
    ]
    errors = [process.communicate()[1] for process in running]
    elapsed = time.perf_counter() - began
    for process, error in zip(running, errors, strict=True):
        if process.returncode:
            raise RuntimeError(f"{' '.join(process.args)} ended with {process.returncode}: {error}")  # type: ignore[arg-type]
    return elapsed


def import_s() -> float:
    """Return the seconds to import the package, without the start of the interpreter."""
    times = []
    for code in ("pass", "import sim"):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
        times.append(time.perf_counter() - began)
    return times[1] - times[0]


def measure(is_quick: bool) -> dict[str, Any]:
    """Time all starts."""
    days, runs = (30, 2) if is_quick else (365, 5)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        first = took_s([command(folder / "first", days)], folder / "cache")
        warm = [took_s([command(folder / f"warm-{i}", days)], folder / "cache") for i in range(runs)]
        found: dict[str, Any] = {
            "days": days, "import_s": spread(import_s() for _ in range(runs)), "first_ever_s": first,
            "process_warm_s": spread(warm),
        }  # fmt: skip
        if not is_quick:
            pair = [command(folder / f"two-{i}", days) for i in range(2)]
            found["two_at_once_first_ever_s"] = took_s(pair, folder / "another-cache")
    return found
