"""The map: neighbours, lanes, the front line and its length, encirclement, and who holds how much."""

import numpy as np
import pytest

from sim.world.ground import (
    ATTACKER_HELD,
    DEFENDER_HELD,
    FRONT,
    OPEN,
    REAR,
    SECOND_LINE,
    TREE_LINE,
    URBAN,
    WATER,
    Ground,
    find_connected,
    has_neighbour,
    inside,
    update_line,
)
from tests.support.toy_theatre import GROUND, all_of, copied, feature, simulated, toy

NX, NY = 12, 10


def is_encircled(ground):
    find_connected(ground.control, ground.is_edge, ground.neighbours, ground.is_connected)
    return ground.is_city_encircled()


def ground_of(**changes):
    """Build the toy map with some of its values changed."""
    return Ground(toy({f"ground.{name}": value for name, value in changes.items()}).ground)


@pytest.fixture
def ground():
    return ground_of()


def cell(ground, x, y):
    return int(ground.cell_at(np.array(x), np.array(y)))


def redraw(ground):
    update_line(ground.control, ground.axis, ground.neighbours, ground.line, ground.line_cells, ground.line_count)


def test_cells_are_numbered_row_by_row_from_the_south_west(ground):
    assert (ground.nx, ground.ny, ground.n_cells) == (NX, NY, NX * NY)
    assert (ground.x_km[0], ground.y_km[0]) == (-5.5, -2.5)
    assert (ground.x_km[1], ground.y_km[NX]) == (-4.5, -1.5)
    assert np.array_equal(ground.cell_at(ground.x_km, ground.y_km), np.arange(ground.n_cells))


@pytest.mark.parametrize("point", [(-6.01, 0.0), (6.0, 0.0), (0.0, 7.0), (0.0, -3.01)])
def test_a_point_off_the_map_is_in_no_cell(ground, point):
    assert cell(ground, *point) == -1


def test_neighbours_share_a_side_and_know_each_other(ground):
    for a in range(ground.n_cells):
        beside = [int(b) for b in ground.neighbours[a] if b >= 0]
        assert len(set(beside)) == len(beside)
        for b in beside:
            assert abs(ground.x_km[a] - ground.x_km[b]) + abs(ground.y_km[a] - ground.y_km[b]) == 1.0
            assert a in ground.neighbours[b]
    sides = (ground.neighbours >= 0).sum(axis=1)
    assert np.bincount(sides).tolist() == [0, 0, 4, 2 * (NX - 2 + NY - 2), (NX - 2) * (NY - 2)]


def test_has_neighbour_asks_the_four_sides_and_no_others(ground):
    column = np.zeros(ground.n_cells, np.int8)
    column[40] = 7
    asked = {a for a in range(ground.n_cells) if has_neighbour(a, 7, column, ground.neighbours)}
    assert asked == {int(b) for b in ground.neighbours[40]}


def test_points_inside_a_polygon():
    notched = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 1.0], [0.0, 4.0]]
    x, y = np.array([2.0, 2.0, 0.5, 3.5, 5.0, -1.0]), np.array([0.5, 2.0, 2.5, 2.5, 1.0, 0.5])
    assert inside(x, y, notched).tolist() == [True, False, True, True, False, False]


def test_a_point_in_a_random_triangle_agrees_with_its_barycentric_coordinates():
    rng = np.random.default_rng(1)
    for _ in range(20):
        a, b, c = corners = rng.random((3, 2))
        points = rng.random((200, 2))
        weights = np.linalg.solve(
            np.array([[*corners[:, 0]], [*corners[:, 1]], [1.0] * 3]), np.c_[points, np.ones(200)].T
        )
        assert np.array_equal(inside(*points.T, [a.tolist(), b.tolist(), c.tolist()]), np.all(weights > 0.0, axis=0))


