"""A folder that somebody else made can be joined or resumed, and can do no harm: no link in it is followed.

Covers sim.experiment.folder_lock, sim.experiment.sweep_parts.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import InputError
from sim.experiment import run_sweep, sweep_store
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.folder_lock import LOCK_FILE, lock_folder, share_folder
from sim.experiment.run_sweep import join_shards, sweep
from sim.experiment.sweep_parts import open_parts
from tests.support.experiment_files import TINY_SWEEP, write
from tests.support.manifests import lines_of

PART = "parts/part-000000"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return load_experiment(write(tmp_path_factory.mktemp("tiny"), TINY_SWEEP, "tiny.yaml"))


@pytest.fixture(scope="module")
def finished_shard(tiny, tmp_path_factory):
    """The folder of the first of two shards, finished."""
    return sweep(tiny, tmp_path_factory.mktemp("shard") / "shard", workers=1, shard=(1, 2)).folder


@pytest.fixture
def shard(finished_shard, tmp_path):
    shutil.copytree(finished_shard, tmp_path / "shard")
    return tmp_path / "shard"


@pytest.fixture
def mine(tmp_path):
    """A folder of the user's, with files and folders that are named like our own left-overs."""
    folder = tmp_path / "mine"
    for name in (".raw-000001-abc", ".raw-000002.partial", "raw-000003", "part-000000"):
        (folder / name).mkdir(parents=True)
        (folder / name / "runs.parquet").write_text("mine")
    for name in ("notes.txt", ".runs.parquet.partial", "0"):
        (folder / name).write_text("mine")
    return folder


