import numpy as np
import pandas as pd
import pytest

from sim.analysis import SweepResults
from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import run
from sim.errors import InputError
from sim.experiment.designs import design_of, scenario_at
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import sweep
from sim.experiment.saved_outputs import concatenate, outputs_of
from sim.results.control_history import control_by_day
from sim.scenario.loader import load
from sim.world.ground import Ground
from tests.support.experiment_files import TINY_SWEEP


def test_daily_series_and_map_changes_are_those_of_the_run(experiment, reference):
    results, point = SweepResults.load(reference), 4
    scenario = scenario_at(experiment, design_of(experiment).values.loc[point].to_dict())
    result = run(scenario, seed=experiment.seed, replication=1)
    series = results.series([point]).query("replication == 1")
    assert series.columns.tolist() == [
        "point", "replication", "day", "area_changed_km2", "losses.attacker", "losses.defender"
    ]  # fmt: skip
    assert series["day"].tolist() == list(range(5))
    np.testing.assert_array_equal(series["area_changed_km2"], result.series["area_changed_km2"].astype("f4"))
    np.testing.assert_array_equal(series["losses.defender"], result.series["losses"].sel(side="defender"))
    changes = results.map_changes([point]).query("replication == 1")
    assert len(changes) > 5
    control = np.repeat(result.series["initial_control"].to_numpy().ravel()[None], 5, axis=0)
    for change in changes.sort_values("day").itertuples():
        control[change.day :, change.cell] = change.is_attackers
    np.testing.assert_array_equal(control.reshape(5, *result.series["control"].shape), control_by_day(result))


def test_map_changes_give_the_area_that_was_recorded_where_reserves_retake_cells(experiment):
    scenario = load("baseline", set={"time.horizon_days": 25, "time.tick_h": 3})
    record = Campaign(scenario, 2).run().finish(0)
    ground = Ground(scenario.ground)
    control = np.repeat(ground.control[None], len(record.series["losses"]), axis=0)
    for change in outputs_of(experiment, scenario, (0, 0), record)["map"].itertuples():
        control[change.day :, change.cell] = change.is_attackers
    changed = (control - ground.control)[:, ground.axis >= 0].sum(axis=1) * ground.cell_km**2
    np.testing.assert_allclose(changed, record.series["area_changed_km2"], rtol=1e-12)


def test_a_map_that_was_not_saved_is_reported(experiment, tmp_path, file):
    file.write_text(TINY_SWEEP.replace("save_map: true", ""))
    results = SweepResults.load(sweep(load_experiment(file), tmp_path / "mapless", workers=1).folder)
    with pytest.raises(InputError, match="no map was saved; write save_map: true in the experiment file to save it"):
        results.map_changes()


def test_tables_of_several_runs_become_one_of_each_name():
    one, other = ({"runs": pd.DataFrame({"point": [i]}), "map": pd.DataFrame({"cell": [i, i]})} for i in (0, 1))
    found = concatenate([one, other])
    assert found["runs"]["point"].tolist() == [0, 1]
    assert found["map"]["cell"].tolist() == [0, 0, 1, 1]
    assert concatenate([]) == {}