def test_a_lane_reaches_half_its_width_to_either_side_and_the_nearer_axis_wins():
    ground = ground_of(axes=[{**axis, "half_width_km": 2.0} for axis in copied(GROUND["axes"])])
    north = ground.y_km == 4.5
    by_x = dict(zip(ground.x_km[north].tolist(), ground.axis[north].tolist(), strict=True))
    assert by_x == {
        -5.5: -1, -4.5: 0, -3.5: 0, -2.5: 0, -1.5: 0, -0.5: -1, 0.5: -1, 1.5: 1, 2.5: 1, 3.5: 1, 4.5: 1, 5.5: -1,
    }  # fmt: skip


def test_without_an_edge_each_cell_belongs_to_the_nearest_axis():
    corner = [[-6.0, -2.5], [3.5, 7.0], [6.0, 7.0], [6.0, -3.0], [-6.0, -3.0]]
    axes = [{**axis, "half_width_km": None} for axis in copied(GROUND["axes"])]
    ground = ground_of(axes=axes, attacker_ground=corner)
    assert np.array_equal(ground.axis, np.where(ground.x_km < 0, 0, 1))
    assert ground.front_km == pytest.approx(9.5 * np.sqrt(2.0), abs=0.1)  # the whole boundary on the map
    narrow = ground_of(axes=[axes[0], {**axes[1], "half_width_km": 1.0}])
    assert set(narrow.x_km[narrow.axis == 1]) == {2.5, 3.5}
    assert np.all(narrow.axis >= 0)  # what lies beyond an edge belongs to the next axis whose lane reaches it


def test_the_front_is_the_row_that_touches_the_attacker_and_the_second_line_the_one_behind(ground):
    assert set(ground.y_km[ground.line == FRONT]) == {0.5}
    assert set(ground.y_km[ground.line == SECOND_LINE]) == {1.5}
    assert ground.line_count.tolist() == [NX, 2 * NX]
    assert np.all(ground.line[ground.line_cells[:NX]] == FRONT)
    assert np.all(ground.line[ground.line_cells[NX : 2 * NX]] == SECOND_LINE)
    assert np.all(ground.line[ground.control == ATTACKER_HELD] == REAR)


def test_cells_outside_every_lane_are_not_in_the_line():
    ground = ground_of(axes=[{**axis, "half_width_km": 1.0} for axis in copied(GROUND["axes"])])
    assert set(ground.x_km[ground.line != REAR]) == {-3.5, -2.5, 2.5, 3.5}


def test_a_pocket_pushed_into_the_front_bends_it(ground):
    ground.control[cell(ground, 0.5, 0.5)] = ATTACKER_HELD
    redraw(ground)
    assert ground.line[cell(ground, 0.5, 1.5)] == FRONT
    assert ground.line[cell(ground, 0.5, 2.5)] == SECOND_LINE
    assert ground.line_count[0] == NX


def test_a_straight_front_is_as_long_as_the_map_is_wide(ground):
    assert ground.front_km == pytest.approx(12.0, abs=0.1)  # walked in steps of 50 m
    assert ground.front_km_by_axis == pytest.approx([6.0, 6.0], abs=0.1)
    assert ground.km_per_front_cell == pytest.approx(1.0, abs=0.01)


def test_a_diagonal_front_is_measured_along_the_diagonal_and_not_along_the_maps_edge():
    corner = [[-6.0, -2.5], [3.5, 7.0], [6.0, 7.0], [6.0, -3.0], [-6.0, -3.0]]
    axes = [{**axis, "half_width_km": 9.0} for axis in copied(GROUND["axes"])]
    ground = ground_of(attacker_ground=corner, axes=axes)
    assert np.array_equal(ground.control == ATTACKER_HELD, ground.x_km - ground.y_km > -3.5)
    assert ground.front_km == pytest.approx(9.5 * np.sqrt(2.0), abs=0.1)


def test_terrain_fortification_and_city_follow_the_places(ground):
    values = ground.params.fortification
    town, belt, field = cell(ground, 0.5, 2.5), cell(ground, -4.5, 1.5), cell(ground, 4.5, 5.5)
    assert ground.fortification[[town, belt, field]].tolist() == [values.city, values.belt, values.open]
    assert ground.terrain[[town, belt, field]].tolist() == [URBAN, OPEN, OPEN]
    trees, pond = cell(ground, -4.5, 4.5), cell(ground, 3.5, 3.5)
    assert ground.fortification[[trees, pond]].tolist() == [values.tree_line, values.water]
    assert ground.terrain[[trees, pond]].tolist() == [TREE_LINE, WATER]
    near = np.hypot(ground.x_km, ground.y_km - 3.0) <= 1.5
    assert np.array_equal(ground.is_city, near)


