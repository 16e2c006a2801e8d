"""The cache of compiled kernels belongs to one state of the sources, and kernels refuse what they must not write."""

import os
import subprocess
import sys

import numpy as np
import pytest
from numba.core.errors import TypingError

from sim.world.compiled_code import kernel


@kernel
def fill(values, value):
    values[:] = value


def cache_dir(environment):
    code = "import numba, sim.world.compiled_code; print(numba.config.CACHE_DIR)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_cache_is_where_the_user_wants_it_and_named_after_the_sources(tmp_path):
    first = cache_dir({"NUMBA_CACHE_DIR": str(tmp_path / "a")})
    second = cache_dir({"NUMBA_CACHE_DIR": str(tmp_path / "b")})
    assert first.startswith(str(tmp_path / "a"))
    assert os.path.basename(first) == os.path.basename(second)
    assert (tmp_path / "a" / "pokrovsk-sim" / os.path.basename(first)).is_dir()


def test_a_kernel_does_not_write_to_a_read_only_array():
    values = np.zeros(3)
    fill(values, 1.0)
    assert values.tolist() == [1.0, 1.0, 1.0]
    values.flags.writeable = False
    with pytest.raises((TypingError, ValueError), match="read"):
        fill(values, 2.0)
