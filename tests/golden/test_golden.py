"""Runs give the recorded bytes; after an intended change of the model: python -m tests.support.golden_runs --renew."""

import json

import pytest

from tests.support.bookkeeping import faults
from tests.support.golden_runs import RUNS, SAVED, digests


@pytest.mark.parametrize("name", RUNS)
def test_a_run_gives_the_saved_digests_and_its_numbers_add_up(name):
    model = RUNS[name]()
    assert faults(model) == []
    assert digests(name, model) == json.loads(SAVED.read_text(encoding="utf-8"))[name]


def test_no_other_digests_are_saved():
    assert json.loads(SAVED.read_text(encoding="utf-8")).keys() == RUNS.keys()
