"""The results of a sweep: its factors, the points of its design, and the outcomes of every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.random_number_blocks import points_per_block
from sim.errors import InputError, clip
from sim.quantity import Scalar
from sim.results.manifest_file import read_manifest
from sim.results.parquet_tables import check_numbers, read_parquet
from sim.results.safe_files import exists, subfolders
from sim.scenario.outcome_names import is_asked
from sim.scenario.teaching_label import LABEL

_KEYS = ("point", "replication", "random_numbers", "seed")
_KEYS_OF_RUN = ["point", "replication"]
_DAYS = [*_KEYS_OF_RUN, "day"]
_RUNS, _DESIGN, _FAILURES = "runs.parquet", "design.parquet", "failures.parquet"


@dataclass(frozen=True)
class FactorRecord:
    """A factor as the manifest of a sweep records it.

    `path` is the dotted path of the value in the scenario; `kind` is real, whole, category or flag; `unit` is 1 or
    empty for a dimensionless number. Whole numbers of a range are the multiples of `step`. `central` is the value of
    the base scenario, None where it is not known.
    """

    path: str
    kind: str
    low: float | None = None
    high: float | None = None
    values: tuple[Scalar, ...] = ()
    unit: str = ""
    step: int = 1
    central: Scalar | None = None


@dataclass(frozen=True)
class SweepSource:
    """Where the results of a sweep come from.

    `n_replications` is how many runs each point should have (None: as many as were found). `shard` is I/N when the
    folder holds one of N shards of a sweep, None for a whole sweep. `folder` is None for results that
    are in memory only. `series` are the names of the daily series that were saved. `is_function` says that the values
    are those of a function without noise, not of runs.
    """

    name: str = "sweep"
    seed: int = 1
    label: str = LABEL
    n_replications: int | None = None
    folder: Path | None = None
    shard: str | None = None
    series: tuple[str, ...] = ()
    is_function: bool = False


class SweepResults:
    """The runs of a sweep and the points of its design.

    `unit` and `values` have one row per point (index `point`) and one column per factor, named by the factor's path:
    the positions in the unit cube and the values that follow from them. `runs` has one row per run: point, replication
    and the outcomes. `design` holds at least its `kind`; `points_per_block` is how many consecutive points have the
    same random numbers, all of them where `design` does not say it, as in sweeps of earlier versions.
    """

    def __init__(
        self,
        factors: Sequence[FactorRecord],
        unit: pd.DataFrame,
        runs: pd.DataFrame,
        design: Mapping[str, Any],
        values: pd.DataFrame | None = None,
        outcomes: Sequence[str] | None = None,
        source: SweepSource = SweepSource(),
    ) -> None:
        paths = [factor.path for factor in factors]
        self.factors: list[FactorRecord] = list(factors)
        self.unit: pd.DataFrame = unit[paths]
        self.values: pd.DataFrame = self.unit if values is None else values[paths]
        self.runs: pd.DataFrame = runs
        self.design: dict[str, Any] = dict(design)
        self.points_per_block: int = self.design.get("points_per_block") or len(unit)
        self.outcomes: list[str] = list(outcomes or [name for name in runs.columns if name not in (*_KEYS, *paths)])
        self.n_replications: int = source.n_replications or int(runs["replication"].nunique())
        self.label: str = source.label
        self.seed: int = source.seed
        self.name: str = source.name
        self.shard: str | None = source.shard
        self.is_function: bool = source.is_function
        self._folder = source.folder
        self._series = source.series

    @classmethod
    def from_arrays(
        cls, unit: np.ndarray, outcome_values: np.ndarray, kind: str, paths: Sequence[str] | None = None,
        outcome: str = "y", per_block: int | None = None,
    ) -> SweepResults:  # fmt: skip
        """Return the sweep of any function, for example of one whose sensitivity indices are known.

        `unit` holds the points, points x factors, each from 0 to 1; `outcome_values` the function's values, one
        per point or points x replications (one value: the function has no noise); `kind` is the kind of the design. So
        many consecutive points as `per_block` have the same random numbers (default: as in a sweep of this kind).
        """
        n, k = unit.shape
        table = np.asarray(outcome_values, float).reshape(n, -1)
        r = table.shape[1]
        factors = [FactorRecord(path, "real", 0.0, 1.0) for path in paths or [f"x{j + 1}" for j in range(k)]]
        columns = [factor.path for factor in factors]
        runs = {"point": np.repeat(np.arange(n), r), "replication": np.tile(np.arange(r), n), outcome: table.ravel()}
        design = {"kind": kind, "points_per_block": per_block or points_per_block(kind, unit)}
        points = pd.DataFrame(unit, columns=columns).rename_axis("point")
        return cls(factors, points, pd.DataFrame(runs), design, source=SweepSource(is_function=r == 1))

    @classmethod
    def load(cls, folder: str | Path) -> SweepResults:
        """Read the folder of a finished sweep; raises InputError when it is not one, or is not finished."""
        folder = Path(folder)
        manifest = read_manifest(folder, "sweep")
        if not exists(folder / _RUNS):
            raise InputError(
                [f"{folder}: {_why_all_failed(folder) or 'the sweep is not finished'}; resume it with "
                 "sim sweep ... --resume"]
            )  # fmt: skip
        experiment = manifest["experiment"]
        factors = [_factor(record) for record in manifest["factors"]]
        paths = [factor.path for factor in factors]
        design = read_parquet(folder, _DESIGN, ["point", *(f"u.{path}" for path in paths)])
        runs = read_parquet(folder, _RUNS, _KEYS_OF_RUN)
        if missing := set(paths) - set(design):
            raise InputError([f"{folder / _DESIGN}: has no column {clip(min(missing))}"])
        design = design.set_index("point")
        _check_runs(runs, design, experiment["replications"], folder / _RUNS)
        # A family, such as throughput_t, has one column for each of its members.
        known = set(experiment["outcomes"])
        outcomes = [name for name in runs.columns if {name, name.partition(".")[0]} & known]
        asks = _asks_of(manifest)
        outcomes.sort(key=lambda name: not is_asked(name, asks))
        check_numbers(runs[outcomes], dict.fromkeys(outcomes, None), folder / _RUNS)
        return cls(
            factors,
            design[[f"u.{path}" for path in paths]].set_axis(paths, axis=1),
            runs.drop(columns=[column for column in runs.columns if column in paths]),
            manifest["design"],
            design[paths],
            outcomes,
            SweepSource(
                experiment["name"],
                experiment["seed"],
                manifest["label"],
                experiment["replications"],
                folder,
                manifest["shard"],
                tuple(experiment["series"]),
            ),
        )

    def series(self, points: Sequence[int] | None = None) -> pd.DataFrame:
        """Return the saved daily series, of all points or of some.

        One row per run and day: point, replication, day, and one column per series. Raises InputError when the sweep
        saved no series.
        """
        found = self._saved("series", [*_DAYS, *self._series], "series: [NAME, ...]", points)
        runs = self.runs if points is None else self.runs[self.runs["point"].isin(points)]
        by_run = found.groupby(_KEYS_OF_RUN)["day"]
        n_days = by_run.size()
        is_whole = not found.duplicated(_DAYS).any() and (n_days == by_run.max() + 1).all()
        if not is_whole or len(n_days) != len(runs) or not n_days.index.isin(_index(runs)).all():
            raise InputError([f"{self._folder}: its daily series are not those of its runs, each day once"])
        return found

    def map_changes(self, points: Sequence[int] | None = None) -> pd.DataFrame:
        """Return the saved changes of the map, of all points or of some.

        One row for each day on which a cell changed hands: point, replication, day, cell (row from the south x cells
        per row + column from the west), is_attackers (whether the attacker holds it from the end of that day on).
        Raises InputError when the sweep saved no changes.
        """
        found = self._saved("map", [*_DAYS, "cell", "is_attackers"], "save_map: true", points)
        if not _index(found).isin(_index(self.runs)).all():
            raise InputError([f"{self._folder}: its changes of the map are not those of its runs"])
        return found

    def _saved(self, name: str, numbers: Sequence[str], key: str, points: Sequence[int] | None) -> pd.DataFrame:
        folder, file = self._folder, f"{name}.parquet"
        parts = subfolders(folder / "parts", r"part-[0-9]{1,9}") if folder else []
        names = [f"parts/{part.name}/{file}" for part in parts if exists(part / file)]
        if folder is None or not names:
            raise InputError([f"{self.name}: no {name} was saved; write {key} in the experiment file to save it"])
        wanted = None if points is None else [("point", "in", list(points))]
        found = pd.concat([read_parquet(folder, one, filters=wanted) for one in names], ignore_index=True)
        # A series may have days without a value; all else is there in every row.
        check_numbers(
            found, {one: None if one in self._series else 0 for one in numbers}, folder / "parts" / f"*/{file}"
        )
        return found

    @property
    def paths(self) -> list[str]:
        """Return the paths of the factors."""
        return [factor.path for factor in self.factors]

    @property
    def n_points(self) -> int:
        """Return the number of points of the design."""
        return len(self.unit)

    def by_replication(self, outcome: str) -> np.ndarray:
        """Return an outcome as points x replications, NaN where a run failed or has no value."""
        table = self.runs.pivot(index="point", columns="replication", values=outcome)
        return table.reindex(self.unit.index).to_numpy(float)

    def means(self, outcome: str) -> np.ndarray:
        """Return the mean of an outcome over the replications of each point; NaN where one of them has no value."""
        return self.by_replication(outcome).mean(axis=1)


def _index(runs: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(runs[_KEYS_OF_RUN])


def _check_runs(runs: pd.DataFrame, design: pd.DataFrame, n_replications: int, path: Path) -> None:
    """Raise InputError when runs are not those of the design, each at most once."""
    keys = runs[_KEYS_OF_RUN]
    are_known = keys["point"].isin(design.index).all() and (keys["replication"] < n_replications).all()
    if not are_known or keys.duplicated().any() or design.index.has_duplicates:
        raise InputError([f"{path}: does not fit to {_DESIGN}: it has other runs, or one of them twice"])


def _why_all_failed(folder: Path) -> str:
    """Return why all runs failed, with the first reason; empty when some run succeeded or none failed."""
    parts = subfolders(folder / "parts", r"(raw|part)-[0-9]{1,9}")
    if not exists(folder / _FAILURES) or any(exists(part / _RUNS) for part in parts):
        return ""
    try:
        first = str(read_parquet(folder, _FAILURES)["traceback"].iloc[0]).strip() or "no reason given"
    except (KeyError, IndexError):
        raise InputError([f"{folder / _FAILURES}: has no row, or no column traceback"]) from None
    reason = first.splitlines()[-1]
    return f"every run failed, the first with {reason}; remove the cause (failures.parquet has the tracebacks)"


def _asks_of(manifest: Mapping[str, Any]) -> set[str]:
    """Return the outcomes that the questions of the base scenarios ask about, and those of their own."""
    scenarios = [one["scenario"] for one in manifest["scenarios"].values()]
    return {name for one in scenarios for key in ("asks", "own_outcomes") for name in one.get(key, ())}


def _factor(record: Mapping[str, Any]) -> FactorRecord:
    values = tuple(record["values"])
    ends = record["low"], record["high"]
    step, central = record.get("step", 1), record.get("central")
    return FactorRecord(record["path"], record["kind"], *ends, values, record["unit"], step, central)
