"""A request finds a crew or is blocked, and a hit removes soldiers under the cause that fits what they were doing."""

from typing import NamedTuple

import numpy as np
import pytest

from sim.mechanisms.shared.drone_crew_choice import CrewPlaces, Target, find_crew, put_in_order_of_idleness
from sim.mechanisms.shared.drone_requests import REQUEST
from sim.mechanisms.shared.drone_sorties import ARMOUR, Crews, Ledger, Sortie, cause_of, serve
from sim.world.clock import Tick
from sim.world.integer_codes import (
    ATTACKER,
    BLOCKED_ON_ATTACKER,
    BLOCKED_ON_DEFENDER,
    CALLS_ON_ATTACKER,
    CALLS_ON_DEFENDER,
    CAUSES,
    COUNTS,
    DEFENDER,
    STATES,
)
from sim.world.keyed_draws import DRONE_STRIKES, Draws

STREAM = Draws(1).stream(DRONE_STRIKES, Tick(0.0, 1.0))
FIRST = 3  # the number of the side's first crew
NEAR, FAR = Target(0.0, 0.0, 0.0), Target(9.0, 0.0, 0.0)


class Rows(NamedTuple):
    """Active rows of one cell."""

    active: np.ndarray
    n_active: int
    state: np.ndarray
    group_id: np.ndarray
    n_soldiers: np.ndarray
    mobility: np.ndarray
    objective_cell: np.ndarray
    remaining_km: np.ndarray
    moving_to_h: np.ndarray


class Cells(NamedTuple):
    """One cell."""

    x_km: np.ndarray
    y_km: np.ndarray
    axis: np.ndarray
    terrain: np.ndarray
    terrain_cover: np.ndarray


CELLS = Cells(np.zeros(1), np.zeros(1), np.zeros(1, np.int8), np.zeros(1, np.int8), np.ones(1))


def rows_of(n_soldiers, state="wait", mobility=0, moving_to_h=0.0):
    """Return one group of rows with these soldiers."""
    n = len(n_soldiers)
    return Rows(
        np.arange(n), n, np.full(n, STATES.index(state), np.int8), np.zeros(n, np.int32),
        np.array(n_soldiers, np.int32), np.full(n, mobility, np.int8), np.zeros(n, np.int32), np.zeros(n),
        np.full(n, moving_to_h),
    )  # fmt: skip


def sortie_of(free_at_h, **values):
    """Return a sortie of the defender's crews, all at the cell, that always hits and always kills."""
    n = len(free_at_h)
    crews = Crews(
        CrewPlaces(np.zeros((2, n)), np.arange(n), np.zeros(n + 1, np.int32)),
        FIRST,
        np.zeros(n, np.int32),
        np.array(free_at_h, float),
    )
    put_in_order_of_idleness(crews.places, crews.free_at_h)
    sortie = Sortie(
        side=DEFENDER,
        start_h=0.0,
        range_km=5.0,
        set_back_km=0.0,
        stage_km=6.0,
        p_integration=1.0,
        service_h=1.0,
        p_success=1.0,
        late=np.zeros(4),
        burst=2,
        burst_armour=6,
        p_casualty=1.0,
        supply_level=np.ones(1),
        stream=STREAM,
        crews=crews,
    )
    return sortie._replace(**values)


def request_at(hour=0.5, size=1.0, owner=-1):
    requests = np.zeros(1, REQUEST)
    requests["hour"], requests["size"], requests["owner"], requests["key"] = hour, size, owner, 7
    return requests


def served(sortie, rows, requests, cells=CELLS):
    ledger = Ledger(np.zeros((2, len(CAUSES)), np.int64), np.zeros(len(COUNTS), np.int64))
    serve(requests, np.arange(len(requests), dtype=np.int32), sortie, rows, cells, ledger)
    return ledger


def found(sortie, target=NEAR, owner=-1):
    return find_crew(1.0, request_at(owner=owner)[0], target, sortie)


