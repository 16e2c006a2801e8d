"""The largest flow through small networks is that of published examples, of formulas and of scipy."""

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from sim.world.max_flow import Network, max_flow

# A published small network.
LINES = ["sP", "sK", "PK", "PF", "KF"]
CAPACITY_T = np.array([6.0, 4.0, 3.0, 4.0, 5.0])


def flow(lines, capacity_t, source="s", sink="F", most_t=np.inf, two_way=True):
    """Return the max-flow over lines written as the letters of their two ends."""
    network = Network([ends[0] for ends in lines], [ends[1] for ends in lines], [two_way] * len(lines))
    return network.max_flow_t(np.asarray(capacity_t, float), source, [sink], most_t)


def test_max_flow_of_the_published_network_with_and_without_a_node():
    assert flow(LINES, CAPACITY_T) == 9.0
    assert flow(LINES, np.where(["P" in ends for ends in LINES], 0.0, CAPACITY_T)) == 4.0


def test_a_sink_takes_no_more_than_it_can():
    assert flow(LINES, CAPACITY_T, most_t=2.5) == 2.5


def test_several_sinks_share_what_comes():
    network = Network(["s", "s"], ["a", "b"], [True, True])
    assert network.max_flow_t(np.array([5.0, 3.0]), "s", ["a", "b"], np.array([2.0, 9.0])) == 5.0
    # The same network, one of them alone: the other takes nothing.
    assert network.max_flow_t(np.array([5.0, 3.0]), "s", ["a"], 9.0) == 5.0


def test_a_one_way_line_carries_nothing_back():
    assert flow(["Fs"], [5.0], two_way=True) == 5.0
    assert flow(["Fs"], [5.0], two_way=False) == 0.0


def test_parallel_lines_add_up():
    assert flow(["sF", "sF", "Fs"], [1.0, 2.0, 4.0]) == 7.0


def connected(lines, p):
    """Return the probability that s reaches F when each line stands with probability p, by enumeration."""
    total = 0.0
    for up in itertools.product((0.0, 1.0), repeat=len(lines)):
        weight = np.prod([p if is_up else 1.0 - p for is_up in up])
        total += weight * (flow(lines, up) > 0.0)
    return total


def test_two_routes_of_three_links_and_the_bridge_are_connected_as_often_as_by_their_formulas():
    assert connected(["sa", "ab", "bF", "sc", "cd", "dF"], 0.9) == pytest.approx(0.926559)
    for p in (0.5, 0.9):
        assert connected(LINES, p) == pytest.approx(2 * p**2 + 2 * p**3 - 5 * p**4 + 2 * p**5)
    assert connected(LINES, 0.9) == pytest.approx(0.97848)


def test_the_largest_flow_is_that_of_scipy_on_any_network():
    rng = np.random.default_rng(1)
    for n in range(2, 12):
        for _ in range(20):
            capacity = rng.integers(0, 50, (n, n)) * (rng.random((n, n)) < 0.4)
            np.fill_diagonal(capacity, 0)
            expected = maximum_flow(csr_array(capacity.astype(np.int32)), 0, n - 1).flow_value
            left = capacity.copy()
            assert max_flow(left, 0, n - 1) == expected
            # What was sent arrives: all but the ends pass on what they get, and no arc carries more than it can.
            sent = capacity - left
            assert (left >= 0).all()
            assert (sent.sum(axis=1)[1:-1] == 0).all()
            assert sent.sum(axis=1)[0] == expected
