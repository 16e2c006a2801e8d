"""All that is timed: `make bench`, or python -m benchmarks [--quick] [PART ...].

Prints a table and writes results/bench.json. Nothing here passes or fails: figures depend on the machine and on what
else it does, and `python_step_ns` tells how fast it was before and after each part; ratios are of runs that took turns.
With parts named, the others' last figures stay in the file.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import front, limit, scale, starts, sweep, year
from benchmarks.peers import beside
from benchmarks.timing import ROOT, machine, python_step_ns, spread

PARTS: dict[str, Callable[[bool], dict[str, Any]]] = {
    "year": year.measure,
    "start": starts.measure,
    "scale": scale.measure,
    "front": front.measure,
    "limit": limit.measure,
    "peers": beside.measure,
    "sweep": sweep.measure,
}
FILE = ROOT / "results" / "bench.json"


def lines(found: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Write each figure in a line under its dotted name; a spread is one line."""
    for key, value in found.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value.keys() == {"median", "least", "most", "n"}:
            least, most = number(value["least"]), number(value["most"])
            yield f"{name:52s}{number(value['median']):>14s}   {least} to {most} in {value['n']}"
        elif isinstance(value, dict):
            yield from lines(value, f"{name}.")
        else:
            yield f"{name:52s}{number(value):>14s}"


def number(value: Any) -> str:
    """Write a number with three figures, and what is none as it is."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def save(found: dict[str, Any], file: Path) -> None:
    """Write the figures whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".json.new")
    fresh.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    fresh.replace(file)


def main() -> None:
    """Time the parts, print as they come, and save after each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, a minute or two: shows that it works")
    parser.add_argument("--out", type=Path, default=FILE, help="where the figures go")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}; all without")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    found = json.loads(options.out.read_text("utf-8")) if options.parts and options.out.exists() else {}
    found |= {"machine": machine(), "is_quick": options.quick}
    print("\n".join(lines({"machine": found["machine"]})))
    for name in options.parts or PARTS:
        began, before = time.perf_counter(), python_step_ns()
        figures = PARTS[name](options.quick)
        found[name] = figures | {"python_step_ns": spread([before, python_step_ns()])}
        print("\n".join(lines({name: found[name]})), f"\n  ({name}: {time.perf_counter() - began:.0f} s)", flush=True)
        save(found, options.out)
    print(f"saved {options.out}")


if __name__ == "__main__":
    main()
