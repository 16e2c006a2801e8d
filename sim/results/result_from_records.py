"""Results built from the records of runs: one Result, or an Ensemble of replications."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from sim.results.record import SERIES, Record
from sim.results.result import Ensemble, Result
from sim.results.stored_units import NO_UNIT, unit_of
from sim.scenario.parameter_sampling import drawn_values, n_hypercubes
from sim.scenario.provenance import records as provenance_records
from sim.scenario.schema import Scenario
from sim.scenario.teaching_label import LABEL, label_line
from sim.world.encirclement_fraction import COMPASS_POINTS
from sim.world.ground import Ground
from sim.world.integer_codes import CAUSES, COUNTS, EVENT_KINDS, SIDES
from sim.world.soldiers_by_role import ROLES

PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "xarray")


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

    `drawn` are the samples of the assumed values that were run, equally many runs of each in their order: each run then
    has the number of its sample in the column `draw`. `own` names the mechanisms that are not the model's; label and
    manifest report them.
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
            "n_hypercubes": n_hypercubes(len(drawn)),
            "drawn_values": drawn_values(scenario, drawn),
        }  # fmt: skip
    ground = Ground(scenario.ground)
    series = _series(records, scenario, ground, manifest)
    return Ensemble(series, _events(records, scenario, ground), outcomes, manifest)


def _series(records: list[Record], scenario: Scenario, ground: Ground, manifest: dict[str, Any]) -> xr.Dataset:
    n_days = len(records[0].series["losses"])
    day = np.arange(n_days, dtype=np.int32)
    coords = {
        "replication": np.array([r.replication for r in records], np.int32),
        "time": np.datetime64(scenario.time.start_date, "ns") + day * np.timedelta64(1, "D").astype("timedelta64[ns]"),
        "day": ("time", day, {"units": unit_of("day")}),  # xarray takes no singular for a span of time
        "side": list(SIDES),
        "cause": list(CAUSES),
        "axis": ground.axis_names,
        "settlement": scenario.ground.supplied_places,
        "role": list(ROLES),
        "bearing": list(COMPASS_POINTS),
        "x": ("x", ground.x_km[: ground.nx], {"units": "km"}),
        "y": ("y", ground.y_km[:: ground.nx], {"units": "km"}),
    }
    variables: dict[str, Any] = {}
    for name, (dims, meaning) in SERIES.items():
        values = np.stack([r.series[name] for r in records])
        if name == "count":
            for i, what in enumerate(COUNTS):
                variables[what] = (
                    ("replication", "time"),
                    values[..., i],
                    _attributes(what, f"{what}, since the start"),
                )
        else:
            variables[name] = (("replication", "time", *dims), values, _attributes(name, meaning))
    when = "1 where the attacker holds the cell at the"
    control = np.stack([r.control for r in records]).astype(np.int8)
    variables["control"] = (("replication", "y", "x"), control, _attributes("control", f"{when} end"))
    initial = ground.initial_control.reshape(ground.ny, ground.nx)
    variables["initial_control"] = (("y", "x"), initial, _attributes("initial_control", f"{when} start"))
    attributes = {
        "label": manifest["label"],
        "scenario": scenario.name,
        "digest": scenario.digest,
        "seed": float(manifest["seed"]),  # the file format has no unsigned integers
    }
    series = xr.Dataset(variables, coords, attributes)
    # Without roads there is no settlement: the file format would take a dimension of length zero for an unlimited one.
    return series.drop_dims([dim for dim, size in series.sizes.items() if size == 0])


def _attributes(name: str, meaning: str) -> dict[str, str]:
    return {"long_name": meaning, "units": unit_of(name) or NO_UNIT}


def _events(records: list[Record], scenario: Scenario, ground: Ground) -> pd.DataFrame:
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
        "provenance": provenance_records(rows),
        "versions": {"pokrovsk-sim": version("pokrovsk-sim"), "python": platform.python_version(),
                     **{name: version(name) for name in PACKAGES}},
        "platform": platform.platform(),
        "wall_time_s": round(wall_time_s, 3),
    }  # fmt: skip
