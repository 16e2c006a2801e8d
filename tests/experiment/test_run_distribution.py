"""Runs that fail are recorded and the others continue; other code and clusters that do not answer are refused.

Sweeps whose processes are killed are in test_killed_sweeps.py.
"""

import http.client
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pandas as pd
import psutil
import pytest
from distributed import Client, Security

from sim.errors import InputError
from sim.experiment import run_distribution
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import sweep
from tests.support.experiment_files import TINY_SWEEP, bytes_of


def test_a_failed_run_is_recorded_with_its_traceback_and_the_others_continue(experiment, tmp_path, monkeypatch):
    real = run_distribution.simulate

    def fails_once(scenario, seed, replication):
        if scenario.drone_strikes.defender.n_crews == 140 and replication == 1:
            raise RuntimeError("no bridge")
        return real(scenario, seed, replication)

    monkeypatch.setattr(run_distribution, "simulate", fails_once)
    swept = sweep(experiment, tmp_path / "failing", workers=1)
    assert (swept.n_runs, swept.n_failed, swept.n_missing) == (12, 2, 0)
    failures = pd.read_parquet(swept.folder / "failures.parquet")
    assert failures["traceback"].str.contains("RuntimeError: no bridge").all()
    assert failures["seed"].tolist() == [1, 1]
    assert failures["values"].str.contains("140").all()
    assert len(pd.read_parquet(swept.folder / "runs.parquet")) == 10


def test_a_run_that_fails_once_is_tried_again(experiment, reference, tmp_path, monkeypatch):
    real, n_calls = run_distribution.simulate, []

    def fails_at_first(*arguments):
        n_calls.append(1)
        if len(n_calls) in (1, 4):
            raise RuntimeError("a passing fault")
        return real(*arguments)

    monkeypatch.setattr(run_distribution, "simulate", fails_at_first)
    out = sweep(experiment, tmp_path / "retried", workers=1).folder
    assert len(n_calls) == 12 + 2
    assert bytes_of(out) == bytes_of(reference)


def test_a_point_that_breaks_a_rule_is_a_failed_run(tmp_path, file):
    file.write_text(TINY_SWEEP.replace("command.doctrine: {values: [frontal, encirclement]}",
                                 "command.culmination_share: {values: [0.2, 0.9]}"))  # fmt: skip
    swept = sweep(load_experiment(file), tmp_path / "rule", workers=1)
    assert swept.n_failed == 6
    assert pd.read_parquet(swept.folder / "failures.parquet")["traceback"].str.contains("culmination_share").all()


def test_runs_in_this_process_do_not_wait_for_dask(tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY_SWEEP)
    code = (
        "import sys, sim; sim.sweep('tiny.yaml', 'swept', workers=1); "
        "assert not {'dask', 'distributed'} & set(sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)


def test_a_worker_of_other_code_is_refused(experiment):
    with pytest.raises(InputError, match="has other code than this process"):
        run_distribution.run_batch(experiment, [], "another digest")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tls://127.0.0.1:9", "ucx://127.0.0.1:9", "nowhere", ""])
def test_a_scheduler_that_does_not_answer_is_an_error_and_nothing_is_left(experiment, tmp_path, address, monkeypatch):
    monkeypatch.setattr(run_distribution, "_CONNECT_S", 1)
    with pytest.raises(InputError, match=r"^scheduler: no scheduler answers at"):
        sweep(experiment, tmp_path / "none", scheduler=address)
    assert not (tmp_path / "none").exists()


def listening():
    """Return the addresses and ports on which this process and its children listen."""
    processes = (psutil.Process(), *psutil.Process().children(recursive=True))
    return {tuple(one.laddr) for process in processes for one in process.net_connections()
            if one.status == psutil.CONN_LISTEN}  # fmt: skip


@pytest.mark.slow
def test_a_local_cluster_answers_only_who_has_its_certificate(experiment):
    others = listening()  # such as the browser of another test
    with run_distribution.local_cluster(experiment, 1) as ours:
        assert ours.submit(sum, [1, 2]).result(30) == 3
        address = ours.scheduler.address
        worker = next(iter(ours.nthreads()))
        assert address.startswith("tls://127.0.0.1:")
        assert worker.startswith("tls://127.0.0.1:")
        for reached in (address, worker):
            for security in (None, Security.temporary()):
                with pytest.raises((OSError, TypeError)):
                    Client(reached if security else reached.replace("tls", "tcp"), timeout=2, security=security)
        opened = listening() - others
        assert opened
        for ip, port in opened:
            assert ip == "127.0.0.1"
            with pytest.raises((OSError, http.client.HTTPException)):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/json/counts.json", timeout=5)


@pytest.mark.slow
def test_a_local_cluster_uses_no_folder_that_others_could_have_made(experiment, tmp_path, monkeypatch):
    mine, planted = tmp_path / "mine", tmp_path / "dask-scratch-space"
    mine.write_text("precious")
    planted.mkdir()
    (planted / "a.dirlock").symlink_to(mine)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with run_distribution.local_cluster(experiment, 1) as client:
        used = [*sys.path, *client.submit(lambda: list(sys.path)).result(60)]
        assert str(planted) not in used
    assert mine.read_text() == "precious"
    assert not list(tmp_path.glob("pokrovsk-sim-*"))
    assert [path.name for path in planted.iterdir()] == ["a.dirlock"]


@pytest.mark.slow
def test_a_task_in_a_daemon_process_sweeps_in_its_own(experiment, reference, tmp_path):
    with run_distribution.local_cluster(experiment, 1) as client:
        done = client.submit(sweep, experiment, tmp_path / "inside", 2).result(120)
    assert bytes_of(done.folder) == bytes_of(reference)
