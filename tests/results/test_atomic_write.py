"""A folder or a file appears whole, or nothing is left of it."""

import pytest

from sim.errors import InputError
from sim.results.atomic_write import whole_file, whole_folder


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_appears_with_everything_in_it(tmp_path):
    with whole_folder(tmp_path / "a" / "b") as partial:
        (partial / "x.txt").write_text("x")
        assert not (tmp_path / "a" / "b").exists()
    assert (tmp_path / "a" / "b" / "x.txt").read_text() == "x"
    assert left(tmp_path / "a") == ["b"]


def test_nothing_is_left_of_a_folder_whose_writing_failed_nor_of_folders_made_for_it(tmp_path):
    with pytest.raises(TypeError), whole_folder(tmp_path / "a" / "b") as partial:
        (partial / "x.txt").write_text(3)
    assert left(tmp_path) == []


def test_a_folder_is_replaced_only_when_that_is_allowed(tmp_path):
    with whole_folder(tmp_path / "b") as partial:
        (partial / "old.txt").write_text("old")
    with pytest.raises(InputError, match="exists already; name another folder"), whole_folder(tmp_path / "b"):
        pytest.fail("the block began")
    with whole_folder(tmp_path / "b", lambda folder: (folder / "old.txt").exists()) as partial:
        (partial / "new.txt").write_text("new")
    assert left(tmp_path / "b") == ["new.txt"]
    assert left(tmp_path) == ["b"]


def test_a_folder_under_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written") as caught, whole_folder(tmp_path / "file" / "b"):
        pytest.fail("the block began")
    assert len(caught.value.lines) == 1


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(TypeError), whole_file(path) as partial:
        partial.write_text(3)
    assert left(tmp_path) == []
    with whole_file(path) as partial:
        assert partial.suffix == ".txt"
        partial.write_text("whole")
    assert path.read_text() == "whole"
    with pytest.raises(InputError, match="nothing is overwritten"), whole_file(path):
        pytest.fail("the block began")
