"""Points in polygons, distances to paths and neighbours whose answers are known."""

import numpy as np
import pytest

from sim.world.geometry import distance_to_path, grid_neighbours, inside


def test_a_point_is_inside_an_l_shaped_polygon_or_not():
    polygon = [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [2.0, 2.0], [2.0, 4.0], [0.0, 4.0]]
    x, y = np.array([1.0, 3.0, 3.0, 5.0]), np.array([3.0, 1.0, 3.0, 1.0])
    assert inside(x, y, polygon).tolist() == [True, True, False, False]


def test_the_distance_to_a_path_is_that_to_its_nearest_point():
    path = [[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]]
    x, y = np.array([1.0, 0.0, 5.0, 3.0]), np.array([2.0, -1.0, 6.0, 1.0])
    assert distance_to_path(x, y, path) == pytest.approx([2.0, 1.0, np.hypot(2.0, 2.0), 0.0])


def test_neighbours_are_south_east_north_and_west_and_missing_at_the_edge():
    neighbours = grid_neighbours(3, 2)
    assert neighbours[1].tolist() == [-1, 2, 4, 0]
    assert neighbours[3].tolist() == [0, 4, -1, -1]
