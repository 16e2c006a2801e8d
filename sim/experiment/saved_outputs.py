"""What a sweep saves of a run: its outcomes and, if the experiment asks for them, daily series and map changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.experiment.experiment_schema import Experiment
from sim.results.control_history import BECOMES, day_of_change
from sim.results.own_outcomes import value_of
from sim.results.record import Record
from sim.results.result_from_records import from_record
from sim.results.series_names import series_by_name
from sim.scenario.schema import Scenario
from sim.world.ground import ATTACKER_HELD
from sim.world.integer_codes import EVENT_KINDS
from sim.world.map_values import GroundParams

RUN_KEYS = ["point", "replication"]
"""The columns that identify a run."""
RUNS, DAILY, MAP = "runs", "series", "map"
Tables = dict[str, pd.DataFrame]
"""By name: `runs`, one row per run; `series`, one per run and day; `map`, one per run, day and changed cell."""


def outputs_of(experiment: Experiment, scenario: Scenario, run: tuple[int, int], record: Record) -> Tables:
    """Return the tables that a sweep saves of one run, given as point and replication.

    `series` has single precision and one column per series that the experiment names, NaN where the ground of the run
    has no series of that name. `map` has the cells that changed hands: cell is row from the south x cells per row +
    column from the west; is_attackers is whether the attacker holds it from the end of the day on.
    """
    key = dict(zip(RUN_KEYS, run, strict=True))
    outcomes = key | {name: record.outcomes.get(name, np.nan) for name in experiment.outcomes}
    if experiment.functions:
        result = from_record(record, scenario, experiment.seed, wall_time_s=0.0)
        outcomes |= {name: value_of(name, function, result) for name, function in experiment.functions.items()}
    tables = {RUNS: pd.DataFrame([outcomes])}
    if experiment.series:
        tables[DAILY] = _series(experiment.series, scenario.ground, record).assign(**_as_int32(key)).pipe(_keys_first)
    if experiment.save_map:
        tables[MAP] = _map_changes(record.events).assign(**_as_int32(key)).pipe(_keys_first)
    return tables


def concatenate(all_tables: Sequence[Tables]) -> Tables:
    """Return one table of each name with the rows of all."""
    names = dict.fromkeys(name for tables in all_tables for name in tables)
    return {name: pd.concat([tables[name] for tables in all_tables], ignore_index=True) for name in names}


def _series(wanted: Sequence[str], ground: GroundParams, record: Record) -> pd.DataFrame:
    n_days = len(record.series["losses"])
    columns = series_by_name(record.series, ground)
    missing = np.full(n_days, np.nan)
    saved = {name: columns.get(name, missing).astype(np.float32) for name in wanted}
    return pd.DataFrame({"day": np.arange(n_days, dtype=np.int16), **saved})


def _map_changes(events: np.ndarray) -> pd.DataFrame:
    kinds = np.array(EVENT_KINDS, dtype=object)[events["kind"]]
    all_events = pd.DataFrame({"hour": events["hour"], "cell": events["cell"].astype(np.int32), "kind": kinds})
    changes = all_events[all_events["kind"].isin(list(BECOMES))]
    table = pd.DataFrame(
        {
            "day": day_of_change(changes, all_events).astype(np.int16),
            "cell": changes["cell"],
            "is_attackers": changes["kind"].map(BECOMES) == ATTACKER_HELD,
        }
    )
    # A cell may change hands more than once on a day: the last change counts.
    return table.drop_duplicates(["day", "cell"], keep="last", ignore_index=True)


def _as_int32(key: Mapping[str, int]) -> dict[str, np.int32]:
    return {name: np.int32(value) for name, value in key.items()}


def _keys_first(table: pd.DataFrame) -> pd.DataFrame:
    return table[[*RUN_KEYS, *table.columns.drop(RUN_KEYS)]]
