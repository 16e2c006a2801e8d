"""What the manifest of each kind of folder must hold: the values that readers use, and their types."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from sim.quantity import Kind

MOST_LEVELS = 60
"""Levels of nesting that a manifest may have; those of the deepest scenario have a quarter of them."""
_MOST_DAYS = 100_000

Whole = Annotated[int, Field(ge=0)]
Some = Annotated[int, Field(ge=1)]


def _is_date(text: str) -> str:
    dt.date.fromisoformat(text)
    return text


class _Part(BaseModel):
    """A part of a manifest; what else it holds is for readers of later versions."""

    model_config: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="ignore")


class _Time(_Part):
    start_date: Annotated[str, AfterValidator(_is_date)]
    horizon_days: Annotated[int, Field(ge=0, le=_MOST_DAYS)]
    tick_h: float


class _Calendar(_Part):
    ceasefire_day: Annotated[float, Field(ge=0, le=_MOST_DAYS)] | None


class _Attacker(_Part):
    troops: Whole
    infantry_share: Annotated[float, Field(gt=0)] = 1.0


class _Defender(_Part):
    troops: Whole | None = None
    infantry_share: Annotated[float, Field(gt=0)] = 1.0
    reserve: Whole = 0


class _Scenario(_Part):
    name: str
    question: str
    article_says: str
    debrief: list[str]
    off: list[str]
    asks: list[str] = []
    own_outcomes: dict[str, str] = {}
    time: _Time
    calendar: _Calendar
    attacker: _Attacker | None = None
    defender: _Defender | None = None
    ground: dict[str, Any]


class ProvenanceRow(BaseModel):
    """Where a value came from: the fields of sim.quantity.Provenance, and no others."""

    model_config: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid")

    path: str
    value: Any
    unit: str
    kind: Kind
    range: Annotated[list[float], Field(min_length=2, max_length=2)] | None
    who: str
    why: str
    disputed_by: str
    meaning: str
    where: str
    replaces: ProvenanceRow | None


class _Run(_Part):
    """How runs were made: as the manifest in a result's folder, without the digests of its files."""

    label: str
    scenario: _Scenario
    digest: str
    seed: Whole
    n_replications: Some
    assumptions: Literal["central", "drawn"]
    provenance: list[ProvenanceRow]
    versions: dict[str, str]
    replication: Whole = 0
    n_draws: Some = 1
    n_hypercubes: Some = 1
    replications_per_draw: Some = 1
    own_outcomes: list[str] = []


class _Result(_Run):
    sha256: dict[str, str]


class _Variant(_Part):
    name: str
    # In the comparison's own folder: no path to another one.
    folder: Annotated[str, StringConstraints(pattern=r"^[^./\\:\x00][^/\\:\x00]*$")]


class _Comparison(_Part):
    label: str
    scenarios: Annotated[list[_Variant], Field(min_length=2)]
    sha256: dict[str, str]


class _Demonstration(_Part):
    label: str
    reference: _Run
    variant: _Run
    sha256: dict[str, str]


class _Experiment(_Part):
    name: str
    question: str
    debrief: list[str]
    outcomes: Annotated[list[str], Field(min_length=1)]
    series: list[str]
    save_map: bool
    replications: Some
    seed: Whole


class _Design(_Part):
    kind: str
    n_points: Some
    points_per_block: Some | None = None


class _Factor(_Part):
    path: str
    kind: Literal["real", "whole", "category", "flag"]
    low: float | None
    high: float | None
    values: list[bool | int | float | str]
    step: Some = 1
    central: bool | int | float | str | None
    unit: str
    meaning: str


class _Base(_Part):
    scenario: _Scenario
    provenance: list[ProvenanceRow]


class _Sweep(_Part):
    label: str
    digest: str
    version: str
    code: str
    shard: Annotated[str, StringConstraints(pattern=r"^[0-9]+/[0-9]+$")] | None
    experiment: _Experiment
    design: _Design
    factors: list[_Factor]
    scenarios: Annotated[dict[str, _Base], Field(min_length=1)]


SCHEMAS: dict[str, type[BaseModel]] = {
    "result": _Result,
    "comparison": _Comparison,
    "sweep": _Sweep,
    "demonstration": _Demonstration,
}
"""What the manifest holds, by the content of its folder."""
