"""Shared by all benchmarks: spreads, new processes, exponents, and a description of the machine."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.campaign.worker_processes import n_cores

ROOT = Path(__file__).parents[1]


def spread(values: Iterable[float]) -> dict[str, float]:
    """Return median, minimum (least), maximum (most) and number of some values."""
    values = list(values)
    return {"median": statistics.median(values), "least": min(values), "most": max(values), "n": len(values)}


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return b of the fit seconds = a x size^b: the least-squares slope between logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def peak_mib() -> float:
    """Return the peak memory of this process in MiB; without /proc, the peak of its parent is included."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def resident_mib() -> float:
    """Return the present memory of this process in MiB; NaN where the system does not report it."""
    file = Path("/proc/self/statm")
    return int(file.read_text().split()[1]) * resource.getpagesize() / 2**20 if file.exists() else float("nan")


def fresh(module: str, *arguments: object, environment: Mapping[str, str] | None = None) -> Any:
    """Run a module in a new process and return the last line that it prints, parsed as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def machine() -> dict[str, object]:
    """Return a description of the machine, with its load at the start."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        "python": platform.python_version(), "system": platform.platform(terse=True), "processor": _processor(),
        "n_cores": n_cores(), "load_at_start": round(load, 2),
    }  # fmt: skip


def python_step_ns() -> float:
    """Return the nanoseconds of one step of a Python loop: a measure of the machine's present speed."""
    n, taken = 1_000_000, []
    for _ in range(3):
        began, total = time.perf_counter(), 0
        for i in range(n):
            total += i
        taken.append(time.perf_counter() - began)
    return 1e9 * min(taken) / n


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    names = [line.partition(":")[2] for line in file.read_text().splitlines() if line.startswith("model name")] if (
        file.exists()
    ) else []  # fmt: skip
    return names[0].strip() if names else platform.processor()
