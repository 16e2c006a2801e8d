"""The progress of runs on the terminal's error stream: a bar with the time left, or a few plain lines in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.campaign.notebook_progress import RunCount
from sim.errors import InputError, RunError
from sim.world.compiled_code import is_warm

_N_LINES = 5  # in a log


@contextmanager
def progress_of_runs(n_runs: int, off: Iterable[str] = ()) -> Iterator[Callable[[int], None]]:
    """Yield a callback that takes the number of newly finished runs; show how many of all are finished.

    `off` are the mechanisms that all runs leave out: their kernels need not be compiled.
    Raises RunError, on one line, for anything but wrong input that stops the runs.
    """
    if not is_warm(off):
        with suppress(OSError):
            print(
                "compiling the model; this takes about half a minute, only the first time", file=sys.stderr, flush=True
            )
    with terminal_progress(n_runs) as progress:
        try:
            yield progress
        except (InputError, RunError):
            raise
        except Exception as error:
            raise RunError(error) from error


@contextmanager
def terminal_progress(n_runs: int) -> Iterator[Callable[[int], None]]:
    """Yield a callback that takes the number of newly finished runs: a bar on a terminal, else lines in the log."""
    console = Console(stderr=True)
    if console.is_terminal:
        columns = (
            TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TextColumn("time left"), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=console, transient=True) as bar:
            task, count = bar.add_task("", total=n_runs, rate=""), RunCount()

            def advance(n: int) -> None:
                count.add(n)
                bar.update(task, advance=n, rate=count.rate())

            yield advance
    else:
        yield _Lines(n_runs)


class _Lines:
    """Print a line whenever another fifth of the runs is finished."""

    def __init__(self, n_runs: int) -> None:
        self.n_runs, self.count = n_runs, RunCount()

    def __call__(self, n: int) -> None:
        before = self.count.n_done
        self.count.add(n)
        done = self.count.n_done
        if self.n_runs > 1 and done * _N_LINES // self.n_runs > before * _N_LINES // self.n_runs:
            per_s = self.count.per_s()
            rest = f", {self.count.rate()}, about {(self.n_runs - done) / per_s:.0f} s left" if per_s else ""
            with suppress(OSError):  # no run is lost because the count cannot be printed
                print(f"{done} of {self.n_runs} runs done{rest}", file=sys.stderr, flush=True)
