"""The model still gives the bytes it gave; when it was changed on purpose: python tests/golden_runs.py --renew."""

import json

import pytest
from bookkeeping import faults
from golden_runs import KEPT, RUNS, digests


@pytest.mark.parametrize("name", RUNS)
def test_a_run_gives_the_bytes_that_are_kept_and_adds_up(name):
    model = RUNS[name]()
    assert faults(model) == []
    assert digests(name, model) == json.loads(KEPT.read_text(encoding="utf-8"))[name]


def test_nothing_else_is_kept():
    assert json.loads(KEPT.read_text(encoding="utf-8")).keys() == RUNS.keys()
