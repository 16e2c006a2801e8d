"""All contenders of `make bench` do the same job: the losses of each agree with the rules."""

import importlib
import json
import os

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks.__main__ import lines, save
from benchmarks.peers.beside import CONTENDERS, Worker
from benchmarks.peers.environment import is_made, python
from benchmarks.peers.toy import SOLDIERS, Job, expected
from benchmarks.timing import exponent

# Seeds are fixed, so a test that passes always passes; one two-sided level for all.
LEVEL = 0.001
SEEDS = (1, 2, 3)
OWN = [name for name, home in CONTENDERS.items() if home == "own"]


def p_values(job, n_soldiers):
    """Return the p-values of the losses: of their total, and of their spread over teams."""
    p, left = expected(job), np.array(n_soldiers)
    assert (left[p == 1.0] == SOLDIERS).all()  # teams never within the radius have no losses
    is_at_risk = p < 1.0
    p, left = p[is_at_risk], left[is_at_risk]
    mean, variance = SOLDIERS * p, SOLDIERS * p * (1.0 - p)
    total = 2.0 * norm.sf(abs((left - mean).sum()) / np.sqrt(variance.sum()))
    # The square of a standardised binomial has variance 2 + (1 - 6 p q) / (n p q): its sum over many teams is normal.
    squares = (left - mean) ** 2 / variance
    spread = np.sqrt((2.0 + (1.0 - 6.0 * p * (1.0 - p)) / variance).sum())
    return total, 2.0 * norm.sf(abs((squares - 1.0).sum()) / spread)


@pytest.mark.parametrize("name", OWN)
def test_the_losses_of_a_contender_agree_with_the_rules(name):
    run = importlib.import_module(f"benchmarks.peers.{name}").run
    for seed in SEEDS:
        job = Job(500, seed)
        outcome = run(job)
        assert outcome.seconds > 0.0
        assert min(p_values(job, outcome.n_soldiers)) > LEVEL, seed


@pytest.mark.slow  # for one Python version; another one would have to create the environment again
@pytest.mark.skipif(not is_made() and not os.environ.get("CI"), reason="`make bench` creates the environment")
@pytest.mark.parametrize("name", [name for name, home in CONTENDERS.items() if home == "apart"])
def test_the_losses_of_a_contender_in_the_separate_environment_agree_with_the_rules(name):
    worker = Worker(name, python())
    try:
        assert min(p_values(Job(500, 1), worker.run(500, 1)["n_soldiers"])) > LEVEL
    finally:
        worker.close()


def test_the_check_detects_a_wrong_hazard():
    job = Job(500, 1)
    rng = np.random.default_rng(1)
    assert min(p_values(job, rng.binomial(SOLDIERS, expected(job)))) > LEVEL
    assert min(p_values(job, rng.binomial(SOLDIERS, expected(job) ** 1.2))) < LEVEL


def test_an_exponent_is_the_slope_between_logarithms():
    sizes = [10, 100, 1_000]
    assert exponent(sizes, [3.0 * size**1.25 for size in sizes]) == pytest.approx(1.25)


def test_numbers_are_printed_under_dotted_names_and_saved_completely(tmp_path):
    found = {"year": {"seconds": 0.98765, "rows": 66_197, "spread_s": {"median": 1, "least": 0.5, "most": 2, "n": 3}}}
    assert [" ".join(line.split()) for line in lines(found)] == [
        "year.seconds 0.988", "year.rows 66,197", "year.spread_s 1 0.5 to 2 in 3",
    ]  # fmt: skip
    save(found, tmp_path / "results" / "bench.json")
    assert json.loads((tmp_path / "results" / "bench.json").read_text()) == found
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["bench.json"]
