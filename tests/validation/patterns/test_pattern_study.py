"""The study: its limits, its runs and their random numbers."""

import pytest

from sim.campaign import replications
from sim.errors import InputError
from sim.scenario.loader import load
from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_report import document, to_csv
from sim.validation.patterns.pattern_study import Sizes, Study, check, study
from sim.validation.patterns.scenario_variants import YEAR_BEFORE, check_doctrines
from tests.support.toy_theatre import toy


def test_sizes_out_of_bounds_and_missing_doctrines_are_refused():
    baseline = load("baseline")
    with pytest.raises(InputError) as caught:
        check(baseline, Sizes(0, 1, 0))
    assert [line.split(":")[0] for line in caught.value.lines] == ["--draws", "--days"]
    with pytest.raises(InputError, match="must not exceed 10000, is 20000"):
        check(baseline, Sizes(200, 100, 1))
    with pytest.raises(InputError, match="no doctrine encirclement"):
        check_doctrines(toy())


@pytest.mark.slow
def test_variants_of_a_sample_share_random_numbers_and_samples_do_not(monkeypatch):
    short = {"time.tick_h": 24, "time.horizon_days": 1}
    jobs = []

    def recorded(scenario, seed, replication_number):
        jobs.append((scenario, seed, replication_number))
        return simulate(scenario, seed, replication_number)

    simulate = replications.simulate
    monkeypatch.setattr(replications, "simulate", recorded)
    found = study(load("baseline", set=short), load(YEAR_BEFORE, set=short), Sizes(2, 2, 1), seed=5, workers=1)
    assert isinstance(found, Study)
    assert len(jobs) == len(found.runs) == 2 * 2 * 13
    assert {seed for _, seed, _ in jobs} == {5}
    by_numbers = {r: {one.drone_strikes.defender.p_hit for one, _, n in jobs if n == r} for r in range(4)}
    assert all(len(values) == 1 for values in by_numbers.values())
    assert by_numbers[0] == by_numbers[1] != by_numbers[2] == by_numbers[3]
    assert document(found)["n_replications"] == 2
    assert to_csv(found).count("\n") > len(claims())
