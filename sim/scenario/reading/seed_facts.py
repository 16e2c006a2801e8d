"""The facts of seeds/: what the article reported, and what other public sources say."""

import functools
import json
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.errors import InputError
from sim.quantity import Kind
from sim.scenario.reading import shipped_folders
from sim.scenario.reading.yaml_nodes import read_file

FactKind = Literal["reported", "claim", "derived", "estimated", "invented_for_teaching"]
SEED_FILES = ("article.yaml", "context.yaml")


class _Strict(BaseModel):
    """What refuses unknown keys and values of another type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Dispute(_Strict):
    """Who says otherwise, and what."""

    who: str
    says: str
    value: float | None = None

    def __str__(self) -> str:
        return f"{self.who}: {self.says}"


class Fact(_Strict):
    """One statement of a public source; a number has a value, a range or both."""

    value: Any = None
    range: tuple[float, float] | None = None
    unit: str
    kind: FactKind
    attributed_to: str
    date: str
    paraphrase: str = Field(min_length=10)
    grade: str = ""
    seen_in: tuple[str, ...] = ()
    disputed_by: tuple[Dispute, ...] = ()

    @model_validator(mode="after")
    def _has_value_or_range(self) -> "Fact":
        if self.value is None and self.range is None:
            raise ValueError("needs a value or a range")
        if self.range is not None and self.range[0] > self.range[1]:
            raise ValueError("the range must run from low to high")
        return self

    @property
    def provenance_kind(self) -> Kind:
        """Return the kind of a scenario's value that is this fact; a reported claim is reported."""
        return "reported" if self.kind == "claim" else self.kind

    @property
    def disputes(self) -> str:
        """Return who disputes the fact, in one line."""
        return "; ".join(str(dispute) for dispute in self.disputed_by)


class FactFile(_Strict):
    """One file of seeds/."""

    about: str
    facts: dict[str, Fact]


@functools.cache
def load_facts() -> dict[str, Fact]:
    """Return every fact of seeds/ by its id; raises InputError for a faulty file or an id given twice."""
    facts: dict[str, Fact] = {}
    for name in SEED_FILES:
        for fact_id, fact in _read(name).facts.items():
            if fact_id in facts:
                raise InputError([f"seeds/{name}: {fact_id}: is given in another seeds file too"])
            facts[fact_id] = fact
    return facts


def _read(name: str) -> FactFile:
    shown = f"seeds/{name}"
    node = read_file(shipped_folders.seeds_dir() / name, shown)
    try:
        return FactFile.model_validate_json(json.dumps(node.plain()))
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        raise InputError([f"{shown}: {'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults]) from None
