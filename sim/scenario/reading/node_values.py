"""Nodes to plain values and their provenance, led by the schema."""

from dataclasses import replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from sim.errors import suggestion
from sim.quantity import Provenance, field_leaf, plain, section_models
from sim.scenario.reading.error_wording import moved
from sim.scenario.reading.value_sources import Faults, Place, SourceReader, is_source_form, new_row
from sim.scenario.reading.yaml_nodes import Node


class Resolver:
    """Walks a tree along the schema; collects rows of provenance and faults."""

    def __init__(self, reader: SourceReader, faults: Faults) -> None:
        self.reader: SourceReader = reader
        self.faults: Faults = faults
        self.rows: list[Provenance] = []

    def section(self, node: Node, model: type[BaseModel], at: Place | None = None) -> Any:
        """Return the plain values of a section; what is not a map is left for the schema to refuse."""
        if not node.is_map:
            return node.plain()
        prefix = f"{at.leaf.path}." if at else ""
        source = node.value.get("source") if "source" in model.model_fields else None
        is_change = bool(at and at.is_change and source is None)
        data = {}
        for key, child in node.value.items():
            schema_field = model.model_fields.get(key)
            if schema_field is None:
                text = moved(prefix + key) or f"no such key{_meant(key, model, at is None)}"
                self.faults.add(child.key_mark or child.mark, prefix + key, text)
                continue
            place = Place(
                field_leaf(prefix + key, schema_field, at.leaf if at else None),
                tuple(schema_field.metadata),
                source or (at.source if at else None),
                is_change,
            )
            data[key] = self.value(child, schema_field.annotation, place)
        self._defaults(node, model, prefix)
        return data

    def _defaults(self, node: Node, model: type[BaseModel], prefix: str) -> None:
        for key, schema_field in model.model_fields.items():
            is_leaf = not section_models(plain(schema_field.annotation))
            if key not in node.value and not schema_field.is_required() and is_leaf:
                leaf = field_leaf(prefix + key, schema_field)
                value = schema_field.get_default(call_default_factory=True, validated_data={})
                self.rows.append(new_row(leaf, value, "setting", "default"))

    def value(self, node: Node, annotation: Any, place: Place) -> Any:
        """Return the plain value of a node of this type, with its rows noted; None for a faulty one."""
        inner, path = plain(annotation), place.leaf.path
        node = _as_meant(node, annotation, inner)
        place = replace(place, is_change=place.is_change or node.is_change)
        models = section_models(inner)
        if (models or get_origin(inner) is dict) and is_source_form(node):
            self.faults.add(node.mark, path, "holds several values; give each its own source")
            return None
        if models:
            return self.section(node, best_model(models, node), place)
        if get_origin(inner) is dict and node.is_map:
            item = get_args(inner)[1]
            return {key: self.value(child, item, place.at(f"{path}.{key}", item)) for key, child in node.value.items()}
        if _is_list_of_sections(inner) and isinstance(node.value, list):
            item = get_args(inner)[0]
            return [self.value(n, item, place.at(f"{path}[{i}]", item)) for i, n in enumerate(node.value)]
        row = self.reader.row(node, place)
        if row is None:
            return None
        self.rows.append(row)
        return _whole(row.value) if inner is int else row.value


def _meant(key: str, model: type[BaseModel], is_file: bool) -> str:
    """Return what may have been meant by a key that a section, or a whole file, does not have."""
    is_scenario = "set" not in model.model_fields
    if "." in key and key.partition(".")[0] in model.model_fields:
        return f"; a path with dots stands under {'changes' if is_scenario else 'set'}:"
    return suggestion(key, [*model.model_fields, *(("extends", "changes") if is_file and is_scenario else ())])


def _as_meant(node: Node, annotation: Any, inner: Any) -> Node:
    """Return an empty list or map for a key of one that holds nothing, perhaps a comment."""
    if node.value is None and type(None) not in get_args(annotation):
        if get_origin(inner) in (list, tuple):
            return replace(node, value=[])
        if get_origin(inner) is dict or section_models(inner):
            return replace(node, value={})
    return node


def _whole(value: Any) -> Any:
    """Return a whole number that was written with a point or an exponent as such; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def best_model(models: list[type[BaseModel]], node: Node) -> type[BaseModel]:
    """Return the model of a union that a map's `kind` names, else that which knows most of its keys."""
    keys = set(node.value) if node.is_map else set()
    for model in models:
        if "kind" in keys & set(model.model_fields):
            if node.value["kind"].value in get_args(model.model_fields["kind"].annotation):
                return model
    return max(models, key=lambda model: len(keys & set(model.model_fields)))


def _is_list_of_sections(annotation: Any) -> bool:
    return get_origin(annotation) in (list, tuple) and bool(section_models(plain(get_args(annotation)[0])))
