"""A true delay of the loss of the city is found wherever the run ends; a variant that saves cities reads better."""

import numpy as np
import pytest
from scipy import stats

from sim.results.outcome_summaries import difference_over, interval_over
from sim.results.survival import delay_of_first_lost

END = 180.0
"""Last day of the runs."""
N = 100


def censored(days):
    """Return days of loss as runs until the last day have them: none for what comes later."""
    return np.where(days <= END, days, np.nan)


def held(days):
    """Return the days that the city is held."""
    return np.fmin(days, END)


def means(make, n_samples, seed=2):
    """Return, of many comparisons of N pairs, the mean delay of the first lost and the mean difference of days held."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n_samples):
        days = [censored(one) for one in make(rng)]
        first, second = held(days[0]), held(days[1])
        found.append(
            (delay_of_first_lost(*days)[1], difference_over(first, second, second - first, "days_city_held")[0])
        )
    return np.mean(found, axis=0)


@pytest.mark.parametrize(("middle", "sd"), [(100, 20), (120, 60), (150, 30)])
def test_a_delay_of_forty_days_reads_forty_wherever_the_runs_end(middle, sd, n_samples):
    """In the last case 63 % of the variant's losses lie beyond the end; over pairs with two losses it reads 18."""
    found, _ = means(lambda rng: (rng.normal(middle, sd, N), rng.normal(middle + 40, sd, N)), n_samples(200))
    assert found == pytest.approx(40.0, abs=2.0)


def test_the_mean_of_days_held_is_the_whole_delay_where_losses_come_before_the_end(n_samples):
    _, difference = means(lambda rng: (rng.normal(90, 20, N), rng.normal(130, 20, N)), n_samples(200))
    assert difference == pytest.approx(40.0, abs=2.0)


def test_saving_the_half_that_falls_late_is_a_gain_although_the_rest_falls_sooner(n_samples):
    def pairs(rng):
        days = rng.normal(120, 20, N)
        return days, np.where(days > np.median(days), np.inf, days - 5.0)

    sooner, gain = means(pairs, n_samples(50))
    assert sooner == pytest.approx(-5.0)
    # Half of them are held (E[T | T > median] = 120 + 20 x 0.798) to day 180, the others 5 days less.
    assert gain == pytest.approx(0.5 * (60 - 20 * np.sqrt(2 / np.pi)) - 0.5 * 5, abs=1.0)


def test_the_mean_of_days_held_is_the_area_under_the_kaplan_meier_curve():
    days = censored(np.random.default_rng(1).normal(150, 40, N))
    is_lost = np.isfinite(days)
    sample = stats.CensoredData(uncensored=days[is_lost], right=np.full(int((~is_lost).sum()), END))
    curve = stats.ecdf(sample).sf
    steps = np.concatenate([[0.0], curve.quantiles[curve.quantiles < END], [END]])
    heights = np.concatenate([[1.0], curve.probabilities[curve.quantiles < END]])
    assert held(days).mean() == pytest.approx(np.sum(np.diff(steps) * heights))


def test_the_interval_of_days_held_holds_the_restricted_mean(n_samples):
    """Four in five cities are lost before the end: at least 93 % of intervals of 30 runs hold it."""
    rng, n = np.random.default_rng(3), n_samples(200)
    truth = held(rng.normal(150, 35, 1_000_000)).mean()
    n_held = 0
    for _ in range(n):
        _, low, high = interval_over(held(rng.normal(150, 35, 30)), "days_city_held")
        n_held += low <= truth <= high
    assert n_held >= stats.binom.ppf(0.00135, n, 0.93)