def state_of(folder):
    """Return what a folder holds, and when each thing in it was last changed."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.lstat().st_ino, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *sorted(folder.rglob("*"))]
    }


def joined(tiny, shard):
    return lines_of(join_shards, tiny, shard.parent / "all", [shard])


def resumed(tiny, shard):
    return lines_of(lambda: sweep(tiny, shard, workers=1, resume=True, shard=(1, 2)))


@pytest.mark.parametrize("has_lock", [True, False])
def test_joining_writes_nothing_in_a_shard(tiny, shard, has_lock):
    """So shards on a read-only medium can be joined; left-overs of an interrupted process stay too."""
    if not has_lock:
        (shard / LOCK_FILE).unlink()
    (shard / "parts" / ".raw-000007-abc").mkdir()
    (shard / ".runs.parquet.partial").write_text("half")
    (shard / "design.parquet").unlink()
    before = state_of(shard)
    assert join_shards(tiny, shard.parent / "all", [shard]).n_missing == 6
    assert state_of(shard) == before


def test_a_shard_that_a_process_is_writing_is_refused_and_not_changed(tiny, shard):
    with lock_folder(shard):
        before = state_of(shard)
        (line,) = joined(tiny, shard)
        assert state_of(shard) == before
    assert line == f"{shard}: process {os.getpid()} is using it; wait until it ends, or use another folder"
    assert not (shard.parent / "all").exists()


def test_a_shard_that_is_read_is_not_written_meanwhile(tiny, shard):
    with open_parts(shard), open_parts(shard):
        (line,) = resumed(tiny, shard)
    assert "is using it" in line
    with lock_folder(shard), pytest.raises(InputError, match="is using it"), share_folder(shard):
        pytest.fail("it is not locked")


INSIDE = (LOCK_FILE, "manifest.json", "design.parquet", "parts", PART, f"{PART}/runs.parquet", f"{PART}/map.parquet")


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder"])
def test_nothing_outside_a_shard_is_changed_or_read_through_what_is_in_it(tiny, shard, mine, name, kind):
    place, is_folder = shard / name, (shard / name).is_dir()
    shutil.rmtree(place) if is_folder else place.unlink(missing_ok=True)
    if kind == "link":
        place.symlink_to(mine if is_folder else mine / "notes.txt")
    elif kind == "hard link":
        os.link(mine / "notes.txt", place)
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    before = state_of(mine)
    for attempt in (joined, resumed):
        lines = attempt(tiny, shard)
        assert len(lines) <= 1
        assert state_of(mine) == before
    if name == LOCK_FILE:  # a second name of a file elsewhere is not written to
        assert f"{shard / LOCK_FILE}: is a link" in lines[0] or "Is a directory" in lines[0]


@pytest.mark.parametrize("name", ["damaged", "failures.parquet", ".runs.parquet.partial", ".design.parquet.partial"])
def test_a_link_where_a_sweep_will_write_is_replaced_or_refused(tiny, shard, mine, name):
    (shard / name).symlink_to(mine if name == "damaged" else mine / "notes.txt")
    (shard / PART / "runs.parquet").write_bytes(b"PAR1")
    (shard / "design.parquet").unlink()
    before = state_of(mine)
    lines = resumed(tiny, shard)
    assert state_of(mine) == before
    assert (f"{shard / name}: is a link" in lines[0]) if name == "damaged" else lines == []


def test_links_named_like_left_overs_stay_and_lead_nowhere(tiny, shard, mine):
    (shard / "parts" / ".raw-000009-abc").symlink_to(mine)
    (shard / "parts" / ".raw-000010-abc").mkdir()
    before = state_of(mine)
    assert resumed(tiny, shard) == []
    assert state_of(mine) == before
    assert sorted(path.name for path in (shard / "parts").iterdir()) == [".raw-000009-abc", "part-000000"]


def test_runs_that_the_experiment_does_not_have_are_refused(tiny, shard):
    path = shard / PART / "runs.parquet"
    table = pd.read_parquet(path)
    for column, value in (("point", 6), ("replication", 2), ("point", -1)):
        table.assign(**{column: value}).to_parquet(path)
        (line,) = joined(tiny, shard)
        assert "has damaged files" in line


def test_failures_that_cannot_be_used_are_none(shard):
    for content in ({"point": [0]}, {"point": [99], "replication": [0], "traceback": ["x"]}, {"point": ["a"]}):
        pd.DataFrame(content).to_parquet(shard / "failures.parquet")
        with open_parts(shard) as parts:
            assert len(parts.failures()) == 0


def test_a_damaged_part_is_moved_beside_those_of_earlier_times(tiny, shard):
    (shard / "damaged" / "part-000000-0").mkdir(parents=True)
    (shard / PART / "runs.parquet").write_bytes(b"PAR1")
    assert resumed(tiny, shard) == []
    assert sorted(path.name for path in (shard / "damaged").iterdir()) == ["part-000000-0", "part-000000-1"]


def test_a_sweep_is_resumed_only_in_its_folder(tiny, tmp_path):
    with pytest.raises(InputError, match="nowhere: no such folder; without --resume a new sweep is begun"):
        sweep(tiny, tmp_path / "nowhere", workers=1, resume=True)
    with pytest.raises(InputError, match="nowhere: no such folder"):
        join_shards(tiny, tmp_path / "nowhere", [], resume=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_start_that_failed_leaves_nothing_in_the_way_of_the_next(tiny, tmp_path, monkeypatch, fault):
    def fail(*_):
        raise fault
        yield

    with monkeypatch.context() as patched:
        patched.setattr(run_sweep, "_simulate", fail)
        with pytest.raises(fault):
            sweep(tiny, tmp_path / "out", workers=1)
        assert list(tmp_path.iterdir()) == []
        patched.setattr(
            run_sweep, "_simulate", lambda *_: (tmp_path / "out" / "notes.txt").write_text("mine") and fail()
        )
        with pytest.raises(fault):
            sweep(tiny, tmp_path / "out", workers=1)
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"
    assert sweep(tiny, tmp_path / "out", workers=1, resume=True).n_missing == 0


def test_a_folder_that_was_made_while_a_sweep_began_is_left_alone(tiny, tmp_path, monkeypatch):
    from sim.experiment import sweep_manifest

    real = sweep_manifest.write_manifest

    def taken(manifest, path):
        real(manifest, path)
        (tmp_path / "out").mkdir()

    monkeypatch.setattr(sweep_manifest, "write_manifest", taken)
    with pytest.raises(InputError, match="out: was made by something else meanwhile; use another folder"):
        sweep(tiny, tmp_path / "out", workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert list((tmp_path / "out").iterdir()) == []


def test_a_lock_is_free_again_when_its_process_was_killed(shard):
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom sim.experiment.folder_lock import lock_folder\n"
        "with lock_folder(Path(sys.argv[1])): os._exit(9)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code, shard], cwd=root, check=False).returncode == 9
    assert (shard / LOCK_FILE).read_text().startswith("process ")
    with lock_folder(shard):
        assert (shard / LOCK_FILE).read_text() == f"process {os.getpid()}"
    assert (shard / LOCK_FILE).read_text() == ""


def test_a_manifest_of_a_shard_is_checked_before_anything_is_written(tiny, shard):
    manifest = json.loads((shard / "manifest.json").read_text())
    for key in manifest:
        changed = {name: value for name, value in manifest.items() if name != key}
        (shard / "manifest.json").write_text(json.dumps(changed))
        assert len(joined(tiny, shard)) == 1
    assert not (shard.parent / "all").exists()
    with pytest.raises(InputError), sweep_store.open_store(shard):
        pytest.fail("it was opened")
