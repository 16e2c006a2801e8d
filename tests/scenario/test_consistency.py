"""What does not fit together within the map is reported, one line per problem.

Covers sim.scenario.consistency.
"""

import pytest

from sim.scenario.consistency import map_problems
from sim.world.map_values import GroundParams
from tests.support.bench import GROUND, line_of_communication


def problems_with(lines):
    """Return the problems of the map with these lines of communication."""
    return list(map_problems(GroundParams.model_validate(GROUND | {"lines_of_communication": lines})))


def test_the_map_of_the_tests_fits_together():
    assert problems_with(GROUND["lines_of_communication"]) == []


@pytest.mark.parametrize(
    ("kind", "start", "end", "path", "problem"),
    [
        (
            "track",
            "Town",
            "west",
            [[0.0, 3.0], [-3.0, 1.0]],
            "none of the defender's starts at 'rear', so nothing can arrive",
        ),
        ("road", "rear", "west", [[50.0, 70.0], [60.0, 80.0]], "'rear to west' has no point on the map"),
        ("road", "rear", "Nowhere", [[0.0, 7.0], [0.0, 3.0]], "'rear to Nowhere' joins 'Nowhere'"),
    ],
)
def test_a_network_that_makes_no_sense_is_refused(kind, start, end, path, problem):
    (found,) = problems_with([line_of_communication(kind, start, end, path, 6.0)])
    assert problem in found
