"""How the campaign's totals, and each cause of loss, change with the length of a tick."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import stats

from sim.campaign.replications import Progress, replicate_all
from sim.scenario.loader import load
from sim.validation.verification.team_size_resolution import outcomes_of

TICKS_H = (0.25, 0.5, 1.0, 3.0, 6.0)
REPLICATIONS = 48
DAYS = 30
CONFIDENCE = 0.95
_BOOTSTRAPS = 2000
# An order is fitted to at least this many errors that exceed the noise.
_FEWEST_FITTED = 3


@dataclass(frozen=True)
class Convergence:
    """One outcome: its mean at the finest tick, its relative error at the others with intervals, and the order.

    errors[i]: (mean at TICKS_H[i + 1] - mean at the finest) / mean at the finest, with the half width of its 95 %
    interval; order: p of error ~ tick^p with its interval, fitted at the ticks whose errors exceed the noise; None
    where there are fewer than three such errors or they differ in sign.
    """

    outcome: str
    finest: float
    errors: tuple[float, ...]
    half_widths: tuple[float, ...]
    order: tuple[float, float, float] | None

    def document(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return {**asdict(self), "ticks_h": TICKS_H[1:]}


def n_runs() -> int:
    """Return the number of runs of the study."""
    return REPLICATIONS * len(TICKS_H)


def study_ticks(seed: int = 1, workers: int | None = 1, progress: Progress | None = None) -> list[Convergence]:
    """Run the baseline at several ticks with the same random seeds and return the effect on each outcome."""
    scenarios = [load("baseline", set={"time.horizon_days": DAYS, "time.tick_h": tick}) for tick in TICKS_H]
    tables = [outcomes_of(e) for e in replicate_all(scenarios, REPLICATIONS, seed, workers, progress)]
    for table in tables:
        for side in ("attacker", "defender"):
            table.insert(0, f"{side}: all causes", table.filter(like=f"{side}: ").sum(axis=1))
    return [_study(name, np.array([t[name].to_numpy() for t in tables])) for name in sorted(map(str, tables[0]))]


def _study(outcome: str, values: np.ndarray) -> Convergence:
    """Return the convergence of one outcome; values: tick x replication."""
    n = values.shape[1]
    differences = values[1:] - values[0]
    half = stats.t.isf((1.0 - CONFIDENCE) / 2.0, n - 1) * differences.std(axis=1, ddof=1) / np.sqrt(n)
    errors, scale = differences.mean(axis=1), max(float(values[0].mean()), 1.0)
    is_fitted = np.abs(errors) > half
    is_resolved = is_fitted.sum() >= _FEWEST_FITTED and len(set(np.sign(errors[is_fitted]))) == 1
    order = _order(np.array(TICKS_H[1:])[is_fitted], differences[is_fitted]) if is_resolved else None
    return Convergence(outcome, float(values[0].mean()), tuple(errors / scale), tuple(half / scale), order)


def _order(ticks: np.ndarray, differences: np.ndarray) -> tuple[float, float, float]:
    """Fit p in |error| = C (tick^p - finest^p), and a bootstrap interval over the replications.

    Errors are weighted by the inverse of their relative variance, which is about the variance of their logarithm.
    """
    n = differences.shape[1]
    errors = np.abs(differences.mean(axis=1))
    weights = (errors / differences.std(axis=1, ddof=1)) ** 2
    picks = np.random.default_rng(0).integers(n, size=(_BOOTSTRAPS, n))
    fitted = _fit(ticks, errors[None, :], weights)[0]
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(_fit(ticks, np.abs(differences[:, picks].mean(axis=2)).T, weights), [tail, 1.0 - tail])
    return float(fitted), float(low), float(high)


def _fit(ticks: np.ndarray, errors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return, for each row of errors, the order on a grid that fits them best in weighted logarithms."""
    orders = np.linspace(0.1, 4.0, 391)
    shape = np.log(ticks[None, :] ** orders[:, None] - TICKS_H[0] ** orders[:, None])
    residual = np.log(np.maximum(errors, 1e-12))[:, None, :] - shape[None, :, :]
    share = weights / weights.sum()
    centred = residual - (residual @ share)[:, :, None]
    return orders[np.argmin(centred**2 @ share, axis=1)]
