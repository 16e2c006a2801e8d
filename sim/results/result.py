"""What a run leaves: series, events, outcomes and a manifest; one replication (Result) or many (Ensemble)."""

from __future__ import annotations

import csv
import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import xarray as xr

from sim.campaign.recorder import SERIES, Record
from sim.errors import InputError
from sim.results.atomic_write import whole_folder
from sim.scenario.parameter_sampling import drawn_values
from sim.scenario.provenance import records
from sim.scenario.schema import Scenario
from sim.scenario.teaching_label import LABEL, label_line
from sim.world.ground import Ground
from sim.world.integer_codes import CAUSES, COUNTS, EVENT_KINDS, SIDES

SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE, MANIFEST_FILE = "series.nc", "events.parquet", "outcomes.csv", "manifest.json"
PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "xarray")


@dataclass(frozen=True)
class Result:
    """One replication of a scenario.

    series: Dataset over time (and side, cause, axis), with the map (control, initial_control over y, x);
    events: one row an event, in the order of time; outcomes: the measures of effectiveness, one row;
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

    def __repr__(self) -> str:
        n, seed = len(self.outcomes), self.manifest["seed"]
        return f"<{type(self).__name__} of {self.name!r}, {n} run{'' if n == 1 else 's'}, seed {seed}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from sim.apps.report.displays import result_display

        return result_display(self)

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
        write_outcomes(self.outcomes, self.label, folder / OUTCOMES_FILE)
        files = (SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE)
        manifest = {**self.manifest, "sha256": {name: sha256(folder / name) for name in files}}
        write_manifest(manifest, folder / MANIFEST_FILE)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a saved result; raises InputError naming the file that is missing, truncated or altered."""
        folder = Path(folder)
        try:
            manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
            digests = manifest.pop("sha256")
            digests = {name: str(digests[name]) for name in (SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError([f"{folder / MANIFEST_FILE}: is missing, truncated or no manifest of a result"]) from error
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
        return cls(series, pd.read_parquet(folder / EVENTS_FILE), _read_outcomes(folder / OUTCOMES_FILE), manifest)


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


def load_any(folder: str | Path) -> Result:
    """Read a saved result: an Ensemble when it holds more than one run; raises InputError as `Result.load`."""
    from sim.results.comparison.comparison_files import is_comparison  # which reads ensembles with this module

    if is_comparison(Path(folder)):
        raise InputError([f"{folder}: holds a comparison; name one of its scenarios, such as {folder}/01-..."])
    result = Result.load(folder)
    if "replication" not in result.series.dims:
        return result
    return Ensemble(result.series, result.events, result.outcomes, result.manifest)


def write_outcomes(outcomes: pd.DataFrame, label: str, path: Path) -> None:
    """Write outcomes as CSV under a comment line with the label."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {label}\n")
        outcomes.to_csv(file, index=False, lineterminator="\n")


def _read_outcomes(path: Path) -> pd.DataFrame:
    """Read outcomes as they were written, to the last bit; pandas' own reader rounds in some of its versions."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return pd.DataFrame({name: _values([row[name] for row in rows]) for name in rows[0]})


def _values(texts: list[str]) -> np.ndarray:
    if set(texts) <= {"True", "False"}:
        return np.array([text == "True" for text in texts])
    try:
        return np.array([int(text) for text in texts], np.int64)
    except ValueError:
        return np.array([float(text or "nan") for text in texts])


def write_manifest(manifest: dict[str, Any], path: Path) -> None:
    """Write a manifest as JSON."""
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def from_record(record: Record, scenario: Scenario, seed: int, wall_time_s: float) -> Result:
    """Build the Result of one replication."""
    ensemble = from_records([record], scenario, seed, wall_time_s)
    return Result(
        ensemble.series.isel(replication=0, drop=True),
        ensemble.events.drop(columns="replication"),
        ensemble.outcomes.drop(columns="replication"),
        {**ensemble.manifest, "replication": record.replication},
    )


def from_records(
    records: list[Record],
    scenario: Scenario,
    seed: int,
    wall_time_s: float,
    drawn: list[Scenario] | None = None,
    own: Sequence[str] = (),
) -> Ensemble:
    """Build the Ensemble of replications, in the order of their numbers.

    With the draws that they were played with, equally many runs of each in their order, each run has its draw's number.
    `own` names the mechanisms that are not the model's: label and manifest tell of them.
    """
    records = sorted(records, key=lambda record: record.replication)
    outcomes = pd.DataFrame([{"replication": r.replication, **r.outcomes} for r in records])
    manifest = _manifest(scenario, seed, len(records), wall_time_s)
    if own:
        manifest |= {"label": f"{manifest['label']}; not of the model: {', '.join(own)}", "own_mechanisms": list(own)}
    if drawn:
        n_each = len(records) // len(drawn)
        outcomes.insert(1, "draw", outcomes["replication"] // n_each)
        manifest |= {
            "assumptions": "drawn", "n_draws": len(drawn), "replications_per_draw": n_each,
            "drawn_values": drawn_values(scenario, drawn),
        }  # fmt: skip
    return Ensemble(_series(records, scenario, manifest), _events(records, scenario), outcomes, manifest)


def _series(records: list[Record], scenario: Scenario, manifest: dict[str, Any]) -> xr.Dataset:
    ground = Ground(scenario.ground)
    n_days = len(records[0].series["losses"])
    day = np.arange(n_days, dtype=np.int32)
    coords = {
        "replication": np.array([r.replication for r in records], np.int32),
        "time": np.datetime64(scenario.time.start_date, "ns") + day * np.timedelta64(1, "D").astype("timedelta64[ns]"),
        "day": ("time", day),
        "side": list(SIDES),
        "cause": list(CAUSES),
        "axis": ground.axis_names,
        "settlement": scenario.ground.supplied_places,
        "x": ground.x_km[: ground.nx],
        "y": ground.y_km[:: ground.nx],
    }
    variables: dict[str, Any] = {}
    for name, (dims, meaning) in SERIES.items():
        values = np.stack([r.series[name] for r in records])
        if name == "count":
            for i, what in enumerate(COUNTS):
                variables[what] = (("replication", "time"), values[..., i], {"long_name": f"{what}, since the start"})
        else:
            variables[name] = (("replication", "time", *dims), values, {"long_name": meaning})
    variables["control"] = (("replication", "y", "x"), np.stack([r.control for r in records]).astype(np.int8),
                            {"long_name": "1 where the attacker holds the cell at the end"})  # fmt: skip
    variables["initial_control"] = (("y", "x"), ground.initial_control.reshape(ground.ny, ground.nx),
                                    {"long_name": "1 where the attacker holds the cell at the start"})  # fmt: skip
    attributes = {
        "label": manifest["label"],
        "scenario": scenario.name,
        "digest": scenario.digest,
        "seed": float(manifest["seed"]),  # the file format has no unsigned integers
    }
    series = xr.Dataset(variables, coords, attributes)
    # No road leads anywhere: the file format has no dimension of length nought, it would take it for an endless one.
    return series.drop_dims([dim for dim, size in series.sizes.items() if size == 0])


def _events(records: list[Record], scenario: Scenario) -> pd.DataFrame:
    ground = Ground(scenario.ground)
    events = np.concatenate([r.events for r in records])
    cell = events["cell"]
    on_map = cell >= 0
    start = pd.Timestamp(scenario.time.start_date)
    return pd.DataFrame(
        {
            "replication": np.repeat([r.replication for r in records], [len(r.events) for r in records]).astype(
                np.int32
            ),
            "hour": events["hour"],
            "time": (start + pd.to_timedelta(np.round(events["hour"] * 3600.0), unit="s")).astype("datetime64[ns]"),
            "kind": np.array(EVENT_KINDS, dtype=object)[events["kind"]],
            "x_km": np.where(on_map, ground.x_km[cell], np.nan),
            "y_km": np.where(on_map, ground.y_km[cell], np.nan),
            "value": events["value"],
        }
    )


def _manifest(scenario: Scenario, seed: int, n_replications: int, wall_time_s: float) -> dict[str, Any]:
    rows = scenario.provenance
    return {
        "label": label_line(rows),
        "what": LABEL,
        "scenario": scenario.model_dump(mode="json"),
        "digest": scenario.digest,
        "seed": seed,
        "n_replications": n_replications,
        "assumptions": "central",
        "provenance": records(rows),
        "versions": {"pokrovsk-sim": version("pokrovsk-sim"), "python": platform.python_version(),
                     **{name: version(name) for name in PACKAGES}},
        "platform": platform.platform(),
        "wall_time_s": round(wall_time_s, 3),
    }  # fmt: skip
