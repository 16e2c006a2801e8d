"""A sweep's folder takes the runs of one experiment, one version and one process."""

import json

import pandas as pd
import pytest

from sim.errors import InputError
from sim.experiment import sweep_store
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import sweep
from tests.support.experiment_files import TINY_SWEEP, bytes_of


def test_a_changed_experiment_is_refused(experiment, reference, file):
    file.write_text(TINY_SWEEP.replace("[20, 260]", "[20, 250]"))
    before = bytes_of(reference)
    with pytest.raises(
        InputError, match="belongs to another experiment, or the experiment file or its scenarios have changed"
    ):
        sweep(load_experiment(file), reference, workers=1, resume=True)
    assert bytes_of(reference) == before


@pytest.mark.parametrize("old", [{"code": "0123456789abcdef"}, {"version": "0.0.1"}])
def test_a_sweep_of_another_version_is_refused_with_what_happened_and_what_to_do(experiment, reference, old):
    """An older version has another digest of the experiment too: the version is reported first."""
    path = reference / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | old | {"digest": "another"}))
    with pytest.raises(InputError) as caught:
        sweep(experiment, reference, workers=1, resume=True)
    (line,) = caught.value.lines
    assert line.startswith(f"{reference}: was begun with another version of the simulator or of its libraries")
    assert {"code": "code 0123456789ab;", "version": "pokrovsk-sim 0.0.1,"}[next(iter(old))] in line
    assert line.endswith("finish it with that version, or run the experiment again in another folder")


def test_a_shard_is_resumed_as_the_same_shard_only(experiment, tmp_path):
    folder = sweep(experiment, tmp_path / "shard", workers=1, shard=(1, 6)).folder
    with pytest.raises(InputError, match="holds shard 1/6, not shard 2/6; give the same --shard"):
        sweep(experiment, folder, workers=1, shard=(2, 6), resume=True)
    with pytest.raises(InputError, match="holds shard 1/6, not the whole sweep"):
        sweep(experiment, folder, workers=1, resume=True)


def test_other_points_are_refused_and_a_lost_table_of_points_is_written_again(experiment, reference):
    whole, path = bytes_of(reference), reference / "design.parquet"
    path.unlink()
    sweep(experiment, reference, workers=1, resume=True)
    assert bytes_of(reference) == whole
    table = pd.read_parquet(path)
    table.iloc[0, 1] += 0.01
    table.to_parquet(path)
    with pytest.raises(InputError, match="has other points than the experiment"):
        sweep(experiment, reference, workers=1, resume=True)


def test_a_second_process_is_refused(experiment, reference):
    before = bytes_of(reference)
    with sweep_store.open_store(reference), pytest.raises(InputError, match=r"process \d+ is using it"):
        sweep(experiment, reference, workers=1, resume=True)
    assert bytes_of(reference) == before
