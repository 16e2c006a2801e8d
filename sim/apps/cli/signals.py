"""Signals that end a command: it ends as after an error, so that worker processes and half-written folders go."""

import atexit
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_AT_ONCE_S = 2.0


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a closed terminal raise an exception in the block, which cleans up.

    The exit status is 128 + the signal's number. A signal that follows within two seconds, as from an impatient user,
    does not disturb the cleaning up. What is ignored already, as `nohup` does, stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came_at: list[float] = []

    def end(number: int, _: FrameType | None) -> None:
        came_at.append(time.monotonic())
        if len(came_at) > 1 and came_at[-1] - came_at[0] < _AT_ONCE_S:
            return
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    before: dict[Any, Any] = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        if came_at:  # an interpreter that ends because of a signal is not disturbed either
            atexit.register(_ignore, list(before))
        else:
            for number, handler in before.items():
                signal.signal(number, handler)


def _ignore(numbers: list[int]) -> None:
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)
