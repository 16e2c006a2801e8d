"""JSON Schema of scenario and experiment files for editors: units and meanings, and the ways to name a source."""

from typing import Any

from pydantic import BaseModel

from sim.quantity import section_models, walk
from sim.scenario.teaching_label import LABEL

_FACT = {
    "type": "object",
    "description": "A value from seeds/, by the id of the fact.",
    "properties": {"fact": {"type": "string"}},
    "required": ["fact"],
    "additionalProperties": False,
}
_ASSUMED = {
    "type": "object",
    "description": "An assumed value with its range and the reason for it; source is an id of seeds/.",
    "properties": {
        "assume": {"type": ["number", "array"]},
        "range": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "why": {"type": "string"},
        "source": {"type": "string"},
        "unit": {"type": "string"},
    },
    "required": ["assume", "why"],
    "additionalProperties": False,
}
_SOURCES: list[dict[str, Any]] = [{"$ref": "#/$defs/Fact"}, {"$ref": "#/$defs/Assumed"}]


def editor_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema of a scenario file; what-if files need `extends` and little else."""
    schema = model.model_json_schema()
    required = schema.pop("required", [])
    defs = schema.get("$defs", {})
    inherits = _referenced_quantities([schema, *defs.values()])
    for name, section in defs.items():
        _open_values(section, inherits=name in inherits)
        section.pop("required", None)  # a what-if gives parts of sections
    _open_values(schema, inherits=False)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$comment"] = LABEL
    schema["title"] = "A scenario of sim"
    schema["$defs"] = {**defs, "Fact": _FACT, "Assumed": _ASSUMED}
    schema["properties"] |= {
        "extends": {"type": "string", "description": "The scenario file that this one changes."},
        "changes": _changes(model),
    }
    schema["anyOf"] = [{"required": ["extends"]}, {"required": required}]
    return schema


def experiment_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema of an experiment file, short forms included."""
    schema = model.model_json_schema()
    fields = schema["properties"]
    text, spans = {"type": "string"}, {"type": "object", "additionalProperties": {"$ref": "#/$defs/Span"}}
    several = [{"type": "array", "items": text}]
    fields["base"] = _in_other_forms(fields["base"], [text, *several])
    for name in ("uncertainties", "levers"):
        fields[name] = _in_other_forms(fields[name], [text, *several, spans])
    schema["$defs"]["Span"]["type"] = ["object", "null"]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$comment"] = LABEL
    schema["title"] = "An experiment of sim"
    return schema


def _in_other_forms(field: dict[str, Any], forms: list[dict[str, Any]]) -> dict[str, Any]:
    hints = {key: value for key, value in field.items() if key in ("title", "description", "unit", "meaning")}
    return {**hints, "anyOf": forms}


def _changes(model: type[BaseModel]) -> dict[str, Any]:
    hints: dict[str, Any] = {}
    for leaf in walk(model):
        if "[]" not in leaf.path and "*" not in leaf.path and not section_models(leaf.annotation):
            hints[leaf.path] = {"description": f"{leaf.meaning} [{leaf.unit}]"}
    return {
        "type": "object",
        "description": "What the question changes: dotted path, then the new value.",
        "properties": hints,
    }


def _referenced_quantities(sections: list[dict[str, Any]]) -> set[str]:
    """Return the names of sections whose values take their unit from the field that holds them."""
    fields = [field for section in sections for field in section.get("properties", {}).values()]
    return {field["$ref"].rsplit("/", 1)[1] for field in fields if field.get("source_required") and "$ref" in field}


def _open_values(section: dict[str, Any], *, inherits: bool) -> None:
    """Let every quantity of a section also be a fact or an assumption."""
    for name, field in section.get("properties", {}).items():
        if not (field.get("source_required") or (inherits and "unit" not in field)) or "$ref" in field:
            continue
        section["properties"][name] = _or_source(field)


def _or_source(field: dict[str, Any]) -> dict[str, Any]:
    if isinstance(field.get("additionalProperties"), dict):
        return {**field, "additionalProperties": _or_source(field["additionalProperties"])}
    hints: dict[str, Any] = {
        key: field.pop(key) for key in ("title", "description", "unit", "meaning", "source_required") if key in field
    }
    options = field.pop("anyOf", None) or [field]
    return {**hints, "anyOf": [*options, *_SOURCES]}
