from pathlib import Path

import pytest

import sim.apps.explorer
from sim.errors import InputError


@pytest.fixture
def calls(monkeypatch):
    """Replace the explorer by one that writes a small file, and return what it is called with."""
    seen = []
    Path("swept").mkdir()

    def write_page(folder, path, reference):
        seen.append((str(folder), str(path), reference))
        path.write_bytes(1_500_000 * b" ")
        return path

    monkeypatch.setattr(sim.apps.explorer, "write_page", write_page)
    return seen


def test_the_page_stands_beside_its_folder_and_its_size_is_printed(sim_command, calls):
    assert sim_command("explore", "swept") == (0, "The page is in swept.html (1.5 MB).\n", "")
    assert calls == [("swept", "swept.html", None)]


def test_the_file_and_the_reference_can_be_named(sim_command, calls):
    assert sim_command("explore", "swept", "--out", "page.html", "--reference", 3)[0] == 0
    assert calls == [("swept", "page.html", 3)]


def test_wrong_input_is_one_line(sim_command, monkeypatch):
    def refuse(*_):
        raise InputError(["--reference: there is no point 99"])

    monkeypatch.setattr(sim.apps.explorer, "write_page", refuse)
    Path("swept").mkdir()
    assert sim_command("explore", "swept", "--reference", 99) == (2, "", "--reference: there is no point 99\n")
