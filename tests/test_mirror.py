"""Tests mirror the package: a module has a test file of its name, or is named in one that says so.

A test file says so in its first docstring: `Covers sim.plots.drawing.date_axis, sim.plots.drawing.event_rows.`
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
COVERS = re.compile(r"\bCovers ((?:sim[\w.]*\w(?:,\s+(?:and\s+)?|\s+and\s+)?)+)")
MODULES = [path for path in sorted((ROOT / "sim").rglob("*.py")) if path.name not in ("__init__.py", "__main__.py")]


def covered(path):
    """Return the modules that a test file says it covers."""
    words = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return {name.rstrip(".") for found in COVERS.findall(words) for name in re.findall(r"sim[\w.]*", found)}


NAMED = {name for path in TESTS.rglob("test_*.py") for name in covered(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).with_suffix("").as_posix())
def test_a_module_has_its_tests(path):
    inside = path.relative_to(ROOT / "sim")
    name = ".".join(["sim", *inside.with_suffix("").parts])
    assert (TESTS / inside.parent / f"test_{path.name}").exists() or name in NAMED


def test_what_is_said_to_be_covered_exists():
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in MODULES}
    packages = {name.rpartition(".")[0] for name in modules}
    assert modules | packages >= NAMED


def test_a_module_is_a_room_not_a_hall():
    """A file of more than 300 lines is two rooms in one."""
    long = {path: n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > 300}
    assert long == {}
