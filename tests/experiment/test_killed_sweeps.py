"""Sweeps whose processes are killed: all of them, one worker, or a worker of a cluster that was set up by hand."""

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from sim.campaign.replications import compile_kernels
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import sweep
from sim.experiment.sweep_store import SweepStore
from tests.support.processes import processes_of

pytestmark = [pytest.mark.slow, pytest.mark.kills]

TEXT = """
name: Killed
question: Is anything lost?
base: baseline
set: {time.horizon_days: 40, time.tick_h: 12}
levers:
  drone_strikes.defender.n_crews: {range: [20, 260]}
  attacker.troops: {range: [70000, 150000]}
outcomes: [attacker_losses, area_changed_km2]
series: [area_changed_km2, losses]
save_map: true
design: {kind: full_grid, levels: 4}
replications: 4
"""
N_KILLS = int(os.environ.get("SIM_KILLS", "2"))


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweep") / "killed.yaml"
    path.write_text(TEXT)
    return path


@pytest.fixture(scope="module")
def whole(file):
    experiment = load_experiment(file)
    compile_kernels(next(iter(experiment.scenarios.values())))
    return bytes_of(sweep(experiment, file.parent / "whole", workers=1).folder)


def started(file, out, *options):
    # A job of a script runs with interrupts ignored, and its children inherit that: `env` puts it right.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "sim", "sweep", str(file), "--out", str(out)]
    command += options
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)


def n_finished(out):
    with contextlib.suppress(OSError):  # a part may be joined into another at this moment
        return len(SweepStore(out).finished_runs())
    return 0


def bytes_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ended(process, seconds=300):
    try:
        return process.communicate(timeout=seconds)[1]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_a_sweep_killed_at_random_moments_loses_nothing_and_ends_with_the_same_bytes(file, whole, tmp_path):
    out, rng = tmp_path / "killed", np.random.default_rng(4)
    finished = 0
    for _ in range(N_KILLS):
        process = started(file, out, "--workers", "2", *(["--resume"] if out.exists() else []))
        time.sleep(rng.uniform(1.0, 9.0))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if out.exists():
            assert n_finished(out) >= finished
            finished = n_finished(out)
    process = started(file, out, "--workers", "2", *(["--resume"] if out.exists() else []))
    assert "64 of 64 runs are in" in ended(process)
    assert bytes_of(out) == whole


def workers_of(pid):
    """Return the worker processes of a sweep: Dask spawns each of them."""
    return processes_of(pid, having="spawn_main")


def wait_for(condition, seconds=300):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def test_a_worker_killed_in_the_middle_costs_nothing(file, whole, tmp_path):
    out = tmp_path / "worker"
    process = started(file, out, "--workers", "2")
    wait_for(lambda: out.exists() and n_finished(out) >= 10)
    os.kill(wait_for(lambda: workers_of(process.pid))[-1], signal.SIGKILL)
    assert "64 of 64 runs are in" in ended(process)
    assert bytes_of(out) == whole


