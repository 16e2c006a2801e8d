"""A number's unit, meaning and provenance, and the walk over a schema that finds every number."""

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Kind = Literal["reported", "derived", "estimated", "invented_for_teaching", "set_by_scenario", "setting"]

Scalar = float | str
"""A single value of a scenario: a number (also a whole number or a flag) or a text."""

MOBILITIES = ("foot", "motorcycle", "atv", "armour")

# Every number has a lowest and a highest value: generous ones, beyond which nothing physical is meant.
MAX_DAY = 100_000  # 27 campaigns of the longest length: never, for what is dated; at once never ends, for a duration
MAX_H = 100_000.0
MAX_KM = 5_000.0  # an eighth of the way around the Earth: no theatre is wider
MAX_RATE = 10_000.0  # per hour, or km per hour: every third of a second, or eight times the speed of sound


_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol that are drawn as nothing


def _is_on_one_line(text: str) -> str:
    if not any(char.isprintable() and not char.isspace() and char not in _FILLERS for char in text):
        raise ValueError("must not be blank")
    if "\n" in text or "\t" in text:
        raise ValueError("must stand on one line, without tabs")
    return text


Name = Annotated[str, Field(max_length=200), AfterValidator(_is_on_one_line)]
"""What a thing is called, in any script: on one line, and not blank."""

Prose = Annotated[str, Field(max_length=5_000)]
"""Sentences, which may be empty and have several lines."""


class Params(BaseModel):
    """A frozen section of a scenario: unknown keys, text for numbers, NaN and infinities are refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


def quantity(
    unit: str,
    meaning: str,
    *,
    default: Any = ...,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
) -> Any:
    """Declare a physical value: required, and written in YAML with its source.

    The bounds suit scalars; those of a mapping go on its values, `dict[str, Annotated[float, Field(ge=0)]]`.
    """
    extra: dict[str, Any] = {"unit": unit, "meaning": meaning, "source_required": True}
    return Field(default, ge=ge, gt=gt, le=le, lt=lt, description=meaning, json_schema_extra=extra)


def setting(
    unit: str,
    meaning: str,
    *,
    default: Any = ...,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
) -> Any:
    """Declare a choice of computation or of story (a name, a date, a tick); it needs no source."""
    extra: dict[str, Any] = {"unit": unit, "meaning": meaning, "source_required": False}
    return Field(default, ge=ge, gt=gt, le=le, lt=lt, description=meaning, json_schema_extra=extra)


class PerMobility(Params):
    """One value for each mobility class; the field that holds it says the unit and the meaning."""

    foot: float = Field(ge=0, le=MAX_RATE)
    motorcycle: float = Field(ge=0, le=MAX_RATE)
    atv: float = Field(ge=0, le=MAX_RATE)
    armour: float = Field(ge=0, le=MAX_RATE)

    def as_array(self) -> NDArray[np.float64]:
        """Return the values in the order of MOBILITIES."""
        return np.array([self.foot, self.motorcycle, self.atv, self.armour], dtype=np.float64)


@dataclass(frozen=True)
class Provenance:
    """Where one value of a scenario comes from; `replaces` is the row that a what-if put aside."""

    path: str
    value: Any
    unit: str
    kind: Kind
    range: tuple[float, float] | None
    who: str
    why: str
    disputed_by: str
    meaning: str
    where: str
    replaces: "Provenance | None" = None


@dataclass(frozen=True)
class Leaf:
    """One value of a schema: its path has `[]` for a list item and `*` for a free key."""

    path: str
    unit: str
    meaning: str
    source_required: bool
    annotation: Any


def walk(model: type[BaseModel]) -> Iterator[Leaf]:
    """Yield every value that a scenario of this schema can hold, with its unit and meaning."""
    for name, field in model.model_fields.items():
        yield from _leaves(name, field.annotation, field_leaf(name, field))


def field_leaf(path: str, field: FieldInfo, parent: Leaf | None = None) -> Leaf:
    """Describe a field; one that declares no unit of its own takes what its parent declares."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    if "unit" not in extra and parent is not None:
        return Leaf(path, parent.unit, parent.meaning, parent.source_required, field.annotation)
    unit, meaning = str(extra.get("unit", "")), str(extra.get("meaning", ""))
    return Leaf(path, unit, meaning, bool(extra.get("source_required", False)), field.annotation)


def value_type(model: type[BaseModel], keys: Sequence[str | int]) -> Any:
    """Return the type of the value at a path of keys, with its bounds; raises KeyError for one that is not there."""
    annotation: Any = model
    for key in keys:
        inner = plain(annotation)
        fields = [one.model_fields[str(key)] for one in section_models(inner) if key in one.model_fields]
        if fields:
            bounds: Any = (fields[0].annotation, *fields[0].metadata)
            annotation = Annotated[bounds] if len(bounds) > 1 else bounds[0]
        elif get_origin(inner) in (dict, list):
            annotation = get_args(inner)[-1]
        else:
            raise KeyError(key)
    return annotation


def _leaves(path: str, annotation: Any, leaf: Leaf) -> Iterator[Leaf]:
    inner = plain(annotation)
    models = section_models(inner)
    if models:
        for model in models:
            for name, field in model.model_fields.items():
                child = f"{path}.{name}"
                yield from _leaves(child, field.annotation, field_leaf(child, field, leaf))
    elif get_origin(inner) is dict:
        yield from _leaves(f"{path}.*", get_args(inner)[1], leaf)
    elif get_origin(inner) in (list, tuple) and section_models(plain(get_args(inner)[0])):
        yield from _leaves(f"{path}[]", get_args(inner)[0], leaf)
    else:
        yield Leaf(path, leaf.unit, leaf.meaning, leaf.source_required, annotation)


def plain(annotation: Any) -> Any:
    """Strip `Annotated[...]` and `... | None` from a type."""
    if get_origin(annotation) is Annotated:
        return plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [arg for arg in get_args(annotation) if arg is not type(None)]
        if len(rest) == 1:
            return plain(rest[0])
    return annotation


def section_models(annotation: Any) -> list[type[BaseModel]]:
    """Return the model that a type is, or the models of a union of models; empty for anything else."""
    is_union = get_origin(annotation) in (Union, types.UnionType)
    parts = get_args(annotation) if is_union else (annotation,)
    options = [plain(part) for part in parts if part is not type(None)]
    if options and all(isinstance(option, type) and issubclass(option, BaseModel) for option in options):
        return list(options)
    return []


def show_unit(unit: str) -> str:
    """Return a unit for a table, as km²: what is written 1 in the schema, a share or a factor, is dimensionless."""
    return "dimensionless" if unit == "1" else unit.replace("km2", "km²")
