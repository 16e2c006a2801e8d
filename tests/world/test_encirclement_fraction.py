"""The share of compass directions closed, on maps on which it is known."""

import math

import numpy as np
import pytest

from sim.results.outcome_measures import Layout
from sim.scenario.loader import load
from sim.world.encirclement_fraction import COMPASS_POINTS, CompassDirections
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, Ground
from tests.support.bench import ground_of


@pytest.fixture
def ground():
    return bare(ground_of())


def bare(ground):
    ground.control[:] = DEFENDER_HELD
    return ground


def test_no_direction_is_closed_where_the_defender_holds_everything(ground):
    assert CompassDirections(ground).share_closed() == 0.0


def test_a_closed_ring_closes_every_direction(ground):
    distance = np.hypot(ground.x_km, ground.y_km - 3.0)
    ground.control[(distance > 2.0) & (distance < 3.6)] = ATTACKER_HELD
    assert CompassDirections(ground).share_closed() == 1.0


def test_a_quarter_held_to_the_edge_closes_a_quarter(ground):
    """All cells to the north-east: directions 0 to 90 degrees, within a cell's width at both ends."""
    ground.control[(ground.x_km > 0.0) & (ground.y_km > 3.0)] = ATTACKER_HELD
    assert CompassDirections(ground).share_closed() == pytest.approx(0.25, abs=2 / 360)


def test_a_direction_that_leaves_the_map_at_once_is_open_whatever_lies_in_the_next():
    """On so small a map the ray due east has no cell."""
    ground = bare(Ground(load("one-hill").ground))
    directions = CompassDirections(ground)
    rays = np.split(directions._cells, directions._first[1:-1])
    assert [i for i, cells in enumerate(rays) if len(cells) == 0] == [90]
    rng = np.random.default_rng(1)
    for _ in range(20):
        ground.control[:] = np.where(rng.random(ground.n_cells) < 0.2, ATTACKER_HELD, DEFENDER_HELD)
        closed = [bool((ground.control[cells] == ATTACKER_HELD).any()) for cells in rays]
        assert directions.share_closed() == sum(closed) / 360


def test_the_nearest_ground_is_found_in_each_eighth_of_the_compass(ground):
    """The attacker holds a row of cells 2.5 km south of the centre, and one cell 2.5 km north and west of it."""
    ground.control[ground.y_km == 0.5] = ATTACKER_HELD
    ground.control[ground.cell_at(np.array([-2.5]), np.array([5.5]))] = ATTACKER_HELD
    nearest = dict(zip(COMPASS_POINTS, CompassDirections(ground).measure()[1], strict=True))
    assert nearest["south"] == pytest.approx(2.5, abs=0.6)
    assert nearest["south_west"] == pytest.approx(2.5 / np.cos(np.deg2rad(22.5)), abs=0.6)
    assert nearest["north_west"] == pytest.approx(np.hypot(2.5, 2.5), abs=0.8)
    assert (nearest["north"], nearest["east"]) == pytest.approx((4.0, 5.8), abs=0.7)  # the way to the edge


def test_a_map_without_a_city_has_no_directions():
    ground = ground_of(settlements=[], lines_of_communication=[])
    assert math.isnan(CompassDirections(ground).share_closed())
    assert np.isnan(CompassDirections(ground).measure()[1]).all()
    assert Layout.of(ground).city_axis is None
