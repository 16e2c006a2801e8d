"""A sweep gives the same bytes however it is run, saves what is finished, and resumes."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.campaign.replications import run
from sim.errors import InputError
from sim.experiment import run_distribution, run_sweep, sweep_store
from sim.experiment.designs import design_of, scenario_at
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import join_shards, sweep
from tests.support.experiment_files import TINY_SWEEP, bytes_of, write


def test_the_table_has_one_row_per_run_with_its_outcomes(experiment, reference):
    table = pd.read_parquet(reference / "runs.parquet")
    design = design_of(experiment)
    assert len(table) == design.n_points * 2 == 12
    assert table[["point", "replication"]].to_numpy().tolist() == [[p, r] for p in range(6) for r in range(2)]
    row = table.iloc[7]
    scenario = scenario_at(experiment, design.values.loc[row["point"]].to_dict())
    outcomes = run(scenario, seed=experiment.seed, replication=int(row["replication"])).outcomes
    for name in ("attacker_losses", "flot_displacement_km.south", "flot_displacement_km.rest"):
        assert row[name] == outcomes[name].iloc[0]
    assert row["command.doctrine"] == scenario.command.doctrine


@pytest.mark.parametrize(
    ("design", "numbers"),
    [("{kind: full_grid, levels: 2}", [0, 1, 0, 1, 0, 1, 0, 1]),
     ("{kind: latin_hypercube, n: 3}", [0, 1, 2, 3, 4, 5]),
     ("{kind: morris, trajectories: 2}", [0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3]),
     ("{kind: saltelli, n: 2}", [0, 1] * 4 + [2, 3] * 4)],
)  # fmt: skip
def test_random_numbers_are_common_within_a_block_and_a_run_can_be_repeated(tmp_path, design, numbers):
    text = TINY_SWEEP.replace("{kind: full_grid, levels: 3}", design)
    experiment = load_experiment(write(tmp_path, text, "blocks.yaml"))
    whole = sweep(experiment, tmp_path / "whole", workers=1).folder
    table = pd.read_parquet(whole / "runs.parquet")
    assert table["random_numbers"].tolist() == numbers
    row = table.iloc[-1]
    scenario = scenario_at(experiment, design_of(experiment).values.loc[row["point"]].to_dict())
    again = run(scenario, seed=experiment.seed, replication=int(row["random_numbers"])).outcomes
    assert row["attacker_losses"] == again["attacker_losses"].iloc[0]
    shards = [sweep(experiment, tmp_path / f"part-{i}", workers=1, shard=(i, 2)).folder for i in (1, 2)]
    assert bytes_of(join_shards(experiment, tmp_path / "joined", shards).folder) == bytes_of(whole)


def test_one_glob_reads_all_parts(reference):
    parts = pq.read_table([str(path) for path in reference.glob("parts/*/runs.parquet")]).to_pandas()
    whole = pd.read_parquet(reference / "runs.parquet")
    pd.testing.assert_frame_equal(parts, whole[parts.columns])


@pytest.mark.parametrize("seconds", [1e-9, 0.01, 1e9])
def test_the_size_of_batches_changes_no_byte(experiment, reference, tmp_path, monkeypatch, seconds):
    monkeypatch.setattr(run_sweep, "BATCH_S", seconds)
    assert bytes_of(sweep(experiment, tmp_path / "other", workers=1).folder) == bytes_of(reference)


def test_an_interrupted_sweep_saves_finished_runs_and_ends_with_the_same_bytes(
    experiment, reference, tmp_path, monkeypatch
):
    monkeypatch.setattr(run_sweep, "BATCH_S", 1e-9)

    def stop_at_the_fifth(n, done=[0]):  # noqa: B006
        done[0] += n
        if done[0] >= 5:
            raise KeyboardInterrupt

    out = tmp_path / "left"
    with pytest.raises(KeyboardInterrupt):
        sweep(experiment, out, workers=1, progress=stop_at_the_fifth)
    assert len(sweep_store.SweepStore(out).finished_runs()) == 5
    assert not (out / "runs.parquet").exists()
    swept = sweep(experiment, out, workers=1, resume=True)
    assert swept.n_simulated == 7
    assert bytes_of(out) == bytes_of(reference)


@pytest.mark.parametrize("failing", [(0, 1), (1,)])
def test_failed_runs_are_tried_again_when_a_sweep_is_resumed(experiment, tmp_path, monkeypatch, failing):
    monkeypatch.setattr(sweep_store, "_RUNS_PER_PART", 4)
    whole = bytes_of(sweep(experiment, tmp_path / "cut", workers=1).folder)
    real = run_distribution.simulate
    with monkeypatch.context() as ill:
        ill.setattr(run_distribution, "simulate", lambda *at: 1 / 0 if at[2] in failing else real(*at))
        out = sweep(experiment, tmp_path / "ill", workers=1).folder
    swept = sweep(experiment, out, workers=1, resume=True)
    assert (swept.n_simulated, swept.n_failed) == (6 * len(failing), 0)
    assert bytes_of(out) == whole


def test_shards_joined_are_the_whole(experiment, reference, tmp_path):
    folders = [sweep(experiment, tmp_path / f"shard-{i}", workers=1, shard=(i, 3)).folder for i in (1, 2, 3)]
    part = join_shards(experiment, tmp_path / "part", folders[:2])
    assert (part.n_missing, (part.folder / "runs.parquet").exists()) == (4, False)
    assert sweep(experiment, part.folder, workers=1, resume=True).n_simulated == 4
    assert bytes_of(part.folder) == bytes_of(reference)
    whole = join_shards(experiment, tmp_path / "whole", folders)
    assert bytes_of(whole.folder) == bytes_of(reference)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"shard": (0, 3)}, "shard: must lie between 1 and 3, is 0"), ({"shard": (4, 3)}, "between 1 and 3, is 4"),
        ({"shard": (1, 13)}, "shard: must lie between 1 and 12, is 13"), ({"shard": 1}, "shard: must be two numbers"),
        ({"shard": (True, 2)}, "shard: must be a whole number"), ({"workers": "2"}, "workers: must be a whole number"),
        ({"workers": 0}, "workers: must lie between 1 and 256"), ({"workers": -1}, "workers: must lie between 1 and"),
        ({"workers": 2, "scheduler": "tcp://127.0.0.1:9"}, "give one of the two"),
    ],
)  # fmt: skip
def test_a_shard_or_workers_out_of_range_are_refused_before_anything_is_written(experiment, tmp_path, wrong, words):
    with pytest.raises(InputError, match=words):
        sweep(experiment, tmp_path / "wrong", **wrong)
    assert not (tmp_path / "wrong").exists()


def test_shards_are_joined_in_steps_and_a_damaged_one_leaves_nothing(experiment, reference, tmp_path):
    shards = [sweep(experiment, tmp_path / f"s{i}", workers=1, shard=(i, 3)).folder for i in (1, 2, 3)]
    out = tmp_path / "out"
    assert join_shards(experiment, out, shards[:2]).n_missing == 4
    assert join_shards(experiment, out, shards[2:], resume=True).n_missing == 0
    assert bytes_of(out) == bytes_of(reference)
    next(shards[0].glob("parts/*/runs.parquet")).write_bytes(b"no table")
    with pytest.raises(InputError, match="s1: has damaged files"):
        join_shards(experiment, tmp_path / "other", shards)
    assert not (tmp_path / "other").exists()
