"""The short runs whose bytes are kept, and how to renew what is kept after the model was changed on purpose:

python -m tests.support.golden_runs --renew
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from sim.scenario.loader import load
from tests.support.toy_theatre import played, toy

KEPT = Path(__file__).parents[1] / "golden" / "digests.json"
RUNS = {
    "toy": lambda: played(toy(), seed=1),
    "toy without drones": lambda: played(toy(off=["drone_strikes"]), seed=2),
    "baseline, 20 days": lambda: played(load("baseline", set={"time.horizon_days": 20}), seed=1),
}


def digest(*arrays):
    """Return the SHA-256 of arrays of numbers, cut to six decimals: the last bits of a logarithm differ by platform."""
    sha = hashlib.sha256()
    for array in arrays:
        sha.update(np.round(np.asarray(array, "<f8"), 6).tobytes())
    return sha.hexdigest()


def digests(name, model=None):
    """Return what is kept of a run: digests of its series, events and map, and its outcomes to read by eye."""
    record = (model or RUNS[name]()).recorder.finish(0)
    return {
        "series": digest(*(record.series[key] for key in sorted(record.series))),
        "events": digest(*(record.events[key] for key in record.events.dtype.names)),
        "control": digest(record.control),
        "outcomes": {key: value for key, value in record.outcomes.items() if value == value},
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--show"]:
        print(digests(sys.argv[2])["series"])
    elif sys.argv[1:] == ["--renew"]:
        KEPT.write_text(json.dumps({name: digests(name) for name in RUNS}, indent=2) + "\n", encoding="utf-8")
    else:
        sys.exit(__doc__)
