"""Latin hypercubes whose columns are nearly uncorrelated, by ranked Gram-Schmidt.

Owen, "Controlling correlations in Latin hypercube samples", Journal of the American Statistical Association 89 (1994):
each column is replaced by the ranks of its residual after regression on the columns before it, forward and then
backward. Repeated, this reduces the correlations by orders of magnitude.
"""

from __future__ import annotations

import numpy as np

_MAX_PASSES = 40
_PATIENCE = 4  # passes without a better design


def nearly_orthogonal(n: int, k: int, rng: np.random.Generator) -> np.ndarray:
    """Return n points in k dimensions, shape (n, k), at the midpoints of n equal parts of each axis.

    It is the best design of all passes: the one whose largest absolute correlation is smallest.
    """
    columns = np.array([rng.permutation(n) for _ in range(k)]) - (n - 1) / 2.0
    best, lowest, waited = columns, _largest(columns), 0
    for a_pass in range(_MAX_PASSES):
        columns = _residual_ranks(columns) if a_pass % 2 == 0 else _residual_ranks(columns[::-1])[::-1]
        largest = _largest(columns)
        best, lowest, waited = (columns, largest, 0) if largest < lowest else (best, lowest, waited + 1)
        if lowest == 0.0 or waited == _PATIENCE:
            break
    return ((best + (n - 1) / 2.0 + 0.5) / n).T


def largest_correlation(points: np.ndarray) -> float | None:
    """Return the largest absolute correlation of two columns; None when fewer than two columns vary."""
    moving = points[:, np.ptp(points, axis=0) > 0.0] if len(points) else points[:, :0]
    return _largest((moving - moving.mean(axis=0)).T) if moving.shape[1] > 1 else None


def _residual_ranks(columns: np.ndarray) -> np.ndarray:
    """Replace each column by the ranks of its residual after the columns before it; columns are centred rows."""
    n = columns.shape[1]
    done = columns.copy()
    for j in range(1, len(done)):
        rest = done[j]
        for other in done[:j]:
            rest = rest - other * ((rest * other).sum() / (other * other).sum())
        done[j] = np.argsort(np.argsort(rest, kind="stable"), kind="stable") - (n - 1) / 2.0
    return done


def _largest(columns: np.ndarray) -> float:
    """Return the largest absolute correlation of two centred rows."""
    if len(columns) < 2:
        return 0.0
    length = np.sqrt((columns * columns).sum(axis=1))
    # Not with @, whose result depends on the processor, and rounded: the same digits on every machine.
    together = np.einsum("ik,jk->ij", columns, columns, optimize=False) / np.outer(length, length)
    return round(float(np.abs(together - np.diag(np.diag(together))).max()), 12)
