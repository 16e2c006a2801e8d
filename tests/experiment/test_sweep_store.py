"""Finished runs are on disk at once, and none is lost, mixed up or counted twice."""

import contextlib
from pathlib import Path

import pandas as pd
import pytest

from sim.analysis import SweepResults
from sim.experiment import run_sweep, sweep_store
from sim.experiment.run_sweep import sweep
from tests.support.experiment_files import bytes_of


@pytest.mark.parametrize("name", ["runs.parquet", "series.parquet", "map.parquet"])
def test_a_damaged_part_is_moved_aside_and_its_runs_are_repeated(experiment, reference, tmp_path, monkeypatch, name):
    monkeypatch.setattr(sweep_store.SweepStore, "finish", lambda *_: None)
    out = sweep(experiment, tmp_path / "damaged", workers=1).folder
    monkeypatch.undo()
    part = sorted(out.glob("parts/raw-*"))[1]
    if name == "map.parquet":
        (part / name).unlink()
    else:
        damaged = bytearray((part / name).read_bytes())
        damaged[60] ^= 1  # one bit of the first page
        (part / name).write_bytes(damaged)
    assert sweep(experiment, out, workers=1, resume=True).n_simulated == 1
    assert bytes_of(out) == bytes_of(reference)
    assert (out / "damaged" / f"{part.name}-0").exists()


def test_many_small_parts_are_merged_and_no_run_is_counted_twice(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(run_sweep, "BATCH_S", 1e-9)
    monkeypatch.setattr(sweep_store, "_MAX_SMALL_PARTS", 3)
    counts = []
    out = sweep(
        experiment, tmp_path / "joined", workers=1,
        progress=lambda _: counts.append(len(list((tmp_path / "joined" / "parts").iterdir()))),
    ).folder  # fmt: skip
    assert max(counts) <= 3 + 3
    assert bytes_of(out) == bytes_of(reference)


def test_final_parts_are_split_by_points(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(sweep_store, "_RUNS_PER_PART", 4)
    out = sweep(experiment, tmp_path / "cut", workers=1).folder
    parts = sorted(out.glob("parts/*/series.parquet"))
    assert [pd.read_parquet(part)["point"].unique().tolist() for part in parts] == [[0, 1], [2, 3], [4, 5]]
    pd.testing.assert_frame_equal(SweepResults.load(out).series(), SweepResults.load(reference).series())


def stopped_at(step, monkeypatch):
    """Interrupt the end of the next sweep at the step-th renaming of a file or folder."""
    real_rename, real_finish, left = Path.rename, sweep_store.SweepStore.finish, [None]

    def finish(self, design):
        left[0] = step
        real_finish(self, design)

    def rename(path, target):
        if left[0] is not None:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
        return real_rename(path, target)

    monkeypatch.setattr(sweep_store.SweepStore, "finish", finish)
    monkeypatch.setattr(Path, "rename", rename)


def test_a_sweep_interrupted_while_it_finishes_is_finished_the_next_time(experiment, tmp_path, monkeypatch):
    """After an interrupt at any step of finishing, a resumed sweep gives the same bytes."""
    monkeypatch.setattr(sweep_store, "_RUNS_PER_PART", 6)
    whole = bytes_of(sweep(experiment, tmp_path / "cut", workers=1).folder)
    for step in range(1, 100):
        out = tmp_path / f"stopped-{step}"
        with monkeypatch.context() as patched:
            stopped_at(step, patched)
            with contextlib.suppress(KeyboardInterrupt):
                sweep(experiment, out, workers=1)
                break
        assert sweep(experiment, out, workers=1, resume=True).n_simulated == 0
        assert bytes_of(out) == whole
    assert step > 10


def test_the_users_own_files_stay(experiment, reference):
    for name in (".git/HEAD", ".notes", "parts/.notes"):
        (reference / name).parent.mkdir(exist_ok=True)
        (reference / name).write_text("mine")
    left, mine = reference / "parts" / ".raw-000007-abc", reference / "parts" / ".notes-2024"
    left.mkdir()
    mine.mkdir()
    sweep(experiment, reference, workers=1, resume=True)
    assert all((reference / name).read_text() == "mine" for name in (".git/HEAD", ".notes", "parts/.notes"))
    assert not left.exists()
    assert mine.exists()


@pytest.mark.parametrize("name", ["design.parquet", "failures.parquet"])
def test_a_damaged_table_beside_the_parts_is_written_again(experiment, reference, tmp_path, name):
    (reference / name).write_bytes(b"no table")
    swept = sweep(experiment, reference, workers=1, resume=True)
    assert (swept.n_failed, swept.n_missing) == (0, 0)
    assert (reference / "design.parquet").read_bytes()[:4] == b"PAR1"
