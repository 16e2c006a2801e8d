"""What a sweep found: factors, the points of its design, and the outcomes of every run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.scenario.teaching_label import LABEL

_KEYS = ("point", "replication", "seed")


class Factor(Protocol):
    """What an analysis needs to know of a factor; `kind` is real, whole, category or flag."""

    @property
    def path(self) -> str:
        """Dotted path of the scenario's value."""

    @property
    def kind(self) -> str:
        """One of real, whole, category and flag."""

    @property
    def unit(self) -> str:
        """Unit of its values, 1 or empty for a pure number."""


@dataclass(frozen=True)
class FactorRecord:
    """A factor as the manifest of a sweep keeps it."""

    path: str
    kind: str
    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] = ()
    unit: str = ""


class SweepResults:
    """The runs of a sweep beside the points of its design.

    `unit` and `values` have one row a point (index `point`) and one column a factor's path: positions in the unit cube
    and the values that follow from them. `runs` has one row a run: point, replication and the outcomes. `design` says
    at least its `kind`. `n_replications` is how many each point should have: those of the experiment, or those found.
    `shard` is i/n for one of n parts of a sweep, None for a whole one.
    """

    def __init__(
        self,
        factors: Sequence[Factor],
        unit: pd.DataFrame,
        runs: pd.DataFrame,
        design: Mapping[str, Any],
        values: pd.DataFrame | None = None,
        outcomes: Sequence[str] | None = None,
        label: str = LABEL,
        seed: int = 1,
        name: str = "sweep",
        n_replications: int | None = None,
        folder: Path | None = None,
        shard: str | None = None,
    ) -> None:
        paths = [factor.path for factor in factors]
        self.factors = list(factors)
        self.unit = unit[paths]
        self.values = self.unit if values is None else values[paths]
        self.runs = runs
        self.design = dict(design)
        self.outcomes = list(outcomes or [column for column in runs.columns if column not in (*_KEYS, *paths)])
        self.n_replications = n_replications or int(runs["replication"].nunique())
        self.label, self.seed, self.name, self._folder, self.shard = label, seed, name, folder, shard

    @classmethod
    def from_arrays(
        cls, unit: np.ndarray, outcome_values: np.ndarray, kind: str, paths: Sequence[str] | None = None,
        outcome: str = "y",
    ) -> SweepResults:  # fmt: skip
        """Return the sweep of any function: points x factors in the unit cube, and its values at them.

        The values are one a point, or points x replications; `kind` is the design's. For functions with known indices.
        """
        n, k = unit.shape
        table = np.asarray(outcome_values, float).reshape(n, -1)
        r = table.shape[1]
        factors = [FactorRecord(path, "real", 0.0, 1.0) for path in paths or [f"x{j + 1}" for j in range(k)]]
        columns = [factor.path for factor in factors]
        runs = {"point": np.repeat(np.arange(n), r), "replication": np.tile(np.arange(r), n), outcome: table.ravel()}
        return cls(
            factors, pd.DataFrame(unit, columns=columns).rename_axis("point"), pd.DataFrame(runs), {"kind": kind}
        )

    @classmethod
    def load(cls, folder: str | Path) -> SweepResults:
        """Read the folder of a finished sweep; raises InputError for what is none, or is not finished."""
        folder = Path(folder)
        manifest = _manifest(folder)
        if not (folder / "runs.parquet").exists():
            raise InputError([f"{folder}: {_all_failed(folder) or 'the sweep is not finished'}; go on with sim sweep "
                              "... --resume"])  # fmt: skip
        try:
            design = pd.read_parquet(folder / "design.parquet").reset_index().set_index("point")
            runs, experiment = pd.read_parquet(folder / "runs.parquet"), manifest["experiment"]
            factors = [_factor(record) for record in manifest["factors"]]
            paths = [factor.path for factor in factors]
            unit = design[[f"u.{path}" for path in paths]].set_axis(paths, axis=1)
            return cls(
                factors,
                unit,
                runs.drop(columns=[column for column in runs.columns if column in paths]),
                manifest["design"],
                design[paths],
                # A family, as throughput_t, has a column for each of its members.
                [name for name in runs.columns if {name, name.partition(".")[0]} & set(experiment["outcomes"])],
                manifest["label"],
                experiment["seed"],
                experiment["name"],
                experiment["replications"],
                folder,
                manifest.get("shard"),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError([f"{folder}: its files do not fit together or are truncated: {error}"]) from error

    def series(self, points: Sequence[int] | None = None) -> pd.DataFrame:
        """Return the daily series that were kept, of all points or of some.

        One row a run and day: point, replication, day, and a column each. Raises InputError when none were kept.
        """
        return self._kept("series", "series:", points)

    def map_changes(self, points: Sequence[int] | None = None) -> pd.DataFrame:
        """Return the changes of ground that were kept, of all points or of some.

        One row for each day on which a cell changed hands: point, replication, day, cell (row from the south x cells in
        a row + place from the west), is_attackers (who holds it from the end of the day on). Raises InputError when
        they were not kept.
        """
        return self._kept("map", "keeps_map: true", points)

    def _kept(self, name: str, key: str, points: Sequence[int] | None) -> pd.DataFrame:
        parts = sorted(self._folder.glob(f"parts/part-*/{name}.parquet")) if self._folder else []
        if not parts:
            raise InputError([f"{self.name}: no {name} was kept; {key} in the experiment's file keeps it"])
        wanted = None if points is None else [("point", "in", list(points))]
        return pd.concat([pd.read_parquet(part, filters=wanted) for part in parts], ignore_index=True)

    @property
    def paths(self) -> list[str]:
        """Return the paths of the factors."""
        return [factor.path for factor in self.factors]

    @property
    def n_points(self) -> int:
        """Return how many points the design has."""
        return len(self.unit)

    def by_replication(self, outcome: str) -> np.ndarray:
        """Return an outcome as points x replications, NaN where a run failed or has no value."""
        table = self.runs.pivot(index="point", columns="replication", values=outcome)
        return table.reindex(self.unit.index).to_numpy(float)

    def means(self, outcome: str) -> np.ndarray:
        """Return the mean of an outcome over the replications of each point; NaN where one of them has no value."""
        return self.by_replication(outcome).mean(axis=1)


def _manifest(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise InputError([f"{folder}: no such folder"])
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest["made_by"] != "sim sweep":
            raise KeyError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError([f"{folder}: is no folder of sim sweep: its manifest is missing or says otherwise"]) from error
    return dict(manifest)


def _all_failed(folder: Path) -> str:
    """Return in words that every run failed and why the first did; empty unless runs failed and none was played."""
    if not (folder / "failures.parquet").exists() or any(folder.glob("parts/*/runs.parquet")):
        return ""
    try:
        first = str(pd.read_parquet(folder / "failures.parquet")["traceback"].iloc[0]).strip() or "no reason given"
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise InputError([f"{folder}: failures.parquet cannot be read: {error}"]) from error
    reason = first.splitlines()[-1]
    return f"every run that was played failed, the first with {reason}; mend the cause, see failures.parquet"


def _factor(record: Mapping[str, Any]) -> FactorRecord:
    values = tuple(record.get("values") or ())
    return FactorRecord(
        record["path"], record["kind"], record.get("low"), record.get("high"), values, record.get("unit") or ""
    )
