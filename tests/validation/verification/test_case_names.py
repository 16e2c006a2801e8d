"""The names that are known without the model are those of the suite."""

import subprocess
import sys

import pytest

from sim.errors import InputError
from sim.validation.verification.case_names import CASE_NAMES, OTHER_SCENARIOS, check_names
from sim.validation.verification.suite import CASES


def test_the_names_are_those_of_the_cases_and_their_scenarios():
    assert tuple(CASES) == CASE_NAMES
    assert {case.scenario for case in CASES.values()} - set(CASES) == set(OTHER_SCENARIOS)


def test_cases_scenarios_files_and_studies_are_known():
    check_names(["fear", "square-law", "scenarios/verification/pocket.yaml", "verification/hold", "convergence"])


@pytest.mark.parametrize(
    ("name", "near"), [("brigde", "bridge"), ("squarelaw", "square-law"), ("resolutoin", "resolution")]
)
def test_an_unknown_name_is_answered_with_the_nearest(name, near):
    with pytest.raises(InputError, match=f"^{name}: no such case or scenario of the suite; did you mean {near}"):
        check_names(["fear", name])


def test_an_unknown_name_is_answered_before_the_slow_imports():
    code = (
        "import sys; from sim.apps.cli.main import main; sys.argv = ['sim', 'verify', 'nosuch']\n"
        "try: main()\nexcept SystemExit as end: print(end.code, 'numpy' in sys.modules, 'numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "2 False False\n"
