"""What a run leaves: series, events, outcomes and a manifest; one replication (Result) or many (Ensemble)."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from pydantic import ValidationError

from sim.errors import InputError
from sim.results.atomic_write import whole_folder
from sim.results.manifest_file import MANIFEST_FILE, checked_bytes, read_manifest, sha256, write_manifest
from sim.results.monthly_table import monthly_table
from sim.results.parquet_tables import parse_parquet
from sim.results.result_checks import check_result
from sim.results.stored_units import Notes, annotated
from sim.results.table_files import read_table, write_table
from sim.scenario.parameter_sampling import hypercubes
from sim.world.ground import Ground
from sim.world.map_values import GroundParams

SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE = "series.nc", "events.parquet", "outcomes.csv"
MONTHLY_FILE = "monthly.csv"


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

    @property
    def hypercubes(self) -> np.ndarray | None:
        """Which Latin hypercube of draws each run belongs to; None where the assumed values are at their central ones.

        Results of earlier versions have a single one.
        """
        draws = self.draws
        if draws is None:
            return None
        return hypercubes(int(self.manifest["n_draws"]), int(self.manifest.get("n_hypercubes", 1)))[draws]

    @cached_property
    def ground(self) -> Ground:
        """The ground of the scenario, built from the manifest.

        Raises InputError when another version of the package, which described its map differently, wrote the manifest.
        """
        try:
            params = GroundParams.model_validate_json(json.dumps(self.manifest["scenario"]["ground"]))
        except ValidationError as error:
            version = self.manifest["versions"].get("pokrovsk-sim", "unknown")
            text = f"{self.name}: version {version} of pokrovsk-sim described its map differently; run it again"
            raise InputError([text]) from error
        return Ground(params)

    def monthly(self) -> pd.DataFrame:
        """Return one row per month and sector (axis of advance, and all): what is published of a war, month by month.

        Of several runs, one row per replication, month and sector. Raises InputError as `ground` does.
        """
        return monthly_table(self.series, self.events, self.ground)

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
        events = annotated(pa.Table.from_pandas(self.events, preserve_index=False), Notes(self.label))
        pq.write_table(events, folder / EVENTS_FILE, compression="zstd")
        write_table(self.outcomes, self.label, folder / OUTCOMES_FILE)
        files = [SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE]
        with suppress(InputError):  # an earlier version described its map differently
            write_table(self.monthly(), self.label, folder / MONTHLY_FILE)
            files.append(MONTHLY_FILE)
        manifest = {**self.manifest, "sha256": {name: sha256(folder / name) for name in files}}
        write_manifest(manifest, folder / MANIFEST_FILE)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a saved result; raises InputError naming the file that is missing, truncated or altered."""
        folder = Path(folder)
        manifest = read_manifest(folder, "result")
        digests = manifest.pop("sha256")
        series, events, outcomes = (
            checked_bytes(folder, name, digests) for name in (SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE)
        )
        if MONTHLY_FILE in digests:  # what it says is computed from the others when asked for
            checked_bytes(folder, MONTHLY_FILE, digests)
        try:
            found = cls(
                _read_series(series),
                parse_parquet(BytesIO(events), folder / EVENTS_FILE),
                read_table(outcomes.decode("utf-8"), folder / OUTCOMES_FILE),
                manifest,
            )
        except InputError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, MemoryError) as error:
            raise InputError([f"{folder}: its files do not fit together: {error}"]) from error
        check_result(found.series, found.events, found.outcomes, manifest, folder)
        if cls is Ensemble and "replication" not in found.series.dims:
            raise InputError([f"{folder}: holds one run, not an ensemble; read it with Result.load"])
        return replace(found, outcomes=_with_days_city_held(found.outcomes, found.series.sizes["time"] - 1))


def _with_days_city_held(outcomes: pd.DataFrame, last_day: int) -> pd.DataFrame:
    """Return the outcomes with the days until the city is lost, which those of earlier versions do not have."""
    if "days_city_held" in outcomes or "day_city_lost" not in outcomes:
        return outcomes
    found = outcomes.copy()
    place = list(found).index("day_city_lost") + 1
    found.insert(place, "days_city_held", found["day_city_lost"].fillna(last_day))
    return found


def _read_series(content: bytes) -> xr.Dataset:
    with xr.open_dataset(BytesIO(content), engine="scipy") as file:
        series = file.load()
    # NetCDF gives names back as objects.
    return series.assign_coords(
        {name: values.astype(str) for name, values in series.coords.items() if values.dtype == object}
    )


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
