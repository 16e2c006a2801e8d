"""The measures of the patterns: the totals of a run, and the measures computed from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results.record import Record
from sim.scenario.reading.seed_facts import load_facts
from sim.scenario.schema import Scenario
from sim.world.ground import DEFENDER_HELD, Ground
from sim.world.integer_codes import ASSAULTS, ATTACKER, CELLS_TAKEN, DEFENDER, FLAGS, SENT_FORWARD

LAST_DAYS = 30  # the last month of a run
AT_EDGE = 0.9  # share of a lane's ground; beyond it the edge of the map limits the advance
M_PER_KM = 1000.0


@dataclass(frozen=True)
class Lanes:
    """The lanes by axis: length of the front at the start in km, and the defender's ground in the lane in km2."""

    front_km: NDArray[np.float64]
    ground_km2: NDArray[np.float64]

    @classmethod
    def of(cls, scenario: Scenario) -> Lanes:
        """Measure the lanes of a scenario."""
        ground = Ground(scenario.ground)
        axes = ground.axis[(ground.axis >= 0) & (ground.control == DEFENDER_HELD)]
        ground_km2 = np.bincount(axes, minlength=len(ground.axis_names)) * ground.cell_km**2
        return cls(ground.front_km_by_axis.astype(float), ground_km2.astype(float))

    def day_at_edge(self, flot_displacement_km: NDArray[np.float64]) -> int:
        """Return the first day on which nearly all of a lane is taken; if there is none, the last day."""
        taken_km2 = flot_displacement_km * self.front_km
        days = np.flatnonzero((taken_km2 > AT_EDGE * self.ground_km2).any(axis=1))
        return int(days[0]) if len(days) else len(taken_km2) - 1


def totals(record: Record, scenario: Scenario, lanes: Lanes) -> dict[str, float]:
    """Return a run's totals; `day_city_lost` is infinite when the city was never lost.

    Totals that are divided by days or by ground are counted only until nearly all of a lane is taken (`days`), because
    later the edge of the map would be measured. `days_played` (the simulated days), the city and the assaults of the
    last month are those of the whole run.
    """
    s, count = record.series, record.series["count"]
    n_days, end = len(count) - 1, lanes.day_at_edge(record.series["flot_displacement_km"])
    month = min(LAST_DAYS, n_days)
    soldiers = s["soldiers"][1 : end + 1]
    return {
        "days_played": n_days,
        "days": end,
        "attacker_losses": s["losses"][end, ATTACKER],
        "area_changed_km2": s["area_changed_km2"][end],
        "advance_km": s["advance_km"][end],
        "soldiers_sent_forward": count[end, SENT_FORWARD],
        "assaults": count[end, ASSAULTS],
        "assaults_last_month_per_day": (count[-1, ASSAULTS] - count[-1 - month, ASSAULTS]) / month,
        "flags_planted": count[end, FLAGS],
        "cells_taken": count[end, CELLS_TAKEN],
        "line_soldiers": float(s["line_soldiers"][1 : end + 1].mean()),
        "theatre_force_ratio": float((soldiers[:, ATTACKER] / np.maximum(soldiers[:, DEFENDER], 1)).mean()),
        "shells_ratio": scenario.artillery.shells_ratio,
        "city_held": float(record.outcomes["city_held"]),
        "city_share_held": s["city_share_held"][-1],
        "day_city_lost": record.outcomes["day_city_lost"] if not record.outcomes["city_held"] else np.inf,
    }


def pooled(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of each variant and sample: the mean over replications (of the day of loss, the median).

    With the median, a run that never lost the city counts as later than any run that did.
    """
    columns = [name for name in runs.columns if name not in ("variant", "draw", "replication")]
    how = {name: "median" if name == "day_city_lost" else "mean" for name in columns}
    return runs.groupby(["variant", "draw"]).agg(how)


@dataclass(frozen=True)
class Measure:
    """A measure of the pooled totals, with its unit and the decimals that it is shown with."""

    title: str
    unit: str
    decimals: int
    of: Callable[[pd.DataFrame], pd.Series]
    is_ratio: bool = True  # two variants are compared by their ratio; else by their difference


def per(total: pd.Series, by: pd.Series) -> pd.Series:
    """Return total / by; where `by` is not above 0, infinite if the total is above 0, else NaN."""
    undivided = np.where(total > 0, np.inf, np.nan)
    return pd.Series(np.where(by > 0, total / by.where(by > 0, 1.0), undivided), total.index)


MEASURES: dict[str, Measure] = {
    "losses_per_km2": Measure(
        "attacker's losses per km2", "soldiers/km2", 0, lambda t: per(t.attacker_losses, t.area_changed_km2)
    ),
    "losses_per_assault": Measure(
        "attacker's losses per assault", "soldiers", 1, lambda t: per(t.attacker_losses, t.assaults)
    ),
    "losses_per_100_sent": Measure(
        "attacker's losses per 100 soldiers sent forward", "soldiers", 1,
        lambda t: 100.0 * per(t.attacker_losses, t.soldiers_sent_forward),
    ),
    "area_per_day": Measure("area taken", "km2/day", 2, lambda t: t.area_changed_km2 / t.days, is_ratio=False),
    "sent_per_day": Measure("soldiers sent forward", "soldiers/day", 0, lambda t: t.soldiers_sent_forward / t.days),
    "line_soldiers": Measure("mean number of defenders in the line", "soldiers", 0, lambda t: t.line_soldiers),
    "day_city_lost": Measure("day on which the city is lost", "day", 0, lambda t: t.day_city_lost, is_ratio=False),
    "flags_per_day": Measure("flags planted", "1/day", 1, lambda t: t.flags_planted / t.days),
    "held_share": Measure("cells taken per flag", "1", 2, lambda t: per(t.cells_taken, t.flags_planted)),
    "advance_m_per_day": Measure("mean advance", "m/day", 0, lambda t: M_PER_KM * t.advance_km / t.days),
    "theatre_force_ratio": Measure("attackers per defender, alive", "1", 1, lambda t: t.theatre_force_ratio),
    "shells_ratio": Measure("attacker's shells per defender's shell", "1", 1, lambda t: t.shells_ratio),
    "city_held": Measure("share of replications in which the city is never lost", "1", 2, lambda t: t.city_held),
    "city_share_held": Measure("share of the city held at the end", "1", 2, lambda t: t.city_share_held),
    "assaults_at_the_end": Measure(
        "assaults in the last 30 days", "1/day", 0, lambda t: t.assaults_last_month_per_day
    ),
}  # fmt: skip


def fastest_reported_m_per_day() -> float:
    """Return the fastest published advance on this axis, in m per day."""
    return float(load_facts()["advance_rate_avdiivka_pokrovsk"].value)
