"""The import rules of pyproject.toml hold, and they fail when an import breaks them."""

import ast
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


def type_only_imports(text):
    """Return the modules of the package that a text imports for types only."""
    guarded = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.If) and "TYPE_CHECKING" in
               ast.unparse(node.test)]  # fmt: skip
    imports = [one for node in guarded for one in ast.walk(node) if isinstance(one, ast.ImportFrom)]
    return [one.module for one in imports if (one.module or "").startswith("sim")]


def test_below_the_apps_no_import_of_the_package_is_for_types_only():
    """A type that is needed is imported; only commands and displays, which start at once, import types apart."""
    for path in sorted((ROOT / "sim").rglob("*.py")):
        if not path.is_relative_to(ROOT / "sim" / "apps"):
            assert type_only_imports(path.read_text("utf-8")) == [], path.relative_to(ROOT)
    assert type_only_imports("if TYPE_CHECKING:\n    from sim.results.result import Result\n") == ["sim.results.result"]
