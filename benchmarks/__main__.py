"""All benchmarks: `make bench`, or python -m benchmarks [--quick] [PART ...].

Prints a table and writes results/bench.json. No benchmark passes or fails: the numbers depend on the machine and on its
load. `python_step_ns` measures the machine's speed before and after each part; ratios compare alternating runs. If
parts are named, the file still contains the latest numbers of the others.
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
    """Yield one line per number, with its dotted name; a spread is one line."""
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
    """Return a float with three significant figures, and any other value unchanged."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def save(found: dict[str, Any], file: Path) -> None:
    """Save the numbers to a file, completely or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".json.new")
    fresh.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    fresh.replace(file)


def main() -> None:
    """Run the parts; print and save the numbers after each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="use small sizes: a minute or two, to check that it works")
    parser.add_argument("--out", type=Path, default=FILE, help="the file of the numbers")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; default: all")
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
