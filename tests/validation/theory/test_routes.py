"""Routes and cuts: published values, all states of the links, and a comparison with the network of the model.

Covers sim.validation.theory.routes.
"""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.validation.theory import bridge, m_routes, smallest_cut
from sim.world.max_flow import Network

EXAMPLE = {("s", "P"): 6.0, ("s", "K"): 4.0, ("P", "K"): 3.0, ("P", "F"): 4.0, ("K", "F"): 5.0}
WITHOUT_P = {line: 0.0 if "P" in line else throughput for line, throughput in EXAMPLE.items()}
BRIDGE = [("s", "a"), ("s", "b"), ("a", "t"), ("b", "t"), ("a", "b")]

probabilities = st.floats(0.0, 1.0)


def largest_flow(throughput, is_two_way=False):
    """Return the largest flow from s to the one sink F through the model's own network."""
    starts, ends = zip(*throughput, strict=True)
    network = Network(list(starts), list(ends), [is_two_way] * len(starts))
    return network.max_flow_t(np.array(list(throughput.values())), "s", ["F"], math.inf)


def p_connected(lines, source, sink, p):
    """Return the probability that the sink is reached, over every state of the lines, which are two-way."""
    total = 0.0
    for is_open in product((0.0, 1.0), repeat=len(lines)):
        network = Network(*(list(nodes) for nodes in zip(*lines, strict=True)), [True] * len(lines))
        if network.max_flow_t(np.array(is_open), source, [sink], math.inf) > 0.0:
            total += math.prod(p if up else 1 - p for up in is_open)
    return total


class TestFlow:
    @pytest.mark.parametrize(("throughput", "flow"), [(EXAMPLE, 9.0), (WITHOUT_P, 4.0)], ids=["whole", "without P"])
    def test_published_values(self, throughput, flow):
        assert largest_flow(throughput) == smallest_cut(throughput, "s", "F") == flow

    @given(
        throughput=st.dictionaries(
            st.tuples(st.sampled_from("sABC"), st.sampled_from("ABCF")).filter(lambda line: line[0] != line[1]),
            st.integers(0, 20).map(float),
        )
    )
    def test_the_flow_in_the_model_is_the_smallest_cut(self, throughput):
        throughput = {("s", "A"): 5.0, ("B", "F"): 5.0} | throughput
        assert largest_flow(throughput) == smallest_cut(throughput, "s", "F")
        both_ways = dict(throughput)
        for (u, v), c in throughput.items():
            both_ways[v, u] = both_ways.get((v, u), 0.0) + c
        assert largest_flow(throughput, is_two_way=True) == smallest_cut(both_ways, "s", "F")

    @pytest.mark.parametrize("line", EXAMPLE)
    def test_a_wider_road_never_carries_less(self, line):
        assert smallest_cut(EXAMPLE | {line: 10.0}, "s", "F") >= smallest_cut(EXAMPLE, "s", "F")

    def test_nothing_flows_to_a_node_without_a_line(self):
        assert smallest_cut({("s", "P"): 3.0}, "s", "F") == 0.0

    def test_invalid_arguments_raise_an_error(self):
        with pytest.raises(ValueError, match="throughput from s to P must be a finite number"):
            smallest_cut(EXAMPLE | {("s", "P"): -1.0}, "s", "F")
        with pytest.raises(ValueError, match="the same: s"):
            smallest_cut(EXAMPLE, "s", "s")


class TestRoutes:
    def test_published_values(self):
        assert m_routes(0.9, 3, 2) == pytest.approx(0.926559, abs=5e-7)
        assert bridge(0.9) == pytest.approx(0.97848, abs=5e-6)

    @pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
    def test_the_formulas_agree_with_an_enumeration_of_all_states(self, p):
        two_routes = [("s", "a"), ("a", "b"), ("b", "t"), ("s", "c"), ("c", "d"), ("d", "t")]
        assert m_routes(p, 3, 2) == pytest.approx(p_connected(two_routes, "s", "t", p))
        assert bridge(p) == pytest.approx(p_connected(BRIDGE, "s", "t", p))

    @given(p=probabilities, more=probabilities, k=st.integers(1, 6), m=st.integers(1, 6))
    def test_better_links_fewer_links_and_more_routes_help(self, p, more, k, m):
        better = max(p, more)
        whole = m_routes(p, k, m)
        assert 0.0 <= whole <= 1.0
        assert m_routes(better, k, m) >= m_routes(p, k, m)
        assert m_routes(p, k + 1, m) <= whole + 1e-12
        assert m_routes(p, k, m + 1) >= whole - 1e-12
        assert bridge(better) >= bridge(p) - 1e-12

    @given(p=probabilities)
    def test_the_fifth_link_helps_but_no_more_than_merging_its_ends(self, p):
        joined = (1 - (1 - p) ** 2) ** 2
        assert m_routes(p, 2, 2) - 1e-12 <= bridge(p) <= joined + 1e-12

    def test_limits(self):
        assert list(bridge([0.0, 1.0])) == list(m_routes([0.0, 1.0], 3, 2)) == [0.0, 1.0]
        assert bridge(0.5) == 0.5
        assert m_routes(0.9, 3, 0) == 0.0
        assert m_routes(0.3, 0, 1) == 1.0


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_a_probability_must_lie_from_0_to_1(bad):
    for formula in (bridge, lambda p: m_routes(p, 3, 2)):
        with pytest.raises(ValueError, match="p must lie from 0 to 1"):
            formula(bad)


def test_the_numbers_of_links_and_routes_must_be_whole():
    with pytest.raises(ValueError, match="k must be a whole number"):
        m_routes(0.5, 1.5, 2)
    with pytest.raises(ValueError, match="m must be a whole number"):
        m_routes(0.5, 1, -2)
