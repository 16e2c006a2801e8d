"""The import rules of pyproject.toml hold, and they fail when somebody breaks them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder):
    """Run the import rules on a copy of the package; return whether all hold, and what is printed."""
    done = subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": "."})
    return done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_rules_hold(copied):
    holds, printed = lint(copied)
    assert holds, printed


@pytest.mark.parametrize(
    ("module", "line", "rule"),
    [
        ("world/clock", "from sim.campaign import phases", "A room imports only rooms below it"),
        ("results/result", "from sim.apps.report import report_page", "A room imports only rooms below it"),
        ("results/record", "from sim.results import result_cycle", "No circle of imports"),
        ("mechanisms/supply", "from sim.mechanisms import movement", "Mechanisms import only the contract"),
        ("world/state", "import mesa", "Mesa stays in the campaign"),
        ("results/outcome_tables", "from rich.table import Table", "Only apps know a terminal"),
        ("mechanisms/shared/duel", "import pydantic", "Modules that hold kernels alone do not know pydantic"),
    ],
)
def test_a_bad_import_breaks_a_rule(copied, module, line, rule):
    path = copied / "sim" / f"{module}.py"
    sound = path.read_text("utf-8")
    extra = copied / "sim" / "results" / "result_cycle.py"
    extra.write_text("from sim.results import record\n", "utf-8")
    path.write_text(f"{sound}\n{line}\n", "utf-8")
    try:
        holds, printed = lint(copied)
    finally:
        path.write_text(sound, "utf-8")
        extra.unlink()
    assert not holds
    assert f"{rule}" in printed
    assert "BROKEN" in next(row for row in printed.splitlines() if row.startswith(rule))


def test_no_import_hides_behind_type_checking():
    """An import for types only would hide a circle or an arrow upwards: ordinary imports do without."""
    for path in sorted((ROOT / "sim").rglob("*.py")):
        assert "TYPE_CHECKING" not in path.read_text("utf-8"), path.relative_to(ROOT)
