"""Months of runs beside what was reported of them: ground taken in the sector, with an error of at least 30 %.

The sector of the reports is not the map of the theatre: the map's southern axis covers part of a neighbouring direction
(Novopavlivka), which the reports count apart. A factor of two is therefore all that is asked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.results.monthly_table import ALL
from sim.results.result import Result
from sim.scenario.reading.seed_facts import load_facts

MONTHS = ("2025-07", "2025-08", "2025-09")
"""Months with a report; later ones stand apart and are not looked up."""
ERROR = 0.3
"""Least relative error of a reported area: two makers of maps differ by a quarter in one month."""
FACTOR = 2.0
NOT_THE_SAME = "The sector of the reports is not the map of the model: read the ratios to a factor of two at best."


class Reported(NamedTuple):
    """What is reported of a month: ground taken on the whole front and in the sector [km2], and who says so."""

    month: str
    front_km2: float
    sector_km2: float
    source: str


def reported_months() -> list[Reported]:
    """Return what the seeds say of each month of `MONTHS`."""
    facts = load_facts()
    found = []
    for month in MONTHS:
        front, sector = (facts[f"area_gained_{of}_{month.replace('-', '_')}"] for of in ("front", "sector"))
        source = f"{sector.attributed_to}; {sector.grade}"
        found.append(Reported(month, float(front.value), float(sector.value), source))
    return found


def months_beside_reports(result: Result) -> pd.DataFrame:
    """Return one row per reported month: reported and modelled ground taken, and their ratio.

    month; reported_km2 with reported_low_km2 and reported_high_km2 (`ERROR` to either side); model_km2, the median over
    the runs, with model_low_km2 and model_high_km2 (5th and 95th percentile); ratio, model over report;
    is_within_factor, whether that lies within a factor of two. A month that the runs do not cover whole has no values.
    """
    table = result.monthly()
    months = table[table["sector"] == ALL]
    rows = []
    for report in reported_months():
        whole = months[(months["month"] == report.month) & (months["days"] == pd.Period(report.month).days_in_month)]
        km2 = whole["area_changed_km2"].to_numpy(float)
        low, middle, high = np.quantile(km2, (0.05, 0.5, 0.95)) if len(km2) else (np.nan,) * 3
        ratio = middle / report.sector_km2
        rows.append(
            {
                "month": report.month,
                "reported_km2": report.sector_km2,
                "reported_low_km2": (1.0 - ERROR) * report.sector_km2,
                "reported_high_km2": (1.0 + ERROR) * report.sector_km2,
                "model_km2": middle,
                "model_low_km2": low,
                "model_high_km2": high,
                "ratio": ratio,
                "is_within_factor": bool(1.0 / FACTOR <= ratio <= FACTOR),
            }
        )
    return pd.DataFrame(rows)


def as_markdown(table: pd.DataFrame) -> str:
    """Return the table of `months_beside_reports` for a page, with the note that belongs under it."""
    head = ("month", "reported, km² (±30 %)", "model, km²: median (5 to 95 % of runs)", "model / reported")
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for row in table.to_dict("records"):
        reported = f"{row['reported_km2']:.0f} ({row['reported_low_km2']:.0f} to {row['reported_high_km2']:.0f})"
        model = f"{row['model_km2']:.0f} ({row['model_low_km2']:.0f} to {row['model_high_km2']:.0f})"
        outside = "" if row["is_within_factor"] else ", not within a factor of two"
        lines.append(f"| {row['month']} | {reported} | {model} | {row['ratio']:.2f}{outside} |")
    return "\n".join([*lines, "", NOT_THE_SAME, ""])
