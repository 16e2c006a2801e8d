"""Runs give the recorded bytes; after an intended change of the model: python -m tests.support.golden_runs --renew."""

import json

import pytest

from tests.support.bookkeeping import faults
from tests.support.golden_runs import KEPT, RUNS, digests


@pytest.mark.parametrize("name", RUNS)
def test_a_run_gives_the_bytes_that_are_kept_and_adds_up(name):
    model = RUNS[name]()
    assert faults(model) == []
    assert digests(name, model) == json.loads(KEPT.read_text(encoding="utf-8"))[name]


def test_nothing_else_is_kept():
    assert json.loads(KEPT.read_text(encoding="utf-8")).keys() == RUNS.keys()
