"""All analyses of a sweep, by its design.

Covers sim.analysis.findings.
"""

import numpy as np
import pytest

from sim.analysis import analyse, cart
from sim.analysis.analyses_by_design import METHODS
from sim.errors import InputError
from tests.support.known_sweeps import latin, sweep


def two_outcomes(kind="latin_hypercube"):
    x = latin(100, 2)
    results = sweep(x, x.sum(axis=1), kind, 2)
    results.runs["holes"] = np.nan
    results.outcomes = ["y", "holes"]
    return results


def test_all_outcomes_are_analysed_and_those_that_cannot_be_are_listed():
    found = analyse(two_outcomes())
    assert {one.outcome for one in found.analyses} == {"y"}
    assert {one.method for one in found.analyses} == {"pawn", "rbd_fast", "surface", "rank_regression", "prim", "cart"}
    assert found.refused[0].startswith("holes: no value (NaN)")
    assert set(found.table.columns) >= {"method", "outcome", "factor", "index", "value", "low", "high", "noise_share"}
    assert found.table["noise_share"].notna().all()


def test_an_error_in_one_method_is_reported_and_the_others_are_done(monkeypatch):
    def pawn(results, outcome):
        raise ZeroDivisionError("by zero")

    monkeypatch.setitem(METHODS, "latin_hypercube", (pawn, cart))
    results = two_outcomes()
    found = analyse(results)
    assert {one.method for one in found.analyses} == {"cart"}
    assert "y: pawn ended in an error, ZeroDivisionError: by zero" in found.refused
    monkeypatch.setitem(METHODS, "latin_hypercube", (pawn,))
    with pytest.raises(InputError, match="pawn ended in an error"):
        analyse(results, "y")


def test_a_named_outcome_that_cannot_be_analysed_is_refused():
    with pytest.raises(InputError, match="holes"):
        analyse(two_outcomes(), "holes")


@pytest.mark.parametrize("kind", ["latin_hypercube", "nearly_orthogonal", "sobol_sequence", "csv"])
def test_an_even_design_has_a_surface_of_two_factors_and_of_no_more(kind):
    for k in (2, 3):
        x = latin(100, k)
        found = analyse(sweep(x, x.sum(axis=1), kind, 2, sd=0.1))
        assert (found.of("surface") is not None) == (k == 2)
        assert not found.refused


def test_an_unknown_design_is_refused():
    with pytest.raises(InputError, match="there is no analysis for 'darts'"):
        analyse(two_outcomes("darts"))
