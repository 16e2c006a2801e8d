"""How far the runs are, on the terminal's error stream: a bar with the time left, or plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LINES = 5  # of a log
_NOTEBOOK_S = 0.2  # between two changes of a bar


@contextmanager
def progress_of(n_runs: int) -> Iterator[Callable[[int], None]]:
    """Yield what is told 1 for each run that ends."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TextColumn("time left"), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=console, transient=True) as bar:
            task, count = bar.add_task("", total=n_runs, rate=""), _Count()

            def advance(n: int) -> None:
                count.add(n)
                bar.update(task, advance=n, rate=count.rate())

            yield advance
    else:
        yield _Lines(n_runs)


@contextmanager
def in_notebook(n_runs: int, progress: Callable[[int], None] | None) -> Iterator[Callable[[int], None] | None]:
    """Yield the given progress; without one, in a notebook, a bar below the cell, which vanishes with the last run."""
    if progress is not None or not _is_notebook() or n_runs < 2:
        yield progress
        return
    from IPython.display import HTML, display

    handle, count, told = display(HTML(""), display_id=True), _Count(), [0.0]

    def tell(n: int) -> None:
        count.add(n)
        if time.perf_counter() - told[0] > _NOTEBOOK_S:
            told[0] = time.perf_counter()
            words = f"{count.n_done} of {n_runs} runs, {count.rate()}"
            handle.update(HTML(f'<progress max="{n_runs}" value="{count.n_done}"></progress> {words}'))

    try:
        yield tell
    finally:
        handle.update(HTML(""))


def _is_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"


class _Count:
    """How many runs are done, and how many a second since the first of them: that one may compile, or be found."""

    def __init__(self) -> None:
        self.n_done = self.n_before = 0
        self.began = 0.0

    def add(self, n: int) -> None:
        if not self.n_done:
            self.n_before, self.began = n, time.perf_counter()
        self.n_done += n

    def per_s(self) -> float:
        passed = time.perf_counter() - self.began
        return (self.n_done - self.n_before) / passed if passed > 0.0 else 0.0

    def rate(self) -> str:
        per_s = self.per_s()
        return f"{per_s:.1f} a second" if per_s >= 1.0 else f"{60.0 * per_s:.1f} a minute"


class _Lines:
    def __init__(self, n_runs: int) -> None:
        self.n_runs, self.count = n_runs, _Count()

    def __call__(self, n: int) -> None:
        before = self.count.n_done
        self.count.add(n)
        done = self.count.n_done
        if self.n_runs > 1 and done * _LINES // self.n_runs > before * _LINES // self.n_runs:
            per_s = self.count.per_s()
            told = f", {self.count.rate()}, about {(self.n_runs - done) / per_s:.0f} s left" if per_s else ""
            print(f"{done} of {self.n_runs} runs done{told}", file=sys.stderr, flush=True)