def strip(terrain, x):
    """Return a feature a kilometre wide from south to north."""
    return feature(terrain, [[x, -3.0], [x, 7.0]], 1.0)


@pytest.mark.parametrize("is_reversed", [False, True])
def test_where_features_meet_urban_goes_before_water_and_water_before_a_tree_line(is_reversed):
    across = feature("tree_line", [[-6.0, 2.5], [6.0, 2.5]], 1.0)
    features = [across, strip("water", 3.5), strip("water", 0.5)]
    ground = ground_of(features=features[::-1] if is_reversed else features)
    row = ground.terrain[ground.y_km == 2.5]
    by_x = dict(zip(ground.x_km[ground.y_km == 2.5].tolist(), row.tolist(), strict=True))
    assert (by_x[-5.5], by_x[0.5], by_x[3.5], by_x[5.5]) == (TREE_LINE, URBAN, WATER, TREE_LINE)
    assert np.sum(ground.terrain == WATER) == 10 + np.sum((ground.x_km == 0.5) & (ground.terrain != URBAN))


def test_a_feature_covers_the_cells_whose_centre_lies_within_half_its_width():
    ground = ground_of(settlements=[], lines_of_communication=[], features=[strip("water", 3.5)])
    assert set(ground.x_km[ground.terrain == WATER]) == {3.5}
    ground = ground_of(settlements=[], lines_of_communication=[], features=[strip("water", 3.5) | {"width_km": 2.0}])
    assert set(ground.x_km[ground.terrain == WATER]) == {2.5, 3.5, 4.5}


def test_a_belt_through_better_ground_weakens_nothing_and_strengthens_the_weaker():
    values = {"open": 1.0, "tree_line": 2.0, "belt": 3.0, "water": 4.0, "city": 5.0}
    belts = [{"name": "belt", "path": [[-6.0, 2.5], [6.0, 2.5]], "width_km": 1.0, "source": "theatre_sketch"}]
    features = [strip("tree_line", -3.5), strip("water", 3.5)]
    ground = ground_of(fortification=values, belts=belts, features=features)
    places = [(-5.5, 2.5), (-3.5, 2.5), (3.5, 2.5), (0.5, 2.5), (-5.5, 6.5), (-3.5, 6.5), (3.5, 6.5)]
    cells = [cell(ground, *place) for place in places]
    assert ground.fortification[cells].tolist() == [3.0, 3.0, 4.0, 5.0, 1.0, 2.0, 4.0]


def test_a_feature_off_the_map_is_refused():
    with pytest.raises(ValueError, match=r"ground\.features: 'water' has no point on the map"):
        ground_of(features=[feature("water", [[20.0, 0.0], [30.0, 0.0]], 2.0)])


NO_EFFECT = {"open": 1.0, "urban": 1.0, "tree_line": 1.0, "water": 1.0}


def test_terrain_whose_factors_are_one_changes_no_bit_of_a_run():
    neutral = {f"ground.terrain_{name}": NO_EFFECT for name in ("speed", "signature", "cover")}
    neutral["ground.fortification"] = {"open": 2.0, "tree_line": 2.0, "water": 2.0, "belt": 3.5, "city": 5.0}
    runs = []
    for features in (
        [],
        [strip("tree_line", -3.5), strip("water", -1.5), strip("water", 2.5), strip("tree_line", 4.5)],
    ):
        model = simulated(toy(neutral | {"ground.features": features}))
        assert model.state.losses.sum() > 100
        columns = vars(model.state) | {name: getattr(model.ground, name) for name in ("control", "cohesion")}
        # Tracks beyond n_tracks are not initialised.
        names = [name for name in columns if isinstance(columns[name], np.ndarray) and not name.startswith("track_")]
        runs.append({name: columns[name].tobytes() for name in names})
    assert [name for name in runs[0] if runs[0][name] != runs[1][name]] == []


