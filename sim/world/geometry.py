"""Geometry of the map: points in a polygon, distance to a path, neighbours on a grid."""

from __future__ import annotations

import numpy as np


def distance_to_path(x_km: np.ndarray, y_km: np.ndarray, path: list[list[float]]) -> np.ndarray:
    """Return the distance in km from each point to a path of [x, y] points."""
    points = np.asarray(path)
    best = np.full(len(x_km), np.inf)
    for (ax, ay), (bx, by) in zip(points[:-1], points[1:], strict=True):
        length2 = max((bx - ax) ** 2 + (by - ay) ** 2, 1e-12)
        along = ((x_km - ax) * (bx - ax) + (y_km - ay) * (by - ay)) / length2
        along = np.clip(along, 0.0, 1.0)
        gap = np.hypot(x_km - ax - along * (bx - ax), y_km - ay - along * (by - ay))
        best = np.minimum(best, gap)
    return best


def along_path_km(x_km: np.ndarray, y_km: np.ndarray, path: list[list[float]]) -> np.ndarray:
    """Return the distance in km from a path's start, along it, to its point nearest to each point."""
    points = np.asarray(path)
    best, nearest, walked = np.full(len(x_km), np.inf), np.zeros(len(x_km)), 0.0
    for (ax, ay), (bx, by) in zip(points[:-1], points[1:], strict=True):
        length = float(np.hypot(bx - ax, by - ay))
        along = ((x_km - ax) * (bx - ax) + (y_km - ay) * (by - ay)) / max(length, 1e-6)
        along = np.clip(along, 0.0, length)
        share = along / max(length, 1e-6)
        gap = np.hypot(x_km - ax - share * (bx - ax), y_km - ay - share * (by - ay))
        is_nearer = gap < best
        best = np.where(is_nearer, gap, best)
        nearest = np.where(is_nearer, walked + along, nearest)
        walked += length
    return nearest


def inside(x: np.ndarray, y: np.ndarray, polygon: list[list[float]]) -> np.ndarray:
    """Return which points lie inside a polygon (even-odd rule)."""
    result = np.zeros(len(x), bool)
    ring = np.asarray([*polygon, polygon[0]], float)
    for (ax, ay), (bx, by) in zip(ring[:-1], ring[1:], strict=True):
        if ay != by:
            result ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return result


def grid_neighbours(nx: int, ny: int) -> np.ndarray:
    """Return the cells south, east, north and west of each cell of a grid, numbered row by row; -1 beyond the edge."""
    cell = np.arange(nx * ny, dtype=np.int32).reshape(ny, nx)
    padded = np.pad(cell, 1, constant_values=-1)
    sides = padded[:-2, 1:-1], padded[1:-1, 2:], padded[2:, 1:-1], padded[1:-1, :-2]
    return np.stack([side.ravel() for side in sides], axis=1).astype(np.int32)
