"""Latin hypercubes whose columns hardly correlate, by ranked Gram-Schmidt.

Owen, "Controlling correlations in Latin hypercube samples", Journal of the American Statistical Association 89 (1994):
each column is replaced by what the others leave of it, column after column, forward and then backward; its ranks are
the new column. Repeated, this lowers the correlations of ranks by orders of magnitude.
"""

from __future__ import annotations

import numpy as np

_MOST_PASSES = 40
_PATIENCE = 4  # passes without a better design


def nearly_orthogonal(n: int, k: int, rng: np.random.Generator) -> np.ndarray:
    """Return n points in k dimensions, shape (n, k), at the middles of n equal parts of every axis.

    The design is the best that was met: the one with the smallest of largest absolute correlations.
    """
    columns = np.array([rng.permutation(n) for _ in range(k)]) - (n - 1) / 2.0
    best, lowest, waited = columns, _largest(columns), 0
    for a_pass in range(_MOST_PASSES):
        columns = _taken_out(columns) if a_pass % 2 == 0 else _taken_out(columns[::-1])[::-1]
        largest = _largest(columns)
        best, lowest, waited = (columns, largest, 0) if largest < lowest else (best, lowest, waited + 1)
        if lowest == 0.0 or waited == _PATIENCE:
            break
    return ((best + (n - 1) / 2.0 + 0.5) / n).T


def largest_correlation(points: np.ndarray) -> float | None:
    """Return the largest absolute correlation of two columns; None without two columns that vary."""
    moving = points[:, np.ptp(points, axis=0) > 0.0] if len(points) else points[:, :0]
    return _largest((moving - moving.mean(axis=0)).T) if moving.shape[1] > 1 else None


def _taken_out(columns: np.ndarray) -> np.ndarray:
    """Replace each column by the ranks of what the columns before it leave of it; columns are centred rows."""
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
    # Not by the processor's own way of multiplying matrices (@), and rounded: the same digits on every machine.
    together = np.einsum("ik,jk->ij", columns, columns, optimize=False) / np.outer(length, length)
    return round(float(np.abs(together - np.diag(np.diag(together))).max()), 12)