@pytest.mark.parametrize(("terrain", "code"), [("open", OPEN), ("urban", URBAN), ("tree_line", TREE_LINE)])
def test_a_factor_belongs_to_its_terrain(terrain, code):
    ground = Ground(toy(all_of(terrain) | {"ground.terrain_cover": NO_EFFECT | {terrain: 0.25}}).ground)
    assert set(ground.terrain.tolist()) == {code}
    assert ground.terrain_cover[code] == 0.25
    assert ground.terrain_cover.sum() == 3.25


def test_only_the_contested_city_is_the_city():
    places = [
        *copied(GROUND["settlements"]),
        {"name": "Village", "x_km": 4.0, "y_km": 5.0, "radius_km": 1.0, "source": "approximate_places"},
    ]
    ground = ground_of(settlements=places)
    village = cell(ground, 4.5, 5.0)
    assert ground.terrain[village] == URBAN
    assert not ground.is_city[village]


def test_the_city_is_held_in_the_share_of_its_cells(ground):
    city = np.flatnonzero(ground.is_city)
    assert ground.city_share_held() == 1.0
    ground.control[city[:3]] = ATTACKER_HELD
    assert ground.city_share_held() == 1.0 - 3 / len(city)


def test_without_a_city_it_counts_as_held():
    ground = ground_of(settlements=[], lines_of_communication=[])
    assert ground.city_share_held() == 1.0
    assert not is_encircled(ground)


def ring(ground):
    """Return the cells around the city that close every way out of it."""
    touched = ground.neighbours[ground.is_city].ravel()
    return np.setdiff1d(touched[touched >= 0], np.flatnonzero(ground.is_city))


def test_the_city_is_encircled_when_the_last_cell_of_the_ring_falls(ground):
    around = ring(ground)
    assert not is_encircled(ground)
    for taken in around:
        assert not is_encircled(ground)
        ground.control[taken] = ATTACKER_HELD
    assert is_encircled(ground)
    ground.control[around[-1]] = DEFENDER_HELD
    assert not is_encircled(ground)


def test_the_corner_of_two_cells_is_no_way_out(ground):
    around = ring(ground)
    ground.control[around] = ATTACKER_HELD
    # Diagonal neighbours of the ring's gaps stay the defender's; the flood goes over sides only.
    assert is_encircled(ground)


def test_a_city_wholly_lost_is_not_encircled(ground):
    ground.control[ground.is_city] = ATTACKER_HELD
    assert not is_encircled(ground)


def test_the_attackers_edge_of_the_map_is_no_way_out(ground):
    assert not np.any(ground.is_edge & (ground.initial_control == ATTACKER_HELD))
    ground.control[ground.y_km > 0] = DEFENDER_HELD
    ground.control[ground.is_edge] = ATTACKER_HELD
    assert is_encircled(ground)


@pytest.mark.parametrize("size", [0.5, 1.0, 2.0])
def test_the_map_keeps_its_area_at_any_cell_size(size):
    ground = ground_of(cell_km=size)
    assert ground.n_cells * size**2 == 120.0
    assert np.sum(ground.control == ATTACKER_HELD) * size**2 == pytest.approx(36.0, abs=12.0 * size / 2)


def test_own_ground_behind_the_enemy_is_a_pocket(ground):
    pocket = cell(ground, 0.5, 3.5)
    ring = [cell(ground, x, y) for x, y in ((-0.5, 3.5), (1.5, 3.5), (0.5, 2.5), (0.5, 4.5))]
    ground.control[ring] = ATTACKER_HELD
    find_connected(ground.control, ground.is_edge, ground.neighbours, ground.is_connected)
    assert ground.is_connected[pocket] == 0
    is_out = (ground.control == ATTACKER_HELD) | (np.arange(ground.n_cells) == pocket)
    assert np.array_equal(ground.is_connected == 0, is_out)
