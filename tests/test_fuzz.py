import random
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import InputError

TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture
def fuzz(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.chdir(tmp_path)
    return runpy.run_path(str(TOOLS / "fuzz.py"))


@pytest.mark.parametrize("kind", ["scenario", "set", "experiment", "csv", "arguments"])
def test_wrong_input_ends_in_success_or_in_clear_lines(fuzz, kind, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["sim"])
    make, run, _ = fuzz["KINDS"][kind]
    for number in range(15):
        text = make(random.Random(f"1 {number}"))
        assert fuzz["fault"](run, text) is None, text


def test_a_fault_is_found_and_reduced_to_its_shortest_form(fuzz):
    def run(text):
        if "7" in text and "x" in text:
            raise KeyError(text)

    place, trace = fuzz["fault"](run, "a: 1\nb: 7\nc: x")
    assert place.startswith("KeyError")
    assert "Traceback" in trace
    assert fuzz["reduced"](run, "a: 1\nb: 7\nc: x\nd: 2", place) in ("7x", "7\nx")


def test_an_error_with_a_broken_line_is_a_fault(fuzz):
    def run(text):
        raise InputError([text])

    assert fuzz["fault"](run, "a: is wrong") is None
    assert fuzz["fault"](run, " ")[0] == "InputError with an empty or broken line"


def test_the_same_number_and_seed_make_the_same_input(fuzz):
    for kind in ("scenario", "experiment"):
        make = fuzz["KINDS"][kind][0]
        assert make(random.Random("1 5")) == make(random.Random("1 5"))


@pytest.mark.kills
@pytest.mark.slow
def test_a_killed_run_leaves_a_whole_result_or_none_and_the_next_try_works():
    run = subprocess.run(
        [sys.executable, TOOLS / "kills.py", "--commands", "run", "--every", "2"], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 faults" in run.stdout
