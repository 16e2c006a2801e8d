"""What lies in a folder that somebody else made is opened only when it is a regular file in real folders."""

import os

import pytest

from sim.errors import InputError
from sim.results import safe_files

KINDS = ("link", "dangling link", "pipe", "folder")


def put(kind, path, target):
    """Put something other than a regular file in a file's place."""
    if kind == "link":
        path.symlink_to(target)
    elif kind == "dangling link":
        path.symlink_to(path.with_name("nowhere"))
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()


@pytest.fixture
def target(tmp_path):
    """A file of the user's outside the folder."""
    path = tmp_path / "mine.txt"
    path.write_text("mine")
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "received"
    path.mkdir()
    return path


def test_a_regular_file_is_read_also_through_a_link_that_the_user_names(folder, tmp_path):
    (folder / "a").mkdir()
    (folder / "a" / "x.txt").write_text("x")
    (tmp_path / "link").symlink_to(folder)
    assert safe_files.read_bytes(tmp_path / "link", "a/x.txt") == b"x"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_regular_file_is_refused_at_once_by_name(folder, target, kind):
    put(kind, folder / "x.txt", target)
    with pytest.raises(InputError, match=r"x.txt: is a link, a pipe or a folder where a file should be"):
        safe_files.read_bytes(folder, "x.txt")
    with pytest.raises((InputError, OSError)):
        safe_files.open_lock(folder / "x.txt")
    assert target.read_text() == "mine"


def test_a_link_in_place_of_a_folder_on_the_way_is_refused(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.txt").write_text("x")
    (folder / "a").symlink_to(tmp_path / "elsewhere")
    for read in (safe_files.read_bytes, safe_files.open_file):
        with pytest.raises(InputError, match="received/a: is a link or a file where a folder should be"):
            read(folder, "a/x.txt")
    with pytest.raises(InputError, match="received/a: is a link"):
        safe_files.subfolders(folder / "a", ".*")


def test_a_missing_file_and_one_that_is_too_large_are_refused_by_name(folder):
    with pytest.raises(InputError, match=r"x.txt: no such file$"):
        safe_files.read_bytes(folder, "x.txt")
    with pytest.raises(InputError, match=r"x.txt: no such file$"):
        safe_files.read_bytes(folder, "a/b/x.txt")
    (folder / "x.txt").write_bytes(bytes(1001))
    with pytest.raises(InputError, match=r"x.txt: is larger than"):
        safe_files.read_bytes(folder, "x.txt", 1000)


def test_a_lock_is_no_second_name_of_a_file_elsewhere(folder, target):
    os.link(target, folder / "lock")
    with pytest.raises(InputError, match="lock: is a link"):
        safe_files.open_lock(folder / "lock")
    assert target.read_text() == "mine"
    (folder / "lock").unlink()
    with safe_files.open_lock(folder / "lock") as lock:
        lock.write(b"1")
    with safe_files.open_lock(folder / "lock") as lock:
        assert lock.read() == b"1"


def test_a_new_file_takes_the_place_of_a_link_and_its_target_stays(folder, target):
    (folder / "x.partial").symlink_to(target)
    with safe_files.create_file(folder / "x.partial") as file:
        file.write(b"new")
    assert target.read_text() == "mine"
    assert (folder / "x.partial").read_bytes() == b"new"
    assert not (folder / "x.partial").is_symlink()


def test_subfolders_are_those_of_the_pattern_and_a_link_among_them_is_refused(folder, tmp_path):
    for name in ("raw-2", "raw-1", "raw-1.txt", "mine"):
        (folder / name).mkdir()
    assert [path.name for path in safe_files.subfolders(folder, r"raw-\d+")] == ["raw-1", "raw-2"]
    assert safe_files.subfolders(folder / "nowhere", ".*") == []
    (folder / "raw-3").symlink_to(tmp_path)
    with pytest.raises(InputError, match="raw-3: is a link"):
        safe_files.subfolders(folder, r"raw-\d+")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("n" * 300, "File name too long"),
        ("a\0b", "characters that no file name can hold"),
        ("a\udcff\ud800", "characters that no file name can hold"),
        ("file/below", "no such folder"),
        ("nowhere", "no such folder"),
        ("file", "no such folder"),
    ],
)
def test_a_name_that_cannot_be_a_folder_is_one_line(tmp_path, name, reason):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=reason) as caught:
        safe_files.check_folder(tmp_path / name)
    assert len(caught.value.lines) == 1
    assert str(caught.value).isprintable()
    safe_files.check_folder(tmp_path)
