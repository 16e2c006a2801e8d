"""Morris's screen by simulation: effects of factors of every kind, intervals, and the noise floor."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis import FactorRecord, SweepResults, morris
from sim.analysis.morris_screening import FEWEST_TRAJECTORIES, noise_floor
from sim.experiment.experiment_schema import Morris
from sim.experiment.factors import Factor
from sim.experiment.morris_trajectories import trajectories
from sim.results.confidence_intervals import mean_interval

FACTORS = (
    Factor("a", "flag", values=(False, True)),
    Factor("b", "whole", values=(0, 110)),
    Factor("c", "whole", 1.0, 3.0),
    Factor("d", "whole", 1.0, 5.0, median=2.0),
    Factor("e", "whole", 0.0, 700.0, median=150.0),
    Factor("f", "real", 0.0, 10.0),
    Factor("g", "real", 0.0, 10.0, median=2.0),
    Factor("h", "real", values=(0.5, 1.0, 4.0)),
    Factor("i", "whole", 1.0, 10.0, step=4),
    Factor("j", "whole", 1.0, 4.0),
)
N_TRAJECTORIES = 20


def share_of_range(factor, values):
    ends = sorted(factor.values) if factor.values else [factor.value_at(0.0), factor.value_at(1.0)]
    return (np.array(values, float) - float(ends[0])) / (float(ends[-1]) - float(ends[0]))


def screen(noise, levels, seed):
    """Return the sweep of a sum of which every factor's whole range adds 1, plus noise (points x replications)."""
    unit = trajectories(Morris(kind="morris", trajectories=N_TRAJECTORIES, levels=levels), FACTORS, seed)
    values = {factor.path: factor.values_at(unit[:, j]) for j, factor in enumerate(FACTORS)}
    y = sum(share_of_range(factor, values[factor.path]) for factor in FACTORS)[:, None] + noise(unit)
    records = [FactorRecord(f.path, f.kind, f.low, f.high, f.values, step=f.step) for f in FACTORS]
    bare = SweepResults.from_arrays(unit, y, "morris", [f.path for f in FACTORS])
    return SweepResults(records, bare.unit, bare.runs, bare.design, pd.DataFrame(values), ["y"])


@pytest.mark.parametrize("levels", [4, 6, 8, 100])
def test_the_whole_range_of_every_kind_of_factor_reads_one(n_samples, levels):
    for seed in range(n_samples(1)):
        found = morris(screen(lambda unit: np.zeros((len(unit), 1)), levels, seed), "y")
        for index, truth in (("mu", 1.0), ("mu_star", 1.0), ("sigma", 0.0)):
            assert found.of(index)["value"].to_numpy() == pytest.approx(np.full(len(FACTORS), truth), abs=1e-9)


def test_values_of_few_are_taken_equally_often(n_samples):
    n = 20 * n_samples(5)
    unit = trajectories(Morris(kind="morris", trajectories=n), FACTORS, 1)
    for j, factor in enumerate(FACTORS):
        if factor.n_values and factor.n_values <= 10:
            column = np.array(factor.values_at(unit[:, j])).reshape(n, -1)
            shares = np.stack([(column == value).mean(axis=1) for value in np.unique(column)])
            expected = 1.0 / factor.n_values
            assert len(shares) == factor.n_values
            assert shares.mean(axis=1) == pytest.approx(expected, abs=4 * shares.std(axis=1).max() / np.sqrt(n))


EFFECTS = {
    "normal": lambda rng, size: rng.normal(size=size),
    "exponential": lambda rng, size: rng.exponential(size=size),
    "product of two": lambda rng, size: rng.integers(4, size=size) / 1.5 + rng.normal(0.0, 0.2, size=size),
    "product of three": lambda rng, size: (rng.random(size) < 0.25) + rng.normal(0.0, 0.1, size=size),
    "lognormal": lambda rng, size: rng.lognormal(size=size),
}


@pytest.mark.parametrize("n", [FEWEST_TRAJECTORIES, 20])
@pytest.mark.parametrize("name", EFFECTS)
def test_the_interval_of_mu_star_covers_the_mean_size_of_effects(n_samples, name, n):
    rng, count = np.random.default_rng(3), n_samples(300)
    truth = np.abs(EFFECTS[name](rng, 1_000_000)).mean()
    ends = np.array([mean_interval(np.abs(effects))[1:] for effects in EFFECTS[name](rng, (count, n))])
    covered = int(((ends[:, 0] <= truth) & (truth <= ends[:, 1])).sum())
    # At least 93 %, with the error of the number of samples: a test at one in a thousand.
    assert stats.binomtest(covered, count, 0.93, "less").pvalue > 0.001


@pytest.mark.parametrize(("n", "r"), [(4, 2), (10, 2), (10, 5), (20, 2)])
def test_a_factor_without_effect_is_rarely_above_its_noise_floor(n_samples, n, r):
    rng, count = np.random.default_rng(5), n_samples(1000)
    shares = np.where(np.arange(n) % 2, 1.0, 0.4)
    jumps = rng.normal(size=(count, n, r))
    floors = np.array([noise_floor(one, shares) for one in jumps])
    mu_star = np.abs(jumps.mean(axis=2) / shares).mean(axis=1)
    assert stats.binomtest(int((mu_star > floors[:, 2]).sum()), count, 0.05, "greater").pvalue > 0.001
    assert np.sqrt((floors[:, 0] ** 2).mean()) == pytest.approx(mu_star.mean(), rel=4 * 0.6 / np.sqrt(count))


def test_random_numbers_common_within_a_trajectory_lift_no_factor_without_effect_above_its_floor(n_samples):
    """Factor 1 has the effect 1, factor 2 a random one of mean 0 on each trajectory, the others none."""
    count, n, r, k = n_samples(40), 20, 2, 5
    factors, above = [Factor(str(j), "real", 0.0, 1.0) for j in range(k)], []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        x = trajectories(Morris(kind="morris", trajectories=n), factors, seed)
        random_effect = np.repeat(rng.normal(size=(n, r)), k + 1, axis=0)
        y = x[:, :1] + x[:, 1:2] * random_effect + 0.3 * rng.normal(size=(len(x), r))
        found = morris(SweepResults.from_arrays(x, y, "morris"), "y")
        above.append(found.of("mu_star")["value"].to_numpy() > found.of("noise_floor")["high"].to_numpy())
    assert np.all(above, axis=0)[0]
    n_above = int(np.sum(above, axis=0)[1:].sum())
    assert stats.binomtest(n_above, count * (k - 1), 0.05, "greater").pvalue > 0.001
