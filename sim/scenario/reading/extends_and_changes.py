"""One scenario laid over another: plain merging, and `changes` by dotted path."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from sim.errors import InputError, clip, suggestion
from sim.quantity import plain, section_models
from sim.scenario.reading.error_wording import moved
from sim.scenario.reading.value_sources import Faults, is_source_form
from sim.scenario.reading.yaml_nodes import MAX_DEPTH, Mark, Node, read_text, unseen_character

_OPTION = Mark("--set")
_LARGEST = 10**18
_LISTED_BY = "sim provenance baseline --format csv"  # the table of the terminal leaves settings out


class _InPython(Mark):
    """The place of a value given in Python; its provenance names --set, which gives the same value to a command."""

    def __str__(self) -> str:
        return "set"


_SET = _InPython(_OPTION.file)


def merge(parent: Node, child: Node) -> Node:
    """Lay a child's keys over its parent's: maps merge; lists, values and their sources replace.

    A key that holds nothing, perhaps a comment, in the place of a map changes nothing in it.
    """
    if child.value is None and parent.is_map and not is_source_form(parent):
        return parent
    if not (parent.is_map and child.is_map) or is_source_form(parent) or is_source_form(child):
        return replace(child, replaces=parent)
    items = dict(parent.value)
    for key, node in child.value.items():
        items[key] = merge(items[key], node) if key in items else node
    return replace(parent, value=items)


def change(tree: Node, changes: Node, schema: type[BaseModel], faults: Faults) -> Node:
    """Apply a map of dotted path -> value; a path that the scenario does not have is a fault."""
    if changes.value is None:  # perhaps a comment
        return tree
    if not changes.is_map:
        faults.add(changes.mark, "changes", "must be a map of dotted paths, such as attacker.troops: 90000")
        return tree
    taken: set[str] = set()
    for path, node in changes.value.items():
        nested, keys = node, path.split(".")
        for key in reversed(keys):
            nested = Node({key: replace(nested, key_mark=node.key_mark)}, node.mark)
        tree = _Overlay(tree, schema, faults, taken).section(tree, nested, [schema], "")
    return tree


class _Overlay:
    """Puts the leaves of a nested change into a tree; `taken` are the paths that the same map changed."""

    def __init__(self, tree: Node, schema: type[BaseModel], faults: Faults, taken: set[str]) -> None:
        self.tree, self.schema, self.faults, self.taken = tree, schema, faults, taken

    def section(self, parent: Node | None, change: Node, models: list[type[BaseModel]], prefix: str) -> Node:
        items = dict(parent.value) if parent is not None and parent.is_map else {}
        fields = {key: schema_field for model in models for key, schema_field in model.model_fields.items()}
        for key, node in change.value.items():
            if key in fields:
                items[key] = self.value(items.get(key), node, fields[key].annotation, prefix + key)
            else:
                self.unknown(node, prefix + key)
        return replace(parent or change, value=items)

    def value(self, parent: Node | None, change: Node, annotation: Any, path: str) -> Node:
        inner = plain(annotation)
        models = section_models(inner)
        if change.value is None and parent is not None and (models or get_origin(inner) is dict):
            return parent
        if change.is_map and not is_source_form(change):
            if models:
                return self.section(parent, change, models, f"{path}.")
            if get_origin(inner) is dict:
                return self.free_keys(parent, change, get_args(inner)[1], path)
            if not {"range", "why", "source"} & set(change.value):
                for key, node in change.value.items():
                    self.unknown(node, f"{path}.{key}")
        if path in self.taken:
            self.faults.add(change.key_mark or change.mark, path, "is changed twice")
        self.taken.add(path)
        return replace(change, is_change=True, replaces=parent)

    def free_keys(self, parent: Node | None, change: Node, annotation: Any, path: str) -> Node:
        items = dict(parent.value) if parent is not None and parent.is_map else {}
        for key, node in change.value.items():
            if key in items:
                items[key] = self.value(items[key], node, annotation, f"{path}.{key}")
            else:
                self.unknown(node, f"{path}.{key}")
        return replace(parent or change, value=items)

    def unknown(self, node: Node, path: str) -> None:
        mark = node.key_mark or node.mark
        if text := moved(path):
            self.faults.add(mark, path, text)
            return
        near = suggestion(path, _paths(self.tree, self.schema, ""), _LISTED_BY)
        self.faults.add(mark, path, f"the scenario has no such path{near}")


def _paths(node: Node | None, annotation: Any, prefix: str) -> list[str]:
    """List the dotted paths that can be changed, sections included."""
    inner = plain(annotation)
    children = node.value if node is not None and node.is_map and not is_source_form(node) else {}
    fields = {key: f.annotation for model in section_models(inner) for key, f in model.model_fields.items()}
    if get_origin(inner) is dict:
        fields = dict.fromkeys(children, get_args(inner)[1])
    found = []
    for key, child in fields.items():
        found.append(prefix + key)
        found += _paths(children.get(key), child, f"{prefix}{key}.")
    return found


def change_nodes(values: Mapping[str, object], faults: Faults) -> Node:
    """Turn a mapping given in Python, or by --set, into nodes."""
    if not isinstance(values, Mapping):
        raise InputError([f"set: must be a map of paths and values, such as attacker.troops: 90000, is {clip(values)}"])
    items = {}
    for path, value in values.items():
        if not isinstance(path, str):
            raise InputError([f"set: a path must be text, is {path!r}"])
        node = _node(value, path, 1)
        items[path] = node if node.key_mark else replace(node, key_mark=node.mark)
    return Node(items, _SET)


def _node(value: object, path: str, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise InputError([f"set: {path}: is nested deeper than {MAX_DEPTH} levels"])
    if isinstance(value, Node):
        return value
    if hasattr(value, "tolist"):
        value = value.tolist()  # a number or an array of NumPy
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, Mapping):
        return Node({str(key): _node(child, path, depth + 1) for key, child in value.items()}, _SET)
    if isinstance(value, (list, tuple)):
        return Node([_node(child, path, depth + 1) for child in value], _SET)
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise InputError([f"set: {path}: has too many digits"])
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        raise InputError([f"set: {path}: is not UTF-8 text"])
    if isinstance(value, str) and (what := unseen_character(value)):
        raise InputError([f"set: {path}: {what}"])
    if value is None or isinstance(value, (bool, int, float, str)):
        return Node(value, _SET)
    raise InputError([f"set: {path}: a value of type {type(value).__name__} cannot be used"])


def parse_options(options: list[str]) -> dict[str, Node]:
    """Turn `a.b=v` options into nodes; v is a YAML scalar, list or map."""
    values: dict[str, Node] = {}
    for option in options:
        path, equals, text = option.partition("=")
        if not path or not equals:
            raise InputError([f"--set: must be PATH=VALUE, such as attacker.troops=90000, is {clip(option)}"])
        if path in values:
            raise InputError([f"--set: {clip(path)}: is given twice"])
        try:
            values[path] = read_text(text, _OPTION.file, has_lines=False)
        except InputError as error:
            lines = [line.replace("--set:", f"--set: {clip(path)}:", 1) for line in error.lines]
            raise InputError(lines) from None
    return values
