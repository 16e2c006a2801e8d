"""Compiled code is stored only where no other user can write; else a private folder serves, which is removed."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from sim.world import cache_folder as cache

SCRIPT = """
import multiprocessing, sys
from sim.world import compiled_code

def show():
    print(compiled_code._folder, flush=True)

if __name__ == "__main__":
    show()
    process = multiprocessing.get_context("spawn").Process(target=show)
    process.start()
    process.join()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(cache.tempfile, "tempdir", str(folder))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "chosen"))
    monkeypatch.setenv("POKROVSK_SIM_CACHE", "")  # so that it is restored
    monkeypatch.delenv("POKROVSK_SIM_CACHE")
    return folder


@pytest.fixture(autouse=True)
def _no_removal_at_the_end(monkeypatch):
    monkeypatch.setattr(cache.atexit, "register", lambda _: None)


def test_a_new_folder_is_for_this_user_alone(tmp_path, temporary):
    folder = cache.cache_folder("digest")
    assert folder == tmp_path / "chosen" / "pokrovsk-sim" / "digest"
    assert [level.stat().st_mode & 0o777 for level in (folder, folder.parent, folder.parent.parent)] == [0o700] * 3


def unsafe_link(folder):
    other = folder.parent / "other"
    other.mkdir()
    folder.symlink_to(other)


def writable_by_others(folder):
    folder.mkdir()
    folder.chmod(0o777)


def a_file(folder):
    folder.write_text("")


@pytest.mark.parametrize("level", ["pokrovsk-sim", "pokrovsk-sim/digest"])
@pytest.mark.parametrize("unsafe", [unsafe_link, writable_by_others, a_file])
def test_an_unsafe_folder_is_not_used_and_the_warning_names_it(tmp_path, temporary, unsafe, level):
    path = tmp_path / "chosen" / level
    path.parent.mkdir(parents=True)
    unsafe(path)
    with warnings.catch_warnings(record=True):
        assert cache.cache_folder("digest") == temporary / f"pokrovsk-sim-{os.getuid()}" / "digest"
    taken = temporary / f"pokrovsk-sim-{os.getuid()}"
    (taken / "digest").rmdir()
    taken.rmdir()
    unsafe(taken)
    with pytest.warns(RuntimeWarning, match=r"compiled code is in .* until this process ends .*chosen/pokrovsk-sim: "):
        private = cache.cache_folder("digest")
    assert private.parent == temporary
    assert private.name.startswith("pokrovsk-sim-")
    assert private.stat().st_mode & 0o777 == 0o700
    assert cache.cache_folder("digest") == private  # as a worker process finds it, without a second warning


def test_a_folder_of_another_user_is_not_used(tmp_path, temporary, monkeypatch):
    folder = cache.cache_folder("digest")
    own = os.getuid()
    if own == 0:
        os.chown(folder, 12345, 12345)
    else:
        monkeypatch.setattr(cache.os, "getuid", lambda: own + 1)
    with pytest.raises(PermissionError, match="belongs to another user"):
        cache._check(folder)
    with warnings.catch_warnings(record=True):
        other = cache.cache_folder("digest")
    assert other is None or not other.is_relative_to(tmp_path / "chosen")


def test_a_folder_below_one_that_others_can_change_is_not_used_unless_it_is_sticky(tmp_path, temporary):
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    chosen.chmod(0o777)
    assert cache.cache_folder("digest").parent.parent == temporary
    chosen.chmod(0o1777)
    assert cache.cache_folder("digest").parent.parent == chosen


def test_a_full_folder_is_not_used_unless_all_kernels_are_in_it(tmp_path, temporary, monkeypatch):
    first = cache.cache_folder("digest")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "_check_room", full)
    (first / cache.WARM).touch()
    assert cache.cache_folder("digest") == first
    (first / cache.WARM).unlink()
    with pytest.warns(RuntimeWarning, match="is not stored: each process compiles .*No space left"):
        assert cache.cache_folder("digest") is None


def test_an_unknown_home_does_not_matter(tmp_path, temporary, monkeypatch):
    monkeypatch.setattr(cache.os.path, "expanduser", lambda path: path)
    assert cache.cache_folder("digest").is_relative_to(tmp_path / "chosen")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache.cache_folder("digest").is_relative_to(temporary)


def test_workers_share_the_private_folder_and_nothing_is_left(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "temporary").mkdir(mode=0o700)
    unsafe_link(tmp_path / "chosen")
    (tmp_path / "chosen" / "pokrovsk-sim").symlink_to(tmp_path)
    (tmp_path / "temporary" / f"pokrovsk-sim-{os.getuid()}").symlink_to(tmp_path)
    environment = os.environ | {
        "NUMBA_CACHE_DIR": str(tmp_path / "chosen"), "TMPDIR": str(tmp_path / "temporary"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    ours, workers = done.stdout.split()
    assert ours == workers
    assert ours.startswith(str(tmp_path / "temporary" / "pokrovsk-sim-"))
    assert done.stderr.count("RuntimeWarning: compiled code is in") == 1
    assert os.listdir(tmp_path / "temporary") == [f"pokrovsk-sim-{os.getuid()}"]
