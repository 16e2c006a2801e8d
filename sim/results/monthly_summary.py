"""The main columns of the monthly table in words, for a terminal or another program: medians over the runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.results.monthly_table import ALL
from sim.results.number_format import fixed, percent
from sim.results.outcome_tables import finite
from sim.results.result import Result


@dataclass(frozen=True)
class Column:
    """A column of the monthly table: its name, title and unit in words, and the decimals that mean something."""

    name: str
    title: str
    unit: str
    decimals: int = 0
    is_share: bool = False

    def show(self, value: float) -> str:
        """Return a value for reading."""
        return percent(value, self.decimals) if self.is_share else fixed(value, self.decimals)


COLUMNS = (
    Column("days", "days", "run"),
    Column("area_changed_km2", "area taken", "km²", 1),
    Column("advance_m_per_day", "advance", "m/day"),
    Column("assaults_per_day", "assaults", "per day", 1),
    Column("attacker_losses", "attacker's losses", "soldiers"),
    Column("drone_share_of_attacker_losses", "by drones", "of these", is_share=True),
    Column("defender_losses", "defender's losses", "soldiers"),
    Column("defender_supply_level", "supply", "of demand", 2),
    Column("city_share_held", "city held", "of cells", is_share=True),
)
"""What a short table shows, in this order."""


def monthly_summary(result: Result) -> pd.DataFrame:
    """Return one row per month for the whole map: medians over the runs, NaN where none has a value."""
    table = result.monthly()
    months = table[table["sector"] == ALL]
    return months.groupby("month", sort=True)[[column.name for column in COLUMNS]].median().reset_index()


def monthly_document(result: Result) -> list[dict[str, Any]]:
    """Return the whole monthly table for JSON, one document per row."""
    return [finite(row) for row in result.monthly().to_dict("records")]


def note_of(result: Result) -> str:
    """Return in words what the numbers of a short table are."""
    n = len(result.outcomes)
    what = "One run" if n == 1 else f"Medians of {n} runs"
    return f"{what}; the first and the last month may not be whole. The table by sector: monthly.csv, saved with --out."
