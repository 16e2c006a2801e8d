"""The share of the runs of each point in which the attacker holds a cell, day by day, in classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from sim.analysis.sweep_results import SweepResults
from sim.apps.explorer.daily_series import by_point, chunks
from sim.apps.explorer.number_packing import base64_of, run_length_code, size_of
from sim.plots.animation.html_map import PX_PER_PT, draw_key, draw_page_map, runs_of_equal
from sim.plots.drawing.colours_and_type import BLUE, style
from sim.plots.drawing.ground_marks import ATTACKERS_GROUND, DEFENDERS_GROUND, still_keys
from sim.plots.front_map import SHADES
from sim.world.ground import ATTACKER_HELD, Ground

CLASSES = (
    "in no run",
    "in less than 10 % of runs",
    "in 10 to 50 % of runs",
    "in 50 to 90 % of runs",
    "in 90 % or more of runs",
)
"""Classes of the share of runs; a class includes its lower bound and excludes its upper one."""
_COLOURS = {
    "defender": DEFENDERS_GROUND, "attacker": ATTACKERS_GROUND, "front": BLUE,
    "shades": [to_hex(SHADES(share)) for share in (0.1, 0.4, 0.7, 1.0)],
}  # fmt: skip


def class_of(count: np.ndarray, n_runs: int) -> np.ndarray:
    """Return the class of a count of runs, computed in whole numbers."""
    above_none = np.where(
        10 * count < n_runs, 1, np.where(2 * count < n_runs, 2, np.where(10 * count < 9 * n_runs, 3, 4))
    )
    return np.where(count == 0, 0, above_none).astype(np.uint8)


@dataclass(frozen=True)
class DailyControl:
    """Classes of the cells that change hands in any run of the sweep: one array cells x days for each point."""

    ground: Ground
    cells: np.ndarray
    classes: list[np.ndarray]

    def packed(self, days: np.ndarray) -> tuple[np.ndarray, bytes]:
        """Return where the bytes of each point begin, and at last where they end, and the bytes, cell after cell."""
        pieces = [run_length_code(classes[:, days]) for classes in self.classes]
        return np.cumsum([0, *map(len, pieces)], dtype=np.uint32), b"".join(pieces)

    def size(self, days: np.ndarray) -> int:
        """Return the size of the map on these days in the page [characters]."""
        starts, pieces = self.packed(days)
        return size_of(len(pieces)) + size_of(starts.nbytes)

    def drawn(self) -> dict[str, Any]:
        """Return the picture of what does not change, and the marks of the legend."""
        with style():
            keys = [{"label": str(handle.get_label()), "png": draw_key(handle)} for handle in still_keys(self.ground)]
            return {"still": draw_page_map(self.ground), "legend": keys, "classes": CLASSES, "colours": _COLOURS}

    def described(self, view: Mapping[str, float]) -> dict[str, Any]:
        """Return what the page needs to draw cells on the picture, which shows the kilometres in `view`."""
        ground = self.ground
        (west, _), (south, _) = ground.params.x_range_km, ground.params.y_range_km
        return {
            "view": view, "classes": CLASSES, "colours": _COLOURS, "px_per_pt": PX_PER_PT,
            "start": runs_of_equal(ground.initial_control), "places": self._places(),
            "cells": base64_of(self.cells.astype(np.uint32)),
            "grid": {"nx": ground.nx, "ny": ground.ny, "cell_km": ground.cell_km, "west_km": west, "south_km": south},
        }  # fmt: skip

    def _places(self) -> list[dict[str, Any]]:
        """Return the settlements on the map, each with the cell at its centre."""
        places = self.ground.params.settlements
        cells = self.ground.cell_at(*np.array([(one.x_km, one.y_km) for one in places]).reshape(-1, 2).T).tolist()
        return [{"name": one.name, "cell": cell} for one, cell in zip(places, cells, strict=True) if cell >= 0]


def daily_control_of(results: SweepResults, ground: Ground, n_days: int) -> DailyControl:
    """Return the classes of all points and days from the saved changes of control."""
    points = results.unit.index.tolist()
    n_runs = results.runs.groupby("point").size().reindex(points, fill_value=0)
    tables: dict[int, pd.DataFrame] = {}
    for some in chunks(points):
        changes = by_point(results.map_changes(some))
        tables |= {point: _net(table, ground.initial_control) for point, table in changes.items()}
    cells = np.unique(np.concatenate([table["cell"].to_numpy() for table in tables.values()] or [np.zeros(0, int)]))
    nothing = pd.DataFrame({"cell": [], "day": [], "by": []}, dtype=int)
    classes = [
        _classes(tables.get(point, nothing), cells, ground.initial_control[cells], int(n_runs.loc[point]), n_days)
        for point in points
    ]
    return DailyControl(ground, cells, classes)


def _net(changes: pd.DataFrame, start: np.ndarray) -> pd.DataFrame:
    """Return by how many more or fewer runs the attacker holds a cell from the end of a day on."""
    ordered = changes.sort_values(["replication", "cell", "day"])
    now = ordered["is_attackers"].to_numpy(bool)
    is_first = ~ordered.duplicated(["replication", "cell"]).to_numpy()
    # The last change of a day counts: a cell taken and retaken on one day is in the table, and has not changed.
    before = np.where(is_first, start[ordered["cell"].to_numpy()] == ATTACKER_HELD, np.roll(now, 1))
    ordered = ordered.assign(by=now.astype(int) - before.astype(int))
    return ordered.groupby(["cell", "day"])["by"].sum().reset_index()


def _classes(net: pd.DataFrame, cells: np.ndarray, start: np.ndarray, n_runs: int, n_days: int) -> np.ndarray:
    by = np.zeros((len(cells), n_days), np.int32)
    by[np.searchsorted(cells, net["cell"].to_numpy()), net["day"].to_numpy()] = net["by"].to_numpy()
    return class_of(start[:, None] * n_runs + by.cumsum(axis=1), n_runs) if n_runs else np.zeros(by.shape, np.uint8)
