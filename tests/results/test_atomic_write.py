"""A folder or a file appears whole, or nothing is left of it."""

import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sim.errors import InputError, SavedElsewhere
from sim.results.atomic_write import uninterrupted, whole_file, whole_folder


@pytest.fixture(autouse=True)
def _interrupts_are_not_ignored():
    """A job in the background of a script inherits that they are."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


ROOT = Path(__file__).parents[2]


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


def written_and_taken(whole, path, take, *rules):
    """Write a folder or file, whose place something else takes before it is finished."""
    with whole(path, *rules) as new:
        (new / "x.txt" if whole is whole_folder else new).write_text("ours")
        take(path)


def taken_folder(path):
    path.mkdir()
    (path / "mine.txt").write_text("mine")


def taken_file(path):
    path.write_text("mine")


def taken_link(path):
    path.symlink_to(path.with_name("nowhere"))


def taken_empty(path):
    path.mkdir()


@pytest.mark.parametrize("take", [taken_folder, taken_file, taken_link, taken_empty])
@pytest.mark.parametrize("whole", [whole_folder, whole_file])
def test_what_took_the_place_meanwhile_stays_and_the_work_is_saved_beside_it(tmp_path, whole, take):
    path = tmp_path / "out.d"
    for number in (2, 3):
        with pytest.raises(SavedElsewhere, match=rf"out.d: was made .*; saved as .*out-{number}.d"):
            written_and_taken(whole, path, take)
        saved = tmp_path / f"out-{number}.d"
        assert (saved / "x.txt" if whole is whole_folder else saved).read_text() == "ours"
        if take is taken_folder:
            assert (path / "mine.txt").read_text() == "mine"
        if take is taken_file:
            assert path.read_text() == "mine"
        path.rmdir() if take is taken_empty else (path / "mine.txt" if take is taken_folder else path).unlink()
        if take is taken_folder:
            path.rmdir()
    assert left(tmp_path) == ["out-2.d", "out-3.d"]


def test_two_writers_of_one_place_both_keep_their_work(tmp_path):
    def write(i):
        try:
            with whole_folder(tmp_path / "out") as partial:
                started.wait()
                (partial / "x.txt").write_text(str(i))
        except SavedElsewhere:
            return

    started = threading.Barrier(8)
    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert left(tmp_path) == ["out", *(f"out-{i}" for i in range(2, 9))]
    assert sorted((folder / "x.txt").read_text() for folder in tmp_path.iterdir()) == [str(i) for i in range(8)]


def test_a_file_system_without_hard_links_keeps_both_too(tmp_path, monkeypatch):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    with whole_file(tmp_path / "a.txt") as partial:
        partial.write_text("first")
    with pytest.raises(SavedElsewhere):
        written_and_taken(whole_file, tmp_path / "b.txt", taken_file)
    texts = {name: (tmp_path / name).read_text() for name in left(tmp_path)}
    assert texts == {"a.txt": "first", "b.txt": "mine", "b-2.txt": "ours"}


def test_what_may_be_replaced_is_judged_again_at_the_end(tmp_path):
    def is_ours(folder):
        return left(folder) == ["x.txt"]

    folder = tmp_path / "out"
    with whole_folder(folder, is_ours) as partial:
        (partial / "x.txt").write_text("old")
    with pytest.raises(SavedElsewhere):
        written_and_taken(whole_folder, folder, lambda path: (path / "mine.txt").write_text("mine"), is_ours)
    assert (left(tmp_path), left(folder)) == (["out", "out-2"], ["mine.txt", "x.txt"])
    assert (folder / "x.txt").read_text() == "old"
    assert (tmp_path / "out-2" / "x.txt").read_text() == "ours"


def test_what_was_to_be_replaced_stays_when_the_new_work_cannot_be_moved(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    folder.mkdir()
    real = Path.rename

    def rename(path, target):
        if path.name == "out" and target == folder:
            raise OSError(5, "Input/output error")
        return real(path, target)

    with pytest.raises(InputError, match="Input/output error"):
        written_and_taken(whole_folder, folder, lambda _: monkeypatch.setattr(Path, "rename", rename), lambda _: True)
    assert (left(tmp_path), left(folder)) == (["out"], [])


@pytest.mark.parametrize("whole", [whole_folder, whole_file])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("n" * 256, "File name too long"),
        ("n" * 256 + "/below", "File name too long"),
        ("a\0b", "characters that no file name can hold"),
        ("a\udcff\ud800", "characters that no file name can hold"),
        ("file/below", "Not a directory"),
        ("file/below/more", "Not a directory"),
        ("loop/below", "symbolic links"),
        ("new/..", "is no name for something new"),
        ("gone/below", "No such file"),
    ],
)
def test_a_name_that_cannot_be_written_is_one_line_before_any_work_and_leaves_nothing(tmp_path, whole, name, reason):
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match=reason) as caught, whole(tmp_path / name):
        pytest.fail("the block began")
    assert len(caught.value.lines) == 1
    assert str(caught.value).isprintable()
    assert left(tmp_path) == ["file", "gone", "loop"]


@pytest.mark.parametrize("whole", [whole_folder, whole_file])
def test_the_longest_names_of_the_file_system_can_be_written(tmp_path, whole):
    for name in ("n" * 255, "é" * 127, "山" * 85):
        with whole(tmp_path / name) as partial:
            if whole is whole_file:
                partial.write_text("x")
    assert len(left(tmp_path)) == 3


def test_a_working_folder_that_was_removed_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    for whole in (whole_folder, whole_file):
        with pytest.raises(InputError, match="out: cannot be written: No such file"), whole(Path("out")):
            pytest.fail("the block began")


def test_a_folder_that_may_not_be_written_is_one_line_and_leaves_nothing(tmp_path):
    tmp_path.chmod(0o755)
    for parent in list(tmp_path.parents)[:2]:
        parent.chmod(0o755)
    (tmp_path / "closed").mkdir(mode=0o700)
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from sim.errors import InputError\n"
        "from sim.results.atomic_write import whole_file, whole_folder\n"
        "if os.getuid() == 0: os.setuid(65534)\n"  # the tests may run as root, whom no permission stops
        "else: os.chmod(sys.argv[1] + '/closed', 0o000)\n"
        "for whole in (whole_file, whole_folder):\n"
        "    for name in ('closed/x', 'closed/x/y', 'closed/x/y/z'):\n"
        "        try:\n"
        "            with whole(Path(sys.argv[1]) / name): print('began')\n"
        "        except InputError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, cwd=ROOT)
    (tmp_path / "closed").chmod(0o700)
    assert done.stderr == ""
    assert [line.rpartition(": ")[2] for line in done.stdout.splitlines()] == ["Permission denied"] * 6
    assert left(tmp_path / "closed") == []


@pytest.mark.parametrize("whole", [whole_folder, whole_file])
def test_interrupts_in_quick_succession_leave_nothing(tmp_path, whole, monkeypatch):
    real = shutil.rmtree

    def interrupted_again(*arguments, **options):
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
        real(*arguments, **options)

    monkeypatch.setattr(shutil, "rmtree", interrupted_again)
    with pytest.raises(KeyboardInterrupt), whole(tmp_path / "a" / "b"):
        signal.raise_signal(signal.SIGINT)
    assert left(tmp_path) == []


def test_an_interrupt_while_the_work_is_put_in_its_place_comes_after_it(tmp_path, monkeypatch):
    real = Path.rename

    def interrupted(path, target):
        signal.raise_signal(signal.SIGINT)
        return real(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "out") as partial:
        (partial / "x.txt").write_text("x")
    assert (left(tmp_path), left(tmp_path / "out")) == (["out"], ["x.txt"])


def test_interrupts_are_held_back_until_the_block_has_ended_and_then_come():
    done, before = [], signal.getsignal(signal.SIGINT)

    def interrupted():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append(1)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == [1]
    assert signal.getsignal(signal.SIGINT) is before
