"""The short runs whose digests are saved, and how to renew the digests after the model was changed on purpose:

python -m tests.support.golden_runs --renew
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from sim.scenario.loader import load
from tests.support.toy_theatre import simulated, toy

SAVED = Path(__file__).parents[1] / "golden" / "digests.json"
RUNS = {
    "toy": lambda: simulated(toy(), seed=1),
    "toy without drones": lambda: simulated(toy(off=["drone_strikes"]), seed=2),
    "baseline, 20 days": lambda: simulated(load("baseline", set={"time.horizon_days": 20}), seed=1),
}


def digest(*arrays):
    """Return the SHA-256 of arrays of numbers, cut to six decimals: the last bits of a logarithm differ by platform."""
    sha = hashlib.sha256()
    for array in arrays:
        sha.update(np.round(np.asarray(array, "<f8"), 6).tobytes())
    return sha.hexdigest()


def digests(name, model=None):
    """Return what is saved of a run: digests of its series, events and map, and its outcomes to read by eye."""
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
        SAVED.write_text(json.dumps({name: digests(name) for name in RUNS}, indent=2) + "\n", encoding="utf-8")
    else:
        sys.exit(__doc__)
