"""A sweep gives the same bytes however it is played, keeps what is finished, and mixes nothing up."""

import contextlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.analysis import SweepResults
from sim.campaign.replications import run
from sim.errors import InputError, RunError
from sim.experiment import run_distribution, sweep_store
from sim.experiment import run_sweep as sweeping
from sim.experiment.designs import design_of
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import join, sweep
from sim.results.control_history import control_by_day

TEXT = """
name: Tiny
question: Does it run?
base: baseline
set: {time.horizon_days: 4, time.tick_h: 12}
levers:
  drone_strikes.defender.n_crews: {range: [20, 260]}
  command.doctrine: {values: [frontal, encirclement]}
outcomes: [attacker_losses, flot_displacement_km]
series: [area_changed_km2, losses]
keeps_map: true
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
    """Return the bytes of all files of a sweep, but for failures and parts that were set aside."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "damaged" not in str(path))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_table_has_a_row_a_run_with_the_outcomes_of_that_run(experiment, reference):
    table = pd.read_parquet(reference / "runs.parquet")
    design = design_of(experiment)
    assert len(table) == design.n_points * 2 == 12
    assert table[["point", "replication"]].to_numpy().tolist() == [[p, r] for p in range(6) for r in range(2)]
    row = table.iloc[7]
    scenario = run_distribution.scenario_at(experiment, design.values.loc[row["point"]].to_dict())
    outcomes = run(scenario, seed=experiment.seed, replication=int(row["replication"])).outcomes
    for name in ("attacker_losses", "flot_displacement_km.south", "flot_displacement_km.rest"):
        assert row[name] == outcomes[name].iloc[0]
    assert row["command.doctrine"] == scenario.command.doctrine


def test_one_glob_reads_all_parts(reference):
    parts = pq.read_table([str(path) for path in reference.glob("parts/*/runs.parquet")]).to_pandas()
    whole = pd.read_parquet(reference / "runs.parquet")
    pd.testing.assert_frame_equal(parts, whole[parts.columns])


def test_daily_series_and_changes_of_ground_are_those_of_the_run(experiment, reference):
    results, point = SweepResults.load(reference), 4
    scenario = run_distribution.scenario_at(experiment, design_of(experiment).values.loc[point].to_dict())
    result = run(scenario, seed=experiment.seed, replication=1)
    series = results.series([point]).query("replication == 1")
    assert series.columns.tolist() == [
        "point", "replication", "day", "area_changed_km2", "losses.attacker", "losses.defender"
    ]  # fmt: skip
    assert series["day"].tolist() == list(range(5))
    np.testing.assert_array_equal(series["area_changed_km2"], result.series["area_changed_km2"].astype("f4"))
    np.testing.assert_array_equal(series["losses.defender"], result.series["losses"].sel(side="defender"))
    changes = results.map_changes([point]).query("replication == 1")
    assert len(changes) > 5
    control = np.repeat(result.series["initial_control"].to_numpy().ravel()[None], 5, axis=0)
    for change in changes.sort_values("day").itertuples():
        control[change.day :, change.cell] = change.is_attackers
    np.testing.assert_array_equal(control.reshape(5, *result.series["control"].shape), control_by_day(result))


def test_what_was_not_kept_is_told(experiment, tmp_path, file):
    file.write_text(TEXT.replace("keeps_map: true", ""))
    results = SweepResults.load(sweep(load_experiment(file), tmp_path / "mapless", workers=1).folder)
    with pytest.raises(InputError, match="no map was kept; keeps_map: true in the experiment's file keeps it"):
        results.map_changes()


@pytest.mark.parametrize("seconds", [1e-9, 0.01, 1e9])
def test_the_size_of_batches_changes_no_byte(experiment, reference, tmp_path, monkeypatch, seconds):
    monkeypatch.setattr(sweeping, "BATCH_S", seconds)
    assert bytes_of(sweep(experiment, tmp_path / "other", workers=1).folder) == bytes_of(reference)


def test_an_interrupted_sweep_keeps_what_is_finished_and_ends_with_the_same_bytes(
    experiment, reference, tmp_path, monkeypatch
):
    monkeypatch.setattr(sweeping, "BATCH_S", 1e-9)

    def stop_at_the_fifth(n, done=[0]):  # noqa: B006
        done[0] += n
        if done[0] >= 5:
            raise KeyboardInterrupt

    out = tmp_path / "left"
    with pytest.raises(KeyboardInterrupt):
        sweep(experiment, out, workers=1, progress=stop_at_the_fifth)
    assert len(sweep_store.Store(out).done()) == 5
    assert not (out / "runs.parquet").exists()
    swept = sweep(experiment, out, workers=1, resume=True)
    assert swept.n_played == 7
    assert bytes_of(out) == bytes_of(reference)


