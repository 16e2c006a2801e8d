"""PAWN, RBD-FAST and rank regression on plain Latin hypercubes of known functions."""

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import pawn as salib_pawn
from scipy import stats

from sim.analysis import FactorRecord, SweepResults, pawn, rank_regression, rbd_fast
from sim.analysis.pawn_rbd_fast_regression import DUMMY, r2_interval
from sim.errors import InputError
from tests.support.known_sweeps import factors, ishigami, ishigami_indices, latin, problem, sweep


def test_rbd_fast_finds_the_first_order_indices_of_ishigami():
    first, _, _ = ishigami_indices()
    x = latin(2000, 3)
    found = rbd_fast(sweep(x, ishigami(x), "latin_hypercube"), "y").of("S1")
    assert (found["low"].to_numpy() <= first).all()
    assert (found["high"].to_numpy() >= first).all()


@pytest.mark.parametrize("n", [60, 61, 100, 500])
def test_the_interval_of_r2_ends_where_f_is_its_own_outer_quantile(n):
    """At the ends the noncentral F distribution has the observed F as its 97.5 % and 2.5 % quantile."""
    k, r2 = 20, 0.7
    f, df = r2 / k / ((1 - r2) / (n - k - 1)), n - k - 1
    for share, chance in zip(r2_interval(r2, n, k), (0.975, 0.025), strict=True):
        assert stats.ncf.cdf(f, k, df, n * share / (1 - share)) == pytest.approx(chance, abs=1e-6)
    assert r2_interval(0.05, n, k)[0] == 0.0
    assert r2_interval(1.0, n, k)[1] == pytest.approx(1.0, abs=1e-5)


def test_p_values_are_adjusted_for_the_number_of_factors():
    x = latin(200, 4)
    results = sweep(x, 4 * x[:, 0] + x[:, 1], "latin_hypercube", sd=1.0)
    for method, index in ((rbd_fast, "S1"), (rank_regression, "SRRC")):
        found = method(results, "y")
        rows = found.of(index)
        assert rows["p_adjusted"].to_numpy() == pytest.approx(stats.false_discovery_control(rows["p_value"]))
        assert list(rows["p_value"] < 0.05) == [bool(low > 0 or high < 0) for low, high in rows[["low", "high"]].values]
        assert any("Of 4 factors without any effect about 0.2" in note for note in found.notes)


def test_pawn_of_an_inert_factor_lies_among_the_dummies():
    """Of 40 inert factors about 2 lie above what 95 % of dummies stay below; both that and the count are sampled."""
    x = latin(400, 1)
    inert = np.random.default_rng(3).random((400, 40))
    paths = [FactorRecord(f"f{j}", "real", 0, 1) for j in range(41)]
    found = pawn(sweep(np.hstack([x, inert]), x[:, 0] ** 2, "latin_hypercube", own=paths), "y")
    threshold = found.of("threshold").loc[DUMMY, "value"]
    assert "Of 41 factors without any effect about 2 would be above it by chance" in found.notes[0].replace("2.1", "2")
    medians = found.of("median")["value"]
    assert medians["f0"] > 2 * threshold
    # The threshold of 200 dummies is the 95th percentile give or take 1.5 %: 99.7 % of binomials with up to 9.5 %.
    assert (medians.drop("f0") > threshold).sum() <= stats.binom.ppf(0.99865, 40, 0.095)


def test_noise_lowers_rank_coefficients_by_half_of_what_it_takes_from_r2():
    x = latin(2000, 1)
    found = rank_regression(sweep(x, x[:, 0], "latin_hypercube", 2, sd=0.2), "y")
    lost = 1 - found.of("R2")["value"].iloc[0]
    assert lost == pytest.approx(found.noise.share, abs=0.05)
    assert 1 - found.of("SRRC")["value"].iloc[0] == pytest.approx(lost / 2, abs=0.03)
    assert any("about half the noise share" in note for note in found.notes)


@pytest.mark.parametrize("n", range(16, 101))
def test_pawn_takes_any_number_of_points(n):
    x = latin(n, 2)
    found = pawn(sweep(x, 4 * x[:, 0] + x[:, 1], "latin_hypercube"), "y").of("median")["value"]
    assert 1 > found["part.factor_a"] > found["part.factor_b"] > 0


