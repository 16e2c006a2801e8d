from sim.campaign.replications import simulate
from sim.results.series_names import series_by_name, series_names
from sim.scenario.loader import load


def test_a_family_of_series_has_one_name_per_member():
    ground = load("baseline").ground
    names = series_names(ground)
    assert {"area_changed_km2", "losses.attacker", "losses.defender"} <= set(names)
    assert [f"supply_level.{axis.name}" for axis in ground.axes] == [n for n in names if n.startswith("supply_level.")]
    assert len(names) == len(set(names))


def test_every_series_is_found_by_its_name():
    scenario = load("one-hill", set={"time.horizon_days": 2})
    series = simulate(scenario, seed=1, replication=0).series
    columns = series_by_name(series, scenario.ground)
    assert list(columns) == series_names(scenario.ground)
    assert columns["losses.defender"].tolist() == series["losses"][:, 1].tolist()
    assert {len(values) for values in columns.values()} == {3}
