"""How often the interval of the share of the assumed values in the variance holds the truth, and how far it is off."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.results.variance_components import components

D = 30
"""Draws, as by default."""

SHARES = (0.0, 0.5, 0.9)


def _normal(rng, share, shape):
    return math.sqrt(share) * rng.normal(size=shape[0])[:, None] + math.sqrt(1 - share) * rng.normal(size=shape)


def _exponential(rng, share, shape):
    of_draw, of_run = rng.exponential(size=shape[0])[:, None], rng.exponential(size=shape)
    return math.sqrt(share) * of_draw + math.sqrt(1 - share) * of_run


def _yes_or_no(rng, share, shape):
    """Shares of the draws from a beta distribution with mean one half: of the variance they cause the given share."""
    of_draw = rng.beta(*[0.5 * (1 / share - 1)] * 2, size=shape[0]) if share else np.full(shape[0], 0.5)
    return (rng.random(shape) < of_draw[:, None]).astype(float)


def found_in(make, share, n_runs, n, seed=5):
    """Return n splits of samples with a known share, those of them that have an interval, and how many hold it."""
    rng, draws = np.random.default_rng(seed), np.repeat(np.arange(D), n_runs)
    found = [components(make(rng, share, (D, n_runs)).ravel(), draws) for _ in range(n)]
    with_interval = [one for one in found if not math.isnan(one.share_low)]
    return found, with_interval, sum(one.share_low <= share <= one.share_high for one in with_interval)


@pytest.mark.parametrize(
    ("make", "n_runs", "least"),
    [(_normal, 2, 0.95), (_normal, 5, 0.95), (_exponential, 2, 0.93), (_exponential, 5, 0.91),
     (_yes_or_no, 2, 0.95), (_yes_or_no, 5, 0.95)],
)  # fmt: skip
def test_the_interval_holds_the_share(make, n_runs, least, n_samples):
    """At least so often, less three standard errors of the number of samples; five runs of skewed values: 91 %."""
    for share in SHARES:
        _, with_interval, n_held = found_in(make, share, n_runs, n_samples(150))
        assert n_held >= stats.binom.ppf(0.00135, len(with_interval), least), share


def test_a_share_of_nothing_is_not_overrated(n_samples):
    """Cut at zero, the mean would be 0.07."""
    n = n_samples(300)
    found, _, _ = found_in(_normal, 0.0, 2, n)
    shares = np.array([one.share_assumed for one in found])
    assert abs(shares.mean()) < 4 * shares.std() / math.sqrt(n) + 0.005
    assert np.maximum(shares, 0.0).mean() > 0.05


def test_runs_that_agree_in_every_draw_have_no_interval(n_samples):
    """With nine tenths of the variance from the draws, half of the samples of yes and no: none is printed then."""
    found, with_interval, _ = found_in(_yes_or_no, 0.9, 2, n_samples(100))
    assert 0.3 < len(with_interval) / len(found) < 0.6
