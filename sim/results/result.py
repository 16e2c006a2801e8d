"""What a run leaves: series, events, outcomes and a manifest; one replication (Result) or many (Ensemble)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import ValidationError

from sim.errors import InputError
from sim.results.atomic_write import whole_folder
from sim.results.manifest_file import MANIFEST_FILE, not_a_manifest, read_manifest, sha256, write_manifest
from sim.results.table_files import read_table, write_table
from sim.world.ground import Ground
from sim.world.map_values import GroundParams

SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE = "series.nc", "events.parquet", "outcomes.csv"


@dataclass(frozen=True)
class Result:
    """One replication of a scenario.

    series: Dataset over time (and side, cause, axis), with the map (control, initial_control over y, x);
    events: one row per event, in the order of time; outcomes: the measures of effectiveness, one row;
    manifest: the resolved scenario with its digest and provenance, seed, versions, platform and wall time.
    """

    series: xr.Dataset
    events: pd.DataFrame
    outcomes: pd.DataFrame
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return str(self.manifest["scenario"]["name"])

    @property
    def label(self) -> str:
        """The line that every picture and table carries."""
        return str(self.manifest["label"])

    @property
    def draws(self) -> np.ndarray | None:
        """Which draw of the assumed values each run has; None where they are all at their central values."""
        return self.outcomes["draw"].to_numpy(int) if "draw" in self.outcomes else None

    @cached_property
    def ground(self) -> Ground:
        """The ground of the scenario, built from the manifest.

        Raises ValueError when another version of the package, which described its map differently, wrote the manifest.
        """
        try:
            params = GroundParams.model_validate_json(json.dumps(self.manifest["scenario"]["ground"]))
        except ValidationError as error:
            version = self.manifest["versions"]["pokrovsk-sim"]
            raise ValueError(f"{self.name}: version {version} of pokrovsk-sim described its map differently") from error
        return Ground(params)

    def __repr__(self) -> str:
        n, seed = len(self.outcomes), self.manifest["seed"]
        return f"<{type(self).__name__} of {self.name!r}, {n} run{'' if n == 1 else 's'}, seed {seed}>"

    def save(self, folder: str | Path) -> Path:
        """Write the result as a folder, which must not exist yet, and return it.

        Everything is written to a temporary folder beside it and renamed: there is a whole result or none.
        Raises InputError when the folder exists or cannot be written.
        """
        with whole_folder(Path(folder)) as partial:
            self.write(partial)
        return Path(folder)

    def write(self, folder: Path) -> None:
        """Write the files of the result into an empty folder."""
        self.series.to_netcdf(folder / SERIES_FILE, engine="scipy", format="NETCDF3_64BIT")
        self.events.to_parquet(folder / EVENTS_FILE, index=False, compression="zstd")
        write_table(self.outcomes, self.label, folder / OUTCOMES_FILE)
        files = (SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE)
        manifest = {**self.manifest, "sha256": {name: sha256(folder / name) for name in files}}
        write_manifest(manifest, folder / MANIFEST_FILE)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a saved result; raises InputError naming the file that is missing, truncated or altered."""
        folder = Path(folder)
        manifest = read_manifest(folder, "result")
        try:
            digests = manifest.pop("sha256")
            digests = {name: str(digests[name]) for name in (SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE)}
        except (KeyError, TypeError) as error:
            raise not_a_manifest(folder, "result") from error
        for name, digest in digests.items():
            if not (folder / name).is_file():
                raise InputError([f"{folder / name}: is missing"])
            if sha256(folder / name) != digest:
                raise InputError([f"{folder / name}: is truncated or altered: its SHA-256 is not the manifest's"])
        with xr.open_dataset(folder / SERIES_FILE, engine="scipy") as file:
            series = file.load()
        # NetCDF gives names back as objects.
        names = {name: values.astype(str) for name, values in series.coords.items() if values.dtype == object}
        series = series.assign_coords(names)
        if cls is Ensemble and "replication" not in series.dims:
            raise InputError([f"{folder}: holds one run, not an ensemble; read it with Result.load"])
        return cls(series, pd.read_parquet(folder / EVENTS_FILE), read_table(folder / OUTCOMES_FILE), manifest)


@dataclass(frozen=True, repr=False)
class Ensemble(Result):
    """Replications of one scenario: as a Result, with a dimension (or column) `replication` everywhere."""

    @property
    def n_replications(self) -> int:
        """How many replications there are."""
        return len(self.outcomes)

    def run(self, number: int) -> Result:
        """Return one replication as a Result; raises InputError when there is none of that number."""
        numbers = self.outcomes["replication"].tolist()
        if number not in numbers:
            raise InputError([f"replication: must be one of {numbers[0]} to {numbers[-1]}, is {number}"])
        events = self.events[self.events["replication"] == number]
        outcomes = self.outcomes[self.outcomes["replication"] == number]
        return Result(
            self.series.sel(replication=number, drop=True),
            events.drop(columns="replication").reset_index(drop=True),
            outcomes.drop(columns="replication").reset_index(drop=True),
            {**self.manifest, "n_replications": 1, "replication": number},
        )
