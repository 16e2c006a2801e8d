"""Runs are the same in one process and in several, and a failing run is an error of its own.

Covers sim.campaign.replications, sim.campaign.recorder, sim.results.record, sim.results.result_from_records.
"""

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import replicate, run, simulate, spread
from sim.errors import InputError
from sim.results.record import SERIES
from sim.results.result_from_records import from_record, from_records
from tests.support.toy_theatre import toy

SHORT = {"time.horizon_days": 2}
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_one_run_is_the_replication_of_its_number():
    ensemble = replicate(toy(SHORT), 3, seed=4, workers=1)
    alone = run(toy(SHORT), seed=4, replication=2)
    assert alone.series.identical(ensemble.run(2).series)
    assert alone.events.equals(ensemble.run(2).events)


def test_a_record_has_every_series_for_every_day():
    record = simulate(toy(SHORT), seed=1, replication=5)
    assert record.replication == 5
    assert set(record.series) == set(SERIES)
    assert all(len(values) == 3 for values in record.series.values())
    assert np.all(np.diff(record.events["hour"]) >= 0.0)


def test_the_recorder_writes_a_row_for_each_day_and_for_the_start():
    model = Campaign(toy(SHORT), seed=1)
    assert model.recorder.n_recorded == 1
    for _ in range(24):
        model.step()
    assert model.recorder.n_recorded == 2
    assert model.recorder.series["losses"][1].sum() == model.state.losses.sum()


def test_records_in_any_order_make_the_same_ensemble():
    records = [simulate(toy(SHORT), seed=2, replication=i) for i in range(3)]
    forwards, backwards = (from_records(list(some), toy(SHORT), 2, 0.0) for some in (records, records[::-1]))
    assert forwards.series.identical(backwards.series)
    assert from_record(records[1], toy(SHORT), 2, 0.0).series.identical(forwards.run(1).series)


def _double(n):
    return 2 * n


@pytest.mark.parametrize("workers", [1, 2])
def test_work_is_spread_without_loss(workers):
    assert sorted(spread(_double, list(range(6)), workers)) == [0, 2, 4, 6, 8, 10]


def test_a_scenario_is_given_as_such_by_name_or_by_file(tmp_path):
    short = tmp_path / "short.yaml"
    short.write_text(f"extends: {SCENARIOS / 'baseline.yaml'}\nname: Short\nchanges: {{time.horizon_days: 1}}\n")
    loaded = run(sim.load(short))
    assert run(short).series.equals(run(str(short)).series)
    assert run(short).series.equals(loaded.series)
    assert replicate(str(short), 1).run(0).events.equals(loaded.events)
    other = sim.load(short, set={"name": "Other", "defender.reserve": 0})
    assert sim.compare(short, other, replications=1).reference.name == "Short"


@pytest.mark.parametrize("wrong", [None, 3, b"baseline", ["baseline"]])
@pytest.mark.parametrize("take", [run, replicate, sim.compare, Campaign, sim.explore])
@pytest.mark.usefixtures("no_run")
def test_what_is_no_scenario_is_refused_in_one_line(take, wrong):
    with pytest.raises(InputError, match="scenario: must be a name, a file or a loaded scenario, is "):
        take(wrong)


def test_a_misspelt_name_is_refused_with_the_nearest_one():
    for take in (run, replicate, sim.compare):
        with pytest.raises(InputError, match=r"basline.*did you mean baseline"):
            take("basline")
