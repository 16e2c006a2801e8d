"""Compare this checkout with another one: runs alternate, and the results must be the same bytes.

    python -m benchmarks.against ../other-checkout [--days 365] [--rounds 5] [--scenario baseline] [--set PATH=VALUE]

Times are processor times, which other programs affect less than wall-clock times. The ratio is this checkout's time
over the other's, so a value below 1 means that this checkout is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.timing import ROOT, spread

# The code of a process in each checkout; the other checkout may have no benchmarks/.
RUNNER = """
import hashlib, json, sys, time
import sim
from sim.scenario.reading.extends_and_changes import parse_options
from sim.campaign.replications import simulate
scenario = sim.load(sys.argv[1], set=parse_options(sys.argv[2:]))
simulate(scenario, 0, 0)
print(json.dumps(str(sim.__file__)), flush=True)
for line in sys.stdin:
    began = time.process_time()
    record = simulate(scenario, int(line), 0)
    seconds = time.process_time() - began
    arrays = [*record.series.values(), record.events, record.control]
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
    print(json.dumps({"seconds": seconds, "digest": digest}), flush=True)
"""


def runner(checkout: Path, arguments: list[str]) -> subprocess.Popen[str]:
    """Start a process that simulates runs with the package of a checkout."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER, *arguments], cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    where = json.loads(process.stdout.readline())  # type: ignore[union-attr]
    if not Path(where).is_relative_to(checkout):
        raise RuntimeError(f"the process imports {where}, not {checkout}")
    return process


def run(process: subprocess.Popen[str], seed: int) -> dict[str, Any]:
    """Simulate one run in a process; return its processor seconds and the digest of its results."""
    process.stdin.write(f"{seed}\n")  # type: ignore[union-attr]
    process.stdin.flush()  # type: ignore[union-attr]
    answer: dict[str, Any] = json.loads(process.stdout.readline())  # type: ignore[union-attr]
    return answer


def main() -> None:
    """Print the seconds of both checkouts, their ratio, and whether the results are the same."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    options = parser.parse_args()
    arguments = [options.scenario, f"time.horizon_days={options.days}", *options.set]
    this, other = (runner(checkout.resolve(), arguments) for checkout in (ROOT, options.other))
    pairs = [(run(this, seed), run(other, seed)) for seed in range(1, options.rounds + 1)]
    for process in (this, other):
        process.communicate()
    for name, at in (("this", 0), ("other", 1)):
        print(name, spread(pair[at]["seconds"] for pair in pairs))
    print("ratio", spread(a["seconds"] / b["seconds"] for a, b in pairs))
    print("the same results:", all(a["digest"] == b["digest"] for a, b in pairs))


if __name__ == "__main__":
    main()
