"""Which step of PRIM's trajectory to take, and what its box is worth on points that did not make it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.analysis.factor_box import Box
from sim.analysis.prim_peeling import Columns, peel, prune
from sim.results.confidence_intervals import CONFIDENCE

_FOLDS, _REPEATS = 20, 3

Estimate = tuple[float, float, float]


@dataclass(frozen=True)
class HeldOut:
    """Counts on held-out points: of cases by fold, and of points and cases in the box by fold and step.

    Boxes are those of peeling the other points, as far as the step.
    """

    n_cases: np.ndarray
    n_inside: np.ndarray
    n_hits: np.ndarray

    def best(self) -> int:
        """Return the step with the largest harmonic mean of coverage and density, or 0, the whole space.

        It is 0 when the step's density is not above the share of cases among all points, tested on one side at 5 %.
        """
        compromise = 2.0 * self.n_hits.sum(axis=0) / (self.n_inside.sum(axis=0) + self.n_cases.sum())
        step = int(np.argmax(compromise))
        low = _ratio(self.n_hits[:, step], self.n_inside[:, step], 2 * CONFIDENCE - 1)[1]
        return step if low > self.density(0)[0] else 0

    def coverage(self, step: int) -> Estimate:
        """Return the share of the cases that are inside, with the ends of its 95 % interval.

        The whole space has all cases: NaN ends.
        """
        if (self.n_inside[:, step] == self.n_inside[:, 0]).all():
            return 1.0, math.nan, math.nan
        return _ratio(self.n_hits[:, step], self.n_cases)

    def density(self, step: int) -> Estimate:
        """Return the share of the points inside that are cases, with the ends of its 95 % interval."""
        return _ratio(self.n_hits[:, step], self.n_inside[:, step])


def held_out(columns: Columns, is_case: np.ndarray, masses: np.ndarray, seed: int) -> HeldOut:
    """Return what boxes of the given masses hold of points that were left out.

    Twenty-fold cross-validation, three times: boxes of 95 % of the points are nearly as good as those of all. In each
    fold the box is the one that `boxes_at` finds without the fold's points.
    """
    rng = np.random.default_rng(seed)
    n_cases, n_inside, n_hits = [], [], []
    for _ in range(_REPEATS):
        fold = rng.permutation(len(is_case)) % _FOLDS
        for k in range(_FOLDS):
            new = fold == k
            inside = np.array([box.contains(_rows(columns, new)) for box in
                               boxes_at(masses, _rows(columns, ~new), is_case[~new])])  # fmt: skip
            n_cases.append(int(is_case[new].sum()))
            n_inside.append(inside.sum(axis=1))
            n_hits.append((inside & is_case[new]).sum(axis=1))
    return HeldOut(np.array(n_cases), np.array(n_inside), np.array(n_hits))


def boxes_at(masses: np.ndarray, columns: Columns, is_case: np.ndarray) -> list[Box]:
    """Return for each mass the last box of the trajectory that is not smaller, pruned."""
    boxes, own = peel(columns, is_case)
    places = [int(np.flatnonzero(own >= mass - 1e-9)[-1]) for mass in masses]
    pruned = {place: prune(boxes[place], columns, is_case) for place in set(places)}
    return [pruned[place] for place in places]


def _rows(columns: Columns, rows: np.ndarray) -> Columns:
    return {path: column[rows] for path, column in columns.items()}


def _ratio(parts: np.ndarray, wholes: np.ndarray, confidence: float = CONFIDENCE) -> Estimate:
    """Return the ratio of two sums over folds with the ends of its interval; NaN when nothing is held out.

    Folds of a cross-validation share most of the points that made their boxes: the variance of a mean over J of them is
    (1 / J + test points / other points) times the variance between them (Nadeau and Bengio, Machine Learning 52,
    2003). Wilson's interval at the number of points that would give this variance, at most the number held out, keeps
    the ends within 0 and 1, and has a width when all folds agree.
    """
    n = float(wholes.sum()) / _REPEATS
    if n == 0.0:
        return math.nan, math.nan, math.nan
    share = float(parts.sum() / wholes.sum())
    residuals = (parts - share * wholes) / wholes.mean()
    variance = float(residuals.var(ddof=1)) * (1.0 / len(parts) + 1.0 / (_FOLDS - 1))
    if variance * n > share * (1.0 - share):
        n = share * (1.0 - share) / variance
    z2 = float(stats.norm.ppf(0.5 + confidence / 2)) ** 2
    centre, half = share + z2 / (2 * n), math.sqrt(z2 * (share * (1.0 - share) / n + z2 / (4 * n * n)))
    return share, max(0.0, (centre - half) / (1.0 + z2 / n)), min(1.0, (centre + half) / (1.0 + z2 / n))
