"""The folder of a sweep as the page needs it: runs, factors, and the base scenarios with their provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ValidationError

from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError
from sim.experiment.experiment_schema import Experiment
from sim.quantity import Provenance
from sim.results.manifest_file import MANIFEST_FILE, read_manifest
from sim.scenario.provenance import rows_of
from sim.scenario.reading.error_wording import describe
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class LoadedSweep:
    """A finished sweep and its manifest."""

    results: SweepResults
    manifest: Mapping[str, Any]

    @property
    def experiment(self) -> Mapping[str, Any]:
        """What the experiment file says."""
        return dict(self.manifest["experiment"])

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The first base scenario, with the values that the experiment sets."""
        return dict(self._scenarios[0])

    @property
    def _scenarios(self) -> list[Mapping[str, Any]]:
        return [one["scenario"] for one in self.manifest["scenarios"].values()]

    @property
    def provenance(self) -> dict[str, list[Provenance]]:
        """Where each value of each base scenario comes from, by the name of the scenario."""
        scenarios = self.manifest["scenarios"].values()
        return {one["scenario"]["name"]: rows_of(one["provenance"]) for one in scenarios}

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the daily series that were saved."""
        return tuple(self.experiment["series"])

    @property
    def has_map(self) -> bool:
        """Whether the changes of control were saved."""
        return bool(self.experiment["save_map"])

    @property
    def has_one_length(self) -> bool:
        """Whether the runs of all points cover the same days."""
        return self._is_same("time")

    @property
    def has_one_map(self) -> bool:
        """Whether the runs of all points are on the same map."""
        return self._is_same("ground")

    def _is_same(self, section: str) -> bool:
        is_varied = any(path.startswith(f"{section}.") for path in self.results.paths)
        return not is_varied and all(one[section] == self.scenario[section] for one in self._scenarios)

    @property
    def ground_json(self) -> str:
        """The map, as JSON."""
        return json.dumps(self.scenario["ground"])

    @property
    def has_runs(self) -> np.ndarray:
        """Which points have a run that did not fail."""
        points: np.ndarray = self.results.unit.index.isin(self.results.runs["point"].unique())
        return points


def read(folder: Path) -> LoadedSweep:
    """Read the folder of a finished sweep; raises InputError for another folder, a shard, or another version."""
    results, manifest = SweepResults.load(folder), read_manifest(folder, "sweep")
    if results.shard:
        raise InputError([f"{folder}: is shard {results.shard}: join the shards with sim sweep ... --join first"])
    if "scenarios" not in manifest or "save_map" not in manifest["experiment"]:
        version = manifest.get("version", "unknown")
        raise InputError([f"{folder}: was written by another version of pokrovsk-sim ({version}); run the sweep again"])
    _check(Experiment, manifest["experiment"], folder)
    for one in manifest["scenarios"].values():
        _check(Scenario, one["scenario"], folder)
    return LoadedSweep(results, manifest)


def _check(model: type[BaseModel], values: Any, folder: Path) -> None:
    """Raise InputError unless the values are as the model saved them: folders can be edited."""
    try:
        model.model_validate_json(json.dumps(values))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        parts = model.__name__.lower(), ".".join(map(str, fault["loc"])), describe(fault, fault["input"])
        raise InputError([f"{folder / MANIFEST_FILE}: {': '.join(filter(None, parts))}"]) from None
