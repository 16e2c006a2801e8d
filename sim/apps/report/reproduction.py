"""What is needed to reproduce a result: values, random seed, versions and the command."""

from __future__ import annotations

import json
import shlex
from typing import Any

from sim.apps.report.provenance_section import STORY
from sim.apps.report.report_inputs import Source, provenance_of, runs_of
from sim.apps.report.text_table import Grid
from sim.quantity import Provenance
from sim.results.result import Result

_BY_OPTION = "--set"


def reproduction(source: Source) -> dict[str, Any]:
    """Return seed, sizes and digest of each scenario, the versions used, and the commands that repeat the runs."""
    runs = runs_of(source)
    facts = [{"Scenario": run.name, **_facts(run)} for run in runs]
    rows = [tuple(map(str, values.values())) for values in facts]
    versions = runs[0].manifest["versions"]
    return {
        "facts": Grid("Random seed, sizes and digest", tuple(facts[0]), rows, n_text=len(facts[0])),
        "versions": Grid("Versions", ("Package", "Version"), list(versions.items()), n_text=2),
        "commands": commands_of(runs),
    }


def commands_of(runs: list[Result]) -> list[str]:
    """Return the commands that reproduce results; none for a scenario that was not read from a file.

    One `sim compare` for several with the same options, else one `sim run` for each: one seed gives the same pairs.
    """
    files, options = [_file(provenance_of(run)) for run in runs], [_options(run) for run in runs]
    if not all(files) or any(run.manifest.get("replication", 0) for run in runs):
        return []
    if len(runs) > 1 and all(one == options[0] for one in options):
        return [shlex.join(["sim", "compare", *files, *options[0]])]
    if any(run.draws is not None for run in runs):
        return []  # only sim compare samples the assumed values
    return [shlex.join(["sim", "run", file, *one]) for file, one in zip(files, options, strict=True)]


def _options(run: Result) -> list[str]:
    manifest = run.manifest
    n_each = manifest.get("replications_per_draw", manifest["n_replications"])
    words = ["--seed", str(manifest["seed"]), "--replications", str(n_each)]
    if run.draws is not None:
        words += ["--assumptions", "drawn", "--draws", str(manifest["n_draws"])]
    for row in provenance_of(run):
        if row.where == _BY_OPTION:
            value = row.value if isinstance(row.value, str) else json.dumps(row.value)
            words += ["--set", f"{row.path}={value}"]
    return words


def _file(rows: list[Provenance]) -> str:
    """Return the scenario file, which is the one with the texts of the scenario; a shipped one by its name alone."""
    found = [row.where for row in rows if row.path in STORY and row.where != _BY_OPTION]
    file = found[0].rsplit(":", 1)[0] if found else ""
    return file.removeprefix("scenarios/").removesuffix(".yaml") if file.startswith("scenarios/") else file


def _facts(run: Result) -> dict[str, Any]:
    scenario = run.manifest["scenario"]
    return {
        "Random seed": run.manifest["seed"],
        "Replications": run.manifest["n_replications"],
        "First day": scenario["time"]["start_date"],
        "Days": scenario["time"]["horizon_days"],
        "Tick, h": scenario["time"]["tick_h"],
        "Digest of the values": run.manifest["digest"],
    }