@pytest.mark.parametrize(("n", "n_slices"), [(16, 2), (60, 7), (64, 8), (150, 10)])
def test_pawn_is_salibs_with_equal_outcomes_too(n, n_slices):
    x = np.round(latin(n, 3), 1)
    for y in (4 * x[:, 0] + latin(n, 1, 5)[:, 0], np.round(2 * x[:, 0])):
        known = salib_pawn.analyze(problem(3), x, y, S=n_slices)["median"]
        found = pawn(sweep(x, y, "latin_hypercube"), "y").of("median")["value"].to_numpy()
        assert found == pytest.approx(np.asarray(known, float))


def test_pawn_ranks_as_the_effects_do():
    x = latin(500, 3)
    found = pawn(sweep(x, 4 * x[:, 0] + x[:, 1], "latin_hypercube"), "y").of("median")
    assert list(found["value"].sort_values(ascending=False).index) == [f"part.factor_{c}" for c in "abc"]
    assert found[["low", "high"]].isna().all(axis=None)


def test_a_monotone_function_of_one_factor_has_a_coefficient_of_one():
    x = latin(200, 1)
    for sign in (1, -1):
        found = rank_regression(sweep(x, np.exp(sign * 9 * x[:, 0]), "latin_hypercube"), "y")
        assert found.of("SRRC").loc["part.factor_a", "value"] == pytest.approx(sign)
        assert found.of("R2").loc["(all)", "value"] == pytest.approx(1.0)


def test_coefficients_of_independent_ranks_are_rank_correlations():
    """On a full grid the ranks are uncorrelated, so each coefficient is Spearman's correlation and R2 their squares."""
    a, b = (m.ravel() for m in np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 7)))
    x, y = np.column_stack([a, b]), 2 * a + b**3
    found = rank_regression(sweep(x, y, "full_grid"), "y")
    truth = [stats.spearmanr(column, y).statistic for column in (a, b)]
    assert found.of("SRRC")["value"].to_numpy() == pytest.approx(truth)
    assert found.of("R2")["value"].iloc[0] == pytest.approx(np.sum(np.square(truth)))


def test_intervals_of_coefficients_cover_the_truth():
    """200 samples of two normal-scored factors with equal true coefficients; half of the variance is noise."""
    n_covered = 0
    for seed in range(200):
        x = latin(60, 2, seed)
        rows = sweep(x, stats.norm.ppf(x).sum(axis=1), "latin_hypercube", sd=1.0, seed=seed)
        found = rank_regression(rows, "y").of("SRRC")
        # Correlation 1/sqrt(3) of normal values is 6/pi asin(r/2) of their ranks, and the factors are independent.
        truth = 6 / np.pi * np.arcsin(1 / np.sqrt(3) / 2)
        n_covered += int(found["low"].iloc[0] <= truth <= found["high"].iloc[0])
    assert n_covered >= stats.binom.ppf(0.00135, 200, 0.95)


def test_categories_without_an_order_are_left_out_and_named():
    x = latin(120, 2)
    own = [factors(1)[0], FactorRecord("part.policy", "category", values=("a", "b", "c"))]
    values = pd.DataFrame(
        {"part.factor_a": x[:, 0], "part.policy": np.array(["a", "b", "c"])[(x[:, 1] * 3).astype(int)]}
    )
    found = rank_regression(sweep(x, x[:, 0], "latin_hypercube", own=own, values=values), "y")
    assert list(found.of("SRRC").index) == ["part.factor_a"]
    assert any("part.policy" in note for note in found.notes)


def test_a_function_that_is_not_monotone_gets_a_warning():
    x = latin(200, 1)
    found = rank_regression(sweep(x, (x[:, 0] - 0.5) ** 2, "latin_hypercube"), "y")
    assert any("interpret with care" in note for note in found.notes)


@pytest.mark.parametrize(("method", "n"), [(pawn, 15), (rbd_fast, 59), (rank_regression, 5)])
def test_too_few_points_are_refused(method, n):
    x = latin(n, 3)
    with pytest.raises(InputError, match="needs at least"):
        method(sweep(x, x[:, 0], "latin_hypercube"), "y")


def test_a_factor_that_is_the_same_everywhere_is_left_out_and_named():
    x = np.random.default_rng(1).random((60, 3))
    x[:, 1] = 0.5
    found = rank_regression(SweepResults.from_arrays(x, x[:, 0] - 2 * x[:, 2], "csv"), "y")
    assert sorted(found.of("SRRC").index) == ["x1", "x3"]
    assert any("same at every point: x2" in note for note in found.notes)
    with pytest.raises(InputError, match="needs a factor with an order and more than one value"):
        rank_regression(SweepResults.from_arrays(np.full((60, 2), 0.5), x[:, 0], "csv"), "y")
