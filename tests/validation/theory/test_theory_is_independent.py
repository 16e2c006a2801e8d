"""The closed forms are independent of the model: the model does not use them, and each states its source."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import sim.validation.theory as theory

FUNCTIONS = sorted(name for name in theory.__all__ if name.islower())
PAGE = (Path(__file__).parents[3] / "docs/theory.md").read_text("utf-8")


def test_the_model_runs_without_the_closed_forms():
    code = (
        "import sys, sim.apps.cli.main, sim.campaign.mesa_model; "
        "sys.exit(any(name.startswith('sim.validation.theory') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_states_its_equation_its_source_and_its_errors(name):
    text = getattr(theory, name).__doc__
    assert [word for word in (" = ", "ource", "rrors:") if word not in text] == []


def test_the_page_lists_every_function():
    assert sorted(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE)) == FUNCTIONS
