"""Sobol indices against closed forms, with and without noise."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from SALib.analyze import sobol as salib

from sim.analysis import FactorRecord, SweepResults, sobol
from sim.errors import InputError
from sim.plots.sweeps import index_bars
from tests.support.known_sweeps import (
    factors,
    g_function,
    g_indices,
    ishigami,
    ishigami_indices,
    problem,
    saltelli,
    sweep,
)


def within(found, truth, widths=1.5):
    """Return whether each truth lies in its interval, stretched to 99.7 %: 1.5 times 1.96 standard errors."""
    half = widths * (found["high"] - found["value"])
    return (np.abs(found["value"] - truth) <= half.to_numpy()).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ishigami(seed):
    first, total, _ = ishigami_indices()
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=5e-5)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)
    x = saltelli(1024, 3, seed=seed)
    found = sobol(sweep(x, ishigami(x), "saltelli"), "y")
    assert within(found.of("S1"), first)
    assert within(found.of("ST"), total)


def test_g_function_and_its_pairs():
    first, total = g_indices()
    x = saltelli(1024, 5, pairs=True)
    found = sobol(sweep(x, g_function(x), "saltelli"), "y")
    assert within(found.of("S1"), first)
    assert within(found.of("ST"), total)
    pairs = found.table[found.table["index"] == "S2"]
    assert len(pairs) == 10
    # The only pair that matters much is that of the first two: V1 V2 / V.
    strongest = pairs.loc[pairs["value"].idxmax()]
    assert (strongest["factor"], strongest["with_factor"]) == ("part.factor_a", "part.factor_b")
    assert within(strongest.to_frame().T, (1 / 3) * (1 / 12) / ((1 / 3) / first[0]))


def test_a_linear_model_has_exact_shares():
    weights = np.array([1.0, 2.0, 3.0])
    x = saltelli(512, 3)
    found = sobol(sweep(x, x @ weights, "saltelli"), "y")
    truth = weights**2 / (weights**2).sum()
    assert within(found.of("S1"), truth)
    assert within(found.of("ST"), truth)


def test_one_noisy_replication_inflates_the_total_index_and_says_so():
    """Half of the variance of a run is noise: an inert factor's total index is one half; with replications, zero."""
    x = saltelli(1024, 3)
    y = x[:, 0] + 2 * x[:, 1]
    sd = np.sqrt(5 / 12)
    noisy = sobol(sweep(x, y, "saltelli", sd=sd), "y")
    inert = noisy.of("ST").loc["part.factor_c"]
    assert inert["value"] == pytest.approx(0.5, abs=0.1)
    assert any("those of single runs, in which noise counts" in note for note in noisy.notes)
    assert noisy.table["noise_share"].isna().all()
    known = sobol(sweep(x, y, "saltelli", 10, sd=sd), "y")
    inert = known.of("ST").loc["part.factor_c"]
    assert inert["low"] <= 0.0 <= inert["high"] < 0.05
    assert any("corrected for it" in note for note in known.notes)
    assert known.noise.low <= 1 / 11 <= known.noise.high
    assert known.noise.replications_needed == pytest.approx(19, abs=2)


@pytest.mark.parametrize("pairs", [False, True])
def test_a_factor_without_two_points_that_differ_in_it_alone_is_named(pairs):
    x = saltelli(4, 3, pairs)
    own = [*factors(2), FactorRecord("part.is_on", "flag")]
    # The flag is on in the highest twentieth only, which none of so few points reaches.
    values = pd.DataFrame(x, columns=[one.path for one in own]).assign(**{"part.is_on": x[:, 2] > 0.99})
    y = x[:, 0] + x[:, 1] + 5 * values["part.is_on"]
    found = sobol(sweep(x, y, "saltelli", own=own, values=values), "y")
    rows = found.table[(found.table["factor"] == "part.is_on") | (found.table["with_factor"] == "part.is_on")]
    assert len(rows) == (4 if pairs else 2)
    assert rows[["value", "low", "high"]].isna().all(axis=None)
    assert found.of("ST").loc[["part.factor_a", "part.factor_b"], "value"].notna().all()
    assert any("Unknown, as no two points differ only in this factor: part.is_on." in note for note in found.notes)
    assert not any("interaction or noise" in note for note in found.notes)
    plt.close(index_bars(found).get_figure())


