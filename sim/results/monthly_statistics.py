"""What the months of a run add up to: the statistics by which it is set beside what is published."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.results.monthly_table import ALL

FEWEST_MONTHS = 3
"""Months below which spread, autocorrelation and slope have no value."""
LOGGED = ("mean_km2_per_month", "sd_km2_per_month", "assaults_per_day", "drone_share_of_attacker_losses")
"""Statistics that are positive, and are compared by their logarithms."""


def monthly_statistics(table: pd.DataFrame) -> dict[str, float]:
    """Return the statistics of the whole months of one run, given its monthly table; NaN where months are too few.

    mean_km2_per_month, sd_km2_per_month: of area_changed_km2; km2_autocorrelation: of each month with the next;
    losses_per_km2, losses_of_holding: slope [soldiers/km2] and intercept [soldiers/month] of the least-squares line of
    attacker_losses on area_changed_km2, the intercept being what a month without gains costs; assaults_per_day;
    drone_share_of_attacker_losses. Those of `LOGGED` come a second time as natural logarithms, `log_` before the name.
    """
    months = whole_months(table)
    km2, losses = (months[name].to_numpy(float) for name in ("area_changed_km2", "attacker_losses"))
    is_enough = len(months) >= FEWEST_MONTHS
    slope, intercept = _line(km2, losses) if is_enough else (math.nan, math.nan)
    found = {
        "mean_km2_per_month": _mean(km2),
        "sd_km2_per_month": float(np.std(km2, ddof=1)) if is_enough else math.nan,
        "km2_autocorrelation": _correlation(km2[:-1], km2[1:]) if len(months) > FEWEST_MONTHS else math.nan,
        "losses_per_km2": slope,
        "losses_of_holding": intercept,
        "assaults_per_day": _mean(months["assaults_per_day"].to_numpy(float)),
        "drone_share_of_attacker_losses": _mean(months["drone_share_of_attacker_losses"].to_numpy(float)),
    }
    return found | {f"log_{name}": math.log(found[name]) if found[name] > 0.0 else math.nan for name in LOGGED}


def whole_months(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a monthly table for the whole map of which every day of the month was run."""
    in_month = pd.PeriodIndex(table["month"], freq="M").days_in_month
    return table[(table["sector"] == ALL) & (table["days"].to_numpy() == in_month)]


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of the least-squares line; NaN where all x are equal."""
    spread = float(((x - x.mean()) ** 2).sum())
    if spread == 0.0:
        return math.nan, math.nan
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    return slope, float(y.mean()) - slope * float(x.mean())


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if np.std(a) > 0.0 and np.std(b) > 0.0 else math.nan
