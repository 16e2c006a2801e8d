"""Which points of a design share random numbers: all of them, those of one block, or none.

Points that share them are compared pair by pair, so a step from one to the next shows the effect of the factor alone.
Points that do not are independent samples of the random variation, which a resample or an interval needs. A sweep
therefore shares them only where points are compared: in one base block, on one trajectory, or in the whole design.
"""

from __future__ import annotations

import numpy as np

_OWN = ("latin_hypercube", "nearly_orthogonal", "sobol_sequence")


def points_per_block(kind: str, positions: np.ndarray) -> int:
    """Return how many consecutive points have the same random numbers in a sweep of this kind of design.

    `positions` are the points in the unit cube, points x factors.
    """
    n, k = positions.shape
    if kind in _OWN:
        return 1
    if kind == "morris":
        return k + 1
    return (saltelli_block(positions) if kind == "saltelli" else None) or n


def saltelli_block(positions: np.ndarray) -> int | None:
    """Return the number of points in a block of a Saltelli design; None for points of another design.

    A block is A, A with column j of B for each j (and B with column j of A for each j), B.
    """
    n, k = positions.shape
    for size in (2 * k + 2, k + 2):
        if n % size == 0 and _is_crossed(positions.reshape(-1, size, k)):
            return size
    return None


def _is_crossed(blocks: np.ndarray) -> bool:
    k = blocks.shape[2]
    a, b = blocks[:, :1], blocks[:, -1:]
    own = np.eye(k, dtype=bool)
    crossed = [np.where(own, b, a)]
    if blocks.shape[1] == 2 * k + 2:
        crossed.append(np.where(own, a, b))
    return bool(np.allclose(blocks[:, 1:-1], np.concatenate(crossed, axis=1), rtol=0, atol=1e-9))
