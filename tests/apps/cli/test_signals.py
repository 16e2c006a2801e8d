"""A command that is ended by a signal cleans up; no process of it lives on, not even when it is killed.

Ctrl-C during a sweep is in test_killed_sweeps.py.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sim.apps.cli.signals import ending_on_signals
from sim.campaign.replications import compile_kernels
from sim.scenario.loader import load
from sim.world.compiled_code import is_warm

ROOT = Path(__file__).parents[3]
SWEEP = ["sweep", "two-levers", "--workers", "2", "--out", "swept"]
pytestmark = [pytest.mark.slow, pytest.mark.kills]


@pytest.fixture(scope="module")
def _warm():
    if not is_warm():
        compile_kernels(load("baseline"))


@pytest.fixture
def started(tmp_path, _warm):
    """Start a command in the test's folder; what is left of it afterwards is killed."""
    processes = []

    def start(*command):
        processes.append(begin(tmp_path, *command))
        return processes[-1]

    yield start
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def begin(folder, *command):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # A job of a script runs with some signals ignored, and its children inherit that; `env` restores the default.
    command = ["env", "--default-signal=INT,HUP", *command]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )


def working(process, n_workers=2):
    """Wait until workers are there and busy; return them and all other children."""
    until = time.monotonic() + 300
    while time.monotonic() < until and process.poll() is None:
        children = psutil.Process(process.pid).children(recursive=True)
        busy = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        if len(busy) >= n_workers and all(child.cpu_times().user > 2.0 for child in busy):
            return children
        time.sleep(0.1)
    raise AssertionError(f"no workers are busy; exit status {process.poll()}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_a_sweep_that_is_ended(tmp_path, started, number):
    process = started(sys.executable, "-m", "sim", *SWEEP)
    children = working(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert "Traceback" not in err
    if number != signal.SIGKILL:
        assert out == ""
        assert not any(path.name.startswith(".") for path in tmp_path.rglob("*"))


def test_a_sweep_that_is_ended_while_the_kernels_are_compiled_does_not_wait_for_them(tmp_path, started, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cold"))
    process = started(sys.executable, "-m", "sim", *SWEEP)
    children = working(process)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert process.returncode == 128 + signal.SIGTERM
    assert err == "compiling the model; this takes about half a minute, only the first time\n"
    assert not (tmp_path / "swept").exists()


@pytest.mark.parametrize("command", [["run", "--replications", "4000"], ["patterns", "--draws", "200"]])
def test_three_interrupts_at_once_are_one_and_leave_nothing(tmp_path, files_below, started, command):
    process = started(sys.executable, "-m", "sim", *command, "baseline", "--workers", "2", "--out", "a/b")
    children = working(process)
    for _ in range(3):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.02)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted"
    assert "Traceback" not in err
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert files_below(tmp_path) == []


def test_no_process_outlives_a_python_that_is_killed_as_a_notebooks_kernel_is(started):
    code = "import sim; sim.replicate('baseline', 4000, workers=2)"
    process = started(sys.executable, "-c", code)
    children = working(process)
    process.kill()
    process.communicate(timeout=60)
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_handlers_are_put_back_and_what_is_ignored_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    term = signal.getsignal(signal.SIGTERM)
    try:
        with ending_on_signals():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not term
        assert signal.getsignal(signal.SIGTERM) is term
    finally:
        signal.signal(signal.SIGHUP, before)


def send_twice(number):
    with ending_on_signals():
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(number)


@pytest.mark.parametrize(
    ("number", "wanted"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit), (signal.SIGHUP, SystemExit)],
)
def test_each_signal_ends_the_block_once_in_its_way(number, wanted):
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        with pytest.raises(wanted):
            send_twice(number)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
