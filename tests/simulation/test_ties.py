"""Ties in the verdicts on patterns: how often a verdict is false when the true shares of the samples are known.

Covers sim.validation.patterns.verdicts.
"""

import math
from collections import Counter
from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.results.confidence_intervals import share_interval
from sim.scenario.parameter_sampling import positions
from sim.validation.patterns.claims import claims
from sim.validation.patterns.verdicts import FEWEST, Share, Verdict

N = 40  # the samples of a study as shipped
COMPARED = next(claim for claim in claims() if claim.reference)
# Shares of the samples as claimed, equal and contrary; the first three are those of the audit.
MOSTLY_EQUAL, EQUAL_AND_MORE, EVEN, NO_TIES = (0.18, 0.8, 0.02), (0.3, 0.6, 0.1), (0.25, 0.5, 0.25), (0.5, 0.0, 0.5)


@cache
def share_of(k, n):
    return Share(k, *share_interval(np.arange(n) < k))


@cache
def verdict_of(as_claimed, equal, contrary):
    n = as_claimed + equal + contrary
    return Verdict(COMPARED, n, share_of(as_claimed, n), share_of(equal, n), share_of(contrary, n), 0, {})


def studies(shares, n_studies, seed):
    counts = np.random.default_rng(seed).multinomial(N, shares, n_studies)
    return [verdict_of(*map(int, row)) for row in counts]


def above_half(share):
    """Return how often a kind with this true share is found to be more than half of N samples."""
    return stats.binom.sf(stats.binom.isf(0.025, N, 0.5), N, share)


@pytest.mark.parametrize("shares", [MOSTLY_EQUAL, EQUAL_AND_MORE, EVEN, NO_TIES])
def test_each_verdict_is_as_frequent_as_the_binomial_distribution_says(n_samples, shares):
    n = n_samples(400)
    found = Counter(verdict.word for verdict in studies(shares, n, seed=22))
    assert found.keys() <= {"most", "no difference", "few", "mixed"}
    for word, share in zip(("most", "no difference", "few"), shares, strict=True):
        expected = above_half(share)
        assert abs(found[word] / n - expected) <= 4 * math.sqrt(expected * (1 - expected) / n) + 1e-6, word


def test_ties_are_never_few_and_most_of_them_are_no_difference(n_samples):
    n = n_samples(400)
    for shares in (MOSTLY_EQUAL, EQUAL_AND_MORE, EVEN):
        assert not any(verdict.word == "few" for verdict in studies(shares, n, seed=23))
    same = [verdict.word == "no difference" for verdict in studies(MOSTLY_EQUAL, n, seed=24)]
    assert np.mean(same) > 0.95


def test_without_ties_what_is_mixed_stays_mixed_in_19_of_20_studies(n_samples):
    n = n_samples(2000)
    mixed = np.mean([verdict.word == "mixed" for verdict in studies(NO_TIES, n, seed=25)])
    assert mixed > 0.95 - 3 * math.sqrt(0.05 * 0.95 / n)


def test_no_number_of_samples_has_more_than_one_false_verdict_in_twenty():
    # Exactly: of two kinds with a true share of one half each, neither is more than half.
    for n in (*range(FEWEST, 31), 40, 100):
        decided = [k for k in range(n + 1) if verdict_of(k, 0, n - k).word != "mixed"]
        assert 0 < stats.binom.pmf(decided, n, 0.5).sum() <= 0.05, n


def test_which_way_samples_differ_is_falsely_stated_in_one_study_of_twenty_at_most(n_samples):
    n = n_samples(2000)
    stated = np.mean([bool(verdict.where_different) for verdict in studies(EVEN, n, seed=26)])
    assert stated <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / n)


@pytest.mark.parametrize("shares", [EQUAL_AND_MORE, EVEN])
def test_each_share_has_an_interval_that_holds_the_true_one(n_samples, shares):
    n = n_samples(2000)
    found = studies(shares, n, seed=27)
    for place, true in enumerate(shares):
        kinds = [(verdict.as_claimed, verdict.equal, verdict.contrary)[place] for verdict in found]
        holds = np.mean([kind.low <= true <= kind.high for kind in kinds])
        # Wilson's interval of 40 samples: 94.3 to 96.6 % at these shares, by enumeration.
        assert holds > 0.943 - 3 * math.sqrt(0.057 * 0.943 / n)


def test_samples_of_latin_hypercubes_are_judged_falsely_no_more_often(n_samples):
    # A sum of 20 values, symmetric about its median: half of all samples are as claimed, half are the contrary.
    n = n_samples(200)
    sums = [sum(positions(f"value {j}", N, seed) for j in range(20)) for seed in range(1, n + 1)]
    words = [verdict_of(k, 0, N - k).word for k in (int(np.sum(one > 10.0)) for one in sums)]
    assert np.mean([word != "mixed" for word in words]) <= 0.05
