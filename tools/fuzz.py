"""Attack the program with wrong input: whatever ends in anything but success or one clear line is a finding.

    .venv/bin/python tools/fuzz.py --inputs 100000 --seed 1

Every input is run in this process, with at most ten seconds of computing time and four more gigabytes of memory. The
number of an input and the seed make it again: `--only 4711`. A finding is reduced to its shortest form and written,
with its traceback, into the folder `--out`. Needs a system with signals and limits, such as Linux; not part of CI.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from fuzz_folders import saved
from fuzz_inputs import KINDS, keep_what_stays_the_same
from fuzz_mutations import NotMadeError

from sim.errors import InputError, RunError

SECONDS, GIGABYTES = 10.0, 4.0


class SlowError(BaseException):
    """More computing time than an input may take; no `except Exception` hides it."""


@contextlib.contextmanager
def limits() -> Iterator[None]:
    """Limit the computing time inside: a compiled loop ends later, at its first line of Python."""

    def stop(*_: object) -> None:
        raise SlowError(f"more than {SECONDS:g} s of computing time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fault(run: Callable[[str], None], text: str) -> tuple[str, str] | None:
    """Return the place of a fault and its traceback; None when an input ends well."""
    try:
        with limits():
            run(text)
    except InputError as error:
        wrong = [line for line in error.lines if not line.strip() or not line.isprintable()]
        return ("InputError with an empty or broken line", repr(error.lines)) if wrong or not error.lines else None
    except (RunError, NotMadeError):
        return None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "/sim/" in frame.filename.replace(os.sep, "/")] or frames
        return f"{type(error).__name__} in {Path(own[-1].filename).name}:{own[-1].lineno}", traceback.format_exc()
    return None


def reduced(run: Callable[[str], None], text: str, place: str, tries: int = 300) -> str:
    """Return the shortest text found that has the same fault: first without lines, then without characters."""
    for separator in ("\n", ""):
        parts = text.split(separator) if separator else list(text)
        size = len(parts) // 2
        while size and tries:
            at = 0
            while at < len(parts) and tries:
                tries -= 1
                without = parts[:at] + parts[at + size :]
                found = fault(run, separator.join(without))
                if found and found[0] == place:
                    parts = without
                else:
                    at += size
            size //= 2
        text = separator.join(parts)
    return text


def main() -> int:
    """Run the inputs, print what is found, and return the exit status: 1 for findings."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=100_000, help="number of inputs [%(default)s]")
    parser.add_argument("--seed", type=int, default=1, help="random seed [%(default)s]")
    parser.add_argument("--kinds", default="", help=f"only these, with commas between: {','.join(KINDS)}")
    parser.add_argument("--only", type=int, help="only the input of this number")
    parser.add_argument("--out", type=Path, default=Path("results/fuzz"), help="folder of findings [%(default)s]")
    options = parser.parse_args()
    out = options.out.resolve()
    chosen = options.kinds.split(",") if options.kinds else [name for name, kind in KINDS.items() if kind[2]]
    weights = [KINDS[name][2] or 1 for name in chosen]
    os.environ["COLUMNS"] = "200"
    found: Counter[str] = Counter()
    began = said = time.monotonic()
    numbers = range(options.inputs) if options.only is None else [options.only]
    print(f"{len(numbers)} inputs, seed {options.seed}: {', '.join(chosen)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="sim-fuzz-") as folder, contextlib.chdir(folder):
        saved()
        keep_what_stays_the_same()
        for number in numbers:
            rng = random.Random(f"{options.seed} {number}")
            kind = rng.choices(chosen, weights)[0]
            make, run, _ = KINDS[kind]
            text = make(rng)
            wrong = fault(run, text)
            if wrong and not (found[f"{kind}: {wrong[0]}"]):
                least = reduced(run, text, wrong[0])
                out.mkdir(parents=True, exist_ok=True)
                path = out / f"{kind}-{options.seed}-{number}.txt"
                path.write_text(f"{wrong[0]}\n\n{least}\n\n{wrong[1]}", "utf-8", "backslashreplace")
                print(f"{path}: {wrong[0]}", flush=True)
            if wrong:
                found[f"{kind}: {wrong[0]}"] += 1
            if time.monotonic() > said + 60.0:
                said = time.monotonic()
                print(f"{number + 1} inputs, {said - began:.0f} s, {len(found)} findings", flush=True)
    for place, n in found.most_common():
        print(f"{n:6} x {place}")
    print(f"{len(numbers)} inputs, {len(found)} findings, {time.monotonic() - began:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + int(GIGABYTES * 2**30), -1))
    sys.exit(main())
