"""Work over processes: as many as may be used, ended with their parent, and started only where that is possible."""

import multiprocessing
import multiprocessing.spawn
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.campaign import worker_processes
from sim.campaign.replications import replicate, spread
from sim.errors import RunError
from tests.support.toy_theatre import toy

ROOT = Path(__file__).parents[2]
SHORT = {"time.horizon_days": 1}


def script(folder, text):
    (folder / "script.py").write_text(text)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "script.py"], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )


def test_cores_are_those_that_this_process_may_use():
    code = "from sim.campaign.worker_processes import n_cores; print(n_cores())"
    if hasattr(os, "sched_setaffinity"):
        code = f"import os; os.sched_setaffinity(0, {{{min(os.sched_getaffinity(0))}}}); {code}"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "1\n"
    assert 1 <= worker_processes.n_cores() <= os.cpu_count()


def double(n):
    return 2 * n


def in_daemon(queue):
    queue.put((sorted(spread(double, list(range(6)), 2)), len(replicate(toy(SHORT), 5, workers=2).outcomes)))


def test_a_daemon_process_runs_everything_itself():
    context = multiprocessing.get_context("spawn")
    queue = context.SimpleQueue()
    process = context.Process(target=in_daemon, args=(queue,), daemon=True)
    process.start()
    process.join(600)
    assert queue.get() == ([0, 2, 4, 6, 8, 10], 5)


def test_without_processes_all_runs_take_place_in_this_one(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(worker_processes, "ProcessPoolExecutor", refuse)
    with pytest.warns(RuntimeWarning, match="all runs take place in this process"):
        assert sorted(spread(double, list(range(6)), 2)) == [0, 2, 4, 6, 8, 10]


def test_a_python_that_this_user_may_not_start_starts_no_processes(monkeypatch):
    monkeypatch.setattr(multiprocessing.spawn, "_python_exe", b"/no/such/python")
    with pytest.warns(RuntimeWarning, match=r"all runs take place in this process: .*Permission denied: '/no/such/py"):
        assert sorted(spread(double, list(range(6)), 2)) == [0, 2, 4, 6, 8, 10]


def killed(n):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_child_that_is_no_worker_may_end_while_runs_take_longer_than_the_patience(monkeypatch):
    monkeypatch.setattr(worker_processes, "_PATIENCE_S", 0.1)
    other = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(0.3,))
    other.start()
    assert list(worker_processes.over_processes(time.sleep, [2.0, 2.0], workers=2)) == [None, None]
    other.join()


def interrupt_a_pool_and_start(other):
    with worker_processes.new_pool(1) as pool:
        assert pool.submit(double, 1).result() == 2
        other.start()
        raise KeyboardInterrupt


def test_a_pool_that_is_interrupted_ends_its_own_workers_and_no_other_child():
    other = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(20,))
    with pytest.raises(KeyboardInterrupt):
        interrupt_a_pool_and_start(other)
    end = time.monotonic() + 10  # the pool's own thread may be the one that learns how its worker ended
    while multiprocessing.active_children() != [other] and time.monotonic() < end:
        time.sleep(0.01)
    assert multiprocessing.active_children() == [other]
    other.kill()
    other.join()
    assert other.exitcode == -signal.SIGKILL


def test_a_worker_that_is_killed_is_one_line():
    with pytest.raises(RunError, match="the run failed: a worker process was killed"):
        list(spread(killed, list(range(6)), 2))


LARGE = """
import os, signal, sys
from multiprocessing.connection import Connection
from sim.campaign.worker_processes import over_processes
from sim.errors import RunError

def half(connection, message, write=os.write):
    write(connection.fileno(), message[: len(message) // 2])
    os.kill(os.getpid(), signal.SIGKILL)

def large(number):
    if number == 5 and "killed" in sys.argv:
        Connection._send = half
    return bytes(300_000_000)

if __name__ == "__main__":
    try:
        for result in over_processes(large, list(range(9)), 2):
            if "interrupted" in sys.argv:
                raise KeyboardInterrupt
    except (KeyboardInterrupt, RunError) as error:
        print(type(error).__name__)
"""


@pytest.mark.parametrize(("how", "error"), [("interrupted", "KeyboardInterrupt"), ("killed", "RunError")])
def test_a_worker_that_ends_while_it_sends_its_result_holds_nothing_up(tmp_path, how, error):
    (tmp_path / "script.py").write_text(LARGE)
    process = [sys.executable, "script.py", how]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(process, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == (f"{error}\n", 0)


UNGUARDED = {
    "replicate": "sim.replicate(scenario, 6, workers=2)",
    "sweep": "sim.sweep('two-levers', 'results/swept', workers=2)",
    "in a function": "def main():\n    sim.replicate(scenario, 6, workers=2)\n\nmain()",
    "in a thread": (
        "from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "Pool().submit(sim.replicate, scenario, 6, 1, 2).result()"
    ),
    "after a guard": "if __name__ == '__main__':\n    print()\nsim.replicate(scenario, 6, workers=2)",
}


@pytest.mark.parametrize("call", UNGUARDED)
def test_a_script_without_the_guard_is_one_line_that_names_it_and_leaves_nothing(tmp_path, call):
    text = f"import sim\nscenario = sim.load('baseline')\n{UNGUARDED[call]}\n"
    done = script(tmp_path, text)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert f'script.py:{len(text.splitlines())}: this call needs the line `if __name__ == "__main__":` above' in last
    assert done.stderr.count("Traceback") == 1
    assert len(done.stderr.splitlines()) < 30  # those of the pool of threads among them; Python's own are 100 or more
    assert os.listdir(tmp_path) == ["script.py"]


@pytest.mark.parametrize(
    "text",
    [
        "def main():\n    REPLICATE\nif __name__ == '__main__':\n    main()\n",
        "import sys\nif __name__ != '__main__':\n    sys.exit()\nfrom sim.campaign import worker_processes\n"
        "worker_processes.check_main_is_guarded()\nprint(6)\n",
        "sim.replicate(short, 3)\nprint(6)\n",
    ],
)
def test_scripts_that_are_guarded_or_start_no_process_run(tmp_path, text):
    top = "import sim\nshort = sim.load('baseline', set={'time.horizon_days': 1})\n"
    done = script(tmp_path, top + text.replace("REPLICATE", "print(len(sim.replicate(short, 6, workers=2).outcomes))"))
    assert (done.stdout, done.stderr) == ("6\n", "")
