"""The delay of the city's fall by the Kursk operation, over the shares of both sides that would have stood here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.results.outcome_summaries import values_of
from sim.results.result import Ensemble
from sim.validation.levers.lever_measures import Measure, Measured, jackknife
from sim.validation.levers.variant import Variant

HISTORY, BOTH_STAY = "kursk", "kursk-none"
TWO_DIVERSIONS = "Kursk, two diversions"
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of those away who would otherwise have stood here, of the attacker and of the defender."""


def grid_variants() -> tuple[Variant, ...]:
    """Return the historical variant, then that without diversions at each share of the attacker and the defender."""
    return (
        Variant(HISTORY),
        *(
            Variant(BOTH_STAY, {"forces.share_free.attacker": attacker, "forces.share_free.defender": defender})
            for attacker in SHARES
            for defender in SHARES
        ),
    )


def delays(of: Sequence[Ensemble]) -> NDArray[np.float64]:
    """Return how many days longer the city is held in history than without diversions: attacker, defender, run."""
    history, *others = (values_of(one, "days_city_held") for one in of)
    return (history - np.array(others)).reshape(len(SHARES), len(SHARES), -1)


def delay_at_nothing(of: Sequence[Ensemble]) -> Measured:
    """Measure the largest delay of a run, either way, where no soldiers of either side would have stood here."""
    return Measured(float(np.abs(delays(of)[0, 0]).max()))


def rank_correlation(side: int) -> Measure:
    """Return the measure of the mean rank correlation of the delay with one side's share, the other's held fixed."""

    def correlation(grid: NDArray[np.float64]) -> float:
        means = np.moveaxis(grid.mean(axis=-1), side, -1)
        rows = [row for row in means if np.ptp(row) > 0.0]
        return float(np.mean([stats.spearmanr(SHARES, row).statistic for row in rows])) if rows else 0.0

    return lambda of: Measured(*jackknife(correlation, delays(of)))


def signs_that_occur(of: Sequence[Ensemble]) -> Measured:
    """Measure how many signs the mean delay has over the grid."""
    means = delays(of).mean(axis=-1)
    return Measured(
        float(int((means > 0.0).any()) + int((means < 0.0).any())), remark=f"{means.min():.0f} to {means.max():.0f}"
    )
