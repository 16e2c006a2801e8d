"""A progress bar below a notebook's cell, and the count of finished runs that every progress bar shares."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_REFRESH_S = 0.2  # at least so long between two changes of the bar


class RunCount:
    """Count finished runs, and their rate since the first report: the first run may compile, or be found on disk."""

    def __init__(self) -> None:
        self.n_done: int = 0
        self.n_before: int = 0
        self.began: float = 0.0

    def add(self, n: int) -> None:
        """Count n more finished runs."""
        if not self.n_done:
            self.n_before, self.began = n, time.perf_counter()
        self.n_done += n

    def per_s(self) -> float:
        """Return the rate [runs per second], 0 before the second report."""
        passed = time.perf_counter() - self.began
        return (self.n_done - self.n_before) / passed if passed > 0.0 else 0.0

    def rate(self) -> str:
        """Return the rate in words, per second or per minute."""
        per_s = self.per_s()
        return f"{per_s:.1f} per second" if per_s >= 1.0 else f"{60.0 * per_s:.1f} per minute"


@contextmanager
def in_notebook(n_runs: int, progress: Callable[[int], None] | None) -> Iterator[Callable[[int], None] | None]:
    """Yield the given progress callback; without one, in a notebook, a bar that disappears after the last run."""
    if progress is not None or not _is_notebook() or n_runs < 2:
        yield progress
        return
    from IPython.display import HTML, display

    bar, count, shown_at = display(HTML(""), display_id=True), RunCount(), 0.0

    def advance(n: int) -> None:
        nonlocal shown_at
        count.add(n)
        if time.perf_counter() - shown_at > _REFRESH_S:
            shown_at = time.perf_counter()
            words = f"{count.n_done} of {n_runs} runs, {count.rate()}"
            bar.update(HTML(f'<progress max="{n_runs}" value="{count.n_done}"></progress> {words}'))

    try:
        yield advance
    finally:
        bar.update(HTML(""))


def _is_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    # Hosted notebooks have shells of their own; what they share is that a kernel runs them.
    return getattr(shell, "kernel", None) is not None
