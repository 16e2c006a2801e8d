"""Raising a parameter moves an outcome as its meaning says; every quantity of the schema is in `direction_rows`, with
its direction or with the reason why none is expected.

Each row is simulated on the toy theatre with the parameter low and high, in pairs with the same seed. A row holds when
the mean paired difference has the sign it should and lies at least Z standard errors from zero.
"""

import math

import numpy as np
import pytest

from sim.quantity import walk
from sim.scenario.schema import Scenario
from tests.support.direction_rows import EFFECTS, NO_DIRECTION, NO_SIZE
from tests.support.toy_theatre import GROUND
from tests.support.watched_runs import outcomes

pytestmark = pytest.mark.slow

N_PAIRS = 10
# A right model fails a row with probability 0.0014 even if the true effect were nil; the seeds are fixed.
Z = 3.0

PACE = {"time.tick_h": 2.0}
UNITS_OF_NO_NUMBER = {"", "text", "flag", "id", "list", "date"}


def with_value(path, value, also):
    """Return a row's changes: in a list every item gets the value, a map with free keys is the value."""
    path, is_in_list, name = path.partition(".*")[0].partition("[].")
    if is_in_list:
        lists = {f"ground.{key}": items for key, items in GROUND.items()} | also
        value = [item | {name: value} for item in lists[path]]
    return PACE | also | {path: value}


def title(row):
    return f"{row[0]}-{row[3]}"


@pytest.mark.parametrize("row", EFFECTS, ids=title)
def test_an_outcome_moves_as_the_parameter_means(row):
    path, low, high, outcome, sign, also = row
    changes = [with_value(path, value, also) for value in (low, high)]
    pairs = [[outcomes(change, seed)[outcome] for change in changes] for seed in range(1, N_PAIRS + 1)]
    difference = sign * np.diff(np.array(pairs, float), axis=1).ravel()
    error = difference.std(ddof=1) / math.sqrt(N_PAIRS)
    assert difference.mean() > 0.0
    assert difference.mean() >= Z * error, f"{difference.mean():.3g} with a standard error of {error:.3g}"


def test_a_late_drone_still_finds_a_line_section():
    soon, late = (outcomes(PACE | {"drone_strikes.attacker.delay_h": delay_h}, 1) for delay_h in (0.0, 3.0))
    assert soon["defenders_drone_line"] > 0
    assert late == soon


def test_every_quantity_has_a_direction_or_a_reason_for_none():
    leaves = list(walk(Scenario))
    quantities = {leaf.path for leaf in leaves if leaf.source_required}
    sizes = {leaf.path for leaf in leaves if not leaf.source_required and leaf.unit not in UNITS_OF_NO_NUMBER}
    moved = {row[0] for row in EFFECTS}
    assert moved | NO_DIRECTION.keys() | NO_SIZE.keys() == quantities | sizes
    assert not moved & (NO_DIRECTION.keys() | NO_SIZE.keys())
    assert NO_DIRECTION.keys() <= quantities
