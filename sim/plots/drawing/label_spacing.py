"""Labels in a column: the positions at which no label touches another."""

from __future__ import annotations


def spread(centres: list[float], sizes: list[float], low: float, high: float) -> list[float]:
    """Return ascending centres, moved until labels of these sizes do not touch and, if they fit, lie in (low, high)."""
    moved, edge = [], low
    for centre, size in zip(centres, sizes, strict=True):
        moved.append(max(centre, edge + size / 2))
        edge = moved[-1] + size / 2
    edge = high
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], edge - sizes[i] / 2)
        edge = moved[i] - sizes[i] / 2
    return moved
