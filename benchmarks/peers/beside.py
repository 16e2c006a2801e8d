"""All contenders on the same jobs: their runs alternate, so that other load on the machine affects all equally.

A ratio is a contender's time over this package's for the same job in the same round; `ratio` is the median over the
rounds at the contender's largest size.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.peers.environment import NoEnvironment, python
from benchmarks.peers.toy import N_TICKS
from benchmarks.timing import ROOT, spread

OWN = "own_kernels"
# Contenders by name, and their Python environment; `apart` is the separate one of `environment`.
CONTENDERS = {
    OWN: "own", "mesa_grid": "own", "mesa_space": "own", "numpy_arrays": "own", "agentpy_space": "apart",
    "mesa_frames_sets": "apart",
}  # fmt: skip
SIZES = (1_000, 5_000, 20_000)
# Larger jobs would take minutes: Mesa's space computes the distances between all pairs of agents.
LARGEST = {"mesa_space": 5_000, "agentpy_space": 5_000}


class Worker:
    """A contender's process."""

    def __init__(self, contender: str, interpreter: Path) -> None:
        self.process = subprocess.Popen(
            [str(interpreter), "-m", "benchmarks.peers.worker", contender],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.hello = self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            return {"absent": f"ended with exit code {self.process.wait()}"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def run(self, n_teams: int, seed: int) -> dict[str, Any]:
        """Run a job; return seconds and soldiers left."""
        self.process.stdin.write(f"{n_teams} {seed}\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        answer = self._answer()
        if "absent" in answer:
            raise RuntimeError(f"{self.process.args[-1]} {answer['absent']}")  # type: ignore[index]
        return answer

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def open_all() -> tuple[dict[str, Worker], dict[str, str]]:
    """Start every contender; return the workers that started, and the reason for each other one."""
    workers, absent = {}, {}
    for name, home in CONTENDERS.items():
        try:
            worker = Worker(name, python() if home == "apart" else Path(sys.executable))
        except NoEnvironment as error:
            absent[name] = str(error)
            continue
        if "absent" in worker.hello:
            absent[name] = worker.hello["absent"]
            worker.close()
        else:
            workers[name] = worker
    return workers, absent


def measure(is_quick: bool) -> dict[str, Any]:
    """Run the jobs of all contenders, in rounds."""
    sizes, rounds = (SIZES[:1], 2) if is_quick else (SIZES, 3)
    workers, absent = open_all()
    taken: dict[str, dict[int, list[float]]] = {name: {} for name in workers}
    for seed in range(rounds):
        for size in sizes:
            for name, worker in workers.items():
                if size <= LARGEST.get(name, size):
                    taken[name].setdefault(size, []).append(worker.run(size, seed)["seconds"])
    for worker in workers.values():
        worker.close()
    found: dict[str, Any] = {name: _beside(times, taken[OWN]) for name, times in taken.items()}
    return found | {name: {"absent": reason} for name, reason in absent.items()}


def _beside(times: dict[int, list[float]], own: dict[int, list[float]]) -> dict[str, Any]:
    by_size = {
        size: {
            "ratio": spread(a / b for a, b in zip(seconds, own[size], strict=True)),
            "ns_a_unit_tick": spread(1e9 * s / (size * N_TICKS) for s in seconds),
        }
        for size, seconds in times.items()
    }
    return {"ratio": by_size[max(times)]["ratio"]["median"], "teams": max(times), "by_size": by_size}
