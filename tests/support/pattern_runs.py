"""Hand-made tables of runs, for which the verdict on each claim is known."""

import math

import pandas as pd

from sim.scenario.loader import load
from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_study import Sizes, Study
from sim.validation.patterns.scenario_variants import YEAR_BEFORE, variants
from sim.validation.patterns.verdicts import judge

RUN = {
    "days_played": 100.0, "days": 100.0, "attacker_losses": 1000.0, "area_changed_km2": 10.0, "advance_km": 5.0,
    "soldiers_sent_forward": 4000.0, "assaults": 500.0, "assaults_last_month_per_day": 5.0, "flags_planted": 50.0,
    "cells_taken": 25.0, "line_soldiers": 700.0, "theatre_force_ratio": 8.0, "shells_ratio": 2.0, "city_held": 1.0,
    "city_share_held": 1.0, "day_city_lost": math.inf,
}  # fmt: skip


def hand_made_study(n_draws=6, n_replications=2):
    """Return a study of the baseline in which the samples differ only in the losses of columns."""
    scenario = load("baseline")
    rows = [
        {"variant": variant, "draw": i, "replication": r, **RUN}
        | ({"attacker_losses": 900.0 + 100.0 * i} if variant == "columns" else {})
        for variant in (*variants(scenario), YEAR_BEFORE)
        for i in range(n_draws)
        for r in range(n_replications)
    ]
    runs = pd.DataFrame(rows)
    values = pd.DataFrame(columns=["scenario", "draw", "path", "value"])
    return Study(scenario, 1, Sizes(n_draws, n_replications, 100), judge(runs, claims()), runs, values)
