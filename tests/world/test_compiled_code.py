"""The cache of compiled kernels belongs to one state of the sources, and kernels refuse what they must not write."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba.core.errors import TypingError

from sim.world import compiled_code
from sim.world.compiled_code import kernel

ROOT = Path(__file__).parents[2]
TWICE = """
import resource, sys
from sim.world import compiled_code
if len(sys.argv) > 1:
    compiled_code.mark_warm()
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))

@compiled_code.allocating_kernel
def twice(number):
    return 2 * number

print(twice(21), twice.stats.cache_hits[twice.signatures[0]] if twice.stats.cache_hits else 0)
"""


@kernel
def fill(values, value):
    values[:] = value


def run(arguments, environment, cwd=ROOT):
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run([sys.executable, *arguments], env=environment, cwd=cwd, capture_output=True, text=True)


def cache_dir(environment):
    return run(["-c", "from sim.world import compiled_code; print(compiled_code._folder)"], environment).stdout.strip()


def test_the_cache_is_where_the_user_wants_it_and_named_after_the_sources(tmp_path):
    first = cache_dir({"NUMBA_CACHE_DIR": str(tmp_path / "a")})
    second = cache_dir({"NUMBA_CACHE_DIR": str(tmp_path / "b")})
    assert first.startswith(str(tmp_path / "a"))
    assert os.path.basename(first) == os.path.basename(second)
    assert (tmp_path / "a" / "pokrovsk-sim" / os.path.basename(first)).is_dir()


def test_a_kernel_is_stored_and_a_damaged_file_is_replaced(tmp_path):
    (tmp_path / "twice.py").write_text(TWICE)
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    first = run(["twice.py"], cache, tmp_path)
    assert (first.stdout, first.stderr) == ("42 0\n", "")
    assert run(["twice.py"], cache, tmp_path).stdout == "42 1\n"
    for file in (tmp_path / "cache").rglob("*.nb?"):
        file.write_bytes(b"")
    assert run(["twice.py"], cache, tmp_path).stdout == "42 0\n"
    assert run(["twice.py"], cache, tmp_path).stdout == "42 1\n"


def test_a_kernel_that_cannot_be_stored_runs_with_one_warning(tmp_path):
    (tmp_path / "twice.py").write_text(TWICE)
    done = run(["twice.py", "limited"], {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}, tmp_path)
    assert done.stdout == "42 0\n"
    assert done.stderr.count("compiled code cannot be stored in") == 1


def test_a_folder_that_cannot_be_written_to_stays_unmarked(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled_code, "_folder", tmp_path / "missing")
    compiled_code.mark_warm()
    assert not compiled_code.is_warm()
    monkeypatch.setattr(compiled_code, "_folder", None)
    compiled_code.mark_warm()
    assert not compiled_code.is_warm()


def test_a_run_without_some_mechanisms_marks_what_it_has_compiled(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled_code, "_folder", tmp_path)
    compiled_code.mark_warm(["supply", "artillery"])
    assert compiled_code.is_warm(["artillery", "supply"])
    assert not compiled_code.is_warm(["supply"])
    assert not compiled_code.is_warm()
    compiled_code.mark_warm()
    assert compiled_code.is_warm()
    assert compiled_code.is_warm(["supply"])


def test_the_folder_of_other_peoples_kernels_is_not_changed(tmp_path):
    code = (
        "import numba; old = numba.config.CACHE_DIR; import sim.world.compiled_code; print(old, numba.config.CACHE_DIR)"
    )
    assert run(["-c", code], {"NUMBA_CACHE_DIR": str(tmp_path)}).stdout == f"{tmp_path} {tmp_path}\n"


def test_python_in_place_of_compiled_code_is_refused_in_one_line():
    done = run(["-m", "sim", "run", "baseline"], {"NUMBA_DISABLE_JIT": "1"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "NUMBA_DISABLE_JIT: must not be set; the model runs only as compiled code\n"


def test_a_kernel_does_not_write_to_a_read_only_array():
    values = np.zeros(3)
    fill(values, 1.0)
    assert values.tolist() == [1.0, 1.0, 1.0]
    values.flags.writeable = False
    with pytest.raises((TypingError, ValueError), match="read"):
        fill(values, 2.0)
