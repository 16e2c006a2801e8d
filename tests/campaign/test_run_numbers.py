"""Numbers of runs are checked alike by all who take them, before anything runs, and become Python's own."""

import json

import numpy as np
import pytest

import sim
from sim.campaign.run_numbers import RunNumbers, run_numbers
from sim.errors import InputError
from tests.support.toy_theatre import toy

SHORT = {"time.horizon_days": 1}
WRONG = [
    ("seed", True), ("seed", None), ("seed", "1"), ("seed", 1.0), ("seed", -1), ("seed", 2**32),
    ("replications", True), ("replications", "1"), ("replications", 0), ("replications", 10_001),
    ("workers", 0), ("workers", -1), ("workers", 257), ("workers", "2"), ("workers", False),
]  # fmt: skip
TAKERS = {
    "run": lambda **at: sim.run(toy(SHORT), **at),
    "replicate": lambda **at: sim.replicate(toy(SHORT), **at),
    "compare": lambda **at: sim.compare(toy(SHORT), toy(SHORT), **at),
    "explore": lambda **at: sim.explore(toy(SHORT), **at),
}


def test_numpys_numbers_become_pythons():
    found = run_numbers(np.int64(7), np.uint8(2), np.int32(1), np.int16(3))
    assert found == RunNumbers(7, 2, 1, 3)
    assert {type(number) for number in found} == {int}


def test_every_fault_is_named_as_the_argument_or_as_the_option():
    with pytest.raises(InputError) as caught:
        run_numbers(-1, 0, 0, 0, prefix="--")
    assert [line.split(":")[0] for line in caught.value.lines] == ["--seed", "--replications", "--workers", "--draws"]
    with pytest.raises(InputError, match=r"^draws: 101 parameter samples of 100 replications are 10100 runs"):
        run_numbers(1, 100, None, 101)


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize(("name", "value"), WRONG)
@pytest.mark.usefixtures("no_run")
def test_a_wrong_number_is_refused_before_anything_runs(taker, name, value):
    if taker == "run" and name != "seed":
        name, value = "replication", -1
    with pytest.raises(InputError, match=f"^{name}: must "):
        TAKERS[taker](**{name: value})


@pytest.mark.parametrize("draws", [True, 0, "3", None])
@pytest.mark.usefixtures("no_run")
def test_wrong_draws_and_unknown_assumptions_are_refused(draws):
    with pytest.raises(InputError, match=r"^draws: must "):
        sim.compare(toy(SHORT), toy(SHORT), assumptions="drawn", draws=draws)
    with pytest.raises(InputError, match=r"^assumptions: must be central or drawn, is 'Drawn'"):
        sim.compare(toy(SHORT), toy(SHORT), assumptions="Drawn")


def test_a_run_with_numpys_seed_is_saved(tmp_path):
    sim.replicate(toy(SHORT), np.int64(2), np.int64(7), np.int64(1)).save(tmp_path / "saved")
    assert json.loads((tmp_path / "saved" / "manifest.json").read_text())["seed"] == 7
    sim.run(toy(SHORT), np.int64(7), np.int64(1)).save(tmp_path / "one")
    assert json.loads((tmp_path / "one" / "manifest.json").read_text())["seed"] == 7