@pytest.mark.parametrize("number", [0, 37], ids=["the first of all", "in the middle"])
def test_a_run_that_kills_its_worker_is_recorded_as_failed_and_its_neighbours_are_not(file, whole, tmp_path, number):
    """One run ends its process wherever it runs; all others are there, with the values of the complete sweep."""
    others = pd.read_parquet(io.BytesIO(whole["runs.parquet"]))
    row = others.iloc[number]
    deadly = int(row["replication"]), int(row["drone_strikes.defender.n_crews"]), int(row["attacker.troops"])
    script = tmp_path / "deadly.py"
    script.write_text(
        "import os, sys\n"
        "from sim.experiment import run_distribution\n"
        "real = run_distribution.simulate\n"
        "def deadly(scenario, seed, replication):\n"
        "    if (replication, scenario.drone_strikes.defender.n_crews, scenario.attacker.troops) == "
        f"{deadly}:\n"
        "        os._exit(9)\n"
        "    return real(scenario, seed, replication)\n"
        "run_distribution.simulate = deadly\n"
        "from sim.experiment.run_sweep import sweep\n"
        "if __name__ == '__main__':\n"
        "    summary = sweep(sys.argv[1], sys.argv[2], workers=2, resume=len(sys.argv) > 3)\n"
        "    print(summary.n_runs, summary.n_failed, summary.n_missing)\n"
    )
    out = tmp_path / "out"
    for again in ([], ["--resume"]) if number else ([],):  # tried again, it ends only its worker again
        command = [sys.executable, str(script), str(file), str(out), *again]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200)
        assert done.stdout.split() == ["64", "1", "0"], done.stderr[-2000:]
    assert pd.read_parquet(out / "failures.parquet")["traceback"].str.contains("its worker process died").all()
    others = others.set_index(["point", "replication"])
    found = pd.read_parquet(out / "runs.parquet").set_index(["point", "replication"])
    assert len(found) == 63
    pd.testing.assert_frame_equal(found, others.loc[found.index])


def test_ctrl_c_is_one_line_and_resumed_to_the_same_bytes(file, whole, tmp_path):
    out = tmp_path / "interrupted"
    process = started(file, out, "--workers", "2")
    wait_for(lambda: out.exists() and n_finished(out) >= 10)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    err = ended(process)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted"
    assert "Traceback" not in err
    assert all("runs done" in line for line in err.splitlines()[:-1])
    assert "64 of 64" in ended(started(file, out, "--workers", "1", "--resume"))
    assert bytes_of(out) == whole


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, started as their own processes on the loopback; yields address and worker pids."""
    processes = []

    def start(module, *arguments):
        path = tmp_path / f"{len(processes)}.log"
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
        with path.open("w") as log:
            processes.append(subprocess.Popen(command, stderr=log, stdout=log, cwd=tmp_path))
        return path

    log = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    address = wait_for(lambda: re.search(r"Scheduler at:\s+(tcp://\S+)", log.read_text()))[1]
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
    logs = [start("dask_worker", address, *options) for _ in range(2)]
    wait_for(lambda: all("Registered to" in path.read_text() for path in logs))
    yield address, processes
    for process in processes:
        process.kill()
        process.wait()


def test_a_cluster_set_up_by_hand_gives_the_same_bytes_though_a_worker_dies(file, whole, tmp_path, cluster):
    address, processes = cluster
    out = tmp_path / "cluster"
    process = started(file, out, "--scheduler", address)
    wait_for(lambda: out.exists() and n_finished(out) >= 10)
    processes[2].kill()
    assert "64 of 64 runs are in" in ended(process)
    assert bytes_of(out) == whole


@pytest.mark.parametrize(("killed", "words"), [([0], "the scheduler is gone"), ([1, 2], "no worker for 3 s")])
def test_a_lost_cluster_is_one_line_and_the_sweep_is_resumed_elsewhere(file, whole, tmp_path, cluster, killed, words):
    address, processes = cluster
    out = tmp_path / "lost"
    script = tmp_path / "impatient.py"
    script.write_text(
        "import sys\nfrom sim.apps.cli.main import main\nfrom sim.experiment import run_distribution\n"
        "run_distribution._PATIENCE_S = 3\nsys.exit(main())"
    )
    command = [sys.executable, str(script), "sweep", str(file), "--out", str(out), "--scheduler", address]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_for(lambda: out.exists() and n_finished(out))
    for worker in processes[1:]:
        worker.send_signal(signal.SIGSTOP)  # or all runs may have ended before the kill
    for i in killed:
        processes[i].kill()
    err = ended(process)
    assert process.returncode == 2
    assert words in err.splitlines()[-1]
    assert "Traceback" not in err
    assert 0 < n_finished(out) < 64
    assert "64 of 64 runs are in" in ended(started(file, out, "--workers", "1", "--resume"))
    assert bytes_of(out) == whole
