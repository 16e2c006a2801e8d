"""From an experiment file to an Experiment; every fault is reported with file:line:column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.errors import InputError, clip, suggestion
from sim.experiment.designs import design_faults, n_points
from sim.experiment.experiment_schema import DESIGNS, MAX_RUNS, Csv, Experiment
from sim.experiment.factor_lookup import look_up_factors
from sim.experiment.points_from_csv import read_points
from sim.results.outcome_measures import outcome_names
from sim.results.series_names import series_names
from sim.scenario.loader import build, load
from sim.scenario.reading.error_wording import show
from sim.scenario.reading.file_lookup import ScenarioFile, find, find_parent, shipped_names
from sim.scenario.reading.value_sources import Faults
from sim.scenario.reading.yaml_nodes import Mark, Node, read_file
from sim.scenario.schema import Scenario

_VARIED = ("uncertainties", "levers")
_RENAMED = {"keeps_map": "save_map"}
_NOUNS = {"outcomes": "outcome", "series": "daily series"}


def load_experiment(path_or_name: str | Path) -> Experiment:
    """Read an experiment, its base scenarios and its factors; a bare name means a shipped experiment.

    Raises InputError with every fault found, as `file:line:column: path: what is wrong`.
    """
    file = find(path_or_name, is_experiment=True)
    node, faults = read_file(file.path, file.shown), Faults()
    if not node.is_map:
        raise InputError([f"{node.mark}: must hold a map of keys, such as name: and base:"])
    tree = _expand_short_forms(_without_old_keys(node, faults), faults)
    _require_design(tree, faults)
    experiment, _ = build(tree, Experiment, faults)
    scenarios = _scenarios(tree, file, faults)
    factors = look_up_factors(tree, scenarios, faults)
    grounds = [scenario.ground for scenario in scenarios.values()]
    known = [name for ground in grounds for name in outcome_names(ground)]
    known += [name for scenario in scenarios.values() for name in scenario.own_outcomes]
    outcomes = _members("outcomes", tree, known, faults)
    series = _members("series", tree, [name for ground in grounds for name in series_names(ground)], faults)
    for path in {factor.path for factor in factors} & set(experiment.set):
        at = tree.value["set"].value[path]
        faults.add(at.key_mark or at.mark, f"set.{path}", "is varied too; a value can be set or varied, not both")
    if faults.found:
        raise InputError(faults.lines())
    for key, text in design_faults(experiment.design, factors):
        at = tree.value["design"].value.get(key, tree.value["design"])
        faults.add(at.mark, f"design.{key}", text)
    if not faults.found and (n_runs := n_points(experiment.design, factors) * experiment.replications) > MAX_RUNS:
        at = tree.value["replications"].mark
        faults.add(at, "replications", f"makes {n_runs:,} runs in total; at most {MAX_RUNS:,} are allowed")
    if not factors:
        faults.add(node.mark, "", "nothing varies; add uncertainties:, levers: or several scenarios under base:")
    if faults.found:
        raise InputError(faults.lines())
    experiment = experiment.model_copy(update={"outcomes": outcomes, "series": series})
    experiment._scenarios, experiment._factors = scenarios, factors
    if isinstance(experiment.design, Csv):
        experiment._own_points = read_points(tree.value["design"].value["file"], file, factors)
    return experiment


def _without_old_keys(node: Node, faults: Faults) -> Node:
    """Return the map without keys of older versions, after noting their new names."""
    for old, new in _RENAMED.items():
        if old in node.value:
            child = node.value[old]
            faults.add(child.key_mark or child.mark, old, f"is now called {new}")
    return replace(node, value={key: child for key, child in node.value.items() if key not in _RENAMED})


def _expand_short_forms(node: Node, faults: Faults) -> Node:
    """Expand short forms: a single base to a list, names of varied values to a map without range or values."""
    items = dict(node.value)
    if "base" in items and not isinstance(items["base"].value, list):
        items["base"] = replace(items["base"], value=[replace(items["base"], key_mark=None)])
    for key in _VARIED:
        if key in items and items[key].value is None:  # perhaps a comment
            items[key] = replace(items[key], value={})
        if key in items and not items[key].is_map:
            items[key] = replace(items[key], value=dict(_named(items[key], key, faults)))
        if key in items:
            # `path:` without a value means the same as `path: {}`.
            bare = {path: replace(child, value={}) for path, child in items[key].value.items() if child.value is None}
            items[key] = replace(items[key], value=items[key].value | bare)
    return replace(node, value=items)


def _named(node: Node, key: str, faults: Faults) -> Iterator[tuple[str, Node]]:
    names = node.value if isinstance(node.value, list) else [node]
    seen = set()
    for name in names:
        if not isinstance(name.value, str):
            faults.add(name.mark, key, f"must be the path of a value, is {show(name.plain())}")
        elif name.value in seen:
            faults.add(name.mark, key, f"{clip(name.value)} is named twice")
        else:
            seen.add(name.value)
            yield name.value, Node({}, name.mark, name.mark)


def _require_design(tree: Node, faults: Faults) -> None:
    """Refuse an unknown kind of design: the kind decides which keys a design has."""
    design = tree.value.get("design")
    if design is None:
        return
    known = ", ".join(DESIGNS)
    if not design.is_map or "kind" not in design.value:
        faults.add(design.mark, "design", f"needs kind: one of {known}")
        raise InputError(faults.lines())
    kind = design.value["kind"]
    if not isinstance(kind.value, str) or kind.value not in DESIGNS:
        near = suggestion(kind.value, DESIGNS) if isinstance(kind.value, str) else ""
        faults.add(kind.mark, "design.kind", f"must be one of {known}, is {show(kind.plain())}{near}")
        raise InputError(faults.lines())


def _scenarios(tree: Node, file: ScenarioFile, faults: Faults) -> dict[str, Scenario]:
    """Read the base scenarios with the values that the experiment sets in all of them."""
    changes = (tree.value["set"].value or {}) if "set" in tree.value else {}
    scenarios: dict[str, Scenario] = {}
    for node in tree.value["base"].value:
        if node.value in scenarios:
            faults.add(node.mark, "base", f"{clip(node.value)} is named twice")
            continue
        is_shipped = node.value in shipped_names()
        base = find(node.value) if is_shipped else find_parent(node, file, file, key="base")
        scenarios[node.value] = load(base, set=changes)
    return scenarios


def _members(key: str, tree: Node, known: list[str], faults: Faults) -> list[str]:
    """Return the names in a list; a family, such as `losses`, stands for all its members."""
    found: dict[str, None] = {}
    named: dict[Any, Mark] = {}
    for node in (tree.value[key].value or []) if key in tree.value else []:
        if node.value in named:
            faults.add(node.mark, key, f"{clip(node.value)} is named twice; the first is at {named[node.value]}")
        named.setdefault(node.value, node.mark)
        members = [name for name in known if node.value in (name, name.partition(".")[0])]
        if not members:
            families = [name.partition(".")[0] for name in known]
            listed_by = "sim list outcomes" if key == "outcomes" else ""
            near = suggestion(node.value, dict.fromkeys([*known, *families]), listed_by)
            faults.add(node.mark, key, f"there is no {_NOUNS[key]} {clip(node.value)}{near}")
        found |= dict.fromkeys(members)
    return list(found)
