"""Saved numbers carry their unit and the label, for programs that know nothing of this one."""

import re
from pathlib import Path

import pyarrow as pa
import pytest

from sim.campaign.replications import replicate
from sim.results.outcome_wording import OUTCOMES
from sim.results.record import SERIES
from sim.results.result import Ensemble
from sim.results.stored_units import Notes, annotated, unit_of
from sim.world.integer_codes import COUNTS
from tests.support.toy_theatre import toy

_STORED = {"days": "day", "km²": "km2", "km": "km", "soldiers": "soldiers", "t per day": "t day-1"}


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_outcome_has_the_unit_that_its_wording_has(name):
    assert unit_of(name) == _STORED.get(OUTCOMES[name].unit, "1")


def test_every_series_and_count_has_a_unit():
    found = {name: unit_of(name) for name in (*SERIES, *COUNTS)}
    assert {name for name, unit in found.items() if unit == "soldiers"} == {
        "soldiers", "losses", "losses_by_cause", "pool_soldiers", "reserve_soldiers", "line_soldiers",
        "soldiers_by_role", "soldiers_by_axis",
        "soldiers_sent_forward",
    }  # fmt: skip
    assert None not in found.values()


def test_a_member_has_the_unit_of_its_family_and_an_unknown_name_none():
    assert unit_of("losses.attacker") == "soldiers"
    assert unit_of("flot_displacement_km.south") == "km"
    assert unit_of("replication") is None


def test_a_table_carries_label_and_units_and_its_values_stay():
    table = pa.table({"point": [1, 2], "attacker.troops": [3.0, 4.0], "advance_km": [0.5, 0.25]})
    found = annotated(table, Notes("a label", {"attacker.troops": "soldiers"}))
    assert found.schema.metadata == {b"label": b"a label"}
    assert [field.metadata for field in found.schema] == [None, {b"units": b"soldiers"}, {b"units": b"km"}]
    assert found.equals(table)


def test_the_documented_lines_read_a_saved_result(tmp_path):
    folder = replicate(toy(), 2, seed=3, workers=1).save(tmp_path / "run")
    page = (Path(__file__).parents[2] / "docs/analysis.md").read_text("utf-8")
    section = page.partition("## Reading saved results in Python and R")[2].partition("\n## ")[0]
    (text,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(text.replace("DIR", str(folder)), "analysis.md", "exec"), names)
    assert len(names["outcomes"]) == 2
    assert names["outcomes"].columns[-1] == "label"
    assert names["series"]["losses"].attrs["units"] == "soldiers"
    assert names["series"]["day"].attrs["units"] == "day"
    assert names["series"]["day"].dtype.kind == "i"  # xarray makes no spans of time of them
    assert Ensemble.load(folder).series["day"].identical(names["series"]["day"])