def test_with_integration_the_crew_that_is_idle_longest_takes_the_request_whichever_sees_it():
    assert found(sortie_of([0.5, 0.2, 2.0]), owner=FIRST + 2) == (1, 2)
    assert found(sortie_of([0.5, 0.2, 2.0])) == (1, -1)
    assert found(sortie_of([1.5, 1.2, 2.0]), owner=FIRST) == (-1, 0)


def test_without_integration_only_the_crew_that_sees_the_target_can_take_the_request():
    alone = sortie_of([0.5, 0.2, 2.0], p_integration=0.0)
    assert found(alone, owner=FIRST) == (0, 0)
    assert found(alone, owner=FIRST + 2) == (-1, 2)
    assert found(alone, FAR, owner=FIRST) == (-1, 0)
    assert found(alone, FAR) == (-1, -1)
    crew, owner = found(sortie_of([0.5, 0.2, 0.0], p_integration=0.0))
    assert crew == owner
    assert crew >= 0


def test_a_request_is_served_counted_and_makes_its_crew_busy():
    sortie, rows = sortie_of([0.0, 0.9]), rows_of([4])
    ledger = served(sortie, rows, request_at())
    assert ledger.counts[CALLS_ON_ATTACKER] == 1
    assert ledger.counts[BLOCKED_ON_ATTACKER] == 0
    assert sortie.crews.free_at_h[0] > 0.5
    assert sortie.crews.free_at_h[1] == 0.9
    assert rows.n_soldiers.tolist() == [4]  # none of the moving targets is still there


def test_requests_while_all_crews_are_busy_are_blocked():
    requests = np.concatenate([request_at(0.1), request_at(0.2), request_at(0.3)])
    ledger = served(sortie_of([0.9, 0.8]), rows_of([4]), requests)
    assert (ledger.counts[CALLS_ON_ATTACKER], ledger.counts[BLOCKED_ON_ATTACKER]) == (3, 3)


def test_requests_on_the_fallen_are_dropped():
    ledger = served(sortie_of([0.0]), rows_of([0]), request_at())
    assert not ledger.counts.any()


@pytest.mark.parametrize(("mobility", "n_lost"), [(0, 2), (ARMOUR, 6)])
def test_a_hit_reaches_the_burst_in_all_rows_of_the_group(mobility, n_lost):
    rows = rows_of([1, 4, 4], mobility=mobility)
    ledger = served(sortie_of([0.0], late=np.ones(4)), rows, request_at())
    assert ledger.losses[ATTACKER, CAUSES.index("drone_waiting")] == ledger.losses.sum() == n_lost
    assert rows.n_soldiers.sum() == 9 - n_lost


def test_the_attackers_drones_strike_sections():
    sortie = sortie_of([0.0], side=ATTACKER)
    rows = rows_of([4], "line", mobility=ARMOUR)
    ledger = served(sortie, rows, request_at())
    assert (ledger.counts[CALLS_ON_DEFENDER], ledger.counts[BLOCKED_ON_DEFENDER]) == (1, 0)
    assert ledger.losses[DEFENDER, CAUSES.index("drone_line")] == 2
    assert np.isfinite(sortie.crews.free_at_h[0])


@pytest.mark.parametrize(("side", "state"), [(DEFENDER, "wait"), (ATTACKER, "line")])
def test_a_crew_of_either_side_without_supply_is_not_free_again(side, state):
    sortie = sortie_of([0.0], side=side, supply_level=np.zeros(1))
    served(sortie, rows_of([4], state), request_at())
    assert sortie.crews.free_at_h[0] == np.inf


@pytest.mark.parametrize(
    ("state", "is_moving", "cause"),
    [
        ("line", True, "drone_line"),
        ("garrison", False, "drone_garrison"),
        ("advance", False, "drone_transit"),
        ("withdraw", False, "drone_transit"),
        ("wait", True, "drone_transit"),
        ("hold", False, "drone_holding"),
        ("wait", False, "drone_waiting"),
        ("assault", False, "drone_waiting"),
    ],
)
def test_a_loss_is_counted_under_what_the_unit_was_doing(state, is_moving, cause):
    assert CAUSES[cause_of(STATES.index(state), is_moving)] == cause
