"""Morris screening: which of many factors matter at all, from a few steps of each."""

from __future__ import annotations

import numpy as np

from sim.analysis.findings import Analysis, analysis, positions, salib_problem
from sim.analysis.input_checks import checked_outcome, require_structure
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.results.confidence_intervals import CONFIDENCE, mean_interval

_RESAMPLES = 1000


def morris(results: SweepResults, outcome: str) -> Analysis:
    """Return mu, mu* and sigma of each factor's elementary effects, in the outcome's unit for the factor's whole range.

    Morris, Technometrics 33, 1991; mu* of Campolongo, Cariboni and Saltelli, Environmental Modelling and Software 22,
    2007; by SALib. Intervals over the trajectories, which are independent: Student t for mu and mu*, percentiles of
    resampled trajectories for sigma. Raises InputError for points that are not Morris trajectories.
    """
    from SALib.analyze import morris as salib  # slow to import; other analyses start without it

    table = checked_outcome(results, outcome)
    y, x = table.mean(axis=1), positions(results)
    effects, delta = elementary_effects(x, y)
    found = salib.analyze(
        salib_problem(results), x, y, num_resamples=2, num_levels=_levels(delta), seed=results.seed + 1
    )
    rows = []
    for j, path in enumerate(results.paths):
        _, low, high = mean_interval(np.abs(effects[:, j]))
        ends = {
            "mu": mean_interval(effects[:, j])[1:],
            "mu_star": (max(0.0, low), high),
            "sigma": _spread_interval(effects[:, j], results.seed),
        }
        rows += [(path, "", index, float(found[index][j]), *ends[index]) for index in ends]
    notes = (f"{len(effects)} trajectories. Effects are of a factor's whole range. A sigma that is large compared with "
             "mu* means that the effect is nonlinear or depends on other factors.",)  # fmt: skip
    return analysis(results, outcome, noise_of(table), ("morris", "Morris screening"), rows, notes)


def elementary_effects(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the elementary effects, trajectories x factors, and the size of a step.

    Raises InputError when the points are not trajectories of k + 1 points, each a step of another factor.
    """
    n, k = x.shape
    what = f"Morris trajectories of {k + 1} points each"
    require_structure(n % (k + 1) == 0 and n >= 2 * (k + 1), what)
    steps = np.diff(x.reshape(-1, k + 1, k), axis=1)
    moved = np.abs(steps) > 1e-9
    require_structure(bool((moved.sum(axis=2) == 1).all() and (moved.sum(axis=1) == 1).all()), what)
    sizes = np.abs(steps[moved])
    require_structure(bool(np.ptp(sizes) < 1e-9), what)
    effects = np.diff(y.reshape(-1, k + 1), axis=1)[:, :, None] / np.where(moved, steps, np.inf)
    return effects.sum(axis=1), float(sizes[0])


def _levels(delta: float) -> int:
    """Return the number of levels p for which a step is p / (2 (p - 1))."""
    levels = round(2 * delta / (2 * delta - 1)) if delta > 0.5 else 0
    if levels < 2 or abs(levels / (2 * (levels - 1)) - delta) > 1e-6:
        raise InputError([f"the points are not a Morris design: no number of levels has steps of {delta:.6g}"])
    return levels


def _spread_interval(effects: np.ndarray, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    drawn = effects[rng.integers(len(effects), size=(_RESAMPLES, len(effects)))].std(axis=1, ddof=1)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
