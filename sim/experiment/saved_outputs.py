"""What a sweep keeps of a run: its outcomes and, when it is asked to, its daily series and its changes of ground."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.campaign.recorder import SERIES
from sim.world.clock import day_of
from sim.world.integer_codes import CAUSES, CELL_RETAKEN, CELL_TAKEN, COUNTS, SIDES

if TYPE_CHECKING:
    from sim.campaign.recorder import Record
    from sim.experiment.experiment_schema import Experiment
    from sim.world.map_values import GroundParams

KEYS = ["point", "replication"]
RUNS, DAILY, MAP = "runs", "series", "map"
Tables = dict[str, pd.DataFrame]
"""By name: `runs`, a row a run; `series`, a row a run and day; `map`, a row a run, day and cell that changed hands."""


def kept_of(experiment: Experiment, ground: GroundParams, point: int, record: Record) -> Tables:
    """Return what is kept of one run.

    `series` has single precision, one column a series that the experiment names, NaN where the ground has none of that
    name. `map` tells who holds a cell (row of cells from the south x cells in a row + cell from the west) from the end
    of the day on.
    """
    key = {"point": point, "replication": record.replication}
    outcomes = key | {name: record.outcomes.get(name, np.nan) for name in experiment.outcomes}
    tables = {RUNS: pd.DataFrame([outcomes])}
    if experiment.series:
        tables[DAILY] = _series(experiment.series, ground, record).assign(**_small(key)).pipe(_keys_first)
    if experiment.keeps_map:
        tables[MAP] = _changes(record.events).assign(**_small(key)).pipe(_keys_first)
    return tables


def put_together(all_tables: Sequence[Tables]) -> Tables:
    """Return the tables of several runs as one of each name."""
    names = dict.fromkeys(name for tables in all_tables for name in tables)
    return {name: pd.concat([tables[name] for tables in all_tables], ignore_index=True) for name in names}


def series_names(ground: GroundParams) -> list[str]:
    """Return the names of all daily series on a ground; a family has a name for each member, as `losses.attacker`."""
    return [name for family in SERIES for name in _members(family, ground)]


def _members(family: str, ground: GroundParams) -> list[str]:
    if family == "count":
        return list(COUNTS)  # as a Result names them
    of: Mapping[str, Sequence[str]] = {
        "side": SIDES, "cause": CAUSES, "axis": [axis.name for axis in ground.axes],
        "settlement": ground.supplied_places,
    }  # fmt: skip
    return [".".join((family, *names)) for names in itertools.product(*(of[dim] for dim in SERIES[family][0]))]


def _series(wanted: Sequence[str], ground: GroundParams, record: Record) -> pd.DataFrame:
    n_days = len(record.series["losses"])
    columns: dict[str, np.ndarray] = {}
    for family in SERIES:
        values = record.series[family].reshape(n_days, -1)
        columns |= dict(zip(_members(family, ground), values.T, strict=True))
    nothing = np.full(n_days, np.nan)
    kept = {name: columns.get(name, nothing).astype(np.float32) for name in wanted}
    return pd.DataFrame({"day": np.arange(n_days, dtype=np.int16), **kept})


def _changes(events: np.ndarray) -> pd.DataFrame:
    changes = events[np.isin(events["kind"], [CELL_TAKEN, CELL_RETAKEN])]
    table = pd.DataFrame(
        {
            "day": day_of(changes["hour"]).astype(np.int16),
            "cell": changes["cell"].astype(np.int32),
            "is_attackers": changes["kind"] == CELL_TAKEN,
        }
    )
    # Within a day a cell may change hands again: the last change counts.
    return table.drop_duplicates(["day", "cell"], keep="last", ignore_index=True)


def _small(key: Mapping[str, int]) -> dict[str, np.int32]:
    return {name: np.int32(value) for name, value in key.items()}


def _keys_first(table: pd.DataFrame) -> pd.DataFrame:
    return table[[*KEYS, *table.columns.drop(KEYS)]]
