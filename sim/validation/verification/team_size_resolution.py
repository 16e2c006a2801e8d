"""Whether the campaign's outcomes depend on how finely the forces are divided into rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from sim.campaign.replications import Progress, replicate_all
from sim.results.result import Ensemble
from sim.scenario.loader import load

# By group_size: the team sizes compared; the first is the group's own size.
TEAM_SIZES = {4: (4, 2, 1), 20: (20, 4, 1)}
CAUSES = (
    ("attacker", "drone_transit"), ("attacker", "drone_waiting"), ("attacker", "drone_holding"),
    ("attacker", "drone_garrison"), ("attacker", "artillery"), ("attacker", "direct_fire"),
    ("attacker", "counterattack"), ("defender", "drone_line"), ("defender", "artillery"), ("defender", "direct_fire"),
)  # fmt: skip
COUNTS = ("soldiers_sent_forward", "groups_entered", "area_changed_km2")
OUTCOMES = (*(f"{side}: {cause}" for side, cause in CAUSES), *COUNTS)
N_COMPARISONS = sum(len(sizes) - 1 for sizes in TEAM_SIZES.values()) * len(OUTCOMES)
REPLICATIONS = 16
SHORT = {"time.horizon_days": 15, "time.tick_h": 3}


def outcomes_of(ensemble: Ensemble) -> pd.DataFrame:
    """Return, by replication, the losses by cause and the other outcomes compared, at the horizon."""
    last = ensemble.series.isel(time=-1)
    columns = {
        f"{side}: {cause}": last["losses_by_cause"].sel(side=side, cause=cause).to_numpy() for side, cause in CAUSES
    }
    return pd.DataFrame(columns | {name: last[name].to_numpy() for name in COUNTS})


def n_runs() -> int:
    """Return the number of runs of the comparison."""
    return REPLICATIONS * sum(map(len, TEAM_SIZES.values()))


def compare_team_sizes(
    error: float, seed: int = 1, workers: int | None = 1, progress: Progress | None = None
) -> pd.DataFrame:
    """Compare campaigns with rows of several sizes with campaigns with one row per group, by paired differences.

    Columns: group_size, team_size, outcome, expected (the mean with one row per group), simulated, n, bound (Student's
    t of the paired differences, exceeded by random variation with probability `error`), is_ok.
    """
    scenarios = {
        (group, team): load("baseline", set={**SHORT, "attacker.group_size": group, "resolution.team_size": team})
        for group, teams in TEAM_SIZES.items()
        for team in teams
    }
    ensembles = replicate_all(list(scenarios.values()), REPLICATIONS, seed, workers, progress)
    found = dict(zip(scenarios, map(outcomes_of, ensembles), strict=True))
    rows = []
    for group, (whole, *finer) in TEAM_SIZES.items():
        for team in finer:
            for outcome in OUTCOMES:
                reference, other = found[group, whole][outcome], found[group, team][outcome]
                difference = other - reference
                quantile = stats.t.isf(error / 2.0, REPLICATIONS - 1)
                bound = float(quantile * np.std(difference, ddof=1) / np.sqrt(REPLICATIONS))
                rows.append((group, team, outcome, reference.mean(), other.mean(), REPLICATIONS, bound,
                             bool(abs(difference.mean()) <= bound)))  # fmt: skip
    names = ("group_size", "team_size", "outcome", "expected", "simulated", "n", "bound", "is_ok")
    return pd.DataFrame(rows, columns=list(names))