def test_indices_that_sum_well_above_one_need_more_base_points():
    x = saltelli(4, 3, seed=3)
    found = sobol(sweep(x, 3 * x[:, 0] + 2 * x[:, 1] + x[:, 2], "saltelli"), "y")
    assert found.of("S1")["value"].sum() > 1.2
    assert "well above 1: there are too few base points" in found.notes[0]


@pytest.mark.parametrize("pairs", [False, True])
def test_without_replications_the_estimates_are_salibs(pairs):
    x = saltelli(64, 3, pairs)
    found = sobol(sweep(x, ishigami(x), "saltelli"), "y").table
    theirs = salib.analyze(problem(3), ishigami(x), calc_second_order=pairs, seed=1)
    for index in ("S1", "ST"):
        assert found[found["index"] == index]["value"].tolist() == pytest.approx(theirs[index].tolist())
    if pairs:
        theirs_of_pairs = theirs["S2"][np.triu_indices(3, 1)].tolist()
        assert found[found["index"] == "S2"]["value"].tolist() == pytest.approx(theirs_of_pairs)


def test_replications_correct_a_quadratic_form():
    """(R T(mean) - mean of T(y_r)) / (R - 1), with T of SALib's estimators times their variance."""
    k, n, r = 3, 32, 4
    x = saltelli(n, k)
    results = sweep(x, ishigami(x), "saltelli", r, sd=1.0)
    y = results.by_replication("y").reshape(n, k + 2, r)
    y = y - y.mean(axis=(0, 1))

    def corrected(form):
        return (r * form(y.mean(axis=2)) - np.mean([form(y[:, :, i]) for i in range(r)])) / (r - 1)

    variance = corrected(lambda z: np.var(z[:, [0, -1]]))
    first = corrected(lambda z: salib.first_order(z[:, 0], z[:, 2], z[:, -1]) * np.var(z[:, [0, -1]]))
    total = corrected(lambda z: salib.total_order(z[:, 0], z[:, 2], z[:, -1]) * np.var(z[:, [0, -1]]))
    found = sobol(results, "y")
    assert found.of("S1")["value"].iloc[1] == pytest.approx(first / variance)
    assert found.of("ST")["value"].iloc[1] == pytest.approx(total / variance)


def test_noise_alone_leaves_no_indices_or_intervals_and_says_so():
    x = saltelli(64, 2)
    found = [sobol(sweep(x, 0.01 * x[:, 0], "saltelli", 2, sd=1.0, seed=seed), "y") for seed in range(6)]
    assert all(one.table[["low", "high"]].isna().all(axis=None) for one in found)
    notes = [" ".join(one.notes) for one in found]
    assert any("No intervals: noise alone may explain" in note for note in notes)
    assert any("there are no indices" in note for note in notes)
    for one in found:
        plt.close(index_bars(one).get_figure())


def test_one_run_per_point_has_no_intervals_as_its_noise_is_in_them():
    x = saltelli(64, 3)
    found = sobol(sweep(x, ishigami(x), "saltelli", sd=1.0), "y")
    assert found.table[["low", "high"]].isna().all(axis=None)
    assert np.isfinite(found.table["value"]).all()
    assert any(note.startswith("No intervals: with one replication per point") for note in found.notes)


def test_an_old_sweep_says_that_its_points_shared_random_numbers():
    x = saltelli(64, 3)
    new = sweep(x, ishigami(x), "saltelli", 2, sd=1.0)
    old = SweepResults(new.factors, new.unit, new.runs, {"kind": "saltelli"})
    assert new.points_per_block == 5
    assert "All points had the same random numbers" in " ".join(sobol(old, "y").notes)
    assert "All points had the same random numbers" not in " ".join(sobol(new, "y").notes)


@pytest.mark.parametrize("spoil", [lambda x: x[:-1], lambda x: x[::-1], lambda x: np.roll(x, 1, axis=0)])
def test_points_that_are_not_saltellis_are_refused(spoil):
    x = spoil(saltelli(64, 3))
    with pytest.raises(InputError, match="Saltelli"):
        sobol(sweep(x, ishigami(x), "saltelli"), "y")
