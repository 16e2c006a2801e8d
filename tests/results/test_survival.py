"""The delay of the first losses of the city, by hand; how well a true one is found: tests/simulation."""

import math

import numpy as np
import pytest

from sim.results.survival import delay_of_first_lost

NEVER = math.nan


@pytest.mark.parametrize(
    ("reference", "variant", "n_first", "days"),
    [
        ([100, 120, 140], [180, NEVER, 150], 2, 55.0),  # 150 and 180 against 100 and 120
        ([NEVER, 120], [110, 130], 1, -10.0),
        ([100, 120], [100, 120], 2, 0.0),
    ],
)
def test_the_first_losses_of_both_are_compared_in_their_order(reference, variant, n_first, days):
    assert delay_of_first_lost(np.array(reference, float), np.array(variant, float)) == (n_first, days)


def test_where_one_never_loses_the_city_there_is_no_delay():
    n_first, days = delay_of_first_lost(np.array([100.0]), np.array([NEVER]))
    assert n_first == 0
    assert math.isnan(days)