@pytest.mark.parametrize("name", ["runs.parquet", "series.parquet", "map.parquet"])
def test_a_damaged_part_is_set_aside_and_its_runs_are_played_again(experiment, reference, tmp_path, monkeypatch, name):
    monkeypatch.setattr(sweep_store.Store, "finish", lambda *_: None)
    out = sweep(experiment, tmp_path / "damaged", workers=1).folder
    monkeypatch.undo()
    part = sorted(out.glob("parts/raw-*"))[1]
    if name == "map.parquet":
        (part / name).unlink()
    else:
        damaged = bytearray((part / name).read_bytes())
        damaged[60] ^= 1  # one bit of the first page
        (part / name).write_bytes(damaged)
    assert sweep(experiment, out, workers=1, resume=True).n_played == 1
    assert bytes_of(out) == bytes_of(reference)
    assert (out / "damaged" / f"{part.name}-0").exists()


def test_many_small_parts_are_joined_and_nothing_is_counted_twice(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH_S", 1e-9)
    monkeypatch.setattr(sweep_store, "_MOST_SMALL_PARTS", 3)
    counts = []
    out = sweep(
        experiment, tmp_path / "joined", workers=1,
        progress=lambda _: counts.append(len(list((tmp_path / "joined" / "parts").iterdir()))),
    ).folder  # fmt: skip
    assert max(counts) <= 3 + 3
    assert bytes_of(out) == bytes_of(reference)


def test_many_final_parts_are_cut_by_points(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(sweep_store, "_RUNS_A_PART", 4)
    out = sweep(experiment, tmp_path / "cut", workers=1).folder
    parts = sorted(out.glob("parts/*/series.parquet"))
    assert [pd.read_parquet(part)["point"].unique().tolist() for part in parts] == [[0, 1], [2, 3], [4, 5]]
    pd.testing.assert_frame_equal(SweepResults.load(out).series(), SweepResults.load(reference).series())


def stopped_at(step, monkeypatch):
    """Interrupt the end of the next sweep at the step-th renaming of a file or folder."""
    real_rename, real_finish, left = Path.rename, sweep_store.Store.finish, [None]

    def finish(self, design):
        left[0] = step
        real_finish(self, design)

    def rename(path, target):
        if left[0] is not None:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
        return real_rename(path, target)

    monkeypatch.setattr(sweep_store.Store, "finish", finish)
    monkeypatch.setattr(Path, "rename", rename)


def test_an_end_that_is_interrupted_is_reached_the_next_time(experiment, tmp_path, monkeypatch):
    """Every step of the end is one after which a resumed sweep comes to the same bytes."""
    monkeypatch.setattr(sweep_store, "_RUNS_A_PART", 6)
    whole = bytes_of(sweep(experiment, tmp_path / "cut", workers=1).folder)
    for step in range(1, 100):
        out = tmp_path / f"stopped-{step}"
        with monkeypatch.context() as patched:
            stopped_at(step, patched)
            with contextlib.suppress(KeyboardInterrupt):
                sweep(experiment, out, workers=1)
                break
        assert sweep(experiment, out, workers=1, resume=True).n_played == 0
        assert bytes_of(out) == whole
    assert step > 10


def test_a_run_that_fails_is_set_aside_with_its_story_and_the_others_go_on(experiment, tmp_path, monkeypatch):
    real = run_distribution.simulate

    def fails_once(scenario, seed, replication):
        if scenario.drone_strikes.defender.n_crews == 140 and replication == 1:
            raise RuntimeError("no luck")
        return real(scenario, seed, replication)

    monkeypatch.setattr(run_distribution, "simulate", fails_once)
    swept = sweep(experiment, tmp_path / "failing", workers=1)
    assert (swept.n_runs, swept.n_failed, swept.n_missing) == (12, 2, 0)
    failures = pd.read_parquet(swept.folder / "failures.parquet")
    assert failures["traceback"].str.contains("RuntimeError: no luck").all()
    assert failures["seed"].tolist() == [1, 1]
    assert failures["values"].str.contains("140").all()
    assert len(pd.read_parquet(swept.folder / "runs.parquet")) == 10


def test_a_run_that_fails_once_is_tried_again(experiment, reference, tmp_path, monkeypatch):
    real, n_calls = run_distribution.simulate, []

    def fails_at_first(*arguments):
        n_calls.append(1)
        if len(n_calls) in (1, 4):
            raise RuntimeError("a passing weakness")
        return real(*arguments)

    monkeypatch.setattr(run_distribution, "simulate", fails_at_first)
    out = sweep(experiment, tmp_path / "weak", workers=1).folder
    assert len(n_calls) == 12 + 2
    assert bytes_of(out) == bytes_of(reference)


@pytest.mark.parametrize("failing", [(0, 1), (1,)])
def test_failed_runs_are_played_again_when_a_sweep_is_resumed(experiment, tmp_path, monkeypatch, failing):
    monkeypatch.setattr(sweep_store, "_RUNS_A_PART", 4)
    whole = bytes_of(sweep(experiment, tmp_path / "cut", workers=1).folder)
    real = run_distribution.simulate
    with monkeypatch.context() as ill:
        ill.setattr(run_distribution, "simulate", lambda *at: 1 / 0 if at[2] in failing else real(*at))
        out = sweep(experiment, tmp_path / "ill", workers=1).folder
    swept = sweep(experiment, out, workers=1, resume=True)
    assert (swept.n_played, swept.n_failed) == (6 * len(failing), 0)
    assert bytes_of(out) == whole


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
    assert sweep(experiment, part.folder, workers=1, resume=True).n_played == 4
    assert bytes_of(part.folder) == bytes_of(reference)
    whole = join(experiment, tmp_path / "whole", folders)
    assert bytes_of(whole.folder) == bytes_of(reference)


def test_a_changed_experiment_is_refused_and_not_mixed_in(experiment, reference, file):
    file.write_text(TEXT.replace("[20, 260]", "[20, 250]"))
    before = bytes_of(reference)
    with pytest.raises(InputError, match="its file has been changed since"):
        sweep(load_experiment(file), reference, workers=1, resume=True)
    assert bytes_of(reference) == before


@pytest.mark.parametrize(("key", "words"), [("code", "other code"), ("version", "another version")])
def test_runs_of_other_code_are_not_mixed_in(experiment, reference, key, words):
    path = reference / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: "0.0.1"}))
    with pytest.raises(InputError, match=words):
        sweep(experiment, reference, workers=1, resume=True)


