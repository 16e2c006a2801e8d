"""Koopman's random search and Erlang's formulas: published values, equivalent forms, limits.

Covers sim.validation.theory.search, sim.validation.theory.queues.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.validation.theory import erlang_b, erlang_c, koopman, koopman_bound

loads = st.floats(0.01, 60.0)
servers = st.integers(1, 60)


class TestKoopman:
    def test_published_values(self):
        assert koopman([0.5, 1.0, 2.0]) == pytest.approx([0.39347, 0.63212, 0.86466], abs=5e-6)
        assert list(koopman_bound([0.5, 1.0, 2.0])) == [0.5, 1.0, 1.0]

    @given(z=st.floats(0.0, 100.0), more=st.floats(0.0, 10.0))
    def test_more_coverage_finds_more_and_never_exceeds_the_bound(self, z, more):
        assert 0.0 <= koopman(z) <= koopman(z + more) <= 1.0
        assert koopman(z) <= koopman_bound(z)

    @given(first=st.floats(0.0, 10.0), second=st.floats(0.0, 10.0))
    def test_random_search_has_no_memory(self, first, second):
        missed_by_both = (1 - koopman(first)) * (1 - koopman(second))
        assert 1 - koopman(first + second) == pytest.approx(missed_by_both, abs=1e-12)

    def test_at_small_coverage_the_probability_is_proportional_to_it(self):
        assert koopman(1e-12) == pytest.approx(koopman_bound(1e-12), rel=1e-11)


class TestErlang:
    @pytest.mark.parametrize(("load", "n", "blocked"), [(1, 1, 0.5), (2, 2, 0.4), (2, 4, 0.095238), (4, 4, 0.310680)])
    def test_published_values(self, load, n, blocked):
        assert erlang_b(load, n) == pytest.approx(blocked, abs=5e-7)

    @given(load=loads, n=servers)
    def test_the_recursion_equals_the_sum(self, load, n):
        terms = [k * math.log(load) - math.lgamma(k + 1) for k in range(n + 1)]
        largest = max(terms)
        whole = sum(math.exp(term - largest) for term in terms)
        assert erlang_b(load, n) == pytest.approx(math.exp(terms[n] - largest) / whole, rel=1e-9)

    @given(load=loads, n=servers, more=st.floats(0.01, 5.0))
    def test_more_load_blocks_more_calls_and_more_servers_block_fewer(self, load, n, more):
        for formula in (erlang_b, erlang_c):
            assert 0.0 <= formula(load, n) <= formula(load + more, n) <= 1.0 + 1e-12
            assert formula(load, n + 1) <= formula(load, n)

    @given(load=loads, n=servers)
    def test_more_calls_wait_than_would_be_lost(self, load, n):
        assert erlang_c(load, n) > erlang_b(load, n) or n == 1 == erlang_c(load, n)

    @given(load=st.floats(0.01, 0.99))
    def test_one_server(self, load):
        """Lost: a / (1 + a). Waiting: a, the share of time for which the one server is busy."""
        assert erlang_b(load, 1) == pytest.approx(load / (1 + load))
        assert erlang_c(load, 1) == pytest.approx(load)

    def test_two_servers_with_one_erlang(self):
        assert erlang_c(1.0, 2) == pytest.approx(1 / 3)

    def test_loads_may_be_an_array(self):
        a = np.array([0.0, 1.0, 2.0, 3.0])
        assert list(erlang_b(a, 2)) == pytest.approx([erlang_b(load, 2) for load in a])
        assert list(erlang_c(a, 2)) == pytest.approx([0.0, 1 / 3, 1.0, 1.0])

    def test_limits(self):
        assert erlang_b(3.0, 0) == 1.0
        assert erlang_b(0.0, 3) == erlang_c(0.0, 3) == 0.0
        assert erlang_b(1e9, 3) == pytest.approx(1.0)


@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf, [0.5, -1.0]])
def test_invalid_numbers_raise_an_error(bad):
    for formula in (koopman, koopman_bound, lambda load: erlang_b(load, 2), lambda load: erlang_c(load, 2)):
        with pytest.raises(ValueError, match="must be a finite number"):
            formula(bad)


@pytest.mark.parametrize("n", [-1, 1.5, math.nan, math.inf])
def test_the_number_of_servers_must_be_whole(n):
    for formula in (erlang_b, erlang_c):
        with pytest.raises(ValueError, match="servers must be a whole number"):
            formula(1.0, n)
