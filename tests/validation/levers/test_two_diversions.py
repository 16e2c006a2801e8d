import numpy as np
import pytest

from sim.validation.levers import two_diversions
from sim.validation.levers.two_diversions import (
    SHARES,
    delay_at_nothing,
    delays,
    grid_variants,
    rank_correlation,
    signs_that_occur,
)

RUNS = np.array([200.0, 210.0, 220.0, 230.0, 240.0, 250.0])


def runs(attackers, defenders):
    """Return the days of history, then those of the grid, where the attackers bring the fall forward."""
    return [RUNS, *(RUNS - attackers * a + defenders * d for a in SHARES for d in SHARES)]


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    monkeypatch.setattr(two_diversions, "values_of", lambda one, name: one)


def test_the_grid_is_the_historical_variant_and_one_for_each_pair_of_shares():
    assert len({one.name for one in grid_variants()}) == 1 + len(SHARES) ** 2


def test_the_delay_rises_with_the_attackers_share_and_falls_with_the_defenders():
    grid = runs(60.0, 40.0)
    assert delays(grid)[-1, 0] == pytest.approx(60.0)
    assert delays(grid)[0, -1] == pytest.approx(-40.0)
    assert rank_correlation(0)(grid).value == pytest.approx(1.0)
    assert rank_correlation(1)(grid).value == pytest.approx(-1.0)
    assert delay_at_nothing(grid).value == 0.0
    assert signs_that_occur(grid)[::3] == (2.0, "-40 to 60")


def test_without_any_effect_there_is_no_correlation_and_no_sign():
    grid = runs(0.0, 0.0)
    assert (rank_correlation(0)(grid).value, signs_that_occur(grid).value) == (0.0, 0.0)
