"""A tiny sweep: 6 points, 2 replications, 4 days."""

from pathlib import Path

import pytest

from sim.experiment.experiment_loader import load_experiment
from sim.experiment.experiment_schema import Experiment
from sim.experiment.run_sweep import sweep
from tests.support.experiment_files import TINY_SWEEP, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of the tiny sweep."""
    return write(tmp_path, TINY_SWEEP, "tiny.yaml")


@pytest.fixture
def experiment(file: Path) -> Experiment:
    """The tiny sweep's experiment."""
    return load_experiment(file)


@pytest.fixture
def reference(experiment: Experiment, tmp_path: Path) -> Path:
    """The folder of the tiny sweep, run in this process."""
    return sweep(experiment, tmp_path / "reference", workers=1).folder
