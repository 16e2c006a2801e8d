"""Shares of variance on data whose shares are known.

Covers sim.validation.levers.policy_grid.
"""

import numpy as np
import pytest

from sim.campaign.policies import ATTACKER_POLICIES, DEFENDER_POLICIES
from sim.validation.levers.policy_grid import ATTACKERS, policy_variants
from sim.validation.levers.policy_variance import variance_shares

A, B, N = 5, 4, 8
RNG = np.random.default_rng(3)


def effect(size, *shape):
    """Return numbers of mean square `size` whose mean over every axis of more than one value is zero."""
    values = RNG.normal(size=shape)
    for axis, length in enumerate(shape):
        if length > 1:
            values -= values.mean(axis=axis, keepdims=True)
    return values * np.sqrt(size / np.mean(values**2))


def test_effects_without_chance_have_the_shares_they_were_made_with():
    values = effect(6.0, A, 1, 1) + effect(3.0, 1, B, 1) + effect(1.0, A, B, 1) + np.zeros((A, B, N))
    assert variance_shares(values) == pytest.approx((0.6, 0.3, 0.1, 0.0))


def test_chance_that_all_policies_share_moves_no_other_share():
    values = effect(4.0, A, 1, 1) + effect(4.0, 1, B, 1) + effect(2.0, 1, 1, N) + np.zeros((A, B, N))
    assert variance_shares(values) == pytest.approx((0.4, 0.4, 0.0, 0.2))


def test_a_side_without_any_effect_has_exactly_none():
    values = np.repeat(effect(1.0, A, 1, N) + effect(4.0, A, 1, 1), B, axis=1)
    found = variance_shares(values)
    assert (found.defender, found.interaction) == pytest.approx((0.0, 0.0), abs=1e-12)


def test_the_share_of_a_side_without_effect_is_zero_on_average_under_noise():
    found = [variance_shares(effect(1.0, A, 1, 1) + RNG.normal(size=(A, B, N))) for _ in range(400)]
    attacker, defender, interaction, chance = np.mean(found, axis=0)
    assert (defender, interaction) == pytest.approx((0.0, 0.0), abs=0.005)
    assert attacker == pytest.approx(0.5, abs=0.02)
    assert chance == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("values", [np.ones((A, B, N)), RNG.normal(size=(A, B, 1))])
def test_shares_of_nothing_or_of_one_replication_have_no_value(values):
    assert np.isnan(variance_shares(values)).all()


def test_the_grid_has_every_policy_of_the_defender_against_each_way_to_attack():
    variants = policy_variants()
    assert len({one.name for one in variants}) == len(variants) == len(ATTACKERS) * len(DEFENDER_POLICIES)
    assert {one.changes["command.attacker_policy"] for one in variants} <= set(ATTACKER_POLICIES)
    assert [one.changes["command.defender_policy"] for one in variants[: len(DEFENDER_POLICIES)]] == [
        *DEFENDER_POLICIES
    ]
