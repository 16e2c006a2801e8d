"""The short monthly table: medians over runs, in words and for other programs."""

import json

import pytest

from sim.campaign.replications import replicate
from sim.results.monthly_summary import COLUMNS, monthly_document, monthly_summary, note_of
from sim.results.monthly_table import ALL
from tests.support.toy_theatre import toy


@pytest.fixture(scope="module")
def ensemble():
    return replicate(toy(), 3, seed=2, workers=1)


def test_a_month_is_the_median_over_the_runs(ensemble):
    table, short = ensemble.monthly(), monthly_summary(ensemble)
    assert short["month"].tolist() == ["2025-06", "2025-07"]
    of_june = table[(table["month"] == "2025-06") & (table["sector"] == ALL)]
    assert short["attacker_losses"][0] == of_june["attacker_losses"].median()
    assert COLUMNS[0].show(short["days"][0]) == "4"
    assert note_of(ensemble).startswith("Medians of 3 runs")
    assert note_of(ensemble.run(0)).startswith("One run;")


def test_every_row_goes_into_json(ensemble):
    rows = monthly_document(ensemble)
    assert len(json.loads(json.dumps(rows, allow_nan=False))) == len(ensemble.monthly())
