import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"[a-z0-9-]+==\S+( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def lock_lines(name):
    return (ROOT / "locks" / name).read_text().splitlines()


def pins(name):
    return {line.removesuffix(" \\") for line in lock_lines(name) if not line.startswith(" ")}


@pytest.mark.parametrize("name", ["dev.lock", "runtime.lock"])
def test_a_lock_holds_names_versions_and_hashes_only(name):
    assert [line for line in lock_lines(name) if not PIN.fullmatch(line) and not HASH.fullmatch(line)] == []


def test_the_run_time_lock_is_part_of_the_development_lock():
    # Without conditions: what one dependency needs on some platforms, a tool may need on all.
    runtime, dev = ({pin.split(" ;")[0] for pin in pins(name)} for name in ("runtime.lock", "dev.lock"))
    assert runtime <= dev


def test_the_run_time_lock_satisfies_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = [Requirement(pin) for pin in pins("runtime.lock")]
    for line in project["dependencies"]:
        wanted = Requirement(line)
        name = canonicalize_name(wanted.name)
        versions = [str(pin.specifier).removeprefix("==") for pin in locked if pin.name == name]
        assert any(wanted.specifier.contains(version) for version in versions), line


@pytest.mark.parametrize("name", ["dev.lock", "runtime.lock", "peers.lock"])
def test_a_lock_holds_no_version_that_the_constraints_forbid(name):
    lines = (ROOT / "locks" / "constraints.txt").read_text().splitlines()
    allowed = {(r := Requirement(line)).name: r.specifier for line in lines if not line.startswith("#")}
    locked = [Requirement(pin) for pin in pins(name)]
    assert "setuptools" in allowed
    assert [
        str(pin) for pin in locked if pin.name in allowed and not allowed[pin.name].contains(str(pin.specifier)[2:])
    ] == []


def test_locks_are_resolved_to_what_the_installer_takes():
    assert "--only-binary :all:" in (ROOT / "tools" / "ensure-venv").read_text()
    recipes = re.findall(r"^compile\w* = (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(recipes) == 2
    assert all("--only-binary :all:" in recipe for recipe in recipes)


@pytest.mark.parametrize("python", ["old", "absent"])
def test_an_unfit_python_is_refused_in_one_line_and_the_environment_left_alone(tmp_path, python):
    for part in ("tools", "locks"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / ".venv").mkdir()
    (tmp_path / "old").write_text('#!/bin/sh\necho "Python 3.9.18"\nexit 1\n')
    (tmp_path / "old").chmod(0o755)
    run = subprocess.run(
        [tmp_path / "tools" / "ensure-venv"],
        env={**os.environ, "PYTHON": str(tmp_path / python)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert "3.11, 3.12 or 3.13 is needed" in run.stderr
    assert list((tmp_path / ".venv").iterdir()) == []