def test_a_worker_of_other_code_is_refused(experiment):
    with pytest.raises(InputError, match="has other code than this process"):
        run_distribution.play(experiment, [], "another digest")


def test_other_points_are_not_mixed_in_and_a_lost_table_of_them_is_written_anew(experiment, reference):
    whole, path = bytes_of(reference), reference / "design.parquet"
    path.unlink()
    sweep(experiment, reference, workers=1, resume=True)
    assert bytes_of(reference) == whole
    table = pd.read_parquet(path)
    table.iloc[0, 1] += 0.01
    table.to_parquet(path)
    with pytest.raises(InputError, match="has other points than the experiment"):
        sweep(experiment, reference, workers=1, resume=True)


def test_files_of_the_users_own_stay(experiment, reference):
    for name in (".git/HEAD", ".notes", "parts/.notes"):
        (reference / name).parent.mkdir(exist_ok=True)
        (reference / name).write_text("mine")
    left = reference / "parts" / ".raw-000007-abc"
    left.mkdir()
    sweep(experiment, reference, workers=1, resume=True)
    assert all((reference / name).read_text() == "mine" for name in (".git/HEAD", ".notes", "parts/.notes"))
    assert not left.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"shard": (0, 3)}, "--shard: must be I/N"), ({"shard": (4, 3)}, "--shard: must be I/N"),
        ({"shard": (1, 13)}, "N at most 12 runs"), ({"workers": 0}, "--workers: must lie between 1 and 256"),
        ({"workers": 2, "scheduler": "tcp://127.0.0.1:9"}, "give one of the two"),
    ],
)  # fmt: skip
def test_what_no_sweep_can_have_is_refused_before_anything_is_written(experiment, tmp_path, wrong, words):
    with pytest.raises(InputError, match=words):
        sweep(experiment, tmp_path / "wrong", **wrong)
    assert not (tmp_path / "wrong").exists()


def test_a_second_coordinator_is_refused(experiment, reference):
    before = bytes_of(reference)
    with sweep_store.opened(reference), pytest.raises(InputError, match=r"process \d+ is at work in it"):
        sweep(experiment, reference, workers=1, resume=True)
    assert bytes_of(reference) == before


