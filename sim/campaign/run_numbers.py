"""The numbers of runs, one check for all who take them: random seed, replications, parameter samples, workers."""

from __future__ import annotations

from typing import NamedTuple

from sim.errors import InputError, whole_number
from sim.world.keyed_draws import MAX_SEED

MAX_REPLICATIONS = 10_000
MAX_WORKERS = 256


class RunNumbers(NamedTuple):
    """Checked numbers, as Python's own; `workers` and `draws` may be absent."""

    seed: int
    replications: int
    workers: int | None
    draws: int | None


def run_numbers(
    seed: int = 1, replications: int = 1, workers: int | None = None, draws: int | None = None, prefix: str = ""
) -> RunNumbers:
    """Return the numbers; raises InputError that names each wrong one, as an option with the prefix `--`."""
    given = {
        "seed": (seed, 0, MAX_SEED), "replications": (replications, 1, MAX_REPLICATIONS),
        "workers": (workers, 1, MAX_WORKERS), "draws": (draws, 1, MAX_REPLICATIONS),
    }  # fmt: skip
    numbers: dict[str, int] = {}
    faults: list[str] = []
    for name, (value, low, high) in given.items():
        if value is None and name in ("workers", "draws"):
            continue
        try:
            numbers[name] = whole_number(prefix + name, value, low, high)
        except InputError as error:
            faults += error.lines
    if not faults and (n := numbers.get("draws", 1) * numbers["replications"]) > MAX_REPLICATIONS:
        total = f"{numbers['draws']} parameter samples of {numbers['replications']} replications are {n} runs"
        faults = [f"{prefix}draws: {total} of a scenario; at most {MAX_REPLICATIONS} are held in memory"]
    if faults:
        raise InputError(faults)
    return RunNumbers(numbers["seed"], numbers["replications"], numbers.get("workers"), numbers.get("draws"))
