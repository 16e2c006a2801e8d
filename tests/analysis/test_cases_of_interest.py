import numpy as np
import pytest

from sim.analysis import prim
from sim.analysis.cases_of_interest import cases_of, nearby_limits
from sim.errors import InputError
from tests.support.known_sweeps import latin, sweep


def ramp(n=100, outcome="y"):
    x = latin(n, 2)
    return sweep(x, x[:, 0], "latin_hypercube", outcome=outcome)


def test_without_limits_the_highest_quarter_of_the_points_are_cases():
    cases = cases_of(ramp(), "y")
    assert cases.is_case.sum() == 25
    assert cases.words.startswith("Y above 0.7")


def test_cases_lie_between_two_limits():
    results = ramp()
    cases = cases_of(results, "y", above=0.2, below=0.5)
    means = results.means("y")
    assert (cases.is_case == ((means > 0.2) & (means < 0.5))).all()
    assert cases.words == "Y above 0.2 and below 0.5"


def test_a_share_of_runs_has_its_cases_below_one_half():
    x = latin(400, 2)
    found = prim(sweep(x, x[:, 0] > 0.7, "latin_hypercube", outcome="city_held"), "city_held")
    assert any("City never lost in under 50 % of the runs" in note for note in found.notes)
    assert found.details["box"].set_index("factor").loc["part.factor_a", "high"] == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("limits", [{"above": 2.0}, {"below": 2.0}])
def test_too_few_cases_are_refused_with_the_numbers(limits):
    x = latin(100, 2)
    with pytest.raises(InputError, match=r"of 100 points are cases .*scenario discovery needs 5"):
        prim(sweep(x, x[:, 0], "latin_hypercube"), "y", **limits)


@pytest.mark.parametrize("limits", [{"above": np.inf}, {"below": np.nan}])
def test_a_limit_must_be_a_finite_number(limits):
    with pytest.raises(InputError, match="must be a finite number"):
        cases_of(ramp(), "y", **limits)


def test_nearby_limits_make_a_third_fewer_and_a_third_more_cases():
    counts = [cases_of(ramp(), "y", *limits).is_case.sum() for limits in nearby_limits(ramp(), "y", above=0.7)]
    assert counts == [20, 40]
    counts = [cases_of(ramp(), "y", *limits).is_case.sum() for limits in nearby_limits(ramp(), "y", below=0.3)]
    assert counts == [20, 40]
    assert nearby_limits(ramp(), "y", above=0.3, below=0.7) == []
