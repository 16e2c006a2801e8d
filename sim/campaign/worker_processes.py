"""Work spread over processes: how many there are, how they start, and that they end with the process they serve."""

from __future__ import annotations

import ast
import errno
import multiprocessing
import multiprocessing.spawn
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from sim.errors import InputError, RunError

J = TypeVar("J")
R = TypeVar("R")

_PATIENCE_S = 5.0  # with a dead worker, before its pool is given up
_GUARDS = {"__name__", "parent_process", "current_process"}


def n_cores() -> int:
    """Return how many cores this process may use: those it is bound to, within the limit of its container."""
    from dask.system import cpu_count  # slow to import, and needed only before processes start

    return int(cpu_count())


def can_start_processes() -> bool:
    """Return whether this process may have children: a worker process of others may not."""
    return not multiprocessing.current_process().daemon


def over_processes(
    work: Callable[[J], R],
    jobs: list[J],
    workers: int,
    prepare: Callable[[ProcessPoolExecutor], None] | None = None,
) -> Iterator[R]:
    """Yield work(job) of all jobs as they end, over new processes; `prepare` is called with their pool before.

    Raises RunError when a process dies, and InputError for a script that would start itself in every process.
    """
    if workers == 1 or not can_start_processes():
        yield from map(work, jobs)
        return
    with new_pool(workers) as pool:
        if pool is None:
            yield from map(work, jobs)
            return
        if prepare:
            prepare(pool)
        with interrupts_held_back():
            futures: list[Future[R]] = [pool.submit(work, job) for job in jobs]
        for future in _as_completed(futures, _workers_of(pool)):  # by now all have started
            yield future.result()


def _workers_of(pool: Any) -> list[BaseProcess]:
    """Return the processes of a pool: this process may have other children, which end when they like."""
    return list(pool._processes.values())


def _as_completed(futures: list[Future[R]], workers: list[BaseProcess]) -> Iterator[Future[R]]:
    """Yield futures as they end; raises BrokenProcessPool when a worker is dead and nothing more arrives.

    The pool itself waits for ever for the rest of a result whose sender was killed while sending it.
    """
    left = set(futures)
    while left:
        n_left = len(left)
        try:
            for future in as_completed(left, timeout=_PATIENCE_S):
                left.discard(future)
                yield future
        except TimeoutError:
            if len(left) == n_left and not all(worker.is_alive() for worker in workers):
                raise BrokenProcessPool from None


@contextmanager
def new_pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Yield a pool of new processes, or None where the system allows none; at an error or a signal they end at once.

    They end with this process, however that happens. Raises RunError when one of them dies, and InputError for a script
    that would start itself in every process.
    """
    check_main_is_guarded()
    try:
        python = multiprocessing.spawn.get_executable() or ""
        if not os.access(python, os.X_OK):  # after a change of the user; a pool would only break
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fsdecode(python))
        made = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=end_with_parent)
    except (OSError, ImportError) as error:  # no shared memory, as in some containers
        warnings.warn(f"all runs take place in this process: no others can start ({error})", RuntimeWarning, 4)
        yield None
        return
    results: Any = made._result_queue
    with made as pool:
        try:
            yield pool
        except BaseException as error:
            processes = _workers_of(pool)
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in processes:
                worker.terminate()
            results._writer.close()  # or the pool waits for the rest of a result that was being sent
            if isinstance(error, BrokenProcessPool):
                raise RunError("a worker process was killed, perhaps for want of memory; use fewer --workers") from None
            raise


def end_with_parent() -> None:
    """Let this worker process end when the process that started it ends, however that happens."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        sentinel = parent.sentinel
        threading.Thread(target=lambda: wait([sentinel]) and os._exit(1), daemon=True).start()


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, so that it reaches only this process."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def check_main_is_guarded() -> None:
    """Raise InputError when this call comes from a script's top level: a new process imports the script, and calls it.

    What no new process imports needs no guard: a notebook, a prompt, a `__main__` module.
    """
    main = sys.modules["__main__"]
    spec, path = getattr(main, "__spec__", None), getattr(main, "__file__", None)
    line = _line_in(vars(main))
    if path is None or line is None or (spec is not None and spec.name.endswith("__main__")):
        return
    try:
        source = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    if not any(isinstance(one, ast.If) and _guards(one, line) for one in source.body):
        text = 'needs the line `if __name__ == "__main__":` above it, because worker processes import this file'
        raise InputError([f"{path}:{line}: this call {text}; or give workers=1"])


def _line_in(names: dict[str, object]) -> int | None:
    """Return the line that the top level of a module is at, whichever thread asks."""
    frame: FrameType | None = sys._current_frames()[threading.main_thread().ident or 0]
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals is names:
            return frame.f_lineno
        frame = frame.f_back
    return None


def _guards(block: ast.If, line: int) -> bool:
    """Return whether a block asks for the process that it is in, and contains a line or may have left before it."""
    words = {getattr(node, "id", getattr(node, "attr", None)) for node in ast.walk(block.test)}
    leaves = any(isinstance(node, ast.NotEq | ast.IsNot) for node in ast.walk(block.test))
    return bool(words & _GUARDS) and block.lineno <= line and (leaves or line <= (block.end_lineno or 0))
