from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _in_a_temporary_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def files_below():
    """Return the function that lists the paths below a folder, sorted."""
    return lambda folder: sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))
