"""Reported months beside those of runs."""

import numpy as np
import pandas as pd
import pytest

from sim.results.monthly_table import ALL
from sim.validation.reported_months import ERROR, MONTHS, as_markdown, months_beside_reports, reported_months


class Runs:
    """What `months_beside_reports` reads of a result: a monthly table of three runs."""

    def __init__(self, km2, days=(31, 31, 30)):
        rows = [
            {"replication": r, "month": month, "days": n, "sector": sector, "area_changed_km2": value + r - 1.0}
            for r in range(3)
            for month, n, value in zip(MONTHS, days, km2, strict=True)
            for sector in (ALL, "south")
        ]
        self.table = pd.DataFrame(rows)

    def monthly(self):
        return self.table


def test_the_reports_are_those_of_the_research_notes():
    assert [(report.front_km2, report.sector_km2) for report in reported_months()] == [(564, 124), (464, 88), (259, 23)]
    assert ERROR >= 0.3


def test_a_month_is_set_beside_its_report():
    found = months_beside_reports(Runs((124.0, 60.0, 70.0)))
    assert found["month"].tolist() == list(MONTHS)
    assert found["model_km2"].tolist() == [124.0, 60.0, 70.0]
    assert found["ratio"].tolist() == pytest.approx([1.0, 60.0 / 88.0, 70.0 / 23.0])
    assert found["is_within_factor"].tolist() == [True, True, False]
    assert found["reported_low_km2"].tolist() == pytest.approx((0.7 * found["reported_km2"]).tolist())
    page = as_markdown(found)
    assert "| 2025-09 | 23 (16 to 30) | 70 (69 to 71) | 3.04, not within a factor of two |" in page
    assert "not the map" in page


def test_a_month_that_was_not_run_whole_has_no_value():
    found = months_beside_reports(Runs((1.0, 1.0, 1.0), days=(31, 31, 12)))
    assert np.isnan(found["ratio"].iloc[2])
    assert not found["is_within_factor"].iloc[2]
