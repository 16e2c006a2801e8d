"""Kill commands at each moment of writing: afterwards there must be a whole result or none, and the next try works.

    .venv/bin/python tools/kills.py --every 3 --moments 10

Each command is run in a process of its own that kills itself (SIGKILL) before its n-th opening for writing, renaming,
making or removing of a file, for n = 1, 2, ..., and then by an alarm at random moments. A sweep must resume, and end
with the runs of one that was never killed. Needs a system with fork, such as Linux; not part of CI.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sim
import sim.apps.cli.main as command_line
from sim.analysis import SweepResults
from sim.results.comparison.comparison_files import load_run_or_ensemble

SHORT = ["--set", "time.horizon_days=2", "--set", "time.tick_h=12"]
EVENTS = {
    "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate", "os.chmod", "shutil.move",
    "ctypes.call_function",  # renaming without replacing
}  # fmt: skip
EXPERIMENT = """name: E
question: Q?
base: one-hill
replications: 2
set: {time.horizon_days: 2, time.tick_h: 12}
outcomes: [attacker_losses]
levers: {direct_fire.breakpoint_attacker: {values: [0.3, 0.6]}}
design: {kind: full_grid}
"""
GRID = "values: [0.3, 0.6]"
LINE = f"values: {[round(0.3 + n / 100, 2) for n in range(40)]}"  # the fewest points in which a scenario is discovered


def stop_at_write(n: int, count: Callable[[int], None]) -> None:
    """Kill this process before its n-th write into the current folder; `count` is called with each."""
    here, seen = os.getcwd(), 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event == "open":
            path, _, flags = arguments
            is_write = isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        elif event in EVENTS:
            path, is_write = (here if event.startswith("ctypes") else arguments[0]), True
        else:
            return
        if is_write and isinstance(path, str | os.PathLike) and os.path.abspath(os.fspath(path)).startswith(here):
            seen += 1
            count(seen)
            if seen == n:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def attempt(arguments: list[str], n: int = 0, after_s: float = 0.0) -> tuple[int, int, str]:
    """Run a command in a fork that dies at its n-th write or after a time [s], if these are not 0.

    Returns its status, its number of writes and its errors.
    """
    counted, said = Path("../writes"), Path("../said")
    counted.write_text("0")
    pid = os.fork()
    if pid == 0:
        number = os.open(counted, os.O_WRONLY)
        with said.open("w") as errors, contextlib.redirect_stdout(errors), contextlib.redirect_stderr(errors):
            code: object = 0
            try:
                signal.setitimer(signal.ITIMER_REAL, after_s)  # nothing handles its signal
                stop_at_write(n, lambda seen: os.pwrite(number, str(seen).encode(), 0) and None)
                sys.argv = ["sim", *arguments]
                command_line.main()
            except SystemExit as end:
                code = end.code
            except BaseException as error:
                print(repr(error), file=errors)
                code = 99
        os._exit(code if isinstance(code, int) else 98)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), int(counted.read_text()), said.read_text()


def outcomes(path: Path) -> object:
    """Return what a finished target holds, to compare; raises when it is not whole."""
    if path.is_file():
        return path.read_bytes()
    if (path / "design.parquet").exists() or "sweep" in path.name:
        return SweepResults.load(path).runs["attacker_losses"].tolist()
    if (path / "indices.csv").exists():
        return sorted((file.name, file.read_bytes()) for file in path.iterdir() if file.suffix == ".csv")
    if path.name == "comparison":
        return sim.Comparison.load(path).table.to_csv()
    return load_run_or_ensemble(path).outcomes.to_csv()


def trial(arguments: list[str], n: int, after_s: float, expected: object) -> str | None:
    """Kill a command at its n-th write or after a time, look at what is there, and finish; return what is wrong."""
    target = Path(arguments[arguments.index("--out") + 1])
    status, _, said = attempt(arguments, n, after_s)
    if status not in (-signal.SIGKILL, -signal.SIGALRM):
        return f"ended with status {status} before the kill: {said}" if status else None
    is_sweep = arguments[0] == "sweep"
    if target.exists() and not is_sweep and outcomes(target) != expected:
        return "what is there is not whole"
    if is_sweep or not target.exists():
        again = [*arguments, "--resume"] if is_sweep and target.exists() else arguments
        status, _, said = attempt(again)
        if status:
            return f"the next try ends with status {status}: {said.strip()}"
    return None if outcomes(target) == expected else "the next try gives another result"


def main() -> int:
    """Try every command, print what is wrong, and return the exit status: 1 for faults."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="kill at every n-th write only [%(default)s]")
    parser.add_argument("--moments", type=int, default=0, help="kill at so many random moments, too [%(default)s]")
    parser.add_argument("--commands", default="", help="only these commands, with commas between")
    options = parser.parse_args()
    n_wrong = 0
    with tempfile.TemporaryDirectory(prefix="sim-kills-") as home:
        os.makedirs(f"{home}/given")
        os.chdir(f"{home}/given")
        Path("e.yaml").write_text(EXPERIMENT)
        Path("line.yaml").write_text(EXPERIMENT.replace(GRID, LINE).replace("replications: 2", "replications: 1"))
        commands = [
            ["run", "one-hill", *SHORT, "--out", "run"],
            ["run", "one-hill", *SHORT, "--replications", "2", "--workers", "1", "--out", "ensemble"],
            ["compare", "one-hill", "../given/other.yaml", *SHORT, "--replications", "2", "--workers", "1",
             "--out", "comparison"],
            ["sweep", "e.yaml", "--workers", "1", "--out", "swept-sweep"],
            ["animate", "../given/run", "--out", "page.html"],
            ["report", "../given/run", "--out", "report.html"],
            ["explore", "../given/swept-sweep", "--out", "explorer.html"],
            ["sweep", "line.yaml", "--workers", "1", "--out", "line-sweep"],
            ["analyse", "../given/line-sweep", "--out", "analysed"],
        ]  # fmt: skip
        Path("other.yaml").write_text("extends: one-hill.yaml\nname: O\nquestion: Q?\nchanges: {attacker.troops: 30}\n")
        chosen = set(options.commands.split(",")) if options.commands else {arguments[0] for arguments in commands}
        for arguments in commands:
            if arguments[0] not in chosen | {"run", "sweep"}:  # the others start from what these two make
                continue
            began = time.monotonic()
            status, n_writes, said = attempt(arguments)
            seconds = time.monotonic() - began
            if status:
                raise SystemExit(f"sim {' '.join(arguments)}: status {status}: {said}")
            expected = outcomes(Path(arguments[-1]))
            if arguments[0] not in chosen:
                continue
            wrong = []
            kills = [(n, 0.0) for n in range(1, n_writes + 1, options.every)]
            kills += [(0, random.uniform(0.01, seconds)) for _ in range(options.moments)]
            for n, after_s in kills:
                shutil.rmtree("../trial", ignore_errors=True)
                os.makedirs("../trial")
                shutil.copy("e.yaml", "../trial")
                os.chdir("../trial")
                if fault := trial(arguments, n, after_s, expected):
                    wrong.append(f"  killed {f'at write {n}' if n else f'after {after_s:.3f} s'}: {fault}")
                os.chdir("../given")
            print(
                f"sim {arguments[0]}: {n_writes} writes, {len(kills)} kills, {len(wrong)} faults",
                *wrong,
                sep="\n",
                flush=True,
            )
            n_wrong += len(wrong)
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
