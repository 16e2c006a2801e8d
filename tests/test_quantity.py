"""Quantities carry unit, meaning and provenance; errors stay short.

Covers sim.quantity.
"""

import json
import math
import pickle

import numpy as np
import pytest
from pydantic import ValidationError

from sim.errors import InputError
from sim.quantity import MOBILITIES, Params, PerMobility, quantity, setting, walk
from tests.support.small_schema import Small


class Numbers(Params):
    length_km: float = quantity("km", "a length", ge=0, lt=10)
    n_teams: int = quantity("teams", "a count", gt=0, le=5)
    tick_h: float = setting("h", "a tick", default=1.0)


def check(**values):
    return Numbers.model_validate_json(json.dumps({"length_km": 1, "n_teams": 1} | values))


def test_a_whole_number_serves_as_a_float():
    assert check(length_km=3).length_km == 3.0


@pytest.mark.parametrize(
    "values",
    [
        {"length_km": "3"},
        {"length_km": True},
        {"length_km": math.nan},
        {"length_km": math.inf},
        {"length_km": -1},
        {"length_km": 10},
        {"length_km": None},
        {"n_teams": 0},
        {"n_teams": 6},
        {"n_teams": 2.0},
        {"n_teams": True},
        {"tick_hours": 1},
    ],
)
def test_what_is_not_a_number_within_its_bounds_is_refused(values):
    with pytest.raises(ValidationError):
        check(**values)


def test_a_quantity_has_no_default_and_a_section_is_frozen():
    with pytest.raises(ValidationError):
        Numbers.model_validate({"n_teams": 1})
    numbers = check()
    with pytest.raises(ValidationError):
        numbers.length_km = 2.0


def test_mobilities_come_in_the_order_of_their_names():
    speed = PerMobility(foot=1, motorcycle=2, atv=3, armour=4)
    assert tuple(PerMobility.model_fields) == MOBILITIES
    assert speed.as_array().dtype == np.float64
    assert list(speed.as_array()) == [1, 2, 3, 4]


def test_the_walk_finds_every_leaf_with_its_unit():
    leaves = {leaf.path: leaf for leaf in walk(Small)}
    assert leaves["attacker.speed_km_h.atv"].unit == "km/h"
    assert leaves["attacker.speed_km_h.atv"].source_required
    assert leaves["attacker.effort.*"].meaning == "effort by axis"
    assert leaves["places[].x_km"].unit == "km"
    assert not leaves["attacker.tick_h"].source_required
    assert all(leaf.unit and leaf.meaning for leaf in leaves.values())
    assert "attacker" not in leaves


def test_a_choice_between_sections_is_walked_into_each():
    class Other(Params):
        area_km2: float = quantity("km2", "an area")

    class Both(Params):
        either: Numbers | Other | None = setting("section", "one of two", default=None)

    assert {"either.length_km", "either.area_km2"} <= {leaf.path for leaf in walk(Both)}


def test_input_errors_survive_pickling_and_stay_short_and_printable():
    error = pickle.loads(pickle.dumps(InputError(["a\x1b[31m\nb"] * 50)))
    assert len(error.lines) == 41
    assert error.lines[0] == "a\\x1b[31m\\nb"
    assert error.lines[-1] == "... and 10 more"
