"""How far the runs are, on the terminal's error stream: a bar with the time left, or plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LINES = 5  # of a log


@contextmanager
def progress_of(n_runs: int) -> Iterator[Callable[[int], None]]:
    """Yield what is told 1 for each run that ends."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TextColumn("time left"), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=n_runs)
            yield lambda n: bar.advance(task, n)
    else:
        yield _Lines(n_runs)


class _Lines:
    def __init__(self, n_runs: int) -> None:
        self.n_runs, self.n_done, self.began = n_runs, 0, time.perf_counter()

    def __call__(self, n: int) -> None:
        before, self.n_done = self.n_done, self.n_done + n
        if self.n_runs > 1 and self.n_done * _LINES // self.n_runs > before * _LINES // self.n_runs:
            left = (time.perf_counter() - self.began) / self.n_done * (self.n_runs - self.n_done)
            print(f"{self.n_done} of {self.n_runs} runs done, about {left:.0f} s left", file=sys.stderr, flush=True)
