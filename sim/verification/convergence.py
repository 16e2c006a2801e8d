"""How the campaign's totals, and each cause of loss, move with the length of a tick."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import stats

from sim.loader import load
from sim.replication import Progress, replicate_all
from sim.verification.resolution import outcomes_of

TICKS_H = (0.25, 0.5, 1.0, 3.0, 6.0)
REPLICATIONS = 48
DAYS = 30
CONFIDENCE = 0.95
_BOOTSTRAPS = 2000
# An order needs a difference that stands out from its own sampling error at this many ticks.
_FEWEST_RESOLVED = 2


@dataclass(frozen=True)
class Convergence:
    """One outcome: its mean at the finest tick, its relative error at the others with intervals, and the order.

    errors[i]: (mean at TICKS_H[i + 1] - mean at the finest) / mean at the finest, with the half width of its 95 %
    interval; order: p of error ~ tick^p with its interval, None where too few errors stand out from the noise.
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
    """Return how many runs the study takes."""
    return REPLICATIONS * len(TICKS_H)


def study_ticks(seed: int = 1, workers: int | None = 1, progress: Progress | None = None) -> list[Convergence]:
    """Play the baseline at several ticks with the same seeds and return what that does to each outcome."""
    scenarios = [load("baseline", set={"time.horizon_days": DAYS, "time.tick_h": tick}) for tick in TICKS_H]
    tables = [outcomes_of(e) for e in replicate_all(scenarios, REPLICATIONS, seed, workers, progress)]
    for table in tables:
        for side in ("attacker", "defender"):
            table.insert(0, f"{side}: all causes", table.filter(like=f"{side}: ").sum(axis=1))
    return [_study(name, np.array([t[name].to_numpy() for t in tables])) for name in sorted(tables[0])]


def _study(outcome: str, values: np.ndarray) -> Convergence:
    """values: tick x replication."""
    n = values.shape[1]
    differences = values[1:] - values[0]
    half = stats.t.isf((1.0 - CONFIDENCE) / 2.0, n - 1) * differences.std(axis=1, ddof=1) / np.sqrt(n)
    errors, scale = differences.mean(axis=1), max(float(values[0].mean()), 1.0)
    order = _order(differences, np.abs(errors) > half)
    return Convergence(outcome, float(values[0].mean()), tuple(errors / scale), tuple(half / scale), order)


def _order(differences: np.ndarray, is_resolved: np.ndarray) -> tuple[float, float, float] | None:
    """Fit p in |error| = C (tick^p - finest^p), and a bootstrap interval over the replications."""
    if is_resolved.sum() < _FEWEST_RESOLVED:
        return None
    ticks, resolved = np.array(TICKS_H[1:])[is_resolved], differences[is_resolved]
    rng = np.random.default_rng(0)
    picks = rng.integers(resolved.shape[1], size=(_BOOTSTRAPS, resolved.shape[1]))
    fitted = _fit(ticks, np.abs(resolved.mean(axis=1))[None, :])[0]
    low, high = np.quantile(_fit(ticks, np.abs(resolved[:, picks].mean(axis=2)).T), [0.025, 0.975])
    return float(fitted), float(low), float(high)


def _fit(ticks: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return, for each row of errors, the order on a grid that fits them best in logarithms."""
    orders = np.linspace(0.1, 4.0, 79)
    shape = np.log(ticks[None, :] ** orders[:, None] - TICKS_H[0] ** orders[:, None])
    residual = np.log(np.maximum(errors, 1e-12))[:, None, :] - shape[None, :, :]
    return orders[np.argmin(residual.var(axis=2), axis=1)]
