"""The front drawn again from the cells that changed hands is the one that a search of the whole map finds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.campaign.mesa_model import Campaign
from sim.world.ground import ATTACKER_HELD, find_connected, update_line
from sim.world.moved_front import follow_connected, move_line
from tests.support.toy_theatre import toy

GROUND = Campaign(toy(), 1).ground
N = GROUND.n_cells


class Moved:
    """Line and pockets that follow the changes of a map."""

    def __init__(self, control):
        self.control, self.drawn = control.copy(), control.copy()
        self.line, self.cells, self.count = np.zeros(N, np.int8), np.zeros(N, np.int32), np.zeros(2, np.int32)
        self.is_connected = np.zeros(N, np.int8)
        update_line(self.control, GROUND.axis, GROUND.neighbours, self.line, self.cells, self.count)
        find_connected(self.control, GROUND.is_edge, GROUND.neighbours, self.is_connected)
        self.n_searches = 0

    def turn(self, cells):
        self.control[cells] = 1 - self.control[cells]
        changed = np.flatnonzero(self.control != self.drawn)
        arrays = self.control, GROUND.axis, GROUND.is_edge, GROUND.neighbours
        move_line(changed, *arrays, self.line, self.cells, self.count)
        if follow_connected(changed, self.drawn, *arrays, self.is_connected):
            self.n_searches += 1
            find_connected(self.control, GROUND.is_edge, GROUND.neighbours, self.is_connected)

    def assert_as_searched(self):
        whole = Moved(self.control)
        assert np.array_equal(self.line, whole.line)
        assert self.count.tolist() == whole.count.tolist()
        n = self.count[1]
        assert self.cells[:n].tolist() == whole.cells[:n].tolist()
        assert np.array_equal(self.is_connected, whole.is_connected)
        assert np.array_equal(self.drawn, self.control)


@settings(deadline=None)
@given(st.data(), st.integers(0, 2**32 - 1))
def test_any_cells_may_change_hands(data, seed):
    """On a random map, and one that is mostly the attacker's or the defender's, where pockets are many or few."""
    share = data.draw(st.sampled_from([0.1, 0.4, 0.6, 0.9]))
    front = Moved((np.random.default_rng(seed).random(N) < share).astype(np.int8))
    for cells in data.draw(st.lists(st.lists(st.integers(0, N - 1), min_size=1, max_size=6, unique=True), max_size=8)):
        front.turn(cells)
        front.assert_as_searched()


def test_cells_of_the_front_of_a_campaign_change_hands_without_a_search_of_the_map():
    front = Moved(GROUND.control)
    inner = [cell for cell in front.cells[: front.count[0]] if not GROUND.is_edge[cell]]
    front.turn(inner[:1])
    front.assert_as_searched()
    front.turn(inner[:1])
    front.assert_as_searched()
    assert front.n_searches == 0


def test_a_pocket_is_found():
    front = Moved(np.zeros(N, np.int8))
    middle = next(cell for cell in range(N) if np.all(GROUND.neighbours[cell] >= 0) and not GROUND.is_edge[cell])
    around = [cell for cell in GROUND.neighbours[middle]]
    front.turn(around)
    front.assert_as_searched()
    assert front.control[around[0]] == ATTACKER_HELD
    assert front.is_connected[middle] == 0
