"""An estimate is right within a factor of two, and takes a few runs."""

import time

import numpy as np
import pytest

from sim.errors import RunError
from sim.experiment import estimate as module
from sim.experiment import run_distribution
from sim.experiment.estimate import estimate
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import sweep
from tests.support.experiment_files import TINY_SWEEP, write


def test_an_estimate_of_a_shard_is_of_its_runs(file):
    assert estimate(load_experiment(file), 2, (1, 3))["n_runs"] == 4


def test_an_estimate_of_runs_that_fail_says_so(experiment, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("no bridge")

    monkeypatch.setattr(run_distribution, "simulate", broken)
    with pytest.raises(RunError, match="12 of 12 test runs failed: ZeroDivisionError: no bridge"):
        estimate(experiment, 2)


def test_more_workers_than_cores_make_nothing_faster(experiment, monkeypatch):
    monkeypatch.setattr(module, "n_cores", lambda: 2)
    found = [estimate(experiment, workers) for workers in (2, 64)]
    ratios = [one["seconds_per_run"] / (one["seconds"] - module._START_S) for one in found]
    assert ratios[1] == pytest.approx(ratios[0])


def test_slow_runs_are_few(experiment, monkeypatch):
    monkeypatch.setattr(module, "_ENOUGH_S", 0.0)
    n_runs = []
    real = module.run_batch
    monkeypatch.setattr(module, "run_batch", lambda *given: n_runs.append(1) or real(*given))
    estimate(experiment, 1)
    assert len(n_runs) == 1 + module._FEWEST


def test_the_first_test_runs_lie_far_apart():
    assert sorted(module._spread(12, 12)) == list(range(12))
    assert module._spread(1000, 3).tolist() == [500, 250, 750]
    assert module._spread(1, 1).tolist() == [0]


def test_time_and_size_are_right_within_a_factor_of_two(tmp_path):
    longer = TINY_SWEEP.replace("horizon_days: 4", "horizon_days: 8").replace("replications: 2", "replications: 3")
    experiment = load_experiment(write(tmp_path, longer))
    found = estimate(experiment, 1)
    began = time.perf_counter()
    swept = sweep(experiment, tmp_path / "out", workers=1)
    seconds = time.perf_counter() - began
    size = sum(path.stat().st_size for path in swept.folder.rglob("*") if path.is_file())
    assert found["n_runs"] == swept.n_runs == 18
    assert np.log2(found["bytes"] / size) == pytest.approx(0.0, abs=1.0)
    # Other processes share the cores: an hour of tests has seen a factor of two from them alone.
    assert np.log2(found["seconds"] / seconds) == pytest.approx(0.0, abs=2.0)
