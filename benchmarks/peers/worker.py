"""A contender in a process of its own: python -m benchmarks.peers.worker CONTENDER.

It says that it is ready, or why it cannot be, in one line of JSON; then, for each line "TEAMS SEED", it plays that job
and answers in one line.
"""

from __future__ import annotations

import importlib
import json
import sys
import time

from benchmarks.peers.toy import Job


def main(contender: str) -> None:
    """Answer jobs until there are none."""
    began = time.perf_counter()
    try:
        module = importlib.import_module(f"benchmarks.peers.{contender}")
        module.play(Job(50, 0))  # loads and compiles what there is
    except ImportError as error:
        print(json.dumps({"absent": str(error)}), flush=True)
        return
    print(json.dumps({"ready_s": time.perf_counter() - began}), flush=True)
    for line in sys.stdin:
        n_teams, seed = map(int, line.split())
        print(json.dumps(module.play(Job(n_teams, seed))._asdict()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
