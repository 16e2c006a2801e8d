"""A sweep gives the same bytes however it is played, keeps what is finished, and mixes nothing up."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.errors import InputError
from sim.experiment import engine, store
from sim.experiment import sweep as sweeping
from sim.experiment.designs import design_of
from sim.experiment.loading import load_experiment
from sim.experiment.sweep import join, runs_of, sweep
from sim.replication import run

TEXT = """
name: Tiny
question: Does it run?
base: baseline
set: {time.horizon_days: 1, time.tick_h: 24}
levers:
  drone_strikes.defender.n_crews: {range: [20, 260]}
  command.doctrine: {values: [frontal, encirclement]}
outcomes: [attacker_losses, flot_displacement_km]
design: {kind: full_grid, levels: 3}
replications: 2
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def experiment(file):
    return load_experiment(file)


@pytest.fixture
def reference(experiment, tmp_path):
    return sweep(experiment, tmp_path / "reference", workers=1).folder


def bytes_of(folder):
    return (folder / "runs.parquet").read_bytes()


def test_the_table_has_a_row_a_run_with_the_outcomes_of_that_run(experiment, reference):
    table = pd.read_parquet(reference / "runs.parquet")
    design = design_of(experiment)
    assert len(table) == design.n_points * 2 == 12
    assert table[["point", "replication"]].to_numpy().tolist() == [[p, r] for p in range(6) for r in range(2)]
    row = table.iloc[7]
    scenario = engine.scenario_at(experiment, design.values.loc[row["point"]].to_dict())
    outcomes = run(scenario, seed=experiment.seed, replication=int(row["replication"])).outcomes
    for name in ("attacker_losses", "flot_displacement_km.south", "flot_displacement_km.rest"):
        assert row[name] == outcomes[name].iloc[0]
    assert row["command.doctrine"] == scenario.command.doctrine


def test_one_glob_reads_all_parts(reference):
    parts = pq.read_table([str(path) for path in reference.glob("parts/*.parquet")]).to_pandas()
    whole = pd.read_parquet(reference / "runs.parquet")
    pd.testing.assert_frame_equal(parts, whole[parts.columns])


@pytest.mark.parametrize("seconds", [1e-9, 0.01, 1e9])
def test_the_size_of_batches_changes_no_byte(experiment, reference, tmp_path, monkeypatch, seconds):
    monkeypatch.setattr(engine, "BATCH_S", seconds)
    assert bytes_of(sweep(experiment, tmp_path / "other", workers=1).folder) == bytes_of(reference)


def test_an_interrupted_sweep_keeps_what_is_finished_and_ends_with_the_same_bytes(
    experiment, reference, tmp_path, monkeypatch
):
    monkeypatch.setattr(engine, "BATCH_S", 1e-9)

    def stop_at_the_fifth(n, done=[0]):  # noqa: B006
        done[0] += n
        if done[0] >= 5:
            raise KeyboardInterrupt

    out = tmp_path / "left"
    with pytest.raises(KeyboardInterrupt):
        sweep(experiment, out, workers=1, progress=stop_at_the_fifth)
    assert len(store.Store(out).runs()) == 5
    assert not (out / "runs.parquet").exists()
    swept = sweep(experiment, out, workers=1, resume=True)
    assert swept.n_played == 7
    assert bytes_of(out) == bytes_of(reference)


