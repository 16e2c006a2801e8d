"""The bounds: those of the sampling error, and of the stated probability of a false alarm."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.validation.verification.case import Exact, Mean, Probability, Ratio
from sim.validation.verification.tolerance_bounds import Judgement, judge


def test_bounds_equal_the_sampling_error():
    n, error = 10_000, 1e-4
    z = stats.norm.isf(error / 2.0)
    trials = np.zeros(n)
    assert judge(Probability(0.3), trials, error).bound == pytest.approx(z * math.sqrt(0.21 / n), rel=0.02)
    assert judge(Mean(5.0, 2.0), trials, error).bound == pytest.approx(z * 2.0 / 100.0)
    sample = np.random.default_rng(1).normal(5.0, 3.0, n)
    assert judge(Mean(5.0), sample, error).bound == pytest.approx(z * 3.0 / 100.0, rel=0.03)
    assert judge(Exact(1.0, 1e-9), np.array([1.0, 1.5, 0.9]), error) == Judgement(1.5, 3, 1e-9)
    assert judge(Probability(0.0), trials, error).bound == 0.0


def test_a_ratio_of_totals_fails_by_random_variation_with_the_given_probability():
    rng, error, found = np.random.default_rng(2), 0.05, []
    for _ in range(2000):
        whole = rng.poisson(200.0, 20)
        judged = judge(Ratio(0.3), np.column_stack([rng.binomial(whole, 0.3), whole]).astype(float), error)
        found.append(abs(judged.simulated - 0.3) > judged.bound)
    assert abs(np.mean(found) - error) < stats.norm.isf(1e-4) * math.sqrt(error * (1.0 - error) / 2000)
