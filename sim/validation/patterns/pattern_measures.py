"""What is measured: the totals of a run, and the measures that are worked out from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.scenario.reading.seed_facts import load_facts
from sim.world.ground import DEFENDER_HELD, Ground
from sim.world.integer_codes import ASSAULTS, ATTACKER, CELLS_TAKEN, DEFENDER, FLAGS, SENT_FORWARD

if TYPE_CHECKING:
    from sim.campaign.recorder import Record
    from sim.scenario.schema import Scenario

LAST_DAYS = 30  # "to the end": the last month of a run
AT_EDGE = 0.9  # share of a lane's ground beyond which the map, and not the war, ends the advance
M_PER_KM = 1000.0


@dataclass(frozen=True)
class Lanes:
    """By axis: length of the front at the start in km, and the defender's ground in the lane in km2."""

    front_km: np.ndarray
    ground_km2: np.ndarray

    @classmethod
    def of(cls, scenario: Scenario) -> Lanes:
        """Measure the lanes of a scenario."""
        ground = Ground(scenario.ground)
        axes = ground.axis[(ground.axis >= 0) & (ground.control == DEFENDER_HELD)]
        return cls(ground.front_km_by_axis, np.bincount(axes, minlength=len(ground.axis_names)) * ground.cell_km**2)

    def day_at_edge(self, flot_displacement_km: np.ndarray) -> int:
        """Return the first day on which nearly all of a lane is taken; without one, the last day."""
        taken_km2 = flot_displacement_km * self.front_km
        is_at_edge = (taken_km2 > AT_EDGE * self.ground_km2).any(axis=1)
        return int(is_at_edge.argmax()) if is_at_edge.any() else len(is_at_edge) - 1


def totals(record: Record, scenario: Scenario, lanes: Lanes) -> dict[str, float]:
    """Return a run's totals; `day_city_lost` is infinite when the city was never lost.

    What is divided by days or by ground is counted until a lane gives out (`days`): from then on the map's edge
    would be measured. `days_played`, the city and the last month's assaults are the whole run's.
    """
    s, count = record.series, record.series["count"]
    played, end = len(count) - 1, lanes.day_at_edge(record.series["flot_displacement_km"])
    month = min(LAST_DAYS, played)
    soldiers = s["soldiers"][1 : end + 1]
    return {
        "days_played": played,
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
    """Return the totals of each arm and draw, the mean over its replications (of the day of loss, the median).

    The median of days lets a run that never lost the city count as later than any that did.
    """
    columns = [name for name in runs.columns if name not in ("arm", "draw", "replication")]
    how = {name: "median" if name == "day_city_lost" else "mean" for name in columns}
    return runs.groupby(["arm", "draw"]).agg(how)


@dataclass(frozen=True)
class Measure:
    """A measure of the pooled totals, with its unit and the decimals that mean something."""

    title: str
    unit: str
    decimals: int
    of: Callable[[pd.DataFrame], pd.Series]
    is_ratio: bool = True  # two arms are compared by their ratio; else by their difference


def per(total: pd.Series, by: pd.Series) -> pd.Series:
    """Return total / by; infinite where there is a total but nothing to divide it by, NaN where there is neither."""
    nothing = np.where(total > 0, np.inf, np.nan)
    return pd.Series(np.where(by > 0, total / by.where(by > 0, 1.0), nothing), total.index)


MEASURES: dict[str, Measure] = {
    "losses_per_km2": Measure(
        "attacker's losses for each km2", "soldiers/km2", 0, lambda t: per(t.attacker_losses, t.area_changed_km2)
    ),
    "losses_per_assault": Measure(
        "attacker's losses for each assault", "soldiers", 1, lambda t: per(t.attacker_losses, t.assaults)
    ),
    "losses_per_100_sent": Measure(
        "attacker's losses for each 100 sent forward", "soldiers", 1,
        lambda t: 100.0 * per(t.attacker_losses, t.soldiers_sent_forward),
    ),
    "area_per_day": Measure("area taken", "km2/day", 2, lambda t: t.area_changed_km2 / t.days, is_ratio=False),
    "sent_per_day": Measure("soldiers sent forward", "soldiers/day", 0, lambda t: t.soldiers_sent_forward / t.days),
    "line_soldiers": Measure("defenders in the front line, mean", "soldiers", 0, lambda t: t.line_soldiers),
    "day_city_lost": Measure("day on which the city is lost", "day", 0, lambda t: t.day_city_lost, is_ratio=False),
    "flags_per_day": Measure("flags planted", "1/day", 1, lambda t: t.flags_planted / t.days),
    "held_share": Measure("cells taken for each flag", "1", 2, lambda t: per(t.cells_taken, t.flags_planted)),
    "advance_m_per_day": Measure("mean advance", "m/day", 0, lambda t: M_PER_KM * t.advance_km / t.days),
    "theatre_force_ratio": Measure("attackers alive for each defender", "1", 1, lambda t: t.theatre_force_ratio),
    "shells_ratio": Measure("attacker's shells for each of the defender's", "1", 1, lambda t: t.shells_ratio),
    "city_held": Measure("share of replications in which the city is never lost", "1", 2, lambda t: t.city_held),
    "city_share_held": Measure("share of the city held at the end", "1", 2, lambda t: t.city_share_held),
    "assaults_at_the_end": Measure(
        "assaults in the last 30 days", "1/day", 0, lambda t: t.assaults_last_month_per_day
    ),
}  # fmt: skip


def fastest_reported_m_per_day() -> float:
    """Return the fastest advance that was published for this axis."""
    return float(load_facts()["advance_rate_avdiivka_pokrovsk"].value)
