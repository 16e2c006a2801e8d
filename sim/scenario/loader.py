"""The only way from files to a Scenario: `extends`, `changes` and --set, with the source of every value."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from sim.errors import InputError
from sim.quantity import Params, Provenance
from sim.scenario.reading.error_wording import describe
from sim.scenario.reading.extends_and_changes import change, change_nodes, merge
from sim.scenario.reading.file_lookup import ScenarioFile, find, find_parent
from sim.scenario.reading.node_values import Resolver
from sim.scenario.reading.seed_facts import load_facts
from sim.scenario.reading.value_sources import Faults, SourceReader, is_source_form
from sim.scenario.reading.yaml_nodes import Node, read_file
from sim.scenario.schema import Scenario

_LONGEST_CHAIN = 16


S = TypeVar("S", bound=Params)


def load(path_or_name: str | Path | ScenarioFile, set: Mapping[str, object] | None = None) -> Scenario:
    """Read a scenario, apply `set` to it and check it against the schema.

    Returns a frozen Scenario whose `provenance` says where each value comes from. A bare name is one of the
    shipped scenarios. Raises InputError with every fault found, as `file:line:column: path: what is wrong`.
    """
    scenario, rows = load_as(Scenario, path_or_name, set)
    scenario._provenance = rows
    return scenario


def load_as(
    schema: type[S], path_or_name: str | Path | ScenarioFile, set: Mapping[str, object] | None = None
) -> tuple[S, tuple[Provenance, ...]]:
    """Read a scenario file by any schema; return what it holds and a row of provenance for each value, by path."""
    faults = Faults()
    file = path_or_name if isinstance(path_or_name, ScenarioFile) else find(path_or_name)
    tree = _merged([file], schema, faults)
    tree = change(tree, change_nodes(set or {}, faults), schema, faults)
    found, rows = build(tree, schema, faults)
    return found, tuple(sorted(rows, key=lambda row: row.path))


def _merged(chain: list[ScenarioFile], schema: type[Params], faults: Faults) -> Node:
    """Read the last file of a chain of `extends` and lay it over its parents."""
    file = chain[-1]
    node = read_file(file.path, file.shown)
    if not node.is_map:
        raise InputError([f"{node.mark}: must hold a map of keys, such as name: and extends:"])
    if is_experiment(node):
        raise InputError([f"{node.mark}: is an experiment, not a scenario; sim validate checks it, sim sweep runs it"])
    own = {key: child for key, child in node.value.items() if key not in ("extends", "changes")}
    extends, changes = node.value.get("extends"), node.value.get("changes")
    if extends is None:
        if changes is not None:
            faults.add(changes.key_mark or changes.mark, "changes", "needs extends: with the file that it changes")
        return Node(own, node.mark)
    parent = find_parent(extends, file, chain[0])
    if any(parent.path == seen.path for seen in chain):
        raise InputError([f"{extends.mark}: extends: {parent.shown} leads back to itself"])
    if len(chain) >= _LONGEST_CHAIN:
        raise InputError([f"{extends.mark}: extends: the chain is longer than {_LONGEST_CHAIN} files"])
    tree = merge(_merged([*chain, parent], schema, faults), Node(own, node.mark))
    return tree if changes is None else change(tree, changes, schema, faults)


def is_experiment(node: Node) -> bool:
    """Return whether a file holds an experiment: keys that no scenario has, and no scenario that it extends."""
    return node.is_map and "extends" not in node.value and bool({"base", "design"} & set(node.value))


def build(tree: Node, schema: type[S], faults: Faults) -> tuple[S, list[Provenance]]:
    """Return what a tree of nodes holds by a schema, with a row of provenance for each value.

    Raises InputError with every fault found, those found before included.
    """
    resolver = Resolver(SourceReader(load_facts(), faults), faults)
    data = resolver.section(tree, schema)
    try:
        # JSON mode is strict about numbers and text, yet takes a list for a tuple and text for a date.
        built = schema.model_validate_json(json.dumps(data))
    except ValidationError as error:
        _translate(error, tree, faults)
        raise InputError(faults.lines()) from None
    if faults.found:
        raise InputError(faults.lines())
    return built, resolver.rows


def _translate(error: ValidationError, tree: Node, faults: Faults) -> None:
    known = {path for _, path, _ in faults.found}
    for fault in error.errors(include_input=False, include_url=False):
        node, path = _locate(tree, fault["loc"])
        if any(path == other or other.startswith(path + ".") for other in known):
            continue
        if fault["type"] == "missing":
            faults.add(node.mark, path, "is missing")
        elif fault["type"] == "value_error":
            _translate_rule(str(fault["ctx"]["error"]), tree, fault["loc"], faults)
        else:
            faults.add(node.mark, path, describe(fault, node.plain()))


def _translate_rule(message: str, tree: Node, loc: tuple[str | int, ...], faults: Faults) -> None:
    """Place what a schema's own rule says: parts between semicolons, each begun by the path it means.

    A part that begins with no path of the section belongs to the part before it.
    """
    section, path = _locate(tree, loc)
    parts: list[tuple[Node, str, str]] = []
    for part in message.split("; "):
        head, _, rest = part.partition(" ")
        node, inner = _locate(section, tuple(head.rstrip(":").split(".")))
        if node is not section:
            parts.append((node, f"{path}.{inner}" if path else inner, rest))
        elif parts:
            parts[-1] = (*parts[-1][:2], f"{parts[-1][2]}; {part}")
        else:
            parts.append((section, path, part))
    for node, where, text in parts:
        faults.add(node.mark, where, text)


def _locate(tree: Node, loc: tuple[str | int, ...]) -> tuple[Node, str]:
    """Return the nearest node to a place in the data, and the place's path."""
    node, path, lost = tree, "", False
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
        if is_source_form(node) and "assume" in node.value:
            node = node.value["assume"]
        children = node.value
        if not lost and isinstance(children, dict) and part in children:
            node = children[str(part)]
        elif not lost and isinstance(children, dict) and "kind" in children and children["kind"].value == part:
            path = path.rpartition(".")[0]  # the tag of a union of sections is no part of the path
        elif not lost and isinstance(children, list) and isinstance(part, int) and part < len(children):
            node = children[part]
        else:
            lost = True
    if not lost and is_source_form(node) and "assume" in node.value:
        node = node.value["assume"]
    return node, path