def test_a_full_disk_is_told_and_what_was_finished_stays(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH_S", 1e-9)
    write = pq.write_table

    def full_from_the_sixth_part(table, *arguments, count=[0], **options):  # noqa: B006
        count[0] += 1
        if count[0] > 1 + 3 * 5:
            raise OSError(28, "No space left on device")
        write(table, *arguments, **options)

    out = tmp_path / "full"
    monkeypatch.setattr(pq, "write_table", full_from_the_sixth_part)
    with pytest.raises(InputError, match=r"No space left on device; what is done is kept, see --resume"):
        sweep(experiment, out, workers=1)
    monkeypatch.setattr(pq, "write_table", write)
    assert sweep(experiment, out, workers=1, resume=True).n_played == 12 - 5  # after the design's, three tables a part
    assert bytes_of(out) == bytes_of(reference)


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_a_sweep_from_the_command_line_is_told_and_analysed(sim_command, file):
    code, out, err = sim_command("sweep", file, "--workers", 1, "--json")
    assert code == 0
    assert json.loads(out)["n_runs"] == 12
    assert "12 of 12 runs are in results/sweeps/tiny." in err
    assert "Largest correlation of two factors in the design: 0.000." in err
    assert sim_command("analyse", "results/sweeps/tiny", "--outcome", "attacker_losses")[0] == 0


def test_failed_runs_end_with_status_1_and_are_counted_last(sim_command, file, monkeypatch):
    monkeypatch.setattr(run_distribution, "simulate", lambda *_: 1 / 0)
    code, _, err = sim_command("sweep", file, "--workers", 1)
    assert code == 1
    assert err.splitlines()[-1] == "12 runs failed: see results/sweeps/tiny/failures.parquet."


def test_an_estimate_of_a_shard_is_of_its_runs(file):
    assert sweeping.estimate(load_experiment(file), 2, (1, 3))["n_runs"] == 4


def test_an_estimate_of_runs_that_fail_says_so(experiment, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("no bridge")

    monkeypatch.setattr(run_distribution, "simulate", broken)
    with pytest.raises(RunError, match="6 of 6 runs that were tried fail: ZeroDivisionError: no bridge"):
        sweeping.estimate(experiment, 2)


@pytest.mark.parametrize("more", [["--join", "nosuch"], ["--resume"], ["--scheduler", "tcp://127.0.0.1:1"]])
def test_an_estimate_takes_nothing_that_it_would_not_look_at(sim_command, file, more):
    code, _, err = sim_command("sweep", file, "--estimate", *more)
    assert (code, err) == (2, "--estimate: is of a new sweep on this machine: no --scheduler, --resume or --join\n")


def test_shards_are_joined_one_after_the_other_and_a_damaged_one_leaves_nothing(experiment, reference, tmp_path):
    shards = [sweep(experiment, tmp_path / f"s{i}", workers=1, shard=(i, 3)).folder for i in (1, 2, 3)]
    out = tmp_path / "out"
    assert join(experiment, out, shards[:2]).n_missing == 4
    assert join(experiment, out, shards[2:], resume=True).n_missing == 0
    assert bytes_of(out) == bytes_of(reference)
    next(shards[0].glob("parts/*/runs.parquet")).write_bytes(b"no table")
    with pytest.raises(InputError, match="s1: a part of it is damaged"):
        join(experiment, tmp_path / "other", shards)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("name", ["design.parquet", "failures.parquet"])
def test_a_damaged_table_beside_the_parts_is_made_anew(experiment, reference, tmp_path, name):
    (reference / name).write_bytes(b"no table")
    swept = sweep(experiment, reference, workers=1, resume=True)
    assert (swept.n_failed, swept.n_missing) == (0, 0)
    assert (reference / "design.parquet").read_bytes()[:4] == b"PAR1"


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
    monkeypatch.setattr(run_distribution, "simulate", lambda *_: pytest.fail("a run was begun"))
    code, out, err = sim_command("sweep", file, *options)
    assert (code, out) == (2, "")
    assert words in err.splitlines()[-1]
    assert not Path("results").exists()


def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_left(experiment, tmp_path):
    with pytest.raises(InputError, match="nobody answers at"):
        sweep(experiment, tmp_path / "none", scheduler="tcp://127.0.0.1:9")
    assert not (tmp_path / "none").exists()
