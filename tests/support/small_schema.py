"""A schema with one field of every kind that the loader knows, and a theatre file for it."""

import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from sim.quantity import Params, PerMobility, Provenance, quantity, setting
from sim.scenario.loader import load_as


class Place(Params):
    name: str = setting("text", "name of the place")
    x_km: float = quantity("km", "east of the city")
    path: list[tuple[float, float]] = quantity("km", "its outline")
    source: str = setting("id", "entry of seeds/ that covers the numbers")


class Force(Params):
    troops: int = quantity("soldiers", "soldiers near the city", ge=0)
    p_hit: float = quantity("1", "probability of a hit", ge=0, le=1)
    speed_km_h: PerMobility = quantity("km/h", "speed in the open")
    effort: dict[str, Annotated[float, Field(ge=0)]] = quantity("1", "effort by axis")
    trace: list[tuple[float, float]] = quantity("km", "front trace")
    doctrine: Literal["frontal", "encirclement"] = setting("text", "how it attacks", default="frontal")
    tick_h: float = setting("h", "length of a tick", default=1.0, gt=0)


class Small(Params):
    name: str = setting("text", "name")
    question: str = setting("text", "question", default="")
    start: datetime.date = setting("date", "first day")
    attacker: Force = setting("section", "the force that attacks")
    places: list[Place] = setting("list", "places", default=[])
    _provenance: tuple[Provenance, ...] = PrivateAttr(default=())

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        return self._provenance

    @property
    def own_outcomes(self) -> dict[str, str]:
        return {}

    def row(self, path: str) -> Provenance:
        return next(row for row in self.provenance if row.path == path)


THEATRE = """\
name: Theatre
start: 2025-06-24
attacker:
  troops: {fact: troops_near_pokrovsk}
  p_hit: {assume: 0.3, range: [0.1, 0.5], source: fpv_hit_rate, why: middle of what is published, unit: "1"}
  speed_km_h:
    foot: {assume: 3, range: [1, 5], why: walking under load}
    motorcycle: {assume: 25, range: [10, 40], why: on tracks}
    atv: {assume: 20, range: [10, 35], why: on tracks}
    armour: {assume: 15, range: [5, 30], why: on tracks}
  effort:
    north: {assume: 1, range: [0, 2], why: even}
    south: {assume: 1, range: [0, 2], why: even}
  trace: {assume: [[0, 1], [1, 2]], why: drawn by hand, source: theatre_sketch}
places:
  - {name: Town, x_km: 3, path: [[1, 2], [3, 4]], source: approximate_places}
"""

WHAT_IF = """\
extends: theatre.yaml
name: What if
question: What if fewer came?
changes:
  attacker.troops: 90000
"""


def write(folder: Path, **files: str) -> Path:
    """Write theatre.yaml and the given files; return the last one written."""
    path = folder / "theatre.yaml"
    if not path.exists():
        path.write_text(THEATRE, encoding="utf-8")
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
    return path


def load_small(path: Path, set: dict | None = None) -> Small:
    """Read a scenario file by the small schema, with its provenance as a Scenario has it."""
    found, rows = load_as(Small, path, set)
    found._provenance = rows
    return found