def test_a_damaged_part_is_set_aside_and_its_runs_are_played_again(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(store.Store, "finish", lambda *_: None)
    out = sweep(experiment, tmp_path / "damaged", workers=1).folder
    monkeypatch.undo()
    part = sorted((out / "parts").glob("*.parquet"))[1]
    part.write_bytes(part.read_bytes()[:-20])
    assert sweep(experiment, out, workers=1, resume=True).n_played == 1
    assert bytes_of(out) == bytes_of(reference)
    assert part.with_suffix(".damaged").exists()


def test_many_small_parts_are_joined_and_nothing_is_counted_twice(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "BATCH_S", 1e-9)
    monkeypatch.setattr(store, "_MOST_PARTS", 3)
    out = sweep(experiment, tmp_path / "joined", workers=1).folder
    assert len(list((out / "parts").glob("*.parquet"))) == 1
    assert bytes_of(out) == bytes_of(reference)


def test_a_run_that_fails_is_set_aside_with_its_story_and_the_others_go_on(experiment, tmp_path, monkeypatch):
    real = engine.simulate

    def fails_once(scenario, seed, replication):
        if scenario.drone_strikes.defender.n_crews == 140 and replication == 1:
            raise RuntimeError("no luck")
        return real(scenario, seed, replication)

    monkeypatch.setattr(engine, "simulate", fails_once)
    swept = sweep(experiment, tmp_path / "failing", workers=1)
    assert (swept.n_runs, swept.n_failed, swept.n_missing) == (12, 2, 0)
    failures = pd.read_parquet(swept.folder / "failures.parquet")
    assert failures["traceback"].str.contains("RuntimeError: no luck").all()
    assert failures["seed"].tolist() == [1, 1]
    assert failures["values"].str.contains("140").all()
    assert len(pd.read_parquet(swept.folder / "runs.parquet")) == 10


def test_a_point_that_breaks_a_rule_is_a_failed_run(tmp_path, file):
    file.write_text(TEXT.replace("command.doctrine: {values: [frontal, encirclement]}",
                                 "command.culmination_share: {values: [0.2, 0.9]}"))  # fmt: skip
    swept = sweep(load_experiment(file), tmp_path / "rule", workers=1)
    assert swept.n_failed == 6
    assert pd.read_parquet(swept.folder / "failures.parquet")["traceback"].str.contains("culmination_share").all()


def test_shards_joined_are_the_whole(experiment, reference, tmp_path):
    folders = [sweep(experiment, tmp_path / f"shard-{i}", workers=1, shard=(i, 3)).folder for i in (1, 2, 3)]
    part = join(experiment, tmp_path / "part", folders[:2])
    assert (part.n_missing, (part.folder / "runs.parquet").exists()) == (4, False)
    whole = join(experiment, tmp_path / "whole", folders)
    assert bytes_of(whole.folder) == bytes_of(reference)
    assert sum(len(runs_of(experiment, design_of(experiment), (i, 3))) for i in (1, 2, 3)) == 12


def test_a_changed_experiment_is_refused_and_not_mixed_in(experiment, reference, file):
    file.write_text(TEXT.replace("[20, 260]", "[20, 250]"))
    before = bytes_of(reference)
    with pytest.raises(InputError, match="its file has been changed since"):
        sweep(load_experiment(file), reference, workers=1, resume=True)
    assert bytes_of(reference) == before


def test_a_second_coordinator_is_refused(experiment, reference):
    with store.opened(reference), pytest.raises(InputError, match=r"process \d+ is at work in it"):
        sweep(experiment, reference, workers=1, resume=True)


def test_a_full_disk_is_told_and_what_was_finished_stays(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "BATCH_S", 1e-9)
    write = pq.write_table

    def full_from_the_sixth(table, *arguments, count=[0], **options):  # noqa: B006
        count[0] += 1
        if count[0] > 6:
            raise OSError(28, "No space left on device")
        write(table, *arguments, **options)

    out = tmp_path / "full"
    monkeypatch.setattr(pq, "write_table", full_from_the_sixth)
    with pytest.raises(InputError, match=r"No space left on device; what is done is kept, see --resume"):
        sweep(experiment, out, workers=1)
    monkeypatch.setattr(pq, "write_table", write)
    assert sweep(experiment, out, workers=1, resume=True).n_played == 12 - 5  # the first table was the design's
    assert bytes_of(out) == bytes_of(reference)


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_a_sweep_from_the_command_line_is_told_and_analysed(sim_command, file):
    code, out, err = sim_command("sweep", file, "--workers", 1, "--json")
    assert code == 0
    assert json.loads(out)["n_runs"] == 12
    assert "12 of 12 runs are in results/sweeps/tiny." in err
    assert sim_command("analyse", "results/sweeps/tiny", "--outcome", "attacker_losses")[0] == 0


def test_failed_runs_end_with_status_1_and_are_counted_last(sim_command, file, monkeypatch):
    monkeypatch.setattr(engine, "simulate", lambda *_: 1 / 0)
    code, _, err = sim_command("sweep", file, "--workers", 1)
    assert code == 1
    assert err.splitlines()[-1] == "12 runs failed: see results/sweeps/tiny/failures.parquet."


def test_an_estimate_tells_time_and_size_and_writes_nothing(sim_command, file, tmp_path):
    code, out, _ = sim_command("sweep", file, "--estimate", "--workers", 2)
    assert code == 0
    assert "12 runs of about" in out
    assert "with 2 workers" in out
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--workers", 0], "--workers: must lie between 1 and"),
        (["--shard", "3/2"], "--shard: must be I/N with I from 1 to N"),
        (["--shard", "0/2"], "--shard: must be"),
        (["--shard", "x"], "--shard: must be"),
        (["--workers", 2, "--scheduler", "tcp://127.0.0.1:1"], "give one of the two"),
        (["--out", "tiny.yaml"], "exists already"),
        (["--out", "tiny.yaml", "--resume"], "is no folder of a sweep"),
        (["--out", "tiny.yaml/below"], "cannot be written"),
        (["--join", "nowhere"], "is no folder of a sweep"),
    ],
)
def test_wrong_options_are_told_in_one_line_before_anything_is_played(sim_command, file, monkeypatch, options, words):
    monkeypatch.setattr(engine, "simulate", lambda *_: pytest.fail("a run was begun"))
    code, out, err = sim_command("sweep", file, *options)
    assert (code, out) == (2, "")
    assert words in err.splitlines()[-1]
    assert not Path("results").exists()


def test_a_scheduler_that_is_not_there_is_told(experiment, tmp_path, monkeypatch):
    monkeypatch.setattr(sweeping, "play", lambda *_: engine.Played(seconds=1.0))
    with pytest.raises(InputError, match="nobody answers at"):
        sweep(experiment, tmp_path / "none", scheduler="tcp://127.0.0.1:9")
