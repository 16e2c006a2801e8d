"""Every value that a scenario can hold is bounded: numbers from both sides, lists and texts in length."""

import datetime as dt
import math
import types
from typing import Annotated, Literal, Union, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import run
from sim.errors import InputError
from sim.results.result import Result
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from tests.support.toy_theatre import GROUND, toy

# Their members are named by others, or are checked by rules of their own.
FREE = {"own_outcomes", "command.effort"}


def rules(metadata):
    """Yield the bounds that the metadata of a type hold."""
    for rule in metadata:
        yield from rules(rule.metadata) if isinstance(rule, FieldInfo) else (rule,)


def values(annotation, metadata, path):
    """Yield the path, type and bounds of each value, also of those in lists, maps, unions and sections."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from values(inner, [*metadata, *rules(more)], path)
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            if part is not types.NoneType:
                yield from values(part, metadata, path)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            child = f"{path}.{name}" if path else name
            yield from values(field.annotation, list(rules(field.metadata)), child)
    elif get_origin(annotation) is list:
        yield path, list, metadata
        yield from values(get_args(annotation)[0], [], f"{path}[]")
    elif get_origin(annotation) is dict:
        yield path, dict, metadata
        yield from values(get_args(annotation)[1], [], f"{path}.*")
    else:
        yield path, annotation, metadata


VALUES = list(values(Scenario, [], ""))
NUMBERS = [(path, kind, metadata) for path, kind, metadata in VALUES if kind in (int, float)]


def ends(metadata):
    """Return the lowest and highest value that bounds allow; infinite where there is none."""
    low = max((r.ge if isinstance(r, Ge) else r.gt for r in metadata if isinstance(r, (Ge, Gt))), default=-math.inf)
    high = min((r.le if isinstance(r, Le) else r.lt for r in metadata if isinstance(r, (Le, Lt))), default=math.inf)
    return low, high


def test_every_kind_of_value_is_known():
    kinds = {kind for _, kind, _ in VALUES if get_origin(kind) is not Literal}
    assert kinds == {bool, int, float, str, list, dict, dt.date}
    assert len(NUMBERS) > 120


@pytest.mark.parametrize(("path", "kind", "metadata"), NUMBERS, ids=[path for path, _, _ in NUMBERS])
def test_a_number_has_a_lowest_and_a_highest_value(path, kind, metadata):
    low, high = ends(metadata)
    assert -1e10 < low < high < 1e10


def test_lists_and_texts_have_a_greatest_length():
    unbounded = {
        path
        for path, kind, metadata in VALUES
        if kind in (str, list, dict) and not any(isinstance(rule, MaxLen) for rule in metadata)
    }
    assert unbounded <= FREE | {f"{path}.*" for path in FREE}


def refused(changes):
    """Return what the baseline with these changes is refused for."""
    with pytest.raises(InputError) as caught:
        load("baseline", set=changes)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"drone_strikes.calls_per_team_h": 8_000_000}, "must be at most 1000, is 8000000"),
        ({"ground.settlements": [{**GROUND["settlements"][0], "x_km": 1e308}]}, "must be at most 5000, is 1e+308"),
        ({"ground.cell_km": 0.08}, "makes a map of 1225000 cells; at most 1000000 are allowed"),
        ({"attacker.troops": 10**7, "attacker.infantry_share": 1.0, "resolution.team_size": 2},
         "makes up to 5036000 teams; at most 4000000"),
        ({"defender.density_per_km": 1000, "ground.cell_km": 10, "defender.urban_multiplier": 20,
          "command.pressure_floor": 0.3, "command.pressure_cap": 100}, "sections of up to 94,280,904 soldiers"),
        ({"ground.cell_km": 0.1, "ground.axes": [{"name": f"axis {i}", "path": [[0, 0], [0, 9]], "half_width_km": 2,
                                                  "source": "theatre_sketch"} for i in range(50)]},
         "50 axes on a map of 784,000 cells; cells x axes must be at most 20,000,000"),
        ({"ground.attacker_ground": [[-5000, -20], [5000, 5000]] * 20}, "paths of 437,"),
    ],
)  # fmt: skip
def test_what_decides_memory_or_time_is_refused_with_the_figure(changes, says):
    assert says in refused(changes)


@pytest.mark.parametrize("start", ["1677-12-31", "1600-01-01", "2261-12-31", "2262-01-01", "9999-12-31", "0001-01-01"])
def test_a_campaign_outside_the_dates_that_can_be_saved_is_refused(start):
    said = refused({"time.start_date": start, "time.horizon_days": 200})
    assert said == (
        f"set: time.start_date: {start} and 200 days: a campaign must lie between 1678-01-01 and 2261-12-31, the "
        "dates that time stamps hold"
    )


@pytest.mark.parametrize("start", [dt.date(1678, 1, 1), dt.date(2261, 12, 29)])
def test_the_first_and_the_last_campaign_have_the_right_dates(start, tmp_path):
    result = run(load("one-hill", set={"time.start_date": start, "time.horizon_days": 2}))
    result.save(tmp_path / "saved")
    days = [str(day)[:10] for day in Result.load(tmp_path / "saved").series.time.values]
    assert days == [(start + dt.timedelta(days=i)).isoformat() for i in range(3)]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("drone_strikes.section_call_per_soldier_h", {"defender.density_per_km": 1000.0}),
        ("drone_strikes.garrison_call_per_soldier_h", {"attacker.troops": 200_000, "control.garrison_per_km": 1000.0}),
        ("drone_strikes.calls_per_team_h", {"attacker.troops": 100_000, "attacker.forward_groups": 20_000}),
    ],
)
def test_a_tick_with_too_many_requests_is_refused_before_it_takes_memory(path, more):
    most = 100.0 if path.endswith("soldier_h") else 1000.0
    model = Campaign(toy(more | {path: most, "time.tick_h": 24.0, "detection.n_sensors": 1e6}), seed=1)
    with pytest.raises(InputError, match="drone_strikes: the tick from hour 0 has more than 1,000,000 requests"):
        model.run()
