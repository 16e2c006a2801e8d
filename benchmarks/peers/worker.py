"""A contender in its own process: python -m benchmarks.peers.worker CONTENDER.

It reports in one line of JSON that it is ready, or why it is not; then, for each line "TEAMS SEED" of input, it runs
that job and answers in one line.
"""

from __future__ import annotations

import importlib
import json
import sys
import time

from benchmarks.peers.toy import Job


def main(contender: str) -> None:
    """Run jobs until the input ends."""
    began = time.perf_counter()
    try:
        module = importlib.import_module(f"benchmarks.peers.{contender}")
        module.run(Job(50, 0))  # loads and compiles everything
    except ImportError as error:
        print(json.dumps({"absent": str(error)}), flush=True)
        return
    print(json.dumps({"ready_s": time.perf_counter() - began}), flush=True)
    for line in sys.stdin:
        n_teams, seed = map(int, line.split())
        print(json.dumps(module.run(Job(n_teams, seed))._asdict()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
