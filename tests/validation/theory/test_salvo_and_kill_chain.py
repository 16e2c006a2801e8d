"""Hughes's salvo and the binomial kill chain: published values, invariants, limits.

Covers sim.validation.theory.salvo, sim.validation.theory.kill_chain.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.validation.theory import kill_chain, salvo

EQUAL = {"a": 3, "b": 3, "a_strike": 4, "b_strike": 4, "a_defence": 3, "b_defence": 3, "a_staying": 2, "b_staying": 2}

units = st.floats(0.0, 20.0)
powers = st.floats(0.0, 10.0)
stayings = st.floats(0.5, 10.0)
stages = st.lists(st.floats(0.0, 1.0), max_size=5)


def swapped(fleet):
    """Return the same exchange with the sides' names swapped."""
    return {("b" if name[0] == "a" else "a") + name[1:]: value for name, value in fleet.items()}


class TestSalvo:
    def test_published_values(self):
        assert salvo(**EQUAL) == (1.5, 1.5)

    def test_each_number_counts_on_its_own_side(self):
        assert salvo(**EQUAL | {"a": 4}) == (0.0, 3.0)
        assert salvo(**EQUAL | {"b_staying": 3}) == (1.5, 1.0)
        assert salvo(**EQUAL | {"b_defence": 3.5}) == (1.5, 0.75)
        assert salvo(**EQUAL | {"a_strike": 4.5}) == (1.5, 2.25)

    @given(
        a=units, b=units, a_strike=powers, b_strike=powers,
        a_defence=powers, b_defence=powers, a_staying=stayings, b_staying=stayings,
    )  # fmt: skip
    def test_losses_lie_between_none_and_all_and_the_sides_may_be_swapped(self, **fleet):
        lost_a, lost_b = salvo(**fleet)
        assert 0.0 <= lost_a <= fleet["a"]
        assert 0.0 <= lost_b <= fleet["b"]
        assert salvo(**swapped(fleet)) == (lost_b, lost_a)
        assert salvo(**fleet | {"a_strike": fleet["a_strike"] + 1.0})[1] >= lost_b
        assert salvo(**fleet | {"b_defence": fleet["b_defence"] + 1.0})[1] <= lost_b
        assert salvo(**fleet | {"b_staying": fleet["b_staying"] + 1.0})[1] <= lost_b

    def test_a_defence_that_stops_every_shot_loses_nothing_and_an_overwhelmed_one_loses_all(self):
        assert salvo(**EQUAL | {"a_strike": [0.0, 3.0, 5.0, 99.0]})[1].tolist() == [0.0, 0.0, 3.0, 3.0]

    @pytest.mark.parametrize("name", EQUAL)
    @pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
    def test_invalid_numbers_raise_an_error(self, name, bad):
        with pytest.raises(ValueError, match=f"{name} must be"):
            salvo(**EQUAL | {name: bad})

    def test_a_staying_power_of_0_raises_an_error(self):
        with pytest.raises(ValueError, match="b_staying must be a finite number above 0"):
            salvo(**EQUAL | {"b_staying": 0.0})


class TestKillChain:
    def test_a_chain_computed_by_hand(self):
        """Two stages of 1/2: a quarter of the tries succeed; of two tries, both with 1/16, none with 9/16."""
        chain = kill_chain(2, [0.5, 0.5])
        assert (chain.p_success, chain.mean) == (0.25, 0.5)
        assert chain.distribution == pytest.approx([9 / 16, 6 / 16, 1 / 16])

    @given(n=st.integers(0, 60), p_stages=stages)
    def test_mean_and_variance_are_those_of_the_distribution(self, n, p_stages):
        p, mean, distribution = kill_chain(n, p_stages)
        k = np.arange(n + 1)
        assert distribution.sum() == pytest.approx(1.0)
        assert k @ distribution == pytest.approx(mean)
        assert k**2 @ distribution - mean**2 == pytest.approx(n * p * (1 - p), abs=1e-8)

    @given(n=st.integers(0, 60), p_stages=stages, further=st.floats(0.0, 1.0))
    def test_a_further_stage_lowers_the_success_and_order_does_not_matter(self, n, p_stages, further):
        chain = kill_chain(n, p_stages)
        assert kill_chain(n, [*p_stages, further]).p_success == chain.p_success * further
        assert kill_chain(n, p_stages[::-1]).mean == pytest.approx(chain.mean)

    def test_limits(self):
        assert kill_chain(3, []).distribution.tolist() == [0.0, 0.0, 0.0, 1.0]
        assert kill_chain(3, [0.9, 0.0]).distribution.tolist() == [1.0, 0.0, 0.0, 0.0]
        assert kill_chain(0, [0.5]).distribution.tolist() == [1.0]
        assert kill_chain(5_000, [0.5]).distribution.sum() == pytest.approx(1.0)

    @pytest.mark.parametrize("arguments", [(-1, [0.5]), (1.5, [0.5]), (3, [1.2]), (3, [0.5, -0.1]), (3, [math.nan])])
    def test_invalid_arguments_raise_an_error(self, arguments):
        with pytest.raises(ValueError, match=r"n_tries must|p_stages must"):
            kill_chain(*arguments)
